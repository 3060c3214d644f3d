// Runs store calls in order and out of the way: on one thread of its own, or inline in tests.
#ifndef COORDINATOR_STORE_STORE_QUEUE_H_
#define COORDINATOR_STORE_STORE_QUEUE_H_

#include <cstddef>
#include <functional>

#include "absl/status/status.h"
#include "coordinator/store/store.h"

namespace mockarty {

class StoreQueue {
 public:
  using Work = std::function<absl::Status(Store&)>;
  using Done = std::function<void(const absl::Status&)>;

  virtual ~StoreQueue() = default;
  // `work` runs once, after all that was queued before; then `done` with its status, once what it wrote will outlast
  // the process, or with an error, when that could not be achieved and nothing of it was stored. Unavailable without
  // having run when too much waits already. `done` comes on any thread, also from within this call. `bytes`: about what
  // `work` holds in memory, when that is much.
  virtual void Run(Work work, Done done, size_t bytes = 0) = 0;
};

}  // namespace mockarty

#endif  // COORDINATOR_STORE_STORE_QUEUE_H_
