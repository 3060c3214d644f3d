#include "tests/target/target_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

extern char** environ;

namespace mockarty::testing {
namespace {

constexpr std::chrono::seconds kStartTimeout{20};

// Reads until `lines` lines are there or the time is up.
std::string ReadLines(int fd, int64_t lines) {
  const auto deadline = std::chrono::steady_clock::now() + kStartTimeout;
  std::string text;
  while (std::count(text.begin(), text.end(), '\n') < lines) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd poll_fd{fd, POLLIN, 0};
    if (left <= 0 || poll(&poll_fd, 1, static_cast<int>(left)) <= 0) break;
    char buffer[512];
    const ssize_t size = read(fd, buffer, sizeof(buffer));
    if (size <= 0) break;
    text.append(buffer, static_cast<size_t>(size));
  }
  return text;
}

// The URL after `listening on ` that starts with `scheme`, and its port.
bool FindUrl(const std::string& text, const std::string& scheme, std::string& url, uint16_t& port) {
  const std::string mark = "listening on " + scheme + "://";
  const size_t begin = text.find(mark);
  if (begin == std::string::npos) return false;
  const size_t url_begin = begin + std::strlen("listening on ");
  url = text.substr(url_begin, text.find('\n', url_begin) - url_begin);
  uint32_t number = 0;
  if (!absl::SimpleAtoi(url.substr(url.rfind(':') + 1), &number)) return false;
  port = static_cast<uint16_t>(number);
  return true;
}

}  // namespace

absl::StatusOr<std::unique_ptr<TargetProcess>> TargetProcess::Start(std::vector<std::string> arguments) {
  const char* bin_dir = std::getenv("MOCKARTY_BIN_DIR");
  if (bin_dir == nullptr) return absl::InternalError("MOCKARTY_BIN_DIR is not set: run the test by ctest");
  const bool tls = std::find(arguments.begin(), arguments.end(), "--tls") != arguments.end();
  const std::string binary = absl::StrCat(bin_dir, "/mockarty-target");
  arguments.insert(arguments.begin(), {binary, "--port", "0"});
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);

  int pipe_fds[2];
  if (pipe2(pipe_fds, O_CLOEXEC) != 0) return absl::InternalError(absl::StrCat("pipe2: ", std::strerror(errno)));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], STDOUT_FILENO);
  // Not the test's own stderr: when a test dies, ctest would wait for the server that still holds it, and time out.
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::unique_ptr<TargetProcess> target(new TargetProcess());
  const int error = posix_spawn(&target->pid_, binary.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_fds[1]);
  if (error != 0) {
    target->pid_ = -1;
    close(pipe_fds[0]);
    return absl::InternalError(absl::StrCat("cannot run ", binary, ": ", std::strerror(error)));
  }
  const std::string text = ReadLines(pipe_fds[0], tls ? 2 : 1);
  close(pipe_fds[0]);
  if (!FindUrl(text, "http", target->base_url_, target->port_) ||
      (tls && !FindUrl(text, "https", target->tls_base_url_, target->tls_port_))) {
    return absl::InternalError(absl::StrCat("mockarty-target did not say where it listens, but: '", text, "'"));
  }
  return target;
}

TargetProcess::~TargetProcess() { Stop(); }

int TargetProcess::Stop() {
  if (pid_ <= 0) return -1;
  kill(pid_, SIGTERM);
  int status = 0;
#if defined(__SANITIZE_THREAD__)
  // ThreadSanitizer keeps a signal back until the next call that may block, and forgets to look once the call blocks
  // already: one that comes just before it is heard with the next signal.
  while (waitpid(pid_, &status, WNOHANG) == 0) {
    usleep(100'000);
    kill(pid_, SIGTERM);
  }
#else
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
#endif
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace mockarty::testing
