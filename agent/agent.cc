#include "agent/agent.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "agent/agent_impl.h"
#include "common/base/concat.h"
#include "common/log/log.h"

namespace mockarty {
namespace {

constexpr Nanos kWelcomeTimeout = 15 * kNanosPerSecond;
constexpr Nanos kLongestWait = kNanosPerSecond;
constexpr size_t kMaxWaiting = 1024;  // messages of a link that belong to no assignment; past them the oldest go

}  // namespace

Agent::Impl::Impl(const AgentOptions& options, const Clock& clock, std::unique_ptr<TaskFactory> tasks, bool own_thread)
    : options_(options),
      clock_(clock),
      tasks_(std::move(tasks)),
      hello_(options.hello),
      archives_(options.archive_cache_bytes) {
  hello_.mutable_protocol()->set_major(kProtocolMajor);
  hello_.mutable_protocol()->set_minor(kProtocolMinor);
  hello_.set_slots(options.slots);
  if (own_thread) timer_ = std::thread([this] { RunTimers(); });
}

Agent::Impl::~Impl() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
    wake_changed_.notify_all();
  }
  if (timer_.joinable()) timer_.join();
  std::vector<std::unique_ptr<AgentTask>> tasks;
  {
    std::lock_guard lock(mutex_);
    while (!assignments_.empty()) Remove(assignments_.begin());
    tasks.swap(dead_tasks_);
  }
}

void Agent::Impl::RunTimers() {
  for (;;) {
    Nanos next = Tick();
    std::unique_lock lock(mutex_);
    Nanos wait = std::clamp<Nanos>(next - clock_.Now(), 0, kLongestWait);
    wake_changed_.wait_for(lock, std::chrono::nanoseconds(wait), [this] { return wake_ || ending_; });
    wake_ = false;
    if (ending_) return;
  }
}

void Agent::Impl::Wake() {
  wake_ = true;
  wake_changed_.notify_all();
}

void Agent::Impl::OnLinkUp(LinkId id, AgentLink* link) {
  std::lock_guard lock(mutex_);
  Link& entry = links_[id];
  entry = Link{};
  entry.link = link;
  entry.welcome_deadline = clock_.Now() + kWelcomeTimeout;
  for (auto& [key, held] : assignments_) {
    if (held.assignment->owner() == id) held.assignment->Connect(link);
  }
  SendHello(id, entry);
  Wake();
}

// Assignments of other coordinators that are there are none of this one's business.
void Agent::Impl::SendHello(LinkId id, Link& link) {
  v1::RunnerMessage message;
  v1::Hello* hello = message.mutable_hello();
  *hello = hello_;
  hello->set_draining(draining_);
  for (const auto& [key, held] : assignments_) {
    const Assignment& assignment = *held.assignment;
    if (assignment.owner() != id && assignment.HasLink()) continue;
    v1::HeldAssignment* out = hello->add_held();
    *out->mutable_id() = assignment.id();
    out->set_state(assignment.HeldState());
  }
  SendOrKeep(link, std::move(message));
}

void Agent::Impl::OnLinkDown(LinkId id) {
  std::lock_guard lock(mutex_);
  Nanos now = clock_.Now();
  links_.erase(id);
  for (auto held = assignments_.begin(); held != assignments_.end();) {
    Assignment& assignment = *held->second.assignment;
    auto next = std::next(held);
    if (assignment.owner() == id) {
      held->second.asked = false;  // the link takes its downloads with it, see below
      assignment.LinkLost(now);
      if (assignment.abandoned()) Remove(held);
    }
    held = next;
  }
  // Another link may bring what this one was bringing.
  for (const std::string& hash : archives_.CancelDownloadsOf(id)) {
    for (auto& [key, held] : assignments_) {
      if (held.assignment->archive_hash() == hash) FetchArchive(held, now);
    }
  }
  Wake();
}

