// Sums that do not depend on the order of adding: integers in billionths.
//
// Merged reports must be identical whatever the order in which windows arrive, and floating-point addition is not
// associative. A value is rounded to the nearest 1e-9 and added as a 128-bit integer. Values beyond +-1e18 count as
// +-1e18 in sums, so that 2^37 of the largest still fit; past that the sum stays at its limit.
#ifndef COMMON_METRICS_FIXED_POINT_H_
#define COMMON_METRICS_FIXED_POINT_H_

#include <cstdint>
#include <limits>

namespace mockarty {

using Fixed = __int128;

inline constexpr double kFixedPerOne = 1e9;
inline constexpr double kFixedValueLimit = 1e18;
inline constexpr Fixed kFixedMax = static_cast<Fixed>(~static_cast<unsigned __int128>(0) >> 1);

// Half away from zero. Of less than 2^62; one conversion instruction, where lround is a call.
inline int64_t RoundToInteger(double scaled) {
  return static_cast<int64_t>(scaled + (scaled < 0 ? -0.5 : 0.5));  // NOLINT(bugprone-incorrect-roundings): see above
}

// `value` must be finite.
inline Fixed ToFixed(double value) {
  const double scaled = value * kFixedPerOne;
  if (scaled > -4e18 && scaled < 4e18) {  // fits int64_t
    return RoundToInteger(scaled);
  }
  if (value >= kFixedValueLimit) {
    return static_cast<Fixed>(kFixedValueLimit) * 1'000'000'000;
  }
  if (value <= -kFixedValueLimit) {
    return static_cast<Fixed>(-kFixedValueLimit) * 1'000'000'000;
  }
  return static_cast<Fixed>(scaled);
}

// Of a square, for the standard deviation. Not below zero, so that staying at the limit is associative too.
inline Fixed ToFixedSquare(double value) {
  const double scaled = value * value * kFixedPerOne;
  if (scaled < 4e18) {
    return RoundToInteger(scaled);
  }
  return scaled < 1e38 ? static_cast<Fixed>(scaled) : kFixedMax;
}

// `n` times a value, as if added that often.
inline Fixed SaturatingMultiply(Fixed value, uint64_t n) {
  Fixed product;
  if (__builtin_mul_overflow(value, static_cast<Fixed>(n), &product)) {
    return value > 0 ? kFixedMax : -kFixedMax;
  }
  return product;
}

inline double FromFixed(Fixed fixed) { return static_cast<double>(static_cast<long double>(fixed) / 1e9L); }

// Stays at the limit instead of overflowing.
inline Fixed SaturatingAdd(Fixed a, Fixed b) {
  Fixed sum;
  if (__builtin_add_overflow(a, b, &sum)) {
    return a > 0 ? kFixedMax : -kFixedMax;
  }
  return sum;
}

}  // namespace mockarty

#endif  // COMMON_METRICS_FIXED_POINT_H_
