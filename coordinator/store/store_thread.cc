#include "coordinator/store/store_thread.h"

#include <utility>

#include "common/base/concat.h"

namespace mockarty {

StoreThread::StoreThread(std::unique_ptr<Store> store, Limits limits)
    : store_(std::move(store)), limits_(limits), thread_([this] { Loop(); }) {}

StoreThread::~StoreThread() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void StoreThread::Run(Work work, Done done, size_t bytes) {
  size_t waiting = 0;
  {
    std::lock_guard lock(mutex_);
    // What is larger than all that may wait still runs, alone.
    const bool full = queue_.size() >= limits_.calls || (bytes > 0 && bytes_ > 0 && bytes_ + bytes > limits_.bytes);
    waiting = queue_.size();
    if (!full) {
      bytes_ += bytes;
      queue_.push_back({std::move(work), std::move(done), bytes, absl::OkStatus()});
      done = nullptr;
    }
  }
  if (done == nullptr) {
    changed_.notify_one();
  } else {
    done(absl::UnavailableError(Concat("the store is behind: ", waiting, " calls wait for it")));
  }
}

void StoreThread::Loop() {
  for (;;) {
    std::deque<Call> calls;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return ending_ || !queue_.empty(); });
      if (queue_.empty()) return;
      while (!queue_.empty() && calls.size() < limits_.batch) {
        calls.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
    }
    if (calls.size() == 1) {
      calls.front().status = calls.front().work(*store_);
    } else {
      DoTogether(calls);
    }
    size_t bytes = 0;
    for (Call& call : calls) {
      bytes += call.bytes;
      call.work = nullptr;
      call.done(call.status);
    }
    std::lock_guard lock(mutex_);
    bytes_ -= bytes;
  }
}

void StoreThread::DoTogether(std::deque<Call>& calls) {
  absl::Status together = store_->BeginBatch();
  if (together.ok()) {
    for (Call& call : calls) call.status = call.work(*store_);
    together = store_->EndBatch();
  }
  if (together.ok()) return;
  // Also for those that were refused: why may be among what was not stored.
  for (Call& call : calls) call.status = together;
}

}  // namespace mockarty
