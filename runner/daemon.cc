#include "runner/daemon.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "agent/agent.h"
#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/config/settings.h"
#include "common/log/log.h"
#include "common/rpc/library_logs.h"
#include "runner/admin/dashboard.h"
#include "runner/admin/runner_metrics.h"
#include "runner/link/grpc_link.h"
#include "runner/link/poll_link.h"
#include "runner/link/reverse_listener.h"
#include "runner/settings.h"

namespace mockarty {
namespace {

constexpr int kExitOk = 0;
constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;
constexpr Nanos kStopTimeout = 20 * kNanosPerSecond;   // for tasks that were told to stop at once
constexpr Nanos kReportTimeout = 5 * kNanosPerSecond;  // for a coordinator to take the last results
constexpr Nanos kIdleCheck = 50 * kNanosPerMilli;
constexpr char kUsage[] =
    "Usage: mockarty-runner [--config FILE] [--print-config] [--version] [--help]\n\n"
    "Carries out load tests for a coordinator.\n\n";

// The signals of the process, taken one after the other by the main thread.
class Signals {
 public:
  static constexpr int kWake = SIGUSR1;

  Signals() {
    sigemptyset(&set_);
    for (int number : {SIGTERM, SIGINT, kWake}) sigaddset(&set_, number);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    signal(SIGPIPE, SIG_IGN);
  }

  // The next one; 0 when none came in time.
  int Wait(Nanos timeout) const {
    timespec wait = {.tv_sec = timeout / kNanosPerSecond, .tv_nsec = timeout % kNanosPerSecond};
    return std::max(0, sigtimedwait(&set_, nullptr, &wait));
  }
  int Wait() const {
    int number = sigwaitinfo(&set_, nullptr);
    return std::max(0, number);
  }
  static void Wake() { kill(getpid(), kWake); }

 private:
  sigset_t set_;
};

std::string HostName() {
  char name[256] = {};
  return gethostname(name, sizeof(name) - 1) == 0 ? name : "";
}

std::string NewInstanceId() {
  std::random_device random;
  return absl::StrFormat("%08x%08x%08x%08x", random(), random(), random(), random());
}

AgentOptions MakeAgentOptions(const RunnerSettings& settings, RunnerMetrics& metrics) {
  AgentOptions options;
  v1::Hello& hello = options.hello;
  hello.set_instance_id(NewInstanceId());
  hello.set_name(settings.name);
  hello.set_version(MOCKARTY_VERSION);
  for (const std::string& capability : settings.capabilities) hello.add_capabilities(capability);
  for (const auto& [key, value] : settings.labels) {
    v1::Variable* label = hello.add_labels();
    label->set_name(key);
    label->set_value(value);
  }
  hello.set_shared(settings.shared);
  if (!settings.shared) hello.set_namespace_(settings.name_space);
  hello.set_perf_enabled(settings.perf_enabled);
  hello.set_cores(std::max(1u, std::thread::hardware_concurrency()));
  hello.set_max_vus(settings.max_vus);
  options.slots = settings.max_tasks;
  options.task_workers = settings.task_workers;
  options.on_task_finished = [&metrics](const TaskResult& result) { metrics.AddTask(result); };
  return options;
}

// From the first signal to the end of the last task. A second signal, or a first SIGINT, stops at once.
void EndTasks(Agent& agent, const Signals& signals, const std::atomic<bool>& token_refused, int first,
              Nanos drain_timeout) {
  agent.Drain();
  bool at_once = first == SIGINT || token_refused;
  Nanos deadline = MonotonicNow() + drain_timeout;
  if (!at_once && !agent.Idle()) Log(LogLevel::kInfo, "draining: running tasks may finish");
  while (!at_once && !agent.Idle() && MonotonicNow() < deadline) {
    at_once = signals.Wait(kIdleCheck) != 0;
  }
  if (agent.Idle()) return;
  Log(LogLevel::kWarn, "stopping the running tasks");
  agent.StopAll(true);
  deadline = MonotonicNow() + kStopTimeout;
  while (agent.GetStats().active_tasks > 0 && MonotonicNow() < deadline) signals.Wait(kIdleCheck);
  // What they measured last is to reach the coordinator, if there is one.
  if (!token_refused && agent.GetStats().connected_links > 0) agent.WaitIdle(kReportTimeout);
}

// What connects the agent to coordinators, by the connection mode.
class Links {
 public:
  // Reads the files that the settings name.
  absl::Status Prepare(const RunnerSettings& settings) {
    for (const HostPort& coordinator : settings.coordinators) {
      if (settings.mode == ConnectionMode::kPoll) {
        ASSIGN_OR_RETURN(PollLinkOptions options, MakePollLinkOptions(settings, coordinator));
        poll_options_.push_back(std::move(options));
      } else {
        ASSIGN_OR_RETURN(GrpcLinkOptions options, MakeGrpcLinkOptions(settings, coordinator));
        grpc_options_.push_back(std::move(options));
      }
    }
    if (settings.mode == ConnectionMode::kReverse) {
      ASSIGN_OR_RETURN(listener_options_, MakeReverseListenerOptions(settings));
    }
    return absl::OkStatus();
  }

