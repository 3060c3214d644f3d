// How far a remote monotonic clock is ahead of ours, from round trips.
//
// The estimate of a probe is ((received - sent) + (replied - arrived)) / 2; its error is at most half of the time that
// the round trip took on the way, so the best of the last probes counts (as NTP does, RFC 5905 section 10). Old ones
// are forgotten, since clocks drift.
#ifndef COORDINATOR_FLEET_CLOCK_OFFSET_H_
#define COORDINATOR_FLEET_CLOCK_OFFSET_H_

#include <array>
#include <cstddef>
#include <optional>

#include "common/time/clock.h"

namespace mockarty {

class ClockOffset {
 public:
  // Our clock: sent, arrived. The remote's: received, replied. Impossible ones are passed over.
  void Add(Nanos sent, Nanos received, Nanos replied, Nanos arrived);

  bool Known() const { return size_ > 0; }
  // Remote minus ours, and how wrong that may be; 0 before the first probe.
  Nanos Offset() const;
  Nanos Uncertainty() const;
  Nanos RoundTrip() const { return 2 * Uncertainty(); }

 private:
  struct Sample {
    Nanos offset = 0;
    Nanos round_trip = 0;
  };
  const Sample* Best() const;

  std::array<Sample, 16> samples_;
  size_t next_ = 0;
  size_t size_ = 0;
};

}  // namespace mockarty

#endif  // COORDINATOR_FLEET_CLOCK_OFFSET_H_
