// What a plan is about to do, in one line for the user. Pure.
#ifndef CLI_PLAN_LINE_H_
#define CLI_PLAN_LINE_H_

#include <string>

#include "common/plan/test_plan.h"

namespace mockarty {

// "10 VUs for 30s", "100 iterations over 10 VUs, at most 5s", "1 to 20 VUs in 3 stages, 2m0s in all",
// "functional: 1 VU, 1 iteration".
std::string DescribePlan(const TestPlan& plan);

}  // namespace mockarty

#endif  // CLI_PLAN_LINE_H_
