#include "engine/vu/send_group.h"

#include <errno.h>
#include <sys/socket.h>

#include <utility>

#include "engine/vu/fiber.h"

namespace mockarty {

PendingSend::~PendingSend() {
  if (group_ != nullptr) group_->slots_[slot_].send = nullptr;
}

void PendingSend::Leave() {
  if (group_ == nullptr) return;
  rest = group_->Text(slot_);
  group_->slots_[slot_].send = nullptr;
  group_ = nullptr;
}

bool SendGroup::Busy(Nanos now) { return now - std::exchange(last_asked_, now) < kLull; }

void SendGroup::Add(int fd, std::string_view text, Fiber* fiber, Nanos now, PendingSend* send) {
  if (count_ == kSends) Flush();
  if (count_ == 0) oldest_ = now;
  send->group_ = this;
  send->slot_ = count_;
  send->asked = text.size();
  slots_[count_++] = {send, fiber, fd, text_.size(), text.size()};
  text_.append(text);
}

std::string_view SendGroup::Text(int slot) const {
  return std::string_view(text_).substr(slots_[slot].begin, slots_[slot].size);
}

void SendGroup::Flush() {
  if (count_ == 0) return;
  Nanos now = MonotonicNow();
  for (int i = 0; i < count_; ++i) {
    PendingSend* const pending = slots_[i].send;
    if (pending == nullptr) continue;
    const std::string_view text = Text(i);
    ssize_t sent;
    do {
      sent = send(slots_[i].fd, text.data(), text.size(), MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    pending->error = sent < 0 ? errno : 0;
    pending->size = sent < 0 ? 0 : static_cast<size_t>(sent);
    pending->start = now;
    now = pending->end = MonotonicNow();
    pending->done = true;
    pending->group_ = nullptr;
    if (pending->size != text.size()) {
      pending->rest = text.substr(pending->size);
      slots_[i].fiber->WakeDeferred(WaitResult::kReady);
    }
  }
  count_ = 0;
  text_.clear();
}

}  // namespace mockarty
