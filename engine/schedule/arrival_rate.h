// Iterations at a rate (constant-arrival-rate, ramping-arrival-rate): what finds no free VU is dropped at once, and a
// VU more is made, up to the scenario's most.
#ifndef ENGINE_SCHEDULE_ARRIVAL_RATE_H_
#define ENGINE_SCHEDULE_ARRIVAL_RATE_H_

#include <cstdint>

#include "common/plan/arrival_schedule.h"
#include "common/plan/test_plan.h"
#include "engine/schedule/arrival_shard.h"

namespace mockarty {

class ArrivalRateShard final : public ArrivalShard {
 public:
  ArrivalRateShard(const ArrivalRateConfig& config, Nanos graceful_stop, const ScenarioPart& part);

 private:
  Nanos NextDue() override { return schedule_.Due(part_.Iteration(number_)); }
  void OnBegun() override { ++number_; }
  void OnPassedOver() override { ++number_; }
  void OnStarved(bool dropped) override;

  ArrivalSchedule schedule_;
  uint64_t number_ = 0;  // of the next, among those of this part
};

}  // namespace mockarty

#endif  // ENGINE_SCHEDULE_ARRIVAL_RATE_H_
