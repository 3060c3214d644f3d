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

}  // namespace

std::string DescribePlan(const TestPlan& plan) {
  if (plan.mode == RunMode::kFunctional) return "functional: 1 VU, 1 iteration";
  return std::visit([](const auto& config) { return Describe(config); }, plan.executor);
}

}  // namespace mockarty
