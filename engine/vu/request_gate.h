// A cap on the HTTP requests of a process: each waits for its turn, turns lie evenly apart.
//
// A turn that nobody took is gone: after a pause there is no burst. One atomic operation a request, and only in a run
// that has a cap (RunSettings::gate).
#ifndef ENGINE_VU_REQUEST_GATE_H_
#define ENGINE_VU_REQUEST_GATE_H_

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>

#include "common/time/clock.h"

namespace mockarty {

// Thread-safe.
class RequestGate {
 public:
  explicit RequestGate(double per_second)
      : interval_(
            std::max<Nanos>(1, static_cast<Nanos>(std::ceil(static_cast<double>(kNanosPerSecond) / per_second)))) {}

  // The instant at which requests that would go now, all at once, may go; they use up as many turns.
  Nanos Reserve(Nanos now, uint64_t requests) {
    Nanos next = next_.load(std::memory_order_relaxed);
    for (;;) {
      const Nanos turn = std::max(next, now);
      if (next_.compare_exchange_weak(next, turn + interval_ * static_cast<Nanos>(requests),
                                      std::memory_order_relaxed)) {
        return turn;
      }
    }
  }

 private:
  const Nanos interval_;
  std::atomic<Nanos> next_ = 0;
};

}  // namespace mockarty

#endif  // ENGINE_VU_REQUEST_GATE_H_
