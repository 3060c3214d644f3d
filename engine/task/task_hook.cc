#include "engine/task/task_hook.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/metrics/registry.h"
#include "common/wire/plan_codec.h"
#include "common/wire/window_codec.h"
#include "common/wire/wire_text.h"
#include "engine/run/hook.h"
#include "engine/task/archive_codec.h"
#include "engine/task/task_load.h"

namespace mockarty {
namespace {

constexpr auto kConsoleInterval = std::chrono::milliseconds(200);

struct HookTask {
  TestPlan plan;
  HookSpec spec;
};

absl::Status MakeTask(const v1::TaskSetup& setup, HookTask& task) {
  ASSIGN_OR_RETURN(const ScriptSource source, DecodeArchive(setup.archive()));
  ASSIGN_OR_RETURN(task.plan, FromProto(setup.plan()));
  ASSIGN_OR_RETURN(task.spec.environment, FromProto(setup.environment()));
  ASSIGN_OR_RETURN(task.spec.program, Program::Compile(source));
  task.spec.plan = &task.plan;
  const bool is_setup = setup.hook() == v1::HOOK_SETUP;
  task.spec.name = is_setup ? "setup" : "teardown";
  task.spec.group = task.spec.name;
  task.spec.timeout = is_setup ? task.plan.hooks.setup_timeout : task.plan.hooks.teardown_timeout;
  task.spec.source = setup.assignment();
  task.spec.shared_arrays = std::make_shared<SharedArrays>();
  return absl::OkStatus();
}

void SendFailure(const absl::Status& status, WorkerChannel& channel) {
  v1::TaskEvent event;
  SetUtf8(ToStd(status.message()), event.mutable_ready()->mutable_failure());
  channel.Send(event);
}

void SendStarted(int64_t planned, WorkerChannel& channel) {
  v1::TaskEvent event;
  event.mutable_started()->set_planned_ns(planned);
  event.mutable_started()->set_actual_ns(MonotonicNow());
  channel.Send(event);
}

void SendWindow(Window window, const MetricRegistry& registry, WorkerChannel& channel) {
  window.first_seq = window.last_seq = 1;
  window.start = window.end = -1;
  window.vus.clear();
  v1::TaskEvent event;
  EncodeWindow(window, registry, event.mutable_window()->mutable_window());
  channel.Send(event);
}

void SendOutcome(const HookOutcome& outcome, const ScriptVerdict::Value& verdict, WorkerChannel& channel) {
  v1::TaskEvent event;
  v1::TaskFinished* finished = event.mutable_finished();
  if (!outcome.status.ok()) {
    SetUtf8(ToStd(outcome.status.message()), finished->mutable_failure());
  }
  if (outcome.returned.has_value()) {
    finished->mutable_hook()->set_returned(*outcome.returned);
  }
  finished->mutable_hook()->set_threw(absl::IsAborted(outcome.status));
  finished->mutable_hook()->set_timed_out(absl::IsDeadlineExceeded(outcome.status));
  FillVerdict(verdict, finished);
  channel.Send(event);
}

}  // namespace

void RunTaskHook(const v1::TaskSetup& setup, WorkerChannel& channel, ConsoleBatch& console) {
  MetricRegistry registry;
  HookTask task;
  if (const absl::Status made = MakeTask(setup, task); !made.ok()) {
    return SendFailure(made, channel);
  }
  ScriptVerdict verdict;
  task.spec.verdict = &verdict;
  task.spec.registry = &registry;
  task.spec.console = &console;
  v1::TaskEvent ready;
  ready.mutable_ready()->set_vus(1);
  channel.Send(ready);
  std::optional<v1::TaskStart> start = AwaitStart(channel);
  if (!start.has_value()) {
    HookOutcome outcome;
    outcome.status = absl::CancelledError(Concat(task.spec.name, "() was interrupted before it began"));
    return SendOutcome(outcome, {}, channel);
  }
  SendStarted(start->start_at_ns(), channel);
  if (start->has_setup_data()) {
    task.spec.argument = std::move(*start->mutable_setup_data());
  }
  Hook hook(std::move(task.spec));
  channel.OnStop([&hook](bool) { hook.Interrupt(); });
  // The call blocks its thread; what it writes is shown meanwhile.
  HookOutcome outcome;
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::thread caller([&] {
    outcome = hook.Run();
    const std::lock_guard<std::mutex> lock(mutex);
    done = true;
    changed.notify_one();
  });
  {
    std::unique_lock<std::mutex> lock(mutex);
    while (!changed.wait_for(lock, kConsoleInterval, [&done] { return done; })) {
      lock.unlock();
      SendConsole(console, channel);
      lock.lock();
    }
  }
  caller.join();
  channel.OnStop(nullptr);
  SendConsole(console, channel);
  SendWindow(std::move(outcome.window), registry, channel);
  SendOutcome(outcome, verdict.Get(), channel);
}

}  // namespace mockarty
