#include "coordinator/run/part_left.h"

#include <optional>
#include <variant>

#include "common/plan/scenario_part.h"

namespace mockarty {
namespace {

// Unset: it ends otherwise.
std::optional<uint64_t> IterationsOf(const ExecutorConfig& executor, const ScenarioPart& part) {
  if (const auto* shared = std::get_if<SharedIterationsConfig>(&executor)) {
    return part.Iterations(shared->iterations);
  }
  if (const auto* each = std::get_if<PerVuIterationsConfig>(&executor)) {
    uint64_t all;
    return __builtin_mul_overflow(each->iterations, uint64_t{part.own()}, &all) ? UINT64_MAX : all;
  }
  if (const auto* requests = std::get_if<RequestRateConfig>(&executor); requests != nullptr && requests->iterations) {
    return part.Iterations(*requests->iterations);
  }
  return std::nullopt;
}

}  // namespace

bool NothingLeft(const TestPlan& plan, const Segment& segment, std::span<const uint64_t> done) {
  uint64_t first = 0;
  for (size_t i = 0; i < plan.scenarios.size(); ++i) {
    const ExecutorConfig& executor = plan.scenarios[i].executor;
    const uint32_t vus = MaxVus(executor);
    const std::optional<uint64_t> all = IterationsOf(executor, ScenarioPart(segment, vus, first));
    if (!all.has_value() || i >= done.size() || done[i] < *all) {
      return false;
    }
    first += vus;
  }
  return true;
}

}  // namespace mockarty
