// The `scenarios` of a script's options: k6's form, with `arrivals` and `arrivalSeed` as our addition to rates.
//
// Defaults are k6's. A field that the executor does not have is an error: it would change the load unnoticed.
#ifndef COMMON_PLAN_SCENARIO_PARSER_H_
#define COMMON_PLAN_SCENARIO_PARSER_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/plan/option_reader.h"
#include "common/plan/test_plan.h"

namespace mockarty {

using TextPairs = std::vector<std::pair<std::string, std::string>>;

// {name: {executor, ...}, ...}, in the script's order; empty when the script has none. `defaults` has the grace periods
// of scenarios that say nothing of them.
absl::StatusOr<std::vector<Scenario>> ParseScenarios(const OptionReader& options, const Scenario& defaults,
                                                     std::vector<std::string>* warnings);

// An object of names and strings.
absl::StatusOr<TextPairs> ParseTextPairs(const OptionReader& reader, std::string_view field, size_t max_pairs,
                                         size_t max_value);

}  // namespace mockarty

#endif  // COMMON_PLAN_SCENARIO_PARSER_H_
