// The iterations that the VUs of all workers share.
#ifndef ENGINE_SCHEDULE_ITERATION_POOL_H_
#define ENGINE_SCHEDULE_ITERATION_POOL_H_

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace mockarty {

// Thread-safe. Orders nothing but itself.
class IterationPool {
 public:
  explicit IterationPool(uint64_t total) : total_(total) {}

  // False once `total` were taken.
  bool Take() {
    // The look first: once empty, the counter moves no further than one a thread.
    return taken_.load(std::memory_order_relaxed) < total_ && taken_.fetch_add(1, std::memory_order_relaxed) < total_;
  }

  uint64_t Taken() const { return std::min(taken_.load(std::memory_order_relaxed), total_); }
  uint64_t total() const { return total_; }

 private:
  const uint64_t total_;
  std::atomic<uint64_t> taken_ = 0;
};

}  // namespace mockarty

#endif  // ENGINE_SCHEDULE_ITERATION_POOL_H_
