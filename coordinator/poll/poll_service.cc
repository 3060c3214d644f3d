#include "coordinator/poll/poll_service.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_format.h"
#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/log/log.h"
#include "coordinator/core_loop.h"
#include "coordinator/poll/poll_answers.h"

namespace mockarty {
namespace {

constexpr SessionId kFirstPollSession = SessionId{1} << 62;  // apart from those of gRPC and of the local runner
constexpr Nanos kHousekeepingInterval = 100 * kNanosPerMilli;
constexpr size_t kSmallBodyBytes = 64u << 10;
constexpr size_t kMaxBatchOverhead = 256u << 10;
constexpr size_t kMaxLookUps = 256;  // of tokens, that wait for the store

// 128 bits by chance. Knowing it is of no use without the token.
std::string NewSessionName() {
  std::random_device random;
  return absl::StrFormat("%08x%08x%08x%08x", random(), random(), random(), random());
}

std::string SourceOf(const std::string& peer) { return peer.substr(0, peer.rfind(':')); }

class Link;

// What links share with the service.
struct Shared {
  Shared(const PollServiceOptions& o, TokenVerifier& t, CorePort& c)
      : options(o), tokens(t), core(c), limiter_(o.log_interval) {}

  void LogPeer(std::string_view event, const std::string& peer, std::string_view detail) {
    uint64_t suppressed = 0;
    if (!limiter_.Allow(Concat(event, "\n", peer), MonotonicNow(), &suppressed)) return;
    Log(LogLevel::kWarn, event, {{"peer", peer}, {"detail", detail}, {"since_last", suppressed}});
  }

  const PollServiceOptions options;
  TokenVerifier& tokens;
  CorePort& core;
  std::atomic<SessionId> next_id{kFirstPollSession};
  std::atomic<uint64_t> refused_tokens{0};
  std::atomic<uint64_t> refused_sessions{0};
  std::atomic<uint64_t> slow_sessions{0};

 private:
  LogLimiter limiter_;
};

// A runner's session as the core sees it.
class Link final : public RunnerSession, public std::enable_shared_from_this<Link> {
 public:
  Link(Shared& shared, std::string peer, TokenIdentity identity)
      : shared_(shared),
        id_(shared.next_id++),
        peer_(std::move(peer)),
        identity_(std::move(identity)),
        session_(shared.options.limits, MonotonicNow()) {}

  // From the core.
  void Send(v1::CoordinatorMessage message) override {
    if (session_.Queue(std::move(message), MonotonicNow())) return;
    ++shared_.slow_sessions;
    shared_.LogPeer("runner too slow: session cut", peer_, "its queue is full");
  }
  void Close(const absl::Status& why) override { session_.End(why, MonotonicNow()); }

  // From HTTP.
  void OnSend(v1::PollSend batch, const WebReply& reply) {
    absl::StatusOr<PollSession::Accepted> accepted = session_.Accept(std::move(batch), MonotonicNow());
    if (!accepted.ok()) {
      if (absl::IsInvalidArgument(accepted.status())) Refuse(accepted.status());
      return reply.Send(ErrorAnswer(accepted.status()));
    }
    auto self = shared_from_this();
    auto answer = [self] { return MessageAnswer(self->session_.SentAnswer()); };
    if (accepted->fresh.empty()) return reply.Send(answer);
    if (accepted->hello) {
      shared_.core.Post([self] {
        self->shared_.core.OnRunnerConnected(self->id_, self, self->identity_.token_id, self->identity_.name_space);
      });
    }
    // The answer waits for the core, so that a runner is not faster than it.
    auto fresh = std::make_shared<std::vector<v1::RunnerMessage>>(std::move(accepted->fresh));
    shared_.core.Post([self, fresh, bytes = accepted->bytes, reply, answer] {
      for (const v1::RunnerMessage& message : *fresh) self->shared_.core.OnRunnerMessage(self->id_, message);
      self->session_.Handled(fresh->size(), bytes);
      reply.Send(answer);
    });
  }

