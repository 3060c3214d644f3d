#include <algorithm>
#include <utility>

#include "common/base/concat.h"
#include "common/log/log.h"
#include "coordinator/fleet/remote_numbers.h"
#include "coordinator/run/coordinator_impl.h"

namespace mockarty {
namespace {

constexpr Nanos kProbeInterval = 2 * kNanosPerSecond;
constexpr Nanos kFirstProbes = 100 * kNanosPerMilli;  // the first eight, until a clock is known well

}  // namespace

void Coordinator::Impl::Connected(SessionId session, std::shared_ptr<RunnerSession> link, std::string token,
                                  std::string name_space, bool local) {
  if (!local && dropped_.Contains(token, Now())) {
    // Verified before it was revoked.
    link->Close(absl::UnauthenticatedError("the token was revoked"));
    return;
  }
  Runner& runner = fleet_.Connect(session, std::move(link));
  runner.token_id = std::move(token);
  runner.token_namespace = std::move(name_space);
  runner.local = local;
  runner.last_heard = Now();
}

void Coordinator::Impl::Message(SessionId session, const v1::RunnerMessage& message) {
  Runner* runner = fleet_.Find(session);
  if (runner == nullptr) {
    ++stats_.stale_messages;
    return;
  }
  runner->last_heard = Now();
  runner->last_heard_ms = WallClockMillis();
  if (message.kind_case() == v1::RunnerMessage::kHello) {
    return OnHello(*runner, message.hello());
  }
  if (!runner->greeted) {
    return Refuse(*runner, absl::InvalidArgumentError("the first message of a runner must be Hello"));
  }
  switch (message.kind_case()) {
    case v1::RunnerMessage::kHeartbeat:
      runner->heartbeat = message.heartbeat();
      runner->heartbeat.set_cpu(CpuOrZero(message.heartbeat().cpu()));
      runner->wall_offset_ms = Difference(message.heartbeat().wall_clock_ms(), runner->last_heard_ms).value_or(0);
      break;
    case v1::RunnerMessage::kTimeReply:
      runner->clock.Add(message.time_reply().probe_sent_ns(), message.time_reply().received_ns(),
                        message.time_reply().sent_ns(), Now());
      break;
    default:
      ForRun(*runner, message);
      break;
  }
}

void Coordinator::Impl::Gone(SessionId session) {
  if (const Runner* runner = fleet_.Find(session); runner != nullptr && runner->greeted && !runner->local) {
    Log(LogLevel::kInfo, "runner disconnected", {{"runner", runner->Name()}});
  }
  fleet_.Remove(session);
}

void Coordinator::Impl::DropToken(const std::string& token) {
  dropped_.Add(token, Now());
  std::vector<SessionId> dropped;
  for (const auto& [session, runner] : fleet_.sessions()) {
    if (runner.token_id == token && !runner.local) {
      dropped.push_back(session);
    }
  }
  for (const SessionId session : dropped) {
    Cut(*fleet_.Find(session), absl::UnauthenticatedError("the token was revoked"));
  }
}

void Coordinator::Impl::Cut(Runner& runner, const absl::Status& why) {
  Log(LogLevel::kWarn, "runner cut off", {{"runner", runner.Name()}, {"why", why}});
  const std::shared_ptr<RunnerSession> link = runner.link;
  fleet_.Remove(runner.session);
  link->Close(why);
}

void Coordinator::Impl::Refuse(Runner& runner, const absl::Status& why) {
  LogRefusal(runner, "runner refused", why);
  const std::shared_ptr<RunnerSession> link = runner.link;
  fleet_.Remove(runner.session);
  link->Close(why);
}

void Coordinator::Impl::LogRefusal(const Runner& runner, std::string_view event, const absl::Status& why) {
  uint64_t suppressed = 0;
  if (refusals_.Allow(Concat(runner.token_id, " ", event, " ", static_cast<int>(why.code())), Now(), &suppressed)) {
    Log(LogLevel::kWarn, event,
        {{"runner", runner.Name()}, {"token", runner.token_id}, {"why", why}, {"since_last", suppressed}});
  }
}

// An instance id is its token's while it is connected, and while a run counts on it to come back.
absl::Status Coordinator::Impl::CheckInstance(const Runner& runner, const std::string& instance) const {
  if (runner.local) {
    return absl::OkStatus();
  }
  const Runner* holder = fleet_.FindInstance(instance);
  if (holder != nullptr && holder->token_id != runner.token_id) {
    return OtherTokensInstance(instance);
  }
  for (const auto& [id, run] : runs_) {
    if (const std::string token = run->TokenOf(instance); !token.empty() && token != runner.token_id) {
      return OtherTokensInstance(instance);
    }
  }
  return absl::OkStatus();
}

// Of a run that another coordinator had: its runners may have been impersonated here, before this one knew of it.
void Coordinator::Impl::CutImpostors(const v1::StoredRun& record) {
  for (const v1::StoredAssignment& given : record.assignments()) {
    Runner* runner = fleet_.FindInstance(given.instance_id());
    if (runner != nullptr && !given.token_id().empty() && given.token_id() != runner->token_id) {
      Refuse(*runner, OtherTokensInstance(given.instance_id()));
    }
  }
}

void Coordinator::Impl::OnHello(Runner& runner, const v1::Hello& hello) {
  absl::Status status = CheckHello(runner, hello);
  if (status.ok()) {
    status = CheckInstance(runner, hello.instance_id());
  }
  if (!status.ok()) {
    return Refuse(runner, status);
  }
  const SessionId session = runner.session;
  const SessionId replaced = fleet_.Greet(runner, hello);
  if (Runner* old = fleet_.Find(replaced); replaced != 0 && old != nullptr) {
    Cut(*old, absl::AbortedError("the runner connected anew"));
  }
  Runner& fresh = *fleet_.Find(session);
  v1::CoordinatorMessage message;
  v1::Welcome* welcome = message.mutable_welcome();
  welcome->mutable_protocol()->set_major(kCoordinatorProtocolMajor);
  welcome->mutable_protocol()->set_minor(kCoordinatorProtocolMinor);
  welcome->set_version(options_.version);
  welcome->set_coordinator_id(options_.node_id);
  welcome->set_heartbeat_timeout_ms(static_cast<uint32_t>(options_.heartbeat_timeout / kNanosPerMilli));
  welcome->set_heartbeat_interval_ms(static_cast<uint32_t>(
      std::clamp<Nanos>(options_.heartbeat_timeout / 4, 200 * kNanosPerMilli, 5 * kNanosPerSecond) / kNanosPerMilli));
  fresh.link->Send(std::move(message));
  SendProbe(fresh);
  if (!fresh.local) {
    Log(LogLevel::kInfo, "runner connected",
        {{"runner", fresh.Name()},
         {"instance", fresh.instance()},
         {"slots", hello.slots()},
         {"version", hello.version()}});
  }
  OnHeld(session, hello);
  for (const auto& [id, run] : runs_) {
    run->OnConnected(*fleet_.Find(session));
    run->OnRunnersChanged();
  }
  fleet_.Find(session)->hello.clear_held();  // of that moment, and as long as the runner likes
}

void Coordinator::Impl::OnHeld(SessionId session, const v1::Hello& hello) {
  std::vector<v1::AssignmentId> unknown;
  for (const v1::HeldAssignment& held : hello.held()) {
    Runner& runner = *fleet_.Find(session);
    const auto at = runs_.find(held.id().run_id());
    if (at == runs_.end() || at->second->Over()) {
      unknown.push_back(held.id());
    } else if (!MayServe(runner, at->second->record().request().namespace_())) {
      LogRefusal(runner, "held assignment refused",
                 absl::PermissionDeniedError("the run is of a namespace that the token may not serve"));
      SendRelease(runner, held.id(), "the run is of a namespace that the token may not serve");
    } else {
      at->second->OnHeld(runner, held);
    }
  }
  if (!unknown.empty()) {
    LookUpHeld(session, std::move(unknown));
  }
}

// Runs that this coordinator does not have now. Only those that nobody will ask for any more are given back.
void Coordinator::Impl::LookUpHeld(SessionId session, std::vector<v1::AssignmentId> held) {
  auto over = std::make_shared<std::vector<v1::AssignmentId>>();
  InStore(
      [held = std::move(held), over, name_space = fleet_.Find(session)->token_namespace](Store& store) {
        for (const v1::AssignmentId& id : held) {
          const absl::StatusOr<RunRecord> run = store.GetRun(id.run_id());
          if (!run.ok() && !absl::IsNotFound(run.status())) {
            return run.status();
          }
          if (!run.ok() || run->finished || (!name_space.empty() && name_space != run->name_space)) {
            over->push_back(id);
          }
        }
        return absl::OkStatus();
      },
      [this, session, over](const absl::Status& status) {
        Runner* runner = fleet_.Find(session);
        if (runner == nullptr || !status.ok()) {
          return;
        }
        for (const v1::AssignmentId& id : *over) {
          SendRelease(*runner, id, "the run is over or unknown");
        }
      });
}

void Coordinator::Impl::SendRelease(Runner& runner, const v1::AssignmentId& id, const std::string& reason) {
  v1::CoordinatorMessage message;
  *message.mutable_release()->mutable_id() = id;
  message.mutable_release()->set_reason(reason);
  runner.link->Send(std::move(message));
}

const std::string& Coordinator::Impl::RunIdOf(const v1::RunnerMessage& message) {
  static const std::string kNone;
  switch (message.kind_case()) {
    case v1::RunnerMessage::kOfferAnswer:
      return message.offer_answer().id().run_id();
    case v1::RunnerMessage::kArchiveRequest:
      return message.archive_request().id().run_id();
    case v1::RunnerMessage::kReady:
      return message.ready().id().run_id();
    case v1::RunnerMessage::kStarted:
      return message.started().id().run_id();
    case v1::RunnerMessage::kWindow:
      return message.window().id().run_id();
    case v1::RunnerMessage::kFinished:
      return message.finished().id().run_id();
    case v1::RunnerMessage::kConsole:
      return message.console().id().run_id();
    default:
      return kNone;
  }
}

void Coordinator::Impl::ForRun(Runner& runner, const v1::RunnerMessage& message) {
  const auto at = runs_.find(RunIdOf(message));
  if (at == runs_.end()) {
    ++stats_.stale_messages;
    return;
  }
  if (!MayServe(runner, at->second->record().request().namespace_())) {
    ++stats_.stale_messages;
    LogRefusal(runner, "message refused",
               absl::PermissionDeniedError("the run is of a namespace that the token may not serve"));
    return;
  }
  // What it does may end it: it stays until here.
  const std::shared_ptr<Run> run = at->second;
  run->OnMessage(runner, message);
}

void Coordinator::Impl::SendProbe(Runner& runner) {
  v1::CoordinatorMessage message;
  message.mutable_time_probe()->set_number(runner.next_probe++);
  message.mutable_time_probe()->set_sent_ns(Now());
  runner.link->Send(std::move(message));
  next_probe_[runner.session] = Now() + (runner.next_probe <= 8 ? kFirstProbes : kProbeInterval);
}

void Coordinator::Impl::TickSessions(Nanos now) {
  std::vector<SessionId> mute;
  for (auto& [session, runner] : fleet_.sessions()) {
    if (!runner.greeted) {
      continue;  // the adapter gives it ten seconds
    }
    if (now >= next_probe_[session]) {
      SendProbe(runner);
    }
    // A half-open connection: the runner, if it lives, connects anew.
    if (!runner.local && now - runner.last_heard > 2 * options_.heartbeat_timeout) {
      mute.push_back(session);
    }
  }
  for (const SessionId session : mute) {
    Cut(*fleet_.Find(session), absl::DeadlineExceededError("not heard for twice the heartbeat timeout"));
  }
  if (next_probe_.size() > 2 * fleet_.sessions().size() + 16) {
    std::erase_if(next_probe_, [this](const auto& entry) { return fleet_.Find(entry.first) == nullptr; });
  }
}

}  // namespace mockarty
