// How an agent comes by worker processes: by engine/task, or, in tests, by something that only says it is one.
#ifndef AGENT_TASK_FACTORY_H_
#define AGENT_TASK_FACTORY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "engine/task/task_process.h"

namespace mockarty {

// As TaskProcess: Send() queues and never blocks, callbacks come on another thread, the destructor waits for them.
class AgentTask {
 public:
  virtual ~AgentTask() = default;
  virtual bool Send(const v1::TaskCommand& command) = 0;
  virtual void Kill() = 0;
};

class TaskFactory {
 public:
  virtual ~TaskFactory() = default;
  // Called with the agent's lock held: callbacks must not come on the calling thread.
  virtual absl::StatusOr<std::unique_ptr<AgentTask>> Start(TaskProcess::Callbacks callbacks) = 0;
};

// Worker processes of `executable`; empty: of this process's own.
std::unique_ptr<TaskFactory> MakeProcessTaskFactory(std::string executable);

}  // namespace mockarty

#endif  // AGENT_TASK_FACTORY_H_
