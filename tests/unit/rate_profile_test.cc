// The arithmetic of rates: exact instants, no drift, and the parts' shares that add up.
#include "common/plan/rate_profile.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "common/plan/arrival_schedule.h"
#include "common/plan/scenario_part.h"
#include "gtest/gtest.h"

namespace mockarty {
namespace {

constexpr Nanos kSec = kNanosPerSecond;

RatePlan Constant(uint64_t rate, Nanos duration, Nanos unit = kSec) {
  return {.start = rate, .time_unit = unit, .stages = {{duration, rate}}};
}

std::vector<Nanos> AllDue(ArrivalSchedule& schedule) {
  std::vector<Nanos> dues;
  for (uint64_t number = 0;; ++number) {
    const Nanos due = schedule.Due(number);
    if (due == kNever) return dues;
    dues.push_back(due);
  }
}

std::vector<Nanos> AllDue(const RatePlan& plan) {
  ArrivalSchedule schedule(plan);
  return AllDue(schedule);
}

TEST(RateProfile, AConstantRateIsEvenFromTheStart) {
  EXPECT_EQ(AllDue(Constant(4, kSec)), (std::vector<Nanos>{0, kSec / 4, kSec / 2, kSec * 3 / 4}));
  EXPECT_EQ(AllDue(Constant(2, 3 * kSec, 2 * kSec)), (std::vector<Nanos>{0, kSec, 2 * kSec}));
  // A third of a second is no whole number: the last nanosecond before it is over, without adding up.
  const std::vector<Nanos> thirds = AllDue(Constant(3, 100 * kSec));
  ASSERT_EQ(thirds.size(), 300u);
  for (size_t k = 0; k < thirds.size(); ++k) EXPECT_EQ(thirds[k], static_cast<Nanos>(k) * kSec / 3) << k;
}

TEST(RateProfile, CountsAreTheIntegralRoundedUp) {
  EXPECT_EQ(AllDue(Constant(1, kSec / 2)).size(), 1u);
  EXPECT_EQ(RateProfile(Constant(10, 10 * kSec)).Total(), 100u);
  EXPECT_EQ(RateProfile(Constant(10, 10 * kSec + 1)).Total(), 101u);
  // 0 to 100/s in 10 s: 500, then 5 s at 100/s.
  const RateProfile ramp({.start = 0, .stages = {{10 * kSec, 100}, {5 * kSec, 100}}});
  EXPECT_EQ(ramp.Total(), 1'000u);
  EXPECT_EQ(ramp.DueBefore(10 * kSec), 500u);
  EXPECT_EQ(ramp.DueBefore(5 * kSec), 125u);
  EXPECT_EQ(ramp.DueBefore(0), 0u);
  EXPECT_DOUBLE_EQ(ramp.RateAt(5 * kSec), 50.0);
  EXPECT_DOUBLE_EQ(ramp.RateAt(15 * kSec), 0.0);
  EXPECT_DOUBLE_EQ(ramp.HighestRate(), 100.0);
}

TEST(RateProfile, APauseHoldsWhatEndsOnAWholeNumber) {
  const RatePlan plan{.start = 10, .stages = {{kSec, 10}, {0, 0}, {5 * kSec, 0}, {0, 10}, {kSec, 10}}};
  const std::vector<Nanos> dues = AllDue(plan);
  ASSERT_EQ(dues.size(), 20u);
  EXPECT_EQ(dues[9], 900 * kNanosPerMilli);
  EXPECT_EQ(dues[10], 6 * kSec);
  EXPECT_EQ(AllDue({.start = 0, .stages = {{kSec, 0}, {0, 1}, {kSec, 1}}}), (std::vector<Nanos>{kSec}));
  EXPECT_TRUE(AllDue({.start = 0, .stages = {{kSec, 0}}}).empty());
}

// 2u*N at an instant in wide floating point, for a stretch that starts at 0.
long double Integral(uint64_t from, uint64_t to, Nanos length, Nanos t) {
  const long double change = static_cast<long double>(to) - static_cast<long double>(from);
  const auto time = static_cast<long double>(t);
  return (static_cast<long double>(from) * time + change * time * time / (2 * static_cast<long double>(length))) / kSec;
}

TEST(RateProfile, EachInstantIsTheLastThatHasNotPassedItsNumber) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    RatePlan plan{.start = random() % 1'000, .time_unit = static_cast<Nanos>(kNanosPerMilli + random() % kSec)};
    const auto stages = 1 + random() % 5;
    for (uint64_t i = 0; i < stages; ++i) {
      plan.stages.push_back({static_cast<Nanos>(random() % (2 * kSec)), random() % 3 == 0 ? 0 : random() % 1'000});
    }
    plan.stages.push_back({kSec, 1});
    const RateProfile profile(plan);
    ArrivalSchedule schedule(plan);
    const uint64_t total = profile.Total();
    Nanos before = 0;
    for (uint64_t number = 0; number < total; number += 1 + random() % 50) {
      const Nanos due = schedule.Due(number);
      ASSERT_LT(due, profile.duration());
      ASSERT_GE(due, before);
      // N(due) <= number < N(due + 1): of the numbers before the two instants, only the second has `number`.
      ASSERT_LE(profile.DueBefore(due), number) << round;
      ASSERT_GT(profile.DueBefore(due + 1), number) << round;
      before = due;
    }
    EXPECT_EQ(schedule.Due(total), kNever);
  }
}

TEST(RateProfile, AYearLongRampDoesNotDrift) {
  const RatePlan plan{.start = 10'000'000, .stages = {{kMaxRunDuration, 1}}};
  const RateProfile profile(plan);
  ArrivalSchedule schedule(plan);
  for (uint64_t part = 0; part < 1'000; ++part) {
    const uint64_t number = profile.Total() / 1'000 * part;
    const Nanos due = schedule.Due(number);
    ASSERT_LE(profile.DueBefore(due), number);
    ASSERT_GT(profile.DueBefore(due + 1), number);
    EXPECT_NEAR(Integral(10'000'000, 1, kMaxRunDuration, due), static_cast<long double>(number), 0.05);
  }
  EXPECT_NE(schedule.Due(profile.Total() - 1), kNever);
  EXPECT_EQ(schedule.Due(profile.Total()), kNever);
}

TEST(Poisson, IsTheSameForEveryoneAndHasTheRateAsItsMean) {
  const RatePlan plan{.start = 0, .stages = {{100 * kSec, 200}, {100 * kSec, 0}}};
  ArrivalSchedule one(plan, Arrivals::kPoisson, 42);
  ArrivalSchedule two(plan, Arrivals::kPoisson, 42);
  ArrivalSchedule other(plan, Arrivals::kPoisson, 43);
  const std::vector<Nanos> dues = AllDue(one);
  EXPECT_EQ(dues, AllDue(two));
  EXPECT_NE(dues, AllDue(other));
  EXPECT_TRUE(std::is_sorted(dues.begin(), dues.end()));
  // 20,000 expected, their standard deviation 141.
  EXPECT_NEAR(static_cast<double>(dues.size()), 20'000, 5 * 141);
  // Whoever passes numbers over finds the same instants.
  ArrivalSchedule third(plan, Arrivals::kPoisson, 42);
  for (size_t number = 2; number < dues.size(); number += 3) ASSERT_EQ(third.Due(number), dues[number]);
}

TEST(Poisson, GapsOfAConstantRateAreExponential) {
  ArrivalSchedule schedule(Constant(1'000, 100 * kSec), Arrivals::kPoisson, 5);
  const std::vector<Nanos> dues = AllDue(schedule);
  double sum = 0;
  double squares = 0;
  size_t above_mean = 0;
  for (size_t i = 1; i < dues.size(); ++i) {
    const double gap = static_cast<double>(dues[i] - dues[i - 1]) / 1e6;  // mean 1
    sum += gap;
    squares += gap * gap;
    above_mean += gap > 1 ? 1 : 0;
  }
  const auto count = static_cast<double>(dues.size() - 1);
  const double mean = sum / count;
  EXPECT_NEAR(mean, 1.0, 0.02);
  EXPECT_NEAR(squares / count - mean * mean, 1.0, 0.05) << "the variance is the mean's square";
  EXPECT_NEAR(static_cast<double>(above_mean) / count, std::exp(-1.0), 0.01);
}

TEST(ScenarioPart, EachIterationHasJustOnePartWhateverTheDivision) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 100; ++round) {
    const auto vus = static_cast<uint32_t>(1 + random() % 50);
    const uint64_t first = random() % 20;
    const auto runners = static_cast<uint32_t>(1 + random() % 4);
    std::vector<uint32_t> weights;
    for (uint32_t i = 0; i < runners; ++i) weights.push_back(static_cast<uint32_t>(1 + random() % 5));
    std::vector<int> owners(500, 0);
    uint64_t shares = 0;
    uint32_t own = 0;
    for (uint32_t runner = 0; runner < runners; ++runner) {
      for (uint32_t thread = 0; thread < 3; ++thread) {
        const ScenarioPart part(Segment().Divide(weights, runner).value().Divide(3, thread), vus, first);
        own += part.own();
        shares += part.Iterations(500);
        for (uint64_t number = 0;; ++number) {
          const uint64_t iteration = part.Iteration(number);
          if (iteration >= 500) {
            EXPECT_EQ(number, part.own() == 0 ? 0 : part.Iterations(500));
            break;
          }
          ++owners[iteration];
        }
      }
    }
    EXPECT_EQ(own, vus);
    EXPECT_EQ(shares, 500u);
    EXPECT_EQ(std::count(owners.begin(), owners.end(), 1), 500) << round;
  }
}

TEST(ScenarioPart, VusOfLaterScenariosFollowThoseOfEarlierOnes) {
  // Ten scenarios of one VU each on three runners: they do not all fall to the first.
  uint32_t counts[3] = {};
  for (uint64_t first = 0; first < 10; ++first) {
    for (uint32_t runner = 0; runner < 3; ++runner) {
      const ScenarioPart part(Segment().Divide(3, runner), 1, first);
      counts[runner] += part.own();
      if (part.own() == 1) {
        EXPECT_EQ(part.RunIndex(0), first);
      }
    }
  }
  EXPECT_EQ(counts[0], 4u);
  EXPECT_EQ(counts[1], 3u);
  EXPECT_EQ(counts[2], 3u);
}

}  // namespace
}  // namespace mockarty
