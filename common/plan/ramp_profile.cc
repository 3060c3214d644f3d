#include "common/plan/ramp_profile.h"

#include <algorithm>

namespace mockarty {
namespace {

// Products of a VU count and an instant exceed 64 bits.
using Wide = unsigned __int128;

}  // namespace

RampProfile::RampProfile(const RampingVusConfig& config) {
  uint32_t level = config.start_vus;
  Nanos instant = 0;
  for (const Stage& stage : config.stages) {
    if (stage.duration > 0) {
      segments_.push_back({instant, instant + stage.duration, level, stage.target});
      max_vus_ = std::max({max_vus_, level, stage.target});
      instant += stage.duration;
    }
    level = stage.target;
  }
}

uint32_t RampProfile::Target(Nanos instant) const {
  if (instant < 0) return 0;
  auto next = std::upper_bound(segments_.begin(), segments_.end(), instant,
                               [](Nanos t, const Segment& segment) { return t < segment.end; });
  return next == segments_.end() ? 0 : SegmentTarget(*next, instant);
}

uint32_t RampProfile::SegmentTarget(const Segment& segment, Nanos instant) {
  bool rising = segment.to >= segment.from;
  Wide steps = rising ? segment.to - segment.from : segment.from - segment.to;
  Wide elapsed = static_cast<uint64_t>(instant - segment.begin);
  auto moved = static_cast<uint32_t>(steps * elapsed / static_cast<uint64_t>(segment.end - segment.begin));
  return rising ? segment.from + moved : segment.from - moved;
}

Nanos RampProfile::ChangeInstant(const Segment& segment, uint32_t vu) {
  bool rising = segment.to >= segment.from;
  uint64_t steps = rising ? segment.to - segment.from : segment.from - segment.to;
  Wide step = rising ? vu + 1 - segment.from : segment.from - vu;
  Wide length = static_cast<uint64_t>(segment.end - segment.begin);
  return segment.begin + static_cast<Nanos>((step * length + steps - 1) / steps);
}

}  // namespace mockarty
