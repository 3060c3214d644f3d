// RunnerLink: one reactor a connected runner.
#include "common/base/concat.h"
#include "coordinator/grpc/service_context.h"
#include "coordinator/grpc/stream_writer.h"
#include "mockarty/v1/runner_link.grpc.pb.h"

namespace mockarty {
namespace {

class RunnerStream;
using Writer = StreamWriter<RunnerStream, v1::CoordinatorMessage>;

// A session as the core, the housekeeping thread and the reactor see it. Outlives the reactor.
class LinkSession final : public RunnerSession, public Watched {
 public:
  LinkSession(ServiceContext& context, RunnerStream* stream, std::string peer, TokenIdentity identity)
      : context_(context),
        writer_(stream),
        id_(context.next_session++),
        peer_(std::move(peer)),
        identity_(std::move(identity)),
        started_at_(MonotonicNow()) {
    ++context_.sessions;
  }

  // From the core.
  void Send(v1::CoordinatorMessage message) override {
    bool full = false;
    writer_.Push(std::move(message), [&](const auto& queue, size_t bytes, const auto& next) {
      full = queue.size() >= context_.options.max_send_queue_messages ||
             bytes + next.ByteSizeLong() > context_.options.max_send_queue_bytes;
      return !full;
    });
    if (!full) return;
    ++context_.slow_sessions;
    context_.LogPeer(LogLevel::kWarn, "runner too slow: connection cut", peer_, "its queue is full");
    writer_.Abort(grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "the runner does not take its messages"),
                  MonotonicNow());
  }
  void Close(const absl::Status& why) override { writer_.Close(ToGrpc(why), MonotonicNow()); }

  // From housekeeping.
  void CheckDeadlines(Nanos now) override {
    if (!greeted_ && now - started_at_ > context_.options.hello_timeout && !writer_.closing()) {
      Refuse(grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "no Hello in time"));
    }
    std::optional<Nanos> closing_since = writer_.ClosingSince();
    if (closing_since && now - *closing_since > context_.options.close_timeout) {
      writer_.Abort(grpc::Status(grpc::StatusCode::UNAVAILABLE, "closed"), now);
    }
  }
  void EndOfService() override {
    writer_.Close(grpc::Status(grpc::StatusCode::UNAVAILABLE, "the coordinator is shutting down"), MonotonicNow());
  }

  // From the reactor, one at a time. False: read no more.
  bool OnMessage(std::shared_ptr<v1::RunnerMessage> message, const std::shared_ptr<LinkSession>& self);
  // The runner sends no more, or something that is no message: gRPC does not tell the two apart.
  void OnReadEnd(bool cancelled) {
    if (!greeted_ && !cancelled && !writer_.closing()) {
      return Refuse(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "expected Hello as the first message"));
    }
    writer_.Close(grpc::Status::OK, MonotonicNow());
  }
  void OnGone(const std::shared_ptr<LinkSession>& self);

  Writer& writer() { return writer_; }

 private:
  void Refuse(const grpc::Status& status) {
    ++context_.refused_sessions;
    context_.LogPeer(LogLevel::kWarn, "runner connection refused", peer_, status.error_message());
    writer_.Close(status, MonotonicNow());
  }
  void OnHandled();

  ServiceContext& context_;
  Writer writer_;
  const SessionId id_;
  const std::string peer_;
  const TokenIdentity identity_;
  const Nanos started_at_;
  std::atomic<bool> greeted_{false};
  std::mutex flow_mutex_;
  size_t unhandled_ = 0;  // with the lock: posted to the core and not yet handled
  bool paused_ = false;   // with the lock: OnHandled() is to start the next read
};

