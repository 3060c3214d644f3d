#include "engine/schedule/request_rate.h"

#include <algorithm>
#include <cmath>

#include "engine/schedule/vu_controller.h"

namespace mockarty {
namespace {

// How many iterations back the mean of their requests looks.
constexpr uint64_t kMeanOver = 100;

std::optional<uint64_t> OwnLimit(const RequestRateConfig& config, const ScenarioPart& part) {
  return config.iterations.has_value() ? std::optional(part.Iterations(*config.iterations)) : std::nullopt;
}

}  // namespace

RequestRateShard::RequestRateShard(const RequestRateConfig& config, Nanos graceful_stop, const ScenarioPart& part,
                                   const IterationPool* before)
    : ArrivalShard(part, {.length = RateProfile(config.rate).duration(),
                          .graceful_stop = graceful_stop,
                          .patience = kPatience,
                          .vus = std::max(1u, part.Share(config.start_vus))}),
      schedule_(config.rate),
      limit_(OwnLimit(config, part)),
      max_vus_(std::max(1u, part.own())),
      vus_(std::min(max_vus_, std::max(1u, part.Share(config.start_vus)))) {
  SetLimit(vus_);
  for (uint32_t i = 0; limit_.has_value() && before != nullptr && i < part.own(); ++i) {
    begun_ += before->DoneBefore(part.Index(i));
  }
}

uint64_t RequestRateShard::Position() const {
  return ended_requests_ + passed_over_ + static_cast<uint64_t>(std::llround(static_cast<double>(under_way_) * mean_));
}

Nanos RequestRateShard::NextDue() {
  if (limit_.has_value() && begun_ >= *limit_) return kNever;
  const uint64_t position = Position();
  // An iteration that sent fewer than expected leaves earlier requests over: they are due by now.
  if (!asked_.has_value() || position > *asked_) {
    asked_ = position;
    due_ = schedule_.Due(part_.Iteration(position));
  }
  return due_;
}

void RequestRateShard::OnBegun() {
  ++begun_;
  ++under_way_;
}

void RequestRateShard::OnPassedOver() { passed_over_ += std::max<uint64_t>(1, std::llround(mean_)); }

void RequestRateShard::OnEnded(uint64_t requests) {
  --under_way_;
  requests = std::max<uint64_t>(1, requests);
  ended_requests_ += requests;
  known_ = std::min(known_ + 1, kMeanOver);
  mean_ += (static_cast<double>(requests) - mean_) / static_cast<double>(known_);
}

void RequestRateShard::OnStarved(bool) { starved_ = true; }

void RequestRateShard::Tick() {
  const uint64_t second = static_cast<uint64_t>(next_tick_ / kNanosPerSecond);
  const uint64_t position = Position();
  const uint64_t due = part_.Iterations(schedule_.profile().DueBefore(next_tick_));
  const uint64_t parts = part_.own() == 0 ? 1 : std::max(1u, part_.vus() / part_.own());
  ControlInput input;
  input.vus = vus_;
  input.max_vus = max_vus_;
  input.peak_busy = TakePeakBusy();
  input.done = position - std::min(position, position_before_);
  input.behind = due - std::min(due, position);
  input.starved = starved_;
  input.max_step = MaxStep(vus_, parts, part_.own() == 0 ? 0 : part_.Index(0), second);
  vus_ = NextVus(input);
  WantVus(vus_);
  SetLimit(vus_);
  position_before_ = position;
  starved_ = false;
  next_tick_ += kNanosPerSecond;
}

}  // namespace mockarty
