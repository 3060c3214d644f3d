#include "cli/perf_run.h"

#include <stdint.h>
#include <unistd.h>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/config_file.h"
#include "cli/plan_line.h"
#include "cli/report_output.h"
#include "cli/signal_watcher.h"
#include "cli/status_terminal.h"
#include "common/base/concat.h"
#include "common/base/duration.h"
#include "engine/run/engine.h"

namespace mockarty {
namespace {

class ScriptConsole final : public ConsoleSink {
 public:
  explicit ScriptConsole(StatusTerminal* terminal) : terminal_(terminal) {}
  void Write(ConsoleLevel level, uint32_t vu, std::string_view line) override {
    terminal_->ScriptLine(LevelName(level), vu, line);
  }

 private:
  static std::string_view LevelName(ConsoleLevel level) {
    switch (level) {
      case ConsoleLevel::kDebug:
        return "debug";
      case ConsoleLevel::kInfo:
        return "info";
      case ConsoleLevel::kWarn:
        return "warn";
      case ConsoleLevel::kError:
        return "error";
    }
    return "log";
  }

  StatusTerminal* terminal_;
};

// What a signal means at each moment: on the watcher's thread, beside the run.
class StopControl {
 public:
  explicit StopControl(StatusTerminal* terminal) : terminal_(terminal) {}

  void RunBegins(Engine* engine) {
    std::lock_guard lock(mutex_);
    phase_ = Phase::kRunning;
    engine_ = engine;
  }
  void RunEnded() {
    std::lock_guard lock(mutex_);
    phase_ = Phase::kReporting;
    engine_ = nullptr;
  }

  void OnSignal(int count) {
    std::lock_guard lock(mutex_);
    if (phase_ == Phase::kLoading || count > 2) Quit();
    // The second of two signals must not cost the report when the run has ended between them.
    if (phase_ == Phase::kReporting) return;
    if (count == 1) {
      terminal_->Line(Concat("stopping: iterations under way may finish within ",
                             FormatDuration(GracefulStop(engine_->Plan())), "; once more to stop at once"));
      engine_->RequestStop();
    } else {
      terminal_->Line("stopping at once");
      engine_->RequestStopNow();
    }
  }

 private:
  enum class Phase { kLoading, kRunning, kReporting };

  [[noreturn]] void Quit() {
    terminal_->EndProgress();
    terminal_->Line("interrupted");
    // Destructors would wait for what does not end. Nothing is left behind: a report file has no trace before it is
    // written.
    _exit(kExitInterrupted);
  }

  StatusTerminal* const terminal_;
  std::mutex mutex_;
  Phase phase_ = Phase::kLoading;
  Engine* engine_ = nullptr;  // while running
};

using Environment = std::vector<std::pair<std::string, std::string>>;

// Longer variables of the system are no use to a script, and every heap that reads __ENV would hold them.
constexpr size_t kMaxSystemVariableBytes = 4096;

ExitCode CodeOfCreateError(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kAborted:
      return kExitInitThrew;
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kFailedPrecondition:  // a script that cannot be read
      return kExitBadInput;
    default:
      return kExitFailure;
  }
}

ExitCode CodeOfResult(const RunResult& result) {
  if (result.aborted_by_script) return kExitTestAborted;
  switch (result.hook_failure) {
    case HookFailure::kThrew:
      return kExitInitThrew;
    case HookFailure::kSetupTimedOut:
      return kExitSetupTimeout;
    case HookFailure::kTeardownTimedOut:
      return kExitTeardownTimeout;
    case HookFailure::kNone:
      break;
  }
  switch (result.outcome) {
    case RunOutcome::kInterrupted:
      return kExitInterrupted;
    case RunOutcome::kAborted:
      return result.aborted_by_threshold ? kExitThresholdsFailed : kExitAbortCriterion;
    case RunOutcome::kFailed:
      return result.failed_in_init ? kExitInitThrew : kExitFailure;
    case RunOutcome::kCompleted:
      break;
  }
  if (result.failed_by_script) return kExitTestFailed;
  return result.report.thresholds_passed ? kExitPassed : kExitThresholdsFailed;
}

ProgressFigures FiguresOf(const Progress& progress, const TestPlan& plan) {
  return {.elapsed = progress.elapsed,
          .planned = PlannedDuration(plan).value_or(0),
          .fraction = progress.fraction,
          .vus = progress.vus,
          .vus_max = progress.vus_max,
          .rps = progress.rps,
          .p95_ms = progress.p95_ms,
          .requests = progress.requests,
          .failed_requests = progress.failed_requests,
          .iterations = progress.iterations,
          .stopping = progress.stopping};
}

RunResult RunWithProgress(Engine& engine, bool quiet, StatusTerminal& terminal) {
  const TestPlan& plan = engine.Plan();
  // One iteration is over before a line about it could be of use; a bar that goes away again does no harm.
  bool show = !quiet && (plan.mode == RunMode::kPerformance || terminal.interactive());
  if (show) terminal.Line(Concat("running: ", DescribePlan(plan)));
  RunResult result = engine.Run([&](const Progress& progress) {
    if (show) terminal.ShowProgress(FiguresOf(progress, plan));
  });
  terminal.EndProgress();
  return result;
}

// The process's own variables, as k6 passes them; those of -e win over them.
Environment ProcessEnvironment() {
  Environment variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals != text.npos && equals > 0 && text.size() <= kMaxSystemVariableBytes) {
      variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return variables;
}

}  // namespace

