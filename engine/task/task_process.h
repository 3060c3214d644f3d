// The worker process of one task, as its daemon sees it: started from the daemon's own binary, spoken to over a socket
// pair (proto/mockarty/v1/task.proto). A crash, a leak or an endless loop of a script ends that process and nothing
// else; all that it had sent before is delivered.
//
// Threads: callbacks come on a thread of the object, one at a time and in order; on_exit is the last. Send() and Kill()
// may be called from any thread, also from a callback. Ownership: the destructor kills the process, reaps it and joins;
// it must not be called from a callback.
#ifndef ENGINE_TASK_TASK_PROCESS_H_
#define ENGINE_TASK_TASK_PROCESS_H_

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace mockarty {
namespace v1 {
class TaskCommand;
class TaskEvent;
}  // namespace v1

// First argument with which a daemon's binary runs as worker process; see RunTaskWorker() in task_worker.h.
inline constexpr char kTaskWorkerArgument[] = "--internal-task-worker";

class TaskProcess {
 public:
  struct Callbacks {
    std::function<void(const v1::TaskEvent&)> on_event;
    // The process is gone. Empty after exit code 0, else how it ended: "killed by signal 9", "exit code 1".
    std::function<void(const std::string& how)> on_exit;
  };

  // `executable` empty: this process's own (/proc/self/exe). The child sees end-of-file when this process dies and
  // ends.
  static absl::StatusOr<std::unique_ptr<TaskProcess>> Start(const std::string& executable, Callbacks callbacks);
  ~TaskProcess();
  TaskProcess(const TaskProcess&) = delete;
  TaskProcess& operator=(const TaskProcess&) = delete;

  // Queues; never blocks. False once the process is gone.
  bool Send(const v1::TaskCommand& command);
  void Kill();  // SIGKILL
  pid_t pid() const;

 private:
  class Impl;
  explicit TaskProcess(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mockarty

#endif  // ENGINE_TASK_TASK_PROCESS_H_
