// A log-linear histogram of doubles that merges exactly.
//
// Values are what the user sees: milliseconds for times, anything for custom trends. A bucket is named by the
// exponent of the double and the top 7 bits of its mantissa: 128 buckets an octave. A quantile answers the middle of
// its bucket, so its relative error is at most 1/256 (0.4 %) for magnitudes from 2^-30 to 2^60. Magnitudes below 2^-30
// count as zero; those of 2^60 and more share the last bucket. Negative values are mirrored. Count, minimum and
// maximum are exact; sums are exact to a billionth a sample (fixed_point.h).
//
// Merging is adding: associative, commutative, and the merged histogram equals one that saw all samples.
// Buckets are allocated in runs of 32 when first used: some 128 bytes for each quarter of an octave.
// Not thread-safe. Copyable.
#ifndef COMMON_METRICS_HISTOGRAM_H_
#define COMMON_METRICS_HISTOGRAM_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/metrics/fixed_point.h"

namespace mockarty {

// Counters of one sign, by bucket. 32 bits each; what overflows is carried to `high_`.
class BucketArray {
 public:
  void Increment(uint32_t bucket) {
    const uint32_t block = bucket / kBlockSize - first_block_;  // wraps below the first: caught by the comparison
    if (block < blocks_.size() && blocks_[block] != kNoBlock) [[likely]] {
      const size_t at = blocks_[block] * kBlockSize + bucket % kBlockSize;
      if (++counts_[at] == 0) [[unlikely]] {
        Carry(at, 1);
      }
      return;
    }
    Add(bucket, 1);
  }
  void Add(uint32_t bucket, uint64_t n);
  void Merge(const BucketArray& from);
  void Clear();
  // Packs the counters into a few bytes for each bucket in use, until the next change unpacks them.
  void Compact();
  size_t MemoryBytes() const;

  // fn(bucket, count) for each non-empty bucket, in rising or falling order; stops when fn returns false.
  template <typename Fn>
  bool ForEach(Fn&& fn) const {
    if (!packed_.empty()) {
      return Unpacked().ForEach(fn);
    }
    for (size_t block = 0; block < blocks_.size(); ++block) {
      for (uint32_t i = 0; i < kBlockSize && blocks_[block] != kNoBlock; ++i) {
        if (const uint64_t n = CountAt(blocks_[block] * kBlockSize + i); n != 0 && !fn(BucketOf(block, i), n)) {
          return false;
        }
      }
    }
    return true;
  }
  template <typename Fn>
  bool ForEachDown(Fn&& fn) const {
    if (!packed_.empty()) {
      return Unpacked().ForEachDown(fn);
    }
    for (size_t block = blocks_.size(); block-- > 0;) {
      for (uint32_t i = kBlockSize; i-- > 0 && blocks_[block] != kNoBlock;) {
        if (const uint64_t n = CountAt(blocks_[block] * kBlockSize + i); n != 0 && !fn(BucketOf(block, i), n)) {
          return false;
        }
      }
    }
    return true;
  }

 private:
  static constexpr uint32_t kBlockSize = 32;
  static constexpr uint16_t kNoBlock = 0xFFFF;

  uint32_t BucketOf(size_t block, uint32_t i) const {
    return (first_block_ + static_cast<uint32_t>(block)) * kBlockSize + i;
  }
  uint64_t CountAt(size_t at) const;
  BucketArray Unpacked() const;
  size_t Allocate(uint32_t block);
  void Carry(size_t at, uint64_t high);

  uint32_t first_block_ = 0;
  std::vector<uint16_t> blocks_;                   // from block - first_block_ to a place in counts_
  std::vector<uint32_t> counts_;                   // in order of first use
  std::vector<std::pair<size_t, uint64_t>> high_;  // place in counts_ and what stands above 32 bits
  std::vector<uint8_t> packed_;                    // instead of all of the above, when not empty
};

struct HistogramBucket {
  uint32_t bucket = 0;
  uint64_t count = 0;
};

class Histogram {
 public:
  // All that a histogram consists of besides its buckets.
  struct Parts {
    uint64_t count = 0;
    uint64_t zeros = 0;
    Fixed sum = 0;
    Fixed squares = 0;
    double min = 0;  // both only when count is not 0
    double max = 0;
  };
  static constexpr double kMaxRelativeError = 1.0 / 256;
  static constexpr double kSmallest = 0x1p-30;    // below: zero
  static constexpr double kLargest = 0x1p60;      // from here on: the last bucket
  static constexpr uint32_t kBuckets = 90 * 128;  // of one sign: octaves by buckets in an octave

