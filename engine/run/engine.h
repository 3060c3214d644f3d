// The facade of the engine: one script, run in this process by as many worker threads as asked for.
//
// Create() loads and checks everything that can be checked without load; Run() blocks until the run is over. The
// samples of all workers go through the same windows and the same merge that a distributed run uses.
#ifndef ENGINE_RUN_ENGINE_H_
#define ENGINE_RUN_ENGINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/plan/plan_parser.h"
#include "common/report/run_report.h"
#include "common/report/summary_outputs.h"
#include "common/time/clock.h"
#include "engine/script/loader.h"
#include "engine/vu/vu_context.h"

namespace mockarty {

struct RunOptions {
  std::string script_path;
  PlanOverrides overrides;
  // Variables of the process: scripts see in __ENV those that they name, so that no heap holds the others.
  std::vector<std::pair<std::string, std::string>> process_environment;
  std::vector<std::pair<std::string, std::string>> environment;  // __ENV; later entries win
  std::vector<std::string> secret_sources;                       // see secret_sources.h
  int workers = 0;                                               // 0: one a core, never more than VUs
  std::string cache_dir;                                         // converted scripts; empty: the user's own
  bool allow_outside_files = false;                              // imports and open() beyond the script's folder
  PostmanPaths postman;                                          // files beside a collection or a legacy script
  std::string in_process_answer;                                 // see HttpClientOptions; for benchmarks
  ConsoleSink* console = nullptr;                                // outlives the engine; null: console output is dropped
};

struct Progress {
  Nanos elapsed = 0;
  double fraction = -1;  // 0 to 1; -1 where the end is not known
  int64_t vus = 0;
  int64_t vus_max = 0;
  double rps = 0;     // over the last seconds
  double p95_ms = 0;  // of the whole run so far; 0 before the first request
  uint64_t requests = 0;
  uint64_t failed_requests = 0;
  uint64_t iterations = 0;
  bool stopping = false;  // RequestStop() was called; iterations under way finish
};

enum class RunOutcome {
  kCompleted,    // ran to its planned end
  kAborted,      // an abort criterion or a threshold with abortOnFail ended it
  kInterrupted,  // RequestStop() or RequestStopNow()
  kFailed,       // could not be carried out
};

// What went wrong outside of the load.
enum class HookFailure { kNone, kThrew, kSetupTimedOut, kTeardownTimedOut };

struct RunResult {
  RunOutcome outcome = RunOutcome::kCompleted;
  HookFailure hook_failure =
      HookFailure::kNone;             // `failure` says more; after the load its report is there all the same
  bool aborted_by_threshold = false;  // of kAborted
  bool aborted_by_script = false;     // of kAborted: test.abort()
  bool failed_by_script = false;      // test.fail()
  std::string failure;                // of kFailed: what happened
  bool failed_in_init = false;        // of kFailed: the script threw at its top level
  bool load_began = false;            // else there is no report
  RunReport report;
  // Of handleSummary(), instead of the summary that is shown else; unset: there is none, or it failed.
  std::optional<std::vector<SummaryOutput>> summary;
  std::string summary_failure;  // why it failed
};

class Engine {
 public:
  // Status codes: kNotFound and kInvalidArgument (script, options, thresholds), kUnimplemented (an option of a later
  // version), kAborted (the script threw in its init stage). Messages are whole sentences for the user.
  static absl::StatusOr<std::unique_ptr<Engine>> Create(const RunOptions& options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  const std::vector<std::string>& Warnings() const;
  const TestPlan& Plan() const;

  // Once. `on_progress` is called about once a second on this thread; may be null.
  RunResult Run(const std::function<void(const Progress&)>& on_progress);

  // Any thread, not from a signal handler. Graceful: iterations under way may finish.
  void RequestStop();
  // Interrupts everything; Run() returns soon after.
  void RequestStopNow();

 private:
  class Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mockarty

#endif  // ENGINE_RUN_ENGINE_H_
