// Runs store calls in order and out of the way: on one thread of its own, or inline in tests.
#ifndef COORDINATOR_STORE_STORE_QUEUE_H_
#define COORDINATOR_STORE_STORE_QUEUE_H_

#include <functional>

#include "coordinator/store/store.h"

namespace mockarty {

class StoreQueue {
 public:
  virtual ~StoreQueue() = default;
  // `work` runs once, after all that was queued before. It may post its result wherever it belongs.
  virtual void Run(std::function<void(Store&)> work) = 0;
};

}  // namespace mockarty

#endif  // COORDINATOR_STORE_STORE_QUEUE_H_
