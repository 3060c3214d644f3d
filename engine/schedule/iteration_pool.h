// The iterations that the VUs of all workers share, and those that another process did of their part before.
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
  // The share of the process in the scenario's `all` iterations, but for the first `done`, which another process ran.
  // `all` 0: the VUs share none, and `done` are of each one's own.
  IterationPool(ScenarioPart part, uint64_t all, uint64_t done)
      : part_(std::move(part)),
        total_(part_.Iterations(all) - std::min(part_.Iterations(all), done)),
        done_before_(all == 0 ? done : std::min(part_.Iterations(all), done)) {}

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
  // About how many of those before were of the VU with this number in the scenario, one of the process's: as many as of
  // the others, since nobody knows better. Exact in sum.
  uint64_t DoneBefore(uint64_t index) const {
    const uint32_t vus = part_.own();
    return vus == 0 ? 0 : done_before_ / vus + (part_.Share(index) < done_before_ % vus ? 1 : 0);
  }
  uint64_t InTest(uint64_t own) const { return part_.vus() == 0 ? own : part_.Iteration(done_before_ + own); }

 private:
  const ScenarioPart part_;
  const uint64_t total_;
  const uint64_t done_before_ = 0;
  std::atomic<uint64_t> taken_ = 0;
};

}  // namespace mockarty

#endif  // ENGINE_SCHEDULE_ITERATION_POOL_H_
