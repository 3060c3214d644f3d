#include "common/report/report_builder.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "common/metrics/builtin_metrics.h"
#include "common/metrics/merge.h"
#include "common/report/apdex.h"
#include "common/report/route_label.h"

namespace mockarty {
namespace {

// Stands for the checks of a run without the system tag `check`.
constexpr std::string_view kAllChecks = "all checks";

double Ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

double Seconds(Nanos nanos) { return static_cast<double>(nanos) / static_cast<double>(kNanosPerSecond); }

std::string TagOr(const SeriesInfo& info, std::string_view key, std::string_view fallback) {
  const std::string* value = FindTag(*info.tags, key);
  return std::string(value != nullptr ? *value : fallback);
}

bool IsApdex(MetricId id) { return id >= kMetricApdexSatisfied && id <= kMetricApdexFrustrated; }

struct RouteTotals {
  uint64_t count = 0;
  uint64_t failed = 0;
  uint64_t apdex[3] = {};
  Histogram duration;
};

struct CheckTotals {
  uint64_t passes = 0;
  uint64_t fails = 0;
};

// All series, sorted by what the report has a table for.
struct Tables {
  std::map<MetricId, SeriesDelta> metrics;
  std::map<std::pair<std::string, std::string>, RouteTotals> routes;  // by method and name
  std::map<std::pair<std::string, std::string>, CheckTotals> checks;  // by group and name
  std::map<std::string, Histogram> groups;
  std::map<std::string, uint64_t> errors;

  void Add(const SeriesInfo& info, const SeriesDelta& delta) {
    if (delta.count == 0) {
      return;
    }
    if (const auto [at, fresh] = metrics.emplace(info.metric_id, delta); !fresh) {
      at->second.id = delta.id;
      MergeSeries(delta, at->second);
    }
    AddToRoute(info, delta);
    switch (info.metric_id) {
      case kMetricChecks: {
        CheckTotals& check =
            checks[{TagOr(info, "group", ""), TagOr(info, "check", info.is_other ? kOtherName : kAllChecks)}];
        check.passes += delta.trues;
        check.fails += delta.count - delta.trues;
        break;
      }
      case kMetricGroupDuration:
        if (const std::string* path = FindTag(*info.tags, "group"); path != nullptr || info.is_other) {
          groups[path != nullptr ? *path : std::string(kOtherName)].Merge(delta.histogram);
        }
        break;
      case kMetricErrors:
        errors[TagOr(info, "message", kOtherName)] += delta.count;
        break;
      default:
        break;
    }
  }

  // Without `name` and `url` among the run's system tags there is no table of routes.
  void AddToRoute(const SeriesInfo& info, const SeriesDelta& delta) {
    const std::string* name = FindTag(*info.tags, "name");
    name = name != nullptr ? name : FindTag(*info.tags, "url");
    const bool of_requests = info.metric_id == kMetricHttpReqs || info.metric_id == kMetricHttpReqFailed ||
                             info.metric_id == kMetricHttpReqDuration || IsApdex(info.metric_id);
    if (name == nullptr || !of_requests) {
      return;
    }
    RouteTotals& route = routes[{TagOr(info, "method", ""), *name}];
    switch (info.metric_id) {
      case kMetricHttpReqs:
        route.count += delta.count;
        break;
      case kMetricHttpReqFailed:
        route.failed += delta.trues;
        break;
      case kMetricHttpReqDuration:
        route.duration.Merge(delta.histogram);
        break;
      default:
        route.apdex[info.metric_id - kMetricApdexSatisfied] += delta.count;
        break;
    }
  }

