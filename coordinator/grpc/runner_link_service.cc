// RunnerLink: one reactor a connected runner.
#include "common/base/concat.h"
#include "common/base/grpc_peer.h"
#include "coordinator/grpc/link_session.h"
#include "mockarty/v1/runner_link.grpc.pb.h"

namespace mockarty {
namespace {

class RunnerStream final : public grpc::ServerBidiReactor<v1::RunnerMessage, v1::CoordinatorMessage>,
                           public LinkStream {
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
    if (!session_->OnMessage(std::move(message), session_)) return;
    session_->writer().With([](LinkStream* stream) { stream->ReadNext(); });
  }
  void OnWriteDone(bool ok) override { session_->writer().OnWriteDone(ok); }
  void OnCancel() override {
    session_->writer().Abort(grpc::Status(grpc::StatusCode::CANCELLED, "the connection is gone"), MonotonicNow());
  }
  void OnDone() override {
    session_->OnGone(session_);
    delete this;
  }

  void StartWrite(const v1::CoordinatorMessage* message) override { Reactor::StartWrite(message); }
  void Finish(const grpc::Status& status) override { Reactor::Finish(status); }
  void TryCancel() override { call_->TryCancel(); }
  void ReadNext() override { StartRead(&incoming_); }

 private:
  using Reactor = grpc::ServerBidiReactor<v1::RunnerMessage, v1::CoordinatorMessage>;

  grpc::CallbackServerContext* const call_;
  const std::shared_ptr<LinkSession> session_;
  v1::RunnerMessage incoming_;
};

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
