#include <algorithm>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/log/log.h"
#include "coordinator/run/coordinator_impl.h"
#include "coordinator/run/run_query.h"

namespace mockarty {
namespace {

constexpr uint32_t kProtocolMajor = 1;
constexpr uint32_t kProtocolMinor = 0;
constexpr Nanos kProbeInterval = 2 * kNanosPerSecond;
constexpr Nanos kFirstProbes = 100 * kNanosPerMilli;  // the first eight, until a clock is known well

}  // namespace

void Coordinator::Impl::Connected(SessionId session, std::shared_ptr<RunnerSession> link, std::string token,
                                  std::string name_space, bool local) {
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
    return Cut(*runner, absl::InvalidArgumentError("the first message of a runner must be Hello"));
  }
  switch (message.kind_case()) {
    case v1::RunnerMessage::kHeartbeat:
      runner->heartbeat = message.heartbeat();
      runner->wall_offset_ms = message.heartbeat().wall_clock_ms() - runner->last_heard_ms;
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

void Coordinator::Impl::OnHello(Runner& runner, const v1::Hello& hello) {
  if (hello.protocol().major() != kProtocolMajor) {
    return Cut(runner, absl::FailedPreconditionError(Concat("the runner speaks protocol ", hello.protocol().major(),
                                                            ".", hello.protocol().minor(), ", this coordinator ",
                                                            kProtocolMajor, ".", kProtocolMinor)));
  }
  if (hello.instance_id().empty() || hello.instance_id().size() > 128 || hello.name().size() > 256 ||
      hello.held_size() > 10'000 || hello.labels_size() > 100 || hello.capabilities_size() > 100) {
    return Cut(runner, absl::InvalidArgumentError(
                           "Hello: expected an instance_id of 1 to 128 bytes, a name of at most 256 and at most 100 "
                           "labels"));
  }
  if (!hello.shared() && !runner.token_namespace.empty() && hello.namespace_() != runner.token_namespace) {
    return Cut(runner, absl::PermissionDeniedError(Concat("NAMESPACE: the token is of ", Quoted(runner.token_namespace),
                                                          ", the runner says ", Quoted(hello.namespace_(), 80))));
  }
  const SessionId session = runner.session;
  const SessionId replaced = fleet_.Greet(runner, hello);
  if (Runner* old = fleet_.Find(replaced); replaced != 0 && old != nullptr) {
    Cut(*old, absl::AbortedError("the runner connected anew"));
  }
  Runner& fresh = *fleet_.Find(session);
  v1::CoordinatorMessage message;
  v1::Welcome* welcome = message.mutable_welcome();
  welcome->mutable_protocol()->set_major(kProtocolMajor);
  welcome->mutable_protocol()->set_minor(kProtocolMinor);
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
  for (const v1::HeldAssignment& held : hello.held()) {
    OnHeld(session, held);
  }
  for (const auto& [id, run] : runs_) {
    run->OnConnected(*fleet_.Find(session));
    run->OnRunnersChanged();
  }
}

void Coordinator::Impl::OnHeld(SessionId session, const v1::HeldAssignment& held) {
  const auto at = runs_.find(held.id().run_id());
  if (at != runs_.end() && !at->second->Over()) {
    at->second->OnHeld(*fleet_.Find(session), held);
    return;
  }
  auto response = std::make_shared<v1::GetRunResponse>();
  InStore([run_id = held.id().run_id(), response](Store& store) { return QueryRun(store, run_id, "", *response); },
          [this, session, held, response](const absl::Status& status) {
            Runner* runner = fleet_.Find(session);
            const bool over = absl::IsNotFound(status) || (status.ok() && response->summary().finished_at_ms() != 0);
            if (runner == nullptr || !over) {
              return;
            }
            v1::CoordinatorMessage message;
            *message.mutable_release()->mutable_id() = held.id();
            message.mutable_release()->set_reason("the run is over or unknown");
            runner->link->Send(std::move(message));
          });
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
