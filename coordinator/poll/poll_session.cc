#include "coordinator/poll/poll_session.h"

#include <string>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"

namespace mockarty {
namespace {

constexpr size_t kMaxReasonBytes = 4096;

}  // namespace

PollSession::Ready PollSession::TakeReady() { return std::exchange(ready_, nullptr); }

bool PollSession::Queue(v1::CoordinatorMessage message, Nanos now) {
  Ready ready;
  bool full = false;
  {
    std::lock_guard lock(mutex_);
    if (end_.has_value()) return true;  // as a stream that ends drops it
    size_t size = message.ByteSizeLong();
    full = queue_.size() >= limits_.max_queue_messages || queue_bytes_ + size > limits_.max_queue_bytes;
    if (full) {
      acknowledged_ += queue_.size();  // none of them will be asked for
      queue_.clear();
      queue_bytes_ = 0;
      end_ = absl::ResourceExhaustedError("the runner does not take its messages");
      ending_since_ = now;
    } else {
      queue_bytes_ += size;
      queue_.push_back(std::move(message));
    }
    ready = TakeReady();
  }
  if (ready) ready();
  return !full;
}

void PollSession::End(const absl::Status& why, Nanos now) {
  Ready ready;
  {
    std::lock_guard lock(mutex_);
    if (end_.has_value()) return;
    end_ = why;
    ending_since_ = now;
    ready = TakeReady();
  }
  if (ready) ready();
}

absl::StatusOr<PollSession::Accepted> PollSession::Accept(v1::PollSend batch, Nanos now) {
  auto count = static_cast<size_t>(batch.messages_size());
  if (batch.first() == 0)
    return absl::InvalidArgumentError("first: 0: expected the number of the first message, from 1");
  if (count > limits_.max_batch_messages) {
    return absl::InvalidArgumentError(
        Concat("messages: ", count, " of them: expected at most ", limits_.max_batch_messages));
  }
  std::vector<size_t> sizes;
  sizes.reserve(count);
  for (const v1::RunnerMessage& message : batch.messages()) {
    if (sizes.emplace_back(message.ByteSizeLong()) > limits_.max_message_bytes) {
      return absl::InvalidArgumentError(
          Concat("message of ", sizes.back(), " bytes: expected at most ", limits_.max_message_bytes));
    }
  }
  Accepted accepted;
  std::lock_guard lock(mutex_);
  heard_at_ = now;
  if (end_.has_value()) return accepted;
  if (batch.first() > received_ + 1) {
    return absl::FailedPreconditionError(Concat("first: ", batch.first(), ": expected at most ", received_ + 1));
  }
  uint64_t known = received_ + 1 - batch.first();  // of the batch, from before
  if (known >= count) return accepted;
  size_t fresh = count - static_cast<size_t>(known);
  if (!greeted_ && !batch.messages(static_cast<int>(known)).has_hello()) {
    return absl::InvalidArgumentError("expected Hello as the first message");
  }
  if (unhandled_ + fresh > limits_.max_unhandled_messages) {
    return absl::ResourceExhaustedError(
        Concat(unhandled_ + fresh, " messages at once: expected at most ", limits_.max_unhandled_messages));
  }
  for (size_t i = static_cast<size_t>(known); i < count; ++i) accepted.bytes += sizes[i];
  if (unhandled_ > 0 && unhandled_bytes_ + accepted.bytes > limits_.max_unhandled_bytes) {
    return absl::ResourceExhaustedError(Concat(unhandled_bytes_ + accepted.bytes,
                                               " bytes of messages at once: expected at most ",
                                               limits_.max_unhandled_bytes));
  }
  accepted.hello = !std::exchange(greeted_, true);
  accepted.fresh.reserve(fresh);
  for (size_t i = static_cast<size_t>(known); i < count; ++i) {
    accepted.fresh.push_back(std::move(*batch.mutable_messages(static_cast<int>(i))));
  }
  received_ += fresh;
  unhandled_ += fresh;
  unhandled_bytes_ += accepted.bytes;
  return accepted;
}

void PollSession::Handled(size_t messages, size_t bytes) {
  std::lock_guard lock(mutex_);
  unhandled_ -= messages;
  unhandled_bytes_ -= bytes;
}

v1::PollSent PollSession::SentAnswer() const {
  v1::PollSent answer;
  std::lock_guard lock(mutex_);
  answer.set_received(received_);
  answer.set_queued(acknowledged_ + queue_.size());
  answer.set_ending(end_.has_value());
  return answer;
}

absl::Status PollSession::Receive(uint64_t received, Ready ready, Nanos now, uint64_t* hold_id) {
  Ready before;
  Ready at_once;
  {
    std::lock_guard lock(mutex_);
    heard_at_ = now;
    // A session that was cut off for a full queue counts all of it as fetched; its runner does not know yet.
    bool emptied = end_.has_value() && queue_.empty();
    if (received > acknowledged_ + queue_.size() || (received < acknowledged_ && !emptied)) {
      return absl::FailedPreconditionError(
          Concat("received: ", received, ": expected from ", acknowledged_, " to ", acknowledged_ + queue_.size()));
    }
    while (acknowledged_ < received) {
      queue_bytes_ -= queue_.front().ByteSizeLong();
      queue_.pop_front();
      ++acknowledged_;
    }
    before = TakeReady();
    *hold_id = ++hold_id_;
    if (queue_.empty() && !end_.has_value()) {
      ready_ = std::move(ready);
      held_since_ = now;
    } else {
      at_once = std::move(ready);
    }
  }
  if (before) before();
  if (at_once) at_once();
  return absl::OkStatus();
}

void PollSession::Forget(uint64_t hold_id) {
  Ready gone;  // destroyed without the lock
  std::lock_guard lock(mutex_);
  if (hold_id == hold_id_) gone = TakeReady();
}

v1::PollReceived PollSession::Batch(uint64_t received) const {
  v1::PollReceived answer;
  std::lock_guard lock(mutex_);
  answer.set_first(received + 1);
  // Fetched meanwhile by a later request, and so is what follows.
  bool passed = received < acknowledged_;
  size_t bytes = 0;
  size_t next = passed ? queue_.size() : static_cast<size_t>(received - acknowledged_);
  for (; next < queue_.size(); ++next) {
    size_t size = queue_[next].ByteSizeLong();
    auto taken = static_cast<size_t>(answer.messages_size());
    if (taken > 0 && (bytes + size > limits_.max_batch_bytes || taken >= limits_.max_batch_messages)) break;
    bytes += size;
    *answer.add_messages() = queue_[next];
  }
  if (end_.has_value() && next >= queue_.size()) {
    answer.mutable_end()->set_code(static_cast<uint32_t>(end_->code()));
    answer.mutable_end()->set_reason(Printable(ToStd(end_->message()), kMaxReasonBytes));
  }
  return answer;
}

PollSession::State PollSession::CheckDeadlines(Nanos now) {
  Ready ready;
  State state = State::kOpen;
  {
    std::lock_guard lock(mutex_);
    if (end_.has_value()) {
      if (now - ending_since_ > limits_.close_timeout) state = State::kEnded;
    } else if (!greeted_ && now - opened_at_ > limits_.hello_timeout) {
      state = State::kNoHello;
    } else if (now - heard_at_ > limits_.silence_timeout) {
      state = State::kSilent;
    }
    if (ready_ && now - held_since_ >= limits_.hold) ready = TakeReady();
  }
  if (ready) ready();
  return state;
}

void PollSession::Finish(Nanos now) { End(absl::UnavailableError("the session is over"), now); }

bool PollSession::greeted() const {
  std::lock_guard lock(mutex_);
  return greeted_;
}

}  // namespace mockarty
