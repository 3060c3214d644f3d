#include "engine/run/engine.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/metrics/registry.h"
#include "common/report/aggregate.h"
#include "common/report/generator_health.h"
#include "common/report/report_builder.h"
#include "common/report/summary_data.h"
#include "engine/run/generator_probe.h"
#include "engine/run/hook.h"
#include "engine/run/load.h"
#include "engine/run/prepare.h"
#include "engine/run/secret_sources.h"
#include "engine/script/loader.h"

namespace mockarty {
namespace {

// From the last worker's being ready to the first iteration: enough for every thread to wake up.
constexpr Nanos kStartDelay = 5 * kNanosPerMilli;
constexpr Nanos kTick = kNanosPerSecond;
constexpr Nanos kSummaryTimeout = 120 * kNanosPerSecond;
// Of windows; those of worker threads begin with 1.
constexpr SourceId kSetupSource = SourceId{1} << 40;
constexpr SourceId kTeardownSource = kSetupSource + 1;
// Ticks come this long after the workers' windows, so that each sees the second before it.
constexpr Nanos kTickDelay = 50 * kNanosPerMilli;

}  // namespace

class Engine::Impl {
 public:
  absl::Status Load(const RunOptions& options);
  RunResult Run(const std::function<void(const Progress&)>& on_progress);
  void RequestStop(bool now);

  const std::vector<std::string>& warnings() const { return warnings_; }
  const TestPlan& plan() const { return prepared_->plan; }

 private:
  void AddHookWindows(RunAggregate& aggregate);
  void Drive(RunAggregate& aggregate, const std::function<void(const Progress&)>& on_progress);
  bool TakeWindows(RunAggregate& aggregate, Nanos until);
  void ReadHealth();
  void Judge(const RunAggregate& aggregate);
  void AbortRun(std::string reason, bool by_threshold);
  Progress MakeProgress(const RunAggregate& aggregate) const;
  RunResult Fail(const absl::Status& status);
  HookSpec MakeHook(const char* name) const;
  HookOutcome RunHook(HookSpec spec);
  bool SetUp(RunResult& result);
  void TearDown(RunResult& result);
  void Summarize(RunResult& result);

