#include "runner/link/reverse_link.h"

#include <algorithm>
#include <utility>

#include "common/base/concat.h"
#include "common/base/grpc_peer.h"
#include "common/base/quote.h"

namespace mockarty {
namespace {

constexpr Nanos kEndGrace = kNanosPerSecond;  // for the coordinator to take what is queued, and for gRPC to end
constexpr size_t kMaxReasonBytes = 512;

grpc::Status ToGrpc(const absl::Status& status) {  // codes are the same on both sides
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      Printable(ToStd(status.message()), kMaxReasonBytes));
}

}  // namespace

ReverseLink::ReverseLink(ReverseShared& shared, grpc::CallbackServerContext* call, std::string token_key,
                         Nanos deadline)
    : shared_(shared),
      call_(call),
      peer_(SourceOf(call->peer())),
      deadline_(deadline),
      handshake_(std::move(token_key), NewHandshakeNonce()) {
  StartRead(&incoming_);
}

bool ReverseLink::Send(const v1::RunnerMessage& message) {
  std::lock_guard lock(shared_.mutex);
  if (!Up() || Ended() || !queue_.Push(message)) return false;
  shared_.Wake();
  return true;
}

void ReverseLink::Close(const absl::Status& why) {
  std::lock_guard lock(shared_.mutex);
  End(ToGrpc(why), false);
}

void ReverseLink::End(const grpc::Status& status, bool in_order) {
  if (!end_.has_value()) {
    end_ = status;
    in_order_ = in_order;
    end_since_ = MonotonicNow();
  }
  shared_.Wake();
}

void ReverseLink::OnReadDone(bool ok) {
  {
    std::lock_guard lock(shared_.mutex);
    if (!ok) return End(grpc::Status::OK, false);
    if (Ended()) return;
    if (incoming_.has_goodbye()) return OnGoodbye(incoming_.goodbye());
    if (!Up()) {
      has_incoming_ = true;
      return shared_.Wake();
    }
    if (!incoming_.has_message()) {
      return End(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "expected a coordinator's message"), false);
    }
  }
  shared_.agent.OnMessage(id_, incoming_.message());
  StartRead(&incoming_);
}

void ReverseLink::OnGoodbye(const v1::ReverseGoodbye& goodbye) {
  const uint32_t code = goodbye.code() <= grpc::StatusCode::UNAUTHENTICATED
                            ? goodbye.code()
                            : static_cast<uint32_t>(grpc::StatusCode::UNKNOWN);
  goodbye_ = grpc::Status(static_cast<grpc::StatusCode>(code), Printable(goodbye.reason(), kMaxReasonBytes));
  End(grpc::Status::OK, false);
}

void ReverseLink::OnWriteDone(bool ok) {
  std::lock_guard lock(shared_.mutex);
  writing_ = false;
  if (!ok) End(grpc::Status(grpc::StatusCode::UNAVAILABLE, "the connection is gone"), false);
  shared_.Wake();
}

void ReverseLink::OnCancel() {
  std::lock_guard lock(shared_.mutex);
  End(grpc::Status(grpc::StatusCode::CANCELLED, "the connection is gone"), false);
}

void ReverseLink::OnDone() {
  std::lock_guard lock(shared_.mutex);
  done_ = true;
  shared_.Wake();
}

// With the lock.
void ReverseLink::Shake() {
  has_incoming_ = false;
  auto answer = handshake_.OnMessage(incoming_);
  if (!answer.ok()) return End(ToGrpc(answer.status()), false);
  answers_.push_back(*std::move(answer));
  if (handshake_.done()) {
    state_ = State::kProven;
  } else {
    read_next_ = true;
  }
}

Nanos ReverseLink::Step(Nanos now) {
  std::unique_lock lock(shared_.mutex);
  if (done_) return kNever;
  if (Shaking() && has_incoming_) Shake();
  if (Shaking() && now >= deadline_) {
    End(grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "the handshake took too long"), false);
  }
  const bool read = std::exchange(read_next_, false) && !Ended();
  enum class What { kNothing, kWrite, kFinish } what = What::kNothing;
  bool owed = false;
  if (!writing_ && !finished_) {
    const bool give_up = Ended() && (!in_order_ || now - end_since_ > kEndGrace);
    if (!give_up && !answers_.empty()) {
      outgoing_ = std::move(answers_.front());
      answers_.pop_front();
      what = What::kWrite;
    } else if (!give_up && !queue_.Empty()) {
      outgoing_.Clear();
      *outgoing_.mutable_message() = queue_.Pop(&owed);
      what = What::kWrite;
    } else if (Ended()) {
      what = What::kFinish;
    }
    writing_ = what == What::kWrite;
    finished_ = what == What::kFinish;
  }
  const grpc::Status status = Ended() ? *end_ : grpc::Status::OK;
  // A peer that takes nothing is cut off. Not after Finish(): the call may be gone any moment then.
  const bool cut = Ended() && writing_ && !cancelled_ && now - end_since_ > 2 * kEndGrace;
  cancelled_ |= cut;
  Nanos next = kNever;
  if (Shaking()) next = deadline_;
  if (Ended() && !cancelled_ && !finished_)
    next = end_since_ + (in_order_ && now - end_since_ <= kEndGrace ? 1 : 2) * kEndGrace + 1;
  lock.unlock();
  if (what == What::kWrite) StartWrite(&outgoing_);
  if (read) StartRead(&incoming_);
  if (cut) call_->TryCancel();
  if (what == What::kFinish) Finish(status);  // the last: it may be done before this returns
  if (owed) shared_.agent.OnWritable(id_);
  return next;
}

void ReverseLink::SetUp(LinkId id) {
  id_ = id;
  {
    std::lock_guard lock(shared_.mutex);
    state_ = State::kUp;
  }
  shared_.agent.OnLinkUp(id, this);  // says Hello before anything is read
  StartRead(&incoming_);
}

}  // namespace mockarty
