#include "common/plan/execution_parser.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/plan/scenario_parser.h"
#include "common/plan/stage_parser.h"

namespace mockarty {
namespace {

// The execution options of one source, as far as that source sets them.
struct Execution {
  std::optional<uint32_t> vus;
  std::optional<Nanos> duration;
  std::optional<uint64_t> iterations;
  std::optional<uint32_t> rps;
  std::optional<uint32_t> max_vus;
  ParsedStages stages;
  std::vector<Scenario> scenarios;

  bool HasStages() const { return !stages.vus.empty() || !stages.requests.empty(); }
};

absl::StatusOr<Execution> ReadExecution(const OptionReader& reader, const Scenario& defaults,
                                        std::vector<std::string>* warnings) {
  Execution execution;
  uint64_t vus = 0;
  uint64_t iterations = 0;
  uint64_t rps = 0;
  uint64_t max_vus = 0;
  Nanos duration = 0;
  RETURN_IF_ERROR(reader.Integer("vus", 1, kMaxVus, vus));
  RETURN_IF_ERROR(reader.Integer("iterations", 0, kMaxIterations, iterations));
  RETURN_IF_ERROR(reader.Duration("duration", kMaxRunDuration, duration));
  RETURN_IF_ERROR(reader.Integer("rps", 0, kMaxRatePerSecond, rps));
  for (const std::string_view field : {"maxVus", "maxVUs"}) RETURN_IF_ERROR(reader.Integer(field, 1, kMaxVus, max_vus));
  if (vus != 0) execution.vus = static_cast<uint32_t>(vus);
  if (iterations != 0) execution.iterations = iterations;
  if (duration != 0) execution.duration = duration;
  if (rps != 0) execution.rps = static_cast<uint32_t>(rps);
  if (max_vus != 0) execution.max_vus = static_cast<uint32_t>(max_vus);
  ASSIGN_OR_RETURN(execution.stages, ParseStages(reader, warnings));
  ASSIGN_OR_RETURN(execution.scenarios, ParseScenarios(reader, defaults, warnings));
  if (execution.HasStages() && execution.iterations.has_value()) {
    return absl::InvalidArgumentError(
        Concat(reader.PathOf("iterations"), " and ", reader.PathOf("stages"), " cannot be combined"));
  }
  return execution;
}

absl::Status CheckBesideScenarios(const OptionReader& reader, const Execution& execution,
                                  std::vector<std::string>* warnings) {
  if (execution.scenarios.empty()) return absl::OkStatus();
  const std::pair<std::string_view, bool> conflicts[] = {{"duration", execution.duration.has_value()},
                                                         {"iterations", execution.iterations.has_value()},
                                                         {"stages", execution.HasStages()}};
  for (const auto& [field, set] : conflicts) {
    if (set) {
      return absl::InvalidArgumentError(Concat(reader.PathOf(field), " and ", reader.PathOf("scenarios"),
                                               " cannot be combined: each scenario says its own"));
    }
  }
  const std::pair<std::string_view, bool> useless[] = {{"vus", execution.vus.has_value()},
                                                       {"maxVUs", execution.max_vus.has_value()}};
  for (const auto& [field, set] : useless) {
    if (set) warnings->push_back(Concat(reader.PathOf(field), " has no effect: each scenario says its own"));
  }
  return absl::OkStatus();
}

std::string UsedFlags(const PlanOverrides& overrides, bool rps_is_target) {
  std::vector<std::string_view> flags;
  if (overrides.vus.has_value()) flags.push_back("--vus");
  if (overrides.duration.has_value()) flags.push_back("--duration");
  if (overrides.iterations.has_value()) flags.push_back("--iterations");
  if (overrides.rps.has_value() && rps_is_target) flags.push_back("--rps");
  return Joined(flags, ", ");
}

Execution Merge(Execution script, const PlanOverrides& overrides, bool rps_is_target,
                std::vector<std::string>* warnings) {
  const std::string flags = UsedFlags(overrides, rps_is_target);
  if (!flags.empty() && (script.HasStages() || !script.scenarios.empty())) {
    warnings->push_back(Concat("the script's ", script.HasStages() ? "stages" : "scenarios", " are not used: ", flags,
                               " on the command line"));
    script.stages = {};
    script.scenarios.clear();
    script.duration.reset();  // was covered by the stages
  }
  if (overrides.duration.has_value() || overrides.iterations.has_value()) {
    script.duration = overrides.duration;
    script.iterations = overrides.iterations;
  }
  if (overrides.vus.has_value()) script.vus = overrides.vus;
  if (overrides.rps.has_value()) script.rps = overrides.rps;
  if (overrides.max_vus.has_value()) script.max_vus = overrides.max_vus;
  return script;
}

absl::StatusOr<RequestRateConfig> MakeRequestRate(const Execution& execution) {
  RequestRateConfig config;
  config.start_vus = execution.vus.value_or(1);
  config.max_vus = execution.max_vus.value_or(std::max(kDefaultMaxVus, config.start_vus));
  if (config.start_vus > config.max_vus) {
    return absl::InvalidArgumentError(
        Concat("options.maxVUs: expected at least the ", config.start_vus, " of vus, got ", config.max_vus));
  }
  config.rate.start = execution.rps.value_or(0);
  config.rate.stages = execution.stages.requests;
  config.iterations = execution.iterations;
  if (config.rate.stages.empty()) {
    const Nanos open_end = execution.iterations.has_value() ? kMaxRunDuration : kDefaultDuration;
    config.rate.stages = {{execution.duration.value_or(open_end), config.rate.start}};
  }
  return config;
}

// The executor of the short forms other than a rate.
ExecutorConfig ChooseVus(const Execution& execution, TestPlan& plan, std::vector<std::string>* warnings) {
  uint32_t vus = execution.vus.value_or(1);
  if (!execution.stages.vus.empty()) {
    return RampingVusConfig{.start_vus = vus, .stages = execution.stages.vus};
  }
  if (execution.iterations.has_value()) {
    if (vus > *execution.iterations) {
      warnings->push_back(Concat("only ", *execution.iterations, " of ", vus,
                                 " VUs are started: there are no more iterations than that"));
      vus = static_cast<uint32_t>(*execution.iterations);
    }
    return SharedIterationsConfig{.vus = vus, .iterations = *execution.iterations, .max_duration = execution.duration};
  }
  if (execution.duration.has_value() || vus > 1) {
    return ConstantVusConfig{.vus = vus, .duration = execution.duration.value_or(kDefaultDuration)};
  }
  plan.mode = RunMode::kFunctional;
  return SharedIterationsConfig{.vus = 1, .iterations = 1, .max_duration = std::nullopt};
}

}  // namespace

absl::Status ParseExecution(const OptionReader& options, const PlanOverrides& overrides, ScriptDialect dialect,
                            TestPlan& plan, std::vector<std::string>* warnings) {
  Scenario simple;
  RETURN_IF_ERROR(options.Duration("gracefulStop", kMaxGrace, simple.graceful_stop));
  RETURN_IF_ERROR(options.Duration("gracefulRampDown", kMaxGrace, simple.graceful_ramp_down));
  ASSIGN_OR_RETURN(Execution script, ReadExecution(options, simple, warnings));
  RETURN_IF_ERROR(CheckBesideScenarios(options, script, warnings));
  const bool mockarty = dialect == ScriptDialect::kMockarty;
  const Execution execution = Merge(std::move(script), overrides, mockarty, warnings);

  plan.mode = RunMode::kPerformance;
  plan.named_scenarios = !execution.scenarios.empty();
  const bool by_vus = plan.named_scenarios || !execution.stages.vus.empty();
  const bool target = !execution.stages.requests.empty() || (execution.rps.has_value() && mockarty && !by_vus);
  if (target) {
    ASSIGN_OR_RETURN(simple.executor, MakeRequestRate(execution));
    plan.scenarios = {std::move(simple)};
    return absl::OkStatus();
  }
  if (execution.max_vus.has_value() && !plan.named_scenarios) {
    warnings->push_back("option 'maxVUs' has no effect: it limits the VUs of a target rate (rps, targetRPS)");
  }
  if (execution.rps.has_value()) {
    plan.max_rps = *execution.rps;
    if (mockarty) {
      warnings->push_back(Concat("option 'rps' is a cap here, not a target: the load is said by ",
                                 plan.named_scenarios ? "scenarios" : "stages of VUs"));
    }
  }
  if (plan.named_scenarios) {
    plan.scenarios = execution.scenarios;
    return absl::OkStatus();
  }
  simple.executor = ChooseVus(execution, plan, warnings);
  plan.scenarios = {std::move(simple)};
  return absl::OkStatus();
}

}  // namespace mockarty
