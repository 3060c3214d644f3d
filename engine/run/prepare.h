// What comes before any load: a converted script is compiled, its init stage run once and its options read.
#ifndef ENGINE_RUN_PREPARE_H_
#define ENGINE_RUN_PREPARE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/metrics/registry.h"
#include "common/plan/plan_parser.h"
#include "common/report/abort_watch.h"
#include "common/report/thresholds.h"
#include "common/time/clock.h"
#include "engine/script/program.h"
#include "engine/script/script_source.h"
#include "engine/vu/shared_arrays.h"
#include "engine/vu/vu_context.h"

namespace mockarty {

inline constexpr Nanos kInitTimeout = 60 * kNanosPerSecond;

struct PrepareOptions {
  PlanOverrides overrides;
  std::vector<std::pair<std::string, std::string>> environment;  // __ENV; later entries win
  ConsoleSink* console = nullptr;                                // null: console output is dropped
  MetricRegistry* registry = nullptr;                            // gets the metrics that the script makes
  const Secrets* secrets = nullptr;                              // outlives the call; null: none
  Nanos init_timeout = kInitTimeout;
};

struct PreparedRun {
  std::shared_ptr<const Program> program;
  TestPlan plan;
  std::vector<std::string> warnings;
  std::vector<Threshold> thresholds;
  AbortWatch abort_watch;
  std::shared_ptr<SharedArrays> shared_arrays;  // the init stage has filled it
};

// Status codes: kInvalidArgument (script, options, thresholds), kUnimplemented (an option of a later version), kAborted
// (the script threw in its init stage or took too long there). Messages are whole sentences for the user. Blocks; any
// thread that runs no loop.
absl::StatusOr<PreparedRun> PrepareRun(const ScriptSource& source, const PrepareOptions& options);

// A sink that drops everything.
ConsoleSink* NoConsole();

}  // namespace mockarty

#endif  // ENGINE_RUN_PREPARE_H_
