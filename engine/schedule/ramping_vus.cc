#include "engine/schedule/ramping_vus.h"

#include <utility>

namespace mockarty {

RampingVusShard::RampingVusShard(const RampingVusConfig& config, Nanos graceful_stop, Nanos graceful_ramp_down,
                                 const ScenarioPart& part)
    : RampingVusShard(RampProfile(config), graceful_stop, graceful_ramp_down, part) {}

RampingVusShard::RampingVusShard(RampProfile profile, Nanos graceful_stop, Nanos graceful_ramp_down,
                                 const ScenarioPart& part)
    : VuShard(part, profile.duration(), {graceful_stop, graceful_ramp_down}), profile_(std::move(profile)) {
  FindNextChange();
}

void RampingVusShard::ApplyChange() {
  Nanos instant = next_change_;
  const RampProfile::Segment& current = profile_.segments()[segment_];
  if (entered_ && instant == current.end) {
    ++segment_;
    entered_ = false;
  }
  const RampProfile::Segment& segment = profile_.segments()[segment_];
  if (!entered_) {
    entered_ = true;
    GoTo(part_.Share(segment.from), instant);
  } else {
    GoTo(segment.to > segment.from ? level_ + 1 : level_ - 1, instant);
  }
  FindNextChange();
}

void RampingVusShard::GoTo(uint32_t level, Nanos instant) {
  while (level_ < level) Want(level_++);
  while (level_ > level) Unwant(--level_, instant);
}

void RampingVusShard::FindNextChange() {
  if (segment_ == profile_.segments().size()) {
    next_change_ = kNever;
    return;
  }
  const RampProfile::Segment& segment = profile_.segments()[segment_];
  if (!entered_) {
    next_change_ = segment.begin;
    return;
  }
  // What would change at the very end is left to the segment behind, which begins then, or to the end of the run.
  next_change_ = segment_ + 1 < profile_.segments().size() ? segment.end : kNever;
  Nanos instant = kNever;
  if (segment.to > segment.from) {
    const uint64_t vu = part_.Index(level_);
    if (vu < segment.to) instant = RampProfile::ChangeInstant(segment, static_cast<uint32_t>(vu));
  } else if (segment.to < segment.from && level_ > 0) {
    const uint64_t vu = part_.Index(level_ - 1);
    if (vu >= segment.to) instant = RampProfile::ChangeInstant(segment, static_cast<uint32_t>(vu));
  }
  if (instant < segment.end) next_change_ = instant;
}

bool RampingVusShard::PlanWants(uint32_t index, Nanos instant) const {
  return part_.Index(index) < profile_.Target(instant);
}

}  // namespace mockarty
