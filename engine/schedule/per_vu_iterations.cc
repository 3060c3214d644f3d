#include "engine/schedule/per_vu_iterations.h"

#include <algorithm>

namespace mockarty {

PerVuIterationsShard::PerVuIterationsShard(const PerVuIterationsConfig& config, Nanos graceful_stop,
                                           const ScenarioPart& part, const IterationPool* before)
    : VuShard(part, config.max_duration.value_or(kNever), {graceful_stop, 0}),
      iterations_(config.iterations),
      taken_(part.own()) {
  for (uint32_t i = 0; before != nullptr && i < part.own(); ++i) {
    taken_[i] = std::min(iterations_, before->DoneBefore(part.Index(i)));
  }
}

void PerVuIterationsShard::ApplyChange() {
  started_ = true;
  for (uint32_t i = 0; i < size(); ++i) Want(i);
}

bool PerVuIterationsShard::PlanWants(uint32_t, Nanos instant) const { return instant >= 0; }

bool PerVuIterationsShard::TakeFromPool(uint32_t place, uint64_t* own) {
  if (taken_[place] == iterations_) return false;
  *own = taken_[place]++ * size() + place;
  return true;
}

}  // namespace mockarty
