#include "tools/fleet/dispatch_load.h"

#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "common/time/clock.h"
#include "mockarty/v1/control.grpc.pb.h"
#include "tools/fleet/process_figures.h"
#include "tools/fleet/tiny_task_runner.h"

namespace mockarty::fleet {
namespace {

constexpr int kUnderWay = 256;                     // submissions at a time
constexpr Nanos kPatience = 60 * kNanosPerSecond;  // without any progress

// Submits `count` runs of one task each, so many at a time.
class Submitter {
 public:
  Submitter(const FleetArguments& arguments, const std::string& label)
      : arguments_(arguments),
        stub_(v1::Control::NewStub(grpc::CreateChannel(arguments.coordinator, grpc::InsecureChannelCredentials()))) {
    request_.set_script_name("tiny.js");
    request_.set_script(
        "module.exports.options = {vus: 1, iterations: 1};\nmodule.exports.default = function () {};\n");
    request_.set_runners(1);
    request_.add_required_labels(label);
  }

  // The error of the first that was refused; empty: all were taken.
  std::string Run(int count) {
    std::unique_lock lock(mutex_);
    for (int i = 0; i < count && error_.empty(); ++i) {
      changed_.wait(lock, [this] { return under_way_ < kUnderWay; });
      ++under_way_;
      lock.unlock();
      Submit();
      lock.lock();
    }
    changed_.wait(lock, [this] { return under_way_ == 0; });
    return error_;
  }

 private:
  struct Call {
    grpc::ClientContext context;
    v1::SubmitResponse response;
  };

  void Submit() {
    auto call = std::make_shared<Call>();
    call->context.AddMetadata("authorization", "Bearer " + arguments_.user_token);
    stub_->async()->Submit(&call->context, &request_, &call->response, [this, call](const grpc::Status& status) {
      std::lock_guard lock(mutex_);
      --under_way_;
      if (!status.ok() && error_.empty()) error_ = status.error_message();
      changed_.notify_all();
    });
  }

  const FleetArguments& arguments_;
  const std::unique_ptr<v1::Control::Stub> stub_;
  v1::SubmitRequest request_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int under_way_ = 0;
  std::string error_;
};

using Runners = std::vector<std::unique_ptr<TinyTaskRunner>>;

// Until the end of each task is stored. False when nothing happens any more.
bool Carry(const FleetArguments& arguments, Runners& runners, std::vector<Nanos>& starts) {
  uint64_t done = 0;
  Nanos progress = MonotonicNow();
  for (int step = 0; done < static_cast<uint64_t>(arguments.tasks); ++step) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    uint64_t released = 0;
    for (const auto& runner : runners) {
      if (step % 20 == 0) runner->Step();
      for (const Nanos start : runner->TakeStarts()) starts.push_back(start);
      released += runner->Released();
    }
    if (released != done) progress = MonotonicNow();
    done = released;
    if (MonotonicNow() - progress > kPatience) {
      std::fprintf(stderr, "fleet-load: nothing moves after %llu tasks; %s\n", static_cast<unsigned long long>(done),
                   runners.front()->Failure().c_str());
      return false;
    }
  }
  return true;
}

// Tasks in each whole second from the first to the last.
std::vector<uint64_t> Seconds(const std::vector<Nanos>& starts) {
  std::vector<uint64_t> seconds(static_cast<size_t>((starts.back() - starts.front()) / kNanosPerSecond));
  for (const Nanos start : starts) {
    const auto second = static_cast<size_t>((start - starts.front()) / kNanosPerSecond);
    if (second < seconds.size()) ++seconds[second];
  }
  return seconds;
}

}  // namespace

int DispatchLoad(const FleetArguments& arguments) {
  // No other runner of this coordinator takes them, its own neither.
  const std::string label = absl::StrFormat("bench=%d", getpid());
  const Nanos before = MonotonicNow();
  if (const std::string error = Submitter(arguments, label).Run(arguments.tasks); !error.empty()) {
    std::fprintf(stderr, "fleet-load: submit: %s\n", error.c_str());
    return 1;
  }
  const double submitting = static_cast<double>(MonotonicNow() - before) / 1e9;

  Runners runners;
  const double cpu_before = CpuSeconds(arguments.pid);
  const Nanos begin = MonotonicNow();
  for (int i = 0; i < arguments.runners; ++i) {
    runners.push_back(std::make_unique<TinyTaskRunner>(
        RunnerOptions{absl::StrFormat("tiny-%d-%d", getpid(), i), arguments.connect, label,
                      static_cast<uint32_t>(arguments.slots), arguments.series}));
  }
  std::vector<Nanos> starts;
  if (!Carry(arguments, runners, starts)) return 1;
  const double wall = static_cast<double>(MonotonicNow() - begin) / 1e9;
  const double cpu = CpuSeconds(arguments.pid) - cpu_before;
  std::sort(starts.begin(), starts.end());
  const std::vector<uint64_t> seconds = Seconds(starts);
  std::printf(
      "{\"tasks\":%zu,\"runners\":%d,\"slots\":%d,\"submitted_per_s\":%.0f,\"dispatched_per_s\":%.0f,"
      "\"slowest_second\":%llu,\"coordinator_cores\":%.2f,\"rss_mb\":%.1f}\n",
      starts.size(), arguments.runners, arguments.slots, arguments.tasks / submitting,
      static_cast<double>(starts.size()) / wall,
      static_cast<unsigned long long>(seconds.empty() ? starts.size()
                                                      : *std::min_element(seconds.begin(), seconds.end())),
      cpu / wall, ResidentMegabytes(arguments.pid));
  return 0;
}

}  // namespace mockarty::fleet
