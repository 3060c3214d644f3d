// When each iteration (or request) of a rate-driven load is due: the same schedule for whoever computes it.
//
// Even arrivals: number k at the instant of RateProfile. Poisson arrivals: the distances between numbers, measured in
// the integral of the rate, are exponentially distributed with the mean 1 (a Poisson process of rate 1, its time
// changed by N(t); Cinlar, Introduction to Stochastic Processes, 1975, section 4.7), drawn from the seed in order. A
// part of a run that carries every third number draws them all, so that all parts follow one schedule.
//
// A value without threads.
#ifndef COMMON_PLAN_ARRIVAL_SCHEDULE_H_
#define COMMON_PLAN_ARRIVAL_SCHEDULE_H_

#include <cstdint>

#include "common/plan/rate_profile.h"
#include "common/plan/test_plan.h"
#include "common/time/clock.h"

namespace mockarty {

class ArrivalSchedule {
 public:
  explicit ArrivalSchedule(const RatePlan& rate, Arrivals arrivals = Arrivals::kEven, uint64_t seed = 0);
  ArrivalSchedule(const ArrivalSchedule&) = delete;
  ArrivalSchedule& operator=(const ArrivalSchedule&) = delete;

  // The instant, from the start of the load, at which number `number` (0-based) is due; kNever when it is not any more.
  // Numbers must not fall from call to call. Poisson arrivals take a step a number passed over.
  Nanos Due(uint64_t number);

  const RateProfile& profile() const { return profile_; }

 private:
  RateProfile::Area DrawUpTo(uint64_t number);

  const RateProfile profile_;
  RateCursor cursor_;
  const Arrivals arrivals_;
  uint64_t random_;     // state of the generator
  uint64_t drawn_ = 0;  // numbers whose distance was drawn
  RateProfile::Area at_ = 0;
};

}  // namespace mockarty

#endif  // COMMON_PLAN_ARRIVAL_SCHEDULE_H_
