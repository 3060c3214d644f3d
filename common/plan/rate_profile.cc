#include "common/plan/rate_profile.h"

#include <algorithm>
#include <cmath>

namespace mockarty {
namespace {

using Area = RateProfile::Area;

// A number's share of 2u*N must be fine enough for random arrivals, whatever the unit a script names.
constexpr Nanos kFinestUnit = kNanosPerSecond;

}  // namespace

RateProfile::RateProfile(const RatePlan& plan) {
  const auto scale =
      static_cast<uint64_t>(plan.time_unit >= kFinestUnit ? 1 : (kFinestUnit + plan.time_unit - 1) / plan.time_unit);
  unit_ = Area{2} * static_cast<uint64_t>(plan.time_unit) * scale;
  per_second_ =
      static_cast<double>(kNanosPerSecond) / (static_cast<double>(plan.time_unit) * static_cast<double>(scale));
  uint64_t level = plan.start * scale;
  Nanos instant = 0;
  Area area = 0;
  for (const RateStage& stage : plan.stages) {
    const uint64_t target = stage.target * scale;
    if (stage.duration > 0) {
      stretches_.push_back({instant, instant + stage.duration, level, target, area});
      area = AreaEnd(stretches_.back());
      instant += stage.duration;
    }
    level = target;
  }
}

Area RateProfile::AreaEnd(const Stretch& stretch) {
  return stretch.before + (Area{stretch.from} + stretch.to) * static_cast<uint64_t>(stretch.end - stretch.begin);
}

Area RateProfile::AreaWithin(const Stretch& stretch, Nanos elapsed, bool* rest) {
  const auto length = static_cast<uint64_t>(stretch.end - stretch.begin);
  const auto time = static_cast<uint64_t>(elapsed);
  const bool rising = stretch.to >= stretch.from;
  const uint64_t change = rising ? stretch.to - stretch.from : stretch.from - stretch.to;
  // change * time * time / length, in steps that fit.
  const Area once = Area{change} * time;
  const Area tail = once % length * time;
  const Area bend = once / length * time + tail / length;
  *rest = tail % length != 0;
  const Area straight = Area{2} * stretch.from * time;
  if (rising) {
    return straight + bend;
  }
  return straight - bend - (*rest ? 1 : 0);
}

Nanos RateProfile::InstantWithin(const Stretch& stretch, Area area) {
  const Nanos length = stretch.end - stretch.begin;
  if (stretch.from == stretch.to) {
    return stretch.begin + static_cast<Nanos>(area / (Area{2} * stretch.from));
  }
  const auto fits = [&](Nanos elapsed) {
    bool rest = false;
    const Area within = AreaWithin(stretch, elapsed, &rest);
    return within < area || (within == area && !rest);
  };
  const auto from = static_cast<long double>(stretch.from);
  const long double slope = (static_cast<long double>(stretch.to) - from) / static_cast<long double>(length);
  const auto wanted = static_cast<long double>(area);
  const long double root = std::sqrt(std::max(0.0L, from * from + slope * wanted));
  const long double guess = from + root > 0 ? wanted / (from + root) : 0;
  Nanos low = std::clamp(static_cast<Nanos>(std::min(guess, static_cast<long double>(length))), Nanos{0}, length - 1);
  Nanos high = low + 1;
  // Around the guess at growing distance, then between the two.
  for (Nanos step = 1; low > 0 && !fits(low); step *= 2) {
    high = low;
    low = std::max<Nanos>(0, low - step);
  }
  for (Nanos step = 1; high < length && fits(high); step *= 2) {
    low = high;
    high = std::min(length, high + step);
  }
  while (high - low > 1) {
    const Nanos middle = low + (high - low) / 2;
    (fits(middle) ? low : high) = middle;
  }
  return stretch.begin + low;
}

uint64_t RateProfile::DueBefore(Nanos instant) const {
  if (instant <= 0 || stretches_.empty()) {
    return 0;
  }
  bool rest = false;
  Area area = this->area();
  for (const Stretch& stretch : stretches_) {
    if (instant < stretch.end) {
      area = stretch.before + AreaWithin(stretch, instant - stretch.begin, &rest);
      break;
    }
  }
  const Area whole = area / unit_;
  return static_cast<uint64_t>(whole) + (area % unit_ != 0 || rest ? 1 : 0);
}

double RateProfile::RateAt(Nanos instant) const {
  if (instant < 0) {
    return 0;
  }
  for (const Stretch& stretch : stretches_) {
    if (instant < stretch.end) {
      const double part =
          static_cast<double>(instant - stretch.begin) / static_cast<double>(stretch.end - stretch.begin);
      const auto from = static_cast<double>(stretch.from);
      return (from + (static_cast<double>(stretch.to) - from) * part) * per_second_;
    }
  }
  return 0;
}

double RateProfile::HighestRate() const {
  uint64_t highest = 0;
  for (const Stretch& stretch : stretches_) {
    highest = std::max({highest, stretch.from, stretch.to});
  }
  return static_cast<double>(highest) * per_second_;
}

Nanos RateCursor::InstantOf(Area area) {
  const auto& stretches = profile_->stretches_;
  while (stretch_ < stretches.size() && area >= RateProfile::AreaEnd(stretches[stretch_])) {
    ++stretch_;
  }
  if (stretch_ == stretches.size()) {
    return kNever;
  }
  const RateProfile::Stretch& stretch = stretches[stretch_];
  return RateProfile::InstantWithin(stretch, area - std::min(area, stretch.before));
}

}  // namespace mockarty
