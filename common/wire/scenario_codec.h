// common/plan/test_plan.h's Scenario on the wire: the part of the plan codec that says what runs when.
#ifndef COMMON_WIRE_SCENARIO_CODEC_H_
#define COMMON_WIRE_SCENARIO_CODEC_H_

#include "absl/status/status.h"
#include "common/plan/test_plan.h"

namespace mockarty {

namespace v1 {
class TestPlan;
}  // namespace v1

// A plan with one simple scenario is written as before there were others, so that older readers understand it; anything
// else leaves `executor` unset, so that they refuse what they could not carry out.
void EncodeScenarios(const TestPlan& plan, v1::TestPlan* out);

// InvalidArgument names the field, as FromProto() of a plan.
absl::Status DecodeScenarios(const v1::TestPlan& message, TestPlan& plan);

}  // namespace mockarty

#endif  // COMMON_WIRE_SCENARIO_CODEC_H_
