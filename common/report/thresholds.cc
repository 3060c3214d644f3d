#include "common/report/thresholds.h"

#include <cstdio>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"

namespace mockarty {
namespace {

constexpr size_t kMaxShownBytes = 250;

bool HasStat(MetricKind kind, StatKind stat) {
  switch (kind) {
    case MetricKind::kCounter:
      return stat == StatKind::kCount || stat == StatKind::kRate;
    case MetricKind::kGauge:
      return stat == StatKind::kValue || stat == StatKind::kMin || stat == StatKind::kMax;
    case MetricKind::kRate:
      return stat == StatKind::kRate;
    case MetricKind::kTrend:
      return stat != StatKind::kRate && stat != StatKind::kValue;
  }
  return false;
}

std::string_view StatsOf(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter:
      return "count, rate";
    case MetricKind::kGauge:
      return "value, min, max";
    case MetricKind::kRate:
      return "rate";
    case MetricKind::kTrend:
      return "avg, min, max, med, count, p(N)";
  }
  return "";
}

std::string StatName(const Stat& stat) {
  switch (stat.kind) {
    case StatKind::kAvg:
      return "avg";
    case StatKind::kMin:
      return "min";
    case StatKind::kMax:
      return "max";
    case StatKind::kMed:
      return "med";
    case StatKind::kCount:
      return "count";
    case StatKind::kRate:
      return "rate";
    case StatKind::kValue:
      return "value";
    case StatKind::kPercentile:
      return Concat("p(", stat.percentile, ")");
  }
  return "";
}

double ValueOf(const SeriesDelta& total, const Stat& stat, Nanos elapsed) {
  switch (total.kind) {
    case MetricKind::kCounter: {
      const double sum = FromFixed(total.sum);
      const double seconds = static_cast<double>(elapsed) / static_cast<double>(kNanosPerSecond);
      return stat.kind == StatKind::kCount ? sum : seconds > 0 ? sum / seconds : 0;
    }
    case MetricKind::kGauge:
      return stat.kind == StatKind::kMin ? total.min : stat.kind == StatKind::kMax ? total.max : total.last;
    case MetricKind::kRate:
      return static_cast<double>(total.trues) / static_cast<double>(total.count);
    case MetricKind::kTrend:
      return TrendValue(total.histogram, stat);
  }
  return 0;
}

ThresholdResult Evaluate(const Threshold& threshold, const RunAggregate& aggregate) {
  ThresholdResult result;
  result.metric = threshold.spec.metric;
  result.expression = threshold.spec.expression;
  result.abort_on_fail = threshold.spec.abort_on_fail;
  result.actual = StatValue(aggregate, threshold.selector, threshold.expression.stat);
  result.passed = result.actual.has_value()
                      ? Compare(*result.actual, threshold.expression.op, threshold.expression.value)
                      : threshold.spec.allow_no_data;
  return result;
}

}  // namespace

double TrendValue(const Histogram& histogram, const Stat& stat) {
  switch (stat.kind) {
    case StatKind::kMin:
      return histogram.Min();
    case StatKind::kMax:
      return histogram.Max();
    case StatKind::kMed:
      return histogram.Quantile(0.5);
    case StatKind::kCount:
      return static_cast<double>(histogram.Count());
    case StatKind::kPercentile:
      return histogram.Quantile(stat.percentile / 100);
    default:
      return histogram.Mean();
  }
}

absl::Status CheckStat(const MetricInfo& metric, const Stat& stat) {
  if (HasStat(metric.kind, stat.kind)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(Concat("metric ", Quoted(metric.name), " is a ", MetricKindName(metric.kind),
                                           " and has no ", StatName(stat), ": expected one of ", StatsOf(metric.kind)));
}

absl::Status CheckThresholdStats(std::span<const Threshold> thresholds, const MetricRegistry& registry) {
  for (const Threshold& threshold : thresholds) {
    const absl::StatusOr<MetricId> metric = registry.FindMetric(threshold.selector.metric);
    if (!metric.ok()) {
      continue;
    }
    if (const absl::Status fits = CheckStat(registry.Metric(*metric), threshold.expression.stat); !fits.ok()) {
      return absl::InvalidArgumentError(
          Concat("thresholds: expression ", Quoted(threshold.spec.expression), ": ", ToStd(fits.message())));
    }
  }
  return absl::OkStatus();
}

bool Compare(double actual, CompareOp op, double value) {
  switch (op) {
    case CompareOp::kLess:
      return actual < value;
    case CompareOp::kLessEqual:
      return actual <= value;
    case CompareOp::kGreater:
      return actual > value;
    case CompareOp::kGreaterEqual:
      return actual >= value;
    case CompareOp::kEqual:
      return actual == value;
    case CompareOp::kNotEqual:
      return actual != value;
  }
  return false;
}

std::optional<double> StatValue(const RunAggregate& aggregate, const MetricSelector& selector, const Stat& stat) {
  const std::optional<SeriesDelta> total = aggregate.Total(selector);
  if (!total.has_value() || !HasStat(total->kind, stat.kind)) {
    return std::nullopt;
  }
  return ValueOf(*total, stat, aggregate.Elapsed());
}

std::vector<ThresholdResult> EvaluateThresholds(std::span<const Threshold> thresholds, const RunAggregate& aggregate) {
  std::vector<ThresholdResult> results;
  results.reserve(thresholds.size());
  for (const Threshold& threshold : thresholds) {
    results.push_back(Evaluate(threshold, aggregate));
  }
  return results;
}

std::optional<ThresholdResult> FirstAbort(std::span<const Threshold> thresholds, const RunAggregate& aggregate) {
  for (const Threshold& threshold : thresholds) {
    if (!threshold.spec.abort_on_fail || aggregate.Elapsed() < threshold.spec.delay_abort_eval) {
      continue;
    }
    ThresholdResult result = Evaluate(threshold, aggregate);
    if (result.actual.has_value() && !result.passed) {
      return result;
    }
  }
  return std::nullopt;
}

std::string ThresholdLines(std::span<const ThresholdResult> results) {
  if (results.empty()) {
    return "";
  }
  bool all_passed = true;
  std::string lines;
  for (const ThresholdResult& result : results) {
    all_passed = all_passed && result.passed;
    std::string actual = "NO DATA";
    if (result.actual.has_value()) {
      char number[400];  // the largest double has 309 digits before the point
      std::snprintf(number, sizeof(number), "actual=%.2f", *result.actual);
      actual = number;
    }
    lines += Concat(result.passed ? "PASS" : "FAIL", " [", Printable(result.metric, kMaxShownBytes), "] ",
                    Printable(result.expression, kMaxShownBytes), ": ", actual, "\n");
  }
  return (all_passed ? "All thresholds passed:\n" : "Threshold violations:\n") + lines;
}

}  // namespace mockarty
