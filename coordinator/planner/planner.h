// Which runners carry a run, and which part of it each. Pure; any thread.
#ifndef COORDINATOR_PLANNER_PLANNER_H_
#define COORDINATOR_PLANNER_PLANNER_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/plan/segment.h"
#include "common/plan/test_plan.h"

namespace mockarty {

struct PlannerRunner {
  std::string instance;
  std::string name;
  std::string name_space;        // empty: takes tasks of all
  bool performs = false;         // has the capability `performance` and may use it
  std::set<std::string> labels;  // "region=eu"
  uint32_t free_slots = 0;
  uint32_t cores = 0;
  uint32_t max_vus = 0;  // stated capacity; 0: not stated
  bool local = false;    // the coordinator's own
};

// Owned by who asks: thousands are looked at for each run that is placed.
using PlannerRunners = std::vector<const PlannerRunner*>;

struct PlannerRequest {
  std::string name_space;
  std::vector<std::string> required_labels;
  uint32_t runners = 0;            // 0: as many as the plan's VUs and rates need
  std::set<std::string> excluded;  // instances
  bool allow_local = false;        // also the coordinator's own, when there is no other
  uint32_t vus_per_core = 2'000;   // of a runner that states no capacity
  uint32_t rate_per_core = 5'000;  // iterations or requests a second
};

struct Placement {
  std::string instance;
  std::string name;
  Segment segment;
  uint32_t vus = 0;         // at the plan's highest
  double share = 0;         // of the VUs, 0 to 1
  uint64_t iterations = 0;  // of a plan whose only scenario is one of shared iterations
};

// Never more placements than the plan has VUs. Those with most free slots come first. Each gets an equal part of the
// VUs, or by stated capacity where the runners' differ. Iterations go by the lanes of
// the VUs (common/plan/scenario_part.h); all sums are exact.
// Unavailable says what is missing: why no runner fits, or how many of those that are asked for do.
absl::StatusOr<std::vector<Placement>> PlanRun(const TestPlan& plan, const PlannerRequest& request,
                                               const PlannerRunners& runners);

// One runner to take the part of another that never began, or was lost; nullptr when none fits.
const PlannerRunner* FindReplacement(const PlannerRequest& request, const PlannerRunners& runners);

}  // namespace mockarty

#endif  // COORDINATOR_PLANNER_PLANNER_H_
