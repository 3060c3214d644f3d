#include "common/plan/segment.h"

#include <numeric>
#include <random>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mockarty {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<Segment> DivideAll(const Segment& whole, const std::vector<uint32_t>& weights) {
  std::vector<Segment> parts;
  for (uint32_t i = 0; i < weights.size(); ++i) {
    if (weights[i] > 0) {
      parts.push_back(*whole.Divide(weights, i));
    }
  }
  return parts;
}

std::vector<uint64_t> Numbers(const Segment& segment, uint64_t total) {
  std::vector<uint64_t> numbers;
  for (uint64_t place = 0; place < segment.Share(total); ++place) {
    numbers.push_back(segment.Global(place));
  }
  return numbers;
}

std::vector<uint32_t> RandomWeights(std::mt19937& random, uint32_t max_parts, uint32_t max_weight) {
  std::vector<uint32_t> weights(1 + random() % max_parts);
  for (uint32_t& weight : weights) {
    weight = random() % (max_weight + 1);
  }
  weights[random() % weights.size()] += 1;
  return weights;
}

TEST(Segment, EverythingIsTheNumbersThemselves) {
  const Segment all;
  EXPECT_EQ(all.Share(17), 17u);
  EXPECT_EQ(all.Global(16), 16u);
  EXPECT_TRUE(all.Stripes().empty());
  EXPECT_TRUE(all.Divide(1, 0).Stripes().empty());
}

TEST(Segment, EqualPartsTakeTurns) {
  for (uint32_t part = 0; part < 3; ++part) {
    const Segment plain = Segment().Divide(3, part);
    const Segment weighted = *Segment().Divide({5, 5, 5}, part);
    for (uint64_t place = 0; place < 20; ++place) {
      EXPECT_EQ(plain.Global(place), part + place * 3);
      EXPECT_EQ(weighted.Global(place), part + place * 3);
    }
  }
}

TEST(Segment, WeightsAreSpread) {
  EXPECT_THAT(Numbers(*Segment().Divide({1, 3}, 0), 8), ElementsAre(2, 6));
  EXPECT_THAT(Numbers(*Segment().Divide({1, 3}, 1), 8), ElementsAre(0, 1, 3, 4, 5, 7));
  EXPECT_THAT(Numbers(*Segment().Divide({2, 1}, 0), 6), ElementsAre(0, 1, 3, 4));
}

TEST(Segment, PartsAreDisjointCompleteAndBalanced) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    const std::vector<uint32_t> weights = RandomWeights(random, 9, round % 3 == 0 ? 400 : 7);
    const uint64_t sum = std::accumulate(weights.begin(), weights.end(), uint64_t{0});
    const uint64_t total = 2 * sum + random() % 50;
    std::vector<int> owners(total, 0);
    for (uint32_t i = 0; i < weights.size(); ++i) {
      if (weights[i] == 0) {
        continue;
      }
      const Segment part = *Segment().Divide(weights, i);
      uint64_t share = 0;
      for (uint64_t n = 0; n < total; ++n) {
        if (part.Global(share) == n) {
          ++owners[n];
          ++share;
        }
        ASSERT_EQ(part.Share(n + 1), share);
        ASSERT_GE(share, (n + 1) * weights[i] / sum);
        ASSERT_LE(share, ((n + 1) * weights[i] + sum - 1) / sum);
      }
    }
    EXPECT_THAT(owners, ::testing::Each(1));
  }
}

TEST(Segment, NestedPartsAddUpAtEveryPrefix) {
  std::mt19937 random(2);
  for (int round = 0; round < 60; ++round) {
    std::vector<Segment> leaves;
    for (const Segment& outer : DivideAll(Segment(), RandomWeights(random, 5, 6))) {
      for (const Segment& middle : DivideAll(outer, RandomWeights(random, 4, 5))) {
        const uint32_t threads = 1 + random() % 4;
        for (uint32_t t = 0; t < threads; ++t) {
          leaves.push_back(middle.Divide(threads, t));
        }
      }
    }
    const uint64_t total = 500;
    std::vector<int> owners(total, 0);
    for (const Segment& leaf : leaves) {
      for (const uint64_t number : Numbers(leaf, total)) {
        ASSERT_LT(number, total);
        ++owners[number];
      }
      EXPECT_GE(leaf.Global(leaf.Share(total)), total);
    }
    EXPECT_THAT(owners, ::testing::Each(1));
    for (uint64_t n = 0; n <= total; ++n) {
      uint64_t sum = 0;
      for (const Segment& leaf : leaves) {
        sum += leaf.Share(n);
      }
      ASSERT_EQ(sum, n);
    }
  }
}

