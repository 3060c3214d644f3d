#include "coordinator/fleet/clock_offset.h"

#include <algorithm>

namespace mockarty {

void ClockOffset::Add(Nanos sent, Nanos received, Nanos replied, Nanos arrived) {
  Nanos round_trip = 0;
  Nanos sum = 0;
  Nanos there = 0;
  Nanos back = 0;
  // A remote's numbers may be anything.
  if (__builtin_sub_overflow(received, sent, &there) || __builtin_sub_overflow(replied, arrived, &back) ||
      __builtin_add_overflow(there, back, &sum) || __builtin_sub_overflow(there, back, &round_trip) ||
      replied < received || round_trip < 0 || round_trip > arrived - sent) {
    return;
  }
  samples_[next_] = {sum / 2, round_trip};
  next_ = (next_ + 1) % samples_.size();
  size_ = std::min(size_ + 1, samples_.size());
}

const ClockOffset::Sample* ClockOffset::Best() const {
  const auto* end = samples_.begin() + size_;
  const auto* best = std::min_element(samples_.begin(), end,
                                      [](const Sample& a, const Sample& b) { return a.round_trip < b.round_trip; });
  return best == end ? nullptr : best;
}

Nanos ClockOffset::Offset() const {
  const Sample* best = Best();
  return best == nullptr ? 0 : best->offset;
}

Nanos ClockOffset::Uncertainty() const {
  const Sample* best = Best();
  return best == nullptr ? 0 : best->round_trip / 2;
}

}  // namespace mockarty
