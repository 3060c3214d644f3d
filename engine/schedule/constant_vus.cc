#include "engine/schedule/constant_vus.h"

namespace mockarty {

ConstantVusShard::ConstantVusShard(const ConstantVusConfig& config, Nanos graceful_stop, const ScenarioPart& part)
    : VuShard(part, config.duration, {graceful_stop, 0}) {}

void ConstantVusShard::ApplyChange() {
  started_ = true;
  for (uint32_t i = 0; i < size(); ++i) Want(i);
}

bool ConstantVusShard::PlanWants(uint32_t, Nanos instant) const { return instant >= 0; }

}  // namespace mockarty
