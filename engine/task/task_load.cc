#include "engine/task/task_load.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/metrics/merge.h"
#include "common/metrics/registry.h"
#include "common/report/generator_health.h"
#include "common/wire/plan_codec.h"
#include "common/wire/window_codec.h"
#include "common/wire/wire_text.h"
#include "engine/run/generator_probe.h"
#include "engine/run/load.h"
#include "engine/schedule/executor_factory.h"
#include "engine/task/archive_codec.h"
#include "engine/task/process_usage.h"

namespace mockarty {
namespace {

constexpr Nanos kTick = kNanosPerSecond;
// Ticks come this long after the threads' windows, so that each finds those of the second before it.
constexpr Nanos kTickDelay = 50 * kNanosPerMilli;
constexpr Nanos kConsoleInterval = 200 * kNanosPerMilli;

// Then the coordinator says how many are this task's.
const SharedIterationsConfig* OnlySharedIterations(const TestPlan& plan) {
  return plan.scenarios.size() != 1 ? nullptr : std::get_if<SharedIterationsConfig>(&plan.scenarios.front().executor);
}

absl::Status TakeDone(const v1::TaskSetup& setup, LoadSpec& spec) {
  if (setup.done_size() != 0 && static_cast<size_t>(setup.done_size()) != spec.plan.scenarios.size()) {
    return WrongField("done", Concat(setup.done_size(), " numbers"),
                      Concat("one for each of ", spec.plan.scenarios.size(), " scenarios, or none"));
  }
  spec.done.assign(setup.done().begin(), setup.done().end());
  return absl::OkStatus();
}

absl::StatusOr<LoadSpec> MakeSpec(const v1::TaskSetup& setup) {
  LoadSpec spec;
  ASSIGN_OR_RETURN(const ScriptSource source, DecodeArchive(setup.archive()));
  ASSIGN_OR_RETURN(spec.plan, FromProto(setup.plan()));
  ASSIGN_OR_RETURN(spec.segment, FromProto(setup.segment()));
  ASSIGN_OR_RETURN(spec.environment, FromProto(setup.environment()));
  ASSIGN_OR_RETURN(spec.program, Program::Compile(source));
  if (const auto* shared = OnlySharedIterations(spec.plan); shared != nullptr) {
    const std::vector<ScenarioPart> parts = DividePlan(spec.plan, spec.segment);
    if (setup.iterations() > kMaxIterations) {
      return WrongField("iterations", setup.iterations(), Concat("at most ", kMaxIterations));
    }
    if (setup.iterations() > 0 && spec.segment.Share(MaxVus(spec.plan)) == 0) {
      return WrongField("segment", Concat("none of ", MaxVus(spec.plan)),
                        Concat("at least one VU for ", setup.iterations(), " iterations"));
    }
    const uint64_t share = parts.front().Iterations(shared->iterations);
    spec.done = {share - std::min(share, setup.iterations())};
  } else {
    RETURN_IF_ERROR(TakeDone(setup, spec));
  }
  spec.workers = std::min(setup.workers(), kMaxSourceThreads);
  spec.source_base = SourceId{setup.assignment()} << kSourceThreadBits;
  return spec;
}

// The load once it has begun: joins the threads' windows and sends them.
class RunningLoad {
 public:
  RunningLoad(uint32_t assignment, Nanos start, const MetricRegistry& registry, Load& load, ConsoleBatch& console,
              WorkerChannel& channel)
      : assignment_(assignment),
        start_(start),
        registry_(registry),
        load_(load),
        console_(console),
        channel_(channel),
        probe_(load.threads()) {}

  void Run() {
    probe_.Read(0);
    Nanos next_tick = NextTick(MonotonicNow());
    Nanos next_console = 0;
    for (;;) {
      const bool finished = load_.Wait(std::min(next_tick, next_console), &waiting_);
      const Nanos now = MonotonicNow();
      SendStarted();
      if (finished || now >= next_tick) {
        SendWindow();
        next_tick = NextTick(now);
      }
      if (finished) {
        return;
      }
      if (now >= next_console) {
        SendConsole(console_, channel_);
        next_console = now + kConsoleInterval;
      }
    }
  }

 private:
  // The first tick after `now`.
  Nanos NextTick(Nanos now) const {
    const Nanos first = start_ + kTick + kTickDelay;
    return now < first ? first : first + ((now - first) / kTick + 1) * kTick;
  }

  void SendStarted() {
    const std::optional<Nanos> actual = load_.Started();
    if (started_sent_ || !actual.has_value()) {
      return;
    }
    started_sent_ = true;
    v1::TaskEvent event;
    event.mutable_started()->set_planned_ns(start_);
    event.mutable_started()->set_actual_ns(*actual);
    channel_.Send(event);
  }

