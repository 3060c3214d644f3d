// A daemon that dies takes its worker processes with it.
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <future>
#include <string>

#include "engine/task/task_process.h"
#include "gtest/gtest.h"
#include "mockarty/v1/task.pb.h"
#include "tests/task/roles.h"
#include "tests/task/task_run.h"

namespace mockarty {
namespace {

TEST(TaskOrphan, EndsWithItsDaemonEvenInAnEndlessLoop) {
  // Whoever loses its parent becomes a child of this process, so that its end can be waited for.
  ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  std::array<int, 2> pipe_ends{};
  ASSERT_EQ(pipe(pipe_ends.data()), 0);
  const pid_t daemon = fork();
  if (daemon == 0) {
    dup2(pipe_ends[1], STDOUT_FILENO);
    execl("/proc/self/exe", "daemon", testing::kDaemonArgument, nullptr);
    _exit(127);
  }
  close(pipe_ends[1]);
  pid_t worker = 0;
  ASSERT_EQ(read(pipe_ends[0], &worker, sizeof worker), static_cast<ssize_t>(sizeof worker));
  close(pipe_ends[0]);
  ASSERT_EQ(kill(daemon, SIGKILL), 0);
  int status = 0;
  ASSERT_EQ(waitpid(daemon, &status, 0), daemon);
  ASSERT_EQ(waitpid(worker, &status, 0), worker);
  EXPECT_TRUE(WIFEXITED(status)) << status;
}

TEST(TaskProcess, AnExecutableThatIsNotThereIsAnError) {
  const auto started = TaskProcess::Start("/does/not/exist", {});
  EXPECT_EQ(started.status().code(), absl::StatusCode::kInternal);
}

TEST(TaskProcess, AProcessThatIsNoWorkerIsReported) {
  std::promise<std::string> how;
  TaskProcess::Callbacks callbacks;
  callbacks.on_event = [](const v1::TaskEvent&) { ADD_FAILURE() << "false says nothing"; };
  callbacks.on_exit = [&](const std::string& text) { how.set_value(text); };
  auto started = TaskProcess::Start("/bin/false", std::move(callbacks));
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(how.get_future().get(), "exit code 1");
  v1::TaskCommand command;
  command.mutable_stop();
  EXPECT_FALSE((*started)->Send(command));
}

}  // namespace
}  // namespace mockarty
