// Store calls on a thread of their own, in order, and what waits together in one transaction on the disk: a hundred
// calls that came while the disk was busy cost one more wait for it, not a hundred.
#ifndef COORDINATOR_STORE_STORE_THREAD_H_
#define COORDINATOR_STORE_STORE_THREAD_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "coordinator/store/store_queue.h"

namespace mockarty {

struct StoreThreadLimits {
  size_t calls = 20'000;             // that wait
  size_t bytes = size_t{256} << 20;  // that they hold
  size_t batch = 256;                // calls of one transaction
};

// Run() from any thread. Answers come on the store's thread, or on the caller's when the queue is full. The destructor
// does all that is queued before it returns.
class StoreThread final : public StoreQueue {
 public:
  using Limits = StoreThreadLimits;

  explicit StoreThread(std::unique_ptr<Store> store, Limits limits = {});
  ~StoreThread() override;

  void Run(Work work, Done done, size_t bytes = 0) override;

 private:
  struct Call {
    Work work;
    Done done;
    size_t bytes = 0;
    absl::Status status;
  };

  void Loop();
  void DoTogether(std::deque<Call>& calls);

  const std::unique_ptr<Store> store_;
  const Limits limits_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Call> queue_;
  size_t bytes_ = 0;  // of all that waits or is being done
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace mockarty

#endif  // COORDINATOR_STORE_STORE_THREAD_H_
