// Store calls on a thread of their own, in order.
#ifndef COORDINATOR_STORE_STORE_THREAD_H_
#define COORDINATOR_STORE_STORE_THREAD_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "coordinator/store/store_queue.h"

namespace mockarty {

// Run() from any thread. The destructor does all that is queued before it returns.
class StoreThread final : public StoreQueue {
 public:
  explicit StoreThread(std::unique_ptr<Store> store) : store_(std::move(store)), thread_([this] { Loop(); }) {}
  ~StoreThread() override {
    {
      std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

  void Run(std::function<void(Store&)> work) override {
    {
      std::lock_guard lock(mutex_);
      queue_.push_back(std::move(work));
    }
    changed_.notify_one();
  }

 private:
  void Loop() {
    for (;;) {
      std::function<void(Store&)> work;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ending_ || !queue_.empty(); });
        if (queue_.empty()) return;
        work = std::move(queue_.front());
        queue_.pop_front();
      }
      work(*store_);
    }
  }

  const std::unique_ptr<Store> store_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void(Store&)>> queue_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace mockarty

#endif  // COORDINATOR_STORE_STORE_THREAD_H_
