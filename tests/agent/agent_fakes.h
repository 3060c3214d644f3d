// A coordinator's end of a link and worker processes, both of them under the test's hands. One thread only.
#ifndef TESTS_AGENT_AGENT_FAKES_H_
#define TESTS_AGENT_AGENT_FAKES_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/agent.h"
#include "agent/task_factory.h"
#include "common/base/sha256.h"
#include "common/metrics/registry.h"
#include "common/metrics/window.h"
#include "common/wire/window_codec.h"
#include "mockarty/v1/task.pb.h"

namespace mockarty {

class FakeLink final : public AgentLink {
 public:
  bool Send(const v1::RunnerMessage& message) override {
    if (full) return false;
    sent.push_back(message);
    return true;
  }
  void Close(const absl::Status& why) override { closed = why; }

  // What was sent since the last call, of one kind only.
  std::vector<v1::RunnerMessage> Take(v1::RunnerMessage::KindCase kind) {
    std::vector<v1::RunnerMessage> taken;
    for (const v1::RunnerMessage& message : std::exchange(sent, {})) {
      if (message.kind_case() == kind) taken.push_back(message);
    }
    return taken;
  }

  bool full = false;
  absl::Status closed;
  std::vector<v1::RunnerMessage> sent;
};

// What a test sees of one worker process; it stays after the process.
struct FakeTaskState {
  TaskProcess::Callbacks callbacks;
  std::vector<v1::TaskCommand> commands;
  bool killed = false;
  bool destroyed = false;
};

class FakeTask final : public AgentTask {
 public:
  explicit FakeTask(std::shared_ptr<FakeTaskState> state) : state_(std::move(state)) {}
  ~FakeTask() override { state_->destroyed = true; }
  bool Send(const v1::TaskCommand& command) override {
    state_->commands.push_back(command);
    return true;
  }
  void Kill() override { state_->killed = true; }

 private:
  std::shared_ptr<FakeTaskState> state_;
};

using FakeTasks = std::vector<std::shared_ptr<FakeTaskState>>;

class FakeTaskFactory final : public TaskFactory {
 public:
  explicit FakeTaskFactory(std::shared_ptr<FakeTasks> tasks) : tasks_(std::move(tasks)) {}
  absl::StatusOr<std::unique_ptr<AgentTask>> Start(TaskProcess::Callbacks callbacks) override {
    auto state = std::make_shared<FakeTaskState>();
    state->callbacks = std::move(callbacks);
    tasks_->push_back(state);
    return std::make_unique<FakeTask>(state);
  }

 private:
  std::shared_ptr<FakeTasks> tasks_;
};

// A window of one counter, `value` in `series` as tag.
inline v1::Window MakeWindow(uint64_t source, uint64_t seq, double value, const std::string& series = "a") {
  MetricRegistry registry;
  MetricId metric = registry.DefineMetric("things", MetricKind::kCounter).value();
  TagView tag{"name", series};
  SeriesDelta delta;
  delta.id = registry.Intern(metric, registry.InternTags({&tag, 1}));
  delta.AddCounter(value);
  Window window;
  window.source = source;
  window.first_seq = window.last_seq = seq;
  window.start = static_cast<Nanos>(seq - 1) * kNanosPerSecond;
  window.end = static_cast<Nanos>(seq) * kNanosPerSecond;
  window.series.push_back(delta);
  v1::Window out;
  EncodeWindow(window, registry, &out);
  return out;
}

// What all windows hold together of the counter.
inline double SumOf(const std::vector<v1::Window>& windows) {
  MetricRegistry registry;
  WindowDecoder decoder(&registry);
  double sum = 0;
  for (const v1::Window& message : windows) {
    absl::StatusOr<Window> window = decoder.Decode(message);
    EXPECT_TRUE(window.ok()) << window.status();
    if (!window.ok()) continue;
    for (const SeriesDelta& delta : window->series) sum += FromFixed(delta.sum);
  }
  return sum;
}

class AgentTest : public testing::Test {
 protected:
  static constexpr LinkId kLink = 1;
  const std::string archive_ = "the archive's bytes, in several chunks";
  const std::string hash_ = Sha256Hex(archive_);

  AgentTest() {
    options_.hello.set_instance_id("i1");
    options_.hello.set_name("eu-1");
    options_.hello.add_capabilities("performance");
    options_.hello.set_shared(true);
    options_.hello.set_perf_enabled(true);
    options_.slots = 2;
    clock_.Set(1000 * kNanosPerSecond);
  }

  void Make() { agent_ = std::make_unique<Agent>(options_, clock_, std::make_unique<FakeTaskFactory>(tasks_)); }

  void Welcome(LinkId id, uint32_t major = kProtocolMajor) {
    v1::CoordinatorMessage message;
    message.mutable_welcome()->mutable_protocol()->set_major(major);
    message.mutable_welcome()->set_version("9.9");
    message.mutable_welcome()->set_heartbeat_interval_ms(1000);
    agent_->OnMessage(id, message);
  }
  void Connect(LinkId id, FakeLink* link) {
    agent_->OnLinkUp(id, link);
    Welcome(id);
  }
  void Connect() {
    Make();
    Connect(kLink, &link_);
    link_.sent.clear();
  }

