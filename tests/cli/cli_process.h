// mockarty-cli as a child process, for tests of what a user types and sees.
//
// Both outputs go through pipes that threads of this object empty. Threads: one object a thread.
#ifndef TESTS_CLI_CLI_PROCESS_H_
#define TESTS_CLI_CLI_PROCESS_H_

#include <sys/types.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace mockarty::testing {

struct CliOptions {
  std::string stdout_path;          // takes the place of the pipe when not empty
  bool stderr_is_terminal = false;  // a pseudo terminal of 100 columns, TERM=xterm
};

class CliProcess {
 public:
  // Runs $MOCKARTY_BIN_DIR/mockarty-cli. Dies with a message when the process cannot be started.
  explicit CliProcess(const std::vector<std::string>& arguments, const CliOptions& options = {});
  // Kills what still runs.
  ~CliProcess();
  CliProcess(const CliProcess&) = delete;
  CliProcess& operator=(const CliProcess&) = delete;

  void Signal(int signal);
  // Returns once `text` was seen on stderr; false when the process ended or 60 s passed without it.
  bool WaitForStderr(std::string_view text);
  // Waits for the end, at most 120 s: then it is killed, which shows as 128 + 9. The exit code, or 128 + signal.
  int Wait();

  // After Wait().
  const std::string& out() const { return out_.text; }
  const std::string& err() const { return err_.text; }

 private:
  struct Stream {
    int fd = -1;
    std::string text;
    bool ended = false;
    std::thread reader;
  };

  void Read(Stream& stream);

  pid_t pid_ = -1;
  int exit_code_ = -1;
  std::mutex mutex_;
  std::condition_variable changed_;
  Stream out_;
  Stream err_;
};

}  // namespace mockarty::testing

#endif  // TESTS_CLI_CLI_PROCESS_H_
