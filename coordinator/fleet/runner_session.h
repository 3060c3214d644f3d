// The way to one runner over one connection. Implemented by coordinator/grpc, coordinator/local and tests.
#ifndef COORDINATOR_FLEET_RUNNER_SESSION_H_
#define COORDINATOR_FLEET_RUNNER_SESSION_H_

#include <cstdint>

#include "absl/status/status.h"
#include "mockarty/v1/runner_link.pb.h"

namespace mockarty {

using SessionId = uint64_t;  // one connection of a runner

// Called on the core's thread; must not call back into the coordinator from within.
class RunnerSession {
 public:
  virtual ~RunnerSession() = default;
  virtual void Send(v1::CoordinatorMessage message) = 0;  // never blocks
  virtual void Close(const absl::Status& why) = 0;        // OnRunnerGone() may follow, or not
};

}  // namespace mockarty

#endif  // COORDINATOR_FLEET_RUNNER_SESSION_H_
