#include "cli/signal_watcher.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <utility>

#include "common/base/concat.h"

namespace mockarty {
namespace {

sigset_t WatchedSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

void SignalWatcher::BlockSignals() {
  sigset_t signals = WatchedSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

absl::StatusOr<std::unique_ptr<SignalWatcher>> SignalWatcher::Create(std::function<void(int count)> on_signal) {
  sigset_t signals = WatchedSignals();
  int signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signal_fd < 0) return absl::InternalError(Concat("cannot watch signals: ", strerror(errno)));
  int quit_fd = eventfd(0, EFD_CLOEXEC);
  if (quit_fd < 0) {
    int error = errno;
    close(signal_fd);
    return absl::InternalError(Concat("cannot watch signals: ", strerror(error)));
  }
  return std::unique_ptr<SignalWatcher>(new SignalWatcher(std::move(on_signal), signal_fd, quit_fd));
}

SignalWatcher::SignalWatcher(std::function<void(int count)> on_signal, int signal_fd, int quit_fd)
    : on_signal_(std::move(on_signal)), signal_fd_(signal_fd), quit_fd_(quit_fd), thread_([this] { Watch(); }) {}

SignalWatcher::~SignalWatcher() {
  eventfd_write(quit_fd_, 1);
  thread_.join();
  close(signal_fd_);
  close(quit_fd_);
}

void SignalWatcher::Watch() {
  int count = 0;
  for (;;) {
    std::array<pollfd, 2> fds = {{{signal_fd_, POLLIN, 0}, {quit_fd_, POLLIN, 0}}};
    if (poll(fds.data(), fds.size(), -1) < 0) continue;  // EINTR
    if (fds[1].revents != 0) return;
    signalfd_siginfo info;
    while (read(signal_fd_, &info, sizeof(info)) == static_cast<ssize_t>(sizeof(info))) on_signal_(++count);
  }
}

}  // namespace mockarty
