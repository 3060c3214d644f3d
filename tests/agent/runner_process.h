// mockarty-runner as a child process with an environment of its own.
// Threads: one object a thread. Ownership: the destructor kills what still runs.
#ifndef TESTS_AGENT_RUNNER_PROCESS_H_
#define TESTS_AGENT_RUNNER_PROCESS_H_

#include <sys/types.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace mockarty::testing {

class RunnerProcess {
 public:
  explicit RunnerProcess(const std::map<std::string, std::string>& environment,
                         const std::vector<std::string>& arguments = {});
  ~RunnerProcess();
  RunnerProcess(const RunnerProcess&) = delete;
  RunnerProcess& operator=(const RunnerProcess&) = delete;

  void Signal(int signal);
  // Both outputs together. WaitFor(): false when the process ended or 60 s passed without the text.
  bool WaitFor(std::string_view text, int times = 1);
  std::string output();
  // The exit code, or 128 + signal; after 60 s it is killed.
  int Wait();
  // Of the dashboard, from the log; 0 when it does not come.
  int DashboardPort();

 private:
  void Read(int fd);

  pid_t pid_ = -1;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string output_;
  bool ended_ = false;
  int exit_code_ = -1;
  std::thread reader_;
};

// The answer of a GET on 127.0.0.1, head and body.
std::string HttpGet(int port, const std::string& path);

}  // namespace mockarty::testing

#endif  // TESTS_AGENT_RUNNER_PROCESS_H_
