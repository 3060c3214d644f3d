#include "coordinator/planner/planner.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/plan/plan_progress.h"
#include "common/plan/scenario_part.h"

namespace mockarty {
namespace {

// Weights are parts of this, so that a stripe's table stays small.
constexpr uint64_t kWeightScale = 64;

bool Fits(const PlannerRequest& request, const PlannerRunner& runner) {
  return runner.performs && !request.excluded.contains(runner.instance) &&
         (runner.name_space.empty() || runner.name_space == request.name_space) &&
         std::all_of(request.required_labels.begin(), request.required_labels.end(),
                     [&runner](const std::string& label) { return runner.labels.contains(label); });
}

// Those that fit and have a free slot, best first. The coordinator's own comes in only where no other is connected.
PlannerRunners FreeRunners(const PlannerRequest& request, const PlannerRunners& runners) {
  const bool any_remote = std::any_of(runners.begin(), runners.end(), [](const auto* r) { return !r->local; });
  PlannerRunners found;
  for (const PlannerRunner* runner : runners) {
    if (runner->free_slots > 0 && (!runner->local || (request.allow_local && !any_remote)) && Fits(request, *runner)) {
      found.push_back(runner);
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const PlannerRunner* a, const PlannerRunner* b) {
    return std::make_pair(b->free_slots, b->cores) < std::make_pair(a->free_slots, a->cores);
  });
  return found;
}

uint64_t CapacityOf(const PlannerRunner& runner, const PlannerRequest& request) {
  return runner.max_vus > 0 ? runner.max_vus : uint64_t{std::max(1u, runner.cores)} * request.vus_per_core;
}

std::string WhatIsMissing(const PlannerRequest& request, const PlannerRunners& runners, size_t free) {
  size_t fitting = 0;
  size_t remote = 0;
  for (const PlannerRunner* runner : runners) {
    remote += runner->local ? 0 : 1;
    fitting += !runner->local && Fits(request, *runner) ? 1 : 0;
  }
  if (remote == 0) {
    return "no runner is connected";
  }
  if (fitting == 0) {
    return Concat("none of the ", remote, " connected runners fits: capability performance, namespace ",
                  request.name_space, request.required_labels.empty() ? "" : " and the required labels");
  }
  return Concat(fitting, " runners fit, ", free,
                " of them have a free slot; wanted: ", request.runners == 0 ? "at least 1" : Concat(request.runners));
}

// As many of the first as their capacity needs.
size_t AutoCount(const PlannerRunners& free, const PlannerRequest& request, const TestPlan& plan) {
  const uint32_t vus = MaxVus(plan);
  const double rate = HighestRate(plan);
  uint64_t capacity = 0;
  double rate_capacity = 0;
  size_t count = 0;
  while (count < free.size() && (capacity < vus || rate_capacity < rate)) {
    rate_capacity += static_cast<double>(request.rate_per_core) * std::max(1u, free[count]->cores);
    capacity += CapacityOf(*free[count++], request);
  }
  return std::max<size_t>(1, count);
}

// Equal, unless the runners state different capacities.
std::vector<uint32_t> Weights(const PlannerRunners& chosen, const PlannerRequest& request) {
  std::vector<uint64_t> capacities;
  for (const PlannerRunner* runner : chosen) {
    capacities.push_back(runner->max_vus > 0 ? CapacityOf(*runner, request) : 0);
  }
  const bool equal = std::all_of(capacities.begin(), capacities.end(),
                                 [&](uint64_t capacity) { return capacity == capacities.front(); });
  const bool all_stated = std::count(capacities.begin(), capacities.end(), 0u) == 0;
  if (equal || !all_stated) {
    return std::vector<uint32_t>(chosen.size(), 1);
  }
  std::vector<uint32_t> weights;
  for (const uint64_t part : Apportion(kWeightScale * chosen.size(), capacities)) {
    weights.push_back(static_cast<uint32_t>(std::max<uint64_t>(1, part)));
  }
  return weights;
}

}  // namespace

absl::StatusOr<std::vector<Placement>> PlanRun(const TestPlan& plan, const PlannerRequest& request,
                                               const PlannerRunners& runners) {
  PlannerRunners chosen = FreeRunners(request, runners);
  const uint32_t vus = MaxVus(plan);
  if (chosen.empty() || (chosen.size() < request.runners && !chosen.front()->local)) {
    return absl::UnavailableError(WhatIsMissing(request, runners, chosen.size()));
  }
  const size_t wanted = request.runners > 0 ? request.runners : AutoCount(chosen, request, plan);
  chosen.resize(std::min({wanted, chosen.size(), size_t{std::max(1u, vus)}}));
  const std::vector<uint32_t> weights = Weights(chosen, request);

  std::vector<Placement> placements;
  for (size_t i = 0; i < chosen.size(); ++i) {
    ASSIGN_OR_RETURN(Segment segment, Segment().Divide(weights, static_cast<uint32_t>(i)));
    const auto own = static_cast<uint32_t>(segment.Share(vus));
    if (own == 0) {
      continue;  // a small weight beside few VUs
    }
    placements.push_back({chosen[i]->instance, chosen[i]->name, std::move(segment), own,
                          static_cast<double>(own) / std::max(1u, vus), 0});
  }
  const auto* shared = std::get_if<SharedIterationsConfig>(&plan.scenarios.front().executor);
  if (plan.scenarios.size() == 1 && shared != nullptr) {
    for (Placement& placement : placements) {
      placement.iterations = ScenarioPart(placement.segment, vus).Iterations(shared->iterations);
    }
  }
  return placements;
}

const PlannerRunner* FindReplacement(const PlannerRequest& request, const PlannerRunners& runners) {
  const PlannerRunners free = FreeRunners(request, runners);
  return free.empty() ? nullptr : free.front();
}

}  // namespace mockarty
