// Pass/fail rules of a run: "p(95) < 500" on "http_req_duration{status:200}".
//
//   expression = stat op number
//   stat       = avg | min | max | med | count | rate | value | p(N)      N from 0 to 100, decimals allowed
//   op         = < | <= | > | >= | == | === | !=
//   number     = an optional minus, decimal digits, an optional fraction and exponent
// White space between the parts is optional. Which stats a metric has depends on its kind:
//   counter: count, rate   gauge: value, min, max   rate: rate   trend: avg, min, max, med, count, p(N)
// Times are in milliseconds, a counter's rate is per second of the run so far, a rate's from 0 to 1.
// Pure functions, any thread.
#ifndef COMMON_REPORT_THRESHOLDS_H_
#define COMMON_REPORT_THRESHOLDS_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/metrics/histogram.h"
#include "common/metrics/registry.h"
#include "common/plan/test_plan.h"
#include "common/report/aggregate.h"
#include "common/report/metric_selector.h"
#include "common/report/run_report.h"

namespace mockarty {

enum class StatKind { kAvg, kMin, kMax, kMed, kCount, kRate, kValue, kPercentile };

struct Stat {
  StatKind kind = StatKind::kAvg;
  double percentile = 0;  // of kPercentile: 0 to 100
};

enum class CompareOp { kLess, kLessEqual, kGreater, kGreaterEqual, kEqual, kNotEqual };

struct ThresholdExpression {
  Stat stat;
  CompareOp op = CompareOp::kLess;
  double value = 0;
};

struct Threshold {
  ThresholdSpec spec;
  MetricSelector selector;
  ThresholdExpression expression;
};

// InvalidArgument with the expression, the position (from 1) and what was expected there.
absl::StatusOr<ThresholdExpression> ParseThresholdExpression(std::string_view text);

// A stat alone, as in an abort criterion; "p95" is taken for p(95).
absl::StatusOr<Stat> ParseStat(std::string_view text);
// An operator alone.
absl::StatusOr<CompareOp> ParseCompareOp(std::string_view text);

// Of a plan. InvalidArgument names the metric and the expression.
absl::StatusOr<std::vector<Threshold>> CompileThresholds(std::span<const ThresholdSpec> specs);

// Whether each stat fits the kind of its metric, once scripts have defined theirs. Metrics that are not known are left
// to the evaluation, where they have no data. The message names the stats that the metric has.
absl::Status CheckThresholdStats(std::span<const Threshold> thresholds, const MetricRegistry& registry);
absl::Status CheckStat(const MetricInfo& metric, const Stat& stat);

// Of a stat that trends have.
double TrendValue(const Histogram& histogram, const Stat& stat);

bool Compare(double actual, CompareOp op, double value);

// The value of a stat over all samples so far; nothing when there is no sample or the metric has no such stat.
std::optional<double> StatValue(const RunAggregate& aggregate, const MetricSelector& selector, const Stat& stat);

// All of them, in order. Without data a threshold fails, unless its spec allows it.
std::vector<ThresholdResult> EvaluateThresholds(std::span<const Threshold> thresholds, const RunAggregate& aggregate);

// The first threshold with abortOnFail whose delay is over and which does not hold now; those without data yet wait.
std::optional<ThresholdResult> FirstAbort(std::span<const Threshold> thresholds, const RunAggregate& aggregate);

// "All thresholds passed:" or "Threshold violations:" and a line each, such as
// "PASS [http_req_duration] avg < 200: actual=87.34". Empty when there are none. Escaped for a terminal.
std::string ThresholdLines(std::span<const ThresholdResult> results);

}  // namespace mockarty

#endif  // COMMON_REPORT_THRESHOLDS_H_