void Agent::Impl::OnWritable(LinkId id) {
  std::lock_guard lock(mutex_);
  auto link = links_.find(id);
  if (link != links_.end()) FlushLink(id, link->second);
}

void Agent::Impl::FlushLink(LinkId id, Link& link) {
  while (!link.waiting.empty()) {
    if (!link.link->Send(link.waiting.front())) return;
    link.waiting.pop_front();
  }
  for (auto& [key, held] : assignments_) {
    if (held.assignment->owner() == id) held.assignment->Flush();
  }
}

void Agent::Impl::SendOrKeep(Link& link, v1::RunnerMessage message) {
  if (link.waiting.empty() && link.link->Send(message)) return;
  if (link.waiting.size() >= kMaxWaiting) link.waiting.pop_front();
  link.waiting.push_back(std::move(message));
}

void Agent::Impl::OnWelcome(Link& link, const v1::Welcome& welcome, Nanos now) {
  if (welcome.protocol().major() != kProtocolMajor) {
    std::string text =
        Concat("the coordinator speaks protocol ", welcome.protocol().major(), ".", welcome.protocol().minor(),
               ", this runner ", kProtocolMajor, ".", kProtocolMinor, ": another major version");
    Log(LogLevel::kError, text, {{"coordinator_version", welcome.version()}, {"version", hello_.version()}});
    link.refused = true;
    link.link->Close(absl::FailedPreconditionError(ToAbsl(text)));
    return;
  }
  constexpr uint32_t kMinIntervalMs = 50;
  constexpr uint32_t kMaxIntervalMs = 60'000;
  uint32_t interval_ms = welcome.heartbeat_interval_ms() == 0 ? 1000 : welcome.heartbeat_interval_ms();
  link.heartbeat_interval = std::clamp(interval_ms, kMinIntervalMs, kMaxIntervalMs) * kNanosPerMilli;
  link.heartbeat_at = now;
  link.welcome_deadline = kNever;
  link.welcomed = true;
  Log(LogLevel::kInfo, "connected to coordinator",
      {{"coordinator", welcome.coordinator_id()}, {"coordinator_version", welcome.version()}});
  Wake();
}

bool Agent::Impl::SendHeartbeat(Link& link, Nanos now, double cpu) {
  v1::RunnerMessage message;
  v1::Heartbeat* heartbeat = message.mutable_heartbeat();
  heartbeat->set_active_tasks(ActiveTasks());
  heartbeat->set_draining(draining_);
  heartbeat->set_cpu(cpu);
  heartbeat->set_resident_bytes(MachineUsage::ResidentBytes());
  heartbeat->set_wall_clock_ms(WallClockMillis());
  link.heartbeat_at = now + link.heartbeat_interval;
  return link.link->Send(message);
}

Nanos Agent::Impl::TickLinks(Nanos now) {
  Nanos next = kNever;
  bool due =
      std::any_of(links_.begin(), links_.end(), [now](const auto& entry) { return now >= entry.second.heartbeat_at; });
  double cpu = due ? usage_.Cpu() : 0;
  for (auto& [id, link] : links_) {
    if (now >= link.heartbeat_at) SendHeartbeat(link, now, cpu);
    if (now >= link.welcome_deadline) {
      link.welcome_deadline = kNever;
      link.refused = true;
      link.link->Close(absl::DeadlineExceededError("the coordinator did not answer Hello"));
    }
    next = std::min({next, link.heartbeat_at, link.welcome_deadline});
  }
  return next;
}

