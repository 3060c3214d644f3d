// The other side of TaskProcess: what the worker process runs instead of the daemon's own main().
#ifndef ENGINE_TASK_TASK_WORKER_H_
#define ENGINE_TASK_TASK_WORKER_H_

namespace mockarty {

// True when the process was started by TaskProcess (argv[1] is kTaskWorkerArgument).
bool IsTaskWorker(int argc, const char* const* argv);

// Speaks TaskCommand/TaskEvent over descriptor 3 until its task is over or the daemon is gone; an exit code.
int RunTaskWorker();

}  // namespace mockarty

#endif  // ENGINE_TASK_TASK_WORKER_H_
