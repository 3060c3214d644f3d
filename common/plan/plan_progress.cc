#include "common/plan/plan_progress.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "common/plan/ramp_profile.h"
#include "common/plan/rate_profile.h"

namespace mockarty {
namespace {

uint32_t PlannedVus(const ExecutorConfig& executor, Nanos elapsed) {
  if (const auto* ramping = std::get_if<RampingVusConfig>(&executor)) {
    return RampProfile(*ramping).Target(elapsed);
  }
  const std::optional<Nanos> duration = PlannedDuration(executor);
  const bool within = elapsed >= 0 && (!duration.has_value() || elapsed < *duration);
  return within ? InitialVus(executor) : 0;
}

const RatePlan* RateOf(const ExecutorConfig& executor) {
  if (const auto* arrivals = std::get_if<ArrivalRateConfig>(&executor)) return &arrivals->rate;
  if (const auto* requests = std::get_if<RequestRateConfig>(&executor)) return &requests->rate;
  return nullptr;
}

}  // namespace

uint32_t PlannedVus(const TestPlan& plan, Nanos elapsed) {
  uint64_t vus = 0;
  for (const Scenario& scenario : plan.scenarios) {
    vus += PlannedVus(scenario.executor, elapsed - scenario.start_time);
  }
  return static_cast<uint32_t>(std::min<uint64_t>(vus, kMaxVus));
}

std::optional<double> PlannedRate(const TestPlan& plan, Nanos elapsed) {
  std::optional<double> sum;
  for (const Scenario& scenario : plan.scenarios) {
    if (const RatePlan* rate = RateOf(scenario.executor)) {
      sum = sum.value_or(0) + RateProfile(*rate).RateAt(elapsed - scenario.start_time);
    }
  }
  return sum;
}

double HighestRate(const TestPlan& plan) {
  double sum = 0;
  for (const Scenario& scenario : plan.scenarios) {
    if (const RatePlan* rate = RateOf(scenario.executor)) sum += RateProfile(*rate).HighestRate();
  }
  return sum;
}

double RunFraction(const TestPlan& plan, Nanos elapsed, uint64_t iterations_done) {
  double fraction = 0;
  const std::optional<Nanos> duration = PlannedDuration(plan);
  if (duration.has_value() && *duration > 0) fraction = static_cast<double>(elapsed) / static_cast<double>(*duration);
  // Iterations are counted for all scenarios together.
  uint64_t counted = 0;
  for (const Scenario& scenario : plan.scenarios) {
    const std::optional<uint64_t> iterations =
        RateOf(scenario.executor) != nullptr && PlannedDuration(scenario.executor).has_value()
            ? std::nullopt
            : PlannedIterations(scenario.executor);
    if (!iterations.has_value()) return std::clamp(fraction, 0.0, 1.0);
    counted += *iterations;
  }
  if (counted > 0) fraction = std::max(fraction, static_cast<double>(iterations_done) / static_cast<double>(counted));
  return std::clamp(fraction, 0.0, 1.0);
}

}  // namespace mockarty
