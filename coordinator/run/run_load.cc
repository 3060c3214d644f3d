// The part of a run in which there is load: windows, losses, verdicts, stops.
#include <algorithm>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/log/log.h"
#include "common/wire/wire_text.h"
#include "coordinator/fleet/remote_numbers.h"
#include "coordinator/run/run.h"

namespace mockarty {
namespace {

// Of windows that the store does not take. More stay with the runners.
constexpr size_t kMaxJournalBytes = size_t{256} << 20;
// Beyond the plan and its grace: a runner that still sends is told to stop at once, and given up later.
constexpr Nanos kOvertime = 60 * kNanosPerSecond;
constexpr Nanos kStopMargin = 30 * kNanosPerSecond;
constexpr double kMillisPerNano = 1e-6;
constexpr int kMaxLimits = 16;  // reasons why a runner was a bottleneck, and bytes of each
constexpr size_t kMaxLimitText = 256;
constexpr size_t kMaxReasonText = 1024;
constexpr size_t kMaxLineText = 4096;
constexpr size_t kMaxGaps = 1'024;  // in the numbers of a runner's windows: it sends them in order

// The runner says all that it found so far, each time.
void TakeLimits(const v1::TaskHealth& health, v1::StoredAssignment& stored) {
  if (health.limited_by_size() == 0) {
    return;
  }
  stored.clear_limited_by();
  for (int i = 0; i < std::min(health.limited_by_size(), kMaxLimits); ++i) {
    stored.add_limited_by(Utf8Head(health.limited_by(i), kMaxLimitText));
  }
}

}  // namespace

void Run::OnStarted(Assignment& assignment, const v1::Started& started) {
  if (const auto late = Difference(started.actual_ns(), started.planned_ns()); late.has_value()) {
    assignment.stored.set_start_offset_ms(static_cast<double>(*late) * kMillisPerNano);
  }
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
  if (assignment.in_store.ranges().size() > kMaxGaps) {
    return RefuseWindow(assignment, absl::InvalidArgumentError(Concat("window ", window.first_seq(),
                                                                      ": the numbers of those before it have ",
                                                                      kMaxGaps, " gaps: expected them in order")));
  }
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
    return RefuseWindow(assignment, added);
  }
  if (message.has_health()) {
    const v1::TaskHealth& health = message.health();
    v1::StoredAssignment& stored = assignment.stored;
    assignment.cpu = CpuOrZero(health.cpu());
    assignment.loop_lag_ms = static_cast<double>(health.loop_lag_ns()) * kMillisPerNano;
    stored.set_cpu_max(std::max(stored.cpu_max(), assignment.cpu));
    TakeLimits(health, stored);
    stored.set_cpu_sum(stored.cpu_sum() + assignment.cpu);
    stored.set_cpu_samples(stored.cpu_samples() + 1);
    stored.set_loop_lag_max_ms(std::max(stored.loop_lag_max_ms(), assignment.loop_lag_ms));
  }
  if (assignment.ended) {
    FinishIfDone();
  }
  FlushJournal();
}

// What it measures does not fit what others did (one metric of two kinds, too many metrics): it would send the window
// again for ever, and nothing after it could be counted.
void Run::RefuseWindow(Assignment& assignment, const absl::Status& why) {
  ++host_.Figures().windows_refused;
  Log(LogLevel::kWarn, "window refused", {{"run", id()}, {"assignment", assignment.number()}, {"why", why}});
  const std::string reason = Concat("its measurements were refused: ", ToStd(why.message()));
  if (Runner* runner = host_.Runners().FindInstance(assignment.stored.instance_id()); runner != nullptr) {
    v1::AssignmentId refused;
    FillId(assignment, &refused);
    SendRelease(*runner, refused, reason);
  }
  OnLoss(assignment, AssignmentState::kFailed, reason);
  FinishIfDone();
}

