#include "engine/schedule/executor_factory.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "common/plan/ramp_profile.h"
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

uint32_t PlannedVus(const TestPlan& plan, Nanos elapsed) {
  if (const auto* ramping = std::get_if<RampingVusConfig>(&plan.executor)) {
    return RampProfile(*ramping).Target(elapsed);
  }
  std::optional<Nanos> duration = PlannedDuration(plan);
  bool within = elapsed >= 0 && (!duration.has_value() || elapsed < *duration);
  return within ? MaxVus(plan) : 0;
}

double RunFraction(const TestPlan& plan, Nanos elapsed, const IterationPool& pool) {
  double fraction = 0;
  std::optional<Nanos> duration = PlannedDuration(plan);
  if (duration.has_value() && *duration > 0) fraction = static_cast<double>(elapsed) / static_cast<double>(*duration);
  if (pool.total() > 0) {
    fraction = std::max(fraction, static_cast<double>(pool.Taken()) / static_cast<double>(pool.total()));
  }
  return std::clamp(fraction, 0.0, 1.0);
}

}  // namespace mockarty
