// Which series a threshold speaks of: "http_req_duration", or "http_req_duration{status:200,group:::login}".
#ifndef COMMON_REPORT_METRIC_SELECTOR_H_
#define COMMON_REPORT_METRIC_SELECTOR_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/metrics/registry.h"

namespace mockarty {

struct MetricSelector {
  std::string metric;
  std::vector<Tag> tags;  // all must match; an empty value asks for series without that tag

  bool Matches(const SeriesInfo& series) const;
};

// Tags are "key:value", separated by commas; the key ends at the first colon; both are trimmed; a value may stand in
// double quotes to hold a comma. The value of `url` is made
// the name of its route; series without that tag are found by their `name` then. InvalidArgument with the position of
// what is wrong.
absl::StatusOr<MetricSelector> ParseMetricSelector(std::string_view text);

}  // namespace mockarty

#endif  // COMMON_REPORT_METRIC_SELECTOR_H_
