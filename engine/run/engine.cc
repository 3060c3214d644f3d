#include "engine/run/engine.h"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/metrics/registry.h"
#include "common/report/abort_watch.h"
#include "common/report/aggregate.h"
#include "common/report/report_builder.h"
#include "common/report/thresholds.h"
#include "engine/clients/http/http_transport.h"
#include "engine/clients/net/dns_resolver.h"
#include "engine/modules/module_table.h"
#include "engine/run/init_stage.h"
#include "engine/run/script_error_log.h"
#include "engine/run/worker.h"
#include "engine/schedule/executor_factory.h"
#include "engine/script/loader.h"
#include "engine/script/program.h"

namespace mockarty {
namespace {

constexpr Nanos kInitTimeout = 60 * kNanosPerSecond;
// From the last worker's being ready to the first iteration: enough for every thread to wake up.
constexpr Nanos kStartDelay = 5 * kNanosPerMilli;
constexpr Nanos kTick = kNanosPerSecond;
// Ticks come this long after the workers' windows, so that each sees the second before it.
constexpr Nanos kTickDelay = 50 * kNanosPerMilli;
// Descriptors that are not connections of virtual users.
constexpr rlim_t kSpareDescriptors = 64;

class NoConsole final : public ConsoleSink {
 public:
  void Write(ConsoleLevel, uint32_t, std::string_view) override {}
};

absl::StatusOr<boost::json::value> ParseOptions(const std::string& json) {
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(json, error);
  if (error) {
    return absl::InvalidArgumentError(Concat("options: not valid as JSON: ", error.message()));
  }
  return value;
}

HttpClientOptions ClientOptions(const HttpOptions& http) {
  HttpClientOptions options;
  if (!http.user_agent.empty()) {
    options.user_agent = http.user_agent;
  }
  options.max_redirects = static_cast<int>(http.max_redirects);
  options.timeout = http.timeout;
  options.discard_bodies = http.discard_response_bodies;
  options.no_connection_reuse = http.no_connection_reuse;
  options.tls.insecure_skip_verify = http.insecure_skip_tls_verify;
  return options;
}

// Lets the process open a connection for every virtual user, as far as the system allows.
void RaiseDescriptorLimit(uint32_t vus, std::vector<std::string>& warnings) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return;
  }
  if (limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur < vus + kSpareDescriptors) {
    warnings.push_back(Concat("the limit of open files is ", limit.rlim_cur, ", fewer than ", vus,
                              " VUs need for one connection each; see ulimit -n"));
  }
}

}  // namespace

class Engine::Impl {
 public:
  absl::Status Load(const RunOptions& options);
  RunResult Run(const std::function<void(const Progress&)>& on_progress);
  void RequestStop(bool now);

  const std::vector<std::string>& warnings() const { return warnings_; }
  const TestPlan& plan() const { return plan_; }

 private:
  // What the workers tell and the user asks; all under `mutex`.
  struct Mailbox {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<Window> windows;
    uint32_t ready = 0;
    uint32_t done = 0;
    absl::Status failure;
    bool stop = false;
    bool stop_now = false;
  };

  uint32_t WorkerCount() const;
  absl::Status MakeWorkers();
  absl::Status WaitUntilReady();
  void Drive(RunAggregate& aggregate, const std::function<void(const Progress&)>& on_progress);
  bool TakeMail(RunAggregate& aggregate, Nanos until);
  void ObeyRequests();
  void Judge(const RunAggregate& aggregate);
  void AbortRun(std::string reason, bool by_threshold);
  Progress MakeProgress(const RunAggregate& aggregate) const;
  WorkerEvents Events();
  RunResult Fail(const absl::Status& status);

  RunOptions options_;
  std::string name_;
  std::vector<std::string> warnings_;
  TestPlan plan_;
  std::shared_ptr<const Program> program_;
  MetricRegistry registry_;
  NoConsole no_console_;
  RunSettings settings_;
  std::vector<Threshold> thresholds_;
  std::optional<AbortWatch> abort_watch_;

  std::unique_ptr<IterationPool> pool_;
  std::unique_ptr<DnsResolver> resolver_;
  std::unique_ptr<HttpTransport> transport_;
  std::unique_ptr<ScriptErrorLog> error_log_;
  std::vector<std::unique_ptr<Worker>> workers_;
  Mailbox mail_;
  Nanos start_ = 0;
  bool stop_obeyed_ = false;
  bool stop_now_obeyed_ = false;
  std::string stopped_reason_;
  bool aborted_by_threshold_ = false;
};

