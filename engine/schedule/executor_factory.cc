#include "engine/schedule/executor_factory.h"

#include <variant>

#include "engine/schedule/constant_vus.h"
#include "engine/schedule/ramping_vus.h"
#include "engine/schedule/shared_iterations.h"

namespace mockarty {

std::unique_ptr<IterationPool> MakeIterationPool(const TestPlan& plan, std::optional<uint64_t> iterations) {
  const auto* shared = std::get_if<SharedIterationsConfig>(&plan.executor);
  return std::make_unique<IterationPool>(shared == nullptr ? 0 : iterations.value_or(shared->iterations));
}

std::unique_ptr<ExecutorShard> MakeExecutorShard(const TestPlan& plan, const Segment& segment, IterationPool* pool) {
  if (const auto* constant = std::get_if<ConstantVusConfig>(&plan.executor)) {
    return std::make_unique<ConstantVusShard>(*constant, plan.graceful_stop, segment);
  }
  if (const auto* shared = std::get_if<SharedIterationsConfig>(&plan.executor)) {
    return std::make_unique<SharedIterationsShard>(*shared, plan.graceful_stop, segment, pool);
  }
  return std::make_unique<RampingVusShard>(std::get<RampingVusConfig>(plan.executor), plan.graceful_stop,
                                           plan.graceful_ramp_down, segment);
}

}  // namespace mockarty
