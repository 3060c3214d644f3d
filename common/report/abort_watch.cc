#include "common/report/abort_watch.h"

#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"

namespace mockarty {

absl::StatusOr<AbortWatch> AbortWatch::Create(std::span<const AbortCriterion> criteria,
                                              const MetricRegistry& registry) {
  AbortWatch watch;
  for (const AbortCriterion& criterion : criteria) {
    const auto wrong = [&criterion](const absl::Status& status) {
      return absl::InvalidArgumentError(
          Concat("abortCriteria: ", Quoted(criterion.name), ": ", ToStd(status.message())));
    };
    absl::StatusOr<MetricSelector> selector = ParseMetricSelector(criterion.metric);
    if (!selector.ok()) {
      return wrong(selector.status());
    }
    const absl::StatusOr<Stat> stat = ParseStat(criterion.stat);
    if (!stat.ok()) {
      return wrong(stat.status());
    }
    const absl::StatusOr<CompareOp> op = ParseCompareOp(criterion.condition);
    if (!op.ok()) {
      return wrong(op.status());
    }
    if (const absl::StatusOr<MetricId> metric = registry.FindMetric(selector->metric); metric.ok()) {
      if (const absl::Status fits = CheckStat(registry.Metric(*metric), *stat); !fits.ok()) {
        return wrong(fits);
      }
    }
    watch.watched_.push_back(
        {criterion.name, *std::move(selector), *stat, *op, criterion.value, criterion.duration, std::nullopt});
  }
  return watch;
}

std::optional<std::string> AbortWatch::Check(const RunAggregate& aggregate) {
  const Nanos now = aggregate.Elapsed();
  std::optional<std::string> fired;
  for (Watched& watched : watched_) {
    const std::optional<double> actual = StatValue(aggregate, watched.selector, watched.stat);
    if (!actual.has_value() || !Compare(*actual, watched.op, watched.value)) {
      watched.since.reset();
      continue;
    }
    if (!watched.since.has_value()) {
      watched.since = now;
    }
    if (!fired.has_value() && now - *watched.since >= watched.duration) {
      fired = watched.name;
    }
  }
  return fired;
}

}  // namespace mockarty
