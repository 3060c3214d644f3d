// Which VUs and which iterations of one scenario fall to one part of a run: a runner, or a thread of it.
//
// VUs go by their number in the run, as a Segment says. Iterations go by lanes: number k of the scenario's schedule is
// in the lane of the scenario's VU k modulo its VUs, and falls to the part that has this VU (any VU of the part may run
// it). So each iteration has one part, a part without a VU has no iteration, a part's share of a rate is its share of
// the VUs, and its iterations lie as evenly between the others' as its VUs do.
//
// A value. Pure; any thread.
#ifndef COMMON_PLAN_SCENARIO_PART_H_
#define COMMON_PLAN_SCENARIO_PART_H_

#include <cstdint>
#include <utility>

#include "common/plan/segment.h"

namespace mockarty {

class ScenarioPart {
 public:
  ScenarioPart() = default;
  // A scenario of `vus` VUs, the first of which has the number `first` in the run.
  ScenarioPart(Segment segment, uint32_t vus, uint64_t first = 0)
      : segment_(std::move(segment)), vus_(vus), first_(first), before_(segment_.Share(first)), own_(Share(vus)) {}

  // VUs of the scenario in all, and those of this part.
  uint32_t vus() const { return vus_; }
  uint32_t own() const { return own_; }

  // How many of the scenario's first `total` VUs are this part's.
  uint32_t Share(uint64_t total) const { return static_cast<uint32_t>(segment_.Share(first_ + total) - before_); }
  // The number (0-based) within the scenario of the part's VU at `place`; past all of them for places past its own.
  uint64_t Index(uint64_t place) const {
    const uint64_t index = segment_.Global(before_ + place);
    return index == UINT64_MAX ? index : index - first_;
  }
  // ... and its number within the run.
  uint64_t RunIndex(uint64_t place) const { return segment_.Global(before_ + place); }

  // How many of the scenario's first `total` iterations are this part's.
  uint64_t Iterations(uint64_t total) const { return vus_ == 0 ? 0 : total / vus_ * own_ + Share(total % vus_); }
  // The number within the scenario of the part's own iteration `number`; UINT64_MAX where there is none.
  uint64_t Iteration(uint64_t number) const {
    uint64_t lap;
    if (own_ == 0 || __builtin_mul_overflow(number / own_, uint64_t{vus_}, &lap)) return UINT64_MAX;
    return lap + Index(number % own_);
  }

 private:
  Segment segment_;
  uint32_t vus_ = 0;
  uint64_t first_ = 0;
  uint64_t before_ = 0;  // the part's VUs of earlier scenarios
  uint32_t own_ = 0;
};

}  // namespace mockarty

#endif  // COMMON_PLAN_SCENARIO_PART_H_
