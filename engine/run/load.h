// One process's part of a run: worker threads with their virtual users, prepared first, then set going at an instant.
// The same for a local run, which is the whole, and for the task of a runner.
//
// Use: Prepare(), Begin(), then Wait() until it answers true.
// Threads: Stop() and Wake() may be called from any thread at any time; everything else from one.
#ifndef ENGINE_RUN_LOAD_H_
#define ENGINE_RUN_LOAD_H_

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/metrics/registry.h"
#include "common/metrics/window.h"
#include "common/plan/scenario_part.h"
#include "common/plan/segment.h"
#include "common/plan/test_plan.h"
#include "common/time/clock.h"
#include "engine/run/worker.h"
#include "engine/schedule/iteration_pool.h"
#include "engine/script/program.h"
#include "engine/vu/script_verdict.h"
#include "engine/vu/shared_arrays.h"
#include "engine/vu/vu_context.h"

namespace mockarty {

class DnsResolver;
class HttpTransport;
class RequestGate;
struct InstanceCounters;
class ScriptErrorLog;

struct LoadSpec {
  std::shared_ptr<const Program> program;
  TestPlan plan;  // of the whole run
  std::vector<std::pair<std::string, std::string>> environment;
  Segment segment;                              // the VUs of this process, of all scenarios
  std::vector<uint64_t> done;                   // iterations of its share in each scenario that another process ran
  uint32_t workers = 0;                         // threads; 0: one a core. Never more than VUs
  SourceId source_base = 0;                     // windows of thread i (from 1) have the source source_base + i
  std::string in_process_answer;                // see HttpClientOptions; for benchmarks
  ConsoleSink* console = nullptr;               // outlives the load; null: dropped
  const Secrets* secrets = nullptr;             // outlives the load; null: none
  MetricRegistry* registry = nullptr;           // outlives the load
  std::shared_ptr<SharedArrays> shared_arrays;  // what an init stage in this process has made already; may be null
};

// A window of one worker thread, on the monotonic clock.
struct LoadWindow {
  Window window;
  Nanos loop_lag = 0;  // how late the thread's loop was with its timer
};

class Load {
 public:
  explicit Load(LoadSpec spec);
  ~Load();  // as End()
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  // Makes the workers and their virtual users; blocks until all wait for the start. Aborted: the script threw in a
  // virtual user's init stage. Cancelled: Stop() was called meanwhile.
  absl::Status Prepare();

  // What setup() returned, as JSON: the argument of every iteration's function. Before Begin(), once.
  void SetSetupData(std::optional<std::string> json) { settings_.setup_data = std::move(json); }

  // What the script said of its test so far. Abort() has stopped the load.
  ScriptVerdict::Value Verdict() const { return verdict_.Get(); }
  ScriptVerdict* MutableVerdict() { return &verdict_; }  // for setup() and teardown()

  // Once, after Prepare(). May lie in the past: the part of a lost runner catches up.
  void Begin(Nanos start);

  // Waits for news, at most until the instant, and appends the windows that came since the last call, those of a worker
  // in order. True when all workers are done and their last windows have been handed out.
  bool Wait(Nanos until, std::vector<LoadWindow>* windows);
  // Makes one Wait(), this or the next, return at once.
  void Wake();

  // Before Begin() it takes effect with it, and cancels Prepare(). Graceful: iterations under way may finish; `now`:
  // they are interrupted.
  void Stop(bool now);

  // Ends the threads, whatever they do.
  void End();

  // When the first worker began; nullopt before.
  std::optional<Nanos> Started() const;
  uint32_t vus() const { return vus_; }  // of this process
  uint32_t threads() const { return threads_; }
  // How far this part has come, 0 to 1.
  double Fraction(Nanos elapsed) const;

 private:
  absl::Status MakeWorkers();
  absl::Status WaitUntilReady();
  std::vector<WorkerScenario> Scenarios(const Segment& part);
  WorkerEvents Events();
  void AddWindow(LoadWindow added);

  LoadSpec spec_;
  const std::vector<ScenarioPart> parts_;  // of this process, one a scenario
  const uint32_t vus_;
  const uint32_t threads_;
  RunSettings settings_;
  ScriptVerdict verdict_;
  std::vector<std::unique_ptr<IterationPool>> pools_;  // likewise
  std::unique_ptr<RequestGate> gate_;
  std::unique_ptr<InstanceCounters> instance_;
  std::unique_ptr<DnsResolver> resolver_;
  std::unique_ptr<HttpTransport> transport_;
  std::unique_ptr<ScriptErrorLog> error_log_;

  mutable std::mutex mutex_;
  // Under the mutex, all below.
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<LoadWindow> windows_;
  absl::Status failure_;
  std::optional<Nanos> started_;
  uint32_t ready_ = 0;
  uint32_t done_ = 0;
  bool begun_ = false;
  bool woken_ = false;
  bool stop_ = false;
  bool stop_now_ = false;
};

// Lets the process open a connection for every virtual user, as far as the system allows; says so where it does not.
void RaiseDescriptorLimit(uint32_t vus, std::vector<std::string>& warnings);

}  // namespace mockarty

#endif  // ENGINE_RUN_LOAD_H_
