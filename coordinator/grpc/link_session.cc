#include "coordinator/grpc/link_session.h"

#include <optional>
#include <utility>

#include "common/base/concat.h"

namespace mockarty {

LinkSession::LinkSession(ServiceContext& context, LinkStream* stream, std::string peer, TokenIdentity identity)
    : context_(context),
      writer_(stream),
      id_(context.next_session++),
      peer_(std::move(peer)),
      identity_(std::move(identity)),
      started_at_(MonotonicNow()) {
  ++context_.sessions;
}

void LinkSession::Send(v1::CoordinatorMessage message) {
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

void LinkSession::CheckDeadlines(Nanos now) {
  if (!greeted_ && now - started_at_ > context_.options.hello_timeout && !writer_.closing()) {
    Refuse(grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "no Hello in time"));
  }
  std::optional<Nanos> closing_since = writer_.ClosingSince();
  if (closing_since && now - *closing_since > context_.options.close_timeout) {
    writer_.Abort(grpc::Status(grpc::StatusCode::UNAVAILABLE, "closed"), now);
  }
}

void LinkSession::OnReadEnd(bool cancelled) {
  if (!greeted_ && !cancelled && !writer_.closing()) {
    return Refuse(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "expected Hello as the first message"));
  }
  writer_.Close(grpc::Status::OK, MonotonicNow());
}

void LinkSession::Refuse(const grpc::Status& status) {
  ++context_.refused_sessions;
  context_.LogPeer(LogLevel::kWarn, "runner connection refused", peer_, status.error_message());
  writer_.Close(status, MonotonicNow());
}

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
    unhandled_bytes_ += size;
    if (unhandled_ >= context_.options.max_unhandled_messages ||
        unhandled_bytes_ >= context_.options.max_unhandled_bytes) {
      paused_ = true;
      more = false;
    }
  }
  context_.core.Post([self, message = std::move(message), size] {
    self->context_.core.OnRunnerMessage(self->id_, *message);
    self->OnHandled(size);
  });
  return more;
}

void LinkSession::OnHandled(size_t bytes) {
  {
    std::lock_guard lock(flow_mutex_);
    --unhandled_;
    unhandled_bytes_ -= bytes;
    if (!paused_ || unhandled_ > context_.options.max_unhandled_messages / 2 ||
        unhandled_bytes_ > context_.options.max_unhandled_bytes / 2) {
      return;
    }
    paused_ = false;
  }
  writer_.With([](LinkStream* stream) { stream->ReadNext(); });
}

void LinkSession::OnGone(const std::shared_ptr<LinkSession>& self) {
  --context_.sessions;
  if (greeted_) context_.core.Post([self] { self->context_.core.OnRunnerGone(self->id_); });
}

}  // namespace mockarty
