// A runner inside of the coordinator, for runs when none is connected: an Agent whose link is two queues.
//
// Neither side calls the other from within a call: what the agent sends is posted to the core's thread, what the core
// sends is posted to a thread of this object. When the core closes the session, a new one is opened a second later.
// Threads: Start() and Stop() once each, from the same thread.
#ifndef COORDINATOR_LOCAL_LOCAL_RUNNER_H_
#define COORDINATOR_LOCAL_LOCAL_RUNNER_H_

#include <functional>
#include <memory>
#include <string>

#include "agent/agent.h"
#include "common/time/clock.h"
#include "coordinator/core_loop.h"
#include "coordinator/run/coordinator.h"

namespace mockarty {

class LocalRunner {
 public:
  // The agent's way into the core; called on the core's thread, which `post` reaches.
  struct Core {
    std::function<void(std::function<void()>)> post;
    std::function<void(SessionId, std::shared_ptr<RunnerSession>)> connected;
    std::function<void(SessionId, const v1::RunnerMessage&)> message;
    std::function<void(SessionId)> gone;
  };

  LocalRunner(const AgentOptions& options, const Clock& clock, Core core);
  ~LocalRunner();
  LocalRunner(const LocalRunner&) = delete;
  LocalRunner& operator=(const LocalRunner&) = delete;

  void Start();
  // Kills its tasks. The core's thread may have ended before.
  void Stop();
  Agent::Stats GetStats() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

// Options of the local runner's agent.
AgentOptions LocalAgentOptions(const std::string& version, const std::string& instance_id);

}  // namespace mockarty

#endif  // COORDINATOR_LOCAL_LOCAL_RUNNER_H_
