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
#include "engine/run/prepare.h"
#include "engine/run/script_error_log.h"
#include "engine/schedule/executor_factory.h"

namespace mockarty {
namespace {

// Windows that nobody took yet; past it those of one worker become one, so that a reader that stalls costs no memory.
constexpr size_t kMaxWaitingWindows = 1'024;
// Descriptors that are not connections of virtual users.
constexpr rlim_t kSpareDescriptors = 64;

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
      vus_(static_cast<uint32_t>(spec_.segment.Share(MaxVus(spec_.plan)))),
      threads_(ThreadCount(spec_.workers, vus_)) {
  settings_.http = spec_.plan.http;
  settings_.environment = spec_.environment;
  settings_.console = spec_.console != nullptr ? spec_.console : NoConsole();
  settings_.registry = spec_.registry;
  settings_.secrets = spec_.secrets;
  if (spec_.shared_arrays == nullptr) {
    spec_.shared_arrays = std::make_shared<SharedArrays>();
  }
  settings_.shared_arrays = spec_.shared_arrays.get();
  settings_.segment = &spec_.segment;
  pool_ = MakeIterationPool(spec_.plan, spec_.iterations);
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
  resolver_ = std::make_unique<DnsResolver>();
  HttpClientOptions client = ClientOptions(spec_.plan.http);
  client.in_process_answer = spec_.in_process_answer;
  ASSIGN_OR_RETURN(transport_, HttpTransport::Create(std::move(client), resolver_.get()));
  error_log_ = std::make_unique<ScriptErrorLog>(settings_.console);
  std::vector<std::unique_ptr<Worker>> made;
  for (uint32_t i = 0; i < threads_; ++i) {
    const Segment part = spec_.segment.Divide(threads_, i);
    WorkerOptions worker;
    worker.place = {part, MaxVus(spec_.plan)};
    worker.program = spec_.program.get();
    worker.environment = ScriptEnvironment();
    worker.settings = &settings_;
    worker.collector.source = spec_.source_base + i + 1;
    worker.collector.apdex_threshold = spec_.plan.apdex_threshold;
    worker.http_transport = transport_.get();
    ASSIGN_OR_RETURN(std::unique_ptr<Worker> one,
                     Worker::Create(worker, MakeExecutorShard(spec_.plan, part, pool_.get()), Events()));
    made.push_back(std::move(one));
  }
  for (const auto& worker : made) {
    worker->Launch();
  }
  std::lock_guard<std::mutex> lock(mutex_);
  workers_ = std::move(made);
  return absl::OkStatus();
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
  for (const auto& worker : workers_) {
    worker->Begin(start);
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

double Load::Fraction(Nanos elapsed) const { return RunFraction(spec_.plan, elapsed, pool_->Taken()); }

}  // namespace mockarty