  uint64_t Count(MetricId id) const {
    const auto at = metrics.find(id);
    return at == metrics.end() ? 0 : at->second.count;
  }
  double Sum(MetricId id) const {
    const auto at = metrics.find(id);
    return at == metrics.end() ? 0 : FromFixed(at->second.sum);
  }
  uint64_t Trues(MetricId id) const {
    const auto at = metrics.find(id);
    return at == metrics.end() ? 0 : at->second.trues;
  }
};

MetricReport MakeMetric(std::string_view name, const MetricInfo& info, const SeriesDelta& total,
                        const RunReport& report) {
  MetricReport metric;
  metric.name = name;
  metric.kind = info.kind;
  metric.unit = info.unit;
  metric.samples = total.count;
  switch (info.kind) {
    case MetricKind::kCounter:
      metric.sum = FromFixed(total.sum);
      metric.per_second = Ratio(metric.sum, Seconds(report.duration));
      break;
    case MetricKind::kRate:
      metric.trues = total.trues;
      metric.rate = Ratio(static_cast<double>(total.trues), static_cast<double>(total.count));
      break;
    case MetricKind::kGauge:
      metric.value = total.last;
      metric.min = total.min;
      metric.max = total.max;
      break;
    case MetricKind::kTrend:
      metric.trend = MakeTrendStats(total.histogram, report.summary);
      break;
  }
  return metric;
}

void AddMetrics(const RunAggregate& aggregate, const Tables& tables, RunReport& report) {
  for (const auto& [id, total] : tables.metrics) {
    if (!IsApdex(id) && id != kMetricErrors) {
      const MetricInfo& info = aggregate.Registry().Metric(id);
      report.metrics.push_back(MakeMetric(info.name, info, total, report));
    }
  }
  for (const MetricId id : {kMetricVus, kMetricVusMax}) {
    const MetricInfo& info = aggregate.Registry().Metric(id);
    if (const auto gauge = aggregate.Total({.metric = info.name, .tags = {}}); gauge.has_value()) {
      report.metrics.push_back(MakeMetric(info.name, info, *gauge, report));
    }
  }
  std::sort(report.metrics.begin(), report.metrics.end(),
            [](const MetricReport& a, const MetricReport& b) { return a.name < b.name; });
}

// What thresholds speak of and `metrics` has not.
void AddThresholdMetrics(const RunAggregate& aggregate, std::span<const Threshold> thresholds, RunReport& report) {
  std::map<std::string, MetricSelector> selectors;
  for (const Threshold& threshold : thresholds) {
    selectors.emplace(threshold.spec.metric, threshold.selector);
  }
  const MetricSelector expected = {.metric = "http_req_duration", .tags = {{"expected_response", "true"}}};
  if (aggregate.Total(expected).has_value()) {
    selectors.emplace("http_req_duration{expected_response:true}", expected);
  }
  for (const auto& [name, selector] : selectors) {
    const absl::StatusOr<MetricId> id = aggregate.Registry().FindMetric(selector.metric);
    const auto is_there = [&name = name](const MetricReport& metric) { return metric.name == name; };
    if (!id.ok() || std::any_of(report.metrics.begin(), report.metrics.end(), is_there)) {
      continue;
    }
    const MetricInfo& info = aggregate.Registry().Metric(*id);
    report.threshold_metrics.push_back(
        MakeMetric(name, info, aggregate.Total(selector).value_or(SeriesDelta()), report));
  }
}

void AddRoutes(const Tables& tables, double apdex_threshold_ms, RunReport& report) {
  std::set<std::string_view> origins;
  for (const auto& [key, totals] : tables.routes) {
    if (const std::string_view origin = RouteOrigin(key.second); !origin.empty()) {
      origins.insert(origin);
    }
  }
  for (const auto& [key, totals] : tables.routes) {
    RouteReport& route = report.routes.emplace_back();
    route.route = RouteLabel(key.first, key.second, origins.size() > 1);
    route.count = totals.count;
    route.failed = totals.failed;
    route.error_rate = Ratio(static_cast<double>(totals.failed), static_cast<double>(totals.count));
    route.duration = MakeTrendStats(totals.duration);
    route.apdex = MakeApdex(totals.apdex[0], totals.apdex[1], totals.apdex[2], apdex_threshold_ms);
  }
  std::stable_sort(report.routes.begin(), report.routes.end(),
                   [](const RouteReport& a, const RouteReport& b) { return a.count > b.count; });
}

void AddChecksGroupsErrors(const Tables& tables, RunReport& report) {
  for (const auto& [key, totals] : tables.checks) {
    report.checks.push_back({key.first, key.second, totals.passes, totals.fails});
    report.checks_passed += totals.passes;
    report.checks_failed += totals.fails;
  }
  for (const auto& [path, duration] : tables.groups) {
    report.groups.push_back({path, MakeTrendStats(duration, report.summary)});
  }
  for (const auto& [message, count] : tables.errors) {
    report.errors.push_back({message, count});
  }
  std::stable_sort(report.errors.begin(), report.errors.end(),
                   [](const ErrorReport& a, const ErrorReport& b) { return a.count > b.count; });
}

void AddTotals(const Tables& tables, double apdex_threshold_ms, RunReport& report) {
  const double seconds = Seconds(report.duration);
  report.iterations = tables.Count(kMetricIterations);
  report.dropped_iterations = tables.Count(kMetricDroppedIterations);
  report.iterations_per_second = Ratio(static_cast<double>(report.iterations), seconds);
  report.total_requests = tables.Count(kMetricHttpReqs);
  report.failed_requests = tables.Trues(kMetricHttpReqFailed);
  report.rps = Ratio(static_cast<double>(report.total_requests), seconds);
  report.error_rate = Ratio(static_cast<double>(report.failed_requests), static_cast<double>(report.total_requests));
  if (const auto at = tables.metrics.find(kMetricHttpReqDuration); at != tables.metrics.end()) {
    report.latency = MakeTrendStats(at->second.histogram);
  }
  report.data_sent = tables.Sum(kMetricDataSent);
  report.data_received = tables.Sum(kMetricDataReceived);
  report.apdex = MakeApdex(tables.Count(kMetricApdexSatisfied), tables.Count(kMetricApdexTolerating),
                           tables.Count(kMetricApdexFrustrated), apdex_threshold_ms);
  report.cv_pct = Ratio(report.latency.stddev, report.latency.avg) * 100;
}

}  // namespace

TrendStats MakeTrendStats(const Histogram& histogram, const SummaryOptions& summary) {
  TrendStats stats;
  stats.count = histogram.Count();
  stats.avg = histogram.Mean();
  stats.min = histogram.Min();
  stats.med = histogram.Quantile(0.5);
  stats.max = histogram.Max();
  stats.p90 = histogram.Quantile(0.90);
  stats.p95 = histogram.Quantile(0.95);
  stats.p99 = histogram.Quantile(0.99);
  stats.stddev = histogram.StdDev();
  for (const std::string& name : summary.trend_stats) {
    const absl::StatusOr<Stat> stat = ParseStat(name);
    stats.stats.push_back(stat.ok() ? TrendValue(histogram, *stat) : 0);
  }
  return stats;
}

RunReport BuildReport(const RunAggregate& aggregate, const ReportFacts& facts, std::span<const Threshold> thresholds) {
  RunReport report;
  report.name = facts.name;
  report.status = facts.status;
  report.stopped_reason = facts.stopped_reason;
  report.started_at_ms = facts.started_at_ms;
  report.finished_at_ms = facts.finished_at_ms;
  report.duration = aggregate.Elapsed();
  report.vus = facts.vus;
  report.summary = facts.summary;
  report.vus_max = aggregate.RunTimeline().PeakVus();

  Tables tables;
  aggregate.ForEachSeries([&tables](const SeriesInfo& info, const SeriesDelta& delta) { tables.Add(info, delta); });
  const double apdex_threshold_ms = static_cast<double>(facts.apdex_threshold) / static_cast<double>(kNanosPerMilli);
  AddTotals(tables, apdex_threshold_ms, report);
  AddMetrics(aggregate, tables, report);
  AddThresholdMetrics(aggregate, thresholds, report);
  AddRoutes(tables, apdex_threshold_ms, report);
  AddChecksGroupsErrors(tables, report);

  report.thresholds = EvaluateThresholds(thresholds, aggregate);
  report.thresholds_passed = std::all_of(report.thresholds.begin(), report.thresholds.end(),
                                         [](const ThresholdResult& result) { return result.passed; });
  if (report.status == RunStatus::kCompleted && !report.thresholds_passed) {
    report.status = RunStatus::kFailed;
  }
  report.timeline_interval = aggregate.RunTimeline().Interval();
  report.timeline = aggregate.RunTimeline().Points();
  report.throughput_stability_cv = aggregate.RunTimeline().ThroughputVariation();
  report.refused_series = aggregate.RefusedSeries();
  report.invalid_samples = aggregate.InvalidSamples();
  report.missing_windows = aggregate.MissingWindows();
  return report;
}

}  // namespace mockarty
