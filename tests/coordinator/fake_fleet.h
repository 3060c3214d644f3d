// A coordinator's logic with a clock that stands still, a store in memory and runners that are plain objects.
#ifndef TESTS_COORDINATOR_FAKE_FLEET_H_
#define TESTS_COORDINATOR_FAKE_FLEET_H_

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/metrics/registry.h"
#include "common/wire/plan_codec.h"
#include "common/wire/window_codec.h"
#include "coordinator/run/coordinator.h"
#include "mockarty/v1/task.pb.h"
#include "tests/coordinator/memory_store.h"
#include "tests/store/inline_store_queue.h"

namespace mockarty::testing {

class FakeInspector final : public ScriptInspector {
 public:
  TestPlan plan;
  std::string error;
  v1::TaskInspection::Error kind = v1::TaskInspection::ERROR_NONE;

  void Inspect(const v1::TaskInspect&, std::function<void(v1::TaskInspection)> done) override {
    v1::TaskInspection inspection;
    inspection.set_error(kind);
    inspection.set_message(error);
    inspection.set_archive(std::string(300'000, 'a'));
    ToProto(plan, inspection.mutable_plan());
    done(inspection);
  }
};

// Answers as a runner would, as far as its switches say. Its clock runs `clock_ahead` before the coordinator's.
class FakeRunner final : public RunnerSession, public std::enable_shared_from_this<FakeRunner> {
 public:
  struct Task {
    v1::Offer offer;
    v1::AssignmentId id;
    bool leased = false;
    bool ready = false;
    Nanos start_at = 0;  // own clock
    int starts = 0;
    std::string setup_data;
    bool stopped = false;
    bool stopped_now = false;
    bool released = false;
    uint64_t seq = 0;
    std::map<uint64_t, v1::Window> unacknowledged;  // by first_seq
  };

  std::string instance;
  std::string name;
  Nanos clock_ahead = 0;
  bool answers = true;
  bool accepts = true;
  bool gets_ready = true;
  bool closed = false;
  std::string close_reason;
  std::string archive;
  std::map<std::pair<std::string, uint32_t>, Task> tasks;
  std::deque<v1::RunnerMessage> outbox;  // to the coordinator, at the next pump
  const FakeClock* clock = nullptr;

  void Send(v1::CoordinatorMessage message) override {
    switch (message.kind_case()) {
      case v1::CoordinatorMessage::kTimeProbe: {
        v1::TimeReply* reply = outbox.emplace_back().mutable_time_reply();
        reply->set_number(message.time_probe().number());
        reply->set_probe_sent_ns(message.time_probe().sent_ns());
        reply->set_received_ns(clock->Now() + clock_ahead);
        reply->set_sent_ns(clock->Now() + clock_ahead);
        break;
      }
      case v1::CoordinatorMessage::kOffer: {
        Task& task = Of(message.offer().id());
        task = Task{};
        task.offer = message.offer();
        task.id = message.offer().id();
        if (!answers) break;
        v1::OfferAnswer* answer = outbox.emplace_back().mutable_offer_answer();
        *answer->mutable_id() = task.id;
        answer->set_accepted(accepts);
        answer->set_reason(accepts ? "" : "busy");
        break;
      }
      case v1::CoordinatorMessage::kLease: {
        Task& task = Of(message.lease().id());
        task.leased = true;
        v1::ArchiveRequest* request = outbox.emplace_back().mutable_archive_request();
        request->set_hash(task.offer.archive_hash());
        *request->mutable_id() = task.id;
        archive.clear();
        break;
      }
      case v1::CoordinatorMessage::kArchiveChunk:
        archive += message.archive_chunk().data();
        if (archive.size() < message.archive_chunk().total()) break;
        for (auto& [key, task] : tasks) {
          if (task.leased && !task.ready && gets_ready && !task.released) {
            task.ready = true;
            v1::Ready* ready = outbox.emplace_back().mutable_ready();
            *ready->mutable_id() = task.id;
          }
        }
        break;
      case v1::CoordinatorMessage::kStart: {
        Task& task = Of(message.start().id());
        ++task.starts;
        task.start_at = message.start().start_at_ns();
        task.setup_data = message.start().setup_data();
        break;
      }
      case v1::CoordinatorMessage::kResume: {
        Task& task = Of(message.resume().id());
        task.id = message.resume().id();
        Drop(task, message.resume().taken());
        for (const auto& [seq, window] : task.unacknowledged) SendWindow(task, window);
        break;
      }
      case v1::CoordinatorMessage::kWindowAck:
        Drop(Of(message.window_ack().id()), message.window_ack().taken());
        break;
      case v1::CoordinatorMessage::kStop:
        Of(message.stop().id()).stopped = true;
        Of(message.stop().id()).stopped_now |= message.stop().now();
        break;
      case v1::CoordinatorMessage::kRelease:
        Of(message.release().id()).released = true;
        break;
      default:
        break;
    }
  }
  void Close(const absl::Status& why) override {
    closed = true;
    close_reason = why.ToString();
  }

  Task& Of(const v1::AssignmentId& id) { return tasks[{id.run_id(), id.number()}]; }
  // The one task that is not released.
  Task* Current() {
    Task* found = nullptr;
    for (auto& [key, task] : tasks) {
      if (!task.released) found = &task;
    }
    return found;
  }

  // A window of one second with so many requests and iterations.
  v1::Window MakeWindow(Task& task, uint64_t requests, uint64_t failed = 0) {
    MetricRegistry registry;
    Window window;
    window.source = task.id.number();
    window.first_seq = window.last_seq = ++task.seq;
    window.start = static_cast<Nanos>(task.seq - 1) * kNanosPerSecond;
    window.end = static_cast<Nanos>(task.seq) * kNanosPerSecond;
    const auto add = [&](std::string_view metric, MetricKind kind, const std::function<void(SeriesDelta&)>& fill) {
      SeriesDelta& delta = window.series.emplace_back();
      delta.id = registry.Intern(*registry.DefineMetric(metric, kind), kNoTags);
      delta.kind = kind;
      fill(delta);
    };
    add("http_reqs", MetricKind::kCounter, [&](SeriesDelta& d) {
      for (uint64_t i = 0; i < requests; ++i) d.AddCounter(1);
    });
    add("http_req_failed", MetricKind::kRate, [&](SeriesDelta& d) {
      for (uint64_t i = 0; i < requests; ++i) d.AddRate(i < failed);
    });
    add("http_req_duration", MetricKind::kTrend, [&](SeriesDelta& d) {
      for (uint64_t i = 0; i < requests; ++i) d.AddTrend(static_cast<double>(i % 50) + 1);
    });
    add("iterations", MetricKind::kCounter, [&](SeriesDelta& d) {
      for (uint64_t i = 0; i < requests; ++i) d.AddCounter(1);
    });
    std::sort(window.series.begin(), window.series.end(),
              [](const SeriesDelta& a, const SeriesDelta& b) { return a.id < b.id; });
    window.vus.push_back({uint64_t{task.id.number()} << 16, window.end, 5, 5});
    v1::Window message;
    EncodeWindow(window, registry, &message);
    return message;
  }
  void Measure(Task& task, uint64_t requests, uint64_t failed = 0) {
    const v1::Window window = MakeWindow(task, requests, failed);
    task.unacknowledged[window.first_seq()] = window;
    SendWindow(task, window);
  }
  void SendWindow(const Task& task, const v1::Window& window) {
    v1::WindowMessage* message = outbox.emplace_back().mutable_window();
    *message->mutable_id() = task.id;
    *message->mutable_window() = window;
  }
  void Finish(Task& task, v1::Finished::Outcome outcome = v1::Finished::OUTCOME_COMPLETED,
              const std::string& failure = "") {
    v1::Finished* finished = outbox.emplace_back().mutable_finished();
    *finished->mutable_id() = task.id;
    finished->set_outcome(outcome);
    finished->set_failure(failure);
    finished->set_last_seq(task.seq);
  }

 private:
  template <typename Ranges>
  static void Drop(Task& task, const Ranges& taken) {
    for (int i = 0; i + 1 < taken.size(); i += 2) {
      std::erase_if(task.unacknowledged, [&](const auto& entry) {
        return entry.second.first_seq() >= taken.Get(i) && entry.second.last_seq() <= taken.Get(i + 1);
      });
    }
  }
};

class FakeFleet {
 public:
  FakeFleet() {
    clock.Set(1'000 * kNanosPerSecond);
    inspector.plan.mode = RunMode::kPerformance;
    inspector.plan.scenarios.front().executor = ConstantVusConfig{.vus = 10, .duration = 10 * kNanosPerSecond};
    options.node_id = "node-1";
    options.version = "test";
    options.heartbeat_timeout = 4 * kNanosPerSecond;
    Restart();
  }
  ~FakeFleet() { coordinator.reset(); }

  // As if the process had been killed and begun again: sessions are gone, the store stays.
  void Restart() {
    coordinator.reset();
    posted.clear();
    sessions.clear();
    coordinator = std::make_unique<Coordinator>(options, clock, queue, inspector,
                                                [this](std::function<void()> f) { posted.push_back(std::move(f)); });
    Pump();
  }

  std::shared_ptr<FakeRunner> AddRunner(const std::string& name, const std::function<void(v1::Hello&)>& edit = {},
                                        bool local = false) {
    auto runner = std::make_shared<FakeRunner>();
    runner->name = name;
    runner->instance = "instance-" + name;
    runner->clock = &clock;
    Connect(runner, edit, local);
    return runner;
  }
  void Connect(const std::shared_ptr<FakeRunner>& runner, const std::function<void(v1::Hello&)>& edit = {},
               bool local = false, const std::string& name_space = "") {
    runner->closed = false;
    const SessionId session = ++last_session;
    coordinator->OnRunnerConnected(session, runner, "token-" + runner->name, name_space, local);
    sessions[session] = runner;
    v1::RunnerMessage message;
    v1::Hello* hello = message.mutable_hello();
    hello->mutable_protocol()->set_major(1);
    hello->set_instance_id(runner->instance);
    hello->set_name(runner->name);
    hello->set_slots(1);
    hello->set_shared(true);
    hello->set_perf_enabled(true);
    hello->set_cores(2);
    hello->add_capabilities("performance");
    for (auto& [key, task] : runner->tasks) {
      if (!task.released) *hello->add_held()->mutable_id() = task.id;
    }
    if (edit) edit(*hello);
    coordinator->OnRunnerMessage(session, message);
    // An old connection of the same runner was closed by that; the new one was not, unless it was refused.
    if (std::erase_if(sessions, [&](const auto& entry) { return entry.second == runner && entry.first != session; }) >
        0) {
      runner->closed = false;
    }
    Pump();
  }
  void Disconnect(const std::shared_ptr<FakeRunner>& runner) {
    for (auto at = sessions.begin(); at != sessions.end();) {
      if (at->second == runner) {
        coordinator->OnRunnerGone(at->first);
        at = sessions.erase(at);
      } else {
        ++at;
      }
    }
    runner->outbox.clear();
    Pump();
  }
  SessionId SessionOf(const std::shared_ptr<FakeRunner>& runner) const {
    for (const auto& [session, other] : sessions) {
      if (other == runner) return session;
    }
    return 0;
  }

  std::string Submit(const std::function<void(v1::SubmitRequest&)>& edit = {}) {
    v1::SubmitRequest request;
    request.set_script("export default function () {}");
    request.set_script_name("test.js");
    request.set_runners(2);
    if (edit) edit(request);
    std::string run_id;
    submitted = absl::UnknownError("no answer");
    coordinator->Submit(request, {}, [&](absl::StatusOr<std::string> id) { submitted = std::move(id); });
    Pump();
    if (!submitted.ok()) return "";
    run_id = *submitted;
    WatchOn(run_id);
    return run_id;
  }

  // What was seen so far stays; what is seen from now on comes behind it.
  void WatchOn(const std::string& run_id) {
    coordinator->Watch(
        run_id, 0, {}, [this](const v1::RunEvent& event) { events.push_back(event); },
        [this](const absl::Status& status) { watch_end = status; });
    Pump();
  }
  // Forgets what was seen: of a run that another coordinator has by now, or that is over.
  void WatchAnew(const std::string& run_id) {
    events.clear();
    WatchOn(run_id);
  }

  // Delivers all that is under way.
  void Pump() {
    for (bool busy = true; busy;) {
      busy = false;
      while (!posted.empty()) {
        const auto f = std::move(posted.front());
        posted.pop_front();
        f();
        busy = true;
      }
      for (const auto& [session, runner] : std::map(sessions)) {
        while (!runner->outbox.empty()) {
          const v1::RunnerMessage message = std::move(runner->outbox.front());
          runner->outbox.pop_front();
          if (!runner->closed) coordinator->OnRunnerMessage(session, message);
          busy = true;
        }
      }
    }
  }
  // Time passes, with a heartbeat of each connected runner and a tick each tenth of a second.
  void Pass(Nanos time) {
    for (const Nanos end = clock.Now() + time; clock.Now() < end;) {
      clock.Advance(100 * kNanosPerMilli);
      store.now_ms += 100;
      for (const auto& [session, runner] : std::map(sessions)) {
        v1::RunnerMessage message;
        message.mutable_heartbeat()->set_active_tasks(0);
        if (!runner->closed && !mute.contains(runner->name)) coordinator->OnRunnerMessage(session, message);
      }
      coordinator->Tick();
      Pump();
    }
  }
  const v1::RunEvent* Final() const { return !events.empty() && events.back().final() ? &events.back() : nullptr; }
  bool Said(std::string_view text) const {
    return std::any_of(events.begin(), events.end(),
                       [&](const v1::RunEvent& event) { return event.message().find(text) != std::string::npos; });
  }

  FakeClock clock;
  MemoryStore& store = *new MemoryStore;
  InlineStoreQueue queue{std::unique_ptr<Store>(&store)};  // owns it
  FakeInspector inspector;
  CoordinatorOptions options;
  std::deque<std::function<void()>> posted;
  std::unique_ptr<Coordinator> coordinator;
  std::map<SessionId, std::shared_ptr<FakeRunner>> sessions;
  std::set<std::string> mute;  // runners whose heartbeats do not arrive
  SessionId last_session = 0;
  absl::StatusOr<std::string> submitted = absl::UnknownError("");
  std::vector<v1::RunEvent> events;
  absl::Status watch_end;
};

}  // namespace mockarty::testing

#endif  // TESTS_COORDINATOR_FAKE_FLEET_H_
