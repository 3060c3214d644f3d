// Has scripts converted and checked in worker processes: a hostile one ends its process and nothing else.
//
// Threads: Inspect() and `post`-ed answers on the core's thread; one loop of its own looks after the processes.
#ifndef COORDINATOR_LOCAL_PROCESS_INSPECTOR_H_
#define COORDINATOR_LOCAL_PROCESS_INSPECTOR_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "common/time/clock.h"
#include "coordinator/run/coordinator.h"

namespace mockarty {

struct ProcessInspectorOptions {
  std::string executable;  // empty: this process's own
  Nanos timeout = 90 * kNanosPerSecond;
  size_t max_processes = 2;
  size_t max_waiting_bytes = 1u << 30;     // scripts that wait for a process; past them Inspect() fails at once
  Nanos cache_for = 60 * kNanosPerSecond;  // a good answer serves the same request again
  size_t max_cached_bytes = 64u << 20;
};

class ProcessInspector final : public ScriptInspector {
 public:
  // `post` hands a function to the core's thread.
  ProcessInspector(const ProcessInspectorOptions& options, std::function<void(std::function<void()>)> post);
  // Kills what runs; what was not answered is not answered any more.
  ~ProcessInspector() override;

  void Inspect(const v1::TaskInspect& request, std::function<void(v1::TaskInspection)> done) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mockarty

#endif  // COORDINATOR_LOCAL_PROCESS_INSPECTOR_H_
