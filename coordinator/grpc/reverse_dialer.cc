#include "coordinator/grpc/reverse_dialer.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>

#include "coordinator/grpc/reverse_stream.h"

namespace mockarty {

ReverseDialer::ReverseDialer(ServiceContext& context) : context_(context) {
  const ReverseOptions& options = context.options.reverse;
  std::random_device random;
  for (const std::string& address : options.addresses) {
    targets_.push_back(
        Target{.address = address,
               .backoff = Backoff(options.min_backoff, options.max_backoff, random()),
               .refused_backoff = Backoff(options.min_refused_backoff, options.max_refused_backoff, random())});
  }
}

ReverseDialer::~ReverseDialer() {
  StopDialling();
  WaitUntilOver(0);
}

void ReverseDialer::Tick(Nanos now) {
  DropOver();
  for (const auto& stream : Streams()) stream->CheckDeadlines(now);
  std::vector<std::shared_ptr<ReverseStream>> begun;
  {
    std::lock_guard lock(mutex_);
    for (size_t i = 0; i < targets_.size() && !stopping_; ++i) {
      Target& target = targets_[i];
      if (target.stream != nullptr || now < target.next_at) continue;
      target.stream = std::make_shared<ReverseStream>(*this, context_, i, target.address);
      begun.push_back(target.stream);
    }
  }
  // Without the lock: a call may be over before Begin() returns.
  for (const auto& stream : begun) stream->Begin(now);
}

size_t ReverseDialer::Connected() {
  const auto streams = Streams();
  return static_cast<size_t>(std::count_if(streams.begin(), streams.end(), [](const auto& s) { return s->heard(); }));
}

void ReverseDialer::StopDialling() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  for (const auto& stream : Streams()) {
    if (!stream->established()) stream->GiveUp();
  }
}

void ReverseDialer::WaitUntilOver(Nanos deadline) {
  auto over = [this] {
    return std::all_of(targets_.begin(), targets_.end(), [](const Target& t) { return t.stream == nullptr; });
  };
  {
    std::unique_lock lock(mutex_);
    const Nanos wait = std::max<Nanos>(0, deadline - MonotonicNow());
    over_.wait_for(lock, std::chrono::nanoseconds(wait), over);
  }
  for (const auto& stream : Streams()) stream->TryCancel();
  {
    std::unique_lock lock(mutex_);
    over_.wait(lock, over);
  }
  DropOver();
}

void ReverseDialer::DropOver() {
  std::vector<std::shared_ptr<ReverseStream>> streams;
  std::lock_guard lock(mutex_);
  streams.swap(over_streams_);
}

void ReverseDialer::OnOver(size_t index, bool heard, bool refused) {
  std::lock_guard lock(mutex_);
  Target& target = targets_[index];
  if (heard) target.backoff.Reset();
  if (heard && !refused) target.refused_backoff.Reset();
  target.next_at = MonotonicNow() + (refused ? target.refused_backoff : target.backoff).Next();
  over_streams_.push_back(std::move(target.stream));
  over_.notify_all();
}

std::vector<std::shared_ptr<ReverseStream>> ReverseDialer::Streams() {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<ReverseStream>> streams;
  for (const Target& target : targets_) {
    if (target.stream != nullptr) streams.push_back(target.stream);
  }
  return streams;
}

}  // namespace mockarty
