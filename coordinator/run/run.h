// One run, from the moment this coordinator owns it to its report.
//
//   inspecting -> waiting -> (setting up -> waiting ->) placing -> starting -> running -> (tearing down ->) finishing
//   -> over
//
// inspecting: the script is converted and checked in a process of its own. waiting: for runners with free slots.
// placing: offers, leases, preparation; a runner that fails here is replaced, since nothing ran yet. starting: that the
// run begins is stored first, so that it never begins twice. running: windows are merged, judged, journaled, and
// acknowledged once they are in the store. finishing: the report is stored. A run that is taken over from another
// owner, or from before a restart, goes on in running.
//
// Belongs to the core's thread. Held by shared_ptr: answers of the store and of the inspector may come late.
#ifndef COORDINATOR_RUN_RUN_H_
#define COORDINATOR_RUN_RUN_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/plan/test_plan.h"
#include "coordinator/planner/planner.h"
#include "coordinator/run/assignment.h"
#include "coordinator/run/run_events.h"
#include "coordinator/run/run_host.h"
#include "coordinator/run/run_measurements.h"
#include "mockarty/v1/store.pb.h"

namespace mockarty {

class Run : public std::enable_shared_from_this<Run> {
 public:
  Run(RunHost* host, v1::StoredRun record, Owner owner);

  // Once, first.
  void Begin();

  // From the runner that holds the assignment. Messages of another epoch are refused and counted.
  void OnMessage(Runner& runner, const v1::RunnerMessage& message);
  // A runner said that it holds an assignment of this run.
  void OnHeld(Runner& runner, const v1::HeldAssignment& held);
  // A runner connected, anew perhaps: parts of this run that it should have and did not say to hold are gone.
  void OnConnected(const Runner& runner);
  void OnRunnersChanged();
  void Stop(bool now);
  void Tick(Nanos now);

  // `on_end` when the run leaves this coordinator before its final event.
  void Watch(uint64_t watch, uint64_t after, RunEvents::OnEvent on_event, RunEvents::OnEnd on_end) {
    events_.Add(watch, after, std::move(on_event), std::move(on_end));
  }
  bool Unwatch(uint64_t watch) { return events_.Remove(watch); }

  const std::string& id() const { return record_.run_id(); }
  const v1::StoredRun& record() const { return record_; }
  // Of the runner that a part of this run was given to; empty: none was, to this one.
  std::string TokenOf(std::string_view instance) const;
  // Takes up to the planner: nothing is promised to a runner yet.
  bool Waiting() const { return stage_ == Stage::kInspecting || stage_ == Stage::kWaiting; }
  bool Over() const { return stage_ == Stage::kOver; }
  // It is not this coordinator's any more: forget it, and say `why` to its watchers.
  void Disown(const absl::Status& why);
  static absl::Status NotOurs();

 private:
  // kRecovering: of a run that had begun, what is stored is being read.
  enum class Stage {
    kInspecting,
    kWaiting,
    kSettingUp,
    kPlacing,
    kStarting,
    kRecovering,
    kRunning,
    kTearingDown,
    kSummarizing,  // handleSummary() runs
    kFinishing,
    kOver
  };

  // Nothing of a runner counts any more.
  bool Ending() const { return stage_ == Stage::kSummarizing || stage_ == Stage::kFinishing || stage_ == Stage::kOver; }

  static constexpr Nanos kSnapshotInterval = 30 * kNanosPerSecond;
  static constexpr size_t kMaxFailureText = 4096;  // bytes kept of what a runner says went wrong

  // run.cc: the way to the start.
  void Inspect();
  void OnInspected(const v1::TaskInspection& inspection);
  void TryPlace();
  void SendOffer(Assignment& assignment);
  void OnOfferAnswer(Runner& runner, Assignment& assignment, const v1::OfferAnswer& answer);
  void OnReady(Assignment& assignment, const v1::Ready& ready);
  void SendArchive(Runner& runner, const v1::ArchiveRequest& request);
  void PlaceElsewhere(Assignment& assignment, const std::string& why);
  void WithdrawAll(const std::string& why);
  void FailNotReady(const Assignment& assignment);
  void StartIfReady();
  void SetStarted(bool started);
  void SendStart(Assignment& assignment);
  void TickPlacing(Nanos now);
  PlannerRequest MakeRequest() const;

  // run_hooks.cc: setup() and teardown().
  bool SetupIsMissing() const;
  bool TeardownIsDue() const;
  void OfferHook(v1::Hook hook, const std::string& instance, const std::string& runner);
  void BeginSetup(const Placement& placement);
  void PlaceTeardown();
  void BeginTeardown();
  void PlaceHookElsewhere(Assignment& assignment, const std::string& why);
  void BeginHook(Assignment& assignment);
  void TickHook(Nanos now);
  void OnHookTimeout(Assignment& assignment);
  void HookIfDone();
  void OnHookEnd(Assignment& assignment, v1::FailureKind kind, const std::string& why);
  void NoteFailure(const std::string& why);
  void Conclude();
  void EndInterrupted();
  void End();