Nanos Agent::Impl::Tick() {
  std::vector<std::unique_ptr<AgentTask>> dead;
  Nanos next = kNever;
  {
    std::lock_guard lock(mutex_);
    Nanos now = clock_.Now();
    next = TickLinks(now);
    for (auto held = assignments_.begin(); held != assignments_.end();) {
      auto after = std::next(held);
      Assignment& assignment = *held->second.assignment;
      next = std::min(next, assignment.Tick(now));
      if (assignment.abandoned()) {
        Log(LogLevel::kInfo, "task given up: no coordinator asked for it in time",
            {{"run", assignment.id().run_id()}, {"assignment", assignment.id().number()}});
        Remove(held);
      } else {
        Settle(held->second, now);
      }
      held = after;
    }
    dead.swap(dead_tasks_);
  }
  // Each destructor waits for its process and for callbacks, which may want the lock.
  bool any = !dead.empty();
  dead.clear();
  if (any) {
    std::lock_guard lock(mutex_);
    if (IdleLocked()) idle_changed_.notify_all();
  }
  return next;
}

void Agent::Impl::Drain() {
  std::lock_guard lock(mutex_);
  if (draining_) return;
  draining_ = true;
  Nanos now = clock_.Now();
  for (auto& [id, link] : links_) {
    if (link.heartbeat_at != kNever) link.heartbeat_at = now;  // the coordinators are to know at once
  }
  Wake();
}

void Agent::Impl::StopAll(bool now) {
  std::lock_guard lock(mutex_);
  Nanos instant = clock_.Now();
  for (auto held = assignments_.begin(); held != assignments_.end();) {
    auto after = std::next(held);
    held->second.assignment->CutShort(now, "its runner was stopped", instant);
    if (held->second.assignment->abandoned()) {
      Remove(held);
    } else {
      Settle(held->second, instant);
    }
    held = after;
  }
  Wake();
}

bool Agent::Impl::Idle() const {
  std::lock_guard lock(mutex_);
  return IdleLocked();
}

bool Agent::Impl::WaitIdle(Nanos timeout) const {
  std::unique_lock lock(mutex_);
  return idle_changed_.wait_for(lock, std::chrono::nanoseconds(timeout), [this] { return IdleLocked(); });
}

uint32_t Agent::Impl::ActiveTasks() const {
  return static_cast<uint32_t>(std::count_if(assignments_.begin(), assignments_.end(), [](const auto& held) {
    return held.second.assignment->state() != Assignment::State::kFinished;
  }));
}

Agent::Stats Agent::Impl::GetStats() const {
  std::lock_guard lock(mutex_);
  Stats stats = stats_;
  stats.active_tasks = ActiveTasks();
  stats.draining = draining_;
  stats.windows_coalesced = coalesced_before_;
  for (const auto& [key, held] : assignments_) {
    stats.windows_unacknowledged += held.assignment->outbox().size();
    stats.windows_coalesced += held.assignment->outbox().coalesced();
  }
  for (const auto& [id, link] : links_) stats.connected_links += link.welcomed ? 1 : 0;
  return stats;
}

Agent::Agent(const AgentOptions& options, const Clock& clock)
    : impl_(std::make_unique<Impl>(options, clock, MakeProcessTaskFactory(options.task_executable), true)) {}
Agent::Agent(const AgentOptions& options, const Clock& clock, std::unique_ptr<TaskFactory> tasks)
    : impl_(std::make_unique<Impl>(options, clock, std::move(tasks), false)) {}
Agent::~Agent() = default;

void Agent::OnLinkUp(LinkId id, AgentLink* link) { impl_->OnLinkUp(id, link); }
void Agent::OnLinkDown(LinkId id) { impl_->OnLinkDown(id); }
void Agent::OnWritable(LinkId id) { impl_->OnWritable(id); }
void Agent::OnMessage(LinkId id, const v1::CoordinatorMessage& message) { impl_->OnMessage(id, message); }
void Agent::Drain() { impl_->Drain(); }
void Agent::StopAll(bool now) { impl_->StopAll(now); }
bool Agent::Idle() const { return impl_->Idle(); }
bool Agent::WaitIdle(Nanos timeout) const { return impl_->WaitIdle(timeout); }
Nanos Agent::Tick() { return impl_->Tick(); }
Agent::Stats Agent::GetStats() const { return impl_->GetStats(); }

}  // namespace mockarty
