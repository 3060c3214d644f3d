// The options that say what is kept of samples and how the end of the run is shown: `systemTags`, `summaryTrendStats`,
// `summaryTimeUnit`.
#ifndef COMMON_PLAN_REPORT_OPTIONS_PARSER_H_
#define COMMON_PLAN_REPORT_OPTIONS_PARSER_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/plan/option_reader.h"
#include "common/plan/test_plan.h"

namespace mockarty {

// A list of names, or one text of names with commas. A name that is none is an error; one whose tag samples cannot have
// (common/metrics/system_tags.h) is a warning.
absl::StatusOr<SystemTags> ParseSystemTags(const OptionReader& options, std::vector<std::string>* warnings);

absl::StatusOr<SummaryOptions> ParseSummaryOptions(const OptionReader& options);

// avg, min, med, max, count or p(N) with N from 0 to 100.
bool IsSummaryStat(std::string_view text);
// InvalidArgument names what of `path` cannot be.
absl::Status CheckSummaryOptions(std::string_view path, const SummaryOptions& summary);

}  // namespace mockarty

#endif  // COMMON_PLAN_REPORT_OPTIONS_PARSER_H_
