#include "coordinator/fleet/fleet.h"

#include <algorithm>
#include <utility>

namespace mockarty {
namespace {

constexpr double kMillisPerNano = 1e-6;

std::string NamespaceOf(const Runner& runner) {
  if (!runner.hello.shared()) {
    return runner.hello.namespace_();
  }
  return runner.token_namespace;
}

PlannerRunner ProfileOf(const Runner& runner) {
  const v1::Hello& hello = runner.hello;
  PlannerRunner profile;
  profile.instance = hello.instance_id();
  profile.name = runner.Name();
  profile.name_space = NamespaceOf(runner);
  profile.performs = hello.perf_enabled() && std::find(hello.capabilities().begin(), hello.capabilities().end(),
                                                       "performance") != hello.capabilities().end();
  for (const v1::Variable& label : hello.labels()) {
    profile.labels.insert(label.name() + "=" + label.value());
  }
  profile.cores = hello.cores();
  profile.max_vus = hello.max_vus();
  profile.local = runner.local;
  return profile;
}

}  // namespace

std::string Runner::Name() const { return hello.name().empty() ? hello.instance_id() : hello.name(); }

Runner& Fleet::Connect(SessionId session, std::shared_ptr<RunnerSession> link) {
  Runner& runner = sessions_[session];
  runner.session = session;
  runner.link = std::move(link);
  return runner;
}

Runner* Fleet::Find(SessionId session) {
  const auto at = sessions_.find(session);
  return at == sessions_.end() ? nullptr : &at->second;
}

Runner* Fleet::FindInstance(std::string_view instance) {
  const auto at = instances_.find(instance);
  return at == instances_.end() ? nullptr : Find(at->second);
}

const Runner* Fleet::FindInstance(std::string_view instance) const {
  const auto at = instances_.find(instance);
  const auto found = at == instances_.end() ? sessions_.end() : sessions_.find(at->second);
  return found == sessions_.end() ? nullptr : &found->second;
}

SessionId Fleet::Greet(Runner& runner, const v1::Hello& hello) {
  SessionId replaced = 0;
  const auto [at, fresh] = instances_.try_emplace(hello.instance_id(), runner.session);
  if (!fresh && at->second != runner.session) {
    replaced = at->second;
    if (const Runner* old = Find(replaced); old != nullptr) {
      runner.assigned = old->assigned;
      runner.clock = old->clock;
    }
    at->second = runner.session;
  }
  runner.hello = hello;
  runner.greeted = true;
  runner.profile = ProfileOf(runner);
  NoteChange();
  return replaced;
}

void Fleet::Remove(SessionId session) {
  const auto at = sessions_.find(session);
  if (at == sessions_.end()) {
    return;
  }
  const auto instance = instances_.find(at->second.instance());
  if (instance != instances_.end() && instance->second == session) {
    instances_.erase(instance);
  }
  sessions_.erase(at);
  NoteChange();
}

PlannerRunners Fleet::Candidates(Nanos heard_after) {
  PlannerRunners candidates;
  candidates.reserve(sessions_.size());
  for (auto& [session, runner] : sessions_) {
    if (!runner.greeted || runner.last_heard < heard_after || runner.Draining()) {
      continue;
    }
    const uint32_t busy = std::max(runner.assigned, runner.heartbeat.active_tasks());
    runner.profile.free_slots = runner.hello.slots() > busy ? runner.hello.slots() - busy : 0;
    candidates.push_back(&runner.profile);
  }
  return candidates;
}

void Fleet::List(std::string_view name_space, Nanos lost_before, v1::ListRunnersResponse* out) const {
  for (const auto& [session, runner] : sessions_) {
    const std::string own = runner.greeted ? NamespaceOf(runner) : "";
    if (!runner.greeted || runner.local || (!name_space.empty() && !own.empty() && own != name_space)) {
      continue;
    }
    v1::RunnerInfo* info = out->add_runners();
    info->set_instance_id(runner.instance());
    info->set_name(runner.Name());
    *info->mutable_labels() = runner.hello.labels();
    *info->mutable_capabilities() = runner.hello.capabilities();
    info->set_slots(runner.hello.slots());
    info->set_active(std::max(runner.assigned, runner.heartbeat.active_tasks()));
    info->set_state(runner.last_heard < lost_before ? "lost" : runner.Draining() ? "draining" : "connected");
    info->set_version(runner.hello.version());
    info->set_namespace_(own);
    info->set_clock_offset_ms(static_cast<double>(runner.wall_offset_ms));
    info->set_round_trip_ms(static_cast<double>(runner.clock.RoundTrip()) * kMillisPerNano);
    info->set_last_heartbeat_ms(runner.last_heard_ms);
    info->set_cores(runner.hello.cores());
    info->set_cpu(runner.heartbeat.cpu());
  }
}

size_t Fleet::RemoteRunners() const {
  return static_cast<size_t>(std::count_if(sessions_.begin(), sessions_.end(), [](const auto& entry) {
    return entry.second.greeted && !entry.second.local;
  }));
}

}  // namespace mockarty