  void OnReceive(uint64_t received, const WebReply& reply) {
    std::weak_ptr<Link> weak = weak_from_this();
    auto ready = [weak, received, reply] {
      reply.Send([weak, received] {
        std::shared_ptr<Link> self = weak.lock();
        if (self == nullptr) return ErrorAnswer(absl::NotFoundError("session: it is over"));
        return MessageAnswer(self->session_.Batch(received));
      });
    };
    uint64_t hold_id = 0;
    absl::Status status = session_.Receive(received, ready, MonotonicNow(), &hold_id);
    if (!status.ok()) return reply.Send(ErrorAnswer(status));
    reply.OnPeerGone([weak, hold_id] {
      if (std::shared_ptr<Link> self = weak.lock()) self->session_.Forget(hold_id);
    });
  }

  // Nobody can reach it any more.
  void OnOver() {
    session_.Finish(MonotonicNow());
    if (!session_.greeted()) return;
    shared_.core.Post([self = shared_from_this()] { self->shared_.core.OnRunnerGone(self->id_); });
  }

  // True: it is over.
  bool CheckDeadlines(Nanos now) {
    switch (session_.CheckDeadlines(now)) {
      case PollSession::State::kOpen:
        return false;
      case PollSession::State::kNoHello:
        ++shared_.refused_sessions;
        shared_.LogPeer("runner session refused", peer_, "no Hello in time");
        return true;
      case PollSession::State::kSilent:
      case PollSession::State::kEnded:
        break;
    }
    return true;
  }

  bool IsOf(const TokenIdentity& identity) const { return identity.token_id == identity_.token_id; }

 private:
  void Refuse(const absl::Status& why) {
    ++shared_.refused_sessions;
    shared_.LogPeer("runner session refused", peer_, ToStd(why.message()));
    session_.End(why, MonotonicNow());
  }

  Shared& shared_;
  const SessionId id_;
  const std::string peer_;
  const TokenIdentity identity_;
  PollSession session_;
};

}  // namespace

class PollService::Impl {
 public:
  Impl(const PollServiceOptions& options, TokenVerifier& tokens, CorePort& core) : shared_(options, tokens, core) {
    housekeeping_ = std::thread([this] { Housekeep(); });
    look_ups_.Start({});
  }
  ~Impl() {
    Shutdown(0);
    look_ups_.Stop();
    for (auto& [name, link] : TakeAll()) link->OnOver();
  }

  std::vector<WebRoute> Routes() {
    size_t batch = shared_.options.limits.max_message_bytes + kMaxBatchOverhead;
    std::vector<WebRoute> routes;
    routes.push_back(OpenRoute());
    routes.push_back(Route("send", batch, &Impl::OnSend));
    routes.push_back(Route("receive", kSmallBodyBytes, &Impl::OnReceive));
    routes.push_back(Route("close", kSmallBodyBytes, &Impl::OnClose));
    return routes;
  }

  void Shutdown(Nanos grace) {
    {
      std::lock_guard lock(mutex_);
      if (std::exchange(closed_, true)) return;
      for (auto& [name, link] : links_) link->Close(absl::UnavailableError("the coordinator is shutting down"));
    }
    Nanos until = MonotonicNow() + grace;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::nanoseconds(std::max<Nanos>(0, until - MonotonicNow())),
                      [this] { return links_.empty(); });
    stopping_ = true;
    changed_.notify_all();
    lock.unlock();
    housekeeping_.join();
  }

  Stats GetStats() const {
    std::lock_guard lock(mutex_);
    return {.sessions = links_.size(),
            .refused_tokens = shared_.refused_tokens,
            .refused_sessions = shared_.refused_sessions,
            .slow_sessions = shared_.slow_sessions};
  }

 private:
  using Links = std::unordered_map<std::string, std::shared_ptr<Link>>;
  using Method = void (Impl::*)(const WebRequest&, const TokenIdentity&, const WebReply&);
  using MaybeIdentity = std::optional<absl::StatusOr<TokenIdentity>>;

  static WebRoute NewRoute(std::string_view name, size_t max_body_bytes) {
    WebRoute route;
    route.method = "POST";
    route.path = Concat("/api/v1/runner-link/", name);
    route.max_body_bytes = max_body_bytes;
    return route;
  }

