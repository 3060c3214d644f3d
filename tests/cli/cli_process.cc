#include "tests/cli/cli_process.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

namespace mockarty::testing {
namespace {

constexpr int kEndTimeoutMs = 120'000;
constexpr auto kTextTimeout = std::chrono::seconds(60);

[[noreturn]] void Die(const char* what) {
  perror(what);
  abort();
}

}  // namespace

CliProcess::CliProcess(const std::vector<std::string>& arguments, const CliOptions& options) {
  const char* folder = getenv("MOCKARTY_BIN_DIR");
  if (folder == nullptr) Die("MOCKARTY_BIN_DIR is not set");
  std::string binary = std::string(folder) + "/mockarty-cli";
  std::vector<char*> argv = {binary.data()};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);

  int out[2];
  int err[2];
  if (pipe2(out, O_CLOEXEC) != 0) Die("pipe");
  if (options.stderr_is_terminal) {
    winsize size = {.ws_row = 24, .ws_col = 100, .ws_xpixel = 0, .ws_ypixel = 0};
    if (openpty(&err[0], &err[1], nullptr, nullptr, &size) != 0) Die("openpty");
    fcntl(err[0], F_SETFD, FD_CLOEXEC);
    fcntl(err[1], F_SETFD, FD_CLOEXEC);
  } else if (pipe2(err, O_CLOEXEC) != 0) {
    Die("pipe");
  }
  pid_ = fork();
  if (pid_ < 0) Die("fork");
  if (pid_ == 0) {
    int out_fd = options.stdout_path.empty() ? out[1] : open(options.stdout_path.c_str(), O_WRONLY);
    setenv("TERM", "xterm", 1);
    dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    dup2(out_fd, STDOUT_FILENO);
    dup2(err[1], STDERR_FILENO);
    execv(binary.c_str(), argv.data());
    perror(binary.c_str());
    _exit(127);
  }
  close(out[1]);
  close(err[1]);
  out_.fd = out[0];
  err_.fd = err[0];
  out_.reader = std::thread([this] { Read(out_); });
  err_.reader = std::thread([this] { Read(err_); });
}

CliProcess::~CliProcess() {
  if (exit_code_ < 0) {
    Signal(SIGKILL);
    Wait();
  }
}

void CliProcess::Read(Stream& stream) {
  char buffer[4096];
  for (;;) {
    ssize_t got = read(stream.fd, buffer, sizeof(buffer));
    std::lock_guard lock(mutex_);
    if (got > 0) stream.text.append(buffer, static_cast<size_t>(got));
    stream.ended = got <= 0;
    changed_.notify_all();
    if (got <= 0) return;
  }
}

void CliProcess::Signal(int signal) { kill(pid_, signal); }

bool CliProcess::WaitForStderr(std::string_view text) {
  std::unique_lock lock(mutex_);
  auto seen = [&] { return err_.text.find(text) != std::string::npos; };
  changed_.wait_for(lock, kTextTimeout, [&] { return seen() || err_.ended; });
  return seen();
}

int CliProcess::Wait() {
  if (exit_code_ >= 0) return exit_code_;
  int pid_fd = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  if (pid_fd < 0) Die("pidfd_open");
  pollfd ended = {pid_fd, POLLIN, 0};
  if (poll(&ended, 1, kEndTimeoutMs) == 0) Signal(SIGKILL);
  close(pid_fd);
  int status = 0;
  if (waitpid(pid_, &status, 0) != pid_) Die("waitpid");
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  for (Stream* stream : {&out_, &err_}) {
    stream->reader.join();
    close(stream->fd);
  }
  return exit_code_;
}

}  // namespace mockarty::testing
