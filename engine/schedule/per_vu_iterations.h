// Each VU runs the same number of iterations.
#ifndef ENGINE_SCHEDULE_PER_VU_ITERATIONS_H_
#define ENGINE_SCHEDULE_PER_VU_ITERATIONS_H_

#include <cstdint>
#include <vector>

#include "common/plan/test_plan.h"
#include "engine/schedule/iteration_pool.h"
#include "engine/schedule/vu_shard.h"

namespace mockarty {

class PerVuIterationsShard final : public VuShard {
 public:
  // `before`: knows what each VU did in another process; null: nothing.
  PerVuIterationsShard(const PerVuIterationsConfig& config, Nanos graceful_stop, const ScenarioPart& part,
                       const IterationPool* before);

 private:
  Nanos NextChange() const override { return started_ ? kNever : 0; }
  void ApplyChange() override;
  bool PlanWants(uint32_t place, Nanos instant) const override;
  bool TakeFromPool(uint32_t place, uint64_t* own) override;
  bool NoMoreStarts() const override { return started_; }

  const uint64_t iterations_;  // of one VU
  std::vector<uint64_t> taken_;
  bool started_ = false;
};

}  // namespace mockarty

#endif  // ENGINE_SCHEDULE_PER_VU_ITERATIONS_H_