  // Of a session, which is not opened without its token being known: one that is not is of no session of ours (any
  // more), and `open` finds out what it is.
  WebRoute Route(std::string_view name, size_t max_body_bytes, Method method) {
    WebRoute route = NewRoute(name, max_body_bytes);
    auto identify = [this](const WebRequest& request) {
      return Known(request).value_or(absl::NotFoundError("session: not known, or over"));
    };
    route.admit = [identify](const WebRequest& request) -> std::optional<WebResponse> {
      absl::StatusOr<TokenIdentity> identity = identify(request);
      if (identity.ok()) return std::nullopt;
      return ErrorAnswer(identity.status());
    };
    route.async_handler = [this, identify, method](const WebRequest& request, const WebReply& reply) {
      // Once more: a token may have been revoked while a body came, slowly.
      absl::StatusOr<TokenIdentity> identity = identify(request);
      if (!identity.ok()) return reply.Send(ErrorAnswer(identity.status()));
      (this->*method)(request, *identity, reply);
    };
    return route;
  }

  // Here alone tokens are looked up in the store, which may hang: not on the HTTP server's thread.
  WebRoute OpenRoute() {
    WebRoute route = NewRoute("open", kSmallBodyBytes);
    route.admit = [this](const WebRequest& request) -> std::optional<WebResponse> {
      MaybeIdentity known = Known(request);
      if (!known.has_value() || known->ok()) return std::nullopt;
      return ErrorAnswer(known->status());
    };
    route.async_handler = [this](const WebRequest& request, const WebReply& reply) {
      // All runners of a fleet may come back at once: who is known does not wait in line.
      if (MaybeIdentity known = Known(request); known.has_value()) {
        return known->ok() ? OnOpen(request, **known, reply) : reply.Send(ErrorAnswer(known->status()));
      }
      if (look_ups_.Waiting() >= kMaxLookUps) {
        return reply.Send(ErrorAnswer(absl::UnavailableError("too many tokens wait to be looked up")));
      }
      look_ups_.Post([this, request, reply] {
        absl::StatusOr<TokenIdentity> identity =
            Noted(shared_.tokens.Verify(BearerToken(request), TokenType::kRunner), request);
        if (!identity.ok()) return reply.Send(ErrorAnswer(identity.status()));
        OnOpen(request, *identity, reply);
      });
    };
    return route;
  }

  // What memory says of the token; nothing when only the store could tell.
  MaybeIdentity Known(const WebRequest& request) {
    std::string token = BearerToken(request);
    if (token.empty()) return Noted(absl::UnauthenticatedError("invalid token"), request);
    MaybeIdentity known = shared_.tokens.Known(token, TokenType::kRunner);
    if (known.has_value()) known = Noted(*std::move(known), request);
    return known;
  }

  absl::StatusOr<TokenIdentity> Noted(absl::StatusOr<TokenIdentity> identity, const WebRequest& request) {
    if (absl::IsUnauthenticated(identity.status())) {
      ++shared_.refused_tokens;
      shared_.LogPeer("token refused", SourceOf(request.peer), "");
    }
    return identity;
  }

  void OnOpen(const WebRequest& request, const TokenIdentity& identity, const WebReply& reply) {
    v1::PollOpen open;
    if (absl::Status status = ParseBody(request, &open); !status.ok()) return reply.Send(ErrorAnswer(status));
    std::string name = NewSessionName();
    {
      std::lock_guard lock(mutex_);
      if (closed_) return reply.Send(ErrorAnswer(absl::UnavailableError("the coordinator is shutting down")));
      if (links_.size() >= shared_.options.max_sessions) {
        ++shared_.refused_sessions;
        shared_.LogPeer("runner session refused", SourceOf(request.peer), "too many sessions");
        return reply.Send(ErrorAnswer(absl::ResourceExhaustedError(
            Concat("too many runners: expected at most ", shared_.options.max_sessions, " sessions"))));
      }
      links_.emplace(name, std::make_shared<Link>(shared_, SourceOf(request.peer), identity));
    }
    const PollLimits& limits = shared_.options.limits;
    v1::PollOpened opened;
    opened.set_session(name);
    opened.set_hold_ms(static_cast<uint32_t>(limits.hold / kNanosPerMilli));
    opened.set_silence_ms(static_cast<uint32_t>(limits.silence_timeout / kNanosPerMilli));
    opened.set_max_batch_bytes(static_cast<uint32_t>(std::min<size_t>(limits.max_batch_bytes, UINT32_MAX)));
    opened.set_max_batch_messages(static_cast<uint32_t>(std::min<size_t>(limits.max_batch_messages, UINT32_MAX)));
    reply.Send(MessageAnswer(opened));
  }

