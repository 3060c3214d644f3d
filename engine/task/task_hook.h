// A task that is one call of setup() or teardown(): the same talk with the daemon as a load's, with one window.
#ifndef ENGINE_TASK_TASK_HOOK_H_
#define ENGINE_TASK_TASK_HOOK_H_

#include "engine/task/console_batch.h"
#include "engine/task/worker_channel.h"
#include "mockarty/v1/task.pb.h"

namespace mockarty {

// Blocks until the call is over. What it measured lies before the start of the run, so that it counts and is no part of
// the load's timeline.
void RunTaskHook(const v1::TaskSetup& setup, WorkerChannel& channel, ConsoleBatch& console);

}  // namespace mockarty

#endif  // ENGINE_TASK_TASK_HOOK_H_
