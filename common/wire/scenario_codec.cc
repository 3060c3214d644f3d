#include "common/wire/scenario_codec.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/plan/ramp_profile.h"
#include "common/wire/wire_text.h"
#include "mockarty/v1/plan.pb.h"

namespace mockarty {
namespace {

using TextPairs = std::vector<std::pair<std::string, std::string>>;

// `Message`: v1::TestPlan or v1::Scenario, which name the executors alike.
template <typename Message>
void EncodeExecutor(const ConstantVusConfig& config, Message* out) {
  out->mutable_constant_vus()->set_vus(config.vus);
  out->mutable_constant_vus()->set_duration_ns(config.duration);
}

template <typename Message>
void EncodeExecutor(const SharedIterationsConfig& config, Message* out) {
  v1::SharedIterations* shared = out->mutable_shared_iterations();
  shared->set_vus(config.vus);
  shared->set_iterations(config.iterations);
  if (config.max_duration.has_value()) shared->set_max_duration_ns(*config.max_duration);
}

template <typename Message>
void EncodeExecutor(const RampingVusConfig& config, Message* out) {
  v1::RampingVus* ramping = out->mutable_ramping_vus();
  ramping->set_start_vus(config.start_vus);
  for (const Stage& stage : config.stages) {
    v1::Stage* encoded = ramping->add_stages();
    encoded->set_duration_ns(stage.duration);
    encoded->set_target(stage.target);
  }
}

void EncodeExecutor(const PerVuIterationsConfig& config, v1::Scenario* out) {
  v1::PerVuIterations* each = out->mutable_per_vu_iterations();
  each->set_vus(config.vus);
  each->set_iterations(config.iterations);
  if (config.max_duration.has_value()) each->set_max_duration_ns(*config.max_duration);
}

void EncodeRate(const RatePlan& rate, v1::RatePlan* out) {
  out->set_start(rate.start);
  out->set_time_unit_ns(rate.time_unit);
  for (const RateStage& stage : rate.stages) {
    v1::RateStage* encoded = out->add_stages();
    encoded->set_duration_ns(stage.duration);
    encoded->set_target(stage.target);
  }
}

void EncodeExecutor(const ArrivalRateConfig& config, v1::Scenario* out) {
  v1::ArrivalRate* arrivals = out->mutable_arrival_rate();
  EncodeRate(config.rate, arrivals->mutable_rate());
  arrivals->set_ramping(config.ramping);
  arrivals->set_pre_allocated_vus(config.pre_allocated_vus);
  arrivals->set_max_vus(config.max_vus);
  arrivals->set_poisson(config.arrivals == Arrivals::kPoisson);
  arrivals->set_seed(config.seed);
}

void EncodeExecutor(const RequestRateConfig& config, v1::Scenario* out) {
  v1::RequestRate* requests = out->mutable_request_rate();
  EncodeRate(config.rate, requests->mutable_rate());
  requests->set_start_vus(config.start_vus);
  requests->set_max_vus(config.max_vus);
  if (config.iterations.has_value()) requests->set_iterations(*config.iterations);
}

void EncodePairs(const TextPairs& pairs, google::protobuf::RepeatedPtrField<v1::Variable>* out) {
  for (const auto& [name, value] : pairs) {
    v1::Variable* variable = out->Add();
    SetUtf8(name, variable->mutable_name());
    SetUtf8(value, variable->mutable_value());
  }
}

// What an older reader knows as the whole plan.
bool EncodeSimple(const TestPlan& plan, v1::TestPlan* out) {
  const Scenario& only = plan.scenarios.front();
  if (plan.scenarios.size() != 1 || plan.named_scenarios || only.start_time != 0 || !only.exec.empty() ||
      !only.environment.empty() || !only.tags.empty() || plan.min_iteration_duration != 0 || plan.max_rps != 0) {
    return false;
  }
  if (const auto* constant = std::get_if<ConstantVusConfig>(&only.executor)) {
    EncodeExecutor(*constant, out);
  } else if (const auto* shared = std::get_if<SharedIterationsConfig>(&only.executor)) {
    EncodeExecutor(*shared, out);
  } else if (const auto* ramping = std::get_if<RampingVusConfig>(&only.executor)) {
    EncodeExecutor(*ramping, out);
  } else {
    return false;
  }
  out->set_graceful_stop_ns(only.graceful_stop);
  out->set_graceful_ramp_down_ns(only.graceful_ramp_down);
  return true;
}

template <typename T>
absl::Status Read(const std::string& field, T value, T least, T most, T& out) {
  if (value < least || value > most) return WrongField(field, value, Concat(least, " to ", most));
  out = value;
  return absl::OkStatus();
}

absl::Status CheckSize(const std::string& field, int size, size_t most) {
  return static_cast<size_t>(size) <= most ? absl::OkStatus() : WrongField(field, size, Concat("at most ", most));
}

absl::StatusOr<ExecutorConfig> DecodeConstant(const std::string& path, const v1::ConstantVus& message) {
  ConstantVusConfig config;
  RETURN_IF_ERROR(Read<uint32_t>(path + "vus", message.vus(), 1, kMaxVus, config.vus));
  RETURN_IF_ERROR(Read<Nanos>(path + "duration_ns", message.duration_ns(), 1, kMaxRunDuration, config.duration));
  return config;
}

absl::StatusOr<ExecutorConfig> DecodeShared(const std::string& path, const v1::SharedIterations& message) {
  SharedIterationsConfig config;
  RETURN_IF_ERROR(Read<uint64_t>(path + "iterations", message.iterations(), 1, kMaxIterations, config.iterations));
  const auto most = static_cast<uint32_t>(std::min<uint64_t>(kMaxVus, config.iterations));
  RETURN_IF_ERROR(Read<uint32_t>(path + "vus", message.vus(), 1, most, config.vus));
  if (message.has_max_duration_ns()) {
    RETURN_IF_ERROR(Read<Nanos>(path + "max_duration_ns", message.max_duration_ns(), 1, kMaxRunDuration,
                                config.max_duration.emplace()));
  }
  return config;
}

absl::StatusOr<ExecutorConfig> DecodePerVu(const std::string& path, const v1::PerVuIterations& message) {
  PerVuIterationsConfig config;
  RETURN_IF_ERROR(
      Read<uint64_t>(path + "iterations", message.iterations(), 1, kMaxIterations / kMaxVus, config.iterations));
  RETURN_IF_ERROR(Read<uint32_t>(path + "vus", message.vus(), 1, kMaxVus, config.vus));
  if (message.has_max_duration_ns()) {
    RETURN_IF_ERROR(Read<Nanos>(path + "max_duration_ns", message.max_duration_ns(), 1, kMaxRunDuration,
                                config.max_duration.emplace()));
  }
  return config;
}

// What all stages have in common: a number of them, and a length in all.
template <typename DecodedStage, typename Stages>
absl::Status DecodeStages(const std::string& path, const Stages& stages, uint64_t most,
                          std::vector<DecodedStage>& out) {
  RETURN_IF_ERROR(CheckSize(path, stages.size(), kMaxStages));
  Nanos total = 0;
  for (const auto& stage : stages) {
    const std::string one = Concat(path, "[", out.size(), "].");
    DecodedStage& decoded = out.emplace_back();
    RETURN_IF_ERROR(Read<Nanos>(one + "duration_ns", stage.duration_ns(), 0, kMaxRunDuration, decoded.duration));
    using Target = decltype(decoded.target);
    RETURN_IF_ERROR(Read<Target>(one + "target", stage.target(), Target{0}, static_cast<Target>(most), decoded.target));
    total = std::min(total + decoded.duration, kMaxRunDuration + 1);  // a thousand long ones would overflow
  }
  if (total < 1 || total > kMaxRunDuration) {
    return WrongField(path, total == 0 ? "0 ns in all" : "more in all", Concat("1 to ", kMaxRunDuration, " ns"));
  }
  return absl::OkStatus();
}

absl::StatusOr<ExecutorConfig> DecodeRamping(const std::string& path, const v1::RampingVus& message) {
  RampingVusConfig config;
  RETURN_IF_ERROR(Read<uint32_t>(path + "start_vus", message.start_vus(), 0, kMaxVus, config.start_vus));
  RETURN_IF_ERROR(DecodeStages(path + "stages", message.stages(), kMaxVus, config.stages));
  if (RampProfile(config).max_vus() == 0) {
    return WrongField(path + "stages", "no virtual user in all", "a target above 0 in at least one stage");
  }
  return config;
}

absl::Status DecodeRate(const std::string& path, const v1::RatePlan& message, RatePlan& rate) {
  RETURN_IF_ERROR(
      Read<Nanos>(path + "time_unit_ns", message.time_unit_ns(), kMinTimeUnit, kMaxTimeUnit, rate.time_unit));
  const uint64_t most =
      std::max<uint64_t>(1, kMaxRatePerSecond / 1000 * static_cast<uint64_t>(rate.time_unit / kNanosPerMilli));
  RETURN_IF_ERROR(Read<uint64_t>(path + "start", message.start(), 0, most, rate.start));
  return DecodeStages(path + "stages", message.stages(), most, rate.stages);
}

absl::StatusOr<ExecutorConfig> DecodeArrivals(const std::string& path, const v1::ArrivalRate& message) {
  ArrivalRateConfig config;
  RETURN_IF_ERROR(DecodeRate(path + "rate.", message.rate(), config.rate));
  RETURN_IF_ERROR(Read<uint32_t>(path + "max_vus", message.max_vus(), 1, kMaxVus, config.max_vus));
  RETURN_IF_ERROR(Read<uint32_t>(path + "pre_allocated_vus", message.pre_allocated_vus(), 0, config.max_vus,
                                 config.pre_allocated_vus));
  RETURN_IF_ERROR(Read<uint64_t>(path + "seed", message.seed(), 0, kMaxIterations, config.seed));
  config.ramping = message.ramping();
  config.arrivals = message.poisson() ? Arrivals::kPoisson : Arrivals::kEven;
  return config;
}

absl::StatusOr<ExecutorConfig> DecodeRequests(const std::string& path, const v1::RequestRate& message) {
  RequestRateConfig config;
  RETURN_IF_ERROR(DecodeRate(path + "rate.", message.rate(), config.rate));
  RETURN_IF_ERROR(Read<uint32_t>(path + "max_vus", message.max_vus(), 1, kMaxVus, config.max_vus));
  RETURN_IF_ERROR(Read<uint32_t>(path + "start_vus", message.start_vus(), 1, config.max_vus, config.start_vus));
  if (message.has_iterations()) {
    RETURN_IF_ERROR(
        Read<uint64_t>(path + "iterations", message.iterations(), 1, kMaxIterations, config.iterations.emplace()));
  }
  return config;
}

absl::Status DecodePairs(const std::string& path, const google::protobuf::RepeatedPtrField<v1::Variable>& variables,
                         size_t most, size_t max_value, TextPairs& out) {
  RETURN_IF_ERROR(CheckSize(path, variables.size(), most));
  for (const v1::Variable& variable : variables) {
    const std::string one = Concat(path, "[", out.size(), "]");
    if (variable.name().empty() || variable.name().size() > kMaxTagText) {
      return WrongField(one + ".name", Quoted(variable.name()), Concat("1 to ", kMaxTagText, " bytes"));
    }
    if (variable.value().size() > max_value) {
      return WrongField(one + ".value", Concat(variable.value().size(), " bytes"), Concat("at most ", max_value));
    }
    out.emplace_back(variable.name(), variable.value());
  }
  return absl::OkStatus();
}

absl::StatusOr<ExecutorConfig> DecodeExecutor(const std::string& path, const v1::Scenario& message) {
  switch (message.executor_case()) {
    case v1::Scenario::kConstantVus:
      return DecodeConstant(path + "constant_vus.", message.constant_vus());
    case v1::Scenario::kSharedIterations:
      return DecodeShared(path + "shared_iterations.", message.shared_iterations());
    case v1::Scenario::kRampingVus:
      return DecodeRamping(path + "ramping_vus.", message.ramping_vus());
    case v1::Scenario::kPerVuIterations:
      return DecodePerVu(path + "per_vu_iterations.", message.per_vu_iterations());
    case v1::Scenario::kArrivalRate:
      return DecodeArrivals(path + "arrival_rate.", message.arrival_rate());
    case v1::Scenario::kRequestRate:
      return DecodeRequests(path + "request_rate.", message.request_rate());
    case v1::Scenario::EXECUTOR_NOT_SET:
      break;
  }
  return WrongField(path + "executor", "none that is known", "one that this version has");
}

absl::StatusOr<Scenario> DecodeScenario(const std::string& path, const v1::Scenario& message) {
  Scenario scenario;
  if (message.name().empty() || message.name().size() > kMaxScenarioName) {
    return WrongField(path + "name", Quoted(message.name()), Concat("1 to ", kMaxScenarioName, " bytes"));
  }
  if (message.exec().size() > kMaxScenarioName) {
    return WrongField(path + "exec", Quoted(message.exec()), Concat("at most ", kMaxScenarioName, " bytes"));
  }
  scenario.name = message.name();
  scenario.exec = message.exec();
  ASSIGN_OR_RETURN(scenario.executor, DecodeExecutor(path, message));
  RETURN_IF_ERROR(
      Read<Nanos>(path + "start_time_ns", message.start_time_ns(), 0, kMaxRunDuration, scenario.start_time));
  RETURN_IF_ERROR(
      Read<Nanos>(path + "graceful_stop_ns", message.graceful_stop_ns(), 0, kMaxGrace, scenario.graceful_stop));
  RETURN_IF_ERROR(Read<Nanos>(path + "graceful_ramp_down_ns", message.graceful_ramp_down_ns(), 0, kMaxGrace,
                              scenario.graceful_ramp_down));
  RETURN_IF_ERROR(DecodePairs(path + "environment", message.environment(), kMaxScenarioVariables, kMaxVariableText,
                              scenario.environment));
  RETURN_IF_ERROR(DecodePairs(path + "tags", message.tags(), kMaxTags, kMaxTagText, scenario.tags));
  return scenario;
}

absl::Status DecodeSimple(const v1::TestPlan& message, TestPlan& plan) {
  Scenario& only = plan.scenarios.front();
  switch (message.executor_case()) {
    case v1::TestPlan::kConstantVus: {
      ASSIGN_OR_RETURN(only.executor, DecodeConstant("plan.constant_vus.", message.constant_vus()));
      break;
    }
    case v1::TestPlan::kSharedIterations: {
      ASSIGN_OR_RETURN(only.executor, DecodeShared("plan.shared_iterations.", message.shared_iterations()));
      break;
    }
    case v1::TestPlan::kRampingVus: {
      ASSIGN_OR_RETURN(only.executor, DecodeRamping("plan.ramping_vus.", message.ramping_vus()));
      break;
    }
    case v1::TestPlan::EXECUTOR_NOT_SET:
      return WrongField("plan.executor", "none of them", "constant_vus, shared_iterations, ramping_vus or scenarios");
  }
  RETURN_IF_ERROR(Read<Nanos>("plan.graceful_stop_ns", message.graceful_stop_ns(), 0, kMaxGrace, only.graceful_stop));
  return Read<Nanos>("plan.graceful_ramp_down_ns", message.graceful_ramp_down_ns(), 0, kMaxGrace,
                     only.graceful_ramp_down);
}

}  // namespace

void EncodeScenarios(const TestPlan& plan, v1::TestPlan* out) {
  if (EncodeSimple(plan, out)) return;
  out->set_graceful_stop_ns(GracefulStop(plan));  // how long a stop may take, for whoever only reads that
  out->set_named_scenarios(plan.named_scenarios);
  out->set_min_iteration_duration_ns(plan.min_iteration_duration);
  out->set_max_rps(plan.max_rps);
  for (const Scenario& scenario : plan.scenarios) {
    v1::Scenario* encoded = out->add_scenarios();
    SetUtf8(scenario.name, encoded->mutable_name());
    std::visit([encoded](const auto& config) { EncodeExecutor(config, encoded); }, scenario.executor);
    SetUtf8(scenario.exec, encoded->mutable_exec());
    encoded->set_start_time_ns(scenario.start_time);
    encoded->set_graceful_stop_ns(scenario.graceful_stop);
    encoded->set_graceful_ramp_down_ns(scenario.graceful_ramp_down);
    EncodePairs(scenario.environment, encoded->mutable_environment());
    EncodePairs(scenario.tags, encoded->mutable_tags());
  }
}

absl::Status DecodeScenarios(const v1::TestPlan& message, TestPlan& plan) {
  if (message.scenarios_size() == 0) return DecodeSimple(message, plan);
  RETURN_IF_ERROR(CheckSize("plan.scenarios", message.scenarios_size(), kMaxScenarios));
  RETURN_IF_ERROR(Read<Nanos>("plan.min_iteration_duration_ns", message.min_iteration_duration_ns(), 0, kMaxGrace,
                              plan.min_iteration_duration));
  RETURN_IF_ERROR(Read<uint32_t>("plan.max_rps", message.max_rps(), 0, kMaxRatePerSecond, plan.max_rps));
  plan.named_scenarios = message.named_scenarios();
  plan.scenarios.clear();
  std::set<std::string> names;
  uint64_t vus = 0;
  for (const v1::Scenario& scenario : message.scenarios()) {
    const std::string path = Concat("plan.scenarios[", plan.scenarios.size(), "].");
    ASSIGN_OR_RETURN(plan.scenarios.emplace_back(), DecodeScenario(path, scenario));
    if (!names.insert(scenario.name()).second) {
      return WrongField(path + "name", Quoted(scenario.name()), "another name than the scenarios before");
    }
    vus += MaxVus(plan.scenarios.back().executor);
  }
  return vus <= kMaxVus ? absl::OkStatus()
                        : WrongField("plan.scenarios", Concat(vus, " VUs"), Concat("at most ", kMaxVus));
}

}  // namespace mockarty
