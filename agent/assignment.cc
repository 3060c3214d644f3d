#include "agent/assignment.h"

#include <algorithm>
#include <utility>

#include "common/base/concat.h"

namespace mockarty {
namespace {

constexpr Nanos kExitGrace = 5 * kNanosPerSecond;  // from the worker's last word to the end of its process

WindowOutboxOptions OutboxOptions(const AgentOptions& options) {
  WindowOutboxOptions outbox;
  outbox.max_unsent = options.max_unsent_windows;
  outbox.max_in_flight = options.max_windows_in_flight;
  return outbox;
}

}  // namespace

Assignment::Assignment(v1::Offer offer, LinkId owner, const AgentOptions& options, Nanos now)
    : options_(options),
      id_(offer.id()),
      offer_(std::move(offer)),
      owner_(owner),
      outbox_(OutboxOptions(options)),
      graceful_stop_(std::max<int64_t>(0, offer_.plan().graceful_stop_ns())),
      reserved_until_(now + kReservation) {}

void Assignment::LinkLost(Nanos now) {
  if (link_ == nullptr) return;
  link_ = nullptr;
  if (resumed_) unowned_since_ = now;
  resumed_ = false;
  link_busy_ = false;
  outbox_.LinkLost();
  // A reservation is a promise to one session; the coordinator offers anew.
  if (state_ == State::kOffered) abandoned_ = true;
}

void Assignment::Flush() {
  if (!connected()) return;
  link_busy_ = !FlushState();
}

bool Assignment::FlushState() {
  if (answer_waits_) {
    v1::RunnerMessage message;
    *message.mutable_offer_answer()->mutable_id() = id_;
    message.mutable_offer_answer()->set_accepted(true);
    if (!link_->Send(message)) return false;
    answer_waits_ = false;
  }
  if (ready_waits_) {
    v1::RunnerMessage message;
    *message.mutable_ready() = *ready_;
    *message.mutable_ready()->mutable_id() = id_;
    if (!link_->Send(message)) return false;
    ready_waits_ = false;
  }
  if (started_waits_) {
    v1::RunnerMessage message;
    *message.mutable_started() = *started_;
    *message.mutable_started()->mutable_id() = id_;
    if (!link_->Send(message)) return false;
    started_waits_ = false;
  }
  while (v1::WindowMessage* window = outbox_.Next()) {
    v1::RunnerMessage message;
    *window->mutable_id() = id_;
    // Lent for the call: a copy of each window would be all that this costs.
    message.unsafe_arena_set_allocated_window(window);
    bool sent = link_->Send(message);
    message.unsafe_arena_release_window();
    if (!sent) return false;
    outbox_.MarkSent();
  }
  if (!console_.empty()) {
    v1::RunnerMessage message;
    *message.mutable_console() = *console_.waiting();
    *message.mutable_console()->mutable_id() = id_;
    if (!link_->Send(message)) return false;
    console_.Clear();
  }
  if (finished_waits_ && outbox_.AllSent()) {
    v1::RunnerMessage message;
    *message.mutable_finished() = finished_;
    *message.mutable_finished()->mutable_id() = id_;
    message.mutable_finished()->set_last_seq(outbox_.last_seq());
    if (!link_->Send(message)) return false;
    finished_waits_ = false;
  }
  return outbox_.AllSent();
}

bool Assignment::OnLease(Nanos now) {
  if (state_ != State::kOffered) return false;
  state_ = State::kFetching;
  leased_at_ = now;
  reserved_until_ = kNever;
  if (offer_.ready_within_ms() > 0) {
    constexpr int64_t kMaxReadyMs = 24 * 3600 * 1000;
    ready_deadline_ = now + std::min(offer_.ready_within_ms(), kMaxReadyMs) * kNanosPerMilli;
  }
  return true;
}

void Assignment::OnArchive(absl::StatusOr<ArchiveBytes> archive, TaskFactory& tasks, TaskProcess::Callbacks callbacks,
                           Nanos now) {
  if (state_ != State::kFetching) return;
  if (!archive.ok()) {
    FailUnready(std::string(archive.status().message()), false, now);
    return;
  }
  absl::StatusOr<std::unique_ptr<AgentTask>> task = tasks.Start(std::move(callbacks));
  if (!task.ok()) {
    FailUnready(Concat("cannot start a worker process: ", task.status().message()), false, now);
    return;
  }
  task_ = *std::move(task);
  state_ = State::kPreparing;
  SendSetup(**archive);
}

void Assignment::SendSetup(const std::string& archive) {
  v1::TaskCommand command;
  v1::TaskSetup* setup = command.mutable_setup();
  setup->set_run_id(id_.run_id());
  setup->set_assignment(id_.number());
  setup->set_archive(archive);
  *setup->mutable_plan() = std::move(*offer_.mutable_plan());
  *setup->mutable_segment() = std::move(*offer_.mutable_segment());
  *setup->mutable_environment() = std::move(*offer_.mutable_environment());
  setup->set_iterations(offer_.iterations());
  *setup->mutable_done() = offer_.done();
  setup->set_hook(offer_.hook());
  setup->set_workers(options_.task_workers);
  task_->Send(command);  // false: it is gone, and OnTaskExit() follows
}

void Assignment::OnStart(const v1::Start& start, Nanos now) {
  if (state_ == State::kRunning) {  // said again after a link was lost
    started_waits_ = started_.has_value();
    return;
  }
  if (state_ != State::kReady) return;
  state_ = State::kRunning;
  leased_at_ = std::max(leased_at_, std::min(now, start.start_at_ns()));
  v1::TaskCommand command;
  command.mutable_start()->set_start_at_ns(start.start_at_ns());
  if (start.has_setup_data()) {
    command.mutable_start()->set_setup_data(start.setup_data());
  }
  task_->Send(command);
}

bool Assignment::SendStop(bool stop_now) {
  if (stop_now ? stop_now_sent_ : stop_sent_) return false;
  stop_sent_ = true;
  stop_now_sent_ = stop_now_sent_ || stop_now;
  v1::TaskCommand command;
  command.mutable_stop()->set_now(stop_now);
  return task_->Send(command);
}

void Assignment::OnStop(bool stop_now, Nanos now) {
  switch (state_) {
    case State::kOffered:
      abandoned_ = true;
      break;
    case State::kFetching:
    case State::kPreparing:
    case State::kReady:
      Finish(v1::Finished::OUTCOME_COMPLETED, "", now);
      if (task_ != nullptr) task_->Kill();
      break;
    case State::kRunning:
      if (SendStop(stop_now)) {
        kill_at_ = std::min(kill_at_, now + (stop_now ? 0 : graceful_stop_) + kStopGrace);
      }
      break;
    case State::kFinished:
      break;
  }
}

void Assignment::CutShort(bool stop_now, const std::string& why, Nanos now) {
  if (!stop_sent_ && state_ != State::kFinished) cut_short_ = why;
  OnStop(stop_now, now);
}

void Assignment::OnResume(LinkId owner, AgentLink* link, uint64_t epoch, std::span<const uint64_t> taken,
                          std::span<const uint64_t> merged) {
  // The same words of the same session once more: what is in flight stays so.
  if (resumed_ && link_ != nullptr && owner == owner_ && epoch == id_.epoch()) {
    outbox_.Acknowledge(taken);
    return;
  }
  if (state_ == State::kOffered) {  // a coordinator that resumes it holds it leased
    abandoned_ = true;
    return;
  }
  owner_ = owner;
  link_ = link;
  resumed_ = true;
  link_busy_ = false;
  unowned_since_ = kNever;
  id_.set_epoch(epoch);
  outbox_.Resume(taken, merged);
  answer_waits_ = false;
  ready_waits_ = ready_.has_value();
  started_waits_ = started_.has_value();
  finished_waits_ = state_ == State::kFinished;
}

void Assignment::OnTaskEvent(const v1::TaskEvent& event, Nanos now) {
  switch (event.kind_case()) {
    case v1::TaskEvent::kReady:
      if (state_ != State::kPreparing) return;
      if (!event.ready().failure().empty()) {
        FailUnready(event.ready().failure(), event.ready().failed_in_script(), now);
        return;
      }
      state_ = State::kReady;
      ready_deadline_ = kNever;
      ready_.emplace();
      ready_->set_vus(event.ready().vus());
      ready_waits_ = true;
      return;
    case v1::TaskEvent::kStarted:
      started_.emplace();
      started_->set_planned_ns(event.started().planned_ns());
      started_->set_actual_ns(event.started().actual_ns());
      started_waits_ = true;
      return;
    case v1::TaskEvent::kWindow:
      if (state_ != State::kRunning) return;
      outbox_.Add(event.window().window(), event.window().health(), connected() && link_busy_);
      return;
    case v1::TaskEvent::kConsole:
      console_.Add(event.console());
      return;
    case v1::TaskEvent::kFinished:
      if (state_ == State::kFinished) return;
      if (state_ != State::kRunning) {
        FailUnready(
            event.finished().failure().empty() ? "the worker ended before the start" : event.finished().failure(),
            false, now);
        return;
      }
      if (event.finished().has_verdict()) {
        *finished_.mutable_verdict() = event.finished().verdict();
      }
      if (event.finished().has_hook()) {
        *finished_.mutable_hook() = event.finished().hook();
      }
      Finish(event.finished().failure().empty() ? v1::Finished::OUTCOME_COMPLETED : v1::Finished::OUTCOME_FAILED,
             event.finished().failure(), now);
      return;
    case v1::TaskEvent::kInspection:
    case v1::TaskEvent::KIND_NOT_SET:
      return;
  }
}

void Assignment::OnTaskExit(const std::string& how, Nanos now) {
  exited_ = true;
  kill_at_ = kNever;
  if (state_ == State::kFinished) return;
  std::string failure = Concat("the worker process ended before its task: ", how.empty() ? "exit code 0" : how);
  if (state_ != State::kRunning) {
    ready_.emplace();
    ready_->set_failure(failure);
    ready_waits_ = true;
  }
  Finish(v1::Finished::OUTCOME_CRASHED, std::move(failure), now);
}

void Assignment::FailUnready(std::string failure, bool in_script, Nanos now) {
  ready_.emplace();
  ready_->set_failure(failure);
  ready_->set_failed_in_script(in_script);
  ready_waits_ = true;
  Finish(v1::Finished::OUTCOME_FAILED, std::move(failure), now);
}

void Assignment::Finish(v1::Finished::Outcome outcome, std::string failure, Nanos now) {
  state_ = State::kFinished;
  if (outcome == v1::Finished::OUTCOME_COMPLETED && !cut_short_.empty()) {
    outcome = v1::Finished::OUTCOME_FAILED;
    failure = cut_short_;
  }
  finished_.set_outcome(outcome);
  finished_.set_failure(std::move(failure));
  finished_waits_ = true;
  ready_deadline_ = kNever;
  if (task_ != nullptr && !exited_) kill_at_ = now + kExitGrace;
  if (unowned_since_ != kNever) unowned_since_ = now;
}

Nanos Assignment::Tick(Nanos now) {
  if (state_ == State::kOffered && now >= reserved_until_) abandoned_ = true;
  if (now >= ready_deadline_) {
    FailUnready(Concat("not ready within ", offer_.ready_within_ms(), " ms"), false, now);
    if (task_ != nullptr) task_->Kill();
  }
  if (now >= kill_at_) {
    kill_at_ = kNever;
    if (task_ != nullptr) task_->Kill();
  }
  Nanos orphaned_at = kNever;
  if (unowned_since_ != kNever) {
    bool started = state_ == State::kRunning || state_ == State::kFinished;
    orphaned_at = unowned_since_ + (started ? options_.orphan_timeout : kUnstartedOrphan);
    if (now >= orphaned_at && state_ == State::kRunning) {
      CutShort(false, "no coordinator was there for too long", now);
    } else if (now >= orphaned_at) {
      abandoned_ = true;
    }
    if (now >= orphaned_at) orphaned_at = kNever;
  }
  return std::min({state_ == State::kOffered ? reserved_until_ : kNever, ready_deadline_, kill_at_, orphaned_at});
}

v1::HeldAssignment::State Assignment::HeldState() const {
  switch (state_) {
    case State::kOffered:
    case State::kFetching:
    case State::kPreparing:
      return v1::HeldAssignment::STATE_PREPARING;
    case State::kReady:
      return v1::HeldAssignment::STATE_READY;
    case State::kRunning:
      return v1::HeldAssignment::STATE_RUNNING;
    case State::kFinished:
      return v1::HeldAssignment::STATE_FINISHED;
  }
  return v1::HeldAssignment::STATE_UNSPECIFIED;
}

}  // namespace mockarty
