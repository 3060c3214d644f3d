// mockarty-runner: the daemon, and, started by itself, the worker process of one task.
#include "engine/task/task_worker.h"
#include "runner/daemon.h"

int main(int argc, char** argv) {
  if (mockarty::IsTaskWorker(argc, argv)) return mockarty::RunTaskWorker();
  return mockarty::RunRunner(argc, argv);
}
