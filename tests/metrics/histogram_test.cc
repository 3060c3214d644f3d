#include "common/metrics/histogram.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace mockarty {
namespace {

using Rng = std::mt19937_64;

struct Distribution {
  std::string name;
  std::function<double(Rng&)> draw;
};

std::vector<Distribution> Distributions() {
  return {
      {"latencies", [](Rng& rng) { return std::lognormal_distribution<>(3, 1.5)(rng); }},
      {"uniform", [](Rng& rng) { return std::uniform_real_distribution<>(0, 1000)(rng); }},
      {"heavy tail", [](Rng& rng) { return std::pow(std::uniform_real_distribution<>(1e-6, 1)(rng), -3); }},
      {"both signs", [](Rng& rng) { return std::normal_distribution<>(0, 1e4)(rng); }},
      {"few values", [](Rng& rng) { return static_cast<double>(std::uniform_int_distribution<>(-2, 2)(rng)); }},
      {"tiny and huge", [](Rng& rng) { return std::exp2(std::uniform_real_distribution<>(-29, 59)(rng)); }},
  };
}

// The sample that the rank rule of Quantile() names.
double ExactQuantile(const std::vector<double>& sorted, double q) {
  const double exact = q * static_cast<double>(sorted.size());
  const auto rank = static_cast<size_t>(std::max(1.0, std::ceil(exact - exact * 1e-12)));
  return sorted[std::min(rank, sorted.size()) - 1];
}

TEST(Histogram, EmptyAnswersZero) {
  const Histogram histogram;
  EXPECT_TRUE(histogram.Empty());
  EXPECT_EQ(histogram.Quantile(0.5), 0);
  EXPECT_EQ(histogram.Min(), 0);
  EXPECT_EQ(histogram.Max(), 0);
  EXPECT_EQ(histogram.Mean(), 0);
  EXPECT_EQ(histogram.StdDev(), 0);
}

TEST(Histogram, EqualValuesDoNotDeviate) {
  Histogram histogram;
  for (int i = 0; i < 3; ++i) {
    histogram.Record(0.2001);
    EXPECT_EQ(histogram.StdDev(), 0) << i;
  }
}

TEST(Histogram, RefusesWhatIsNotFinite) {
  Histogram histogram;
  for (const double value : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity()}) {
    EXPECT_FALSE(histogram.Record(value));
    EXPECT_FALSE(histogram.RecordMany(value, 3));
  }
  EXPECT_TRUE(histogram.Empty());
  EXPECT_EQ(histogram, Histogram());
}

