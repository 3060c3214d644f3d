// A plan's executor -> the shard of one worker.
#ifndef ENGINE_SCHEDULE_EXECUTOR_FACTORY_H_
#define ENGINE_SCHEDULE_EXECUTOR_FACTORY_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "common/plan/segment.h"
#include "common/plan/test_plan.h"
#include "engine/schedule/executor_shard.h"
#include "engine/schedule/iteration_pool.h"

namespace mockarty {

// The pool that all shards of a process share; empty of use, but there, where the plan counts no iterations.
// `iterations` are those of this process; without it all of the plan.
std::unique_ptr<IterationPool> MakeIterationPool(const TestPlan& plan, std::optional<uint64_t> iterations = {});

// The shard of the VUs in `segment`; the run has MaxVus(plan) VUs. `pool` outlives the shard.
std::unique_ptr<ExecutorShard> MakeExecutorShard(const TestPlan& plan, const Segment& segment, IterationPool* pool);

}  // namespace mockarty

#endif  // ENGINE_SCHEDULE_EXECUTOR_FACTORY_H_
