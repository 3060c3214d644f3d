// A load in the worker process: from TaskSetup to TaskFinished.
#ifndef ENGINE_TASK_TASK_LOAD_H_
#define ENGINE_TASK_TASK_LOAD_H_

#include <optional>

#include "engine/task/console_batch.h"
#include "engine/task/worker_channel.h"
#include "engine/vu/script_verdict.h"
#include "mockarty/v1/task.pb.h"

namespace mockarty {

// Blocks until the load is over and all has been sent: TaskReady, TaskStarted, a TaskWindow a second, TaskFinished. A
// TaskReady with a failure is the last word.
void RunTaskLoad(const v1::TaskSetup& setup, WorkerChannel& channel, ConsoleBatch& console);

// Nullopt when the task was stopped before it began.
std::optional<v1::TaskStart> AwaitStart(WorkerChannel& channel);

// What the script said of its test, if anything.
void FillVerdict(const ScriptVerdict::Value& verdict, v1::TaskFinished* out);

// Sends what console lines wait.
void SendConsole(ConsoleBatch& console, WorkerChannel& channel);

}  // namespace mockarty

#endif  // ENGINE_TASK_TASK_LOAD_H_