  std::string name_;
  std::vector<std::string> warnings_;
  MetricRegistry registry_;
  ConsoleSink* console_ = nullptr;
  std::unique_ptr<Secrets> secrets_;
  std::unique_ptr<RedactingConsole> redacting_console_;
  std::optional<PreparedRun> prepared_;
  std::unique_ptr<mockarty::Load> load_;
  std::vector<std::pair<std::string, std::string>> environment_;
  std::string in_process_answer_;
  std::optional<std::string> setup_data_;
  std::vector<Window> hook_windows_;
  std::mutex mutex_;
  // Under the mutex.
  Hook* hook_ = nullptr;  // under way
  int stops_ = 0;         // 1: graceful, 2: at once
  bool in_setup_ = false;
  Nanos start_ = 0;
  std::atomic<bool> stop_requested_ = false;
  std::optional<GeneratorProbe> probe_;
  HealthJudge judge_;
  Nanos health_read_ = 0;
  Nanos loop_lag_ = 0;  // the most since the health was read
  std::string stopped_reason_;
  bool aborted_by_threshold_ = false;
};

absl::Status Engine::Impl::Load(const RunOptions& options) {
  const size_t slash = options.script_path.rfind('/');
  name_ = slash == std::string::npos ? options.script_path : options.script_path.substr(slash + 1);
  console_ = options.console != nullptr ? options.console : NoConsole();
  ASSIGN_OR_RETURN(secrets_, ReadSecretSources(options.secret_sources, options.process_environment));
  if (!secrets_->Empty()) {
    redacting_console_ = std::make_unique<RedactingConsole>(console_, secrets_.get());
    console_ = redacting_console_.get();
  }
  LoadOptions load;
  load.cache_dir = options.cache_dir;
  load.allow_outside_files = options.allow_outside_files;
  load.postman = options.postman;
  ASSIGN_OR_RETURN(const ScriptSource source, LoadScript(options.script_path, load));
  if (!source.cache_warning.empty()) {
    warnings_.push_back(source.cache_warning);
  }
  warnings_.insert(warnings_.end(), source.warnings.begin(), source.warnings.end());
  PrepareOptions prepare;
  prepare.overrides = options.overrides;
  prepare.console = console_;
  prepare.registry = &registry_;
  prepare.secrets = secrets_.get();
  for (const auto& variable : options.process_environment) {
    if (source.Mentions(variable.first)) {
      prepare.environment.push_back(variable);
    }
  }
  prepare.environment.insert(prepare.environment.end(), options.environment.begin(), options.environment.end());
  ASSIGN_OR_RETURN(prepared_, PrepareRun(source, prepare));
  warnings_.insert(warnings_.end(), prepared_->warnings.begin(), prepared_->warnings.end());
  RaiseDescriptorLimit(MaxVus(plan()), warnings_);
  environment_ = prepare.environment;
  in_process_answer_ = options.in_process_answer;
  LoadSpec spec;
  spec.program = prepared_->program;
  spec.plan = plan();
  spec.environment = std::move(prepare.environment);
  spec.workers = static_cast<uint32_t>(std::max(0, options.workers));
  spec.in_process_answer = options.in_process_answer;
  spec.console = console_;
  spec.registry = &registry_;
  spec.secrets = secrets_.get();
  spec.shared_arrays = prepared_->shared_arrays;
  load_ = std::make_unique<mockarty::Load>(std::move(spec));
  return absl::OkStatus();
}

RunResult Engine::Impl::Fail(const absl::Status& status) {
  RunResult result;
  result.outcome = absl::IsCancelled(status) ? RunOutcome::kInterrupted : RunOutcome::kFailed;
  result.failure = ToStd(status.message());
  result.failed_in_init = absl::IsAborted(status);
  return result;
}

HookSpec Engine::Impl::MakeHook(const char* name) const {
  HookSpec spec;
  spec.program = prepared_->program;
  spec.plan = &prepared_->plan;
  spec.environment = environment_;
  spec.in_process_answer = in_process_answer_;
  spec.console = console_;
  spec.secrets = secrets_.get();
  spec.verdict = load_->MutableVerdict();
  spec.name = name;
  spec.shared_arrays = prepared_->shared_arrays;
  return spec;
}

// Stop requests reach it meanwhile; a graceful one leaves teardown() and handleSummary() alone.
HookOutcome Engine::Impl::RunHook(HookSpec spec) {
  const bool setup = std::string_view(spec.name) == "setup";
  Hook hook(std::move(spec));
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    hook_ = &hook;
    in_setup_ = setup;
    if (stops_ > (setup ? 0 : 1)) {
      hook.Interrupt();
    }
  }
  HookOutcome outcome = hook.Run();
  const std::lock_guard<std::mutex> lock(mutex_);
  hook_ = nullptr;
  return outcome;
}

// False: the run is over before its load; `result` says why.
bool Engine::Impl::SetUp(RunResult& result) {
  HookSpec spec = MakeHook("setup");
  spec.group = "setup";
  spec.registry = &registry_;
  spec.timeout = plan().hooks.setup_timeout;
  spec.source = kSetupSource;
  HookOutcome outcome = RunHook(std::move(spec));
  if (const ScriptVerdict::Value verdict = load_->Verdict(); verdict.kind == ScriptVerdict::Kind::kAborted) {
    result.outcome = RunOutcome::kAborted;
    result.aborted_by_script = true;
    result.failure = Concat("test.abort: ", verdict.reason);
    return false;
  }
  if (!outcome.status.ok()) {
    result = Fail(outcome.status);
    result.failed_in_init = false;
    if (result.outcome == RunOutcome::kFailed) {
      result.hook_failure =
          absl::IsDeadlineExceeded(outcome.status) ? HookFailure::kSetupTimedOut : HookFailure::kThrew;
    }
    return false;
  }
  setup_data_ = std::move(outcome.returned);
  hook_windows_.push_back(std::move(outcome.window));
  return true;
}

