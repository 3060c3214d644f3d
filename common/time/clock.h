// Time as a parameter: what schedules takes a Clock, so that tests can turn its hands.
#ifndef COMMON_TIME_CLOCK_H_
#define COMMON_TIME_CLOCK_H_

#include <time.h>

#include <cstdint>

namespace mockarty {

// Nanoseconds. As an instant: since an arbitrary start that is the same for the whole process (CLOCK_MONOTONIC).
// As a length: a plain difference. Signed, so that differences need no care.
using Nanos = int64_t;

inline constexpr Nanos kNanosPerMilli = 1'000'000;
inline constexpr Nanos kNanosPerSecond = 1'000'000'000;

// An instant that never comes: no deadline, no next event.
inline constexpr Nanos kNever = INT64_MAX;

// The hot path reads the monotonic clock directly: one vDSO call, no virtual call.
inline Nanos MonotonicNow() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<Nanos>(now.tv_sec) * kNanosPerSecond + now.tv_nsec;
}

// Milliseconds since 1970-01-01 UTC; for showing, never for measuring.
inline int64_t WallClockMillis() {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000 + now.tv_nsec / kNanosPerMilli;
}

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Nanos Now() const = 0;
};

class MonotonicClock final : public Clock {
 public:
  Nanos Now() const override { return MonotonicNow(); }
};

// Moves only when told to. Not thread-safe.
class FakeClock final : public Clock {
 public:
  Nanos Now() const override { return now_; }
  void Advance(Nanos by) { now_ += by; }
  void Set(Nanos instant) { now_ = instant; }

 private:
  Nanos now_ = 0;
};

}  // namespace mockarty

#endif  // COMMON_TIME_CLOCK_H_
