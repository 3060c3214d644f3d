// One session of a runner that long-polls: numbers, repeats, what waits to be fetched, and when it is over. Pure logic:
// neither HTTP nor the core; poll_service.h joins the three.
//
// Messages of each direction are numbered from 1. What the runner sends again is passed over; what the coordinator
// sends is kept until the runner says that it has it. Everything is bounded: past the limits the session ends. Threads:
// all methods from any thread (one lock inside). `now` is a monotonic clock's.
#ifndef COORDINATOR_POLL_POLL_SESSION_H_
#define COORDINATOR_POLL_POLL_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/time/clock.h"
#include "mockarty/v1/poll.pb.h"

namespace mockarty {

struct PollLimits {
  Nanos hold = 20 * kNanosPerSecond;  // below the 30 to 60 s after which proxies end a silent connection
  Nanos silence_timeout = 30 * kNanosPerSecond;
  Nanos hello_timeout = 10 * kNanosPerSecond;  // from the opening to Hello
  Nanos close_timeout = 5 * kNanosPerSecond;   // for the runner to fetch what is left of a session that ends
  size_t max_queue_messages = 4'096;           // for the runner; past them it is too slow
  size_t max_queue_bytes = 64u << 20;
  size_t max_unhandled_messages = 2'048;  // of the runner, for the core
  size_t max_unhandled_bytes = 16u << 20;
  size_t max_batch_messages = 1'024;    // both directions
  size_t max_batch_bytes = 1u << 20;    // of an answer to `receive`, which has one message at least
  size_t max_message_bytes = 8u << 20;  // of the runner
};

class PollSession {
 public:
  PollSession(const PollLimits& limits, Nanos now) : limits_(limits), opened_at_(now), heard_at_(now) {}

  // Called once, without the lock, when the answer to a `receive` is to be made: with Batch().
  using Ready = std::function<void()>;

  // For the runner. False: the queue is full, and the session ends without what it held.
  bool Queue(v1::CoordinatorMessage message, Nanos now);
  // The session ends when the runner has fetched what is queued, or is past close_timeout. The first one counts.
  void End(const absl::Status& why, Nanos now);

  struct Accepted {
    std::vector<v1::RunnerMessage> fresh;  // not seen before; their number and `bytes` go to Handled() later
    size_t bytes = 0;
    bool hello = false;  // the first of them is the session's Hello
  };
  // A batch of the runner. InvalidArgument: no batch, or the first message of all is no Hello; FailedPrecondition:
  // there is a gap before it; ResourceExhausted: more than the core may be given. Nothing is taken then. When the
  // session is ending, nothing is taken either, without an error.
  absl::StatusOr<Accepted> Accept(v1::PollSend batch, Nanos now);
  void Handled(size_t messages, size_t bytes);
  v1::PollSent SentAnswer() const;

  // The runner has all messages up to `received` and waits for more; who waited before is made ready.
  // FailedPrecondition: never sent, or it said once that it has more. `*hold_id` names this wait for Forget().
  absl::Status Receive(uint64_t received, Ready ready, Nanos now, uint64_t* hold_id);
  void Forget(uint64_t hold_id);
  // What follows `received`.
  v1::PollReceived Batch(uint64_t received) const;

  enum class State { kOpen, kSilent, kNoHello, kEnded };
  // Makes a wait that is over ready. Other than kOpen: the session is over, for this reason.
  State CheckDeadlines(Nanos now);
  // The runner closed it, or it is over: who waits is made ready.
  void Finish(Nanos now);

  bool greeted() const;

 private:
  Ready TakeReady();  // with the lock

  const PollLimits limits_;
  const Nanos opened_at_;

  mutable std::mutex mutex_;
  Nanos heard_at_;
  // From the runner.
  uint64_t received_ = 0;
  size_t unhandled_ = 0;
  size_t unhandled_bytes_ = 0;
  bool greeted_ = false;
  // For the runner: numbers acknowledged_ + 1 and on.
  std::deque<v1::CoordinatorMessage> queue_;
  size_t queue_bytes_ = 0;
  uint64_t acknowledged_ = 0;
  Ready ready_;
  uint64_t hold_id_ = 0;
  Nanos held_since_ = 0;
  std::optional<absl::Status> end_;
  Nanos ending_since_ = 0;
};

}  // namespace mockarty

#endif  // COORDINATOR_POLL_POLL_SESSION_H_