  // `on_token_refused`: by a coordinator that this runner went to. One that came may be anybody.
  absl::Status Start(const RunnerSettings& settings, Agent& agent, const std::function<void()>& on_token_refused) {
    if (settings.mode == ConnectionMode::kReverse) {
      ASSIGN_OR_RETURN(listener_, ReverseListener::Start(listener_options_, agent));
      Log(LogLevel::kInfo, "listens for coordinators",
          {{"address", settings.listen.host}, {"port", listener_->Port()}, {"tls", settings.tls.enabled}});
    }
    auto next = [this] { return static_cast<LinkId>(links_.size() + 1); };
    for (GrpcLinkOptions& options : grpc_options_) {
      links_.push_back(std::make_unique<GrpcLink>(next(), std::move(options), agent, on_token_refused));
    }
    for (PollLinkOptions& options : poll_options_) {
      links_.push_back(std::make_unique<PollLink>(next(), std::move(options), agent, on_token_refused));
    }
    return absl::OkStatus();
  }

  void Stop() {
    links_.clear();
    listener_.reset();
  }

 private:
  std::vector<GrpcLinkOptions> grpc_options_;
  std::vector<PollLinkOptions> poll_options_;
  ReverseListenerOptions listener_options_;
  std::vector<std::unique_ptr<AgentLink>> links_;
  std::unique_ptr<ReverseListener> listener_;
};

absl::Status Serve(const RunnerSettings& settings, const Signals& signals) {
  RunnerMetrics metrics;
  MonotonicClock clock;
  Links links;
  RETURN_IF_ERROR(links.Prepare(settings));
  Agent agent(MakeAgentOptions(settings, metrics), clock);
  std::unique_ptr<HttpServer> dashboard;
  if (settings.ui_enabled) {
    ASSIGN_OR_RETURN(dashboard, StartDashboard(settings, MOCKARTY_VERSION, agent, metrics));
    Log(LogLevel::kInfo, "dashboard listens", {{"address", settings.ui_address}, {"port", dashboard->Port()}});
  }
  std::atomic<bool> token_refused = false;
  RETURN_IF_ERROR(links.Start(settings, agent, [&token_refused] {
    token_refused = true;
    Signals::Wake();
  }));
  int first = 0;
  while (first == 0 || (first == Signals::kWake && !token_refused)) first = signals.Wait();
  EndTasks(agent, signals, token_refused, first, settings.drain_timeout);
  links.Stop();
  if (token_refused) return absl::UnauthenticatedError("the coordinator refused the token (API_TOKEN)");
  Log(LogLevel::kInfo, "runner ends");
  return absl::OkStatus();
}

int Fail(const absl::Status& status, int exit_code) {
  fprintf(stderr, "mockarty-runner: %s\n", std::string(status.message()).c_str());
  return exit_code;
}

}  // namespace

int RunRunner(int argc, const char* const* argv) {
  absl::StatusOr<DaemonFlags> flags = ParseDaemonFlags(argc, argv);
  if (!flags.ok()) return Fail(flags.status(), kExitUsage);
  if (flags->help) {
    fputs(DaemonHelp(kUsage, RunnerSettingDefs()).c_str(), stdout);
    return kExitOk;
  }
  if (flags->version) {
    puts("mockarty-runner " MOCKARTY_VERSION);
    return kExitOk;
  }
  if (!flags->command.empty()) {
    return Fail(absl::InvalidArgumentError(ToAbsl(Concat("unknown argument ", flags->command.front(), ", see --help"))),
                kExitUsage);
  }
  absl::StatusOr<Settings> loaded = Settings::Load(RunnerSettingDefs(), flags->config_file, ProcessEnvironment());
  if (!loaded.ok()) return Fail(loaded.status(), kExitUsage);
  absl::StatusOr<RunnerSettings> settings = MakeRunnerSettings(*loaded, HostName());
  if (!settings.ok()) return Fail(settings.status(), kExitUsage);
  if (flags->print_config) {
    fputs(loaded->Print().c_str(), stdout);
    return kExitOk;
  }
  SetUpLog(settings->log_level, settings->log_format);
  RouteLibraryLogs();
  Signals signals;
  Log(LogLevel::kInfo, "runner starts", {{"name", settings->name}, {"version", MOCKARTY_VERSION}});
  absl::Status status = Serve(*settings, signals);
  return status.ok() ? kExitOk : Fail(status, kExitFailed);
}

}  // namespace mockarty