  // run_recovery.cc: what had begun before.
  struct Stored;
  void Recover();
  void LoadStored();
  absl::Status Restore(const Stored& stored);
  void GoOn();
  void GoOnWithHook();
  void Resume(Runner& runner, Assignment& assignment);
  void ResumeAll();

  // run_load.cc: while it runs.
  void OnStarted(Assignment& assignment, const v1::Started& started);
  void OnWindow(Assignment& assignment, const v1::WindowMessage& message);
  void OnFinished(Assignment& assignment, const v1::Finished& finished);
  void OnVerdict(const v1::ScriptVerdict& verdict);
  void OnConsole(const Runner& runner, const v1::ConsoleLines& lines);
  void RefuseWindow(Assignment& assignment, const absl::Status& why);
  void TickRunning(Nanos now);
  void Judge();
  void StopRunners(bool now, const std::string& reason);
  void SendStops(Assignment& assignment);
  void FinishIfDone();

  // run_journal.cc: until it is stored.
  void Acknowledge(Assignment& assignment);
  void FlushJournal();
  void SaveSnapshot(Nanos now);

  // run_loss.cc: runners that are lost.
  void CheckRunner(Assignment& assignment, Nanos now);
  void OnLoss(Assignment& assignment, AssignmentState state, const std::string& why);
  void GiveAwayLost();
  uint32_t TimesGivenAway(const Assignment& assignment);
  void GiveAway(Assignment& lost);
  void TakeBack(Assignment& replacement);

  // run_end.cc: the end and what is seen of it.
  void Finish();
  void Fail(v1::FailureKind kind, std::string failure);
  void Summarize(RunReport report);
  void StoreEnd(std::optional<RunReport> report);
  DistributedReport MakeDistributed() const;
  v1::RunEvent LiveEvent() const;
  void Say(std::string message);
  void SetState(v1::RunState state) { record_.set_state(state); }
  void StoreRecord(std::function<void(const absl::Status&)> done);
  void Update(std::function<absl::Status(Store&)> work, std::function<void(const absl::Status&)> done);
  void StoreBegin(std::function<void(const absl::Status&)> done);
  void TryStoreBegin();
  RunRecord MakeRecord() const;
  void ReleaseSlot(Assignment& assignment);
  void Send(Assignment& assignment, v1::CoordinatorMessage message);
  void SendRelease(Runner& runner, const v1::AssignmentId& id, const std::string& reason);
  void FillId(const Assignment& assignment, v1::AssignmentId* id) const;
  Assignment* Find(uint32_t number);
  uint64_t NextEpoch() { return owner_.epoch << 20 | ++epochs_; }
  Nanos HeartbeatTimeout() const { return host_.Options().heartbeat_timeout; }

  RunHost& host_;
  v1::StoredRun record_;
  const Owner owner_;
  Stage stage_ = Stage::kInspecting;
  RunEvents events_;
  std::optional<TestPlan> plan_;
  std::string archive_;
  std::map<uint32_t, Assignment> assignments_;
  std::map<std::string, Nanos> excluded_;  // runners that failed to begin, until when
  uint64_t epochs_ = 0;
  uint32_t attempts_ = 0;
  uint32_t numbers_ = 0;       // of assignments given so far
  std::string waiting_for_;    // said already
  uint64_t seen_changes_ = 0;  // of the fleet, at the last attempt
  Nanos next_try_ = 0;

  uint32_t hook_ = 0;  // the assignment of the call that is under way; 0: none
  Nanos hook_deadline_ = 0;
  Nanos place_teardown_by_ = 0;
  std::string hook_failure_;  // of the last runner that did not take it
  v1::HookResult hook_result_;
  bool no_report_ = false;  // it ends without a load

  std::unique_ptr<RunMeasurements> measured_;
  std::function<void(const absl::Status&)> begin_done_;  // of StoreBegin(), while it is under way
  uint64_t begin_attempts_ = 0;
  Nanos retry_begin_at_ = kNever;
  Nanos begin_by_ = 0;
  Nanos start_ = 0;  // of the load, our clock
  Nanos next_second_ = 0;
  Nanos next_snapshot_ = 0;
  Nanos stop_deadline_ = 0;   // 0: no stop is under way
  Nanos others_done_at_ = 0;  // since when only lost runners are missing; 0: not yet
  std::vector<WindowRecord> journal_;
  size_t journal_bytes_ = 0;  // in journal_ and under way
  bool passed_over_ = false;  // windows were not taken, because the journal was full
  uint64_t journaled_ = 0;    // windows since the last snapshot
  bool journal_in_flight_ = false;
  bool journal_failing_ = false;
  bool read_failing_ = false;
  bool end_in_flight_ = false;
  std::string pending_report_;
  Nanos retry_end_at_ = 0;
};

}  // namespace mockarty

#endif  // COORDINATOR_RUN_RUN_H_
