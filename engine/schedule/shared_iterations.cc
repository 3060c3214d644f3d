#include "engine/schedule/shared_iterations.h"

namespace mockarty {

SharedIterationsShard::SharedIterationsShard(const SharedIterationsConfig& config, Nanos graceful_stop,
                                             const ScenarioPart& part, IterationPool* pool)
    : VuShard(part, config.max_duration.value_or(kNever), {graceful_stop, 0}), pool_(pool) {}

void SharedIterationsShard::ApplyChange() {
  started_ = true;
  for (uint32_t i = 0; i < size(); ++i) Want(i);
}

bool SharedIterationsShard::PlanWants(uint32_t, Nanos instant) const { return instant >= 0; }

}  // namespace mockarty
