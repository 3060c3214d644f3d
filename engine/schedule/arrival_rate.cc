#include "engine/schedule/arrival_rate.h"

#include <algorithm>

namespace mockarty {

ArrivalRateShard::ArrivalRateShard(const ArrivalRateConfig& config, Nanos graceful_stop, const ScenarioPart& part)
    : ArrivalShard(part, {.length = RateProfile(config.rate).duration(),
                          .graceful_stop = graceful_stop,
                          .patience = 0,
                          .vus = std::max(1u, part.Share(config.pre_allocated_vus))}),
      schedule_(config.rate, config.arrivals, config.seed) {}

void ArrivalRateShard::OnStarved(bool dropped) {
  // One that is being made already will do for the next that finds none.
  if (dropped) WantVus(uint64_t{attached()} + 1);
}

}  // namespace mockarty
