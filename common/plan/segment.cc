#include "common/plan/segment.h"

#include <algorithm>
#include <numeric>
#include <queue>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/base/status_macros.h"

namespace mockarty {
namespace {

// The numbers of one period that fall to `part`, rising; `period` is the sum of the weights.
//
// The k-th number (from 1) of a part of weight w must lie in [floor((k-1)*period/w), ceil(k*period/w)-1]: then every
// prefix of n numbers holds floor(n*w/period) or ceil(n*w/period) of them. One number at a time, given to whom it is
// most urgent for among those that may have it, meets all deadlines: unit jobs on one machine that could take fractions
// of all of them at once. Of equal deadlines the lower part first, so that equal weights take turns in their order.
std::vector<uint32_t> NumbersOf(const std::vector<uint64_t>& weights, uint64_t period, uint32_t part) {
  std::vector<uint32_t> numbers;
  numbers.reserve(weights[part]);
  // Which parts may have their next number from an instant on.
  std::vector<std::vector<uint32_t>> released(period);
  std::vector<uint64_t> given(weights.size(), 0);
  for (uint32_t i = 0; i < weights.size(); ++i) {
    if (weights[i] > 0) {
      released[0].push_back(i);
    }
  }
  using Urgency = std::pair<uint64_t, uint32_t>;  // deadline, part
  std::priority_queue<Urgency, std::vector<Urgency>, std::greater<>> waiting;
  for (uint64_t number = 0; number < period; ++number) {
    for (const uint32_t i : released[number]) {
      waiting.emplace(((given[i] + 1) * period + weights[i] - 1) / weights[i], i);
    }
    const uint32_t next = waiting.top().second;
    waiting.pop();
    if (next == part) {
      numbers.push_back(static_cast<uint32_t>(number));
    }
    if (++given[next] < weights[next]) {
      released[std::max(given[next] * period / weights[next], number + 1)].push_back(next);
    }
  }
  return numbers;
}

}  // namespace

struct Segment::Level {
  std::vector<uint32_t> weights;
  uint32_t part;
  // Without what the weights have in common.
  uint64_t period;
  std::vector<uint32_t> numbers;  // of the part within a period, rising, not empty

  static absl::StatusOr<std::shared_ptr<const Level>> Create(std::vector<uint32_t> weights, uint32_t part);

  uint64_t Share(uint64_t total) const {
    const auto within = std::lower_bound(numbers.begin(), numbers.end(), total % period) - numbers.begin();
    return total / period * numbers.size() + static_cast<uint64_t>(within);
  }

  uint64_t Global(uint64_t place) const {
    uint64_t number;
    if (__builtin_mul_overflow(place / numbers.size(), period, &number) ||
        __builtin_add_overflow(number, numbers[place % numbers.size()], &number)) {
      return UINT64_MAX;
    }
    return number;
  }
};

absl::StatusOr<std::shared_ptr<const Segment::Level>> Segment::Level::Create(std::vector<uint32_t> weights,
                                                                             uint32_t part) {
  uint64_t sum = 0;
  uint64_t common = 0;
  for (const uint32_t weight : weights) {
    sum += weight;
    common = std::gcd(common, uint64_t{weight});
  }
  if (weights.size() > kMaxPeriod || sum > kMaxPeriod || sum == 0) {
    return absl::InvalidArgumentError(Concat("segment: ", weights.size(), " weights with the sum ", sum,
                                             ", expected a sum from 1 to ", kMaxPeriod, " of at most as many weights"));
  }
  if (part >= weights.size()) {
    return absl::InvalidArgumentError(Concat("segment: part ", part, " of ", weights.size(), " parts (0-based)"));
  }
  if (weights[part] == 0) {
    return absl::InvalidArgumentError(Concat("segment: part ", part, " has the weight 0, expected at least 1"));
  }
  std::vector<uint64_t> reduced;
  reduced.reserve(weights.size());
  for (const uint32_t weight : weights) {
    reduced.push_back(weight / common);
  }
  auto level = std::make_shared<Level>();
  level->period = sum / common;
  level->numbers = NumbersOf(reduced, level->period, part);
  level->weights = std::move(weights);
  level->part = part;
  return level;
}

absl::StatusOr<Segment> Segment::Create(std::span<const Stripe> stripes) {
  Segment segment;
  for (const Stripe& stripe : stripes) {
    ASSIGN_OR_RETURN(segment, segment.Divide(stripe.weights, stripe.part));
  }
  return segment;
}

absl::StatusOr<Segment> Segment::Divide(std::vector<uint32_t> weights, uint32_t part) const {
  if (levels_.size() >= kMaxStripes) {
    return absl::InvalidArgumentError(Concat("segment: divided more than ", kMaxStripes, " times"));
  }
  ASSIGN_OR_RETURN(std::shared_ptr<const Level> level, Level::Create(std::move(weights), part));
  Segment divided = *this;
  divided.levels_.push_back(std::move(level));
  return divided;
}

Segment Segment::Divide(uint32_t parts, uint32_t part) const {
  if (parts <= 1) {
    return *this;
  }
  // Parts of equal weight take turns in their order.
  auto level = std::make_shared<Level>();
  level->weights.assign(parts, 1);
  level->part = part;
  level->period = parts;
  level->numbers = {part};
  Segment divided = *this;
  divided.levels_.push_back(std::move(level));
  return divided;
}

uint64_t Segment::Share(uint64_t total) const {
  for (const auto& level : levels_) {
    total = level->Share(total);
  }
  return total;
}

uint64_t Segment::Global(uint64_t place) const {
  for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
    place = (*level)->Global(place);
  }
  return place;
}

std::vector<Segment::Stripe> Segment::Stripes() const {
  std::vector<Stripe> stripes;
  stripes.reserve(levels_.size());
  for (const auto& level : levels_) {
    stripes.push_back({level->weights, level->part});
  }
  return stripes;
}

std::vector<uint64_t> Apportion(uint64_t total, std::span<const uint64_t> weights) {
  using Wide = unsigned __int128;
  std::vector<uint64_t> parts(weights.size(), 0);
  Wide sum = 0;
  for (const uint64_t weight : weights) {
    sum += weight;
  }
  if (sum == 0) {
    return parts;
  }
  std::vector<std::pair<Wide, size_t>> remainders;
  remainders.reserve(weights.size());
  uint64_t left = total;
  for (size_t i = 0; i < weights.size(); ++i) {
    const Wide exact = Wide{total} * weights[i];
    parts[i] = static_cast<uint64_t>(exact / sum);
    left -= parts[i];
    remainders.emplace_back(exact % sum, i);
  }
  std::stable_sort(remainders.begin(), remainders.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (uint64_t i = 0; i < left; ++i) {
    ++parts[remainders[i].second];
  }
  return parts;
}

}  // namespace mockarty