  void SendWindow() {
    if (waiting_.empty()) {
      return;
    }
    Window joined;
    Nanos lag = 0;
    for (const LoadWindow& one : waiting_) {
      Merge(one.window, joined);
      lag = std::max(lag, one.loop_lag);
    }
    waiting_.clear();
    joined.source = assignment_;
    joined.first_seq = ++seq_;
    joined.last_seq = seq_;
    ShiftTimes(-start_, joined);
    v1::TaskEvent event;
    EncodeWindow(joined, registry_, event.mutable_window()->mutable_window());
    const HealthSample sample = probe_.Read(lag);
    judge_.Add(sample);
    v1::TaskHealth* health = event.mutable_window()->mutable_health();
    health->set_cpu(sample.cpu);
    health->set_resident_bytes(usage_.Read().resident_bytes);
    for (const std::string& reason : judge_.Report().limited_by) {
      SetUtf8(reason, health->add_limited_by());
    }
    health->set_loop_lag_ns(lag);
    health->set_workers(load_.threads());
    channel_.Send(event);
  }

  const uint32_t assignment_;
  const Nanos start_;
  const MetricRegistry& registry_;
  Load& load_;
  ConsoleBatch& console_;
  WorkerChannel& channel_;
  UsageMeter usage_;
  GeneratorProbe probe_;
  HealthJudge judge_;
  std::vector<LoadWindow> waiting_;
  uint64_t seq_ = 0;
  bool started_sent_ = false;
};

void SendFailure(const absl::Status& status, WorkerChannel& channel) {
  v1::TaskEvent event;
  SetUtf8(ToStd(status.message()), event.mutable_ready()->mutable_failure());
  if (event.ready().failure().empty()) {
    event.mutable_ready()->set_failure("unknown failure");
  }
  event.mutable_ready()->set_failed_in_script(absl::IsAborted(status));
  channel.Send(event);
}

void SendFinished(const ScriptVerdict::Value& verdict, WorkerChannel& channel) {
  v1::TaskEvent event;
  FillVerdict(verdict, event.mutable_finished());
  channel.Send(event);
}

}  // namespace

std::optional<v1::TaskStart> AwaitStart(WorkerChannel& channel) {
  for (;;) {
    v1::TaskCommand command = channel.Next();
    if (command.has_start()) {
      return std::move(*command.mutable_start());
    }
    if (command.has_stop()) {
      return std::nullopt;
    }
  }
}

void FillVerdict(const ScriptVerdict::Value& verdict, v1::TaskFinished* out) {
  if (verdict.kind == ScriptVerdict::Kind::kNone) {
    return;
  }
  out->mutable_verdict()->set_aborted(verdict.kind == ScriptVerdict::Kind::kAborted);
  SetUtf8(verdict.reason, out->mutable_verdict()->mutable_reason());
}

void SendConsole(ConsoleBatch& console, WorkerChannel& channel) {
  v1::TaskEvent event;
  if (console.Take(event.mutable_console())) {
    channel.Send(event);
  }
}

void RunTaskLoad(const v1::TaskSetup& setup, WorkerChannel& channel, ConsoleBatch& console) {
  MetricRegistry registry;
  absl::StatusOr<LoadSpec> spec = MakeSpec(setup);
  if (!spec.ok()) {
    SendFailure(spec.status(), channel);
    return;
  }
  spec->console = &console;
  spec->registry = &registry;
  Load load(*std::move(spec));
  std::vector<std::string> warnings;
  RaiseDescriptorLimit(load.vus(), warnings);
  for (const std::string& warning : warnings) {
    console.Write(ConsoleLevel::kWarn, 0, warning);
  }
  channel.OnStop([&load](bool now) { load.Stop(now); });
  const absl::Status prepared = load.Prepare();
  SendConsole(console, channel);
  std::optional<v1::TaskStart> start;
  if (prepared.ok()) {
    v1::TaskEvent event;
    event.mutable_ready()->set_vus(load.vus());
    channel.Send(event);
    start = AwaitStart(channel);
  }
  if (start.has_value()) {
    if (start->has_setup_data()) {
      load.SetSetupData(std::move(*start->mutable_setup_data()));
    }
    load.Begin(start->start_at_ns());
    RunningLoad(setup.assignment(), start->start_at_ns(), registry, load, console, channel).Run();
  }
  channel.OnStop(nullptr);
  load.End();
  SendConsole(console, channel);
  if (prepared.ok() || absl::IsCancelled(prepared)) {
    SendFinished(load.Verdict(), channel);
  } else {
    SendFailure(prepared, channel);
  }
}

}  // namespace mockarty
