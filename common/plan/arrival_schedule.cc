#include "common/plan/arrival_schedule.h"

#include <cmath>

namespace mockarty {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014): any seed is a good one.
uint64_t NextRandom(uint64_t& state) {
  state += 0x9e3779b97f4a7c15;
  uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

// Exponentially distributed with the mean 1, at most 37.5.
double NextDistance(uint64_t& state) {
  const double uniform = (static_cast<double>(NextRandom(state) >> 11) + 0.5) * 0x1p-53;
  return -std::log(uniform);
}

}  // namespace

ArrivalSchedule::ArrivalSchedule(const RatePlan& rate, Arrivals arrivals, uint64_t seed)
    : profile_(rate), cursor_(&profile_), arrivals_(arrivals), random_(seed) {}

RateProfile::Area ArrivalSchedule::DrawUpTo(uint64_t number) {
  const RateProfile::Area end = profile_.area();
  while (drawn_ <= number && at_ < end) {
    ++drawn_;
    // An area of one number has at most 48 bits, so the product fits.
    at_ += static_cast<uint64_t>(NextDistance(random_) * static_cast<double>(profile_.unit()));
  }
  return at_;
}

Nanos ArrivalSchedule::Due(uint64_t number) {
  if (arrivals_ == Arrivals::kPoisson) {
    return cursor_.InstantOf(DrawUpTo(number));
  }
  // Numbers past every load would not fit.
  return number > kMaxIterations ? kNever : cursor_.InstantOf(number * profile_.unit());
}

}  // namespace mockarty