absl::Status Engine::Impl::Load(const RunOptions& options) {
  options_ = options;
  const size_t slash = options.script_path.rfind('/');
  name_ = slash == std::string::npos ? options.script_path : options.script_path.substr(slash + 1);
  LoadOptions load;
  load.cache_dir = options.cache_dir;
  ASSIGN_OR_RETURN(const ScriptSource source, LoadScript(options.script_path, load));
  if (!source.cache_warning.empty()) {
    warnings_.push_back(source.cache_warning);
  }
  ASSIGN_OR_RETURN(program_, Program::Compile(source));
  for (const auto& variable : options.process_environment) {
    if (source.code.find(variable.first) != std::string::npos) {
      settings_.environment.push_back(variable);
    }
  }
  settings_.environment.insert(settings_.environment.end(), options.environment.begin(), options.environment.end());
  settings_.console = options.console != nullptr ? options.console : &no_console_;
  settings_.registry = &registry_;
  ASSIGN_OR_RETURN(const std::string json, RunInitStage(*program_, settings_, kInitTimeout));
  ASSIGN_OR_RETURN(const boost::json::value value, ParseOptions(json));
  ASSIGN_OR_RETURN(ParsedPlan parsed, ParsePlan(&value, options.overrides));
  plan_ = std::move(parsed.plan);
  warnings_.insert(warnings_.end(), parsed.warnings.begin(), parsed.warnings.end());
  settings_.http = plan_.http;
  ASSIGN_OR_RETURN(thresholds_, CompileThresholds(plan_.thresholds));
  RETURN_IF_ERROR(CheckThresholdStats(thresholds_, registry_));
  ASSIGN_OR_RETURN(AbortWatch watch, AbortWatch::Create(plan_.abort_criteria, registry_));
  abort_watch_.emplace(std::move(watch));
  RaiseDescriptorLimit(MaxVus(plan_), warnings_);
  return absl::OkStatus();
}

uint32_t Engine::Impl::WorkerCount() const {
  const uint32_t cores = std::max(1u, std::thread::hardware_concurrency());
  const uint32_t wanted = options_.workers > 0 ? static_cast<uint32_t>(options_.workers) : cores;
  return std::max(1u, std::min(wanted, MaxVus(plan_)));
}

WorkerEvents Engine::Impl::Events() {
  WorkerEvents events;
  events.on_ready = [this](const absl::Status& status) {
    std::lock_guard<std::mutex> lock(mail_.mutex);
    if (status.ok()) {
      ++mail_.ready;
    } else if (mail_.failure.ok()) {
      mail_.failure = status;
    }
    mail_.changed.notify_one();
  };
  events.on_window = [this](Window window) {
    std::lock_guard<std::mutex> lock(mail_.mutex);
    mail_.windows.push_back(std::move(window));
    mail_.changed.notify_one();
  };
  events.on_script_error = [this](uint32_t vu, const ScriptError& error) { error_log_->Write(vu, error); };
  events.on_done = [this] {
    std::lock_guard<std::mutex> lock(mail_.mutex);
    ++mail_.done;
    mail_.changed.notify_one();
  };
  return events;
}

absl::Status Engine::Impl::MakeWorkers() {
  const uint32_t count = WorkerCount();
  pool_ = MakeIterationPool(plan_);
  resolver_ = std::make_unique<DnsResolver>();
  HttpClientOptions client = ClientOptions(plan_.http);
  client.in_process_answer = options_.in_process_answer;
  ASSIGN_OR_RETURN(transport_, HttpTransport::Create(std::move(client), resolver_.get()));
  error_log_ = std::make_unique<ScriptErrorLog>(settings_.console);
  for (uint32_t i = 0; i < count; ++i) {
    WorkerOptions worker;
    worker.place = {i, count, MaxVus(plan_)};
    worker.program = program_.get();
    worker.environment = ScriptEnvironment();
    worker.settings = &settings_;
    worker.collector.source = i + 1;
    worker.collector.apdex_threshold = plan_.apdex_threshold;
    worker.http_transport = transport_.get();
    ASSIGN_OR_RETURN(std::unique_ptr<Worker> made,
                     Worker::Create(worker, MakeExecutorShard(plan_, i, count, pool_.get()), Events()));
    workers_.push_back(std::move(made));
  }
  for (const auto& worker : workers_) {
    worker->Launch();
  }
  return absl::OkStatus();
}

absl::Status Engine::Impl::WaitUntilReady() {
  std::unique_lock<std::mutex> lock(mail_.mutex);
  mail_.changed.wait(
      lock, [this] { return !mail_.failure.ok() || mail_.ready == workers_.size() || mail_.stop || mail_.stop_now; });
  if (!mail_.failure.ok()) {
    return mail_.failure;
  }
  if (mail_.ready < workers_.size()) {
    return absl::CancelledError("interrupted before the load began");
  }
  return absl::OkStatus();
}

RunResult Engine::Impl::Fail(const absl::Status& status) {
  workers_.clear();  // ends their threads
  RunResult result;
  result.outcome = absl::IsCancelled(status) ? RunOutcome::kInterrupted : RunOutcome::kFailed;
  result.failure = ToStd(status.message());
  result.failed_in_init = absl::IsAborted(status);
  return result;
}

