#include "agent/task_factory.h"

#include <utility>

#include "common/base/status_macros.h"

namespace mockarty {
namespace {

class ProcessTask final : public AgentTask {
 public:
  explicit ProcessTask(std::unique_ptr<TaskProcess> process) : process_(std::move(process)) {}
  bool Send(const v1::TaskCommand& command) override { return process_->Send(command); }
  void Kill() override { process_->Kill(); }

 private:
  std::unique_ptr<TaskProcess> process_;
};

class ProcessTaskFactory final : public TaskFactory {
 public:
  explicit ProcessTaskFactory(std::string executable) : executable_(std::move(executable)) {}
  absl::StatusOr<std::unique_ptr<AgentTask>> Start(TaskProcess::Callbacks callbacks) override {
    ASSIGN_OR_RETURN(std::unique_ptr<TaskProcess> process, TaskProcess::Start(executable_, std::move(callbacks)));
    return std::make_unique<ProcessTask>(std::move(process));
  }

 private:
  const std::string executable_;
};

}  // namespace

std::unique_ptr<TaskFactory> MakeProcessTaskFactory(std::string executable) {
  return std::make_unique<ProcessTaskFactory>(std::move(executable));
}

}  // namespace mockarty
