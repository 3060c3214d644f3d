// The logic of a coordinator: fleet, runs, merge, verdicts. No sockets, no threads, no clock of its own; gRPC, the
// local runner and tests drive it.
//
// Threads: every method on one thread, the core's (CoreLoop in core_loop.h, or a test's). Callbacks and sends come on
// that thread, from within these methods; they must not call back into the coordinator.
#ifndef COORDINATOR_RUN_COORDINATOR_H_
#define COORDINATOR_RUN_COORDINATOR_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/time/clock.h"
#include "coordinator/fleet/runner_session.h"
#include "coordinator/run/coordinator_options.h"
#include "coordinator/store/store_queue.h"
#include "mockarty/v1/control.pb.h"
#include "mockarty/v1/runner_link.pb.h"

namespace mockarty {

using WatchId = uint64_t;

// What the caller of Control may do.
struct Caller {
  std::string token_id;
  std::string name_space;  // empty: all
};

class Coordinator {
 public:
  // All references outlive the coordinator. `post` hands a function to the core's thread; from any thread.
  Coordinator(const CoordinatorOptions& options, const Clock& clock, StoreQueue& store, ScriptInspector& inspector,
              std::function<void(std::function<void()>)> post);
  ~Coordinator();
  Coordinator(const Coordinator&) = delete;
  Coordinator& operator=(const Coordinator&) = delete;

  // Runners. A session's first message is Hello. `token_id` may be revoked later (DropToken).
  void OnRunnerConnected(SessionId session, std::shared_ptr<RunnerSession> runner, std::string token_id,
                         std::string name_space, bool local);
  void OnRunnerMessage(SessionId session, const v1::RunnerMessage& message);
  void OnRunnerGone(SessionId session);
  // Cuts off all sessions of a token.
  void DropToken(const std::string& token_id);

  // Control. Results by callback, because the store answers later; on the core's thread. Submit: FailedPrecondition
  // when the store does not take the run, which is another thing than a coordinator that is away (Unavailable).
  void Submit(v1::SubmitRequest request, const Caller& caller,
              std::function<void(absl::StatusOr<std::string> run_id)> done);
  absl::Status StopRun(const std::string& run_id, bool now, const Caller& caller);
  // `on_event` for each event until Unwatch() or the one with `final`. NotFound comes as a final event's absence:
  // `done` with the status instead.
  WatchId Watch(const std::string& run_id, uint64_t after, const Caller& caller,
                std::function<void(const v1::RunEvent&)> on_event, std::function<void(absl::Status)> done);
  void Unwatch(WatchId watch);
  void ListRuns(const v1::ListRunsRequest& request, const Caller& caller,
                std::function<void(absl::StatusOr<v1::ListRunsResponse>)> done);
  void GetRun(const std::string& run_id, const Caller& caller,
              std::function<void(absl::StatusOr<v1::GetRunResponse>)> done);
  v1::ListRunnersResponse ListRunners(const Caller& caller) const;

  // Applies all that is due; the instant by which to call again (at most one second away).
  Nanos Tick();

  // An orderly end: gives the runs up to other coordinators, says good-bye to the runners.
  void Shutdown();

  // For /metrics and /health.
  struct Stats {
    size_t runners = 0;
    size_t active_runs = 0;
    size_t queued_runs = 0;
    uint64_t windows_merged = 0;
    uint64_t windows_duplicate = 0;
    uint64_t windows_refused = 0;
    uint64_t stale_messages = 0;
    bool store_ok = true;
    std::string store_error;
  };
  Stats GetStats() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mockarty

#endif  // COORDINATOR_RUN_COORDINATOR_H_
