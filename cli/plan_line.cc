#include "cli/plan_line.h"

#include <algorithm>
#include <string_view>
#include <variant>

#include "common/base/concat.h"
#include "common/base/duration.h"

namespace mockarty {
namespace {

std::string Counted(uint64_t count, std::string_view noun) { return Concat(count, " ", noun, count == 1 ? "" : "s"); }

std::string Describe(const ConstantVusConfig& config) {
  return Concat(Counted(config.vus, "VU"), " for ", FormatDuration(config.duration));
}

std::string Describe(const SharedIterationsConfig& config) {
  std::string text = Concat(Counted(config.iterations, "iteration"), " over ", Counted(config.vus, "VU"));
  return config.max_duration.has_value() ? Concat(text, ", at most ", FormatDuration(*config.max_duration)) : text;
}

std::string Describe(const RampingVusConfig& config) {
  uint32_t low = config.start_vus;
  uint32_t high = config.start_vus;
  Nanos total = 0;
  for (const Stage& stage : config.stages) {
    low = std::min(low, stage.target);
    high = std::max(high, stage.target);
    total += stage.duration;
  }
  return Concat(low, " to ", Counted(high, "VU"), " in ", Counted(config.stages.size(), "stage"), ", ",
                FormatDuration(total), " in all");
}

std::string Describe(const PerVuIterationsConfig& config) {
  std::string text = Concat(Counted(config.iterations, "iteration"), " for each of ", Counted(config.vus, "VU"));
  return config.max_duration.has_value() ? Concat(text, ", at most ", FormatDuration(*config.max_duration)) : text;
}

// "50/s for 1m0s", "0 to 200/s in 3 stages, 2m0s in all"
std::string Describe(const RatePlan& rate) {
  const std::string unit = rate.time_unit == kNanosPerSecond ? "/s" : Concat(" per ", FormatDuration(rate.time_unit));
  uint64_t low = rate.start;
  uint64_t high = rate.start;
  Nanos total = 0;
  for (const RateStage& stage : rate.stages) {
    low = std::min(low, stage.target);
    high = std::max(high, stage.target);
    total += stage.duration;
  }
  if (low == high) {
    return total >= kMaxRunDuration ? Concat(high, unit) : Concat(high, unit, " for ", FormatDuration(total));
  }
  return Concat(low, " to ", high, unit, " in ", Counted(rate.stages.size(), "stage"), ", ", FormatDuration(total),
                " in all");
}

std::string Describe(const ArrivalRateConfig& config) {
  return Concat(config.arrivals == Arrivals::kPoisson ? "iterations at random, " : "iterations, ",
                Describe(config.rate), ", ", config.pre_allocated_vus, " to ", Counted(config.max_vus, "VU"));
}

std::string Describe(const RequestRateConfig& config) {
  const std::string end =
      config.iterations.has_value() ? Concat(", until ", Counted(*config.iterations, "iteration")) : "";
  return Concat("requests, ", Describe(config.rate), end, ", ", config.start_vus, " to ",
                Counted(config.max_vus, "VU"));
}

std::string Describe(const Scenario& scenario) {
  return std::visit([](const auto& config) { return Describe(config); }, scenario.executor);
}

}  // namespace

std::string DescribePlan(const TestPlan& plan) {
  if (plan.mode == RunMode::kFunctional) return "functional: 1 VU, 1 iteration";
  if (!plan.named_scenarios) return Describe(plan.scenarios.front());
  std::string text;
  constexpr size_t kShown = 5;
  for (size_t i = 0; i < std::min(kShown, plan.scenarios.size()); ++i) {
    const Scenario& scenario = plan.scenarios[i];
    text += Concat(i == 0 ? "" : "; ", scenario.name, ": ", Describe(scenario));
    if (scenario.start_time > 0) text += Concat(" from ", FormatDuration(scenario.start_time));
  }
  return plan.scenarios.size() > kShown ? Concat(text, "; and ", plan.scenarios.size() - kShown, " more") : text;
}

}  // namespace mockarty
