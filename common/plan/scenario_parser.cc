#include "common/plan/scenario_parser.h"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <span>
#include <string_view>

#include "common/base/concat.h"
#include "common/base/duration.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/base/suggest.h"
#include "common/plan/ramp_profile.h"
#include "common/plan/stage_parser.h"

namespace mockarty {
namespace {

namespace json = boost::json;

// k6's, of the executors that end by count.
constexpr Nanos kDefaultMaxDuration = 600 * kNanosPerSecond;

constexpr std::string_view kCommonFields[] = {"executor", "startTime", "gracefulStop", "exec",
                                              "env",      "tags",      "options"};

struct ExecutorRow {
  std::string_view name;
  absl::StatusOr<ExecutorConfig> (*parse)(const OptionReader& reader, std::vector<std::string>* warnings);
  std::vector<std::string_view> fields;
};

std::string_view View(json::string_view text) { return {text.data(), text.size()}; }

absl::Status ParseVus(const OptionReader& reader, std::string_view field, uint64_t minimum, uint32_t& vus) {
  uint64_t number = vus;
  RETURN_IF_ERROR(reader.Integer(field, minimum, kMaxVus, number));
  vus = static_cast<uint32_t>(number);
  return absl::OkStatus();
}

absl::Status ParsePositive(const OptionReader& reader, std::string_view field, Nanos maximum, Nanos& length) {
  RETURN_IF_ERROR(reader.Duration(field, maximum, length));
  return length > 0 ? absl::OkStatus() : reader.Wrong(field, Concat(kDurationForm, ", above 0"));
}

absl::StatusOr<ExecutorConfig> ParseShared(const OptionReader& reader, std::vector<std::string>* warnings) {
  SharedIterationsConfig config;
  RETURN_IF_ERROR(ParseVus(reader, "vus", 1, config.vus));
  RETURN_IF_ERROR(reader.Integer("iterations", 1, kMaxIterations, config.iterations));
  if (config.vus > config.iterations) {
    warnings->push_back(Concat(reader.PathOf("vus"), ": only ", config.iterations, " of ", config.vus,
                               " VUs are started: there are no more iterations than that"));
    config.vus = static_cast<uint32_t>(config.iterations);
  }
  config.max_duration = kDefaultMaxDuration;
  RETURN_IF_ERROR(ParsePositive(reader, "maxDuration", kMaxRunDuration, *config.max_duration));
  return config;
}

absl::StatusOr<ExecutorConfig> ParsePerVu(const OptionReader& reader, std::vector<std::string>*) {
  PerVuIterationsConfig config;
  RETURN_IF_ERROR(ParseVus(reader, "vus", 1, config.vus));
  RETURN_IF_ERROR(reader.Integer("iterations", 1, kMaxIterations / kMaxVus, config.iterations));
  config.max_duration = kDefaultMaxDuration;
  RETURN_IF_ERROR(ParsePositive(reader, "maxDuration", kMaxRunDuration, *config.max_duration));
  return config;
}

absl::StatusOr<ExecutorConfig> ParseConstantVus(const OptionReader& reader, std::vector<std::string>*) {
  ConstantVusConfig config;
  config.duration = 0;
  RETURN_IF_ERROR(ParseVus(reader, "vus", 1, config.vus));
  RETURN_IF_ERROR(ParsePositive(reader, "duration", kMaxRunDuration, config.duration));
  return config;
}

absl::StatusOr<ExecutorConfig> ParseRampingVus(const OptionReader& reader, std::vector<std::string>* warnings) {
  RampingVusConfig config;
  RETURN_IF_ERROR(ParseVus(reader, "startVUs", 0, config.start_vus));
  ASSIGN_OR_RETURN(config.stages, ParseVuStages(reader, warnings));
  if (RampProfile(config).max_vus() == 0) {
    return reader.Wrong("stages", "a target above 0 in at least one stage");
  }
  return config;
}

// The most a time unit, so that no more than kMaxRatePerSecond are due a second.
uint64_t MaxRate(Nanos time_unit) {
  return std::max<uint64_t>(1, kMaxRatePerSecond / 1000 * static_cast<uint64_t>(time_unit / kNanosPerMilli));
}

absl::Status ParseArrivals(const OptionReader& reader, ArrivalRateConfig& config) {
  uint64_t vus = 0;
  if (reader.Find("preAllocatedVUs") == nullptr) {
    return reader.Wrong("preAllocatedVUs", "the number of VUs to make before the scenario begins");
  }
  RETURN_IF_ERROR(reader.Integer("preAllocatedVUs", 0, kMaxVus, vus));
  uint64_t max_vus = std::max<uint64_t>(vus, 1);
  RETURN_IF_ERROR(reader.Integer("maxVUs", 1, kMaxVus, max_vus));
  if (max_vus < vus) {
    return reader.Wrong("maxVUs", Concat("at least the ", vus, " of preAllocatedVUs"));
  }
  config.pre_allocated_vus = static_cast<uint32_t>(vus);
  config.max_vus = static_cast<uint32_t>(max_vus);
  std::string arrivals = "even";
  RETURN_IF_ERROR(reader.String("arrivals", 32, arrivals));
  if (arrivals != "even" && arrivals != "poisson") return reader.Wrong("arrivals", "\"even\" or \"poisson\"");
  config.arrivals = arrivals == "poisson" ? Arrivals::kPoisson : Arrivals::kEven;
  return reader.Integer("arrivalSeed", 0, kMaxIterations, config.seed);
}

absl::StatusOr<ExecutorConfig> ParseConstantRate(const OptionReader& reader, std::vector<std::string>*) {
  ArrivalRateConfig config;
  Nanos duration = 0;
  RETURN_IF_ERROR(ParsePositive(reader, "duration", kMaxRunDuration, duration));
  RETURN_IF_ERROR(reader.Duration("timeUnit", kMaxTimeUnit, config.rate.time_unit));
  if (config.rate.time_unit < kMinTimeUnit) return reader.Wrong("timeUnit", "at least 1ms");
  if (reader.Find("rate") == nullptr) return reader.Wrong("rate", "how many iterations begin a timeUnit");
  RETURN_IF_ERROR(reader.Integer("rate", 1, MaxRate(config.rate.time_unit), config.rate.start));
  config.rate.stages = {{duration, config.rate.start}};
  RETURN_IF_ERROR(ParseArrivals(reader, config));
  return config;
}

absl::StatusOr<ExecutorConfig> ParseRampingRate(const OptionReader& reader, std::vector<std::string>* warnings) {
  ArrivalRateConfig config;
  config.ramping = true;
  RETURN_IF_ERROR(reader.Duration("timeUnit", kMaxTimeUnit, config.rate.time_unit));
  if (config.rate.time_unit < kMinTimeUnit) return reader.Wrong("timeUnit", "at least 1ms");
  const uint64_t most = MaxRate(config.rate.time_unit);
  RETURN_IF_ERROR(reader.Integer("startRate", 0, most, config.rate.start));
  ASSIGN_OR_RETURN(config.rate.stages, ParseRateStages(reader, most, warnings));
  RETURN_IF_ERROR(ParseArrivals(reader, config));
  return config;
}

const std::vector<ExecutorRow>& Executors() {
  static const auto* const rows = new std::vector<ExecutorRow>{
      {"shared-iterations", &ParseShared, {"vus", "iterations", "maxDuration"}},
      {"per-vu-iterations", &ParsePerVu, {"vus", "iterations", "maxDuration"}},
      {"constant-vus", &ParseConstantVus, {"vus", "duration"}},
      {"ramping-vus", &ParseRampingVus, {"startVUs", "stages", "gracefulRampDown"}},
      {"constant-arrival-rate",
       &ParseConstantRate,
       {"rate", "timeUnit", "duration", "preAllocatedVUs", "maxVUs", "arrivals", "arrivalSeed"}},
      {"ramping-arrival-rate",
       &ParseRampingRate,
       {"startRate", "timeUnit", "stages", "preAllocatedVUs", "maxVUs", "arrivals", "arrivalSeed"}},
  };
  return *rows;
}

absl::StatusOr<const ExecutorRow*> FindExecutor(const OptionReader& reader) {
  std::vector<std::string_view> names;
  for (const ExecutorRow& row : Executors()) names.push_back(row.name);
  const std::string expected = Concat("one of ", Joined(names, ", "));
  const json::value* value = reader.Find("executor");
  if (value == nullptr || !value->is_string()) return reader.Wrong("executor", expected);
  const std::string_view name = View(value->get_string());
  for (const ExecutorRow& row : Executors()) {
    if (row.name == name) return &row;
  }
  if (name == "externally-controlled") {
    return reader.Wrong("executor", Concat(expected, " (externally-controlled is not supported)"));
  }
  return reader.Wrong("executor", Concat(expected, DidYouMean(name, names)));
}

absl::Status CheckFields(const json::object& object, const std::string& path, const ExecutorRow& executor,
                         std::vector<std::string>* warnings) {
  std::vector<std::string_view> known(std::begin(kCommonFields), std::end(kCommonFields));
  known.insert(known.end(), executor.fields.begin(), executor.fields.end());
  for (const auto& member : object) {
    const std::string_view field = View(member.key());
    if (std::find(known.begin(), known.end(), field) == known.end()) {
      return absl::InvalidArgumentError(Concat(path, ".", Printable(field), ": expected no such field, ", executor.name,
                                               " has ", Joined(executor.fields, ", "), " and ",
                                               Joined(kCommonFields, ", "), "; got ", ShownValue(member.value()),
                                               DidYouMean(field, known)));
    }
    if (field == "options") {
      warnings->push_back(Concat(path, ".options is not supported and has no effect"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Scenario> ParseScenario(std::string_view name, const json::value& value, const Scenario& defaults,
                                       std::vector<std::string>* warnings) {
  const std::string path = Concat("options.scenarios.", Printable(name));
  if (!value.is_object()) {
    return absl::InvalidArgumentError(
        Concat(path, ": expected an object with `executor` and its fields, got ", ShownValue(value)));
  }
  OptionReader reader(value.get_object(), path, warnings);
  ASSIGN_OR_RETURN(const ExecutorRow* executor, FindExecutor(reader));
  RETURN_IF_ERROR(CheckFields(value.get_object(), path, *executor, warnings));
  Scenario scenario = defaults;
  scenario.name = name;
  ASSIGN_OR_RETURN(scenario.executor, executor->parse(reader, warnings));
  RETURN_IF_ERROR(reader.Duration("startTime", kMaxRunDuration, scenario.start_time));
  RETURN_IF_ERROR(reader.Duration("gracefulStop", kMaxGrace, scenario.graceful_stop));
  RETURN_IF_ERROR(reader.Duration("gracefulRampDown", kMaxGrace, scenario.graceful_ramp_down));
  RETURN_IF_ERROR(reader.String("exec", kMaxScenarioName, scenario.exec));
  if (reader.Find("exec") != nullptr && scenario.exec.empty()) {
    return reader.Wrong("exec", "the name of an exported function");
  }
  ASSIGN_OR_RETURN(scenario.environment, ParseTextPairs(reader, "env", kMaxScenarioVariables, kMaxVariableText));
  ASSIGN_OR_RETURN(scenario.tags, ParseTextPairs(reader, "tags", kMaxTags, kMaxTagText));
  if (scenario.exec == "default") scenario.exec.clear();
  return scenario;
}

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxScenarioName && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  });
}

}  // namespace

absl::StatusOr<TextPairs> ParseTextPairs(const OptionReader& reader, std::string_view field, size_t max_pairs,
                                         size_t max_value) {
  TextPairs pairs;
  const json::value* value = reader.Find(field);
  if (value == nullptr) return pairs;
  if (!value->is_object() || value->get_object().size() > max_pairs) {
    return reader.Wrong(field, Concat("an object of at most ", max_pairs, " names and strings"));
  }
  for (const auto& member : value->get_object()) {
    std::string name(View(member.key()));
    const std::string path = Concat(reader.PathOf(field), "[", Quoted(name), "]");
    if (name.empty() || name.size() > kMaxTagText) {
      return absl::InvalidArgumentError(Concat(path, ": expected a name of 1 to ", kMaxTagText, " bytes"));
    }
    if (!member.value().is_string() || member.value().get_string().size() > max_value) {
      return absl::InvalidArgumentError(
          Concat(path, ": expected a string of at most ", max_value, " bytes, got ", ShownValue(member.value())));
    }
    pairs.emplace_back(std::move(name), View(member.value().get_string()));
  }
  return pairs;
}

absl::StatusOr<std::vector<Scenario>> ParseScenarios(const OptionReader& options, const Scenario& defaults,
                                                     std::vector<std::string>* warnings) {
  std::vector<Scenario> scenarios;
  const json::value* value = options.Find("scenarios");
  if (value == nullptr || value->is_null()) return scenarios;
  if (!value->is_object()) return options.Wrong("scenarios", "an object of scenarios by name");
  if (value->get_object().size() > kMaxScenarios) {
    return absl::InvalidArgumentError(Concat(options.PathOf("scenarios"), ": expected at most ", kMaxScenarios,
                                             " scenarios, got ", value->get_object().size()));
  }
  uint64_t vus = 0;
  for (const auto& member : value->get_object()) {
    const std::string_view name = View(member.key());
    if (!IsName(name)) {
      return absl::InvalidArgumentError(Concat(options.PathOf("scenarios"), ": expected a name of 1 to ",
                                               kMaxScenarioName, " letters, digits, _ and -, got ", Quoted(name)));
    }
    ASSIGN_OR_RETURN(Scenario scenario, ParseScenario(name, member.value(), defaults, warnings));
    vus += MaxVus(scenario.executor);
    scenarios.push_back(std::move(scenario));
  }
  if (vus > kMaxVus) {
    return absl::InvalidArgumentError(Concat(options.PathOf("scenarios"), ": expected at most ", kMaxVus,
                                             " VUs in all scenarios together, got ", vus));
  }
  return scenarios;
}

}  // namespace mockarty