  // False, and nothing recorded, for NaN and infinities.
  bool Record(double value) {
    const uint64_t bits = std::bit_cast<uint64_t>(value);
    const uint64_t magnitude = bits & ~kSignBit;
    if (magnitude >= kInfinityBits) [[unlikely]] {
      return false;
    }
    ++count_;
    sum_ = SaturatingAdd(sum_, ToFixed(value));
    squares_ = SaturatingAdd(squares_, ToFixedSquare(value));
    min_ = value < min_ ? value : min_;
    max_ = value > max_ ? value : max_;
    if (magnitude < kSmallestBits) {
      ++zeros_;
    } else {
      (bits == magnitude ? positive_ : negative_).Increment(BucketOf(magnitude));
    }
    return true;
  }
  // The same as `n` calls of Record(value).
  bool RecordMany(double value, uint64_t n);

  void Merge(const Histogram& from);

  // The histogram that has these parts, exactly; buckets of both signs rising by number, each once. InvalidArgument
  // says which of them cannot be: whatever is accepted could have been recorded, but for the last digits of the sums.
  static absl::StatusOr<Histogram> FromParts(const Parts& parts, std::span<const HistogramBucket> positive,
                                             std::span<const HistogramBucket> negative);

  // The value of rank ceil(q * count), counted from 1 in rising order: the "nearest rank" rule. Middle of its bucket,
  // clamped to [min, max]; q <= 0 is the minimum, q >= 1 the maximum, 0 when empty.
  double Quantile(double q) const;

  bool Empty() const { return count_ == 0; }
  uint64_t Count() const { return count_; }
  Fixed FixedSum() const { return sum_; }
  Fixed FixedSquares() const { return squares_; }
  uint64_t Zeros() const { return zeros_; }
  // 0 when empty, all of them.
  double Sum() const { return FromFixed(sum_); }
  double Min() const { return Empty() ? 0 : min_; }
  double Max() const { return Empty() ? 0 : max_; }
  double Mean() const;
  double StdDev() const;  // of the population

  // As if newly made; may keep its allocations, which no answer depends on.
  void Clear();
  // Takes less memory until the next sample; changes no answer. For histograms that are kept and seldom change.
  void Compact();
  size_t MemoryBytes() const;

  // Middle of a bucket as given to the functions of ForEachBucket.
  static double BucketMiddle(uint32_t bucket);
  const BucketArray& Positive() const { return positive_; }
  const BucketArray& Negative() const { return negative_; }

  // Same counts in the same buckets, same sums and limits; allocations do not matter.
  friend bool operator==(const Histogram& a, const Histogram& b);

 private:
  static constexpr int kBucketShift = 52 - 7;
  static constexpr uint64_t kSignBit = uint64_t{1} << 63;
  static constexpr uint64_t kInfinityBits = uint64_t{0x7FF} << 52;
  static constexpr uint64_t kSmallestBits = std::bit_cast<uint64_t>(kSmallest);
  static constexpr uint64_t kLargestBits = std::bit_cast<uint64_t>(kLargest);

  static uint32_t BucketOf(uint64_t magnitude) {
    magnitude = magnitude < kLargestBits ? magnitude : kLargestBits - 1;
    return static_cast<uint32_t>((magnitude - kSmallestBits) >> kBucketShift);
  }

  static int64_t PlaceOf(double value);

  uint64_t count_ = 0;
  uint64_t zeros_ = 0;
  Fixed sum_ = 0;
  Fixed squares_ = 0;
  double min_ = std::numeric_limits<double>::infinity();
  double max_ = -std::numeric_limits<double>::infinity();
  BucketArray positive_;
  BucketArray negative_;
};

}  // namespace mockarty

#endif  // COMMON_METRICS_HISTOGRAM_H_
