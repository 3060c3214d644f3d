#include "common/report/summary_data.h"

#include <map>
#include <set>
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

// Groups of a report nest no deeper than the limit of a path's length allows.
void WriteGroup(const Group& group, JsonWriter& json) {
  json.BeginObject();
  json.Key("name").String(group.name);
  json.Key("path").String(group.path);
  json.Key("id").String(IdOf(group.path));
  json.Key("groups").BeginArray();
  for (const auto& [name, inner] : group.groups) {
    WriteGroup(inner, json);
  }
  json.EndArray();
  json.Key("checks").BeginArray();
  for (const CheckReport* check : group.checks) {
    const std::string path = group.path + std::string(kSeparator) + check->name;
    json.BeginObject();
    json.Key("name").String(check->name);
    json.Key("path").String(path);
    json.Key("id").String(IdOf(path));
    json.Key("passes").Number(check->passes);
    json.Key("fails").Number(check->fails);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

void WriteValues(const MetricReport& metric, JsonWriter& json) {
  json.Key("values").BeginObject();
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
      json.Key("rate").Number(metric.rate);
      json.Key("passes").Number(metric.trues);
      json.Key("fails").Number(metric.samples - metric.trues);
      break;
    case MetricKind::kTrend:
      json.Key("avg").Number(metric.trend.avg);
      json.Key("min").Number(metric.trend.min);
      json.Key("med").Number(metric.trend.med);
      json.Key("max").Number(metric.trend.max);
      json.Key("p(90)").Number(metric.trend.p90);
      json.Key("p(95)").Number(metric.trend.p95);
      json.Key("p(99)").Number(metric.trend.p99);
      json.Key("count").Number(metric.trend.count);
      break;
  }
  json.EndObject();
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

void WriteMetrics(const RunReport& report, JsonWriter& json) {
  json.Key("metrics").BeginObject();
  for (const MetricReport& metric : report.metrics) {
    json.Key(metric.name).BeginObject();
    json.Key("type").String(MetricKindName(metric.kind));
    json.Key("contains").String(ContentOf(metric.unit));
    WriteValues(metric, json);
    bool any = false;
    for (const ThresholdResult& result : report.thresholds) {
      if (result.metric != metric.name) {
        continue;
      }
      if (!any) {
        json.Key("thresholds").BeginObject();
        any = true;
      }
      json.Key(result.expression).BeginObject();
      json.Key("ok").Bool(result.passed);
      json.EndObject();
    }
    if (any) {
      json.EndObject();
    }
    json.EndObject();
  }
  json.EndObject();
}

}  // namespace

std::string SummaryDataJson(const RunReport& report) {
  Group root;
  for (const GroupReport& group : report.groups) {
    GroupAt(group.path, root);
  }
  for (const CheckReport& check : report.checks) {
    GroupAt(check.group, root).checks.push_back(&check);
  }
  JsonWriter json(false);
  json.BeginObject();
  json.Key("root_group");
  WriteGroup(root, json);
  json.Key("options").BeginObject();
  json.Key("summaryTrendStats").BeginArray();
  for (const char* stat : {"avg", "min", "med", "max", "p(90)", "p(95)"}) {
    json.String(stat);
  }
  json.EndArray();
  json.Key("summaryTimeUnit").String("");
  json.Key("noColor").Bool(true);
  json.EndObject();
  json.Key("state").BeginObject();
  json.Key("isStdOutTTY").Bool(false);
  json.Key("isStdErrTTY").Bool(false);
  json.Key("testRunDurationMs").Number(static_cast<double>(report.duration) / static_cast<double>(kNanosPerMilli));
  json.EndObject();
  WriteMetrics(report, json);
  json.Key("name").String(report.name);
  json.Key("stoppedReason").String(report.stopped_reason);
  json.EndObject();
  return json.Take();
}

}  // namespace mockarty
