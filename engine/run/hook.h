// One call of a function that a script exports beside its load: setup(), teardown(), handleSummary().
//
// It gets a heap of its own, on the calling thread, with everything that an iteration may use; blocks until the call
// has returned and what it started is done. A promise that it returns is waited for.
#ifndef ENGINE_RUN_HOOK_H_
#define ENGINE_RUN_HOOK_H_

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/metrics/registry.h"
#include "common/metrics/window.h"
#include "common/plan/test_plan.h"
#include "common/time/clock.h"
#include "engine/script/program.h"
#include "engine/vu/shared_arrays.h"
#include "engine/vu/vu_context.h"

namespace mockarty {

struct HookSpec {
  std::shared_ptr<const Program> program;
  const TestPlan* plan = nullptr;  // its HTTP options
  std::vector<std::pair<std::string, std::string>> environment;
  std::string in_process_answer;   // see HttpClientOptions
  ConsoleSink* console = nullptr;  // null: dropped
  MetricRegistry* registry = nullptr;
  std::shared_ptr<SharedArrays> shared_arrays;  // may be null
  const Secrets* secrets = nullptr;             // null: none
  ScriptVerdict* verdict = nullptr;             // test.abort() and test.fail() go there; null: dropped
  const char* name = "setup";                   // of the export
  std::string group;                            // its samples carry it, "::setup"; empty: none
  std::optional<std::string> argument;          // JSON; unset: undefined
  Nanos timeout = 60 * kNanosPerSecond;
  SourceId source = 0;  // of the window
};

struct HookOutcome {
  // Aborted: it threw. DeadlineExceeded: it took longer than the timeout. Cancelled: Interrupt(). FailedPrecondition:
  // what it returned is not to be had as JSON, or has more than kMaxHookResult bytes.
  absl::Status status;
  std::optional<std::string> returned;  // JSON; unset: undefined
  Window window;                        // all that it measured, on the monotonic clock
};

inline constexpr size_t kMaxHookResult = size_t{8} << 20;

class Hook {
 public:
  explicit Hook(HookSpec spec);
  ~Hook();
  Hook(const Hook&) = delete;
  Hook& operator=(const Hook&) = delete;

  // Once.
  HookOutcome Run();
  // Any thread, also before Run().
  void Interrupt();

 private:
  class Call;

  HookSpec spec_;
  std::mutex mutex_;
  // Under the mutex.
  Call* call_ = nullptr;  // while it runs
  bool interrupted_ = false;
};

}  // namespace mockarty

#endif  // ENGINE_RUN_HOOK_H_
