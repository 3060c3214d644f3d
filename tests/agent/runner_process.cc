#include "tests/agent/runner_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

namespace mockarty::testing {
namespace {

constexpr std::chrono::seconds kPatience(60);

int Count(const std::string& text, std::string_view part) {
  int count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

}  // namespace

RunnerProcess::RunnerProcess(const std::map<std::string, std::string>& environment,
                             const std::vector<std::string>& arguments) {
  const char* folder = getenv("MOCKARTY_BIN_DIR");
  std::string binary = std::string(folder == nullptr ? "build/dev/bin" : folder) + "/mockarty-runner";
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
  // What a sanitizer is told is for the runner, too.
  for (const char* name : {"ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"}) {
    if (const char* value = getenv(name); value != nullptr) variables.push_back(std::string(name) + "=" + value);
  }
  std::vector<char*> argv = {binary.data()};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  std::vector<char*> envp;
  for (std::string& variable : variables) envp.push_back(variable.data());
  envp.push_back(nullptr);
  int pipe_fds[2];
  if (pipe2(pipe_fds, O_CLOEXEC) != 0) abort();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], 1);
  posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], 2);
  int error = posix_spawn(&pid_, binary.c_str(), &actions, nullptr, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_fds[1]);
  if (error != 0) {
    fprintf(stderr, "cannot start %s\n", binary.c_str());
    abort();
  }
  reader_ = std::thread([this, fd = pipe_fds[0]] { Read(fd); });
}

RunnerProcess::~RunnerProcess() {
  if (exit_code_ < 0) {
    Signal(SIGKILL);
    Wait();
  }
  reader_.join();
}

void RunnerProcess::Read(int fd) {
  char chunk[4096];
  for (;;) {
    ssize_t size = read(fd, chunk, sizeof(chunk));
    std::lock_guard lock(mutex_);
    if (size <= 0) break;
    output_.append(chunk, static_cast<size_t>(size));
    changed_.notify_all();
  }
  close(fd);
  std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

void RunnerProcess::Signal(int signal) { kill(pid_, signal); }

bool RunnerProcess::WaitFor(std::string_view text, int times) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kPatience, [&] { return ended_ || Count(output_, text) >= times; });
  return Count(output_, text) >= times;
}

std::string RunnerProcess::output() {
  std::lock_guard lock(mutex_);
  return output_;
}

int RunnerProcess::Wait() {
  {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [&] { return ended_; })) kill(pid_, SIGKILL);
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return exit_code_;
}

int RunnerProcess::DashboardPort() {
  constexpr std::string_view kBefore = "dashboard listens address=127.0.0.1 port=";
  if (!WaitFor(kBefore)) return 0;
  std::string text = output();
  return atoi(text.c_str() + text.find(kBefore) + kBefore.size());
}

std::string HttpGet(int port, const std::string& path) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0 &&
      send(fd, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    char chunk[4096];
    for (ssize_t size; (size = recv(fd, chunk, sizeof(chunk), 0)) > 0;) answer.append(chunk, size);
  }
  close(fd);
  return answer;
}

}  // namespace mockarty::testing
