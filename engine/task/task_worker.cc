#include "engine/task/task_worker.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "engine/task/console_batch.h"
#include "engine/task/task_hook.h"
#include "engine/task/task_inspection.h"
#include "engine/task/task_load.h"
#include "engine/task/task_process.h"
#include "engine/task/worker_channel.h"
#include "mockarty/v1/task.pb.h"

namespace mockarty {
namespace {

constexpr int kDaemonFd = 3;
constexpr int kProtocolError = 2;  // exit code

void SetUpProcess() {
  prctl(PR_SET_NAME, "mockarty-task");
  // The daemon decides when a task ends: what a terminal or a service manager sends to all processes is for it alone.
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    std::signal(number, SIG_IGN);
  }
  // When memory runs out, the task goes and not the daemon, which has others.
  const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd >= 0) {
    [[maybe_unused]] const ssize_t written = write(fd, "500", 3);  // where it may not, the kernel chooses by size
    close(fd);
  }
}

}  // namespace

bool IsTaskWorker(int argc, const char* const* argv) {
  return argc >= 2 && std::strcmp(argv[1], kTaskWorkerArgument) == 0;
}

int RunTaskWorker() {
  SetUpProcess();
  if (fcntl(kDaemonFd, F_SETFD, FD_CLOEXEC) != 0) {
    return kProtocolError;  // started by hand
  }
  WorkerChannel channel(kDaemonFd);
  ConsoleBatch console;
  const v1::TaskCommand first = channel.Next();
  switch (first.kind_case()) {
    case v1::TaskCommand::kInspect: {
      v1::TaskEvent event;
      InspectScript(first.inspect(), &console, event.mutable_inspection());
      SendConsole(console, channel);
      channel.Send(event);
      return 0;
    }
    case v1::TaskCommand::kSetup:
      if (first.setup().hook() == v1::HOOK_NONE) {
        RunTaskLoad(first.setup(), channel, console);
      } else {
        RunTaskHook(first.setup(), channel, console);
      }
      return 0;
    case v1::TaskCommand::kStop:
      return 0;
    default:
      return kProtocolError;
  }
}

}  // namespace mockarty