  // The session that a request names, if it is of the same token. Else it is answered, and nullptr.
  std::shared_ptr<Link> FindLink(const std::string& name, const TokenIdentity& identity, const WebReply& reply) {
    {
      std::lock_guard lock(mutex_);
      auto found = links_.find(name);
      if (found != links_.end() && found->second->IsOf(identity)) return found->second;
    }
    reply.Send(ErrorAnswer(absl::NotFoundError("session: not known, or over")));
    return nullptr;
  }

  void OnSend(const WebRequest& request, const TokenIdentity& identity, const WebReply& reply) {
    v1::PollSend batch;
    if (absl::Status status = ParseBody(request, &batch); !status.ok()) return reply.Send(ErrorAnswer(status));
    std::shared_ptr<Link> link = FindLink(batch.session(), identity, reply);
    if (link != nullptr) link->OnSend(std::move(batch), reply);
  }

  void OnReceive(const WebRequest& request, const TokenIdentity& identity, const WebReply& reply) {
    v1::PollReceive receive;
    if (absl::Status status = ParseBody(request, &receive); !status.ok()) return reply.Send(ErrorAnswer(status));
    std::shared_ptr<Link> link = FindLink(receive.session(), identity, reply);
    if (link != nullptr) link->OnReceive(receive.received(), reply);
  }

  void OnClose(const WebRequest& request, const TokenIdentity& identity, const WebReply& reply) {
    v1::PollClose close;
    if (absl::Status status = ParseBody(request, &close); !status.ok()) return reply.Send(ErrorAnswer(status));
    std::shared_ptr<Link> link = FindLink(close.session(), identity, reply);
    if (link == nullptr) return;
    {
      std::lock_guard lock(mutex_);
      links_.erase(close.session());
      changed_.notify_all();
    }
    link->OnOver();
    reply.Send(MessageAnswer(v1::PollClosed()));
  }

  Links TakeAll() {
    std::lock_guard lock(mutex_);
    return std::exchange(links_, {});
  }

  void Housekeep() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, std::chrono::nanoseconds(kHousekeepingInterval), [this] { return stopping_; })) {
      std::vector<std::pair<std::string, std::shared_ptr<Link>>> links(links_.begin(), links_.end());
      lock.unlock();
      std::erase_if(links, [](const auto& entry) { return !entry.second->CheckDeadlines(MonotonicNow()); });
      lock.lock();
      // Who closed meanwhile is over already.
      std::erase_if(links, [this](const auto& entry) { return links_.erase(entry.first) == 0; });
      lock.unlock();
      for (const auto& [name, link] : links) link->OnOver();
      links.clear();
      lock.lock();
    }
  }

  Shared shared_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Links links_;
  bool closed_ = false;
  bool stopping_ = false;
  CoreLoop look_ups_;
  std::thread housekeeping_;
};

PollService::PollService(const PollServiceOptions& options, TokenVerifier& tokens, CorePort& core)
    : impl_(std::make_unique<Impl>(options, tokens, core)) {}
PollService::~PollService() = default;

std::vector<WebRoute> PollService::Routes() { return impl_->Routes(); }
void PollService::Shutdown(Nanos grace) { impl_->Shutdown(grace); }
PollService::Stats PollService::GetStats() const { return impl_->GetStats(); }

}  // namespace mockarty
