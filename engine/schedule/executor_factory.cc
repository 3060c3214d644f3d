#include "engine/schedule/executor_factory.h"

#include <variant>

#include "engine/schedule/arrival_rate.h"
#include "engine/schedule/constant_vus.h"
#include "engine/schedule/per_vu_iterations.h"
#include "engine/schedule/ramping_vus.h"
#include "engine/schedule/request_rate.h"
#include "engine/schedule/shared_iterations.h"

namespace mockarty {

std::vector<ScenarioPart> DividePlan(const TestPlan& plan, const Segment& segment) {
  std::vector<ScenarioPart> parts;
  uint64_t first = 0;
  for (const Scenario& scenario : plan.scenarios) {
    const uint32_t vus = MaxVus(scenario.executor);
    parts.emplace_back(segment, vus, first);
    first += vus;
  }
  return parts;
}

std::unique_ptr<IterationPool> MakeIterationPool(const Scenario& scenario, const ScenarioPart& part, uint64_t done) {
  const auto* shared = std::get_if<SharedIterationsConfig>(&scenario.executor);
  return std::make_unique<IterationPool>(part, shared == nullptr ? 0 : shared->iterations, done);
}

std::unique_ptr<ExecutorShard> MakeExecutorShard(const Scenario& scenario, const ScenarioPart& part,
                                                 IterationPool* pool) {
  const Nanos graceful_stop = scenario.graceful_stop;
  if (const auto* constant = std::get_if<ConstantVusConfig>(&scenario.executor)) {
    return std::make_unique<ConstantVusShard>(*constant, graceful_stop, part);
  }
  if (const auto* shared = std::get_if<SharedIterationsConfig>(&scenario.executor)) {
    return std::make_unique<SharedIterationsShard>(*shared, graceful_stop, part, pool);
  }
  if (const auto* each = std::get_if<PerVuIterationsConfig>(&scenario.executor)) {
    return std::make_unique<PerVuIterationsShard>(*each, graceful_stop, part, pool);
  }
  if (const auto* arrivals = std::get_if<ArrivalRateConfig>(&scenario.executor)) {
    return std::make_unique<ArrivalRateShard>(*arrivals, graceful_stop, part);
  }
  if (const auto* requests = std::get_if<RequestRateConfig>(&scenario.executor)) {
    return std::make_unique<RequestRateShard>(*requests, graceful_stop, part, pool);
  }
  return std::make_unique<RampingVusShard>(std::get<RampingVusConfig>(scenario.executor), graceful_stop,
                                           scenario.graceful_ramp_down, part);
}

}  // namespace mockarty
