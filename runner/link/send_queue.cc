#include "runner/link/send_queue.h"

namespace mockarty {
namespace {

constexpr size_t kMaxBulkBytes = 64u << 10;  // queued, before windows and console lines are turned down
constexpr size_t kMaxBulkMessages = 64;
constexpr size_t kMaxBytes = 8u << 20;  // before anything is
constexpr size_t kMaxMessages = 8192;

bool IsBulk(const v1::RunnerMessage& message) {
  return message.kind_case() == v1::RunnerMessage::kWindow || message.kind_case() == v1::RunnerMessage::kConsole;
}

// Signs of life and of time have no order among the rest, and are worth little when they come late. Neither is sent
// before the Welcome, so Hello stays the first.
bool IsUrgent(const v1::RunnerMessage& message) {
  return message.kind_case() == v1::RunnerMessage::kHeartbeat || message.kind_case() == v1::RunnerMessage::kTimeReply;
}

}  // namespace

bool SendQueue::Push(const v1::RunnerMessage& message) {
  const size_t size = message.ByteSizeLong();
  const bool bulk = IsBulk(message);
  const bool full = bytes_ + size > (bulk ? kMaxBulkBytes : kMaxBytes) ||
                    messages_.size() >= (bulk ? kMaxBulkMessages : kMaxMessages);
  if (full && !messages_.empty()) {
    turned_down_ = true;
    return false;
  }
  if (IsUrgent(message)) {
    messages_.push_front(message);
  } else {
    messages_.push_back(message);
  }
  bytes_ += size;
  return true;
}

v1::RunnerMessage SendQueue::Pop(bool* owed) {
  v1::RunnerMessage message = std::move(messages_.front());
  messages_.pop_front();
  bytes_ -= message.ByteSizeLong();
  *owed = std::exchange(turned_down_, false);
  return message;
}

void SendQueue::Clear() {
  messages_.clear();
  bytes_ = 0;
  turned_down_ = false;
}

}  // namespace mockarty
