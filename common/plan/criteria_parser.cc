#include "common/plan/criteria_parser.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <span>
#include <string_view>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/base/suggest.h"

namespace mockarty {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 4> kThresholdFields = {"threshold", "abortOnFail", "delayAbortEval",
                                                              "allowNoData"};
constexpr std::array<std::string_view, 7> kCriterionFields = {"name",  "metric",   "stat",   "condition",
                                                              "value", "duration", "enabled"};
constexpr std::array<std::string_view, 6> kConditions = {"<", "<=", ">", ">=", "==", "!="};

// What may be watched, as the product text lists it.
struct WatchedMetric {
  std::string_view name;
  std::span<const std::string_view> stats;
};
constexpr std::array<std::string_view, 1> kRateOnly = {"rate"};
constexpr std::array<std::string_view, 2> kCountAndRate = {"count", "rate"};
constexpr std::array<std::string_view, 7> kLatency = {"avg", "p90", "p95", "p99", "min", "max", "med"};
constexpr std::array<WatchedMetric, 4> kWatched = {{{"http_req_failed", kRateOnly},
                                                    {"http_req_duration", kLatency},
                                                    {"http_reqs", kCountAndRate},
                                                    {"checks", kRateOnly}}};

std::string_view View(json::string_view text) { return {text.data(), text.size()}; }

void WarnOfUnknownFields(const json::object& object, const std::string& path, std::span<const std::string_view> known,
                         std::vector<std::string>* warnings) {
  for (const auto& member : object) {
    std::string_view name = View(member.key());
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    warnings->push_back(Concat("unknown option '", path, ".", Printable(name), "'", DidYouMean(name, known)));
  }
}

absl::StatusOr<ThresholdSpec> ParseThreshold(const std::string& metric, const std::string& path,
                                             const json::value& value, std::vector<std::string>* warnings) {
  ThresholdSpec spec{.metric = metric};
  if (value.is_string()) {
    spec.expression = View(value.get_string());
  } else if (value.is_object()) {
    const json::object& object = value.get_object();
    OptionReader reader(object, path, warnings);
    if (reader.Find("threshold") == nullptr) return reader.Wrong("threshold", "an expression");
    RETURN_IF_ERROR(reader.String("threshold", kMaxCriterionText, spec.expression));
    RETURN_IF_ERROR(reader.Bool("abortOnFail", spec.abort_on_fail));
    RETURN_IF_ERROR(reader.Duration("delayAbortEval", kMaxRunDuration, spec.delay_abort_eval));
    RETURN_IF_ERROR(reader.Bool("allowNoData", spec.allow_no_data));
    WarnOfUnknownFields(object, path, kThresholdFields, warnings);
  } else {
    return absl::InvalidArgumentError(Concat(path, ": expected an expression such as \"p(95) < 500\" or an object",
                                             " with `threshold`, got ", ShownValue(value)));
  }
  if (spec.expression.empty() || spec.expression.size() > kMaxCriterionText) {
    return absl::InvalidArgumentError(
        Concat(path, ": expected an expression of 1 to ", kMaxCriterionText, " bytes, got ", Quoted(spec.expression)));
  }
  return spec;
}

absl::Status CheckStat(const OptionReader& reader, const AbortCriterion& criterion) {
  auto watched = std::find_if(kWatched.begin(), kWatched.end(),
                              [&](const WatchedMetric& metric) { return metric.name == criterion.metric; });
  if (watched == kWatched.end()) {
    return reader.Wrong("metric", "http_req_failed, http_req_duration, http_reqs or checks");
  }
  // "p(95)", as thresholds have it, is as good as "p95".
  std::string stat = criterion.stat;
  if (stat.size() > 3 && stat[0] == 'p' && stat[1] == '(' && stat.back() == ')') {
    stat = "p" + stat.substr(2, stat.size() - 3);
  }
  if (std::find(watched->stats.begin(), watched->stats.end(), stat) == watched->stats.end()) {
    return reader.Wrong("stat", Concat(watched->stats.size() == 1 ? "" : "one of ", Joined(watched->stats, ", "),
                                       " for ", watched->name));
  }
  return absl::OkStatus();
}

// "p95" -> "p(95)", the one form that the plan holds.
std::string CanonicalStat(std::string stat) {
  bool short_form = stat.size() > 1 && stat[0] == 'p' && stat[1] != '(';
  return short_form ? Concat("p(", stat.substr(1), ")") : stat;
}

// nullopt inside: not enabled.
absl::StatusOr<std::optional<AbortCriterion>> ParseCriterion(const std::string& path, const json::value& value,
                                                             std::vector<std::string>* warnings) {
  if (!value.is_object()) {
    return absl::InvalidArgumentError(Concat(path, ": expected an object, got ", ShownValue(value)));
  }
  const json::object& object = value.get_object();
  OptionReader reader(object, path, warnings);
  AbortCriterion criterion;
  bool enabled = true;
  for (std::string_view field : {"metric", "stat", "condition", "value"}) {
    if (reader.Find(field) == nullptr) return reader.Wrong(field, field == "value" ? "a number" : "a string");
  }
  RETURN_IF_ERROR(reader.String("name", kMaxCriterionText, criterion.name));
  RETURN_IF_ERROR(reader.String("metric", kMaxCriterionText, criterion.metric));
  RETURN_IF_ERROR(reader.String("stat", kMaxCriterionText, criterion.stat));
  RETURN_IF_ERROR(reader.String("condition", kMaxCriterionText, criterion.condition));
  RETURN_IF_ERROR(reader.Number("value", criterion.value));
  RETURN_IF_ERROR(reader.Duration("duration", kMaxRunDuration, criterion.duration));
  RETURN_IF_ERROR(reader.Bool("enabled", enabled));
  RETURN_IF_ERROR(CheckStat(reader, criterion));
  if (std::find(kConditions.begin(), kConditions.end(), criterion.condition) == kConditions.end()) {
    return reader.Wrong("condition", "<, <=, >, >=, == or !=");
  }
  WarnOfUnknownFields(object, path, kCriterionFields, warnings);
  if (!enabled) return std::nullopt;
  criterion.stat = CanonicalStat(std::move(criterion.stat));
  if (criterion.name.empty()) {
    criterion.name = Concat(criterion.metric, " ", criterion.stat, " ", criterion.condition, " ", criterion.value);
  }
  return criterion;
}

}  // namespace

