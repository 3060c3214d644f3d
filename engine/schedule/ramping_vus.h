// A number of VUs that follows the stages of a RampProfile.
//
// The instant of each start and stop is computed, none is polled for: the shard stands at one segment of the profile
// and at one number of its own VUs, and the next of them to come or go has one instant (RampProfile::ChangeInstant).
#ifndef ENGINE_SCHEDULE_RAMPING_VUS_H_
#define ENGINE_SCHEDULE_RAMPING_VUS_H_

#include "common/plan/ramp_profile.h"
#include "common/plan/test_plan.h"
#include "engine/schedule/vu_shard.h"

namespace mockarty {

class RampingVusShard final : public VuShard {
 public:
  RampingVusShard(const RampingVusConfig& config, Nanos graceful_stop, Nanos graceful_ramp_down,
                  const ScenarioPart& part);

 private:
  RampingVusShard(RampProfile profile, Nanos graceful_stop, Nanos graceful_ramp_down, const ScenarioPart& part);

  Nanos NextChange() const override { return next_change_; }
  void ApplyChange() override;
  bool PlanWants(uint32_t place, Nanos instant) const override;
  bool NoMoreStarts() const override { return false; }

  void GoTo(uint32_t level, Nanos instant);
  void FindNextChange();

  const RampProfile profile_;
  size_t segment_ = 0;  // the one that is running or, while `entered_` is false, begins next
  bool entered_ = false;
  uint32_t level_ = 0;  // own VUs that are wanted: places 0..level_-1
  Nanos next_change_ = 0;
};

}  // namespace mockarty

#endif  // ENGINE_SCHEDULE_RAMPING_VUS_H_
