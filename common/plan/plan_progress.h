// How far a run is, by its plan. Pure; any thread.
#ifndef COMMON_PLAN_PLAN_PROGRESS_H_
#define COMMON_PLAN_PLAN_PROGRESS_H_

#include <cstdint>
#include <optional>

#include "common/plan/test_plan.h"
#include "common/time/clock.h"

namespace mockarty {

// VUs that are to run `elapsed` after the start, all parts together; 0 before the start and from the planned end. Of a
// rate: those it begins with.
uint32_t PlannedVus(const TestPlan& plan, Nanos elapsed);

// Iterations and requests a second that are to begin then, over the scenarios that have a rate; nullopt when none has.
std::optional<double> PlannedRate(const TestPlan& plan, Nanos elapsed);
// The highest rates of all scenarios together; 0 when none has one.
double HighestRate(const TestPlan& plan);

// 0 to 1: the part of the time, or of the iterations where all scenarios count them, that is done, whichever is
// further.
double RunFraction(const TestPlan& plan, Nanos elapsed, uint64_t iterations_done);

}  // namespace mockarty

#endif  // COMMON_PLAN_PLAN_PROGRESS_H_
