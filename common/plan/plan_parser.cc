#include "common/plan/plan_parser.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string_view>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/base/suggest.h"
#include "common/plan/criteria_parser.h"
#include "common/plan/execution_parser.h"
#include "common/plan/http_options_parser.h"
#include "common/plan/option_names.h"
#include "common/plan/option_reader.h"
#include "common/plan/option_sources.h"
#include "common/plan/report_options_parser.h"
#include "common/plan/scenario_parser.h"

namespace mockarty {
namespace {

namespace json = boost::json;

std::string_view View(json::string_view text) { return {text.data(), text.size()}; }

absl::Status NotYet(std::string_view option) {
  return absl::UnimplementedError(Concat("option '", option, "' is not supported by this version yet"));
}

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
  RETURN_IF_ERROR(reader.Bool("discardResponseBodies", http.discard_response_bodies));
  return ParseHttpOptions(reader, http);
}

absl::StatusOr<ParsedPlan> ParseObject(const json::object& options, const PlanOverrides& overrides,
                                       ScriptDialect dialect) {
  ParsedPlan parsed;
  TestPlan& plan = parsed.plan;
  std::vector<std::string>* warnings = &parsed.warnings;
  RETURN_IF_ERROR(CheckNames(options, warnings));
  OptionReader reader(options, "options", warnings);
  RETURN_IF_ERROR(ParseExecution(reader, overrides, dialect, plan, warnings));
  RETURN_IF_ERROR(reader.Duration("minIterationDuration", kMaxGrace, plan.min_iteration_duration));
  RETURN_IF_ERROR(reader.Duration("setupTimeout", kMaxGrace, plan.hooks.setup_timeout));
  RETURN_IF_ERROR(reader.Duration("teardownTimeout", kMaxGrace, plan.hooks.teardown_timeout));
  if (plan.hooks.setup_timeout == 0) return reader.Wrong("setupTimeout", "more than 0");
  if (plan.hooks.teardown_timeout == 0) return reader.Wrong("teardownTimeout", "more than 0");
  RETURN_IF_ERROR(reader.Duration("apdexThreshold", kMaxGrace, plan.apdex_threshold));
  if (plan.apdex_threshold == 0) return reader.Wrong("apdexThreshold", "more than 0");
  ASSIGN_OR_RETURN(plan.thresholds, ParseThresholds(reader, warnings));
  bool no_thresholds = false;
  RETURN_IF_ERROR(reader.Bool("noThresholds", no_thresholds));
  if (no_thresholds) plan.thresholds.clear();
  RETURN_IF_ERROR(reader.Bool("noSetup", parsed.no_setup));
  RETURN_IF_ERROR(reader.Bool("noTeardown", parsed.no_teardown));
  ASSIGN_OR_RETURN(plan.system_tags, ParseSystemTags(reader, warnings));
  ASSIGN_OR_RETURN(plan.summary, ParseSummaryOptions(reader));
  ASSIGN_OR_RETURN(plan.abort_criteria, ParseAbortCriteria(reader, warnings));
  ASSIGN_OR_RETURN(plan.tags, ParseTextPairs(reader, "tags", kMaxTags, kMaxTagText));
  RETURN_IF_ERROR(ParseHttp(reader, plan.http));
  return parsed;
}

}  // namespace

absl::StatusOr<ParsedPlan> ParsePlan(const json::value* options, const PlanOverrides& overrides,
                                     ScriptDialect dialect) {
  const bool none = options == nullptr || options->is_null();
  if (!none && !options->is_object()) {
    return absl::InvalidArgumentError(Concat("options: expected an object, got ", ShownValue(*options)));
  }
  std::vector<std::string> warnings;
  ASSIGN_OR_RETURN(const json::object merged,
                   JoinOptionSources(none ? json::object() : options->get_object(), overrides, &warnings));
  ASSIGN_OR_RETURN(ParsedPlan parsed, ParseObject(merged, overrides, dialect));
  parsed.warnings.insert(parsed.warnings.begin(), warnings.begin(), warnings.end());
  return parsed;
}

}  // namespace mockarty
