#include "common/plan/plan_parser.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string_view>
#include <utility>

#include "common/base/concat.h"
#include "common/base/duration.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/base/suggest.h"
#include "common/plan/criteria_parser.h"
#include "common/plan/option_names.h"
#include "common/plan/option_reader.h"
#include "common/plan/ramp_profile.h"

namespace mockarty {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 4> kStageFields = {"duration", "target", "targetRPS", "targetRps"};

std::string_view View(json::string_view text) { return {text.data(), text.size()}; }

absl::Status NotYet(std::string_view option) {
  return absl::UnimplementedError(Concat("option '", option, "' is not supported by this version yet"));
}

// The four execution options of one source, as far as that source sets them.
struct Execution {
  std::optional<uint32_t> vus;
  std::optional<Nanos> duration;
  std::optional<uint64_t> iterations;
  std::vector<Stage> stages;
};

// A value that sets nothing: false, 0, "", [], {}.
bool IsEmptyValue(const json::value& value) {
  if (value.is_bool()) return !value.get_bool();
  if (value.is_string()) return value.get_string().empty();
  if (value.is_array()) return value.get_array().empty();
  if (value.is_object()) return value.get_object().empty();
  return value.is_number() && value.to_number<double>() == 0;
}

absl::Status CheckNames(const json::object& options, std::vector<std::string>* warnings) {
  for (const auto& member : options) {
    std::string_view name = View(member.key());
    switch (SupportOf(name)) {
      case OptionSupport::kSupported:
        break;
      case OptionSupport::kLaterError:
        if (!IsEmptyValue(member.value())) return NotYet(name);
        break;
      case OptionSupport::kLaterWarning:
        warnings->push_back(Concat("option '", name, "' is not supported by this version yet and has no effect"));
        break;
      case OptionSupport::kUnknown:
        warnings->push_back(Concat("unknown option '", Printable(name), "'", DidYouMean(name, KnownOptions())));
        break;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Stage> ParseStage(const std::string& path, const json::value& value,
                                 std::vector<std::string>* warnings) {
  if (!value.is_object()) {
    return absl::InvalidArgumentError(
        Concat(path, ": expected an object with `duration` and `target`, got ", ShownValue(value)));
  }
  OptionReader reader(value.get_object(), path, warnings);
  for (std::string_view field : {"targetRPS", "targetRps"}) {
    const json::value* rate = reader.Find(field);
    if (rate != nullptr && (!IsEmptyValue(*rate) || reader.Find("target") == nullptr)) {
      return NotYet(reader.PathOf(field));
    }
  }
  for (const auto& member : value.get_object()) {
    std::string_view name = View(member.key());
    if (std::find(kStageFields.begin(), kStageFields.end(), name) != kStageFields.end()) continue;
    warnings->push_back(Concat("unknown option '", path, ".", Printable(name), "'", DidYouMean(name, kStageFields)));
  }
  Stage stage;
  uint64_t target = 0;
  if (reader.Find("duration") == nullptr) return reader.Wrong("duration", kDurationForm);
  if (reader.Find("target") == nullptr) return reader.Wrong("target", "a non-negative integer");
  RETURN_IF_ERROR(reader.Duration("duration", kMaxRunDuration, stage.duration));
  RETURN_IF_ERROR(reader.Integer("target", 0, kMaxVus, target));
  stage.target = static_cast<uint32_t>(target);
  return stage;
}

absl::StatusOr<std::vector<Stage>> ParseStages(const OptionReader& reader, std::vector<std::string>* warnings) {
  std::vector<Stage> stages;
  const json::value* value = reader.Find("stages");
  if (value == nullptr) return stages;
  if (!value->is_array()) return reader.Wrong("stages", "an array of {duration, target}");
  if (value->get_array().size() > kMaxStages) {
    return absl::InvalidArgumentError(
        Concat(reader.PathOf("stages"), ": expected at most ", kMaxStages, " stages, got ", value->get_array().size()));
  }
  Nanos total = 0;
  for (const json::value& element : value->get_array()) {
    std::string path = Concat(reader.PathOf("stages"), "[", stages.size(), "]");
    ASSIGN_OR_RETURN(Stage stage, ParseStage(path, element, warnings));
    total += stage.duration;
    if (total > kMaxRunDuration) {
      return absl::InvalidArgumentError(
          Concat(reader.PathOf("stages"), ": expected at most ", FormatDuration(kMaxRunDuration), " in all"));
    }
    stages.push_back(stage);
  }
  if (!stages.empty() && total == 0) {
    return absl::InvalidArgumentError(
        Concat(reader.PathOf("stages"), ": expected a duration above 0 in at least one stage"));
  }
  return stages;
}

absl::StatusOr<Execution> ParseExecution(const OptionReader& reader, std::vector<std::string>* warnings) {
  Execution execution;
  uint64_t vus = 0;
  uint64_t iterations = 0;
  Nanos duration = 0;
  const json::value* rps = reader.Find("rps");
  if (rps != nullptr && !IsEmptyValue(*rps)) return NotYet("rps");
  RETURN_IF_ERROR(reader.Integer("vus", 1, kMaxVus, vus));
  RETURN_IF_ERROR(reader.Integer("iterations", 0, kMaxIterations, iterations));
  RETURN_IF_ERROR(reader.Duration("duration", kMaxRunDuration, duration));
  if (vus != 0) execution.vus = static_cast<uint32_t>(vus);
  if (iterations != 0) execution.iterations = iterations;
  if (duration != 0) execution.duration = duration;
  ASSIGN_OR_RETURN(execution.stages, ParseStages(reader, warnings));
  if (!execution.stages.empty() && execution.iterations.has_value()) {
    return absl::InvalidArgumentError(
        Concat(reader.PathOf("iterations"), " and ", reader.PathOf("stages"), " cannot be combined"));
  }
  return execution;
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ParseTags(const OptionReader& reader) {
  std::vector<std::pair<std::string, std::string>> tags;
  const json::value* value = reader.Find("tags");
  if (value == nullptr) return tags;
  if (!value->is_object() || value->get_object().size() > kMaxTags) {
    return reader.Wrong("tags", Concat("an object of at most ", kMaxTags, " names and strings"));
  }
  for (const auto& member : value->get_object()) {
    std::string name(View(member.key()));
    std::string path = Concat(reader.PathOf("tags"), "[", Quoted(name), "]");
    if (name.empty() || name.size() > kMaxTagText) {
      return absl::InvalidArgumentError(Concat(path, ": expected a name of 1 to ", kMaxTagText, " bytes"));
    }
    if (!member.value().is_string() || member.value().get_string().size() > kMaxTagText) {
      return absl::InvalidArgumentError(
          Concat(path, ": expected a string of at most ", kMaxTagText, " bytes, got ", ShownValue(member.value())));
    }
    tags.emplace_back(std::move(name), View(member.value().get_string()));
  }
  return tags;
}

absl::Status ParseHttp(const OptionReader& reader, HttpOptions& http) {
  uint64_t redirects = http.max_redirects;
  RETURN_IF_ERROR(reader.String("userAgent", kMaxUserAgent, http.user_agent));
  if (http.user_agent.find_first_of("\r\n") != std::string::npos || http.user_agent.find('\0') != std::string::npos) {
    return reader.Wrong("userAgent", "a string without line ends");
  }
  RETURN_IF_ERROR(reader.Integer("maxRedirects", 0, kMaxRedirects, redirects));
  http.max_redirects = static_cast<uint32_t>(redirects);
  RETURN_IF_ERROR(reader.Duration("httpTimeout", kMaxGrace, http.timeout));
  if (http.timeout == 0) return reader.Wrong("httpTimeout", "more than 0");
  RETURN_IF_ERROR(reader.Bool("throw", http.throw_on_error));
  RETURN_IF_ERROR(reader.Bool("insecureSkipTLSVerify", http.insecure_skip_tls_verify));
  RETURN_IF_ERROR(reader.Bool("noConnectionReuse", http.no_connection_reuse));
  RETURN_IF_ERROR(reader.Bool("noCookiesReset", http.no_cookies_reset));
  return reader.Bool("discardResponseBodies", http.discard_response_bodies);
}

std::string UsedFlags(const PlanOverrides& overrides) {
  std::vector<std::string_view> flags;
  if (overrides.vus.has_value()) flags.push_back("--vus");
  if (overrides.duration.has_value()) flags.push_back("--duration");
  if (overrides.iterations.has_value()) flags.push_back("--iterations");
  return Joined(flags, ", ");
}

Execution Merge(Execution script, const PlanOverrides& overrides, std::vector<std::string>* warnings) {
  std::string flags = UsedFlags(overrides);
  if (!flags.empty() && !script.stages.empty()) {
    warnings->push_back(Concat("the script's stages are not used: ", flags, " on the command line"));
    script.stages.clear();
    script.duration.reset();  // was covered by the stages
  }
  if (overrides.duration.has_value() || overrides.iterations.has_value()) {
    script.duration = overrides.duration;
    script.iterations = overrides.iterations;
  }
  if (overrides.vus.has_value()) script.vus = overrides.vus;
  return script;
}

void ChooseExecutor(const Execution& execution, TestPlan& plan, std::vector<std::string>* warnings) {
  uint32_t vus = execution.vus.value_or(1);
  plan.mode = RunMode::kPerformance;
  if (!execution.stages.empty()) {
    plan.executor = RampingVusConfig{.start_vus = vus, .stages = execution.stages};
  } else if (execution.iterations.has_value()) {
    if (vus > *execution.iterations) {
      warnings->push_back(Concat("only ", *execution.iterations, " of ", vus,
                                 " VUs are started: there are no more iterations than that"));
      vus = static_cast<uint32_t>(*execution.iterations);
    }
    plan.executor =
        SharedIterationsConfig{.vus = vus, .iterations = *execution.iterations, .max_duration = execution.duration};
  } else if (execution.duration.has_value() || vus > 1) {
    plan.executor = ConstantVusConfig{.vus = vus, .duration = execution.duration.value_or(kDefaultDuration)};
  } else {
    plan.mode = RunMode::kFunctional;
    plan.executor = SharedIterationsConfig{.vus = 1, .iterations = 1, .max_duration = std::nullopt};
  }
}

absl::StatusOr<ParsedPlan> ParseObject(const json::object& options, const PlanOverrides& overrides) {
  ParsedPlan parsed;
  TestPlan& plan = parsed.plan;
  std::vector<std::string>* warnings = &parsed.warnings;
  RETURN_IF_ERROR(CheckNames(options, warnings));
  OptionReader reader(options, "options", warnings);
  ASSIGN_OR_RETURN(Execution execution, ParseExecution(reader, warnings));
  ChooseExecutor(Merge(std::move(execution), overrides, warnings), plan, warnings);
  RETURN_IF_ERROR(reader.Duration("gracefulStop", kMaxGrace, plan.graceful_stop));
  RETURN_IF_ERROR(reader.Duration("gracefulRampDown", kMaxGrace, plan.graceful_ramp_down));
  RETURN_IF_ERROR(reader.Duration("apdexThreshold", kMaxGrace, plan.apdex_threshold));
  if (plan.apdex_threshold == 0) return reader.Wrong("apdexThreshold", "more than 0");
  ASSIGN_OR_RETURN(plan.thresholds, ParseThresholds(reader, warnings));
  ASSIGN_OR_RETURN(plan.abort_criteria, ParseAbortCriteria(reader, warnings));
  ASSIGN_OR_RETURN(plan.tags, ParseTags(reader));
  RETURN_IF_ERROR(ParseHttp(reader, plan.http));
  return parsed;
}

}  // namespace

absl::StatusOr<ParsedPlan> ParsePlan(const json::value* options, const PlanOverrides& overrides) {
  if (options == nullptr || options->is_null()) return ParseObject(json::object(), overrides);
  if (!options->is_object()) {
    return absl::InvalidArgumentError(Concat("options: expected an object, got ", ShownValue(*options)));
  }
  return ParseObject(options->get_object(), overrides);
}

}  // namespace mockarty
