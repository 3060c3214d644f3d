#include "common/plan/plan_progress.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "common/plan/ramp_profile.h"

namespace mockarty {

uint32_t PlannedVus(const TestPlan& plan, Nanos elapsed) {
  if (const auto* ramping = std::get_if<RampingVusConfig>(&plan.executor)) {
    return RampProfile(*ramping).Target(elapsed);
  }
  std::optional<Nanos> duration = PlannedDuration(plan);
  bool within = elapsed >= 0 && (!duration.has_value() || elapsed < *duration);
  return within ? MaxVus(plan) : 0;
}

double RunFraction(const TestPlan& plan, Nanos elapsed, uint64_t iterations_done) {
  double fraction = 0;
  std::optional<Nanos> duration = PlannedDuration(plan);
  if (duration.has_value() && *duration > 0) fraction = static_cast<double>(elapsed) / static_cast<double>(*duration);
  if (const auto* shared = std::get_if<SharedIterationsConfig>(&plan.executor)) {
    fraction = std::max(fraction, static_cast<double>(iterations_done) / static_cast<double>(shared->iterations));
  }
  return std::clamp(fraction, 0.0, 1.0);
}

}  // namespace mockarty
