// setup() before the load and teardown() after it: each a task of its own on one runner, begun at most once in the life
// of a run, whatever happens to its coordinator.
#include <algorithm>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/log/log.h"
#include "common/wire/plan_codec.h"
#include "coordinator/run/run.h"

namespace mockarty {
namespace {

// The worker process ends a call that takes too long; this long after it the coordinator does.
constexpr Nanos kHookSlack = 30 * kNanosPerSecond;

const char* NameOf(v1::Hook hook) { return hook == v1::HOOK_SETUP ? "setup()" : "teardown()"; }

}  // namespace

bool Run::SetupIsMissing() const { return plan_->hooks.setup && record_.setup_state() == v1::StoredRun::SETUP_NONE; }

bool Run::TeardownIsDue() const {
  if (!plan_.has_value() || !plan_->hooks.teardown || record_.teardown_begun()) {
    return false;
  }
  if (plan_->hooks.setup) {
    return record_.setup_state() == v1::StoredRun::SETUP_DONE;
  }
  return std::any_of(assignments_.begin(), assignments_.end(), [](const auto& entry) { return entry.second.Began(); });
}

void Run::OfferHook(v1::Hook hook, const std::string& instance, const std::string& runner) {
  hook_ = numbers_ = std::max(numbers_, assignments_.empty() ? 0 : assignments_.rbegin()->first) + 1;
  Assignment& assignment = assignments_[hook_];
  assignment.stored.set_number(hook_);
  assignment.stored.set_hook(hook);
  assignment.stored.set_instance_id(instance);
  assignment.stored.set_runner(runner);
  ToProto(Segment(), assignment.stored.mutable_segment());
  hook_deadline_ = kNever;
  Say(Concat(NameOf(hook), " on ", runner));
  SendOffer(assignment);
}

void Run::BeginSetup(const Placement& placement) {
  stage_ = Stage::kSettingUp;
  SetState(v1::RUN_STATE_PREPARING);
  OfferHook(v1::HOOK_SETUP, placement.instance, placement.name);
}

// Where a runner is free.
void Run::PlaceTeardown() {
  PlannerRequest request = MakeRequest();
  request.allow_local = true;
  const PlannerRunners candidates = host_.Runners().Candidates(host_.Now() - HeartbeatTimeout());
  // Those that carried a part have the script, and reach the target.
  PlannerRunners known;
  for (const PlannerRunner* candidate : candidates) {
    if (std::any_of(assignments_.begin(), assignments_.end(),
                    [&](const auto& entry) { return entry.second.stored.instance_id() == candidate->instance; })) {
      known.push_back(candidate);
    }
  }
  const PlannerRunner* runner = FindReplacement(request, known);
  runner = runner != nullptr ? runner : FindReplacement(request, candidates);
  if (runner != nullptr) {
    OfferHook(v1::HOOK_TEARDOWN, runner->instance, runner->name);
  }
}

void Run::BeginTeardown() {
  stage_ = Stage::kTearingDown;
  hook_ = 0;
  place_teardown_by_ = host_.Now() + plan_->hooks.teardown_timeout;
  TickHook(host_.Now());
}

// A call never began where it was offered.
void Run::PlaceHookElsewhere(Assignment& assignment, const std::string& why) {
  assignment.state = AssignmentState::kWithdrawn;
  hook_ = 0;
  if (assignment.stored.hook() == v1::HOOK_SETUP) {
    stage_ = Stage::kWaiting;
    SetState(v1::RUN_STATE_QUEUED);
    next_try_ = host_.Now();
    return;
  }
  hook_failure_ = why;
}

// Ready: it begins once that is stored.
void Run::BeginHook(Assignment& assignment) {
  const bool setup = assignment.stored.hook() == v1::HOOK_SETUP;
  assignment.state = AssignmentState::kReady;
  assignment.stored.set_started(true);
  if (setup) {
    record_.set_setup_state(v1::StoredRun::SETUP_BEGAN);
  } else {
    record_.set_teardown_begun(true);
  }
  StoreBegin([this, setup, number = assignment.number()](const absl::Status& status) {
    Assignment* ready = Find(number);
    if (ready == nullptr || ready->state != AssignmentState::kReady || number != hook_) {
      return;
    }
    if (!status.ok()) {
      ready->stored.set_started(false);
      return OnHookEnd(
          *ready, v1::FAILURE_KIND_INTERNAL,
          Concat("that ", NameOf(ready->stored.hook()), " begins could not be stored: ", ToStd(status.message())));
    }
    hook_deadline_ = host_.Now() + (setup ? plan_->hooks.setup_timeout : plan_->hooks.teardown_timeout) + kHookSlack;
    if (record_.stop_requested() && setup) {
      return OnHookEnd(*ready, v1::FAILURE_KIND_NONE, "interrupted before setup()");
    }
    SendStart(*ready);
  });
}

void Run::TickHook(Nanos now) {
  if (now >= next_second_) {
    next_second_ = now + kNanosPerSecond;
    events_.Publish(LiveEvent());
    FlushJournal();
  }
  Assignment* assignment = Find(hook_);
  if (assignment == nullptr) {
    // teardown() looks for a runner.
    if (now < place_teardown_by_) {
      PlaceTeardown();
    } else {
      record_.set_teardown_begun(true);
      record_.set_failure_kind(v1::FAILURE_KIND_TEARDOWN_TIMEOUT);
      NoteFailure(Concat("teardown() was not run: no runner took it",
                         hook_failure_.empty() ? "" : "; the last: ", hook_failure_));
      Conclude();
    }
    return;
  }
  const std::string& name = assignment->stored.runner();
  const Runner* runner = host_.Runners().FindInstance(assignment->stored.instance_id());
  const Nanos heard = runner == nullptr ? assignment->last_heard : std::max(runner->last_heard, assignment->last_heard);
  const bool lost = now - heard > HeartbeatTimeout();
  switch (assignment->state) {
    case AssignmentState::kOffered:
    case AssignmentState::kPreparing:
      if (lost || now >= assignment->deadline) {
        PlaceElsewhere(*assignment, Concat(name, " did not take ", NameOf(assignment->stored.hook()), " in time"));
      }
      break;
    case AssignmentState::kRunning:
      if (!assignment->start_sent) {
        SendStart(*assignment);
      }
      if (lost) {
        OnHookEnd(*assignment, v1::FAILURE_KIND_RUNNER_LOST,
                  Concat(NameOf(assignment->stored.hook()), " was under way on ", name,
                         ", which was lost; it is not run twice"));
      } else if (now >= hook_deadline_) {
        OnHookTimeout(*assignment);
      }
      break;
    default:
      break;
  }
}

void Run::OnHookTimeout(Assignment& assignment) {
  const bool setup = assignment.stored.hook() == v1::HOOK_SETUP;
  const Nanos limit = setup ? plan_->hooks.setup_timeout : plan_->hooks.teardown_timeout;
  OnHookEnd(assignment, setup ? v1::FAILURE_KIND_SETUP_TIMEOUT : v1::FAILURE_KIND_TEARDOWN_TIMEOUT,
            Concat(NameOf(assignment.stored.hook()), " did not return within ", limit / kNanosPerMilli, " ms"));
}

// Its Finished came, and all that it measured.
void Run::HookIfDone() {
  Assignment* assignment = Find(hook_);
  if (assignment == nullptr || !assignment->ended ||
      !measured_->HasAll(assignment->number(), assignment->stored.last_seq())) {
    return;
  }
  const bool setup = assignment->stored.hook() == v1::HOOK_SETUP;
  if (hook_result_.timed_out()) {
    return OnHookTimeout(*assignment);
  }
  if (setup && record_.failure_kind() == v1::FAILURE_KIND_TEST_ABORTED) {
    return OnHookEnd(*assignment, v1::FAILURE_KIND_TEST_ABORTED, record_.stopped_reason());
  }
  if (assignment->end_state != AssignmentState::kCompleted) {
    const bool stopped = record_.stop_requested() && setup;
    return OnHookEnd(*assignment, stopped ? v1::FAILURE_KIND_NONE : v1::FAILURE_KIND_HOOK_THREW,
                     Concat(NameOf(assignment->stored.hook()), ": ", assignment->stored.failure()));
  }
  assignment->state = AssignmentState::kCompleted;
  ReleaseSlot(*assignment);
  hook_ = 0;
  if (!setup) {
    return Conclude();
  }
  record_.set_setup_state(v1::StoredRun::SETUP_DONE);
  if (hook_result_.has_returned()) {
    record_.set_setup_data(hook_result_.returned());
  }
  StoreRecord([](const absl::Status&) {});
  if (record_.stop_requested()) {
    return EndInterrupted();
  }
  stage_ = Stage::kWaiting;
  attempts_ = 0;
  TryPlace();
}

// It did not do its work.
void Run::OnHookEnd(Assignment& assignment, v1::FailureKind kind, const std::string& why) {
  Log(LogLevel::kWarn, "setup or teardown failed", {{"run", id()}, {"why", why}});
  const bool setup = assignment.stored.hook() == v1::HOOK_SETUP;
  if (Runner* runner = host_.Runners().FindInstance(assignment.stored.instance_id()); runner != nullptr) {
    v1::AssignmentId release;
    FillId(assignment, &release);
    SendRelease(*runner, release, why);
  }
  assignment.state = AssignmentState::kFailed;
  assignment.stored.set_failure(why);
  ReleaseSlot(assignment);
  hook_ = 0;
  if (setup && kind == v1::FAILURE_KIND_NONE) {
    return EndInterrupted();
  }
  if (setup) {
    return Fail(kind, why);
  }
  Say(why);
  if (record_.failure_kind() == v1::FAILURE_KIND_NONE) {
    record_.set_failure_kind(kind);
  }
  NoteFailure(why);
  Conclude();
}

void Run::NoteFailure(const std::string& why) {
  record_.set_failure(record_.failure().empty() ? why : Concat(record_.failure(), "; ", why));
}

// After teardown(), or where there is none to run.
void Run::Conclude() {
  if (no_report_) {
    StoreEnd(std::nullopt);
  } else {
    Finish();
  }
}

void Run::EndInterrupted() {
  record_.set_stopped_reason("interrupted");
  record_.set_failure("interrupted before the load began");
  SetState(v1::RUN_STATE_STOPPED);
  End();
}

// Of a run without a load, thus without a report.
void Run::End() {
  no_report_ = true;
  if (TeardownIsDue()) {
    return BeginTeardown();
  }
  StoreEnd(std::nullopt);
}

}  // namespace mockarty