void Engine::Impl::TearDown(RunResult& result) {
  HookSpec spec = MakeHook("teardown");
  spec.group = "teardown";
  spec.registry = &registry_;
  spec.argument = setup_data_;
  spec.timeout = plan().hooks.teardown_timeout;
  spec.source = kTeardownSource;
  HookOutcome outcome = RunHook(std::move(spec));
  hook_windows_.push_back(std::move(outcome.window));
  if (!outcome.status.ok()) {
    result.failure = Concat("teardown(): ", ToStd(outcome.status.message()));
    if (!absl::IsCancelled(outcome.status)) {
      result.hook_failure =
          absl::IsDeadlineExceeded(outcome.status) ? HookFailure::kTeardownTimedOut : HookFailure::kThrew;
    }
  }
}

void Engine::Impl::Summarize(RunResult& result) {
  MetricRegistry registry;  // what it sends is no part of the run any more
  HookSpec spec = MakeHook("handleSummary");
  spec.registry = &registry;
  spec.argument = SummaryDataJson(result.report);
  spec.timeout = kSummaryTimeout;
  const HookOutcome outcome = RunHook(std::move(spec));
  absl::StatusOr<std::vector<SummaryOutput>> outputs =
      outcome.status.ok() ? ParseSummaryOutputs(outcome.returned) : outcome.status;
  if (outputs.ok()) {
    result.summary = *std::move(outputs);
  } else {
    result.summary_failure = Concat("handleSummary(): ", ToStd(outputs.status().message()));
  }
}

RunResult Engine::Impl::Run(const std::function<void(const Progress&)>& on_progress) {
  const absl::Status status = load_->Prepare();
  if (!status.ok()) {
    return Fail(status);
  }
  RunResult result;
  if (plan().hooks.setup && !SetUp(result)) {
    load_->End();
    return result;
  }
  load_->SetSetupData(setup_data_);
  ReportFacts facts;
  facts.name = name_;
  facts.vus = MaxVus(plan());
  facts.apdex_threshold = plan().apdex_threshold;
  facts.summary = plan().summary;
  facts.started_at_ms = WallClockMillis();
  start_ = MonotonicNow() + kStartDelay;
  AggregateOptions aggregate_options;
  aggregate_options.start = start_;
  RunAggregate aggregate(&registry_, aggregate_options);
  load_->Begin(start_);
  result.load_began = true;
  Drive(aggregate, on_progress);
  load_->End();
  if (plan().hooks.teardown) {
    TearDown(result);
  }
  AddHookWindows(aggregate);
  facts.finished_at_ms = WallClockMillis();
  facts.stopped_reason = stopped_reason_;
  const ScriptVerdict::Value verdict = load_->Verdict();
  result.failed_by_script = verdict.kind == ScriptVerdict::Kind::kFailed;
  if (verdict.kind == ScriptVerdict::Kind::kAborted && stopped_reason_.empty()) {
    result.outcome = RunOutcome::kAborted;
    result.aborted_by_script = true;
    facts.stopped_reason = Concat("test.abort: ", verdict.reason);
    facts.status = RunStatus::kStopped;
  } else if (!stopped_reason_.empty()) {
    result.outcome = RunOutcome::kAborted;
    result.aborted_by_threshold = aborted_by_threshold_;
    facts.status = RunStatus::kStopped;
  } else if (stop_requested_) {
    result.outcome = RunOutcome::kInterrupted;
    facts.stopped_reason = "interrupted";
    facts.status = RunStatus::kStopped;
  } else if (result.hook_failure != HookFailure::kNone) {
    facts.stopped_reason = result.failure;
    facts.status = RunStatus::kFailed;
  } else if (result.failed_by_script) {
    facts.stopped_reason = Concat("test.fail: ", verdict.reason);
    facts.status = RunStatus::kFailed;
  }
  result.report = BuildReport(aggregate, facts, prepared_->thresholds);
  result.report.generator = judge_.Report();
  result.report.generator_limited = result.report.generator->limited_by;
  for (ErrorReport& row : result.report.errors) {
    row.message = secrets_->Redact(row.message);
  }
  if (plan().hooks.handle_summary) {
    Summarize(result);
  }
  return result;
}

// They lie before the start, so that they count and leave the timeline alone.
void Engine::Impl::AddHookWindows(RunAggregate& aggregate) {
  for (Window& window : hook_windows_) {
    window.start = window.end = start_ - 1;
    window.vus.clear();
    const absl::Status added = aggregate.Add(window);
    if (!added.ok()) {
      console_->Write(ConsoleLevel::kError, 0, Concat("measurements lost: ", ToStd(added.message())));
    }
  }
}

