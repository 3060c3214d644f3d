// Watches a run's abort criteria: which of them has held for long enough without a break.
//
// Judges all samples so far, at the instants when it is asked (about once a second). One thread.
#ifndef COMMON_REPORT_ABORT_WATCH_H_
#define COMMON_REPORT_ABORT_WATCH_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/metrics/registry.h"
#include "common/plan/test_plan.h"
#include "common/report/aggregate.h"
#include "common/report/thresholds.h"
#include "common/time/clock.h"

namespace mockarty {

class AbortWatch {
 public:
  // InvalidArgument names the criterion and what is wrong: its metric, its stat or its condition.
  static absl::StatusOr<AbortWatch> Create(std::span<const AbortCriterion> criteria, const MetricRegistry& registry);

  // The name of the first criterion that has held for its duration, as of aggregate.Elapsed().
  std::optional<std::string> Check(const RunAggregate& aggregate);

 private:
  struct Watched {
    std::string name;
    MetricSelector selector;
    Stat stat;
    CompareOp op = CompareOp::kGreater;
    double value = 0;
    Nanos duration = 0;
    std::optional<Nanos> since;  // holds without a break from here on
  };

  std::vector<Watched> watched_;
};

}  // namespace mockarty

#endif  // COMMON_REPORT_ABORT_WATCH_H_
