// A fixed number of VUs that iterate until the time is up.
#ifndef ENGINE_SCHEDULE_CONSTANT_VUS_H_
#define ENGINE_SCHEDULE_CONSTANT_VUS_H_

#include "common/plan/test_plan.h"
#include "engine/schedule/vu_shard.h"

namespace mockarty {

class ConstantVusShard final : public VuShard {
 public:
  ConstantVusShard(const ConstantVusConfig& config, Nanos graceful_stop, const ScenarioPart& part);

 private:
  Nanos NextChange() const override { return started_ ? kNever : 0; }
  void ApplyChange() override;
  bool PlanWants(uint32_t place, Nanos instant) const override;
  bool NoMoreStarts() const override { return started_; }

  bool started_ = false;
};

}  // namespace mockarty

#endif  // ENGINE_SCHEDULE_CONSTANT_VUS_H_
