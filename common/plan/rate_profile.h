// A rate as arithmetic: how much is due up to an instant, and at which instant the next of it is.
//
// The rate is piecewise linear: from the stage before's target to the stage's own, within its duration. N(t) is its
// integral from the start of the load. Number k (0-based) is due at the last whole nanosecond t with N(t) <= k: at a
// constant rate of r a second that is k/r seconds, and what ends on a whole number waits through a pause of rate 0.
// Of a load of length T just the numbers with k < N(T) are due.
//
// No drift: everything is integers. With rates in numbers a time unit u, a stretch of length D from a to b adds
// (a+b)*D to 2u*N, so 2u*N is whole at the ends of stretches whatever the units. Within a stretch 2u*N(t) has grown by
// 2*a*t + (b-a)*t*t/D, which is compared with a whole number by its quotient and remainder. A square root in floating
// point only says where to look; the instant is the one for which the integers hold.
//
// A value without threads.
#ifndef COMMON_PLAN_RATE_PROFILE_H_
#define COMMON_PLAN_RATE_PROFILE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/plan/test_plan.h"
#include "common/time/clock.h"

namespace mockarty {

class RateProfile {
 public:
  // 2u*N, exactly; two different numbers are 2u apart. Up to 2^100 within the limits of test_plan.h.
  using Area = unsigned __int128;

  explicit RateProfile(const RatePlan& plan);

  Nanos duration() const { return stretches_.empty() ? 0 : stretches_.back().end; }
  Area unit() const { return unit_; }
  Area area() const { return stretches_.empty() ? 0 : AreaEnd(stretches_.back()); }

  // Numbers that are due before the instant: N rounded up.
  uint64_t DueBefore(Nanos instant) const;
  // All that are due.
  uint64_t Total() const { return DueBefore(duration()); }
  // A second, at the instant; 0 before the start and from the end.
  double RateAt(Nanos instant) const;
  double HighestRate() const;

 private:
  friend class RateCursor;
  struct Stretch {
    Nanos begin;
    Nanos end;
    uint64_t from;
    uint64_t to;
    Area before;  // 2u*N at `begin`
  };
  static Area AreaEnd(const Stretch& stretch);
  // What the stretch has added after `elapsed`, rounded down; `rest`: whether anything was cut off.
  static Area AreaWithin(const Stretch& stretch, Nanos elapsed, bool* rest);
  // The last instant within the stretch at which it has added no more than `area`, which is less than all of it.
  static Nanos InstantWithin(const Stretch& stretch, Area area);

  std::vector<Stretch> stretches_;
  Area unit_ = 2;
  double per_second_ = 1;  // one of the stretches' numbers, as a rate a second
};

// Walks through a profile from its start.
class RateCursor {
 public:
  // `profile` outlives the cursor.
  explicit RateCursor(const RateProfile* profile) : profile_(profile) {}

  // The last instant at which the area is not more than `area`; kNever from the profile's whole area on. Areas must not
  // fall from call to call.
  Nanos InstantOf(RateProfile::Area area);

 private:
  const RateProfile* profile_;
  size_t stretch_ = 0;
};

}  // namespace mockarty

#endif  // COMMON_PLAN_RATE_PROFILE_H_
