// The test binary is a worker process, too, as a daemon's binary is.
#include <unistd.h>

#include <cstring>

#include "engine/task/task_process.h"
#include "engine/task/task_worker.h"
#include "gmock/gmock.h"
#include "mockarty/v1/task.pb.h"
#include "tests/task/roles.h"

namespace {

int RunDaemon() {
  auto worker = mockarty::TaskProcess::Start("", {[](const mockarty::v1::TaskEvent&) {}, [](const std::string&) {}});
  if (!worker.ok()) return 1;
  mockarty::v1::TaskCommand command;
  command.mutable_inspect()->set_script("for (;;) {}");
  (*worker)->Send(command);
  const pid_t pid = (*worker)->pid();
  if (write(STDOUT_FILENO, &pid, sizeof pid) != sizeof pid) return 1;
  for (;;) pause();
}

}  // namespace

int main(int argc, char** argv) {
  if (mockarty::IsTaskWorker(argc, argv)) return mockarty::RunTaskWorker();
  if (argc == 2 && std::strcmp(argv[1], mockarty::testing::kDaemonArgument) == 0) return RunDaemon();
  ::testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
