#include "common/metrics/histogram.h"

#include <algorithm>
#include <cmath>

#include "common/base/concat.h"
#include "common/base/status_macros.h"

namespace mockarty {
namespace {

// Seven bits a byte, the lowest first; the highest bit says that more follow (LEB128).
void AppendVarint(uint64_t value, std::vector<uint8_t>& out) {
  for (; value >= 0x80; value >>= 7) {
    out.push_back(static_cast<uint8_t>(value | 0x80));
  }
  out.push_back(static_cast<uint8_t>(value));
}

uint64_t ReadVarint(const std::vector<uint8_t>& in, size_t& at) {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const uint8_t byte = in[at++];
    value |= uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) {
      return value;
    }
  }
}

}  // namespace

uint64_t BucketArray::CountAt(size_t at) const {
  uint64_t n = counts_[at];
  for (const auto& [place, high] : high_) {
    n += place == at ? high << 32 : 0;
  }
  return n;
}

void BucketArray::Carry(size_t at, uint64_t high) {
  for (auto& [place, stored] : high_) {
    if (place == at) {
      stored += high;
      return;
    }
  }
  high_.emplace_back(at, high);
}

// Makes room for a block; answers where in counts_ it begins.
size_t BucketArray::Allocate(uint32_t block) {
  if (blocks_.empty()) {
    first_block_ = block;
  }
  if (block < first_block_) {
    blocks_.insert(blocks_.begin(), first_block_ - block, kNoBlock);
    first_block_ = block;
  }
  if (block - first_block_ >= blocks_.size()) {
    blocks_.resize(block - first_block_ + 1, kNoBlock);
  }
  uint16_t& place = blocks_[block - first_block_];
  if (place == kNoBlock) {
    place = static_cast<uint16_t>(counts_.size() / kBlockSize);
    counts_.resize(counts_.size() + kBlockSize);
  }
  return size_t{place} * kBlockSize;
}

void BucketArray::Add(uint32_t bucket, uint64_t n) {
  if (n == 0) {
    return;
  }
  if (!packed_.empty()) {
    *this = Unpacked();
  }
  const size_t at = Allocate(bucket / kBlockSize) + bucket % kBlockSize;
  const uint64_t sum = counts_[at] + (n & 0xFFFFFFFF);
  counts_[at] = static_cast<uint32_t>(sum);
  if (const uint64_t high = (sum >> 32) + (n >> 32); high != 0) {
    Carry(at, high);
  }
}

void BucketArray::Merge(const BucketArray& from) {
  from.ForEach([this](uint32_t bucket, uint64_t n) {
    Add(bucket, n);
    return true;
  });
}

void BucketArray::Clear() {
  first_block_ = 0;
  blocks_.clear();
  counts_.clear();
  high_.clear();
  packed_.clear();
}

void BucketArray::Compact() {
  if (counts_.empty()) {
    return;
  }
  std::vector<uint8_t> packed;
  uint32_t before = 0;
  ForEach([&](uint32_t bucket, uint64_t n) {
    AppendVarint(bucket - before, packed);
    AppendVarint(n, packed);
    before = bucket;
    return true;
  });
  packed.shrink_to_fit();
  *this = BucketArray();
  packed_ = std::move(packed);
}

BucketArray BucketArray::Unpacked() const {
  BucketArray array;
  uint32_t bucket = 0;
  for (size_t at = 0; at < packed_.size();) {
    bucket += static_cast<uint32_t>(ReadVarint(packed_, at));
    array.Add(bucket, ReadVarint(packed_, at));
  }
  return array;
}

size_t BucketArray::MemoryBytes() const {
  return blocks_.capacity() * sizeof(blocks_[0]) + counts_.capacity() * sizeof(counts_[0]) +
         high_.capacity() * sizeof(high_[0]) + packed_.capacity();
}

