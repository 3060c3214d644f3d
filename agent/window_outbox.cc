#include "agent/window_outbox.h"

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "common/metrics/merge.h"
#include "common/metrics/registry.h"
#include "common/metrics/window.h"
#include "common/wire/window_codec.h"

namespace mockarty {
namespace {

// A task's own registry kept its limits already: here nothing may be refused, or joining would move samples to
// `__other__`.
constexpr RegistryOptions kRoomy = {
    .max_series = size_t{1} << 20, .max_metrics = size_t{1} << 16, .max_tag_bytes = size_t{256} << 20};

// A slow link may keep this part of the windows of one that is away.
constexpr size_t kBusyPart = 4;
constexpr size_t kMinUnsent = 2;

bool LiesWithin(uint64_t first, uint64_t last, std::span<const uint64_t> taken) {
  for (size_t i = 0; i + 1 < taken.size(); i += 2) {
    if (taken[i] <= first && last <= taken[i + 1]) return true;
  }
  return false;
}

void JoinHealth(const v1::TaskHealth& later, v1::TaskHealth* into) {
  int64_t lag = std::max(into->loop_lag_ns(), later.loop_lag_ns());
  *into = later;
  into->set_loop_lag_ns(lag);
}

}  // namespace

void WindowOutbox::Add(const v1::Window& window, const v1::TaskHealth& health, bool busy) {
  if (window.first_seq() <= last_seq_) {  // a worker does not repeat; a broken one must not spoil the rest
    ++lost_;
    return;
  }
  Item item;
  *item.message.mutable_window() = window;
  *item.message.mutable_health() = health;
  item.bytes = item.message.ByteSizeLong();
  last_seq_ = window.last_seq();
  items_.push_back(std::move(item));
  ++unsent_;
  size_t limit = busy ? options_.max_unsent / kBusyPart : options_.max_unsent;
  if (unsent_ > std::max(limit, kMinUnsent)) JoinPairs();
}

v1::WindowMessage* WindowOutbox::Next() {
  if (unsent_ == 0 || in_flight_ >= options_.max_in_flight) return nullptr;
  for (Item& item : items_) {
    if (item.Sent()) continue;
    if (in_flight_ > 0 && bytes_in_flight_ + item.bytes > options_.max_bytes_in_flight) return nullptr;
    return &item.message;
  }
  return nullptr;
}

void WindowOutbox::MarkSent() {
  for (Item& item : items_) {
    if (item.Sent()) continue;
    item.state = State::kInFlight;
    --unsent_;
    ++in_flight_;
    bytes_in_flight_ += item.bytes;
    return;
  }
}

void WindowOutbox::Acknowledge(std::span<const uint64_t> taken) {
  std::erase_if(items_, [&](const Item& item) {
    return LiesWithin(item.message.window().first_seq(), item.message.window().last_seq(), taken);
  });
  Recount();
}

void WindowOutbox::Count(std::span<const uint64_t> merged) {
  for (Item& item : items_) {
    const v1::Window& window = item.message.window();
    if (item.state == State::kInFlight && counted_ < options_.max_counted &&
        LiesWithin(window.first_seq(), window.last_seq(), merged)) {
      item.state = State::kCounted;
      ++counted_;
    }
  }
  Recount();
}

void WindowOutbox::LinkLost() {
  for (Item& item : items_) {
    if (item.Sent()) item.state = State::kInDoubt;
  }
  Recount();
}

void WindowOutbox::Resume(std::span<const uint64_t> taken, std::span<const uint64_t> merged) {
  Acknowledge(taken);
  for (Item& item : items_) {
    const v1::Window& window = item.message.window();
    item.state = LiesWithin(window.first_seq(), window.last_seq(), merged) ? State::kCounted : State::kUnsent;
  }
  Recount();
  if (unsent_ > std::max(options_.max_unsent, kMinUnsent)) JoinPairs();
}

void WindowOutbox::Recount() {
  unsent_ = in_flight_ = counted_ = bytes_in_flight_ = 0;
  for (const Item& item : items_) {
    if (item.state == State::kCounted) {
      ++counted_;
    } else if (item.state == State::kInFlight) {
      ++in_flight_;
      bytes_in_flight_ += item.bytes;
    } else {
      ++unsent_;
    }
  }
}

// Halves the unsent windows: each takes part in few joints, and all stay of like length.
void WindowOutbox::JoinPairs() {
  MetricRegistry registry(kRoomy);
  WindowDecoder decoder(&registry);
  std::deque<Item> kept;
  bool may_join = false;  // the last of `kept` is the first of a pair
  for (Item& item : items_) {
    bool free = item.state == State::kUnsent;
    Item* before = free && may_join ? &kept.back() : nullptr;
    if (before == nullptr || before->message.window().last_seq() + 1 != item.message.window().first_seq()) {
      may_join = free;
      kept.push_back(std::move(item));
      continue;
    }
    absl::StatusOr<Window> window = decoder.Decode(before->message.window());
    absl::StatusOr<Window> later = decoder.Decode(item.message.window());
    if (!window.ok() || !later.ok()) {
      ++lost_;
      if (!window.ok()) *before = std::move(item);
      continue;
    }
    Merge(*later, *window);
    EncodeWindow(*window, registry, before->message.mutable_window());
    JoinHealth(item.message.health(), before->message.mutable_health());
    before->bytes = before->message.ByteSizeLong();
    ++coalesced_;
    may_join = false;
  }
  items_ = std::move(kept);
  Recount();
}

}  // namespace mockarty
