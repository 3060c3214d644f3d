#include "engine/run/load.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/metrics/merge.h"
#include "common/plan/plan_progress.h"
#include "engine/clients/http/http_transport.h"
#include "engine/clients/net/dns_resolver.h"
#include "engine/modules/module_table.h"
#include "engine/run/http_options.h"
#include "engine/run/prepare.h"
#include "engine/run/script_error_log.h"
#include "engine/schedule/executor_factory.h"
#include "engine/vu/execution.h"
#include "engine/vu/request_gate.h"

namespace mockarty {
namespace {

// Windows that nobody took yet; past it those of one worker become one, so that a reader that stalls costs no memory.
constexpr size_t kMaxWaitingWindows = 1'024;
// Descriptors that are not connections of virtual users.
constexpr rlim_t kSpareDescriptors = 64;
// A start that lies further back is that of a part taken over; runners that only hear of it late come before.
constexpr Nanos kJoinedLate = kNanosPerSecond;

uint32_t CountVus(const std::vector<ScenarioPart>& parts) {
  uint32_t vus = 0;
  for (const ScenarioPart& part : parts) {
    vus += part.own();
  }
  return vus;
}

uint32_t ThreadCount(uint32_t wanted, uint32_t vus) {
  if (wanted == 0) {
    wanted = std::max(1u, std::thread::hardware_concurrency());
  }
  return std::clamp(wanted, 1u, std::max(1u, std::min(vus, Segment::kMaxPeriod)));
}

}  // namespace

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

Load::Load(LoadSpec spec)
    : spec_(std::move(spec)),
      parts_(DividePlan(spec_.plan, spec_.segment)),
      vus_(CountVus(parts_)),
      threads_(ThreadCount(spec_.workers, vus_)) {
  settings_.http = spec_.plan.http;
  settings_.environment = spec_.environment;
  settings_.console = spec_.console != nullptr ? spec_.console : NoConsole();
  settings_.registry = spec_.registry;
  settings_.verdict = &verdict_;
  verdict_.OnAbort([this] { Stop(true); });
  settings_.secrets = spec_.secrets;
  if (spec_.shared_arrays == nullptr) {
    spec_.shared_arrays = std::make_shared<SharedArrays>();
  }
  settings_.shared_arrays = spec_.shared_arrays.get();
  settings_.segment = &spec_.segment;
  settings_.tags = spec_.plan.tags;
  instance_ = std::make_unique<InstanceCounters>();
  instance_->workers.resize(threads_);
  settings_.instance = instance_.get();
  settings_.min_iteration_duration = spec_.plan.min_iteration_duration;
  settings_.system_tags = spec_.plan.system_tags;
  if (spec_.plan.max_rps > 0 && vus_ > 0) {
    // As large a share of the cap as of the VUs.
    gate_ = std::make_unique<RequestGate>(static_cast<double>(spec_.plan.max_rps) * vus_ / MaxVus(spec_.plan));
    settings_.gate = gate_.get();
  }
  for (size_t i = 0; i < parts_.size(); ++i) {
    pools_.push_back(MakeIterationPool(spec_.plan.scenarios[i], parts_[i], i < spec_.done.size() ? spec_.done[i] : 0));
  }
}

Load::~Load() { End(); }

absl::Status Load::Prepare() {
  absl::Status status = MakeWorkers();
  if (status.ok()) {
    status = WaitUntilReady();
  }
  if (!status.ok()) {
    End();
  }
  return status;
}

absl::Status Load::MakeWorkers() {
  resolver_ = std::make_unique<DnsResolver>(ResolverOptions(spec_.plan.http.dns));
  ASSIGN_OR_RETURN(HttpClientOptions client, ClientOptions(spec_.plan.http, settings_.console));
  client.in_process_answer = spec_.in_process_answer;
  ASSIGN_OR_RETURN(transport_, HttpTransport::Create(std::move(client), resolver_.get()));
  error_log_ = std::make_unique<ScriptErrorLog>(settings_.console);
  std::vector<std::unique_ptr<Worker>> made;
  for (uint32_t i = 0; i < threads_; ++i) {
    const Segment part = spec_.segment.Divide(threads_, i);
    WorkerOptions worker;
    worker.tag_scenarios = spec_.plan.named_scenarios && spec_.plan.system_tags.Has(SystemTag::kScenario);
    worker.counters = &instance_->workers[i];
    worker.program = spec_.program.get();
    worker.environment = ScriptEnvironment();
    worker.settings = &settings_;
    worker.collector.source = spec_.source_base + i + 1;
    worker.collector.apdex_threshold = spec_.plan.apdex_threshold;
    worker.collector.system_tags = spec_.plan.system_tags;
    worker.http_transport = transport_.get();
    ASSIGN_OR_RETURN(std::unique_ptr<Worker> one, Worker::Create(worker, Scenarios(part), Events()));
    made.push_back(std::move(one));
  }
  for (const auto& worker : made) {
    worker->Launch();
  }
  std::lock_guard<std::mutex> lock(mutex_);
  workers_ = std::move(made);
  return absl::OkStatus();
}

std::vector<WorkerScenario> Load::Scenarios(const Segment& part) {
  std::vector<WorkerScenario> scenarios;
  const std::vector<ScenarioPart> parts = DividePlan(spec_.plan, part);
  for (size_t i = 0; i < parts.size(); ++i) {
    WorkerScenario& scenario = scenarios.emplace_back();
    scenario.config = &spec_.plan.scenarios[i];
    scenario.process_part = parts_[i];
    scenario.shard = MakeExecutorShard(*scenario.config, parts[i], pools_[i].get());
  }
  return scenarios;
}

WorkerEvents Load::Events() {
  WorkerEvents events;
  events.on_ready = [this](const absl::Status& status) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (status.ok()) {
      ++ready_;
    } else if (failure_.ok()) {
      failure_ = status;
    }
    changed_.notify_one();
  };
  events.on_started = [this](Nanos now) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!started_.has_value()) {
      started_ = now;
      woken_ = true;
      changed_.notify_one();
    }
  };
  events.on_window = [this](Window window, Nanos loop_lag) {
    std::lock_guard<std::mutex> lock(mutex_);
    AddWindow({std::move(window), loop_lag});
    changed_.notify_one();
  };
  events.on_script_error = [this](uint32_t vu, const ScriptError& error) { error_log_->Write(vu, error); };
  events.on_vu_failed = [this](uint32_t vu, const absl::Status& status) {
    settings_.console->Write(ConsoleLevel::kError, vu, Concat("could not be made: ", ToStd(status.message())));
  };
  events.on_done = [this] {
    std::lock_guard<std::mutex> lock(mutex_);
    ++done_;
    changed_.notify_one();
  };
  return events;
}