bool Histogram::RecordMany(double value, uint64_t n) {
  if (!std::isfinite(value)) {
    return false;
  }
  if (n == 0) {
    return true;
  }
  count_ += n;
  sum_ = SaturatingAdd(sum_, SaturatingMultiply(ToFixed(value), n));
  squares_ = SaturatingAdd(squares_, SaturatingMultiply(ToFixedSquare(value), n));
  min_ = std::min(min_, value);
  max_ = std::max(max_, value);
  const uint64_t magnitude = std::bit_cast<uint64_t>(value) & ~kSignBit;
  if (magnitude < kSmallestBits) {
    zeros_ += n;
  } else {
    (value > 0 ? positive_ : negative_).Add(BucketOf(magnitude), n);
  }
  return true;
}

void Histogram::Merge(const Histogram& from) {
  count_ += from.count_;
  zeros_ += from.zeros_;
  sum_ = SaturatingAdd(sum_, from.sum_);
  squares_ = SaturatingAdd(squares_, from.squares_);
  min_ = std::min(min_, from.min_);
  max_ = std::max(max_, from.max_);
  positive_.Merge(from.positive_);
  negative_.Merge(from.negative_);
}

namespace {

// Adds buckets of one sign and their samples to `total`.
absl::Status TakeBuckets(std::string_view sign, std::span<const HistogramBucket> buckets, BucketArray& into,
                         uint64_t& total) {
  for (size_t i = 0; i < buckets.size(); ++i) {
    const auto& [bucket, count] = buckets[i];
    if (bucket >= Histogram::kBuckets || (i > 0 && bucket <= buckets[i - 1].bucket)) {
      return absl::InvalidArgumentError(
          Concat(sign, " bucket ", bucket, ": expected rising numbers below ", Histogram::kBuckets));
    }
    if (count == 0 || __builtin_add_overflow(total, count, &total)) {
      return absl::InvalidArgumentError(
          Concat(sign, " bucket ", bucket, ": count ", count, ": expected at least 1 and at most 2^64 in all"));
    }
    into.Add(bucket, count);
  }
  return absl::OkStatus();
}

}  // namespace

// Where a value counts, as one number that rises with the value: negative buckets, then 0 for zeros, then positive
// ones.
int64_t Histogram::PlaceOf(double value) {
  const uint64_t magnitude = std::bit_cast<uint64_t>(value) & ~kSignBit;
  if (magnitude < kSmallestBits) {
    return 0;
  }
  const int64_t place = int64_t{BucketOf(magnitude)} + 1;
  return value > 0 ? place : -place;
}

absl::StatusOr<Histogram> Histogram::FromParts(const Parts& parts, std::span<const HistogramBucket> positive,
                                               std::span<const HistogramBucket> negative) {
  Histogram histogram;
  uint64_t total = parts.zeros;
  RETURN_IF_ERROR(TakeBuckets("negative", negative, histogram.negative_, total));
  RETURN_IF_ERROR(TakeBuckets("positive", positive, histogram.positive_, total));
  if (total != parts.count) {
    return absl::InvalidArgumentError(
        Concat("count ", parts.count, ": expected ", total, ", the samples of all buckets together"));
  }
  const Fixed limit = SaturatingMultiply(ToFixed(kFixedValueLimit), parts.count);
  if (parts.sum > limit || parts.sum < -limit || parts.squares < 0 || (parts.count == 0 && parts.squares != 0)) {
    return absl::InvalidArgumentError(Concat("sum ", FromFixed(parts.sum), ", sum of squares ",
                                             FromFixed(parts.squares), ": expected what ", parts.count,
                                             " samples of at most 1e18 can add up to"));
  }
  histogram.count_ = parts.count;
  histogram.zeros_ = parts.zeros;
  histogram.sum_ = parts.sum;
  histogram.squares_ = parts.squares;
  if (parts.count == 0) {
    return histogram;
  }
  const auto place = [](const HistogramBucket& bucket) { return int64_t{bucket.bucket} + 1; };
  const int64_t lowest = !negative.empty() ? -place(negative.back()) : parts.zeros != 0 ? 0 : place(positive.front());
  const int64_t highest = !positive.empty() ? place(positive.back()) : parts.zeros != 0 ? 0 : -place(negative.front());
  if (!std::isfinite(parts.min) || !std::isfinite(parts.max) || parts.min > parts.max || PlaceOf(parts.min) != lowest ||
      PlaceOf(parts.max) != highest) {
    return absl::InvalidArgumentError(Concat("min ", parts.min, ", max ", parts.max,
                                             ": expected finite values of the lowest and the highest bucket in use"));
  }
  histogram.min_ = parts.min;
  histogram.max_ = parts.max;
  return histogram;
}

