#include "common/report/json_report.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "common/metrics/histogram.h"
#include "common/report/json_writer.h"

namespace mockarty {
namespace {

double Millis(Nanos nanos) { return static_cast<double>(nanos) / static_cast<double>(kNanosPerMilli); }

std::string Rfc3339(int64_t unix_ms) {
  const auto seconds = static_cast<time_t>(unix_ms / 1000);
  tm utc = {};
  gmtime_r(&seconds, &utc);
  char text[32];
  const size_t length = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
  char fraction[16];
  std::snprintf(fraction, sizeof(fraction), ".%03dZ", static_cast<int>(unix_ms % 1000));
  return std::string(text, length) + fraction;
}

const char* UnitName(ValueUnit unit) {
  switch (unit) {
    case ValueUnit::kTime:
      return "ms";
    case ValueUnit::kData:
      return "bytes";
    case ValueUnit::kPlain:
      return "";
  }
  return "";
}

void WriteTrend(const TrendStats& trend, JsonWriter& json) {
  json.Key("avg").Number(trend.avg);
  json.Key("min").Number(trend.min);
  json.Key("med").Number(trend.med);
  json.Key("max").Number(trend.max);
  json.Key("p90").Number(trend.p90);
  json.Key("p95").Number(trend.p95);
  json.Key("p99").Number(trend.p99);
}

void WriteApdex(const ApdexReport& apdex, JsonWriter& json) {
  json.Key("apdex").BeginObject();
  json.Key("score").Number(apdex.score);
  json.Key("rating").String(apdex.rating);
  json.Key("satisfied").Number(apdex.satisfied);
  json.Key("tolerating").Number(apdex.tolerating);
  json.Key("frustrated").Number(apdex.frustrated);
  json.Key("total").Number(apdex.total);
  json.Key("thresholdT").Number(apdex.threshold_ms);
  json.EndObject();
}

void WriteFacts(const RunReport& report, JsonWriter& json) {
  json.Key("schema").String(kReportSchema);
  json.Key("name").String(report.name);
  json.Key("status").String(RunStatusName(report.status));
  json.Key("stoppedReason").String(report.stopped_reason);
  json.Key("startedAt").String(Rfc3339(report.started_at_ms));
  json.Key("finishedAt").String(Rfc3339(report.finished_at_ms));
  json.Key("durationMs").Number(Millis(report.duration));
  json.Key("vus").Number(report.vus);
  json.Key("vusMax").Number(report.vus_max);
  json.Key("iterations").Number(report.iterations);
  json.Key("droppedIterations").Number(report.dropped_iterations);
  json.Key("iterationsPerSecond").Number(report.iterations_per_second);
  json.Key("totalRequests").Number(report.total_requests);
  json.Key("failedRequests").Number(report.failed_requests);
  json.Key("errorRate").Number(report.error_rate);
  json.Key("rps").Number(report.rps);
  json.Key("avgLatencyMs").Number(report.latency.avg);
  json.Key("minLatencyMs").Number(report.latency.min);
  json.Key("medLatencyMs").Number(report.latency.med);
  json.Key("maxLatencyMs").Number(report.latency.max);
  json.Key("p90LatencyMs").Number(report.latency.p90);
  json.Key("p95LatencyMs").Number(report.latency.p95);
  json.Key("p99LatencyMs").Number(report.latency.p99);
}

void WriteErrors(const RunReport& report, JsonWriter& json) {
  json.Key("errors").BeginArray();
  for (const ErrorReport& error : report.errors) {
    json.BeginObject();
    json.Key("message").String(error.message);
    json.Key("count").Number(error.count);
    json.EndObject();
  }
  json.EndArray();
}

// Grouped by metric, in the order of the script.
void WriteThresholds(const RunReport& report, JsonWriter& json) {
  json.Key("thresholdsPassed").Bool(report.thresholds_passed);
  json.Key("thresholds").BeginObject();
  std::vector<std::string> metrics;
  for (const ThresholdResult& result : report.thresholds) {
    if (std::find(metrics.begin(), metrics.end(), result.metric) == metrics.end()) {
      metrics.push_back(result.metric);
    }
  }
  for (const std::string& metric : metrics) {
    json.Key(metric).BeginArray();
    for (const ThresholdResult& result : report.thresholds) {
      if (result.metric != metric) {
        continue;
      }
      json.BeginObject();
      json.Key("threshold").String(result.expression);
      json.Key("passed").Bool(result.passed);
      json.Key("actual");
      result.actual.has_value() ? json.Number(*result.actual) : json.Null();
      json.Key("noData").Bool(!result.actual.has_value());
      json.Key("abortOnFail").Bool(result.abort_on_fail);
      json.EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
}

void WriteChecksAndGroups(const RunReport& report, JsonWriter& json) {
  json.Key("checks").BeginArray();
  for (const CheckReport& check : report.checks) {
    json.BeginObject();
    json.Key("group").String(check.group);
    json.Key("name").String(check.name);
    json.Key("passes").Number(check.passes);
    json.Key("fails").Number(check.fails);
    json.EndObject();
  }
  json.EndArray();
  json.Key("groups").BeginArray();
  for (const GroupReport& group : report.groups) {
    json.BeginObject();
    json.Key("group").String(group.path);
    json.Key("count").Number(group.duration.count);
    WriteTrend(group.duration, json);
    json.EndObject();
  }
  json.EndArray();
}

// What `summaryTrendStats` asks for beyond what is always there.
void WriteMoreStats(const TrendStats& trend, const SummaryOptions& summary, JsonWriter& json) {
  for (size_t i = 0; i < std::min(summary.trend_stats.size(), trend.stats.size()); ++i) {
    if (summary.trend_stats[i].starts_with("p(")) {
      json.Key(summary.trend_stats[i]).Number(trend.stats[i]);
    }
  }
}

void WriteMetric(const MetricReport& metric, const SummaryOptions& summary, JsonWriter& json) {
  json.Key(metric.name).BeginObject();
  json.Key("type").String(MetricKindName(metric.kind));
  json.Key("unit").String(UnitName(metric.unit));
  switch (metric.kind) {
    case MetricKind::kCounter:
      json.Key("count").Number(metric.sum);
      json.Key("rate").Number(metric.per_second);
      break;
    case MetricKind::kRate:
      json.Key("rate").Number(metric.rate);
      json.Key("passes").Number(metric.trues);
      json.Key("fails").Number(metric.samples - metric.trues);
      break;
    case MetricKind::kGauge:
      json.Key("value").Number(metric.value);
      json.Key("min").Number(metric.min);
      json.Key("max").Number(metric.max);
      break;
    case MetricKind::kTrend:
      json.Key("count").Number(metric.trend.count);
      WriteTrend(metric.trend, json);
      json.Key("stddev").Number(metric.trend.stddev);
      WriteMoreStats(metric.trend, summary, json);
      break;
  }
  json.EndObject();
}

void WriteRoutes(const RunReport& report, JsonWriter& json) {
  json.Key("per_route_stats").BeginArray();
  for (const RouteReport& route : report.routes) {
    json.BeginObject();
    json.Key("route").String(route.route);
    json.Key("count").Number(route.count);
    json.Key("failed").Number(route.failed);
    json.Key("error_rate").Number(route.error_rate);
    WriteTrend(route.duration, json);
    WriteApdex(route.apdex, json);
    json.EndObject();
  }
  json.EndArray();
}

void WriteSummary(const RunReport& report, JsonWriter& json) {
  const uint64_t checks = report.checks_passed + report.checks_failed;
  const double checks_rate = checks == 0 ? 0 : static_cast<double>(report.checks_passed) / static_cast<double>(checks);
  json.Key("summary").BeginObject();
  WriteApdex(report.apdex, json);
  WriteRoutes(report, json);
  json.Key("stddev_ms").Number(report.latency.stddev);
  json.Key("cv_pct").Number(report.cv_pct);
  json.Key("throughput_stability_cv").Number(report.throughput_stability_cv);
  json.Key("http_req_duration").BeginObject();
  WriteTrend(report.latency, json);
  json.EndObject();
  json.Key("http_reqs").BeginObject();
  json.Key("count").Number(report.total_requests).Key("rate").Number(report.rps).EndObject();
  json.Key("http_req_failed").BeginObject();
  json.Key("count").Number(report.failed_requests).Key("rate").Number(report.error_rate).EndObject();
  json.Key("data_sent").Number(report.data_sent);
  json.Key("data_received").Number(report.data_received);
  json.Key("vus_max").Number(report.vus_max);
  json.Key("iterations").BeginObject();
  json.Key("count").Number(report.iterations).Key("rate").Number(report.iterations_per_second).EndObject();
  json.Key("checks").BeginObject();
  json.Key("rate").Number(checks_rate).Key("rate_pct").Number(checks_rate * 100);
  json.Key("passes").Number(report.checks_passed).Key("fails").Number(report.checks_failed).EndObject();
  json.EndObject();
}

void WriteTimeseries(const RunReport& report, JsonWriter& json) {
  json.Key("timeseries").BeginObject();
  json.Key("intervalMs").Number(Millis(report.timeline_interval));
  json.Key("points").BeginArray();
  for (const TimelinePoint& point : report.timeline) {
    json.BeginObject();
    json.Key("offsetMs").Number(Millis(point.offset));
    json.Key("avgLatencyMs").Number(point.avg_ms);
    json.Key("p95LatencyMs").Number(point.p95_ms);
    json.Key("rps").Number(point.rps);
    json.Key("vus").Number(point.vus);
    json.Key("errorRate").Number(point.error_rate);
    json.Key("iterationsPerSecond").Number(point.iterations_per_second);
    if (point.planned_vus.has_value()) {
      json.Key("plannedVus").Number(*point.planned_vus);
    }
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

void WriteOptional(const char* key, const std::optional<double>& value, JsonWriter& json) {
  json.Key(key);
  value.has_value() ? json.Number(*value) : json.Null();
}

void WriteTexts(std::string_view key, const std::vector<std::string>& texts, JsonWriter& json) {
  json.Key(key).BeginArray();
  for (const std::string& text : texts) {
    json.String(text);
  }
  json.EndArray();
}

void WriteRunner(const RunnerReport& runner, JsonWriter& json) {
  json.BeginObject();
  json.Key("assignment").Number(runner.assignment);
  json.Key("runner").String(runner.runner);
  json.Key("instanceId").String(runner.instance_id);
  json.Key("state").String(runner.state);
  json.Key("share").Number(runner.share);
  json.Key("vus").Number(runner.vus);
  json.Key("requests").Number(runner.requests);
  json.Key("iterations").Number(runner.iterations);
  json.Key("startOffsetMs").Number(runner.start_offset_ms);
  json.Key("cpuMax").Number(runner.cpu_max);
  json.Key("cpuAvg").Number(runner.cpu_avg);
  json.Key("loopLagMaxMs").Number(runner.loop_lag_max_ms);
  WriteOptional("lostFromMs", runner.lost_from_ms, json);
  WriteOptional("lostUntilMs", runner.lost_until_ms, json);
  json.Key("failure").String(runner.failure);
  WriteTexts("limitedBy", runner.limited_by, json);
  json.EndObject();
}

void WriteGenerator(const GeneratorReport& generator, JsonWriter& json) {
  json.Key("generator").BeginObject();
  json.Key("cpuMax").Number(generator.cpu_max);
  json.Key("cpuAvg").Number(generator.cpu_avg);
  json.Key("threads").Number(uint64_t{generator.threads});
  json.Key("cores").Number(uint64_t{generator.cores});
  json.Key("loopLagMaxMs").Number(generator.loop_lag_max_ms);
  json.Key("openFilesMax").Number(generator.open_files_max);
  json.Key("openFilesLimit").Number(generator.open_files_limit);
  json.Key("portsMax").Number(generator.ports_max);
  json.Key("portsLimit").Number(generator.ports_limit);
  json.EndObject();
}

void WriteDistributed(const DistributedReport& distributed, JsonWriter& json) {
  json.Key("distributed").BeginObject();
  json.Key("partial").Bool(distributed.partial);
  json.Key("startSkewMs").Number(distributed.start_skew_ms);
  json.Key("clockUncertaintyMs").Number(distributed.clock_uncertainty_ms);
  json.Key("runners").BeginArray();
  for (const RunnerReport& runner : distributed.runners) {
    WriteRunner(runner, json);
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace

const char* RunStatusName(RunStatus status) {
  switch (status) {
    case RunStatus::kCompleted:
      return "completed";
    case RunStatus::kFailed:
      return "failed";
    case RunStatus::kStopped:
      return "stopped";
  }
  return "failed";
}

std::string ToJson(const RunReport& report) {
  JsonWriter json(true);
  json.BeginObject();
  WriteFacts(report, json);
  WriteErrors(report, json);
  WriteThresholds(report, json);
  WriteChecksAndGroups(report, json);
  json.Key("metrics").BeginObject();
  for (const MetricReport& metric : report.metrics) {
    WriteMetric(metric, report.summary, json);
  }
  json.EndObject();
  json.Key("submetrics").BeginObject();
  for (const MetricReport& metric : report.threshold_metrics) {
    WriteMetric(metric, report.summary, json);
  }
  json.EndObject();
  WriteSummary(report, json);
  WriteTimeseries(report, json);
  json.Key("measurement").BeginObject();
  json.Key("refusedSeries").Number(report.refused_series);
  json.Key("invalidSamples").Number(report.invalid_samples);
  json.Key("missingWindows").Number(report.missing_windows);
  json.Key("quantileRelativeError").Number(Histogram::kMaxRelativeError);
  json.EndObject();
  WriteTexts("generator_limited", report.generator_limited, json);
  if (report.generator.has_value()) {
    WriteGenerator(*report.generator, json);
  }
  if (report.distributed.has_value()) {
    WriteDistributed(*report.distributed, json);
  }
  json.EndObject();
  return json.Take() + "\n";
}

}  // namespace mockarty
