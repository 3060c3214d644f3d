// The `stages` of a script's options, of VUs and of rates.
#ifndef COMMON_PLAN_STAGE_PARSER_H_
#define COMMON_PLAN_STAGE_PARSER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/plan/option_reader.h"
#include "common/plan/test_plan.h"

namespace mockarty {

// One kind of stages; the other is empty.
struct ParsedStages {
  std::vector<Stage> vus;
  std::vector<RateStage> requests;  // of `targetRPS`, a second
};

// [{duration, target | targetRPS}, ...]. They are stages of requests when one of them has a `targetRPS` above 0
// (whatever its `target`) or a `targetRPS` and no `target`; `target: 0` alone then means no requests.
absl::StatusOr<ParsedStages> ParseStages(const OptionReader& reader, std::vector<std::string>* warnings);

// [{duration, target}, ...] of VUs or, a time unit, of iterations: the `stages` of a scenario, which must be there.
absl::StatusOr<std::vector<Stage>> ParseVuStages(const OptionReader& reader, std::vector<std::string>* warnings);
absl::StatusOr<std::vector<RateStage>> ParseRateStages(const OptionReader& reader, uint64_t max_rate,
                                                       std::vector<std::string>* warnings);

}  // namespace mockarty

#endif  // COMMON_PLAN_STAGE_PARSER_H_