class RunnerStream final : public grpc::ServerBidiReactor<v1::RunnerMessage, v1::CoordinatorMessage> {
 public:
  RunnerStream(ServiceContext& context, grpc::CallbackServerContext* call, TokenIdentity identity)
      : call_(call),
        session_(std::make_shared<LinkSession>(context, this, SourceOf(call->peer()), std::move(identity))) {
    context.Add(session_);
    // Headers at once, so that a runner knows that its token was taken.
    StartSendInitialMetadata();
    StartRead(&incoming_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return session_->OnReadEnd(call_->IsCancelled());
    auto message = std::make_shared<v1::RunnerMessage>();
    message->Swap(&incoming_);
    if (session_->OnMessage(std::move(message), session_)) Read();
  }
  void OnWriteDone(bool ok) override { session_->writer().OnWriteDone(ok); }
  void OnCancel() override {
    session_->writer().Abort(grpc::Status(grpc::StatusCode::CANCELLED, "the connection is gone"), MonotonicNow());
  }
  void OnDone() override {
    session_->OnGone(session_);
    delete this;
  }

  void Read() {
    session_->writer().With([this](RunnerStream*) { StartRead(&incoming_); });
  }
  grpc::CallbackServerContext* context() { return call_; }

 private:
  grpc::CallbackServerContext* const call_;
  const std::shared_ptr<LinkSession> session_;
  v1::RunnerMessage incoming_;
};

bool LinkSession::OnMessage(std::shared_ptr<v1::RunnerMessage> message, const std::shared_ptr<LinkSession>& self) {
  if (writer_.closing()) return false;
  size_t size = message->ByteSizeLong();
  if (size > context_.options.max_runner_message_bytes) {
    Refuse(grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, Concat("message of ", size, " bytes: expected at most ",
                                                                     context_.options.max_runner_message_bytes)));
    return false;
  }
  if (!greeted_) {
    if (!message->has_hello()) {
      Refuse(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "expected Hello as the first message"));
      return false;
    }
    greeted_ = true;
    context_.core.Post([self] {
      self->context_.core.OnRunnerConnected(self->id_, self, self->identity_.token_id, self->identity_.name_space);
    });
  }
  bool more = true;
  {
    std::lock_guard lock(flow_mutex_);
    ++unhandled_;
    if (unhandled_ >= context_.options.max_unhandled_messages) {
      paused_ = true;
      more = false;
    }
  }
  context_.core.Post([self, message = std::move(message)] {
    self->context_.core.OnRunnerMessage(self->id_, *message);
    self->OnHandled();
  });
  return more;
}

void LinkSession::OnHandled() {
  {
    std::lock_guard lock(flow_mutex_);
    --unhandled_;
    if (!paused_ || unhandled_ > context_.options.max_unhandled_messages / 2) return;
    paused_ = false;
  }
  writer_.With([](RunnerStream* stream) { stream->Read(); });
}

void LinkSession::OnGone(const std::shared_ptr<LinkSession>& self) {
  --context_.sessions;
  if (greeted_) context_.core.Post([self] { self->context_.core.OnRunnerGone(self->id_); });
}

// A stream that only says why it is none.
class RefusedStream final : public grpc::ServerBidiReactor<v1::RunnerMessage, v1::CoordinatorMessage> {
 public:
  explicit RefusedStream(const grpc::Status& why) { Finish(why); }
  void OnDone() override { delete this; }
};

class RunnerLinkService final : public v1::RunnerLink::CallbackService {
 public:
  explicit RunnerLinkService(ServiceContext& context) : context_(context) {}

  grpc::ServerBidiReactor<v1::RunnerMessage, v1::CoordinatorMessage>* Connect(
      grpc::CallbackServerContext* call) override {
    absl::StatusOr<TokenIdentity> identity = context_.Authenticate(*call, TokenType::kRunner);
    if (!identity.ok()) return new RefusedStream(ToGrpc(identity.status()));
    if (context_.sessions >= context_.options.max_sessions) {
      ++context_.refused_sessions;
      context_.LogPeer(LogLevel::kWarn, "runner connection refused", SourceOf(call->peer()), "too many sessions");
      return new RefusedStream(
          grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED,
                       Concat("too many runners: expected at most ", context_.options.max_sessions, " connections")));
    }
    return new RunnerStream(context_, call, *std::move(identity));
  }

 private:
  ServiceContext& context_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeRunnerLinkService(ServiceContext& context) {
  return std::make_unique<RunnerLinkService>(context);
}

}  // namespace mockarty
