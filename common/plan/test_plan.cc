#include "common/plan/test_plan.h"

#include <algorithm>

#include "common/plan/ramp_profile.h"
#include "common/plan/rate_profile.h"

namespace mockarty {
namespace {

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

Nanos LengthOf(const RatePlan& rate) {
  Nanos length = 0;
  for (const RateStage& stage : rate.stages) length += stage.duration;
  return length;
}

}  // namespace

uint32_t MaxVus(const ExecutorConfig& executor) {
  return std::visit(Overloaded{
                        [](const ConstantVusConfig& config) { return config.vus; },
                        [](const SharedIterationsConfig& config) { return config.vus; },
                        [](const RampingVusConfig& config) { return RampProfile(config).max_vus(); },
                        [](const PerVuIterationsConfig& config) { return config.vus; },
                        [](const ArrivalRateConfig& config) { return config.max_vus; },
                        [](const RequestRateConfig& config) { return config.max_vus; },
                    },
                    executor);
}

uint32_t InitialVus(const ExecutorConfig& executor) {
  if (const auto* arrivals = std::get_if<ArrivalRateConfig>(&executor)) return arrivals->pre_allocated_vus;
  if (const auto* requests = std::get_if<RequestRateConfig>(&executor)) return requests->start_vus;
  return MaxVus(executor);
}

uint32_t MaxVus(const TestPlan& plan) {
  uint64_t vus = 0;
  for (const Scenario& scenario : plan.scenarios) vus += MaxVus(scenario.executor);
  return static_cast<uint32_t>(std::min<uint64_t>(vus, kMaxVus));
}

std::string_view ExecutorName(const ExecutorConfig& executor) {
  return std::visit(Overloaded{
                        [](const ConstantVusConfig&) { return "constant-vus"; },
                        [](const SharedIterationsConfig&) { return "shared-iterations"; },
                        [](const RampingVusConfig&) { return "ramping-vus"; },
                        [](const PerVuIterationsConfig&) { return "per-vu-iterations"; },
                        [](const ArrivalRateConfig& config) {
                          return config.ramping ? "ramping-arrival-rate" : "constant-arrival-rate";
                        },
                        [](const RequestRateConfig&) { return "request-rate"; },
                    },
                    executor);
}

std::optional<Nanos> PlannedDuration(const ExecutorConfig& executor) {
  using Result = std::optional<Nanos>;
  return std::visit(Overloaded{
                        [](const ConstantVusConfig& config) -> Result { return config.duration; },
                        [](const SharedIterationsConfig& config) -> Result { return config.max_duration; },
                        [](const RampingVusConfig& config) -> Result { return RampProfile(config).duration(); },
                        [](const PerVuIterationsConfig& config) -> Result { return config.max_duration; },
                        [](const ArrivalRateConfig& config) -> Result { return LengthOf(config.rate); },
                        [](const RequestRateConfig& config) -> Result {
                          const Nanos length = LengthOf(config.rate);
                          return config.iterations.has_value() && length >= kMaxRunDuration ? Result() : Result(length);
                        },
                    },
                    executor);
}

std::optional<Nanos> PlannedDuration(const TestPlan& plan) {
  Nanos end = 0;
  for (const Scenario& scenario : plan.scenarios) {
    const std::optional<Nanos> length = PlannedDuration(scenario.executor);
    if (!length.has_value()) return std::nullopt;
    end = std::max(end, scenario.start_time + *length);
  }
  return end;
}

Nanos GracefulStop(const TestPlan& plan) {
  Nanos longest = 0;
  for (const Scenario& scenario : plan.scenarios) longest = std::max(longest, scenario.graceful_stop);
  return longest;
}

std::optional<uint64_t> PlannedIterations(const ExecutorConfig& executor) {
  if (const auto* shared = std::get_if<SharedIterationsConfig>(&executor)) return shared->iterations;
  if (const auto* each = std::get_if<PerVuIterationsConfig>(&executor)) return each->iterations * each->vus;
  if (const auto* arrivals = std::get_if<ArrivalRateConfig>(&executor)) return RateProfile(arrivals->rate).Total();
  if (const auto* requests = std::get_if<RequestRateConfig>(&executor)) return requests->iterations;
  return std::nullopt;
}

}  // namespace mockarty
