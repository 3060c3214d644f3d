#include "common/plan/test_plan.h"

#include "common/plan/ramp_profile.h"

namespace mockarty {

uint32_t MaxVus(const TestPlan& plan) {
  if (const auto* constant = std::get_if<ConstantVusConfig>(&plan.executor)) return constant->vus;
  if (const auto* shared = std::get_if<SharedIterationsConfig>(&plan.executor)) return shared->vus;
  return RampProfile(std::get<RampingVusConfig>(plan.executor)).max_vus();
}

std::optional<Nanos> PlannedDuration(const TestPlan& plan) {
  if (const auto* constant = std::get_if<ConstantVusConfig>(&plan.executor)) return constant->duration;
  if (const auto* shared = std::get_if<SharedIterationsConfig>(&plan.executor)) return shared->max_duration;
  return RampProfile(std::get<RampingVusConfig>(plan.executor)).duration();
}

}  // namespace mockarty