RunResult Engine::Impl::Run(const std::function<void(const Progress&)>& on_progress) {
  absl::Status status = MakeWorkers();
  if (status.ok()) {
    status = WaitUntilReady();
  }
  if (!status.ok()) {
    return Fail(status);
  }
  ReportFacts facts;
  facts.name = name_;
  facts.vus = MaxVus(plan_);
  facts.apdex_threshold = plan_.apdex_threshold;
  facts.started_at_ms = WallClockMillis();
  start_ = MonotonicNow() + kStartDelay;
  AggregateOptions aggregate_options;
  aggregate_options.start = start_;
  RunAggregate aggregate(&registry_, aggregate_options);
  for (const auto& worker : workers_) {
    worker->Begin(start_);
  }
  Drive(aggregate, on_progress);
  workers_.clear();
  error_log_->Flush();

  facts.finished_at_ms = WallClockMillis();
  facts.stopped_reason = stopped_reason_;
  RunResult result;
  if (!stopped_reason_.empty()) {
    result.outcome = RunOutcome::kAborted;
    result.aborted_by_threshold = aborted_by_threshold_;
    facts.status = RunStatus::kStopped;
  } else if (stop_obeyed_ || stop_now_obeyed_) {
    result.outcome = RunOutcome::kInterrupted;
    facts.stopped_reason = "interrupted";
    facts.status = RunStatus::kStopped;
  }
  result.report = BuildReport(aggregate, facts, thresholds_);
  return result;
}

void Engine::Impl::Drive(RunAggregate& aggregate, const std::function<void(const Progress&)>& on_progress) {
  Nanos next_tick = start_ + kTick + kTickDelay;
  for (;;) {
    const bool finished = TakeMail(aggregate, next_tick);
    ObeyRequests();
    if (MonotonicNow() >= next_tick || finished) {
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

// Waits for mail until the instant and takes what is there. True when all workers are done.
bool Engine::Impl::TakeMail(RunAggregate& aggregate, Nanos until) {
  std::vector<Window> windows;
  bool finished;
  {
    std::unique_lock<std::mutex> lock(mail_.mutex);
    const auto has_mail = [this] {
      return !mail_.windows.empty() || mail_.done == workers_.size() || (mail_.stop && !stop_obeyed_) ||
             (mail_.stop_now && !stop_now_obeyed_);
    };
    mail_.changed.wait_for(lock, std::chrono::nanoseconds(std::max<Nanos>(0, until - MonotonicNow())), has_mail);
    windows.swap(mail_.windows);
    finished = mail_.done == workers_.size();
  }
  for (const Window& window : windows) {
    // Windows of this process come once each and in order; a refusal would be a fault of the engine itself.
    const absl::Status added = aggregate.Add(window);
    if (!added.ok()) {
      settings_.console->Write(ConsoleLevel::kError, 0, Concat("measurements lost: ", ToStd(added.message())));
    }
  }
  return finished;
}

void Engine::Impl::ObeyRequests() {
  bool stop;
  bool stop_now;
  {
    std::lock_guard<std::mutex> lock(mail_.mutex);
    stop = mail_.stop;
    stop_now = mail_.stop_now;
  }
  if (stop && !stop_obeyed_) {
    stop_obeyed_ = true;
    for (const auto& worker : workers_) {
      worker->Stop();
    }
  }
  if (stop_now && !stop_now_obeyed_) {
    stop_now_obeyed_ = true;
    for (const auto& worker : workers_) {
      worker->StopNow();
    }
  }
}

void Engine::Impl::Judge(const RunAggregate& aggregate) {
  if (!stopped_reason_.empty()) {
    return;
  }
  if (const auto name = abort_watch_->Check(aggregate)) {
    AbortRun(Concat("auto_stop: ", *name), false);
  } else if (const auto failed = FirstAbort(thresholds_, aggregate)) {
    AbortRun(Concat("threshold: ", failed->metric, " ", failed->expression), true);
  }
}

void Engine::Impl::AbortRun(std::string reason, bool by_threshold) {
  stopped_reason_ = std::move(reason);
  aborted_by_threshold_ = by_threshold;
  for (const auto& worker : workers_) {
    worker->StopNow();
  }
}

Progress Engine::Impl::MakeProgress(const RunAggregate& aggregate) const {
  const LiveSnapshot live = aggregate.Snapshot();
  Progress progress;
  progress.elapsed = MonotonicNow() - start_;
  progress.fraction = RunFraction(plan_, progress.elapsed, *pool_);
  progress.vus = live.vus;
  progress.vus_max = MaxVus(plan_);
  progress.rps = live.rps;
  progress.p95_ms = live.p95_ms;
  progress.requests = live.requests;
  progress.failed_requests = live.failed_requests;
  progress.iterations = live.iterations;
  progress.stopping = stop_obeyed_ || stop_now_obeyed_ || !stopped_reason_.empty();
  return progress;
}

void Engine::Impl::RequestStop(bool now) {
  std::lock_guard<std::mutex> lock(mail_.mutex);
  (now ? mail_.stop_now : mail_.stop) = true;
  mail_.changed.notify_one();
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
