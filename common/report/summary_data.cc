#include "common/report/summary_data.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "common/base/sha256.h"
#include "common/report/json_writer.h"

namespace mockarty {
namespace {

constexpr std::string_view kSeparator = "::";

// A group with all that the report says of it, and its own groups by name.
struct Group {
  std::string name;
  std::string path;
  std::vector<const CheckReport*> checks;
  std::map<std::string, Group, std::less<>> groups;
};

Group& GroupAt(std::string_view path, Group& root) {
  Group* at = &root;
  while (path.starts_with(kSeparator)) {
    path.remove_prefix(kSeparator.size());
    const size_t end = path.find(kSeparator);
    const std::string name(path.substr(0, end));
    Group& inner = at->groups[name];
    if (inner.path.empty()) {
      inner.name = name;
      inner.path = at->path + std::string(kSeparator) + name;
    }
    at = &inner;
    path = end == std::string_view::npos ? std::string_view() : path.substr(end);
  }
  return *at;
}

// Only needs to differ between paths.
std::string IdOf(std::string_view path) { return Sha256Hex(path).substr(0, 32); }

enum class Shape {
  kData,    // of handleSummary(): lists
  kExport,  // of --summary-export: objects by name
};

// Groups of a report nest no deeper than the limit of a path's length allows.
void WriteGroup(const Group& group, Shape shape, JsonWriter& json) {
  const bool lists = shape == Shape::kData;
  json.BeginObject();
  json.Key("name").String(group.name);
  json.Key("path").String(group.path);
  json.Key("id").String(IdOf(group.path));
  json.Key("groups");
  lists ? json.BeginArray() : json.BeginObject();
  for (const auto& [name, inner] : group.groups) {
    if (!lists) {
      json.Key(name);
    }
    WriteGroup(inner, shape, json);
  }
  lists ? json.EndArray() : json.EndObject();
  json.Key("checks");
  lists ? json.BeginArray() : json.BeginObject();
  for (const CheckReport* check : group.checks) {
    const std::string path = group.path + std::string(kSeparator) + check->name;
    if (!lists) {
      json.Key(check->name);
    }
    json.BeginObject();
    json.Key("name").String(check->name);
    json.Key("path").String(path);
    json.Key("id").String(IdOf(path));
    json.Key("passes").Number(check->passes);
    json.Key("fails").Number(check->fails);
    json.EndObject();
  }
  lists ? json.EndArray() : json.EndObject();
  json.EndObject();
}

// Exactly the stats that `summaryTrendStats` names; where it names none, k6's and the two that are usually missed.
void WriteTrend(const MetricReport& metric, const SummaryOptions& summary, JsonWriter& json) {
  const TrendStats& trend = metric.trend;
  for (size_t i = 0; i < std::min(summary.trend_stats.size(), trend.stats.size()); ++i) {
    json.Key(summary.trend_stats[i]).Number(trend.stats[i]);
  }
  if (!summary.trend_stats.empty()) {
    return;
  }
  json.Key("avg").Number(trend.avg);
  json.Key("min").Number(trend.min);
  json.Key("med").Number(trend.med);
  json.Key("max").Number(trend.max);
  json.Key("p(90)").Number(trend.p90);
  json.Key("p(95)").Number(trend.p95);
  json.Key("p(99)").Number(trend.p99);
  json.Key("count").Number(trend.count);
}

void WriteValues(const MetricReport& metric, const SummaryOptions& summary, Shape shape, JsonWriter& json) {
  switch (metric.kind) {
    case MetricKind::kCounter:
      json.Key("count").Number(metric.sum);
      json.Key("rate").Number(metric.per_second);
      break;
    case MetricKind::kGauge:
      json.Key("value").Number(metric.value);
      json.Key("min").Number(metric.min);
      json.Key("max").Number(metric.max);
      break;
    case MetricKind::kRate:
      json.Key(shape == Shape::kData ? "rate" : "value").Number(metric.rate);
      json.Key("passes").Number(metric.trues);
      json.Key("fails").Number(metric.samples - metric.trues);
      break;
    case MetricKind::kTrend:
      WriteTrend(metric, summary, json);
      break;
  }
}

const char* ContentOf(ValueUnit unit) {
  switch (unit) {
    case ValueUnit::kTime:
      return "time";
    case ValueUnit::kData:
      return "data";
    case ValueUnit::kPlain:
      return "default";
  }
  return "";
}

// Nothing for a metric that no threshold judges.
void WriteThresholds(const RunReport& report, const std::string& metric, Shape shape, JsonWriter& json) {
  bool any = false;
  for (const ThresholdResult& result : report.thresholds) {
    if (result.metric != metric) {
      continue;
    }
    if (!any) {
      json.Key("thresholds").BeginObject();
      any = true;
    }
    json.Key(result.expression);
    if (shape == Shape::kExport) {
      json.Bool(!result.passed);
    } else {
      json.BeginObject().Key("ok").Bool(result.passed).EndObject();
    }
  }
  if (any) {
    json.EndObject();
  }
}

void WriteMetrics(const RunReport& report, Shape shape, JsonWriter& json) {
  json.Key("metrics").BeginObject();
  std::vector<const MetricReport*> metrics;
  for (const auto* some : {&report.metrics, &report.threshold_metrics}) {
    for (const MetricReport& metric : *some) {
      metrics.push_back(&metric);
    }
  }
  std::sort(metrics.begin(), metrics.end(),
            [](const MetricReport* a, const MetricReport* b) { return a->name < b->name; });
  for (const MetricReport* each : metrics) {
    const MetricReport& metric = *each;
    json.Key(metric.name).BeginObject();
    if (shape == Shape::kData) {
      json.Key("type").String(MetricKindName(metric.kind));
      json.Key("contains").String(ContentOf(metric.unit));
      json.Key("values").BeginObject();
      WriteValues(metric, report.summary, shape, json);
      json.EndObject();
    } else {
      WriteValues(metric, report.summary, shape, json);
    }
    WriteThresholds(report, metric.name, shape, json);
    json.EndObject();
  }
  json.EndObject();
}

Group RootGroup(const RunReport& report) {
  Group root;
  for (const GroupReport& group : report.groups) {
    GroupAt(group.path, root);
  }
  for (const CheckReport& check : report.checks) {
    GroupAt(check.group, root).checks.push_back(&check);
  }
  return root;
}

}  // namespace

std::string SummaryDataJson(const RunReport& report) {
  JsonWriter json(false);
  json.BeginObject();
  json.Key("root_group");
  WriteGroup(RootGroup(report), Shape::kData, json);
  json.Key("options").BeginObject();
  json.Key("summaryTrendStats").BeginArray();
  std::vector<std::string> stats = report.summary.trend_stats;
  if (stats.empty()) {
    stats = {"avg", "min", "med", "max", "p(90)", "p(95)"};
  }
  for (const std::string& stat : stats) {
    json.String(stat);
  }
  json.EndArray();
  json.Key("summaryTimeUnit").String(report.summary.time_unit);
  json.Key("noColor").Bool(true);
  json.EndObject();
  json.Key("state").BeginObject();
  json.Key("isStdOutTTY").Bool(false);
  json.Key("isStdErrTTY").Bool(false);
  json.Key("testRunDurationMs").Number(static_cast<double>(report.duration) / static_cast<double>(kNanosPerMilli));
  json.EndObject();
  WriteMetrics(report, Shape::kData, json);
  json.Key("name").String(report.name);
  json.Key("stoppedReason").String(report.stopped_reason);
  json.EndObject();
  return json.Take();
}

std::string SummaryExportJson(const RunReport& report) {
  JsonWriter json(true);
  json.BeginObject();
  json.Key("root_group");
  WriteGroup(RootGroup(report), Shape::kExport, json);
  WriteMetrics(report, Shape::kExport, json);
  json.EndObject();
  return json.Take() + "\n";
}

}  // namespace mockarty
