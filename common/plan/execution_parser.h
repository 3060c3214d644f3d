// What of a script's options and of a command line says how the load runs: their scenarios, or the short forms.
// plan_parser.h states the rules.
#ifndef COMMON_PLAN_EXECUTION_PARSER_H_
#define COMMON_PLAN_EXECUTION_PARSER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/plan/option_reader.h"
#include "common/plan/plan_parser.h"
#include "common/plan/test_plan.h"

namespace mockarty {

// Sets the plan's mode, scenarios and request cap.
absl::Status ParseExecution(const OptionReader& options, const PlanOverrides& overrides, ScriptDialect dialect,
                            TestPlan& plan, std::vector<std::string>* warnings);

}  // namespace mockarty

#endif  // COMMON_PLAN_EXECUTION_PARSER_H_
