// Runners that are not heard any more, and what becomes of their parts.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "common/base/concat.h"
#include "common/log/log.h"
#include "common/wire/plan_codec.h"
#include "coordinator/run/part_left.h"
#include "coordinator/run/run.h"

namespace mockarty {
namespace {

constexpr double kMillisPerNano = 1e-6;
// Of one part: a task that dies wherever it runs goes round no further.
constexpr uint32_t kMaxGivenAway = 8;

}  // namespace

void Run::OnConnected(const Runner& runner) {
  std::set<uint32_t> held;
  for (const v1::HeldAssignment& one : runner.hello.held()) {
    if (one.id().run_id() == id()) {
      held.insert(one.id().number());
    }
  }
  std::vector<uint32_t> gone;
  for (const auto& [number, assignment] : assignments_) {
    if (assignment.stored.instance_id() == runner.instance() && !assignment.Over() && !held.contains(number)) {
      gone.push_back(number);
    }
  }
  for (const uint32_t number : gone) {
    Assignment& assignment = *Find(number);
    const bool ran = assignment.state == AssignmentState::kRunning || assignment.state == AssignmentState::kLost;
    if (ran && (stage_ == Stage::kRunning || assignment.IsHook())) {
      OnLoss(assignment, AssignmentState::kFailed, "the runner does not hold its part any more");
    } else if (stage_ == Stage::kPlacing || assignment.stored.replaces() != 0 || assignment.IsHook()) {
      PlaceElsewhere(assignment, Concat(runner.Name(), " connected anew and does not hold its part any more"));
    }
  }
}

void Run::CheckRunner(Assignment& assignment, Nanos now) {
  if (assignment.state == AssignmentState::kOffered || assignment.state == AssignmentState::kPreparing) {
    if (now >= assignment.deadline) {
      PlaceElsewhere(assignment, Concat(assignment.stored.runner(), " did not take over the part of a lost runner"));
    }
    return;
  }
  const Runner* runner = host_.Runners().FindInstance(assignment.stored.instance_id());
  const Nanos heard = runner == nullptr ? assignment.last_heard : std::max(runner->last_heard, assignment.last_heard);
  if (assignment.state == AssignmentState::kRunning && now - heard > HeartbeatTimeout()) {
    OnLoss(assignment, AssignmentState::kLost, Concat("not heard for ", HeartbeatTimeout() / kNanosPerMilli, " ms"));
  }
}

void Run::OnLoss(Assignment& assignment, AssignmentState state, const std::string& why) {
  if (assignment.IsHook()) {
    return OnHookEnd(assignment, v1::FAILURE_KIND_RUNNER_LOST,
                     Concat("a call that is not made twice was under way on ", assignment.stored.runner(), ": ", why));
  }
  assignment.state = state;
  assignment.stored.set_failure(why);
  const Nanos last_end = measured_->Of(assignment.number()).last_end;
  if (assignment.stored.replaces() == 0 || last_end > 0) {
    assignment.stored.set_lost_from_ms(static_cast<double>(last_end) * kMillisPerNano);
  }
  if (assignment.loss_handled) {
    return;
  }
  assignment.loss_handled = true;
  ReleaseSlot(assignment);
  Log(LogLevel::kWarn, "runner lost",
      {{"run", id()}, {"runner", assignment.stored.runner()}, {"assignment", assignment.number()}, {"why", why}});
  Say(Concat(assignment.stored.runner(), " is lost: ", why, "; nothing is known of it from ", last_end / kNanosPerMilli,
             " ms on"));
  if (stop_deadline_ != 0) {
    return;
  }
  switch (record_.request().loss_policy()) {
    case v1::LOSS_POLICY_FAIL:
      record_.set_failure_kind(v1::FAILURE_KIND_RUNNER_LOST);
      record_.set_failure(Concat("runner ", assignment.stored.runner(), " was lost: ", why));
      StopRunners(true, "a runner was lost");
      break;
    case v1::LOSS_POLICY_REBALANCE:
      GiveAway(assignment);
      if (!assignment.given_away) {
        Say(Concat("no runner is free to take over the part of ", assignment.stored.runner()));
      }
      break;
    default:
      break;
  }
}

// Parts that nobody has taken over yet: no runner was free, or the one that was asked refused.
void Run::GiveAwayLost() {
  const bool time_left = host_.Now() - start_ < PlannedDuration(*plan_).value_or(kMaxRunDuration);
  if (record_.request().loss_policy() != v1::LOSS_POLICY_REBALANCE || stop_deadline_ != 0 || !time_left) {
    return;
  }
  std::vector<uint32_t> open;
  for (const auto& [number, assignment] : assignments_) {
    if (assignment.loss_handled && !assignment.given_away) {
      open.push_back(number);
    }
  }
  for (const uint32_t number : open) {
    GiveAway(*Find(number));
  }
}

// How often the part of which `assignment` is the latest was given to another runner, whatever came of it.
uint32_t Run::TimesGivenAway(const Assignment& assignment) {
  const auto first_of = [this](const Assignment* one) {
    while (one->stored.replaces() != 0 && Find(one->stored.replaces()) != nullptr) {
      one = Find(one->stored.replaces());
    }
    return one->number();
  };
  const uint32_t first = first_of(&assignment);
  return static_cast<uint32_t>(std::count_if(assignments_.begin(), assignments_.end(), [&](const auto& entry) {
    return entry.second.stored.replaces() != 0 && first_of(&entry.second) == first;
  }));
}

// Its part goes to another runner, from here on, if one is free.
void Run::GiveAway(Assignment& lost) {
  if (TimesGivenAway(lost) >= kMaxGivenAway) {
    lost.given_away = true;
    Say(Concat("the part of ", lost.stored.runner(), " was given to other runners ", kMaxGivenAway,
               " times and is left out from here on"));
    return;
  }
  PlannerRequest request = MakeRequest();
  request.allow_local = false;
  request.excluded.insert(lost.stored.instance_id());
  const PlannerRunners candidates = host_.Runners().Candidates(host_.Now() - HeartbeatTimeout());
  // A slot of a runner that carries a part already will do, but one without is better.
  PlannerRequest others = request;
  for (const auto& [number, assignment] : assignments_) {
    others.excluded.insert(assignment.stored.instance_id());
  }
  const PlannerRunner* runner = FindReplacement(others, candidates);
  runner = runner != nullptr ? runner : FindReplacement(request, candidates);
  if (runner == nullptr) {
    return;
  }
  uint64_t iterations = lost.stored.iterations();
  iterations -= std::min(iterations, measured_->Of(lost.number()).iterations);
  std::vector<uint64_t> done = measured_->Of(lost.number()).by_scenario;
  done.resize(plan_->scenarios.size());
  for (int i = 0; i < std::min<int>(lost.stored.done_size(), static_cast<int>(done.size())); ++i) {
    done[static_cast<size_t>(i)] += lost.stored.done(i);
  }
  lost.given_away = true;
  const absl::StatusOr<Segment> segment = FromProto(lost.stored.segment());
  if (segment.ok() && NothingLeft(*plan_, *segment, done)) {
    return;
  }
  const uint32_t number = numbers_ = assignments_.rbegin()->first + 1;
  Assignment& assignment = assignments_[number];
  assignment.stored = lost.stored;
  assignment.stored.set_number(number);
  assignment.stored.set_instance_id(runner->instance);
  assignment.stored.set_runner(runner->name);
  assignment.stored.set_iterations(iterations);
  assignment.stored.mutable_done()->Assign(done.begin(), done.end());
  assignment.stored.set_replaces(lost.number());
  assignment.stored.set_started(true);
  assignment.stored.clear_failure();
  assignment.stored.clear_lost_from_ms();
  assignment.stored.clear_lost_until_ms();
  assignment.stored.clear_last_seq();
  assignment.stored.clear_cpu_max();
  assignment.stored.clear_cpu_sum();
  assignment.stored.clear_cpu_samples();
  assignment.stored.clear_loop_lag_max_ms();
  assignment.stored.clear_limited_by();
  if (lost.state == AssignmentState::kLost) {
    lost.state = AssignmentState::kReplaced;
  }
  lost.stored.set_lost_until_ms(static_cast<double>(host_.Now() - start_) * kMillisPerNano);
  Say(Concat(runner->name, " takes over the part of ", lost.stored.runner()));
  SendOffer(assignment);
  StoreRecord([](const absl::Status&) {});
}

// The one that was to take a part over did not: another is asked within a second, and the lost one, should it come
// back, is welcome again.
void Run::TakeBack(Assignment& replacement) {
  replacement.state = AssignmentState::kWithdrawn;
  Assignment* lost = Find(replacement.stored.replaces());
  if (lost == nullptr) {
    return;
  }
  lost->given_away = false;
  lost->loss_handled = true;
  lost->stored.clear_lost_until_ms();
  if (lost->state == AssignmentState::kReplaced) {
    lost->state = AssignmentState::kLost;
  }
  StoreRecord([](const absl::Status&) {});
}

}  // namespace mockarty
