// How far a run is, by its plan. Pure; any thread.
#ifndef COMMON_PLAN_PLAN_PROGRESS_H_
#define COMMON_PLAN_PLAN_PROGRESS_H_

#include <cstdint>

#include "common/plan/test_plan.h"
#include "common/time/clock.h"

namespace mockarty {

// VUs that are to run `elapsed` after the start, all parts together; 0 before the start and from the planned end.
uint32_t PlannedVus(const TestPlan& plan, Nanos elapsed);

// 0 to 1: the part of the time or of the plan's shared iterations that is done, whichever is further.
double RunFraction(const TestPlan& plan, Nanos elapsed, uint64_t iterations_done);

}  // namespace mockarty

#endif  // COMMON_PLAN_PLAN_PROGRESS_H_
