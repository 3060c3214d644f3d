// The windows of one assignment that its coordinator has not stored yet.
//
// Each is unsent, in flight (handed to the link of this session), counted (the coordinator has merged it and cannot
// store it now) or in doubt (sent in an earlier session: stored or not, nobody here knows). Only unsent windows are
// ever joined: one that may be stored already must come again as it was, or what is new in it would be taken for a
// repetition. Memory: past `max_unsent` windows the neighbours are joined in pairs, so that what is kept has a bounded
// number of windows however long a link is away. Not thread-safe.
#ifndef AGENT_WINDOW_OUTBOX_H_
#define AGENT_WINDOW_OUTBOX_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>

#include "mockarty/v1/runner_link.pb.h"

namespace mockarty {

struct WindowOutboxOptions {
  size_t max_unsent = 64;
  size_t max_in_flight = 8;
  size_t max_bytes_in_flight = 128u << 10;  // a single window may be larger
  size_t max_counted = 10'000;              // more stay in flight, and hold the others up
};

class WindowOutbox {
 public:
  explicit WindowOutbox(const WindowOutboxOptions& options) : options_(options) {}

  // Windows come in order. `busy`: the link is there and does not take more, so that joining begins early.
  void Add(const v1::Window& window, const v1::TaskHealth& health, bool busy);

  // The next one to send, or nullptr when there is none or enough is in flight. Its `id` is for the caller to fill in.
  v1::WindowMessage* Next();
  void MarkSent();  // what Next() answered was handed to the link

  // Stored by the coordinator: first, last, first, last, ... Forgets the windows that lie wholly within.
  void Acknowledge(std::span<const uint64_t> taken);
  // Merged by the coordinator, stored or not, likewise: kept, but does not hold up what is to be sent.
  void Count(std::span<const uint64_t> merged);
  // The link is gone: what is in flight is in doubt.
  void LinkLost();
  // A coordinator said what it has stored: nothing is in doubt any more, and all that is left is sent anew.
  // `merged` as in Count(): kept as it is, not sent again.
  void Resume(std::span<const uint64_t> taken, std::span<const uint64_t> merged);

  bool AllSent() const { return unsent_ == 0; }
  size_t size() const { return items_.size(); }
  size_t unsent() const { return unsent_; }
  size_t in_flight() const { return in_flight_; }
  uint64_t last_seq() const { return last_seq_; }
  uint64_t coalesced() const { return coalesced_; }  // windows that became part of another
  uint64_t lost() const { return lost_; }            // broken ones, dropped when they could not be joined

 private:
  enum class State : uint8_t { kUnsent, kInFlight, kCounted, kInDoubt };
  struct Item {
    v1::WindowMessage message;
    size_t bytes = 0;
    State state = State::kUnsent;
    bool Sent() const { return state == State::kInFlight || state == State::kCounted; }  // in this session
  };

  void JoinPairs();
  void Recount();

  const WindowOutboxOptions options_;
  std::deque<Item> items_;  // rising by sequence number
  size_t unsent_ = 0;       // in doubt included: they are to be sent
  size_t in_flight_ = 0;
  size_t counted_ = 0;
  size_t bytes_in_flight_ = 0;
  uint64_t last_seq_ = 0;
  uint64_t coalesced_ = 0;
  uint64_t lost_ = 0;
};

}  // namespace mockarty

#endif  // AGENT_WINDOW_OUTBOX_H_
