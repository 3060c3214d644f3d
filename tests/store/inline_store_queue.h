// Store calls at once, on the caller's thread.
#ifndef TESTS_STORE_INLINE_STORE_QUEUE_H_
#define TESTS_STORE_INLINE_STORE_QUEUE_H_

#include <memory>
#include <utility>

#include "coordinator/store/store_queue.h"

namespace mockarty::testing {

// Threads: one call at a time, and no call from within another's work.
class InlineStoreQueue final : public StoreQueue {
 public:
  explicit InlineStoreQueue(std::unique_ptr<Store> store) : store_(std::move(store)) {}
  void Run(Work work, Done done, size_t) override { done(work(*store_)); }

 private:
  const std::unique_ptr<Store> store_;
};

}  // namespace mockarty::testing

#endif  // TESTS_STORE_INLINE_STORE_QUEUE_H_
