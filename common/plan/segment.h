// Which of a run's virtual users and iterations fall to one runner, or to one thread of it.
//
// A stripe divides 0, 1, 2, ... among parts by weight, periodically: within each period of sum(weights) numbers, part p
// has weights[p] of them, spread evenly: of the first n numbers it has n*weights[p]/sum, rounded down or up. Equal
// weights take turns in their order. A segment is a path of stripes: the
// numbers of an outer part are counted anew and divided again. So the parts of any division are disjoint, together
// everything, and every prefix 0..n-1 is divided as evenly as whole numbers allow: a ramp that is followed by all parts
// on their own is exact in sum at every instant.
//
// A value; copies share one table. Pure; any thread.
#ifndef COMMON_PLAN_SEGMENT_H_
#define COMMON_PLAN_SEGMENT_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"

namespace mockarty {

class Segment {
 public:
  static constexpr uint32_t kMaxPeriod = 65'536;  // of one stripe: sum of its weights
  static constexpr size_t kMaxStripes = 8;

  struct Stripe {
    std::vector<uint32_t> weights;
    uint32_t part = 0;
    friend bool operator==(const Stripe&, const Stripe&) = default;
  };

  // Everything.
  Segment() = default;
  // InvalidArgument says which limit a stripe breaks: no weights, a sum past kMaxPeriod, a part that is not there or
  // has no weight, too many stripes.
  static absl::StatusOr<Segment> Create(std::span<const Stripe> stripes);

  // A part of this segment. InvalidArgument as Create().
  absl::StatusOr<Segment> Divide(std::vector<uint32_t> weights, uint32_t part) const;
  // The same for `parts` equal ones; parts >= 1, part < parts, parts <= kMaxPeriod. Never fails: the division among the
  // threads of a process may be one stripe past kMaxStripes.
  Segment Divide(uint32_t parts, uint32_t part) const;

  // How many of the numbers 0..total-1 are in it.
  uint64_t Share(uint64_t total) const;
  // The number at `place` (0-based) within the segment: rising in `place`; UINT64_MAX where it would not fit.
  uint64_t Global(uint64_t place) const;

  std::vector<Stripe> Stripes() const;

 private:
  struct Level;
  std::vector<std::shared_ptr<const Level>> levels_;  // outermost first
};

// Splits `total` into whole parts in proportion to `weights` by the largest remainder; of equal remainders the lower
// index first. The sum is exact. All 0 when all weights are 0.
std::vector<uint64_t> Apportion(uint64_t total, std::span<const uint64_t> weights);

}  // namespace mockarty

#endif  // COMMON_PLAN_SEGMENT_H_
