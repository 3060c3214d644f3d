// Whether a part of a run that was lost has anything left for another runner.
#ifndef COORDINATOR_RUN_PART_LEFT_H_
#define COORDINATOR_RUN_PART_LEFT_H_

#include <cstdint>
#include <span>

#include "common/plan/segment.h"
#include "common/plan/test_plan.h"

namespace mockarty {

// True when all scenarios end by a count of iterations, and `done`, one number a scenario, is all of the part's. Pure.
bool NothingLeft(const TestPlan& plan, const Segment& segment, std::span<const uint64_t> done);

}  // namespace mockarty

#endif  // COORDINATOR_RUN_PART_LEFT_H_
