// SIGINT and SIGTERM as ordinary calls on a thread of their own.
//
// BlockSignals() comes first in main(), before any other thread: threads inherit the mask, so that only the watcher
// ever sees the two.
#ifndef CLI_SIGNAL_WATCHER_H_
#define CLI_SIGNAL_WATCHER_H_

#include <functional>
#include <memory>
#include <thread>

#include "absl/status/statusor.h"

namespace mockarty {

class SignalWatcher {
 public:
  // Holds back SIGINT and SIGTERM in this thread and its later children; ignores SIGPIPE.
  static void BlockSignals();

  // Calls `on_signal(1)`, `on_signal(2)`, ... on the watcher's thread, once a signal. Fails with what the system said.
  static absl::StatusOr<std::unique_ptr<SignalWatcher>> Create(std::function<void(int count)> on_signal);
  // No call is under way or comes after.
  ~SignalWatcher();
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;

 private:
  SignalWatcher(std::function<void(int count)> on_signal, int signal_fd, int quit_fd);
  void Watch();

  std::function<void(int count)> on_signal_;
  int signal_fd_;
  int quit_fd_;
  std::thread thread_;
};

}  // namespace mockarty

#endif  // CLI_SIGNAL_WATCHER_H_
