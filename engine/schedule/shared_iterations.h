// A fixed number of iterations that the VUs of all shards take from one pool.
#ifndef ENGINE_SCHEDULE_SHARED_ITERATIONS_H_
#define ENGINE_SCHEDULE_SHARED_ITERATIONS_H_

#include <algorithm>

#include "common/plan/test_plan.h"
#include "engine/schedule/iteration_pool.h"
#include "engine/schedule/vu_shard.h"

namespace mockarty {

class SharedIterationsShard final : public VuShard {
 public:
  // `pool` is that of the process and outlives the shard.
  SharedIterationsShard(const SharedIterationsConfig& config, Nanos graceful_stop, const ScenarioPart& part,
                        IterationPool* pool);

 private:
  Nanos NextChange() const override { return started_ ? kNever : 0; }
  void ApplyChange() override;
  bool PlanWants(uint32_t place, Nanos instant) const override;
  bool TakeFromPool(uint32_t, uint64_t* own) override { return pool_->Take(own); }
  double Progress(Nanos elapsed) const override {
    const double done =
        static_cast<double>(pool_->Taken()) / static_cast<double>(std::max<uint64_t>(1, pool_->total()));
    return std::max(done, VuShard::Progress(elapsed));
  }
  uint64_t IterationInTest(uint64_t own) const override { return pool_->InTest(own); }
  bool NoMoreStarts() const override { return started_; }

  IterationPool* const pool_;
  bool started_ = false;
};

}  // namespace mockarty

#endif  // ENGINE_SCHEDULE_SHARED_ITERATIONS_H_
