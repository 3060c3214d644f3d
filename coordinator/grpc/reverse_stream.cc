#include "coordinator/grpc/reverse_stream.h"

#include <utility>

#include "common/base/concat.h"
#include "coordinator/grpc/dial_channel.h"

namespace mockarty {
namespace {

// What will not be otherwise in a second: who is to mend it is a person.
bool IsRefusal(grpc::StatusCode code, bool heard) {
  switch (code) {
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::FAILED_PRECONDITION:
    case grpc::StatusCode::ABORTED:  // two connections to one runner take each other's place
    case grpc::StatusCode::UNIMPLEMENTED:
      return true;
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return !heard;
    default:
      return false;
  }
}

}  // namespace

ReverseStream::ReverseStream(ReverseDialer& dialer, ServiceContext& context, size_t target, std::string address)
    : dialer_(dialer),
      context_(context),
      target_(target),
      address_(std::move(address)),
      channel_(MakeDialChannel(context.options, address_)),
      stub_(v1::ReverseRunnerLink::NewStub(channel_)),
      handshake_(context.options.reverse.coordinator_id, NewHandshakeNonce()) {}

void ReverseStream::Begin(Nanos now) {
  begun_at_ = now;
  stub_->async()->Serve(&call_, this);
  AddHold();
  Put({.message = handshake_.Opening()});
  ReadNext();
  StartCall();
}

void ReverseStream::CheckDeadlines(Nanos now) {
  bool overdue = !established_ && now - begun_at_ > context_.options.reverse.handshake_timeout;
  {
    std::lock_guard lock(mutex_);
    overdue |= finished_at_ != 0 && now - finished_at_ > context_.options.close_timeout;
  }
  if (overdue) call_.TryCancel();
}

void ReverseStream::GiveUp() {
  given_up_ = true;
  call_.TryCancel();
}

void ReverseStream::OnReadDone(bool ok) {
  auto message = std::make_shared<v1::ReverseRunnerMessage>();
  message->Swap(&incoming_);
  bool finished = false;
  {
    std::lock_guard lock(mutex_);
    reading_ = false;
    finished = finished_at_ != 0;
  }
  if (finished) {
    // gRPC tells the end of the stream only once all is read.
    if (ok) ReadNext();
    return;
  }
  if (session_ == nullptr) {
    if (ok) return Shake(*message);
    return Finish(grpc::Status::OK);  // the runner's own status says why
  }
  if (!ok) return session_->OnReadEnd(true);
  if (!message->has_message()) {
    session_->writer().Abort(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "expected a runner's message"),
                             MonotonicNow());
    return;
  }
  heard_ = true;
  std::shared_ptr<v1::RunnerMessage> inner(message, message->mutable_message());
  if (!session_->OnMessage(std::move(inner), session_)) return;
  session_->writer().With([](LinkStream* stream) { stream->ReadNext(); });
}

void ReverseStream::Shake(const v1::ReverseRunnerMessage& message) {
  auto answer = handshake_.OnMessage(message, [this](std::string_view name) { return FindKey(name); });
  if (!answer.ok()) return Finish(ToGrpc(answer.status()));
  if (answer->has_value()) {
    Put({.message = **std::move(answer)});
    return ReadNext();
  }
  if (context_.sessions >= context_.options.max_sessions) {
    ++context_.refused_sessions;
    return Finish(grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "too many runners"));
  }
  session_ = std::make_shared<LinkSession>(context_, this, address_, identity_);
  established_ = true;
  context_.Add(session_);
  ReadNext();
}

absl::StatusOr<std::string> ReverseStream::FindKey(std::string_view token_name) {
  absl::StatusOr<NamedToken> token = context_.tokens.FindByName(token_name, TokenType::kRunner);
  if (!token.ok()) return token.status();
  identity_ = token->identity;
  return token->key;
}

void ReverseStream::ReadNext() {
  {
    std::lock_guard lock(mutex_);
    reading_ = true;
  }
  StartRead(&incoming_);
}

void ReverseStream::StartWrite(const v1::CoordinatorMessage* message) {
  Outgoing next{.of_session = true};
  *next.message.mutable_message() = *message;
  Put(std::move(next));
}

void ReverseStream::Put(Outgoing next) {
  {
    std::lock_guard lock(mutex_);
    if (writing_) {
      waiting_.push_back(std::move(next));
      return;
    }
    writing_ = true;
    current_ = std::move(next);
  }
  StartCurrent();
}

void ReverseStream::StartCurrent() {
  if (current_.last) {
    StartWriteLast(&current_.message, grpc::WriteOptions());
  } else {
    ClientBidiReactor::StartWrite(&current_.message);
  }
}

void ReverseStream::OnWriteDone(bool ok) {
  const bool of_session = current_.of_session;
  bool more = false;
  {
    std::lock_guard lock(mutex_);
    more = !waiting_.empty();
    writing_ = more;
    if (more) {
      current_ = std::move(waiting_.front());
      waiting_.pop_front();
    }
  }
  if (more) StartCurrent();
  if (of_session) session_->writer().OnWriteDone(ok);
}

void ReverseStream::Finish(const grpc::Status& status) {
  bool read = false;
  {
    std::lock_guard lock(mutex_);
    finished_at_ = MonotonicNow();
    finish_status_ = status;
    read = !reading_;
  }
  Outgoing goodbye{.last = true};
  goodbye.message.mutable_goodbye()->set_code(static_cast<uint32_t>(status.error_code()));
  goodbye.message.mutable_goodbye()->set_reason(status.error_message());
  Put(std::move(goodbye));
  if (read) ReadNext();
  RemoveHold();  // from here on it may be gone
}

bool ReverseStream::Report(const grpc::Status& status) {
  const bool ours = !finish_status_.ok();
  const grpc::Status& why = ours ? finish_status_ : status;
  const bool refused = IsRefusal(why.error_code(), heard_);
  std::string detail = why.error_message();
  if (why.ok()) detail = "the runner ended the connection";
  if (why.error_code() == grpc::StatusCode::CANCELLED) detail = "no answer in time";
  if (given_up_ || (ours && why.error_code() == grpc::StatusCode::UNAVAILABLE && established_)) return refused;
  if (why.error_code() == grpc::StatusCode::UNAUTHENTICATED) {
    ++context_.refused_tokens;
    context_.LogPeer(LogLevel::kWarn, "runner in reverse mode: authentication failed", address_, detail);
  } else if (heard_) {
    context_.LogPeer(LogLevel::kWarn, "lost the connection to runner", address_, detail);
  } else {
    context_.LogPeer(LogLevel::kWarn, "failed to connect to runner", address_, detail);
  }
  return refused;
}

void ReverseStream::OnDone(const grpc::Status& status) {
  const bool refused = Report(status);
  if (session_ != nullptr) session_->OnGone(session_);
  dialer_.OnOver(target_, heard_, refused);  // gone now
}

}  // namespace mockarty
