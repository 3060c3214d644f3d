// How a run ends, and what is seen of it.
#include <algorithm>
#include <limits>
#include <utility>

#include "common/base/concat.h"
#include "common/log/log.h"
#include "common/plan/plan_progress.h"
#include "common/report/summary_data.h"
#include "common/report/summary_outputs.h"
#include "common/wire/report_codec.h"
#include "coordinator/run/run.h"

namespace mockarty {
namespace {

constexpr double kMillisPerNano = 1e-6;
// For a store that does not take that a run begins.
constexpr Nanos kBeginPatience = 10 * kNanosPerSecond;

bool IsGap(AssignmentState state) {
  return state == AssignmentState::kLost || state == AssignmentState::kReplaced || state == AssignmentState::kCrashed ||
         state == AssignmentState::kFailed;
}

}  // namespace

DistributedReport Run::MakeDistributed() const {
  DistributedReport report;
  double first = std::numeric_limits<double>::infinity();
  double last = -first;
  const double end_ms = static_cast<double>(measured_->Elapsed()) * kMillisPerNano;
  for (const auto& [number, assignment] : assignments_) {
    if (assignment.state == AssignmentState::kWithdrawn || assignment.IsHook()) {
      continue;
    }
    const v1::StoredAssignment& stored = assignment.stored;
    const RunMeasurements::Totals& totals = measured_->Of(number);
    RunnerReport& runner = report.runners.emplace_back();
    runner.assignment = number;
    runner.runner = stored.runner();
    runner.instance_id = stored.instance_id();
    runner.state = AssignmentStateName(assignment.state);
    runner.share = stored.share();
    runner.vus = stored.vus();
    runner.requests = totals.requests;
    runner.iterations = totals.iterations;
    runner.start_offset_ms = stored.start_offset_ms();
    runner.cpu_max = stored.cpu_max();
    runner.cpu_avg = stored.cpu_samples() == 0 ? 0 : stored.cpu_sum() / static_cast<double>(stored.cpu_samples());
    runner.loop_lag_max_ms = stored.loop_lag_max_ms();
    runner.failure = stored.failure();
    runner.limited_by.assign(stored.limited_by().begin(), stored.limited_by().end());
    if (stored.replaces() == 0) {
      first = std::min(first, stored.start_offset_ms());
      last = std::max(last, stored.start_offset_ms());
      report.clock_uncertainty_ms = std::max(report.clock_uncertainty_ms, stored.clock_uncertainty_ms());
    }
    if (IsGap(assignment.state)) {
      report.partial = true;
      runner.lost_from_ms = stored.has_lost_from_ms() ? stored.lost_from_ms() : 0;
      runner.lost_until_ms =
          std::max(*runner.lost_from_ms, stored.has_lost_until_ms() ? stored.lost_until_ms() : end_ms);
    } else {
      runner.failure.clear();
    }
  }
  report.start_skew_ms = last >= first ? last - first : 0;
  return report;
}

void Run::Finish() {
  if (TeardownIsDue()) {
    return BeginTeardown();
  }
  ReportFacts facts;
  facts.name = record_.request().name().empty() ? record_.request().script_name() : record_.request().name();
  facts.started_at_ms = record_.started_at_ms();
  facts.finished_at_ms = WallClockMillis();
  facts.stopped_reason = record_.stopped_reason();
  const bool any_done = std::any_of(assignments_.begin(), assignments_.end(), [](const auto& entry) {
    return !entry.second.IsHook() && entry.second.state == AssignmentState::kCompleted;
  });
  if (!any_done && record_.failure().empty() && record_.stopped_reason().empty()) {
    record_.set_failure_kind(v1::FAILURE_KIND_RUNNER_LOST);
    std::string why;
    for (const auto& [number, assignment] : assignments_) {
      if (IsGap(assignment.state) && !assignment.IsHook()) {
        why = Concat(assignment.stored.runner(), ": ", assignment.stored.failure());
      }
    }
    record_.set_failure(Concat("no runner carried its part to the end; the last: ", why));
  }
  if (!record_.failure().empty()) {
    facts.status = RunStatus::kFailed;
    facts.stopped_reason = record_.failure();
  } else if (!record_.stopped_reason().empty()) {
    facts.status = RunStatus::kStopped;
  } else if (!record_.test_failed().empty()) {
    facts.status = RunStatus::kFailed;
    facts.stopped_reason = record_.test_failed();
  }
  RunReport report = measured_->Report(std::move(facts), MakeDistributed());
  SetState(report.status == RunStatus::kCompleted ? v1::RUN_STATE_COMPLETED
           : report.status == RunStatus::kStopped ? v1::RUN_STATE_STOPPED
                                                  : v1::RUN_STATE_FAILED);
  if (plan_->hooks.handle_summary) {
    return Summarize(std::move(report));
  }
  StoreEnd(std::move(report));
}

// In a process of its own, as all that a script does. What goes wrong there costs the script's summary only.
void Run::Summarize(RunReport report) {
  stage_ = Stage::kSummarizing;
  v1::TaskInspect call;
  call.set_summary_data(SummaryDataJson(report));
  call.set_archive(archive_);
  *call.mutable_plan() = record_.plan();
  *call.mutable_environment() = record_.request().environment();
  host_.Inspector().Inspect(
      call, [self = weak_from_this(), report = std::move(report)](const v1::TaskInspection& answer) {
        const auto run = self.lock();
        if (run == nullptr || run->stage_ != Stage::kSummarizing) {
          return;
        }
        absl::StatusOr<std::vector<SummaryOutput>> outputs =
            answer.error() != v1::TaskInspection::ERROR_NONE
                ? absl::StatusOr<std::vector<SummaryOutput>>(absl::UnknownError(ToAbsl(answer.message())))
            : answer.has_summary() ? ParseSummaryOutputs(answer.summary())
                                   : ParseSummaryOutputs(std::nullopt);
        if (outputs.ok()) {
          run->record_.set_has_summary(true);
          for (SummaryOutput& output : *outputs) {
            v1::SummaryOutput* stored = run->record_.add_summary();
            stored->set_name(std::move(output.name));
            stored->set_text(std::move(output.text));
          }
        } else {
          run->record_.set_summary_failure(Concat("handleSummary(): ", ToStd(outputs.status().message())));
        }
        run->StoreEnd(report);
      });
}

void Run::Fail(v1::FailureKind kind, std::string failure) {
  WithdrawAll(failure);
  record_.set_failure_kind(kind);
  record_.set_failure(std::move(failure));
  SetState(v1::RUN_STATE_FAILED);
  End();
}

// Watchers are told first: a store that does not take the report keeps nobody waiting, but is said.
void Run::StoreEnd(std::optional<RunReport> report) {
  if (stage_ != Stage::kFinishing) {
    stage_ = Stage::kFinishing;
    record_.set_finished_at_ms(WallClockMillis());
    v1::RunEvent event = LiveEvent();
    event.set_final(true);
    event.set_failure_kind(record_.failure_kind());
    event.set_failure(record_.failure());
    event.set_aborted_by_threshold(record_.aborted_by_threshold());
    event.set_aborted_by_criterion(record_.aborted_by_criterion());
    *event.mutable_summary() = record_.summary();
    event.set_has_summary(record_.has_summary());
    event.set_summary_failure(record_.summary_failure());
    if (report.has_value()) {
      ToProto(*report, event.mutable_report());
      pending_report_ = event.report().SerializeAsString();
    }
    events_.Publish(std::move(event));
    Log(LogLevel::kInfo, "run over",
        {{"run", id()}, {"state", v1::RunState_Name(record_.state())}, {"failure", record_.failure()}});
  }
  end_in_flight_ = true;
  journal_.clear();  // the report has it
  for (auto& [number, assignment] : assignments_) {
    ReleaseSlot(assignment);
  }
  host_.InStore([record = MakeRecord(), report_data = pending_report_,
                 owner = owner_](Store& store) { return store.FinishRun(record, report_data, owner); },
                [self = weak_from_this()](const absl::Status& status) {
                  const auto run = self.lock();
                  if (run == nullptr) {
                    return;
                  }
                  run->end_in_flight_ = false;
                  if (absl::IsAborted(status)) {
                    return run->Disown(NotOurs());  // whose runners are the next owner's
                  }
                  if (!status.ok()) {
                    Log(LogLevel::kError, "the report is not stored yet", {{"run", run->id()}, {"why", status}});
                    run->retry_end_at_ = run->host_.Now() + kNanosPerSecond;
                    return;
                  }
                  // Only now may runners forget: a coordinator that dies before begins where the store stands.
                  for (auto& [number, assignment] : run->assignments_) {
                    Runner* runner = run->host_.Runners().FindInstance(assignment.stored.instance_id());
                    if (runner != nullptr && assignment.epoch != 0) {
                      v1::AssignmentId release;
                      run->FillId(assignment, &release);
                      run->SendRelease(*runner, release, "the run is over");
                    }
                  }
                  run->stage_ = Stage::kOver;
                });
}

absl::Status Run::NotOurs() { return absl::UnavailableError("another coordinator owns the run by now"); }

void Run::Disown(const absl::Status& why) {
  if (stage_ == Stage::kOver) {
    return;
  }
  Log(LogLevel::kWarn, "the run is given up", {{"run", id()}, {"why", why}});
  for (auto& [number, assignment] : assignments_) {
    ReleaseSlot(assignment);
    Runner* runner = host_.Runners().FindInstance(assignment.stored.instance_id());
    // The next owner resumes what began, and offers the rest anew.
    if (runner != nullptr && !assignment.Began() && !assignment.Over()) {
      v1::AssignmentId release;
      FillId(assignment, &release);
      SendRelease(*runner, release, "another coordinator owns the run by now");
    }
  }
  stage_ = Stage::kOver;
  events_.End(why);
}

v1::RunEvent Run::LiveEvent() const {
  v1::RunEvent event;
  event.set_state(record_.state());
  if (measured_ == nullptr) {
    return event;
  }
  const LiveSnapshot live = measured_->Snapshot();
  v1::LiveFigures* figures = event.mutable_live();
  const Nanos elapsed = start_ == 0 ? 0 : std::max<Nanos>(0, host_.Now() - start_);
  figures->set_elapsed_ns(elapsed);
  figures->set_fraction(RunFraction(*plan_, elapsed, live.iterations));
  figures->set_vus(live.vus);
  figures->set_vus_max(MaxVus(*plan_));
  figures->set_rps(live.rps);
  figures->set_p95_ms(live.p95_ms);
  figures->set_requests(live.requests);
  figures->set_failed_requests(live.failed_requests);
  figures->set_iterations(live.iterations);
  for (const auto& [number, assignment] : assignments_) {
    if (assignment.state == AssignmentState::kWithdrawn || assignment.IsHook()) {
      continue;
    }
    const RunMeasurements::Totals& totals = measured_->Of(number);
    v1::RunnerFigures* runner = event.add_runners();
    runner->set_assignment(number);
    runner->set_runner(assignment.stored.runner());
    runner->set_state(AssignmentStateName(assignment.state));
    runner->set_vus(totals.vus);
    runner->set_requests(totals.requests);
    runner->set_iterations(totals.iterations);
    runner->set_cpu(assignment.cpu);
    runner->set_loop_lag_ms(assignment.loop_lag_ms);
  }
  return event;
}

void Run::Say(std::string message) {
  v1::RunEvent event = LiveEvent();
  event.set_message(std::move(message));
  events_.Publish(std::move(event));
}

RunRecord Run::MakeRecord() const {
  v1::StoredRun record = record_;
  if (!assignments_.empty()) {  // else of a run that is being recovered: it keeps what was stored
    record.clear_assignments();
  }
  for (const auto& [number, assignment] : assignments_) {
    v1::StoredAssignment* stored = record.add_assignments();
    *stored = assignment.stored;
    stored->set_state(AssignmentStateName(assignment.state));
  }
  RunRecord made;
  made.run_id = id();
  made.name_space = record_.request().namespace_();
  made.request_id = record_.request().request_id();
  made.finished = record_.finished_at_ms() != 0;
  made.created_at_ms = record_.created_at_ms();
  made.data = record.SerializeAsString();
  return made;
}

void Run::StoreRecord(std::function<void(const absl::Status&)> done) {
  Update([record = MakeRecord(), owner = owner_](Store& store) { return store.UpdateRun(record, owner); },
         std::move(done));
}

// With what a takeover needs of it. A store that fails for a moment, or whose answer was lost, is asked again.
void Run::StoreBegin(std::function<void(const absl::Status&)> done) {
  begin_done_ = std::move(done);
  begin_by_ = host_.Now() + kBeginPatience;
  TryStoreBegin();
}

void Run::TryStoreBegin() {
  retry_begin_at_ = kNever;
  Update(
      [record = MakeRecord(), owner = owner_, hash = record_.archive_hash(), data = archive_](Store& store) {
        const absl::Status put = store.PutArchive(hash, data);
        return put.ok() ? store.UpdateRun(record, owner) : put;
      },
      [this, attempt = ++begin_attempts_](const absl::Status& status) {
        if (attempt != begin_attempts_) {
          return;  // of a call that went elsewhere meanwhile
        }
        if (absl::IsUnavailable(status) && host_.Now() < begin_by_) {
          retry_begin_at_ = host_.Now() + kNanosPerSecond;
          return Say(Concat("the store does not take that it begins; it is asked again: ", ToStd(status.message())));
        }
        std::exchange(begin_done_, nullptr)(status);
      });
}

void Run::Update(std::function<absl::Status(Store&)> work, std::function<void(const absl::Status&)> done) {
  host_.InStore(std::move(work), [self = weak_from_this(), done = std::move(done)](const absl::Status& status) {
    if (const auto run = self.lock(); run != nullptr) {
      if (absl::IsAborted(status)) {
        return run->Disown(NotOurs());
      }
      if (!status.ok()) {
        Log(LogLevel::kWarn, "state of the run not stored", {{"run", run->id()}, {"why", status}});
      }
      done(status);
    }
  });
}

void Run::ReleaseSlot(Assignment& assignment) {
  if (!assignment.holds_slot) {
    return;
  }
  assignment.holds_slot = false;
  host_.Runners().NoteChange();
  Runner* runner = host_.Runners().FindInstance(assignment.stored.instance_id());
  if (runner != nullptr && runner->assigned > 0) {
    --runner->assigned;
  }
}

void Run::Send(Assignment& assignment, v1::CoordinatorMessage message) {
  if (Runner* runner = host_.Runners().FindInstance(assignment.stored.instance_id()); runner != nullptr) {
    runner->link->Send(std::move(message));
  }
}

void Run::SendRelease(Runner& runner, const v1::AssignmentId& id, const std::string& reason) {
  v1::CoordinatorMessage message;
  *message.mutable_release()->mutable_id() = id;
  message.mutable_release()->set_reason(reason);
  runner.link->Send(std::move(message));
}

void Run::FillId(const Assignment& assignment, v1::AssignmentId* id_out) const {
  id_out->set_run_id(id());
  id_out->set_number(assignment.number());
  id_out->set_epoch(assignment.epoch);
}

std::string Run::TokenOf(std::string_view instance) const {
  for (const auto& [number, assignment] : assignments_) {
    if (assignment.stored.instance_id() == instance && !assignment.stored.token_id().empty()) {
      return assignment.stored.token_id();
    }
  }
  return "";
}

Assignment* Run::Find(uint32_t number) {
  const auto at = assignments_.find(number);
  return at == assignments_.end() ? nullptr : &at->second;
}

}  // namespace mockarty
