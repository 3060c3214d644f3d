#include "coordinator/core_loop.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace mockarty {

void CoreLoop::Start(std::function<Nanos()> tick) {
  tick_ = std::move(tick);
  last_turn_ = MonotonicNow();
  thread_ = std::thread([this] { Run(); });
}

void CoreLoop::Post(std::function<void()> function) {
  {
    std::lock_guard lock(mutex_);
    if (!stopping_) {
      queue_.push_back(std::move(function));
      function = nullptr;
    }
  }
  // A function that is dropped is destroyed here, without the lock: what it owns may post again.
  wake_.notify_one();
}

void CoreLoop::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  std::deque<std::function<void()>> left;
  {
    std::lock_guard lock(mutex_);
    left.swap(queue_);
  }
}

size_t CoreLoop::Waiting() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

void CoreLoop::Run() {
  Nanos deadline = tick_ ? MonotonicNow() : kNever;
  std::deque<std::function<void()>> batch;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      auto ready = [this] { return stopping_ || !queue_.empty(); };
      // At least once a second, so that LastTurn() tells a loop that is idle from one that hangs.
      Nanos wait = std::min(deadline == kNever ? kNanosPerSecond : deadline - MonotonicNow(), kNanosPerSecond);
      if (wait > 0) wake_.wait_for(lock, std::chrono::nanoseconds(wait), ready);
      if (stopping_ && queue_.empty()) return;
      batch.swap(queue_);
    }
    last_turn_ = MonotonicNow();
    bool worked = !batch.empty();
    for (std::function<void()>& function : batch) {
      function();
      function = nullptr;  // what it holds goes before the next one runs
    }
    batch.clear();
    if (tick_ && (worked || MonotonicNow() >= deadline)) deadline = tick_();
  }
}

}  // namespace mockarty