  static v1::AssignmentId Id(const std::string& run, uint64_t epoch = 1) {
    v1::AssignmentId id;
    id.set_run_id(run);
    id.set_number(1);
    id.set_epoch(epoch);
    return id;
  }
  v1::CoordinatorMessage Offer(const std::string& run, uint64_t epoch = 1) const {
    v1::CoordinatorMessage message;
    v1::Offer* offer = message.mutable_offer();
    *offer->mutable_id() = Id(run, epoch);
    offer->set_namespace_("default");
    offer->set_archive_hash(hash_);
    offer->set_archive_bytes(archive_.size());
    offer->mutable_plan()->mutable_constant_vus()->set_vus(5);
    offer->mutable_plan()->set_graceful_stop_ns(kNanosPerSecond);
    offer->set_iterations(42);
    offer->set_ready_within_ms(60'000);
    return message;
  }
  static v1::CoordinatorMessage Lease(const std::string& run, uint64_t epoch = 1) {
    v1::CoordinatorMessage message;
    *message.mutable_lease()->mutable_id() = Id(run, epoch);
    return message;
  }
  v1::CoordinatorMessage Chunk(size_t offset, size_t size) const {
    v1::CoordinatorMessage message;
    message.mutable_archive_chunk()->set_hash(hash_);
    message.mutable_archive_chunk()->set_offset(offset);
    message.mutable_archive_chunk()->set_total(archive_.size());
    message.mutable_archive_chunk()->set_data(archive_.substr(offset, size));
    return message;
  }
  static v1::CoordinatorMessage Start(const std::string& run, uint64_t epoch = 1) {
    v1::CoordinatorMessage message;
    *message.mutable_start()->mutable_id() = Id(run, epoch);
    message.mutable_start()->set_start_at_ns(1001 * kNanosPerSecond);
    return message;
  }
  static v1::CoordinatorMessage Ack(const std::string& run, std::vector<uint64_t> taken, uint64_t epoch = 1) {
    v1::CoordinatorMessage message;
    *message.mutable_window_ack()->mutable_id() = Id(run, epoch);
    for (uint64_t number : taken) message.mutable_window_ack()->add_taken(number);
    return message;
  }
  static v1::CoordinatorMessage Resume(const std::string& run, std::vector<uint64_t> taken, uint64_t epoch) {
    v1::CoordinatorMessage message;
    *message.mutable_resume()->mutable_id() = Id(run, epoch);
    for (uint64_t number : taken) message.mutable_resume()->add_taken(number);
    return message;
  }
  static v1::CoordinatorMessage Stop(const std::string& run, bool now, uint64_t epoch = 1) {
    v1::CoordinatorMessage message;
    *message.mutable_stop()->mutable_id() = Id(run, epoch);
    message.mutable_stop()->set_now(now);
    return message;
  }
  static v1::CoordinatorMessage Release(const std::string& run, uint64_t epoch = 1) {
    v1::CoordinatorMessage message;
    *message.mutable_release()->mutable_id() = Id(run, epoch);
    return message;
  }
  void Say(const v1::CoordinatorMessage& message, LinkId id = kLink) { agent_->OnMessage(id, message); }

  void TaskIsReady(FakeTaskState& task) {
    v1::TaskEvent event;
    event.mutable_ready()->set_vus(5);
    task.callbacks.on_event(event);
  }
  void TaskMeasures(FakeTaskState& task, uint64_t seq, double value = 1) {
    v1::TaskEvent event;
    *event.mutable_window()->mutable_window() = MakeWindow(1, seq, value);
    event.mutable_window()->mutable_health()->set_cpu(0.5);
    task.callbacks.on_event(event);
  }
  void TaskFinishes(FakeTaskState& task, const std::string& failure = "") {
    v1::TaskEvent event;
    event.mutable_finished()->set_failure(failure);
    task.callbacks.on_event(event);
    task.callbacks.on_exit("");
  }
  // Offered, leased, archive there, prepared, started.
  FakeTaskState& Run(const std::string& run, LinkId id = kLink) {
    Say(Offer(run), id);
    Say(Lease(run), id);
    Say(Chunk(0, archive_.size()), id);
    FakeTaskState& task = *tasks_->back();
    TaskIsReady(task);
    Say(Start(run), id);
    link_.sent.clear();
    return task;
  }
  // Sequence numbers of the windows sent since the last look: first and last of each.
  std::vector<std::pair<uint64_t, uint64_t>> Windows(FakeLink& link) {
    std::vector<std::pair<uint64_t, uint64_t>> windows;
    for (const v1::RunnerMessage& message : link.Take(v1::RunnerMessage::kWindow)) {
      windows.emplace_back(message.window().window().first_seq(), message.window().window().last_seq());
    }
    return windows;
  }

  FakeClock clock_;
  AgentOptions options_;
  FakeLink link_;
  std::shared_ptr<FakeTasks> tasks_ = std::make_shared<FakeTasks>();
  std::unique_ptr<Agent> agent_;
};

}  // namespace mockarty

#endif  // TESTS_AGENT_AGENT_FAKES_H_
