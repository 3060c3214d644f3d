// Stages as arithmetic: how many VUs are to run at an instant, and at which instant a VU's turn comes or goes.
//
// Within a stage the target moves in a straight line and in whole steps: upwards, VU number n+1 is added when the
// line reaches n+1; downwards, it is taken away when the line reaches n. So each stage's target is met exactly at its
// end. All in integers; instants are nanoseconds since the start of the run, rounded up to the next whole one.
#ifndef COMMON_PLAN_RAMP_PROFILE_H_
#define COMMON_PLAN_RAMP_PROFILE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/plan/test_plan.h"
#include "common/time/clock.h"

namespace mockarty {

class RampProfile {
 public:
  // A stretch of time that is not empty; the first begins at 0, each where the one before ends. At `begin` the target
  // is `from` (a jump, where the one before led elsewhere); it would be `to` at `end`.
  struct Segment {
    Nanos begin;
    Nanos end;
    uint32_t from;
    uint32_t to;
  };

  explicit RampProfile(const RampingVusConfig& config);

  // Empty when no stage lasts.
  const std::vector<Segment>& segments() const { return segments_; }
  Nanos duration() const { return segments_.empty() ? 0 : segments_.back().end; }
  uint32_t max_vus() const { return max_vus_; }

  // VUs that are to run at `instant`: VU i (0-based) runs just when i < Target(). 0 before the start and from the end.
  uint32_t Target(Nanos instant) const;

  // The target within one segment, begin <= instant < end.
  static uint32_t SegmentTarget(const Segment& segment, Nanos instant);

  // In a rising segment with from <= vu < to: the first instant at which `vu` is to run.
  // In a falling one with to <= vu < from: the first instant at which it is not. At most `end`.
  static Nanos ChangeInstant(const Segment& segment, uint32_t vu);

 private:
  std::vector<Segment> segments_;
  uint32_t max_vus_ = 0;
};

}  // namespace mockarty

#endif  // COMMON_PLAN_RAMP_PROFILE_H_