ExitCode PerfRun(const PerfRunArguments& arguments) {
  StatusTerminal terminal(STDERR_FILENO);
  auto fail = [&](const absl::Status& status, ExitCode code) {
    terminal.Line(Concat("error: ", status.message()));
    return code;
  };
  absl::StatusOr<ReportFiles> files = OpenReports(arguments.json_paths, arguments.summary_export_path);
  if (!files.ok()) return fail(files.status(), kExitBadInput);
  absl::StatusOr<PlanOverrides> overrides = ReadOverrides(arguments);
  if (!overrides.ok()) return fail(overrides.status(), kExitBadInput);

  StopControl control(&terminal);
  absl::StatusOr<std::unique_ptr<SignalWatcher>> watcher =
      SignalWatcher::Create([&control](int count) { control.OnSignal(count); });
  if (!watcher.ok()) return fail(watcher.status(), kExitFailure);

  ScriptConsole console(&terminal);
  RunOptions options{.script_path = arguments.script_path,
                     .overrides = *std::move(overrides),
                     .process_environment = arguments.system_environment ? ProcessEnvironment() : Environment(),
                     .environment = arguments.environment,
                     .secret_sources = arguments.secret_sources,
                     .workers = arguments.workers,
                     .allow_outside_files = arguments.allow_outside_files,
                     .postman = arguments.postman,
                     .console = &console};
  absl::StatusOr<std::unique_ptr<Engine>> engine = Engine::Create(options);
  if (!engine.ok()) return fail(engine.status(), CodeOfCreateError(engine.status()));
  for (const std::string& warning : (*engine)->Warnings()) terminal.Line(Concat("warning: ", warning));

  control.RunBegins(engine->get());
  RunResult result = RunWithProgress(**engine, arguments.quiet, terminal);
  control.RunEnded();
  ExitCode code = CodeOfResult(result);
  if (!result.failure.empty()) {
    const bool error =
        result.outcome == RunOutcome::kFailed || result.aborted_by_script || result.hook_failure != HookFailure::kNone;
    terminal.Line(Concat(error ? "error: " : "", result.failure));
  }
  // The load never began: there is nothing to report.
  if (!result.load_began) return code;
  if (!result.summary_failure.empty()) terminal.Line(Concat("warning: ", result.summary_failure));

  SummaryForm form = arguments.quiet                                  ? SummaryForm::kQuiet
                     : (*engine)->Plan().mode == RunMode::kFunctional ? SummaryForm::kAllRows
                                                                      : SummaryForm::kText;
  ExitCode put = PutReport(result.report, form, *files, result.summary, SummaryPlaces::kAnywhere, terminal);
  if (code == kExitPassed && arguments.fail_on_generator_limited && !RateKept(result.report)) code = kExitRateNotKept;
  if (code == kExitPassed) code = put;
  return code;
}

}  // namespace mockarty
