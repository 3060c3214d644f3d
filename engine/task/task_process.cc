#include "engine/task/task_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/concat.h"
#include "engine/task/frame.h"
#include "mockarty/v1/task.pb.h"

namespace mockarty {
namespace {

constexpr int kChildFd = 3;
// A worker's last word is the end of its stream; its process must follow within this.
constexpr int kExitGraceMs = 5'000;
constexpr size_t kMaxQueuedBytes = 2 * kMaxFrameBytes;

// What of the daemon's environment a worker gets. Scripts see none of it, and a daemon's holds secrets.
constexpr std::array kPassedVariables = {
    "PATH=",         "HOME=",         "TMPDIR=",       "XDG_CACHE_HOME=", "LANG=",
    "LC_ALL=",       "TZ=",           "RES_OPTIONS=",  "LOCALDOMAIN=",    "SSL_CERT_FILE=",
    "SSL_CERT_DIR=", "ASAN_OPTIONS=", "LSAN_OPTIONS=", "TSAN_OPTIONS=",   "UBSAN_OPTIONS="};

std::vector<char*> ChildEnvironment() {
  std::vector<char*> passed;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    for (const char* name : kPassedVariables) {
      if (std::strncmp(*variable, name, std::strlen(name)) == 0) {
        passed.push_back(*variable);
      }
    }
  }
  passed.push_back(nullptr);
  return passed;
}

// In a process group of its own and with nothing open but standard error and the socket.
absl::StatusOr<pid_t> Spawn(const std::string& executable, int socket) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, socket, kChildFd);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, kChildFd + 1);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  const std::string path = executable.empty() ? "/proc/self/exe" : executable;
  std::string name = "mockarty-task-worker";
  std::string argument = kTaskWorkerArgument;
  std::array<char*, 3> arguments = {name.data(), argument.data(), nullptr};
  std::vector<char*> environment = ChildEnvironment();
  pid_t pid = -1;
  const int error = posix_spawn(&pid, path.c_str(), &actions, &attributes, arguments.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return absl::InternalError(Concat("cannot start a worker process from ", path, ": ", strerror(error)));
  }
  return pid;
}

std::string HowEnded(int status) {
  if (WIFSIGNALED(status)) {
    return Concat("killed by signal ", WTERMSIG(status));
  }
  const int code = WEXITSTATUS(status);
  return code == 0 ? "" : Concat("exit code ", code);
}

}  // namespace

class TaskProcess::Impl {
 public:
  Impl(int fd, pid_t pid, Callbacks callbacks) : fd_(fd), pid_(pid), callbacks_(std::move(callbacks)) {
    reader_ = std::thread([this] { Read(); });
    writer_ = std::thread([this] { Write(); });
  }

  ~Impl() {
    Kill();
    reader_.join();
    writer_.join();
    close(fd_);
  }

  bool Send(const v1::TaskCommand& command) {
    std::string payload = command.SerializeAsString();
    std::lock_guard<std::mutex> lock(mutex_);
    if (gone_ || payload.size() > kMaxFrameBytes || queued_bytes_ + payload.size() > kMaxQueuedBytes) {
      return false;
    }
    queued_bytes_ += payload.size();
    queue_.push_back(std::move(payload));
    changed_.notify_one();
    return true;
  }

  void Kill() {
    std::lock_guard<std::mutex> lock(mutex_);
    KillLocked();
  }

  pid_t pid() const { return pid_; }

 private:
  void KillLocked() {
    if (!reaped_) {
      kill(pid_, SIGKILL);
    }
  }

  void Read() {
    std::string payload;
    std::string nonsense;
    for (;;) {
      const FrameResult result = ReadFrame(fd_, &payload);
      if (result == FrameResult::kEnd) {
        break;
      }
      v1::TaskEvent event;
      if (result == FrameResult::kTooLarge || !event.ParseFromString(payload)) {
        nonsense = "it sent what is not a message of a worker";
        Kill();
        break;
      }
      callbacks_.on_event(event);
    }
    const std::string how = Reap();
    callbacks_.on_exit(nonsense.empty() ? how : nonsense);
  }

  // The stream has ended: so does the process.
  std::string Reap() {
    const int process = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    if (process >= 0) {
      pollfd ended{process, POLLIN, 0};
      if (poll(&ended, 1, kExitGraceMs) == 0) {
        Kill();
      }
      close(process);
    }
    // Reaped under the lock, so that no signal goes to a number that has been given to another process.
    siginfo_t info{};
    while (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    std::lock_guard<std::mutex> lock(mutex_);
    int status = 0;
    pid_t waited;
    do {
      waited = waitpid(pid_, &status, 0);
    } while (waited < 0 && errno == EINTR);
    reaped_ = true;
    gone_ = true;
    shutdown(fd_, SHUT_RDWR);
    changed_.notify_one();
    return waited == pid_ ? HowEnded(status) : "how is not known";
  }

  void Write() {
    for (;;) {
      std::string payload;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [this] { return gone_ || !queue_.empty(); });
        if (gone_) {
          return;
        }
        payload = std::move(queue_.front());
        queue_.pop_front();
        queued_bytes_ -= payload.size();
      }
      if (WriteFrame(fd_, payload) != FrameResult::kOk) {
        return;  // the reader sees the end, too
      }
    }
  }

  const int fd_;
  const pid_t pid_;
  const Callbacks callbacks_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> queue_;
  size_t queued_bytes_ = 0;
  bool gone_ = false;
  bool reaped_ = false;
  std::thread reader_;
  std::thread writer_;
};

absl::StatusOr<std::unique_ptr<TaskProcess>> TaskProcess::Start(const std::string& executable, Callbacks callbacks) {
  std::array<int, 2> pair{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    return absl::InternalError(Concat("cannot make a socket pair for a worker process: ", strerror(errno)));
  }
  const absl::StatusOr<pid_t> pid = Spawn(executable, pair[1]);
  close(pair[1]);
  if (!pid.ok()) {
    close(pair[0]);
    return pid.status();
  }
  return std::unique_ptr<TaskProcess>(new TaskProcess(std::make_unique<Impl>(pair[0], *pid, std::move(callbacks))));
}

TaskProcess::TaskProcess(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TaskProcess::~TaskProcess() = default;
bool TaskProcess::Send(const v1::TaskCommand& command) { return impl_->Send(command); }
void TaskProcess::Kill() { impl_->Kill(); }
pid_t TaskProcess::pid() const { return impl_->pid(); }

}  // namespace mockarty