void Engine::Impl::Drive(RunAggregate& aggregate, const std::function<void(const Progress&)>& on_progress) {
  Nanos next_tick = start_ + kTick + kTickDelay;
  probe_.emplace(load_->threads()).Read(0);
  for (;;) {
    const bool finished = TakeWindows(aggregate, next_tick);
    if (MonotonicNow() >= next_tick || finished) {
      ReadHealth();
      if (!finished) {
        Judge(aggregate);
      }
      if (on_progress) {
        on_progress(MakeProgress(aggregate));
      }
      next_tick += kTick;
    }
    if (finished) {
      return;
    }
  }
}

void Engine::Impl::ReadHealth() {
  // What is left of a run after its last full second says little of the seconds before it.
  const Nanos now = MonotonicNow();
  if (now - health_read_ >= kTick / 2) {
    health_read_ = now;
    judge_.Add(probe_->Read(std::exchange(loop_lag_, 0)));
  }
}

// Waits for windows until the instant and takes what is there. True when all workers are done.
bool Engine::Impl::TakeWindows(RunAggregate& aggregate, Nanos until) {
  std::vector<LoadWindow> windows;
  const bool finished = load_->Wait(until, &windows);
  for (const LoadWindow& window : windows) {
    loop_lag_ = std::max(loop_lag_, window.loop_lag);
    // Windows of this process come once each and in order; a refusal would be a fault of the engine itself.
    const absl::Status added = aggregate.Add(window.window);
    if (!added.ok()) {
      console_->Write(ConsoleLevel::kError, 0, Concat("measurements lost: ", ToStd(added.message())));
    }
  }
  return finished;
}

void Engine::Impl::Judge(const RunAggregate& aggregate) {
  if (!stopped_reason_.empty()) {
    return;
  }
  if (const auto name = prepared_->abort_watch.Check(aggregate)) {
    AbortRun(Concat("auto_stop: ", *name), false);
  } else if (const auto failed = FirstAbort(prepared_->thresholds, aggregate)) {
    AbortRun(Concat("threshold: ", failed->metric, " ", failed->expression), true);
  }
}

void Engine::Impl::AbortRun(std::string reason, bool by_threshold) {
  stopped_reason_ = std::move(reason);
  aborted_by_threshold_ = by_threshold;
  load_->Stop(true);
}

Progress Engine::Impl::MakeProgress(const RunAggregate& aggregate) const {
  const LiveSnapshot live = aggregate.Snapshot();
  Progress progress;
  progress.elapsed = MonotonicNow() - start_;
  progress.fraction = load_->Fraction(progress.elapsed);
  progress.vus = live.vus;
  progress.vus_max = MaxVus(plan());
  progress.rps = live.rps;
  progress.p95_ms = live.p95_ms;
  progress.requests = live.requests;
  progress.failed_requests = live.failed_requests;
  progress.iterations = live.iterations;
  progress.stopping = stop_requested_ || !stopped_reason_.empty();
  return progress;
}

void Engine::Impl::RequestStop(bool now) {
  stop_requested_ = true;
  load_->Stop(now);
  const std::lock_guard<std::mutex> lock(mutex_);
  stops_ = std::max(stops_, now ? 2 : 1);
  if (hook_ != nullptr && (now || in_setup_)) {
    hook_->Interrupt();
  }
}

absl::StatusOr<std::unique_ptr<Engine>> Engine::Create(const RunOptions& options) {
  auto impl = std::make_unique<Impl>();
  RETURN_IF_ERROR(impl->Load(options));
  return std::unique_ptr<Engine>(new Engine(std::move(impl)));
}

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

const std::vector<std::string>& Engine::Warnings() const { return impl_->warnings(); }
const TestPlan& Engine::Plan() const { return impl_->plan(); }
RunResult Engine::Run(const std::function<void(const Progress&)>& on_progress) { return impl_->Run(on_progress); }
void Engine::RequestStop() { impl_->RequestStop(false); }
void Engine::RequestStopNow() { impl_->RequestStop(true); }

}  // namespace mockarty
