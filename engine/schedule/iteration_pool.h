// The iterations that the VUs of all workers share.
#ifndef ENGINE_SCHEDULE_ITERATION_POOL_H_
#define ENGINE_SCHEDULE_ITERATION_POOL_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <utility>

#include "common/plan/scenario_part.h"

namespace mockarty {

// Thread-safe. Orders nothing but itself.
class IterationPool {
 public:
  explicit IterationPool(uint64_t total) : total_(total) {}
  // The share of the process in the scenario's `all` iterations; of them only the last `total`, where another process
  // ran the first of them.
  IterationPool(ScenarioPart part, uint64_t all, uint64_t total) : part_(std::move(part)), total_(total) {
    const uint64_t share = part_.Iterations(all);
    done_before_ = share - std::min(share, total);
  }

  // Numbers from 0; false once `total` were taken.
  bool Take(uint64_t* own) {
    // The look first: once empty, the counter moves no further than one a thread.
    if (taken_.load(std::memory_order_relaxed) >= total_) {
      return false;
    }
    *own = taken_.fetch_add(1, std::memory_order_relaxed);
    return *own < total_;
  }

  uint64_t Taken() const { return std::min(taken_.load(std::memory_order_relaxed), total_); }
  uint64_t total() const { return total_; }
  // The number within the whole run's scenario.
  uint64_t InTest(uint64_t own) const { return part_.vus() == 0 ? own : part_.Iteration(done_before_ + own); }

 private:
  const ScenarioPart part_;
  const uint64_t total_;
  uint64_t done_before_ = 0;
  std::atomic<uint64_t> taken_ = 0;
};

}  // namespace mockarty

#endif  // ENGINE_SCHEDULE_ITERATION_POOL_H_
