// A scenario's executor -> the shard of one worker.
#ifndef ENGINE_SCHEDULE_EXECUTOR_FACTORY_H_
#define ENGINE_SCHEDULE_EXECUTOR_FACTORY_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "common/plan/scenario_part.h"
#include "common/plan/segment.h"
#include "common/plan/test_plan.h"
#include "engine/schedule/executor_shard.h"
#include "engine/schedule/iteration_pool.h"

namespace mockarty {

// What of each of the plan's scenarios falls to a segment of the run's VUs.
std::vector<ScenarioPart> DividePlan(const TestPlan& plan, const Segment& segment);

// The pool that all shards of a process share; empty of use, but there, where the scenario counts no iterations. `part`
// is the process's; `done` are those of its share that another process ran.
std::unique_ptr<IterationPool> MakeIterationPool(const Scenario& scenario, const ScenarioPart& part, uint64_t done = 0);

// The shard of the VUs in `part`. `pool` outlives the shard; null, where no iterations are shared: none was done
// before.
std::unique_ptr<ExecutorShard> MakeExecutorShard(const Scenario& scenario, const ScenarioPart& part,
                                                 IterationPool* pool);

}  // namespace mockarty

#endif  // ENGINE_SCHEDULE_EXECUTOR_FACTORY_H_
