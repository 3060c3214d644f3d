// What is behind Coordinator: sessions of runners (coordinator_runners.cc), which runs are ours (coordinator_owner.cc),
// what callers of Control ask (coordinator.cc).
#ifndef COORDINATOR_RUN_COORDINATOR_IMPL_H_
#define COORDINATOR_RUN_COORDINATOR_IMPL_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/log/log.h"
#include "common/time/clock.h"
#include "coordinator/fleet/fleet.h"
#include "coordinator/fleet/runner_rights.h"
#include "coordinator/run/coordinator.h"
#include "coordinator/run/run.h"
#include "coordinator/run/run_host.h"

namespace mockarty {

class Coordinator::Impl final : public RunHost {
 public:
  Impl(const CoordinatorOptions& options, const Clock& clock, StoreQueue& store, ScriptInspector& inspector,
       std::function<void(std::function<void()>)> post);

  // RunHost.
  Nanos Now() const override { return clock_.Now(); }
  const CoordinatorOptions& Options() const override { return options_; }
  Fleet& Runners() override { return fleet_; }
  ScriptInspector& Inspector() override { return inspector_; }
  Coordinator::Stats& Figures() override { return stats_; }
  bool LocalAllowed() const override { return Now() - born_ >= kLocalPatience && fleet_.RemoteRunners() == 0; }
  void InStore(std::function<absl::Status(Store&)> work, std::function<void(const absl::Status&)> done,
               size_t bytes = 0) override;

  // coordinator_runners.cc: sessions.
  void Connected(SessionId session, std::shared_ptr<RunnerSession> link, std::string token, std::string name_space,
                 bool local);
  void Message(SessionId session, const v1::RunnerMessage& message);
  void Gone(SessionId session);
  void DropToken(const std::string& token);

  // coordinator.cc: what callers of Control ask.
  void Submit(v1::SubmitRequest request, const Caller& caller, std::function<void(absl::StatusOr<std::string>)> done);
  absl::Status StopRun(const std::string& run_id, bool now, const Caller& caller);
  WatchId Watch(const std::string& run_id, uint64_t after, const Caller& caller,
                std::function<void(const v1::RunEvent&)> on_event, std::function<void(absl::Status)> done);
  void Unwatch(WatchId watch);
  void ListRuns(const v1::ListRunsRequest& request, const Caller& caller,
                std::function<void(absl::StatusOr<v1::ListRunsResponse>)> done);
  void GetRun(const std::string& run_id, const Caller& caller,
              std::function<void(absl::StatusOr<v1::GetRunResponse>)> done);
  v1::ListRunnersResponse ListRunners(const Caller& caller) const;
  Stats GetStats() const;

  // coordinator_owner.cc: the runs of this coordinator.
  Nanos Tick();
  void Shutdown();

 private:
  struct WaitingWatch {
    std::string run_id;
    uint64_t after = 0;
    Caller caller;
    std::function<void(const v1::RunEvent&)> on_event;
    std::function<void(absl::Status)> done;
  };

  static bool MaySee(const Caller& caller, const v1::StoredRun& record);
  // A watcher of a run that is not in memory: over, or waiting in the store for its turn or its owner.
  void LookUpWatch(WatchId watch);

  void Cut(Runner& runner, const absl::Status& why);
  // Because of what the runner sent: logged once a token, kind of error and minute.
  void Refuse(Runner& runner, const absl::Status& why);
  void LogRefusal(const Runner& runner, std::string_view event, const absl::Status& why);
  absl::Status CheckInstance(const Runner& runner, const std::string& instance) const;
  void CutImpostors(const v1::StoredRun& record);
  void OnHello(Runner& runner, const v1::Hello& hello);
  void OnHeld(SessionId session, const v1::Hello& hello);
  void LookUpHeld(SessionId session, std::vector<v1::AssignmentId> held);
  static void SendRelease(Runner& runner, const v1::AssignmentId& id, const std::string& reason);
  static const std::string& RunIdOf(const v1::RunnerMessage& message);
  void ForRun(Runner& runner, const v1::RunnerMessage& message);
  void SendProbe(Runner& runner);
  void TickSessions(Nanos now);

  void ReleaseOwn();
  void CheckStore();
  void Claim();
  void Own(const RunRecord& row, const Owner& owner);
  void RenewLeases();

  // With no other runner, the coordinator's own takes runs; others get so long to connect.
  static constexpr Nanos kLocalPatience = 3 * kNanosPerSecond;

  const CoordinatorOptions options_;
  const Clock& clock_;
  StoreQueue& store_;
  ScriptInspector& inspector_;
  const std::function<void(std::function<void()>)> post_;
  const std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  Nanos born_ = 0;
  Fleet fleet_;
  std::map<SessionId, Nanos> next_probe_;
  DroppedTokens dropped_;
  LogLimiter refusals_{60 * kNanosPerSecond};
  std::map<std::string, std::shared_ptr<Run>> runs_;
  std::map<WatchId, WaitingWatch> waiting_watches_;
  WatchId watches_ = 0;
  bool ended_ = false;      // Shutdown() was called
  bool releasing_ = false;  // ReleaseOwn() is under way
  bool released_ = false;   // it is stored
  bool release_failing_ = false;
  bool claiming_ = false;
  bool checking_store_ = false;
  bool more_to_claim_ = true;
  Nanos next_second_ = 0;
  Nanos next_renewal_ = 0;
  // When leases were last prolonged, and that was stored. Read on the store's thread too.
  const std::shared_ptr<std::atomic<Nanos>> renewed_at_ = std::make_shared<std::atomic<Nanos>>(0);
  Stats stats_;
};

}  // namespace mockarty

#endif  // COORDINATOR_RUN_COORDINATOR_IMPL_H_
