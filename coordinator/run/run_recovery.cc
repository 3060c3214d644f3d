// A run that had begun under another owner, or under this one before a restart; runners that connect anew.
#include <algorithm>
#include <utility>

#include "common/base/concat.h"
#include "common/log/log.h"
#include "common/wire/plan_codec.h"
#include "coordinator/run/fill_ranges.h"
#include "coordinator/run/run.h"

namespace mockarty {
namespace {

// After a restart or a takeover runners get at least this long to find the owner.
constexpr Nanos kFindOwner = 20 * kNanosPerSecond;

AssignmentState StateAfterTakeover(const v1::StoredAssignment& stored) {
  const std::string& state = stored.state();
  if (state == "completed") {
    return AssignmentState::kCompleted;
  }
  if (state == "failed") {
    return AssignmentState::kFailed;
  }
  if (state == "crashed") {
    return AssignmentState::kCrashed;
  }
  return state == "withdrawn" ? AssignmentState::kWithdrawn : AssignmentState::kRunning;
}

}  // namespace

// What the store has of a run.
struct Run::Stored {
  std::string archive;
  std::optional<std::string> snapshot;
  std::vector<WindowRecord> windows;
};

void Run::Recover() {
  absl::StatusOr<TestPlan> plan = FromProto(record_.plan());
  if (!plan.ok()) {
    return Fail(v1::FAILURE_KIND_INTERNAL, Concat("stored plan: ", ToStd(plan.status().message())));
  }
  plan_ = *std::move(plan);
  absl::StatusOr<std::unique_ptr<RunMeasurements>> measured = RunMeasurements::Create(*plan_);
  if (!measured.ok()) {
    return Fail(v1::FAILURE_KIND_INTERNAL, std::string(ToStd(measured.status().message())));
  }
  measured_ = *std::move(measured);
  stage_ = Stage::kRecovering;
  LoadStored();
}

void Run::LoadStored() {
  next_try_ = kNever;
  auto stored = std::make_shared<Stored>();
  host_.InStore(
      [stored, run_id = id(), hash = record_.archive_hash()](Store& store) -> absl::Status {
        absl::StatusOr<std::string> archive = store.GetArchive(hash);
        if (archive.ok()) {
          stored->archive = *std::move(archive);
        } else if (!absl::IsNotFound(archive.status())) {
          return archive.status();
        }
        auto snapshot = store.GetSnapshot(run_id);
        if (!snapshot.ok()) {
          return snapshot.status();
        }
        stored->snapshot = *std::move(snapshot);
        auto windows = store.LoadWindows(run_id);
        if (!windows.ok()) {
          return windows.status();
        }
        stored->windows = *std::move(windows);
        return absl::OkStatus();
      },
      [self = weak_from_this(), stored](const absl::Status& status) {
        const auto run = self.lock();
        if (run == nullptr || run->stage_ != Stage::kRecovering) {
          return;
        }
        if (absl::IsUnavailable(status)) {
          // Runners go on and keep what they measured, so nothing is lost by waiting.
          if (!std::exchange(run->read_failing_, true)) {
            Log(LogLevel::kWarn, "what was stored of a run cannot be read yet", {{"run", run->id()}, {"why", status}});
          }
          run->next_try_ = run->host_.Now() + kNanosPerSecond;
          return;
        }
        const absl::Status restored = status.ok() ? run->Restore(*stored) : status;
        if (!restored.ok()) {
          return run->Fail(v1::FAILURE_KIND_INTERNAL,
                           Concat("what was stored of the run cannot be read: ", ToStd(restored.message())));
        }
        run->archive_ = std::move(stored->archive);
        run->GoOn();
      });
}

absl::Status Run::Restore(const Stored& stored) {
  if (stored.snapshot.has_value()) {
    v1::StoredSnapshot snapshot;
    if (!snapshot.ParseFromString(*stored.snapshot)) {
      return absl::DataLossError("the snapshot is no message");
    }
    if (absl::Status restored = measured_->Restore(snapshot); !restored.ok()) {
      return restored;
    }
  }
  for (const WindowRecord& record : stored.windows) {
    v1::Window window;
    const absl::Status added = window.ParseFromString(record.data)
                                   ? measured_->Add(record.assignment, window)
                                   : absl::DataLossError("a stored window is no message");
    if (!added.ok() && !absl::IsAlreadyExists(added)) {
      Log(LogLevel::kError, "stored window refused", {{"run", id()}, {"why", added}});
    }
  }
  return absl::OkStatus();
}

void Run::GoOn() {
  const Nanos now = host_.Now();
  start_ = now - (WallClockMillis() * kNanosPerMilli - record_.started_unix_ns());
  if (record_.started_unix_ns() == 0) {
    start_ = now + host_.Options().start_delay;
    record_.set_started_unix_ns(WallClockMillis() * kNanosPerMilli + host_.Options().start_delay);
  }
  for (const v1::StoredAssignment& stored : record_.assignments()) {
    Assignment& assignment = assignments_[stored.number()];
    assignment.stored = stored;
    assignment.state = StateAfterTakeover(stored);
    assignment.loss_handled =
        assignment.state == AssignmentState::kFailed || assignment.state == AssignmentState::kCrashed;
    assignment.epoch = NextEpoch();
    assignment.last_heard = now + kFindOwner - HeartbeatTimeout();
    for (const auto& [first, last] : measured_->Taken(stored.number())) {
      assignment.in_store.Add(first, last);
    }
  }
  for (auto& [number, assignment] : assignments_) {
    if (Assignment* lost = Find(assignment.stored.replaces());
        lost != nullptr && assignment.state != AssignmentState::kWithdrawn) {
      lost->given_away = true;
      lost->state = lost->state == AssignmentState::kRunning ? AssignmentState::kReplaced : lost->state;
    }
  }
  numbers_ = assignments_.empty() ? 0 : assignments_.rbegin()->first;
  stage_ = Stage::kRunning;
  GoOnWithHook();
  next_second_ = now + kNanosPerSecond;
  next_snapshot_ = now + kSnapshotInterval;
  v1::RunEvent event = LiveEvent();
  *event.mutable_plan() = record_.plan();
  event.set_message("a coordinator took the run over where it stood");
  events_.Publish(std::move(event));
  Log(LogLevel::kInfo, "run taken over", {{"run", id()}, {"epoch", owner_.epoch}});
  ResumeAll();  // runners that connected before this
  if (record_.stop_requested() && stage_ == Stage::kWaiting) {
    return EndInterrupted();
  }
  if (record_.stop_requested() && stage_ == Stage::kRunning) {
    StopRunners(record_.stop_now(), "stopped by user");
    StoreRecord([](const absl::Status&) {});  // it may have been asked for a moment ago
  }
}

// Of a run whose load did not begin, or is over.
void Run::GoOnWithHook() {
  bool parts = false;
  for (const auto& [number, assignment] : assignments_) {
    parts = parts || (!assignment.IsHook() && assignment.Began());
    if (assignment.IsHook() && !assignment.Over()) {
      hook_ = number;
      stage_ = assignment.stored.hook() == v1::HOOK_SETUP ? Stage::kSettingUp : Stage::kTearingDown;
      hook_deadline_ =
          host_.Now() + kFindOwner + kFindOwner + std::max(plan_->hooks.setup_timeout, plan_->hooks.teardown_timeout);
    }
  }
  if (stage_ == Stage::kRunning && !parts) {
    stage_ = Stage::kWaiting;  // after setup()
    SetState(v1::RUN_STATE_QUEUED);
  }
}

void Run::ResumeAll() {
  for (auto& [number, assignment] : assignments_) {
    Runner* runner = host_.Runners().FindInstance(assignment.stored.instance_id());
    if (runner != nullptr && !assignment.Over()) {
      Resume(*runner, assignment);
    }
  }
}

void Run::OnHeld(Runner& runner, const v1::HeldAssignment& held) {
  if (stage_ == Stage::kRecovering || Ending()) {
    return;  // GoOn() resumes; the end releases
  }
  Assignment* assignment = Find(held.id().number());
  // Of an owner before this one only what had begun still counts.
  const bool outdated = assignment != nullptr && !assignment->Began() && held.id().epoch() >> 20 != owner_.epoch;
  if (assignment == nullptr || outdated || assignment->stored.instance_id() != runner.instance() ||
      assignment->state == AssignmentState::kReplaced || assignment->state == AssignmentState::kWithdrawn) {
    SendRelease(runner, held.id(), "this part of the run was given to another runner or never began");
    return;
  }
  if (assignment->Over()) {
    SendRelease(runner, held.id(), "complete");
    return;
  }
  Resume(runner, *assignment);
}

void Run::Resume(Runner& runner, Assignment& assignment) {
  const AssignmentState before = assignment.state;
  assignment.epoch = NextEpoch();
  assignment.last_heard = host_.Now();
  if (!assignment.holds_slot) {
    assignment.holds_slot = true;
    ++runner.assigned;
  }
  v1::CoordinatorMessage message;
  FillId(assignment, message.mutable_resume()->mutable_id());
  FillTaken(assignment.in_store.ranges(), message.mutable_resume());
  if (measured_ != nullptr) {
    FillMerged(measured_->Taken(assignment.number()), message.mutable_resume());
  }
  Send(assignment, std::move(message));
  if (before == AssignmentState::kLost) {
    assignment.state = AssignmentState::kRunning;
    assignment.loss_handled = false;
    others_done_at_ = 0;
    Say(Concat(runner.Name(), " is back; what it measured meanwhile is being sent"));
  }
  if (before == AssignmentState::kOffered) {
    // Whether it accepted is not known, and nothing ran yet.
    return PlaceElsewhere(assignment, Concat(runner.Name(), " connected anew before it answered the offer"));
  }
  if (assignment.state != AssignmentState::kRunning) {
    return;
  }
  if (record_.stop_requested()) {
    assignment.stop_sent = false;
    assignment.stop_now_sent = false;
    SendStops(assignment);  // also to one that has not begun: no load starts behind a stop
  } else {
    SendStart(assignment);  // idempotent: a part that runs already passes it over
  }
}

}  // namespace mockarty