absl::StatusOr<std::vector<ThresholdSpec>> ParseThresholds(const OptionReader& options,
                                                           std::vector<std::string>* warnings) {
  std::vector<ThresholdSpec> specs;
  const json::value* value = options.Find("thresholds");
  if (value == nullptr) return specs;
  if (!value->is_object()) return options.Wrong("thresholds", "an object of metric and expressions");
  for (const auto& member : value->get_object()) {
    std::string metric(View(member.key()));
    std::string path = Concat(options.PathOf("thresholds"), "[", Quoted(metric), "]");
    if (metric.empty() || metric.size() > kMaxCriterionText) {
      return absl::InvalidArgumentError(Concat(path, ": expected a metric name of 1 to ", kMaxCriterionText, " bytes"));
    }
    if (!member.value().is_array()) {
      ASSIGN_OR_RETURN(ThresholdSpec spec, ParseThreshold(metric, path, member.value(), warnings));
      specs.push_back(std::move(spec));
    } else {
      size_t index = 0;
      for (const json::value& element : member.value().get_array()) {
        ASSIGN_OR_RETURN(ThresholdSpec spec,
                         ParseThreshold(metric, Concat(path, "[", index++, "]"), element, warnings));
        specs.push_back(std::move(spec));
        if (specs.size() > kMaxThresholds) break;
      }
    }
    if (specs.size() > kMaxThresholds) {
      return absl::InvalidArgumentError(
          Concat(options.PathOf("thresholds"), ": expected at most ", kMaxThresholds, " expressions"));
    }
  }
  return specs;
}

absl::StatusOr<std::vector<AbortCriterion>> ParseAbortCriteria(const OptionReader& options,
                                                               std::vector<std::string>* warnings) {
  std::vector<AbortCriterion> criteria;
  const json::value* value = options.Find("abortCriteria");
  if (value == nullptr) return criteria;
  if (!value->is_array() || value->get_array().size() > kMaxAbortCriteria) {
    return options.Wrong("abortCriteria", Concat("an array of at most ", kMaxAbortCriteria, " criteria"));
  }
  size_t index = 0;
  for (const json::value& element : value->get_array()) {
    std::string path = Concat(options.PathOf("abortCriteria"), "[", index++, "]");
    ASSIGN_OR_RETURN(std::optional<AbortCriterion> criterion, ParseCriterion(path, element, warnings));
    if (criterion.has_value()) criteria.push_back(*std::move(criterion));
  }
  return criteria;
}

}  // namespace mockarty
