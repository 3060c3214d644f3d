// What a run needs of the coordinator that owns it.
#ifndef COORDINATOR_RUN_RUN_HOST_H_
#define COORDINATOR_RUN_RUN_HOST_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "common/time/clock.h"
#include "coordinator/fleet/fleet.h"
#include "coordinator/run/coordinator.h"
#include "coordinator/store/store.h"

namespace mockarty {

class RunHost {
 public:
  virtual ~RunHost() = default;
  virtual Nanos Now() const = 0;
  virtual const CoordinatorOptions& Options() const = 0;
  virtual Fleet& Runners() = 0;
  virtual ScriptInspector& Inspector() = 0;
  virtual Coordinator::Stats& Figures() = 0;
  // `work` on the store's thread, then `done` on the core's with what it answered: see StoreQueue::Run().
  virtual void InStore(std::function<absl::Status(Store&)> work, std::function<void(const absl::Status&)> done,
                       size_t bytes = 0) = 0;
  // Whether the coordinator's own runner may take runs by now: others had the time to connect.
  virtual bool LocalAllowed() const = 0;
};

}  // namespace mockarty

#endif  // COORDINATOR_RUN_RUN_HOST_H_
