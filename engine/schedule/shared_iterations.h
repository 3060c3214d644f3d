// A fixed number of iterations that the VUs of all shards take from one pool.
#ifndef ENGINE_SCHEDULE_SHARED_ITERATIONS_H_
#define ENGINE_SCHEDULE_SHARED_ITERATIONS_H_

#include "common/plan/test_plan.h"
#include "engine/schedule/executor_shard.h"
#include "engine/schedule/iteration_pool.h"

namespace mockarty {

class SharedIterationsShard final : public ExecutorShard {
 public:
  // `pool` is that of the process and outlives the shard.
  SharedIterationsShard(const SharedIterationsConfig& config, Nanos graceful_stop, const Segment& segment,
                        IterationPool* pool);

 private:
  Nanos NextChange() const override { return started_ ? kNever : 0; }
  void ApplyChange() override;
  bool PlanWants(uint32_t place, Nanos instant) const override;
  bool TakeFromPool() override { return pool_->Take(); }
  bool NoMoreStarts() const override { return started_; }

  IterationPool* const pool_;
  bool started_ = false;
};

}  // namespace mockarty

#endif  // ENGINE_SCHEDULE_SHARED_ITERATIONS_H_
