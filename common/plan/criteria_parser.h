// The `thresholds` and `abortCriteria` of a script's options.
#ifndef COMMON_PLAN_CRITERIA_PARSER_H_
#define COMMON_PLAN_CRITERIA_PARSER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/plan/option_reader.h"
#include "common/plan/test_plan.h"

namespace mockarty {

// {"metric": "expr" | ["expr" | {threshold, abortOnFail, delayAbortEval, allowNoData}, ...]}, in the script's order.
absl::StatusOr<std::vector<ThresholdSpec>> ParseThresholds(const OptionReader& options,
                                                           std::vector<std::string>* warnings);

// [{name, metric, stat, condition, value, duration, enabled}, ...] without those that are not enabled.
absl::StatusOr<std::vector<AbortCriterion>> ParseAbortCriteria(const OptionReader& options,
                                                               std::vector<std::string>* warnings);

}  // namespace mockarty

#endif  // COMMON_PLAN_CRITERIA_PARSER_H_
