// What a coordinator is told, and what it has others do.
#ifndef COORDINATOR_RUN_COORDINATOR_OPTIONS_H_
#define COORDINATOR_RUN_COORDINATOR_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "common/time/clock.h"
#include "mockarty/v1/task.pb.h"

namespace mockarty {

// Converts and checks a script outside of this process. `done` comes later, on the core's thread.
class ScriptInspector {
 public:
  virtual ~ScriptInspector() = default;
  virtual void Inspect(const v1::TaskInspect& request, std::function<void(v1::TaskInspection)> done) = 0;
};

struct CoordinatorOptions {
  // The same after a restart (a process that comes back takes its own runs up at once); no two that run have the same.
  std::string node_id;
  std::string version;
  Nanos heartbeat_timeout = 30 * kNanosPerSecond;  // RUNNER_HEARTBEAT_TIMEOUT, at least 2 s
  Nanos offer_timeout = 10 * kNanosPerSecond;
  Nanos ready_timeout = 120 * kNanosPerSecond;  // RUNNER_TASK_TIMEOUT
  Nanos start_delay = 250 * kNanosPerMilli;     // from the last Ready to the instant of start
  Nanos owner_lease = 10 * kNanosPerSecond;     // of a run, in the store
  uint32_t capacity_vus_per_core = 2'000;       // of a runner that states none, for `auto`
};

}  // namespace mockarty

#endif  // COORDINATOR_RUN_COORDINATOR_OPTIONS_H_
