// What a run leaves: the one value from which every output (terminal, JSON, later HTML and REST) is written.
//
// A plain value. report_builder.h makes it from the merged measurements. Times in milliseconds, rates from 0 to 1,
// and no number in it is infinite or NaN.
#ifndef COMMON_REPORT_RUN_REPORT_H_
#define COMMON_REPORT_RUN_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/metrics/registry.h"
#include "common/plan/test_plan.h"
#include "common/time/clock.h"

namespace mockarty {

enum class RunStatus {
  kCompleted,
  kFailed,   // a threshold failed, or the run could not be carried out
  kStopped,  // ended early: by the user or by an abort criterion
};

struct TrendStats {
  uint64_t count = 0;
  double avg = 0;
  double min = 0;
  double med = 0;
  double max = 0;
  double p90 = 0;
  double p95 = 0;
  double p99 = 0;
  double stddev = 0;
  std::vector<double> stats;  // what RunReport::summary names, in its order; none where it names none
};

// One metric, its series merged. Which fields count depends on the kind.
struct MetricReport {
  std::string name;
  MetricKind kind = MetricKind::kCounter;
  ValueUnit unit = ValueUnit::kPlain;
  uint64_t samples = 0;
  double sum = 0;         // counter
  double per_second = 0;  // counter: of the sum
  uint64_t trues = 0;     // rate
  double rate = 0;        // rate: trues / samples
  double value = 0;       // gauge: the last
  double min = 0;         // gauge
  double max = 0;         // gauge
  TrendStats trend;       // trend
};

struct ApdexReport {
  double score = 0;    // 0 also when total is 0
  std::string rating;  // "Excellent", ...; "No data" when total is 0
  uint64_t satisfied = 0;
  uint64_t tolerating = 0;
  uint64_t frustrated = 0;
  uint64_t total = 0;
  double threshold_ms = 500;
};

struct RouteReport {
  std::string route;  // "GET /users/{id}"
  uint64_t count = 0;
  uint64_t failed = 0;
  double error_rate = 0;
  TrendStats duration;
  ApdexReport apdex;
};

struct CheckReport {
  std::string group;  // "::outer::inner"; empty: outside of groups
  std::string name;
  uint64_t passes = 0;
  uint64_t fails = 0;
};

struct GroupReport {
  std::string path;
  TrendStats duration;
};

struct ErrorReport {
  std::string message;
  uint64_t count = 0;
};

struct ThresholdResult {
  std::string metric;  // with its tag selector
  std::string expression;
  bool passed = false;
  std::optional<double> actual;  // unset: no data
  bool abort_on_fail = false;
};

struct TimelinePoint {
  Nanos offset = 0;  // of the point's beginning, from the start of the run
  double avg_ms = 0;
  double p95_ms = 0;
  double rps = 0;
  double error_rate = 0;
  double iterations_per_second = 0;
  int64_t vus = 0;                     // the most that ran at once
  std::optional<int64_t> planned_vus;  // the plan's, at the middle of the point; distributed runs
};

// What the load generator took of its machine, and whether it was the bottleneck: generator_health.h.
struct GeneratorReport {
  double cpu_avg = 0;  // cores
  double cpu_max = 0;
  uint32_t threads = 0;
  uint32_t cores = 0;  // of the machine
  double loop_lag_max_ms = 0;
  uint64_t open_files_max = 0;
  uint64_t open_files_limit = 0;  // 0: not known
  uint64_t ports_max = 0;         // local ports of the machine
  uint64_t ports_limit = 0;
  std::vector<std::string> limited_by;  // one reason each; empty: it kept up
};

// What one runner contributed to a distributed run.
struct RunnerReport {
  uint32_t assignment = 0;
  std::string runner;  // its name
  std::string instance_id;
  std::string state;  // "completed", "lost", "crashed", "failed"
  double share = 0;   // of the run's VUs, 0 to 1
  uint32_t vus = 0;
  uint64_t requests = 0;
  uint64_t iterations = 0;
  double start_offset_ms = 0;  // against the agreed instant
  double cpu_max = 0;          // cores
  double cpu_avg = 0;
  double loop_lag_max_ms = 0;
  // Since the start of the run: nothing is known of it between the two.
  std::optional<double> lost_from_ms;
  std::optional<double> lost_until_ms;
  std::string failure;
  std::vector<std::string> limited_by;  // as GeneratorReport
};

// How the fleet carried the run.
struct DistributedReport {
  bool partial = false;             // something is missing: see the runners' lost intervals
  double start_skew_ms = 0;         // between the first and the last runner to begin
  double clock_uncertainty_ms = 0;  // half the best round trip, of the worst runner
  std::vector<RunnerReport> runners;
};

struct RunReport {
  // Facts of the run.
  std::string name;
  RunStatus status = RunStatus::kCompleted;
  std::string stopped_reason;  // "auto_stop: High error rate"; empty when it ran to its end
  int64_t started_at_ms = 0;   // since 1970-01-01 UTC
  int64_t finished_at_ms = 0;
  Nanos duration = 0;   // of the load
  int64_t vus = 0;      // planned
  int64_t vus_max = 0;  // the most that ran at once

  // Totals.
  uint64_t iterations = 0;
  uint64_t dropped_iterations = 0;  // were due and did not begin
  double iterations_per_second = 0;
  uint64_t total_requests = 0;
  uint64_t failed_requests = 0;
  double rps = 0;
  double error_rate = 0;
  TrendStats latency;  // http_req_duration
  double data_sent = 0;
  double data_received = 0;
  uint64_t checks_passed = 0;
  uint64_t checks_failed = 0;

  // Indices.
  ApdexReport apdex;
  double cv_pct = 0;                   // standard deviation of response times, in per cent of their mean
  double throughput_stability_cv = 0;  // the same of requests per second, over full points of the timeline

  std::vector<MetricReport> metrics;  // by name; without `errors` and the apdex zones
  // Of thresholds, by name: those with a tag selector ("http_req_duration{status:200}") and those without a sample (all
  // zero); http_req_duration{expected_response:true} in any case, as k6 has it.
  std::vector<MetricReport> threshold_metrics;
  SummaryOptions summary;           // how to show trends and times
  std::vector<RouteReport> routes;  // most requests first
  std::vector<CheckReport> checks;  // by group, then name
  std::vector<GroupReport> groups;  // by path
  std::vector<ErrorReport> errors;  // most frequent first
  std::vector<ThresholdResult> thresholds;
  bool thresholds_passed = true;
  Nanos timeline_interval = 0;
  std::vector<TimelinePoint> timeline;

  // What the user should know about the measuring itself.
  uint64_t refused_series = 0;   // series past the budget: their samples are in `__other__`
  uint64_t invalid_samples = 0;  // NaN or infinite values that a script gave to a metric
  uint64_t missing_windows = 0;  // never arrived

  // Why the figures say more of the load generator than of the target: of this machine, or of runners, which are named.
  std::vector<std::string> generator_limited;
  std::optional<GeneratorReport> generator;      // unset: a distributed run
  std::optional<DistributedReport> distributed;  // unset: a local run
};

}  // namespace mockarty

#endif  // COMMON_REPORT_RUN_REPORT_H_
