// The part of a run in which there is load: windows, losses, verdicts, stops.
#include <algorithm>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/log/log.h"
#include "common/wire/plan_codec.h"
#include "coordinator/run/run.h"

namespace mockarty {
namespace {

constexpr Nanos kSnapshotInterval = 30 * kNanosPerSecond;
constexpr uint64_t kSnapshotWindows = 64;
// Of windows that the store does not take. More stay with the runners.
constexpr size_t kMaxJournalBytes = size_t{256} << 20;
// After a restart or a takeover runners get at least this long to find the owner.
constexpr Nanos kFindOwner = 20 * kNanosPerSecond;
// Beyond the plan and its grace: a runner that still sends is told to stop at once, and given up later.
constexpr Nanos kOvertime = 60 * kNanosPerSecond;
constexpr Nanos kStopMargin = 30 * kNanosPerSecond;
constexpr double kMillisPerNano = 1e-6;

template <typename Ranges, typename Message>
void FillRanges(const Ranges& ranges, Message* out) {
  for (const auto& [first, last] : ranges) {
    out->add_taken(first);
    out->add_taken(last);
  }
}

template <typename Ranges, typename Message>
void FillMerged(const Ranges& ranges, Message* out) {
  for (const auto& [first, last] : ranges) {
    out->add_merged(first);
    out->add_merged(last);
  }
}

}  // namespace

// Another owner, or this one before a restart, had begun the load.
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
  struct Loaded {
    std::string archive;
    std::optional<std::string> snapshot;
    std::vector<WindowRecord> windows;
  };
  auto loaded = std::make_shared<Loaded>();
  host_.InStore(
      [loaded, run_id = id(), hash = record_.archive_hash()](Store& store) -> absl::Status {
        if (auto archive = store.GetArchive(hash); archive.ok()) {
          loaded->archive = *std::move(archive);
        }
        auto snapshot = store.GetSnapshot(run_id);
        if (!snapshot.ok()) {
          return snapshot.status();
        }
        loaded->snapshot = *std::move(snapshot);
        auto windows = store.LoadWindows(run_id);
        if (!windows.ok()) {
          return windows.status();
        }
        loaded->windows = *std::move(windows);
        return absl::OkStatus();
      },
      [self = weak_from_this(), loaded](const absl::Status& status) {
        const auto run = self.lock();
        if (run == nullptr || run->stage_ != Stage::kRecovering) {
          return;
        }
        if (!status.ok()) {
          return run->Fail(v1::FAILURE_KIND_INTERNAL,
                           Concat("what was stored of the run cannot be read: ", ToStd(status.message())));
        }
        run->archive_ = std::move(loaded->archive);
        if (loaded->snapshot.has_value()) {
          v1::StoredSnapshot snapshot;
          absl::Status restored = snapshot.ParseFromString(*loaded->snapshot)
                                      ? run->measured_->Restore(snapshot)
                                      : absl::DataLossError("the snapshot is no message");
          if (!restored.ok()) {
            return run->Fail(v1::FAILURE_KIND_INTERNAL, Concat("stored snapshot: ", ToStd(restored.message())));
          }
        }
        for (const WindowRecord& record : loaded->windows) {
          v1::Window window;
          if (window.ParseFromString(record.data)) {
            const absl::Status added = run->measured_->Add(record.assignment, window);
            if (!added.ok() && !absl::IsAlreadyExists(added)) {
              Log(LogLevel::kError, "stored window refused", {{"run", run->id()}, {"why", added}});
            }
          }
        }
        const Nanos now = run->host_.Now();
        run->start_ = now - (WallClockMillis() * kNanosPerMilli - run->record_.started_unix_ns());
        if (run->record_.started_unix_ns() == 0) {
          run->start_ = now + run->host_.Options().start_delay;
          run->record_.set_started_unix_ns(WallClockMillis() * kNanosPerMilli + run->host_.Options().start_delay);
        }
        for (const v1::StoredAssignment& stored : run->record_.assignments()) {
          Assignment& assignment = run->assignments_[stored.number()];
          assignment.stored = stored;
          assignment.epoch = run->NextEpoch();
          assignment.last_heard = now + kFindOwner - run->HeartbeatTimeout();
          for (const auto& [first, last] : run->measured_->Taken(stored.number())) {
            assignment.in_store.Add(first, last);
          }
          const std::string& state = stored.state();
          assignment.state = state == "completed"                          ? AssignmentState::kCompleted
                             : state == "failed"                           ? AssignmentState::kFailed
                             : state == "crashed"                          ? AssignmentState::kCrashed
                             : state == "withdrawn"                        ? AssignmentState::kWithdrawn
                             : stored.replaces() != 0 && !stored.started() ? AssignmentState::kWithdrawn
                                                                           : AssignmentState::kRunning;
          assignment.start_sent = false;
        }
        for (auto& [number, assignment] : run->assignments_) {
          if (Assignment* lost = run->Find(assignment.stored.replaces());
              lost != nullptr && assignment.state != AssignmentState::kWithdrawn) {
            lost->state = AssignmentState::kReplaced;
          }
        }
        run->stage_ = Stage::kRunning;
        run->next_second_ = now + kNanosPerSecond;
        run->next_snapshot_ = now + kSnapshotInterval;
        v1::RunEvent event = run->LiveEvent();
        *event.mutable_plan() = run->record_.plan();
        event.set_message("a coordinator took the run over where it stood");
        run->events_.Publish(std::move(event));
        Log(LogLevel::kInfo, "run taken over", {{"run", run->id()}, {"epoch", run->owner_.epoch}});
        run->ResumeAll();  // runners that connected before this
      });
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
  if (stage_ == Stage::kRecovering) {
    return;  // Recover() resumes
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
  FillRanges(assignment.in_store.ranges(), message.mutable_resume());
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
  if (assignment.state == AssignmentState::kRunning) {
    // Idempotent: a part that runs already passes it over.
    SendStart(assignment);
    if (assignment.stop_sent || record_.stop_requested()) {
      assignment.stop_sent = false;
      assignment.stop_now_sent = false;
      SendStops(assignment);
    }
  }
}

void Run::OnStarted(Assignment& assignment, const v1::Started& started) {
  assignment.stored.set_start_offset_ms(static_cast<double>(started.actual_ns() - started.planned_ns()) *
                                        kMillisPerNano);
}

void Run::OnWindow(Assignment& assignment, const v1::WindowMessage& message) {
  if (measured_ == nullptr || !assignment.Began() || assignment.Over()) {
    ++host_.Figures().stale_messages;
    return;
  }
  if (journal_bytes_ > kMaxJournalBytes) {
    passed_over_ = true;  // the runner keeps it, and is asked for it once the store is back
    return;
  }
  const v1::Window& window = message.window();
  const absl::Status added = measured_->Add(assignment.number(), window);
  if (added.ok()) {
    ++host_.Figures().windows_merged;
    WindowRecord& record = journal_.emplace_back();
    record.run_id = id();
    record.assignment = assignment.number();
    record.first_seq = window.first_seq();
    record.last_seq = window.last_seq();
    record.data = window.SerializeAsString();
    journal_bytes_ += record.data.size();
    if (assignment.state == AssignmentState::kLost) {
      assignment.state = AssignmentState::kRunning;
    }
    if (journal_failing_) {
      Acknowledge(assignment);
    }
  } else if (absl::IsAlreadyExists(added)) {
    ++host_.Figures().windows_duplicate;
    if (journal_failing_ || assignment.in_store.Contains(window.first_seq(), window.last_seq())) {
      Acknowledge(assignment);
    }
  } else {
    ++host_.Figures().windows_refused;
    Log(LogLevel::kWarn, "window refused", {{"run", id()}, {"assignment", assignment.number()}, {"why", added}});
  }
  if (message.has_health()) {
    const v1::TaskHealth& health = message.health();
    v1::StoredAssignment& stored = assignment.stored;
    assignment.cpu = health.cpu();
    assignment.loop_lag_ms = static_cast<double>(health.loop_lag_ns()) * kMillisPerNano;
    stored.set_cpu_max(std::max(stored.cpu_max(), health.cpu()));
    stored.set_cpu_sum(stored.cpu_sum() + health.cpu());
    stored.set_cpu_samples(stored.cpu_samples() + 1);
    stored.set_loop_lag_max_ms(std::max(stored.loop_lag_max_ms(), assignment.loop_lag_ms));
  }
  if (assignment.ended) {
    FinishIfDone();
  }
  FlushJournal();
}

void Run::OnFinished(Assignment& assignment, const v1::Finished& finished) {
  if (assignment.Over()) {
    return;
  }
  if (!assignment.Began()) {
    // It ended before the load: its worker process died while it prepared.
    if (stage_ == Stage::kPlacing || assignment.stored.replaces() != 0) {
      PlaceElsewhere(assignment,
                     Concat(assignment.stored.runner(), " failed before the load: ", Quoted(finished.failure(), 300)));
    }
    return;
  }
  assignment.ended = true;
  assignment.stored.set_last_seq(finished.last_seq());
  switch (finished.outcome()) {
    case v1::Finished::OUTCOME_COMPLETED:
      assignment.end_state = AssignmentState::kCompleted;
      break;
    case v1::Finished::OUTCOME_CRASHED:
      assignment.end_state = AssignmentState::kCrashed;
      assignment.stored.set_failure(finished.failure());
      break;
    default:
      assignment.end_state = AssignmentState::kFailed;
      assignment.stored.set_failure(finished.failure());
      break;
  }
  FinishIfDone();
}

void Run::OnConsole(const Runner& runner, const v1::ConsoleLines& lines) {
  static constexpr const char* kLevels[] = {"debug", "info", "warn", "error"};
  constexpr int kMaxLines = 1'000;
  v1::RunEvent event;
  event.set_state(record_.state());
  for (int i = 0; i < std::min(lines.lines_size(), kMaxLines); ++i) {
    const v1::ConsoleLines::Line& line = lines.lines(i);
    event.add_console(Concat(kLevels[std::min(line.level(), 3u)], " [", runner.Name(), " VU ", line.vu(), "] ",
                             line.text().substr(0, 4096)));
  }
  if (lines.dropped() > 0) {
    event.add_console(Concat("warn [", runner.Name(), "] ", lines.dropped(), " console lines past the limit dropped"));
  }
  if (event.console_size() > 0) {
    events_.Publish(std::move(event));
  }
}

void Run::Acknowledge(Assignment& assignment) {
  v1::CoordinatorMessage message;
  FillId(assignment, message.mutable_window_ack()->mutable_id());
  FillRanges(assignment.in_store.ranges(), message.mutable_window_ack());
  if (journal_failing_) {
    FillMerged(measured_->Taken(assignment.number()), message.mutable_window_ack());
  }
  Send(assignment, std::move(message));
}

// One transaction at a time: what arrives meanwhile waits for the next.
void Run::FlushJournal() {
  if (journal_.empty() || journal_in_flight_ || (journal_failing_ && host_.Now() < next_second_ - kNanosPerSecond)) {
    return;
  }
  journal_in_flight_ = true;
  auto batch = std::make_shared<std::vector<WindowRecord>>(std::move(journal_));
  journal_.clear();
  host_.InStore([batch, owner = owner_](Store& store) { return store.AppendWindows(*batch, owner); },
                [self = weak_from_this(), batch](const absl::Status& status) {
                  const auto run = self.lock();
                  if (run == nullptr) {
                    return;
                  }
                  run->journal_in_flight_ = false;
                  if (absl::IsAborted(status)) {
                    if (run->stage_ == Stage::kRunning) {
                      run->Disown();
                    }
                    return;
                  }
                  if (!status.ok()) {
                    if (!run->journal_failing_) {
                      run->Say(Concat("the store does not take measurements now; the run goes on and they are kept: ",
                                      ToStd(status.message())));
                      Log(LogLevel::kError, "journal not written", {{"run", run->id()}, {"why", status}});
                    }
                    run->journal_failing_ = true;
                    batch->insert(batch->end(), std::make_move_iterator(run->journal_.begin()),
                                  std::make_move_iterator(run->journal_.end()));
                    run->journal_ = std::move(*batch);
                    return;
                  }
                  if (run->journal_failing_) {
                    run->journal_failing_ = false;
                    run->Say("the store takes measurements again");
                  }
                  run->journaled_ += batch->size();
                  std::set<uint32_t> touched;
                  for (const WindowRecord& record : *batch) {
                    run->journal_bytes_ -= record.data.size();
                    if (Assignment* assignment = run->Find(record.assignment); assignment != nullptr) {
                      assignment->in_store.Add(record.first_seq, record.last_seq);
                      touched.insert(record.assignment);
                    }
                  }
                  for (const uint32_t number : touched) {
                    run->Acknowledge(*run->Find(number));
                  }
                  if (std::exchange(run->passed_over_, false)) {
                    run->ResumeAll();
                  }
                  run->FlushJournal();
                });
}

void Run::SaveSnapshot(Nanos now) {
  next_snapshot_ = now + kNanosPerSecond;
  // It covers what is merged, so all of that must be journaled or acknowledged by it: nothing may wait.
  if (journaled_ < kSnapshotWindows || journal_in_flight_ || !journal_.empty()) {
    return;
  }
  next_snapshot_ = now + kSnapshotInterval;
  v1::StoredSnapshot snapshot;
  measured_->Save(&snapshot);
  journaled_ = 0;
  host_.InStore(
      [run_id = id(), data = snapshot.SerializeAsString(), owner = owner_](Store& store) {
        return store.PutSnapshot(run_id, data, owner);
      },
      [self = weak_from_this()](const absl::Status& status) {
        const auto run = self.lock();
        if (run != nullptr && !status.ok()) {
          Log(LogLevel::kWarn, "snapshot not stored; the journal keeps all", {{"run", run->id()}, {"why", status}});
        }
      });
}

void Run::TickRunning(Nanos now) {
  for (auto& [number, assignment] : assignments_) {
    if (assignment.state == AssignmentState::kRunning && !assignment.start_sent) {
      SendStart(assignment);
    }
    if (!assignment.Over()) {
      CheckRunner(assignment, now);
    }
    if (stage_ != Stage::kRunning) {
      return;
    }
  }
  if (now >= next_second_) {
    next_second_ = std::max(next_second_ + kNanosPerSecond, now);
    Judge();
    if (stage_ != Stage::kRunning) {
      return;
    }
    events_.Publish(LiveEvent());
    FlushJournal();
  }
  if (now >= next_snapshot_) {
    SaveSnapshot(now);
  }
  // Nothing runs for ever, whatever a runner does.
  const std::optional<Nanos> planned = PlannedDuration(*plan_);
  if (stop_deadline_ == 0 && planned.has_value() && now - start_ > *planned + plan_->graceful_stop + kOvertime) {
    Say("the planned end is over since a minute: stopping what still runs");
    StopRunners(true, "past the planned end");
  }
  if (stop_deadline_ != 0 && now > stop_deadline_) {
    for (auto& [number, assignment] : assignments_) {
      if (!assignment.Over()) {
        OnLoss(assignment, AssignmentState::kFailed, "did not stop in time");
      }
    }
  }
  FinishIfDone();
}

void Run::Judge() {
  if (stop_deadline_ != 0) {
    return;
  }
  if (const auto verdict = measured_->Judge()) {
    record_.set_stopped_reason(verdict->reason);
    record_.set_aborted_by_threshold(verdict->by_threshold);
    record_.set_aborted_by_criterion(!verdict->by_threshold);
    Say(Concat("stopping: ", verdict->reason));
    StopRunners(true, verdict->reason);
    StoreRecord([](const absl::Status&) {});
  }
}

void Run::StopRunners(bool now, const std::string& reason) {
  record_.set_stop_requested(true);
  record_.set_stop_now(record_.stop_now() || now);
  SetState(v1::RUN_STATE_STOPPING);
  const Nanos deadline = host_.Now() + (now ? 0 : plan_->graceful_stop) + kStopMargin;
  stop_deadline_ = stop_deadline_ == 0 ? deadline : std::min(stop_deadline_, deadline);
  if (record_.stopped_reason().empty() && record_.failure().empty()) {
    record_.set_stopped_reason(reason == "stopped by user" ? "interrupted" : reason);
  }
  for (auto& [number, assignment] : assignments_) {
    if (!assignment.Over()) {
      SendStops(assignment);
    }
  }
  events_.Publish(LiveEvent());
}

void Run::SendStops(Assignment& assignment) {
  const bool now = record_.stop_now();
  if (now ? assignment.stop_now_sent : assignment.stop_sent) {
    return;
  }
  assignment.stop_sent = true;
  assignment.stop_now_sent = now;
  v1::CoordinatorMessage message;
  FillId(assignment, message.mutable_stop()->mutable_id());
  message.mutable_stop()->set_now(now);
  message.mutable_stop()->set_reason(record_.stopped_reason());
  Send(assignment, std::move(message));
}

void Run::FinishIfDone() {
  if (stage_ != Stage::kRunning) {
    return;
  }
  bool open = false;
  bool lost = false;
  for (auto& [number, assignment] : assignments_) {
    if (assignment.Over()) {
      continue;
    }
    if (assignment.ended && measured_->HasAll(number, assignment.stored.last_seq())) {
      if (assignment.end_state == AssignmentState::kCompleted) {
        assignment.state = AssignmentState::kCompleted;
        ReleaseSlot(assignment);
      } else {
        OnLoss(assignment, assignment.end_state, assignment.stored.failure());
        // What it had measured is complete, so nothing more is expected of it.
        return FinishIfDone();
      }
    } else if (assignment.state == AssignmentState::kLost) {
      lost = true;
    } else {
      open = true;
    }
  }
  if (open) {
    return;
  }
  if (lost) {
    // A lost runner may come back with what it measured, as long as its part of the plan may still be going on.
    const Nanos now = host_.Now();
    others_done_at_ = others_done_at_ == 0 ? now : others_done_at_;
    const Nanos patience = std::max<Nanos>(HeartbeatTimeout(), 5 * kNanosPerSecond);
    const bool all_lost = std::none_of(assignments_.begin(), assignments_.end(), [](const auto& entry) {
      return entry.second.state == AssignmentState::kCompleted;
    });
    const std::optional<Nanos> planned = PlannedDuration(*plan_);
    const bool time_left = planned.has_value() && now - start_ < *planned;
    if (now - others_done_at_ < patience || (time_left && all_lost && stop_deadline_ == 0)) {
      return;
    }
  }
  Finish();
}

}  // namespace mockarty