TEST(Segment, StripesMakeTheSameSegment) {
  const Segment segment = Segment().Divide({3, 1, 2}, 2)->Divide({0, 7, 4}, 1)->Divide(2, 1);
  const absl::StatusOr<Segment> again = Segment::Create(segment.Stripes());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->Stripes(), segment.Stripes());
  EXPECT_EQ(Numbers(*again, 1000), Numbers(segment, 1000));
}

TEST(Segment, LargestPeriod) {
  std::vector<uint32_t> weights(Segment::kMaxPeriod, 1);
  EXPECT_EQ(Segment().Divide(weights, 40'000)->Global(1), 40'000u + Segment::kMaxPeriod);
  const Segment uneven = *Segment().Divide({1, Segment::kMaxPeriod - 1}, 1);
  EXPECT_EQ(uneven.Share(Segment::kMaxPeriod), Segment::kMaxPeriod - 1);
  // Numbers past what fits are past every total.
  Segment deep;
  for (int i = 0; i < 8; ++i) {
    deep = deep.Divide(Segment::kMaxPeriod, 1);
  }
  EXPECT_EQ(deep.Global(5), UINT64_MAX);
  EXPECT_EQ(deep.Share(UINT64_MAX), 0u);
}

TEST(Segment, LimitsAreNamed) {
  const auto message = [](std::vector<uint32_t> weights, uint32_t part) {
    return std::string(Segment().Divide(std::move(weights), part).status().message());
  };
  EXPECT_THAT(message({}, 0), HasSubstr("sum 0"));
  EXPECT_THAT(message({0, 0}, 1), HasSubstr("sum 0"));
  EXPECT_THAT(message({1, 2}, 2), HasSubstr("part 2 of 2 parts"));
  EXPECT_THAT(message({1, 0}, 1), HasSubstr("part 1 has the weight 0"));
  EXPECT_THAT(message({Segment::kMaxPeriod, 1}, 0), HasSubstr("sum 65537"));
  EXPECT_THAT(message(std::vector<uint32_t>(70'000, 0), 0), HasSubstr("70000 weights"));
  const std::vector<Segment::Stripe> stripes(Segment::kMaxStripes + 1, Segment::Stripe{{1, 1}, 0});
  EXPECT_EQ(Segment::Create(stripes).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(Apportion, LargestRemainder) {
  EXPECT_THAT(Apportion(10, std::vector<uint64_t>{1, 1, 1}), ElementsAre(4, 3, 3));
  EXPECT_THAT(Apportion(7, std::vector<uint64_t>{1, 2, 3}), ElementsAre(1, 2, 4));
  EXPECT_THAT(Apportion(0, std::vector<uint64_t>{1, 2}), ElementsAre(0, 0));
  EXPECT_THAT(Apportion(5, std::vector<uint64_t>{0, 0}), ElementsAre(0, 0));
  EXPECT_THAT(Apportion(2, std::vector<uint64_t>{0, 5, 5, 5}), ElementsAre(0, 1, 1, 0));
  EXPECT_THAT(Apportion(UINT64_MAX, std::vector<uint64_t>{UINT64_MAX, UINT64_MAX}),
              ElementsAre(UINT64_MAX / 2 + 1, UINT64_MAX / 2));
  EXPECT_THAT(Apportion(5, {}), ElementsAre());
}

TEST(Apportion, SumsAreExactAndWithinOne) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 500; ++round) {
    std::vector<uint64_t> weights(1 + random() % 10);
    for (uint64_t& weight : weights) {
      weight = random() % 1000;
    }
    weights[0] += 1;
    const uint64_t sum = std::accumulate(weights.begin(), weights.end(), uint64_t{0});
    const uint64_t total = random() % 1'000'000;
    const std::vector<uint64_t> parts = Apportion(total, weights);
    EXPECT_EQ(std::accumulate(parts.begin(), parts.end(), uint64_t{0}), total);
    for (size_t i = 0; i < weights.size(); ++i) {
      EXPECT_GE(parts[i], total * weights[i] / sum);
      EXPECT_LE(parts[i], total * weights[i] / sum + 1);
    }
  }
}

}  // namespace
}  // namespace mockarty