TEST(Histogram, CountsSumAndLimitsAreExact) {
  Histogram histogram;
  for (int i = 1; i <= 1000; ++i) {
    ASSERT_TRUE(histogram.Record(i * 0.001));
  }
  EXPECT_EQ(histogram.Count(), 1000U);
  EXPECT_TRUE(histogram.FixedSum() == Fixed{500'500'000'000});  // 500.5 in billionths
  EXPECT_DOUBLE_EQ(histogram.Mean(), 0.5005);
  EXPECT_EQ(histogram.Min(), 0.001);
  EXPECT_EQ(histogram.Max(), 1.0);
  EXPECT_NEAR(histogram.StdDev(), std::sqrt((1000.0 * 1000.0 - 1) / 12) / 1000, 1e-6);
}

TEST(Histogram, RankRule) {
  Histogram histogram;
  for (int i = 1; i <= 100; ++i) {
    histogram.Record(i);  // buckets of integers up to 128 hold one integer each
  }
  const auto near = [](double expected) { return expected * Histogram::kMaxRelativeError; };
  EXPECT_EQ(histogram.Quantile(0), 1);
  EXPECT_EQ(histogram.Quantile(-1), 1);
  EXPECT_EQ(histogram.Quantile(std::numeric_limits<double>::quiet_NaN()), 1);
  EXPECT_NEAR(histogram.Quantile(0.07), 7, near(7));  // 0.07 * 100 is above 7 in binary
  EXPECT_NEAR(histogram.Quantile(0.5), 50, near(50));
  EXPECT_NEAR(histogram.Quantile(0.501), 51, near(51));
  EXPECT_NEAR(histogram.Quantile(0.95), 95, near(95));
  EXPECT_EQ(histogram.Quantile(1), 100);
  EXPECT_EQ(histogram.Quantile(2), 100);
}

TEST(Histogram, QuantilesStayWithinTheStatedError) {
  for (const Distribution& distribution : Distributions()) {
    Rng rng(7);
    Histogram histogram;
    std::vector<double> samples;
    for (int i = 0; i < 20'000; ++i) {
      samples.push_back(distribution.draw(rng));
      histogram.Record(samples.back());
    }
    std::sort(samples.begin(), samples.end());
    for (int permille = 0; permille <= 1000; ++permille) {
      const double q = permille / 1000.0;
      const double exact = ExactQuantile(samples, q);
      ASSERT_LE(std::abs(histogram.Quantile(q) - exact), std::abs(exact) * Histogram::kMaxRelativeError + 1e-12)
          << distribution.name << " q=" << q << " exact=" << exact;
    }
  }
}

TEST(Histogram, ErrorBoundAtTheEdgesOfBuckets) {
  for (int exponent = -30; exponent < 60; ++exponent) {
    for (int sub = 0; sub < 128; ++sub) {
      const double low = std::ldexp(1 + sub / 128.0, exponent);
      const double high = std::nextafter(std::ldexp(1 + (sub + 1) / 128.0, exponent), 0);
      // Two samples of the same bucket with the wanted one in the middle rank: no clamping helps.
      for (const double value : {low, high, -low, -high}) {
        Histogram histogram;
        histogram.Record(-1e300);
        histogram.Record(value);
        histogram.Record(1e300);
        ASSERT_LE(std::abs(histogram.Quantile(0.5) - value), std::abs(value) * Histogram::kMaxRelativeError) << value;
      }
    }
  }
}

TEST(Histogram, VerySmallIsZeroAndVeryLargeSharesTheLastBucket) {
  Histogram histogram;
  histogram.Record(5);
  histogram.Record(std::nextafter(Histogram::kSmallest, 0));
  histogram.Record(-std::numeric_limits<double>::denorm_min());
  histogram.Record(0.0);
  histogram.Record(-0.0);
  histogram.Record(-5);
  EXPECT_EQ(histogram.Zeros(), 4U);
  EXPECT_EQ(histogram.Quantile(0.5), 0);

  Histogram large;
  large.Record(1);
  large.Record(1e200);
  large.Record(std::numeric_limits<double>::max());
  EXPECT_EQ(large.Max(), std::numeric_limits<double>::max());
  EXPECT_GE(large.Quantile(0.5), Histogram::kLargest * 0.99);
  EXPECT_TRUE(large.FixedSum() == ToFixed(1) + 2 * ToFixed(kFixedValueLimit));
}

TEST(Histogram, MergedEqualsSingleInAnyOrderAndGrouping) {
  for (const Distribution& distribution : Distributions()) {
    Rng rng(11);
    for (int round = 0; round < 20; ++round) {
      const size_t parts = 1 + rng() % 6;
      std::vector<Histogram> pieces(parts);
      Histogram single;
      for (int i = 0; i < 500; ++i) {
        const double value = distribution.draw(rng);
        single.Record(value);
        pieces[rng() % parts].Record(value);
      }
      Histogram left_to_right;
      for (const Histogram& piece : pieces) {
        left_to_right.Merge(piece);
      }
      ASSERT_EQ(left_to_right, single) << distribution.name;
      // Any order, and as a random tree.
      while (pieces.size() > 1) {
        std::shuffle(pieces.begin(), pieces.end(), rng);
        pieces.front().Merge(pieces.back());
        pieces.pop_back();
      }
      ASSERT_EQ(pieces.front(), single) << distribution.name;
      ASSERT_EQ(pieces.front().Quantile(0.95), single.Quantile(0.95));
      ASSERT_EQ(pieces.front().StdDev(), single.StdDev());
    }
  }
}

TEST(Histogram, MergingTheEmptyChangesNothing) {
  Histogram histogram;
  histogram.Record(3);
  const Histogram before = histogram;
  histogram.Merge(Histogram());
  EXPECT_EQ(histogram, before);
  Histogram empty;
  empty.Merge(before);
  EXPECT_EQ(empty, before);
}

TEST(Histogram, RecordManyIsTheSameAsMany) {
  Rng rng(3);
  for (const double value : {0.0, 1.5, -2.25, 1e-12, 1e30}) {
    Histogram many;
    Histogram one_by_one;
    const uint64_t n = rng() % 100;
    many.RecordMany(value, n);
    for (uint64_t i = 0; i < n; ++i) {
      one_by_one.Record(value);
    }
    EXPECT_EQ(many, one_by_one) << value;
  }
}

TEST(Histogram, CountersGoBeyond32Bits) {
  constexpr uint64_t kMany = (uint64_t{1} << 32) - 2;
  Histogram histogram;
  histogram.RecordMany(10, kMany);
  for (int i = 0; i < 5; ++i) {
    histogram.Record(10);  // the third carries
  }
  histogram.RecordMany(20, kMany + 4);
  histogram.Merge(Histogram(histogram));
  EXPECT_EQ(histogram.Count(), 2 * (2 * kMany + 9));
  std::vector<uint64_t> counts;
  histogram.Positive().ForEach([&](uint32_t, uint64_t n) {
    counts.push_back(n);
    return true;
  });
  EXPECT_EQ(counts, (std::vector<uint64_t>{2 * (kMany + 5), 2 * (kMany + 4)}));
  EXPECT_NEAR(histogram.Quantile(0.5), 10, 10 * Histogram::kMaxRelativeError);
  EXPECT_NEAR(histogram.Quantile(0.51), 20, 20 * Histogram::kMaxRelativeError);
}

TEST(Histogram, SumsStayAtTheirLimitInsteadOfOverflowing) {
  Histogram histogram;
  histogram.RecordMany(1e300, ~uint64_t{0} / 2);
  histogram.RecordMany(1e300, ~uint64_t{0} / 4);
  histogram.Record(1e300);
  EXPECT_TRUE(histogram.FixedSum() == kFixedMax);
  EXPECT_TRUE(histogram.FixedSquares() == kFixedMax);
}

TEST(Histogram, MemoryFollowsTheRangeNotTheCount) {
  Rng rng(5);
  Histogram histogram;
  for (int i = 0; i < 1000; ++i) {
    histogram.Record(std::uniform_real_distribution<>(1, 64)(rng));
  }
  const size_t after_some = histogram.MemoryBytes();
  for (int i = 0; i < 200'000; ++i) {
    histogram.Record(std::uniform_real_distribution<>(1, 64)(rng));
  }
  EXPECT_EQ(histogram.MemoryBytes(), after_some);
  EXPECT_LT(after_some, 8'192U);

  for (int i = 0; i < 200'000; ++i) {  // the widest any script can make it
    const double value = std::exp2(std::uniform_real_distribution<>(-40, 70)(rng));
    histogram.Record(i % 2 == 0 ? value : -value);
  }
  EXPECT_LT(histogram.MemoryBytes(), 256U * 1024);
}

TEST(Histogram, CompactingChangesNoAnswer) {
  for (const Distribution& distribution : Distributions()) {
    Rng rng(13);
    Histogram histogram;
    for (int i = 0; i < 3'000; ++i) {
      histogram.Record(distribution.draw(rng));
    }
    histogram.RecordMany(-7.5, uint64_t{1} << 40);
    Histogram compact = histogram;
    compact.Compact();
    EXPECT_EQ(compact, histogram) << distribution.name;
    EXPECT_LT(compact.MemoryBytes(), histogram.MemoryBytes()) << distribution.name;
    for (const double q : {0.01, 0.5, 0.99}) {
      EXPECT_EQ(compact.Quantile(q), histogram.Quantile(q));
    }
    compact.Compact();
    EXPECT_EQ(compact, histogram) << "twice does no harm";

    Histogram other;
    other.Record(distribution.draw(rng));
    Histogram merged = other;
    merged.Merge(compact);  // from packed
    compact.Merge(other);   // into packed
    histogram.Merge(other);
    EXPECT_EQ(merged, histogram);
    EXPECT_EQ(compact, histogram);
    compact.Clear();
    EXPECT_EQ(compact, Histogram());
  }
  Histogram recorded;
  recorded.Record(5);
  recorded.Compact();
  recorded.Record(5);
  EXPECT_EQ(recorded.Count(), 2U);
  EXPECT_NEAR(recorded.Quantile(0.5), 5, 5 * Histogram::kMaxRelativeError);
}

TEST(Histogram, ClearLeavesNothingBehind) {
  Histogram histogram;
  histogram.Record(1);
  histogram.Record(-1e9);
  histogram.Record(0);
  histogram.Clear();
  EXPECT_EQ(histogram, Histogram());
  histogram.Record(7);
  Histogram fresh;
  fresh.Record(7);
  EXPECT_EQ(histogram, fresh);
}

TEST(FixedPoint, RoundsToBillionthsAndHoldsItsLimits) {
  EXPECT_TRUE(ToFixed(1.5) == Fixed{1'500'000'000});
  EXPECT_TRUE(ToFixed(-0.0000000015) == Fixed{-2});
  EXPECT_TRUE(ToFixed(4e-10) == Fixed{0});
  EXPECT_TRUE(ToFixed(1e10) == Fixed{10'000'000'000} * 1'000'000'000);
  EXPECT_TRUE(ToFixed(1e300) == ToFixed(kFixedValueLimit));
  EXPECT_TRUE(ToFixed(-1e300) == -ToFixed(kFixedValueLimit));
  EXPECT_TRUE(SaturatingAdd(kFixedMax, 1) == kFixedMax);
  EXPECT_TRUE(SaturatingAdd(-kFixedMax, -5) == -kFixedMax);
  EXPECT_TRUE(ToFixedSquare(1e200) == kFixedMax);
  EXPECT_EQ(FromFixed(ToFixed(123.456789)), 123.456789);
}

}  // namespace
}  // namespace mockarty
