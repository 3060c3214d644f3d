// One worker thread of a run: a loop, a collector, and the virtual users pinned to it.
//
// Threads: the public methods may be called from any thread; the callbacks of WorkerEvents come on the worker's own.
#ifndef ENGINE_RUN_WORKER_H_
#define ENGINE_RUN_WORKER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/metrics/window.h"
#include "common/plan/test_plan.h"
#include "common/time/clock.h"
#include "engine/collect/collector.h"
#include "engine/schedule/executor_shard.h"
#include "engine/vu/loop.h"
#include "engine/vu/script_vu.h"

namespace mockarty {

struct WorkerEvents {
  // All VUs are made and wait, or what went wrong first. Once.
  std::function<void(const absl::Status&)> on_ready;
  // The load has begun on this worker, at the instant. Once.
  std::function<void(Nanos now)> on_started;
  // What was measured since the last one, and how late the timer came that says so; once a second and once at the end.
  std::function<void(Window, Nanos loop_lag)> on_window;
  std::function<void(uint32_t vu, const ScriptError&)> on_script_error;
  // A virtual user that was wanted during the load could not be made; no more of its scenario are.
  std::function<void(uint32_t vu, const absl::Status&)> on_vu_failed;
  // All VUs of this worker are idle for good; the last window has been handed out. Once, if Begin() was called.
  std::function<void()> on_done;
};

// What of a scenario runs on this worker.
struct WorkerScenario {
  const Scenario* config = nullptr;
  ScenarioPart process_part;
  std::unique_ptr<ExecutorShard> shard;
};

struct WorkerOptions {
  bool tag_scenarios = false;  // samples carry the name of their scenario
  const Program* program = nullptr;
  HeapEnvironment environment;
  const RunSettings* settings = nullptr;
  CollectorOptions collector;
  const HttpTransport* http_transport = nullptr;
  WorkerCounters* counters = nullptr;
};

class Worker {
 public:
  // All that the options and scenarios point to outlives the worker's thread.
  static absl::StatusOr<std::unique_ptr<Worker>> Create(const WorkerOptions& options,
                                                        std::vector<WorkerScenario> scenarios, WorkerEvents events);
  // Ends the thread: as Abandon() and Join().
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Starts the thread, which makes its VUs.
  void Launch();
  // After on_ready(OK): the load starts at `start`, which may lie in the past. `joined`: ExecutorShard::Begin().
  void Begin(Nanos start, Nanos joined);
  // Graceful: iterations under way may finish.
  void Stop();
  // Everything under way is interrupted.
  void StopNow();
  // Ends without a load, or after it.
  void Abandon();
  void Join();

 private:
  struct Lane {
    const Scenario* config = nullptr;
    std::unique_ptr<ExecutorShard> shard;
    VuScenario scenario;
    std::vector<std::unique_ptr<ScriptVu>> vus;  // by place
    size_t attached = 0;                         // of them, the first ones
    size_t end = SIZE_MAX;                       // the place of the first that could not be made: no more are made
  };

  Worker(const WorkerOptions& options, std::vector<WorkerScenario> scenarios, WorkerEvents events,
         std::unique_ptr<Loop> loop);

  void Run();
  TagSetId TagsOf(const Scenario& scenario);
  Lane* NextToMake();
  bool AllWaiting() const;
  void PrepareNext();
  void AttachPrepared(Lane& lane);
  void OnPrepared(Lane& lane, size_t place, const absl::Status& status);
  void OnFailed(Lane& lane, size_t place, const absl::Status& status);
  Nanos Advance(Nanos now);
  bool Done() const;
  bool AllFinished() const;
  void OnTurn();
  void ArmExecutorTimer(Nanos due);
  void Flush(Nanos now, Nanos loop_lag);
  void QuitVus();
  static void OnFlushTimer(Timer& timer, void* self);

  const WorkerOptions options_;
  std::vector<Lane> lanes_;
  WorkerEvents events_;
  std::unique_ptr<Loop> loop_;
  Timer executor_timer_;
  Timer flush_timer_;
  std::unique_ptr<Collector> collector_;
  VuShared shared_;
  std::thread thread_;
  bool ready_ = false;  // on_ready has been called
  // Virtual users whose init stage is under way.
  std::vector<ScriptVu*> making_;
  bool failed_ = false;  // one of them, before all were ready
  Nanos start_ = 0;
  bool begun_ = false;
  bool started_ = false;  // the start has come
  bool done_ = false;
  bool quitting_ = false;
  int64_t shown_vus_ = -1;
};

}  // namespace mockarty

#endif  // ENGINE_RUN_WORKER_H_