double Histogram::BucketMiddle(uint32_t bucket) {
  const uint64_t low = kSmallestBits + (uint64_t{bucket} << kBucketShift);
  return std::bit_cast<double>(low + (uint64_t{1} << (kBucketShift - 1)));
}

double Histogram::Quantile(double q) const {
  if (Empty()) {
    return 0;
  }
  if (!(q > 0)) {
    return min_;
  }
  if (q >= 1) {
    return max_;
  }
  // 0.07 * 100 is a little more than 7 in binary: shave that off before rounding up.
  const double exact_rank = q * static_cast<double>(count_);
  const double rank = std::max(1.0, std::ceil(exact_rank - exact_rank * 1e-12));
  uint64_t left = std::min(count_, static_cast<uint64_t>(rank));
  double answer = 0;
  const auto not_reached = [&](double value, uint64_t n) {
    answer = value;
    const bool more = n < left;
    left -= more ? n : 0;
    return more;
  };
  if (negative_.ForEachDown([&](uint32_t bucket, uint64_t n) { return not_reached(-BucketMiddle(bucket), n); }) &&
      (zeros_ == 0 || not_reached(0, zeros_))) {
    positive_.ForEach([&](uint32_t bucket, uint64_t n) { return not_reached(BucketMiddle(bucket), n); });
  }
  return std::clamp(answer, min_, max_);
}

double Histogram::Mean() const { return Empty() ? 0 : Sum() / static_cast<double>(count_); }

double Histogram::StdDev() const {
  // Of equal values it would be what rounding leaves of the sums: 20 ns of a single request.
  if (Empty() || min_ == max_) {
    return 0;
  }
  const long double n = static_cast<long double>(count_);
  const long double mean = static_cast<long double>(sum_) / 1e9L / n;
  const long double mean_square = static_cast<long double>(squares_) / 1e9L / n;
  return static_cast<double>(std::sqrt(std::max(0.0L, mean_square - mean * mean)));
}

void Histogram::Clear() {
  count_ = 0;
  zeros_ = 0;
  sum_ = 0;
  squares_ = 0;
  min_ = std::numeric_limits<double>::infinity();
  max_ = -std::numeric_limits<double>::infinity();
  positive_.Clear();
  negative_.Clear();
}

void Histogram::Compact() {
  positive_.Compact();
  negative_.Compact();
}

size_t Histogram::MemoryBytes() const { return sizeof(*this) + positive_.MemoryBytes() + negative_.MemoryBytes(); }

namespace {

std::vector<std::pair<uint32_t, uint64_t>> Buckets(const BucketArray& array) {
  std::vector<std::pair<uint32_t, uint64_t>> buckets;
  array.ForEach([&](uint32_t bucket, uint64_t n) {
    buckets.emplace_back(bucket, n);
    return true;
  });
  return buckets;
}

}  // namespace

bool operator==(const Histogram& a, const Histogram& b) {
  return a.count_ == b.count_ && a.zeros_ == b.zeros_ && a.sum_ == b.sum_ && a.squares_ == b.squares_ &&
         a.min_ == b.min_ && a.max_ == b.max_ && Buckets(a.positive_) == Buckets(b.positive_) &&
         Buckets(a.negative_) == Buckets(b.negative_);
}

}  // namespace mockarty
