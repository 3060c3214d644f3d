#include "common/wire/plan_codec.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/plan/report_options_parser.h"
#include "common/wire/http_options_codec.h"
#include "common/wire/scenario_codec.h"
#include "common/wire/wire_text.h"
#include "mockarty/v1/plan.pb.h"

namespace mockarty {
namespace {

constexpr std::array<std::string_view, 6> kConditions = {"<", "<=", ">", ">=", "==", "!="};

void EncodeCriteria(const TestPlan& plan, v1::TestPlan* out) {
  for (const ThresholdSpec& spec : plan.thresholds) {
    v1::ThresholdSpec* encoded = out->add_thresholds();
    SetUtf8(spec.metric, encoded->mutable_metric());
    SetUtf8(spec.expression, encoded->mutable_expression());
    encoded->set_abort_on_fail(spec.abort_on_fail);
    encoded->set_delay_abort_eval_ns(spec.delay_abort_eval);
    encoded->set_allow_no_data(spec.allow_no_data);
  }
  for (const AbortCriterion& criterion : plan.abort_criteria) {
    v1::AbortCriterion* encoded = out->add_abort_criteria();
    SetUtf8(criterion.name, encoded->mutable_name());
    SetUtf8(criterion.metric, encoded->mutable_metric());
    SetUtf8(criterion.stat, encoded->mutable_stat());
    SetUtf8(criterion.condition, encoded->mutable_condition());
    encoded->set_value(criterion.value);
    encoded->set_duration_ns(criterion.duration);
  }
}

void EncodeHttp(const HttpOptions& http, v1::HttpOptions* out) {
  SetUtf8(http.user_agent, out->mutable_user_agent());
  out->set_max_redirects(http.max_redirects);
  out->set_timeout_ns(http.timeout);
  out->set_throw_on_error(http.throw_on_error);
  out->set_insecure_skip_tls_verify(http.insecure_skip_tls_verify);
  out->set_no_connection_reuse(http.no_connection_reuse);
  out->set_no_cookies_reset(http.no_cookies_reset);
  out->set_discard_response_bodies(http.discard_response_bodies);
  EncodeHttpLists(http, out);
}

void EncodeHooks(const PlanHooks& hooks, v1::Hooks* out) {
  out->set_setup(hooks.setup);
  out->set_teardown(hooks.teardown);
  out->set_handle_summary(hooks.handle_summary);
  out->set_setup_timeout_ns(hooks.setup_timeout);
  out->set_teardown_timeout_ns(hooks.teardown_timeout);
}

// `value` when it is one of least..most.
template <typename T>
absl::Status Read(std::string_view field, T value, T least, T most, T& out) {
  if (value < least || value > most) {
    return WrongField(field, value, Concat(least, " to ", most));
  }
  out = value;
  return absl::OkStatus();
}

absl::Status ReadText(std::string_view field, const std::string& text, size_t least, size_t most, std::string& out) {
  if (text.size() < least || text.size() > most) {
    return WrongField(field, Quoted(text), Concat(least, " to ", most, " bytes"));
  }
  out = text;
  return absl::OkStatus();
}

absl::Status CheckSize(std::string_view field, int size, size_t most) {
  return static_cast<size_t>(size) <= most ? absl::OkStatus() : WrongField(field, size, Concat("at most ", most));
}

absl::Status DecodeHooks(const v1::Hooks& message, PlanHooks& hooks) {
  hooks.setup = message.setup();
  hooks.teardown = message.teardown();
  hooks.handle_summary = message.handle_summary();
  RETURN_IF_ERROR(
      Read<Nanos>("plan.hooks.setup_timeout_ns", message.setup_timeout_ns(), 1, kMaxGrace, hooks.setup_timeout));
  return Read<Nanos>("plan.hooks.teardown_timeout_ns", message.teardown_timeout_ns(), 1, kMaxGrace,
                     hooks.teardown_timeout);
}

absl::Status DecodeMode(const v1::TestPlan& message, TestPlan& plan) {
  switch (message.mode()) {
    case v1::TestPlan::MODE_FUNCTIONAL: {
      plan.mode = RunMode::kFunctional;
      const auto* shared = std::get_if<SharedIterationsConfig>(&plan.scenarios.front().executor);
      if (plan.scenarios.size() != 1 || shared == nullptr || shared->vus != 1 || shared->iterations != 1) {
        return WrongField("plan.mode", "functional with another executor", "one VU and one shared iteration with it");
      }
      return absl::OkStatus();
    }
    case v1::TestPlan::MODE_PERFORMANCE:
      plan.mode = RunMode::kPerformance;
      return absl::OkStatus();
    default:
      return WrongField("plan.mode", static_cast<int>(message.mode()), "1 (functional) or 2 (performance)");
  }
}

absl::Status DecodeThresholds(const v1::TestPlan& message, TestPlan& plan) {
  RETURN_IF_ERROR(CheckSize("plan.thresholds", message.thresholds_size(), kMaxThresholds));
  for (const v1::ThresholdSpec& spec : message.thresholds()) {
    const std::string path = Concat("plan.thresholds[", plan.thresholds.size(), "].");
    ThresholdSpec& decoded = plan.thresholds.emplace_back();
    RETURN_IF_ERROR(ReadText(path + "metric", spec.metric(), 1, kMaxCriterionText, decoded.metric));
    RETURN_IF_ERROR(ReadText(path + "expression", spec.expression(), 1, kMaxCriterionText, decoded.expression));
    RETURN_IF_ERROR(Read<Nanos>(path + "delay_abort_eval_ns", spec.delay_abort_eval_ns(), 0, kMaxRunDuration,
                                decoded.delay_abort_eval));
    decoded.abort_on_fail = spec.abort_on_fail();
    decoded.allow_no_data = spec.allow_no_data();
  }
  return absl::OkStatus();
}

absl::Status DecodeAbortCriteria(const v1::TestPlan& message, TestPlan& plan) {
  RETURN_IF_ERROR(CheckSize("plan.abort_criteria", message.abort_criteria_size(), kMaxAbortCriteria));
  for (const v1::AbortCriterion& criterion : message.abort_criteria()) {
    const std::string path = Concat("plan.abort_criteria[", plan.abort_criteria.size(), "].");
    AbortCriterion& decoded = plan.abort_criteria.emplace_back();
    RETURN_IF_ERROR(ReadText(path + "name", criterion.name(), 0, kMaxCriterionText, decoded.name));
    RETURN_IF_ERROR(ReadText(path + "metric", criterion.metric(), 1, kMaxCriterionText, decoded.metric));
    RETURN_IF_ERROR(ReadText(path + "stat", criterion.stat(), 1, kMaxCriterionText, decoded.stat));
    if (std::find(kConditions.begin(), kConditions.end(), criterion.condition()) == kConditions.end()) {
      return WrongField(path + "condition", Quoted(criterion.condition()), Joined(kConditions, ", "));
    }
    decoded.condition = criterion.condition();
    if (!std::isfinite(criterion.value())) {
      return WrongField(path + "value", criterion.value(), "a finite number");
    }
    decoded.value = criterion.value();
    RETURN_IF_ERROR(Read<Nanos>(path + "duration_ns", criterion.duration_ns(), 0, kMaxRunDuration, decoded.duration));
  }
  return absl::OkStatus();
}

absl::Status DecodeTags(const v1::TestPlan& message, TestPlan& plan) {
  RETURN_IF_ERROR(CheckSize("plan.tags", message.tags_size(), kMaxTags));
  for (const v1::Variable& tag : message.tags()) {
    const std::string path = Concat("plan.tags[", plan.tags.size(), "].");
    auto& [name, value] = plan.tags.emplace_back();
    RETURN_IF_ERROR(ReadText(path + "name", tag.name(), 1, kMaxTagText, name));
    RETURN_IF_ERROR(ReadText(path + "value", tag.value(), 0, kMaxTagText, value));
  }
  return absl::OkStatus();
}

absl::Status DecodeHttp(const v1::HttpOptions& message, HttpOptions& http) {
  RETURN_IF_ERROR(ReadText("plan.http.user_agent", message.user_agent(), 0, kMaxUserAgent, http.user_agent));
  if (http.user_agent.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
    return WrongField("plan.http.user_agent", Quoted(http.user_agent), "a text without line ends");
  }
  RETURN_IF_ERROR(
      Read<uint32_t>("plan.http.max_redirects", message.max_redirects(), 0, kMaxRedirects, http.max_redirects));
  RETURN_IF_ERROR(Read<Nanos>("plan.http.timeout_ns", message.timeout_ns(), 1, kMaxGrace, http.timeout));
  http.throw_on_error = message.throw_on_error();
  http.insecure_skip_tls_verify = message.insecure_skip_tls_verify();
  http.no_connection_reuse = message.no_connection_reuse();
  http.no_cookies_reset = message.no_cookies_reset();
  http.discard_response_bodies = message.discard_response_bodies();
  return DecodeHttpLists(message, http);
}

}  // namespace

void EncodeSummaryOptions(const SummaryOptions& summary, v1::SummaryStyle* out) {
  for (const std::string& stat : summary.trend_stats) {
    SetUtf8(stat, out->add_trend_stats());
  }
  SetUtf8(summary.time_unit, out->mutable_time_unit());
  out->set_none(summary.none);
}

absl::StatusOr<SummaryOptions> DecodeSummaryOptions(std::string_view field, const v1::SummaryStyle& message) {
  SummaryOptions summary;
  summary.trend_stats.assign(message.trend_stats().begin(), message.trend_stats().end());
  summary.time_unit = message.time_unit();
  summary.none = message.none();
  RETURN_IF_ERROR(CheckSummaryOptions(field, summary));
  return summary;
}

void ToProto(const TestPlan& plan, v1::TestPlan* out) {
  out->Clear();
  out->set_mode(plan.mode == RunMode::kFunctional ? v1::TestPlan::MODE_FUNCTIONAL : v1::TestPlan::MODE_PERFORMANCE);
  EncodeScenarios(plan, out);
  EncodeCriteria(plan, out);
  out->set_apdex_threshold_ns(plan.apdex_threshold);
  ToProto(plan.tags, out->mutable_tags());
  EncodeHttp(plan.http, out->mutable_http());
  if (plan.system_tags != SystemTags()) {
    out->set_system_tags(plan.system_tags.bits());
  }
  if (plan.summary != SummaryOptions()) {
    EncodeSummaryOptions(plan.summary, out->mutable_summary());
  }
  if (plan.hooks != PlanHooks()) {
    EncodeHooks(plan.hooks, out->mutable_hooks());
  }
}

absl::StatusOr<TestPlan> FromProto(const v1::TestPlan& message) {
  TestPlan plan;
  RETURN_IF_ERROR(DecodeScenarios(message, plan));
  RETURN_IF_ERROR(DecodeMode(message, plan));
  RETURN_IF_ERROR(
      Read<Nanos>("plan.apdex_threshold_ns", message.apdex_threshold_ns(), 1, kMaxGrace, plan.apdex_threshold));
  RETURN_IF_ERROR(DecodeThresholds(message, plan));
  RETURN_IF_ERROR(DecodeAbortCriteria(message, plan));
  RETURN_IF_ERROR(DecodeTags(message, plan));
  RETURN_IF_ERROR(DecodeHttp(message.http(), plan.http));
  if (message.has_system_tags()) {
    plan.system_tags = SystemTags::FromBits(message.system_tags());
  }
  ASSIGN_OR_RETURN(plan.summary, DecodeSummaryOptions("plan.summary", message.summary()));
  if (message.has_hooks()) {
    RETURN_IF_ERROR(DecodeHooks(message.hooks(), plan.hooks));
  }
  return plan;
}

void ToProto(const Environment& environment, google::protobuf::RepeatedPtrField<v1::Variable>* out) {
  out->Clear();
  for (const auto& [name, value] : environment) {
    v1::Variable* variable = out->Add();
    SetUtf8(name, variable->mutable_name());
    SetUtf8(value, variable->mutable_value());
  }
}

absl::StatusOr<Environment> FromProto(const google::protobuf::RepeatedPtrField<v1::Variable>& variables) {
  RETURN_IF_ERROR(CheckSize("environment", variables.size(), kMaxVariables));
  Environment environment;
  for (const v1::Variable& variable : variables) {
    const std::string path = Concat("environment[", environment.size(), "].");
    auto& [name, value] = environment.emplace_back();
    RETURN_IF_ERROR(ReadText(path + "name", variable.name(), 1, kMaxVariableName, name));
    if (name.find_first_of(std::string_view("=\0", 2)) != std::string::npos) {
      return WrongField(path + "name", Quoted(name), "a name without = and NUL");
    }
    value = variable.value();
    if (value.size() > kMaxVariableValue || value.find('\0') != std::string::npos) {
      return WrongField(Concat(path, "value (", Quoted(name), ")"), Concat(value.size(), " bytes"),
                        Concat("at most ", kMaxVariableValue, " bytes without NUL"));
    }
  }
  return environment;
}

}  // namespace mockarty
