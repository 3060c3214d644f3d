// Any bytes as a plan, and as a segment. What is accepted travels on unchanged, and the arithmetic of its executors
// holds.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <variant>

#include "common/plan/arrival_schedule.h"
#include "common/plan/plan_progress.h"
#include "common/plan/ramp_profile.h"
#include "common/plan/rate_profile.h"
#include "common/wire/plan_codec.h"
#include "mockarty/v1/plan.pb.h"

namespace {

using mockarty::Nanos;

void Require(bool condition) {
  if (!condition) {
    std::abort();
  }
}

void RequirePlainMessage(const absl::Status& status) {
  Require(status.code() == absl::StatusCode::kInvalidArgument);
  Require(!status.message().empty() && status.message().size() < 4'000);
}

void TryRamp(const mockarty::RampingVusConfig& config) {
  const mockarty::RampProfile profile(config);
  for (const mockarty::RampProfile::Segment& segment : profile.segments()) {
    Require(profile.Target(segment.begin) == segment.from);
    Require(profile.Target(segment.end - 1) <= std::max(segment.from, segment.to));
    if (segment.from != segment.to) {
      const uint32_t vu = segment.from < segment.to ? segment.to - 1 : segment.to;
      const Nanos change = mockarty::RampProfile::ChangeInstant(segment, vu);
      Require(change >= segment.begin && change <= segment.end);
    }
  }
}

void TryRate(const mockarty::RatePlan& rate) {
  const mockarty::RateProfile profile(rate);
  const uint64_t total = profile.Total();
  Require(profile.HighestRate() <= 1.0001 * static_cast<double>(mockarty::kMaxRatePerSecond) + 1'000);
  mockarty::ArrivalSchedule schedule(rate);
  Nanos before = 0;
  for (const uint64_t number : {uint64_t{0}, total / 3, total / 2, total - total / 4}) {
    const Nanos due = schedule.Due(number);
    if (number >= total) {
      Require(due == mockarty::kNever);
      continue;
    }
    Require(due >= before && due < profile.duration());
    Require(profile.DueBefore(due) <= number && profile.DueBefore(due + 1) > number);
    before = due;
  }
}

void TryProgress(const mockarty::TestPlan& plan) {
  Require(mockarty::MaxVus(plan) <= mockarty::kMaxVus);
  const std::optional<Nanos> duration = mockarty::PlannedDuration(plan);
  for (const Nanos elapsed : {Nanos{-1}, Nanos{0}, duration.value_or(mockarty::kMaxRunDuration) / 2,
                              duration.value_or(mockarty::kMaxRunDuration)}) {
    Require(mockarty::PlannedVus(plan, elapsed) <= mockarty::MaxVus(plan));
    Require(std::isfinite(mockarty::PlannedRate(plan, elapsed).value_or(0)));
    const double fraction = mockarty::RunFraction(plan, elapsed, 7);
    Require(fraction >= 0 && fraction <= 1);
  }
  for (const mockarty::Scenario& scenario : plan.scenarios) {
    if (const auto* ramping = std::get_if<mockarty::RampingVusConfig>(&scenario.executor)) TryRamp(*ramping);
    if (const auto* arrivals = std::get_if<mockarty::ArrivalRateConfig>(&scenario.executor)) TryRate(arrivals->rate);
    if (const auto* requests = std::get_if<mockarty::RequestRateConfig>(&scenario.executor)) TryRate(requests->rate);
  }
}

void TryPlan(const void* data, size_t size) {
  mockarty::v1::TestPlan message;
  if (!message.ParseFromArray(data, static_cast<int>(size))) {
    return;
  }
  const absl::StatusOr<mockarty::TestPlan> plan = mockarty::FromProto(message);
  if (!plan.ok()) {
    RequirePlainMessage(plan.status());
    return;
  }
  TryProgress(*plan);
  mockarty::v1::TestPlan sent;
  mockarty::ToProto(*plan, &sent);
  const absl::StatusOr<mockarty::TestPlan> arrived = mockarty::FromProto(sent);
  Require(arrived.ok());
  mockarty::v1::TestPlan again;
  mockarty::ToProto(*arrived, &again);
  Require(again.SerializeAsString() == sent.SerializeAsString());
}

void TrySegment(const void* data, size_t size) {
  mockarty::v1::Segment message;
  if (!message.ParseFromArray(data, static_cast<int>(size))) {
    return;
  }
  const absl::StatusOr<mockarty::Segment> segment = mockarty::FromProto(message);
  if (!segment.ok()) {
    RequirePlainMessage(segment.status());
    return;
  }
  for (const uint64_t total : {uint64_t{0}, uint64_t{1}, uint64_t{1'000}, mockarty::kMaxIterations}) {
    const uint64_t share = segment->Share(total);
    Require(share <= total);
    Require(share == 0 || segment->Global(share - 1) < total);
    Require(segment->Global(share) >= total);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  TryPlan(data, size);
  TrySegment(data, size);
  return 0;
}
