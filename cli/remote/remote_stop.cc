#include "cli/remote/remote_stop.h"

#include <unistd.h>

#include <chrono>
#include <utility>

#include "absl/status/status.h"
#include "cli/exit_codes.h"
#include "cli/remote/backoff.h"
#include "common/base/concat.h"

namespace mockarty {

RemoteStop::RemoteStop(ControlClient* client, StatusTerminal* terminal, bool watching)
    : client_(*client), terminal_(*terminal), watching_(watching), thread_([this] { Work(); }) {}

RemoteStop::~RemoteStop() {
  {
    std::lock_guard lock(mutex_);
    quit_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void RemoteStop::RunBegins(std::string run_id) {
  std::lock_guard lock(mutex_);
  phase_ = Phase::kRunning;
  run_id_ = std::move(run_id);
}

void RemoteStop::RunEnded() {
  std::lock_guard lock(mutex_);
  phase_ = Phase::kReporting;
}

void RemoteStop::OnSignal(int count) {
  std::lock_guard lock(mutex_);
  if (phase_ == Phase::kSubmitting || count > 2 || (watching_ && phase_ == Phase::kRunning)) Leave();
  // The second of two signals must not cost the report when the run has ended between them.
  if (phase_ == Phase::kReporting) return;
  wanted_ = count == 1 ? Level::kGraceful : Level::kNow;
  terminal_.Line(count == 1 ? "stopping: iterations under way may finish; once more to stop at once"
                            : "stopping at once; once more to leave");
  changed_.notify_all();
}

void RemoteStop::Leave() {
  terminal_.EndProgress();
  if (phase_ == Phase::kSubmitting) {
    terminal_.Line("interrupted; whether the run was submitted is shown by: mockarty-cli perf list");
  } else if (phase_ == Phase::kRunning) {
    terminal_.Line(Concat("leaving; run ", run_id_, " goes on. To stop it: mockarty-cli perf stop ", run_id_,
                          " --now --coordinator ", client_.address()));
  }
  // Destructors would wait for calls that are under way. A report file has no trace before it is written.
  _exit(kExitInterrupted);
}

void RemoteStop::Work() {
  Level done = Level::kNone;
  Backoff backoff;
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return quit_ || wanted_ != done; });
    if (quit_) return;
    Level level = wanted_;
    std::string run_id = run_id_;
    lock.unlock();
    absl::Status status = client_.Stop(run_id, level == Level::kNow);
    lock.lock();
    if (!IsTransient(status)) {
      if (!status.ok() && phase_ == Phase::kRunning) {
        terminal_.Line(Concat("error: the run could not be stopped: ", status.message()));
      }
      done = level;
      backoff.Reset();
    } else {
      changed_.wait_for(lock, backoff.Next(), [&] { return quit_ || wanted_ != level; });
    }
  }
}

}  // namespace mockarty