void Run::OnFinished(Assignment& assignment, const v1::Finished& finished) {
  if (assignment.Over()) {
    return;
  }
  if (!assignment.Began()) {
    // It ended before the load: its worker process died while it prepared.
    if (stage_ == Stage::kPlacing || assignment.stored.replaces() != 0 || assignment.IsHook()) {
      PlaceElsewhere(assignment,
                     Concat(assignment.stored.runner(), " failed before the load: ", Quoted(finished.failure(), 300)));
    }
    return;
  }
  assignment.ended = true;
  if (assignment.IsHook()) {
    hook_result_ = finished.hook();
  }
  assignment.stored.set_last_seq(finished.last_seq());
  if (finished.has_verdict()) {
    OnVerdict(finished.verdict());
  }
  switch (finished.outcome()) {
    case v1::Finished::OUTCOME_COMPLETED:
      assignment.end_state = AssignmentState::kCompleted;
      break;
    case v1::Finished::OUTCOME_CRASHED:
      assignment.end_state = AssignmentState::kCrashed;
      assignment.stored.set_failure(Utf8Head(finished.failure(), kMaxFailureText));
      break;
    default:
      assignment.end_state = AssignmentState::kFailed;
      assignment.stored.set_failure(Utf8Head(finished.failure(), kMaxFailureText));
      break;
  }
  FinishIfDone();
}

void Run::OnVerdict(const v1::ScriptVerdict& verdict) {
  const std::string reason = Utf8Head(verdict.reason(), kMaxReasonText);
  if (!verdict.aborted()) {
    if (record_.failure_kind() == v1::FAILURE_KIND_NONE) {
      record_.set_failure_kind(v1::FAILURE_KIND_TEST_FAILED);
      record_.set_test_failed(Concat("test.fail: ", reason));
    }
    return;
  }
  if (record_.failure_kind() == v1::FAILURE_KIND_TEST_ABORTED || !record_.stopped_reason().empty()) {
    return;  // it was to stop already
  }
  record_.set_failure_kind(v1::FAILURE_KIND_TEST_ABORTED);
  record_.set_stopped_reason(Concat("test.abort: ", reason));
  Say(Concat("stopping: ", record_.stopped_reason()));
  if (stage_ == Stage::kRunning) {
    StopRunners(true, record_.stopped_reason());
  }
  StoreRecord([](const absl::Status&) {});
}

void Run::OnConsole(const Runner& runner, const v1::ConsoleLines& lines) {
  static constexpr const char* kLevels[] = {"debug", "info", "warn", "error"};
  constexpr int kMaxLines = 1'000;
  v1::RunEvent event;
  event.set_state(record_.state());
  for (int i = 0; i < std::min(lines.lines_size(), kMaxLines); ++i) {
    const v1::ConsoleLines::Line& line = lines.lines(i);
    event.add_console(Concat(kLevels[std::min(line.level(), 3u)], " [", runner.Name(), " VU ", line.vu(), "] ",
                             Utf8Head(line.text(), kMaxLineText)));
  }
  if (lines.dropped() > 0) {
    event.add_console(Concat("warn [", runner.Name(), "] ", lines.dropped(), " console lines past the limit dropped"));
  }
  if (event.console_size() > 0) {
    events_.Publish(std::move(event));
  }
}

void Run::TickRunning(Nanos now) {
  for (auto& [number, assignment] : assignments_) {
    if (assignment.state == AssignmentState::kRunning && !assignment.start_sent && stop_deadline_ == 0) {
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
    GiveAwayLost();
    events_.Publish(LiveEvent());
    FlushJournal();
  }
  if (now >= next_snapshot_) {
    SaveSnapshot(now);
  }
  // Nothing runs for ever, whatever a runner does.
  const Nanos planned = PlannedDuration(*plan_).value_or(kMaxRunDuration);
  if (stop_deadline_ == 0 && now - start_ > planned + GracefulStop(*plan_) + kOvertime) {
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
  const Nanos deadline = host_.Now() + (now ? 0 : GracefulStop(*plan_)) + kStopMargin;
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
  if (stage_ == Stage::kSettingUp || stage_ == Stage::kTearingDown) {
    return HookIfDone();
  }
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
  // Those that are done have slots for what others left.
  const size_t parts = assignments_.size();
  GiveAwayLost();
  if (assignments_.size() != parts) {
    return;
  }
  if (lost) {
    // A lost runner may come back with what it measured, as long as its part of the plan may still be going on.
    const Nanos now = host_.Now();
    others_done_at_ = others_done_at_ == 0 ? now : others_done_at_;
    const Nanos patience = std::max<Nanos>(HeartbeatTimeout(), 5 * kNanosPerSecond);
    const bool all_lost = std::none_of(assignments_.begin(), assignments_.end(), [](const auto& entry) {
      return !entry.second.IsHook() && entry.second.state == AssignmentState::kCompleted;
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
