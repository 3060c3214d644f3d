// mockarty-coordinator: the daemon, and, started by itself, the worker process of one task.
#include "coordinator/coordinator_main.h"
#include "coordinator/store_backend.h"
#include "engine/task/task_worker.h"

int main(int argc, char** argv) {
  if (mockarty::IsTaskWorker(argc, argv)) return mockarty::RunTaskWorker();
  mockarty::StoreBackend backend;
  return mockarty::CoordinatorMain(argc, argv, backend);
}
