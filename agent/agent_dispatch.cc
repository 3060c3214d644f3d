// What coordinators and worker processes say, and what the agent does about it.
#include <algorithm>
#include <utility>
#include <vector>

#include "agent/agent_impl.h"
#include "agent/offer_policy.h"
#include "common/base/concat.h"
#include "common/log/log.h"

namespace mockarty {
namespace {

std::vector<uint64_t> Ranges(const google::protobuf::RepeatedField<uint64_t>& taken) {
  return {taken.begin(), taken.end()};
}

}  // namespace

void Agent::Impl::OnMessage(LinkId id, const v1::CoordinatorMessage& message) {
  Nanos received = clock_.Now();  // before the lock: a time probe is answered with it
  std::lock_guard lock(mutex_);
  auto found = links_.find(id);
  if (found == links_.end() || found->second.refused) return;
  Link& link = found->second;
  if (message.kind_case() == v1::CoordinatorMessage::kWelcome) {
    OnWelcome(link, message.welcome(), received);
    return;
  }
  if (!link.welcomed) return;  // before its Welcome a coordinator has nothing to say
  switch (message.kind_case()) {
    case v1::CoordinatorMessage::kTimeProbe: {
      v1::RunnerMessage reply;
      reply.mutable_time_reply()->set_number(message.time_probe().number());
      reply.mutable_time_reply()->set_probe_sent_ns(message.time_probe().sent_ns());
      reply.mutable_time_reply()->set_received_ns(received);
      reply.mutable_time_reply()->set_sent_ns(clock_.Now());
      link.link->Send(reply);  // one that would be late is worth nothing: never kept
      return;
    }
    case v1::CoordinatorMessage::kOffer:
      return OnOffer(id, link, message.offer(), received);
    case v1::CoordinatorMessage::kArchiveChunk:
      return OnArchiveChunk(id, message.archive_chunk(), received);
    case v1::CoordinatorMessage::kLease:
      return OnLease(id, link, message.lease(), received);
    case v1::CoordinatorMessage::kStart:
      return OnStart(id, link, message.start(), received);
    case v1::CoordinatorMessage::kWindowAck:
      if (Entry* entry = Authorize(id, message.window_ack().id())) {
        entry->assignment->OnAck(Ranges(message.window_ack().taken()), Ranges(message.window_ack().merged()));
        Settle(*entry, received);
      }
      return;
    case v1::CoordinatorMessage::kStop:
      return OnStop(id, link, message.stop(), received);
    case v1::CoordinatorMessage::kRelease:
      return OnRelease(id, message.release(), received);
    case v1::CoordinatorMessage::kResume:
      return OnResume(id, link, message.resume(), received);
    case v1::CoordinatorMessage::kWelcome:
    case v1::CoordinatorMessage::KIND_NOT_SET:  // of a later minor version
      return;
  }
}

// The owner may raise the epoch with anything that it says. Another coordinator is heard only with a higher one: then
// it took the run over, and becomes the owner by its Resume.
Agent::Impl::Entry* Agent::Impl::Authorize(LinkId from, const v1::AssignmentId& id, bool* known) {
  auto found = assignments_.find({id.run_id(), id.number()});
  if (known != nullptr) *known = found != assignments_.end();
  if (found == assignments_.end()) return nullptr;
  Assignment& assignment = *found->second.assignment;
  bool owner = assignment.owner() == from;
  if (id.epoch() < assignment.id().epoch() || (!owner && id.epoch() == assignment.id().epoch())) {
    ++stats_.stale_messages;
    return nullptr;
  }
  return &found->second;
}

void Agent::Impl::OnOffer(LinkId from, Link& link, const v1::Offer& offer, Nanos now) {
  bool known = false;
  if (Entry* entry = Authorize(from, offer.id(), &known)) {
    if (entry->assignment->owner() == from) {  // said twice
      entry->assignment->RaiseEpoch(offer.id().epoch());
      entry->assignment->RepeatAnswer();
      Settle(*entry, now);
      return;
    }
    // By a coordinator that took over between offer and lease; of what was leased it is to say Resume.
    if (entry->assignment->state() != Assignment::State::kOffered) return;
    Remove(assignments_.find({offer.id().run_id(), offer.id().number()}));
  } else if (known) {
    return;
  }
  RunnerLoad load;
  load.active = ActiveTasks();
  load.slots = options_.slots;
  load.finished = assignments_.size() - load.active;
  load.draining = draining_;
  std::string refusal = RefusalOf(offer, hello_, load);
  if (!refusal.empty()) {
    ++stats_.refused;
    Log(LogLevel::kInfo, "offer refused",
        {{"run", offer.id().run_id()}, {"assignment", offer.id().number()}, {"reason", refusal}});
    v1::RunnerMessage answer;
    *answer.mutable_offer_answer()->mutable_id() = offer.id();
    answer.mutable_offer_answer()->set_reason(refusal);
    SendOrKeep(link, std::move(answer));
    return;
  }
  Entry& entry = assignments_[{offer.id().run_id(), offer.id().number()}];
  entry.assignment = std::make_unique<Assignment>(offer, from, options_, now);
  entry.assignment->Connect(link.link);
  Settle(entry, now);
}

void Agent::Impl::OnLease(LinkId from, Link& link, const v1::Lease& lease, Nanos now) {
  bool known = false;
  Entry* entry = Authorize(from, lease.id(), &known);
  if (!known) {  // the reservation ran out: the coordinator is to look elsewhere at once
    v1::RunnerMessage message;
    *message.mutable_ready()->mutable_id() = lease.id();
    message.mutable_ready()->set_failure("the lease came after the reservation had run out");
    SendOrKeep(link, std::move(message));
  }
  if (entry == nullptr || entry->assignment->owner() != from) return;
  entry->assignment->RaiseEpoch(lease.id().epoch());
  if (entry->assignment->OnLease(now)) FetchArchive(*entry, now);
  Settle(*entry, now);
}

void Agent::Impl::FetchArchive(Entry& entry, Nanos now) {
  Assignment& assignment = *entry.assignment;
  if (assignment.state() != Assignment::State::kFetching) return;
  if (ArchiveBytes archive = archives_.Find(assignment.archive_hash())) {
    GiveArchive(entry, std::move(archive), now);
    return;
  }
  auto link = links_.find(assignment.owner());
  if (link == links_.end() || !assignment.connected()) return;  // asked for again once it is resumed
  if (!archives_.BeginDownload(assignment.archive_hash(), assignment.archive_bytes(), assignment.owner())) return;
  AskForArchive(entry, link->second);
}

void Agent::Impl::AskForArchive(Entry& entry, Link& link) {
  entry.asked = true;
  v1::RunnerMessage message;
  message.mutable_archive_request()->set_hash(entry.assignment->archive_hash());
  *message.mutable_archive_request()->mutable_id() = entry.assignment->id();
  SendOrKeep(link, std::move(message));
}

// A coordinator passes over what is asked in the name of a task that is over, so that its archive may never come.
void Agent::Impl::PassDownloadOn(Entry& entry, Nanos now) {
  if (!std::exchange(entry.asked, false)) return;
  const std::string& hash = entry.assignment->archive_hash();
  const LinkId from = entry.assignment->owner();
  auto link = links_.find(from);
  for (auto& [key, held] : assignments_) {
    const Assignment& other = *held.assignment;
    bool waits = &held != &entry && other.archive_hash() == hash && other.state() == Assignment::State::kFetching;
    if (!waits || other.owner() != from || !other.connected() || link == links_.end()) continue;
    return AskForArchive(held, link->second);  // the part that came stays: chunks may still be on their way
  }
  archives_.CancelDownload(hash);
  for (auto& [key, held] : assignments_) {
    if (&held != &entry && held.assignment->archive_hash() == hash) FetchArchive(held, now);
  }
}

void Agent::Impl::GiveArchive(Entry& entry, absl::StatusOr<ArchiveBytes> archive, Nanos now) {
  Key key(entry.assignment->id().run_id(), entry.assignment->id().number());
  uint64_t serial = next_serial_++;
  entry.serial = serial;
  entry.asked = false;
  TaskProcess::Callbacks callbacks;
  callbacks.on_event = [this, key, serial](const v1::TaskEvent& event) { OnTaskEvent(key, serial, event); };
  callbacks.on_exit = [this, key, serial](const std::string& how) { OnTaskExit(key, serial, how); };
  entry.assignment->OnArchive(std::move(archive), *tasks_, std::move(callbacks), now);
  Settle(entry, now);
}

void Agent::Impl::GiveArchiveToAll(const std::string& hash, const absl::StatusOr<ArchiveBytes>& archive, Nanos now) {
  for (auto& [key, held] : assignments_) {
    if (held.assignment->archive_hash() == hash && held.assignment->state() == Assignment::State::kFetching) {
      GiveArchive(held, archive, now);
    }
  }
}

void Agent::Impl::OnArchiveChunk(LinkId from, const v1::ArchiveChunk& chunk, Nanos now) {
  bool wanted = std::any_of(assignments_.begin(), assignments_.end(), [&](const auto& held) {
    return held.second.assignment->archive_hash() == chunk.hash() &&
           held.second.assignment->state() == Assignment::State::kFetching;
  });
  if (!wanted) {
    archives_.CancelDownload(chunk.hash());
    return;
  }
  absl::StatusOr<ArchiveBytes> archive =
      archives_.AddChunk(chunk.hash(), from, chunk.offset(), chunk.total(), chunk.data());
  if (archive.ok() && *archive == nullptr) return;
  if (!archive.ok()) Log(LogLevel::kError, "archive refused", {{"error", archive.status()}});
  GiveArchiveToAll(chunk.hash(), archive, now);
}

void Agent::Impl::OnStart(LinkId from, Link& link, const v1::Start& start, Nanos now) {
  bool known = false;
  Entry* entry = Authorize(from, start.id(), &known);
  if (!known) SendNotHere(link, start.id());
  if (entry == nullptr || entry->assignment->owner() != from) return;
  entry->assignment->RaiseEpoch(start.id().epoch());
  entry->assignment->OnStart(start, now);
  Settle(*entry, now);
}

void Agent::Impl::OnStop(LinkId from, Link& link, const v1::Stop& stop, Nanos now) {
  bool known = false;
  Entry* entry = Authorize(from, stop.id(), &known);
  if (!known) SendNotHere(link, stop.id());
  if (entry == nullptr) return;
  Log(LogLevel::kInfo, "task is to stop",
      {{"run", stop.id().run_id()},
       {"assignment", stop.id().number()},
       {"now", stop.now()},
       {"reason", stop.reason()}});
  if (entry->assignment->owner() == from) entry->assignment->RaiseEpoch(stop.id().epoch());
  entry->assignment->OnStop(stop.now(), now);
  if (entry->assignment->abandoned()) {
    Remove(assignments_.find({stop.id().run_id(), stop.id().number()}));
  } else {
    Settle(*entry, now);
  }
  Wake();
}

void Agent::Impl::OnRelease(LinkId from, const v1::Release& release, Nanos now) {
  Entry* entry = Authorize(from, release.id());
  if (entry == nullptr) return;
  if (entry->assignment->state() != Assignment::State::kFinished) {
    Log(LogLevel::kInfo, "task released before its end",
        {{"run", release.id().run_id()}, {"assignment", release.id().number()}, {"reason", release.reason()}});
  }
  Settle(*entry, now);
  Remove(assignments_.find({release.id().run_id(), release.id().number()}));
}

void Agent::Impl::OnResume(LinkId from, Link& link, const v1::Resume& resume, Nanos now) {
  bool known = false;
  Entry* entry = Authorize(from, resume.id(), &known);
  if (!known) SendNotHere(link, resume.id());
  if (entry == nullptr) return;
  entry->assignment->OnResume(from, link.link, resume.id().epoch(), Ranges(resume.taken()), Ranges(resume.merged()));
  if (entry->assignment->abandoned()) {
    Remove(assignments_.find({resume.id().run_id(), resume.id().number()}));
    SendNotHere(link, resume.id());
    return;
  }
  FetchArchive(*entry, now);
  Settle(*entry, now);
}

// The coordinator counts on a task that is not here: it must not wait for its end.
void Agent::Impl::SendNotHere(Link& link, const v1::AssignmentId& id) {
  v1::RunnerMessage message;
  *message.mutable_finished()->mutable_id() = id;
  message.mutable_finished()->set_outcome(v1::Finished::OUTCOME_CRASHED);
  message.mutable_finished()->set_failure("the runner does not have this task");
  SendOrKeep(link, std::move(message));
}

Agent::Impl::Entry* Agent::Impl::FindTask(const Key& key, uint64_t serial) {
  auto found = assignments_.find(key);
  return found == assignments_.end() || found->second.serial != serial ? nullptr : &found->second;
}

void Agent::Impl::OnTaskEvent(const Key& key, uint64_t serial, const v1::TaskEvent& event) {
  std::lock_guard lock(mutex_);
  Entry* entry = FindTask(key, serial);
  if (entry == nullptr) return;
  Nanos now = clock_.Now();
  entry->assignment->OnTaskEvent(event, now);
  Settle(*entry, now);
}

void Agent::Impl::OnTaskExit(const Key& key, uint64_t serial, const std::string& how) {
  std::lock_guard lock(mutex_);
  Entry* entry = FindTask(key, serial);
  if (entry == nullptr) return;
  Nanos now = clock_.Now();
  entry->assignment->OnTaskExit(how, now);
  if (std::unique_ptr<AgentTask> task = entry->assignment->TakeTask()) dead_tasks_.push_back(std::move(task));
  Settle(*entry, now);
  Wake();
}

void Agent::Impl::Settle(Entry& entry, Nanos now) {
  Assignment& assignment = *entry.assignment;
  if (!entry.counted && assignment.state() == Assignment::State::kFinished) {
    entry.counted = true;
    PassDownloadOn(entry, now);
    TaskResult result;
    result.ok = assignment.outcome() == v1::Finished::OUTCOME_COMPLETED;
    result.duration = now - assignment.leased_at();
    ++(result.ok ? stats_.completed : stats_.failed);
    Log(result.ok ? LogLevel::kInfo : LogLevel::kWarn, result.ok ? "task completed" : "task failed",
        {{"run", assignment.id().run_id()},
         {"assignment", assignment.id().number()},
         {"failure", assignment.failure()}});
    if (options_.on_task_finished) options_.on_task_finished(result);
    Wake();
  }
  assignment.Flush();
}

void Agent::Impl::Remove(Assignments::iterator found) {
  PassDownloadOn(found->second, clock_.Now());
  Assignment& assignment = *found->second.assignment;
  coalesced_before_ += assignment.outbox().coalesced();
  if (std::unique_ptr<AgentTask> task = assignment.TakeTask()) {
    task->Kill();
    dead_tasks_.push_back(std::move(task));
  }
  assignments_.erase(found);
  if (IdleLocked()) idle_changed_.notify_all();
  Wake();
}

}  // namespace mockarty
