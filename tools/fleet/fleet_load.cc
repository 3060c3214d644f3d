#include "tools/fleet/fleet_load.h"

#include <grpcpp/grpcpp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_format.h"
#include "mockarty/v1/control.grpc.pb.h"
#include "tools/fleet/dispatch_load.h"
#include "tools/fleet/fleet_arguments.h"
#include "tools/fleet/grpc_connection.h"
#include "tools/fleet/poll_connection.h"
#include "tools/fleet/process_figures.h"
#include "tools/fleet/simulated_runner.h"

namespace mockarty::fleet {
namespace {

constexpr int kPollThreads = 2;

bool Submit(const FleetArguments& arguments) {
  const auto stub =
      v1::Control::NewStub(grpc::CreateChannel(arguments.coordinator, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + arguments.user_token);
  v1::SubmitRequest request;
  request.set_script_name("fleet-load.js");
  request.set_script(
      absl::StrFormat("module.exports.options = {vus: %d, duration: '%ds'};\n"
                      "module.exports.default = function () {};\n",
                      arguments.runners, arguments.seconds + 60));
  request.set_runners(static_cast<uint32_t>(arguments.runners));
  v1::SubmitResponse response;
  const grpc::Status status = stub->Submit(&context, request, &response);
  if (!status.ok()) std::fprintf(stderr, "fleet-load: submit: %s\n", status.error_message().c_str());
  return status.ok();
}

using Fleet = std::vector<std::unique_ptr<SimulatedRunner>>;

template <typename Ready>
bool WaitFor(const Fleet& fleet, int seconds, Ready ready) {
  for (int i = 0; i < seconds * 10; ++i) {
    if (std::all_of(fleet.begin(), fleet.end(), [&](const auto& runner) { return ready(*runner); })) return true;
    if (i % 10 == 9) {
      for (const auto& runner : fleet) runner->Step();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

int Measure(const FleetArguments& arguments, Fleet& fleet) {
  const double cpu_before = CpuSeconds(arguments.pid);
  const Nanos begin = MonotonicNow();
  double early = 0;
  for (int second = 0; second < arguments.seconds; ++second) {
    // Spread over the second, as the windows of real runners are not: they all end at its full.
    for (const auto& runner : fleet) runner->Step();
    std::this_thread::sleep_until(
        std::chrono::steady_clock::now() +
        std::chrono::nanoseconds(std::max<Nanos>(0, begin + (second + 1) * kNanosPerSecond - MonotonicNow())));
    if (second == arguments.seconds / 4) early = ResidentMegabytes(arguments.pid);
  }
  const double wall = static_cast<double>(MonotonicNow() - begin) / 1e9;
  const double cpu = CpuSeconds(arguments.pid) - cpu_before;
  const double late = ResidentMegabytes(arguments.pid);
  const bool all = WaitFor(fleet, 30, [](const SimulatedRunner& runner) { return runner.Acknowledged(); });
  std::vector<Nanos> latencies;
  for (const auto& runner : fleet) {
    for (const Nanos latency : runner->TakeLatencies()) latencies.push_back(latency);
  }
  for (const auto& runner : fleet) runner->Finish();
  if (!all || latencies.empty()) {
    std::fprintf(stderr, "fleet-load: windows were not acknowledged\n");
    return 1;
  }
  std::sort(latencies.begin(), latencies.end());
  const auto quantile = [&latencies](double q) {
    return static_cast<double>(latencies[static_cast<size_t>(q * static_cast<double>(latencies.size() - 1))]) / 1e6;
  };
  std::printf(
      "{\"runners\":%d,\"windows\":%zu,\"series\":%d,\"coordinator_cores\":%.3f,\"ack_p50_ms\":%.1f,"
      "\"ack_p99_ms\":%.1f,\"rss_mb_early\":%.1f,\"rss_mb_late\":%.1f}\n",
      arguments.runners, latencies.size(), arguments.series, cpu / wall, quantile(0.5), quantile(0.99), early, late);
  return 0;
}

// One run for all runners, a window a second from each.
int WindowLoad(const FleetArguments& arguments) {
  Fleet fleet;
  for (int i = 0; i < arguments.runners; ++i) {
    fleet.push_back(
        std::make_unique<SimulatedRunner>(RunnerOptions{.name = absl::StrFormat("simulated-%d-%d", getpid(), i),
                                                        .connect = arguments.connect,
                                                        .label = "",
                                                        .series = arguments.series}));
  }
  if (!Submit(arguments)) return 1;
  if (!WaitFor(fleet, 120, [](const SimulatedRunner& runner) { return runner.Started(); })) {
    const auto started =
        std::count_if(fleet.begin(), fleet.end(), [](const auto& runner) { return runner->Started(); });
    const auto failed =
        std::find_if(fleet.begin(), fleet.end(), [](const auto& runner) { return !runner->Failure().empty(); });
    std::fprintf(stderr, "fleet-load: the run did not start: %d of %zu runners began; %s\n", static_cast<int>(started),
                 fleet.size(), failed == fleet.end() ? "none failed" : (*failed)->Failure().c_str());
    return 1;
  }
  const int code = Measure(arguments, fleet);
  std::this_thread::sleep_for(std::chrono::seconds(1));  // the ends are on their way
  return code;
}

}  // namespace

int FleetLoad(int argc, char** argv) {
  FleetArguments arguments;
  CLI::App app("Simulated runners as a load for a coordinator");
  app.add_option("--coordinator", arguments.coordinator)->required();
  app.add_option("--runner-token", arguments.runner_token)->required();
  app.add_option("--user-token", arguments.user_token)->required();
  app.add_option("--runners", arguments.runners)->check(CLI::Range(1, 10'000));
  app.add_option("--seconds", arguments.seconds)->check(CLI::Range(1, 3'600));
  app.add_option("--series", arguments.series)->check(CLI::Range(1, 1'000));
  app.add_option("--pid", arguments.pid);
  app.add_option("--tasks", arguments.tasks, "queue and dispatch so many tasks, in place of a load")
      ->check(CLI::Range(1, 10'000'000));
  app.add_option("--slots", arguments.slots, "of a runner, with --tasks")->check(CLI::Range(1, 1'000));
  std::string mode = "grpc";
  app.add_option("--mode", mode, "how the runners connect")->check(CLI::IsMember({"grpc", "poll"}));
  app.add_option("--http", arguments.http, "HOST:PORT of the coordinator's HTTP, with --mode poll");
  CLI11_PARSE(app, argc, argv);
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);

  std::unique_ptr<PollThreads> poll_threads;
  if (mode == "poll") {
    auto started = PollThreads::Start(arguments.http, kPollThreads);
    if (!started.ok()) {
      std::fprintf(stderr, "fleet-load: --http: %s\n", std::string(started.status().message()).c_str());
      return 1;
    }
    poll_threads = *std::move(started);
  }
  arguments.connect = poll_threads != nullptr ? poll_threads->ByPolling(arguments.runner_token)
                                              : ByGrpc(arguments.coordinator, arguments.runner_token);
  return arguments.tasks > 0 ? DispatchLoad(arguments) : WindowLoad(arguments);
}

}  // namespace mockarty::fleet