void Load::AddWindow(LoadWindow added) {
  if (windows_.size() >= kMaxWaitingWindows) {
    for (auto waiting = windows_.rbegin(); waiting != windows_.rend(); ++waiting) {
      if (waiting->window.source == added.window.source) {
        Merge(added.window, waiting->window);
        waiting->loop_lag = std::max(waiting->loop_lag, added.loop_lag);
        return;
      }
    }
  }
  windows_.push_back(std::move(added));
}

absl::Status Load::WaitUntilReady() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return !failure_.ok() || ready_ == workers_.size() || stop_ || stop_now_; });
  if (!failure_.ok()) {
    return failure_;
  }
  if (ready_ < workers_.size()) {
    return absl::CancelledError("interrupted before the load began");
  }
  return absl::OkStatus();
}

void Load::Begin(Nanos start) {
  std::lock_guard<std::mutex> lock(mutex_);
  begun_ = true;
  // Of a part that begins long after the run has, another process did what was due before.
  const Nanos now = MonotonicNow();
  const Nanos joined = now - start > kJoinedLate ? now : 0;
  instance_->started_at_ms.store(WallClockMillis() + (start - now) / kNanosPerMilli, std::memory_order_relaxed);
  instance_->start.store(start, std::memory_order_relaxed);
  for (const auto& worker : workers_) {
    worker->Begin(start, joined);
    if (stop_now_) {
      worker->StopNow();
    } else if (stop_) {
      worker->Stop();
    }
  }
}

bool Load::Wait(Nanos until, std::vector<LoadWindow>* windows) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait_for(lock, std::chrono::nanoseconds(std::max<Nanos>(0, until - MonotonicNow())),
                    [this] { return woken_ || !windows_.empty() || done_ == workers_.size(); });
  woken_ = false;
  for (LoadWindow& window : windows_) {
    windows->push_back(std::move(window));
  }
  windows_.clear();
  return done_ == workers_.size();
}

void Load::Wake() {
  std::lock_guard<std::mutex> lock(mutex_);
  woken_ = true;
  changed_.notify_one();
}

void Load::Stop(bool now) {
  std::lock_guard<std::mutex> lock(mutex_);
  (now ? stop_now_ : stop_) = true;
  woken_ = true;
  changed_.notify_one();
  if (!begun_) {
    return;
  }
  for (const auto& worker : workers_) {
    if (now) {
      worker->StopNow();
    } else {
      worker->Stop();
    }
  }
}

void Load::End() {
  std::vector<std::unique_ptr<Worker>> ending;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    ending.swap(workers_);
  }
  ending.clear();  // joins; the threads may still call back
  if (error_log_ != nullptr) {
    error_log_->Flush();
  }
}

std::optional<Nanos> Load::Started() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return started_;
}

double Load::Fraction(Nanos elapsed) const {
  uint64_t taken = 0;
  for (const auto& pool : pools_) {
    taken += pool->Taken();
  }
  return RunFraction(spec_.plan, elapsed, taken);
}

}  // namespace mockarty
