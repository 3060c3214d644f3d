// Iterations at a rate, and requests at a rate: when they begin, on which part, and what becomes of those that find no
// VU.
#include <algorithm>
#include <functional>

#include "common/plan/arrival_schedule.h"
#include "common/plan/plan_progress.h"
#include "engine/schedule/executor_factory.h"
#include "engine/schedule/request_rate.h"
#include "engine/schedule/vu_controller.h"
#include "gtest/gtest.h"
#include "tests/engine/schedule_fakes.h"

namespace mockarty {
namespace {

constexpr Nanos kMilli = kNanosPerMilli;

TestPlan Arriving(const RatePlan& rate, uint32_t pre_allocated, uint32_t max_vus, Nanos graceful_stop = 30 * kSec) {
  TestPlan plan;
  plan.scenarios.front().executor =
      ArrivalRateConfig{.rate = rate, .pre_allocated_vus = pre_allocated, .max_vus = max_vus};
  plan.scenarios.front().graceful_stop = graceful_stop;
  return plan;
}

TestPlan Requesting(const RatePlan& rate, uint32_t vus, uint32_t max_vus) {
  TestPlan plan;
  plan.scenarios.front().executor = RequestRateConfig{.rate = rate, .start_vus = vus, .max_vus = max_vus};
  return plan;
}

RatePlan Constant(uint64_t rate, Nanos duration) { return {.start = rate, .stages = {{duration, rate}}}; }

std::vector<Nanos> Schedule(const RatePlan& rate) {
  ArrivalSchedule schedule(rate);
  std::vector<Nanos> dues;
  for (uint64_t number = 0; schedule.Due(number) != kNever; ++number) dues.push_back(schedule.Due(number));
  return dues;
}

TEST(ArrivalRate, EachIterationBeginsJustWhenItIsDueWhateverTheParts) {
  const RatePlan rate{.start = 0, .stages = {{5 * kSec, 40}, {5 * kSec, 40}, {5 * kSec, 0}}};
  for (const uint32_t parts : {1u, 2u, 3u, 7u}) {
    ScheduleWorld world(Arriving(rate, 21, 21), parts, [](uint32_t) { return 50 * kMilli; });
    EXPECT_EQ(world.RunToEnd(), 15 * kSec) << "the last ends before the load does";
    EXPECT_EQ(world.Dues(), Schedule(rate)) << parts;
    EXPECT_EQ(world.Dropped(), 0u);
    // Every number of the schedule once, whichever part had it.
    const std::vector<uint64_t> numbers = world.NumbersInTest();
    for (size_t i = 0; i < numbers.size(); ++i) ASSERT_EQ(numbers[i], i);
    for (size_t i = 0; i < world.size(); ++i) {
      const auto& granted = world.vu(i).granted;
      if (!granted.empty()) {
        EXPECT_EQ(world.vu(i).last_iteration_start, granted.back().due);
      }
    }
  }
}

TEST(ArrivalRate, PartsOfDifferentWeightAddUpToo) {
  std::vector<Segment> parts;
  const std::vector<uint32_t> weights = {5, 1, 2};
  for (uint32_t runner = 0; runner < 3; ++runner) {
    for (uint32_t thread = 0; thread < 2; ++thread) {
      parts.push_back(Segment().Divide(weights, runner).value().Divide(2, thread));
    }
  }
  const RatePlan rate = Constant(97, 20 * kSec);
  ScheduleWorld world(
      Arriving(rate, 16, 16), parts, [](uint32_t) { return 1 * kMilli; }, kSec, kSec);
  world.RunToEnd();
  std::vector<Nanos> wanted = Schedule(rate);
  for (Nanos& due : wanted) due += kSec;
  EXPECT_EQ(world.Dues(), wanted);
}

TEST(ArrivalRate, WhatFindsNoFreeVuIsDroppedAndAVuIsMade) {
  // 10/s of 1 s each need 10 VUs; 4 are there, 6 may be.
  ScheduleWorld world(Arriving(Constant(10, 10 * kSec), 4, 6), 1, [](uint32_t) { return 999 * kMilli; });
  world.RunUntil(350 * kMilli);
  EXPECT_EQ(world.Active(), 4u);
  EXPECT_EQ(world.Dropped(), 0u);
  world.RunUntil(650 * kMilli);
  EXPECT_EQ(world.Attached(), 6u) << "those that found none have made one each";
  world.RunToEnd();
  EXPECT_EQ(world.Attached(), 6u);
  EXPECT_EQ(static_cast<uint64_t>(world.Iterations()) + world.Dropped(), 100u);
  EXPECT_NEAR(world.Iterations(), 60, 3);
}

TEST(ArrivalRate, APartWithoutAVuHasNoIterations) {
  ScheduleWorld world(Arriving(Constant(10, 5 * kSec), 1, 1), 4, [](uint32_t) { return 10 * kMilli; });
  world.RunToEnd();
  EXPECT_EQ(world.Iterations(), 50);
  EXPECT_EQ(world.Dropped(), 0u);
}

TEST(ArrivalRate, AtTheEndIterationsMayFinishWithinTheGrace) {
  ScheduleWorld world(Arriving(Constant(1, 2 * kSec), 2, 2, 3 * kSec), 1,
                      [](uint32_t vu) { return vu == 0 ? 3600 * kSec : 1500 * kMilli; });
  EXPECT_EQ(world.RunToEnd(), 5 * kSec);
  EXPECT_EQ(world.vu(0).interrupted_at.size() + world.vu(1).interrupted_at.size(), 1u);
}

TEST(ArrivalRate, StoppedWhileNothingRunsItIsDone) {
  ScheduleWorld world(Arriving(Constant(1, 3600 * kSec), 2, 2), 2, [](uint32_t) { return kMilli; });
  world.RunUntil(kSec + kSec / 2);
  world.StopAll();
  EXPECT_TRUE(world.Done());
  EXPECT_EQ(world.RunToEnd(), kSec + kSec / 2);
  EXPECT_EQ(world.Dropped(), 0u) << "what was not due yet was not dropped";
}

TEST(ArrivalRate, APartTakenOverDoesNotRepeatWhatWasDueBefore) {
  const RatePlan rate = Constant(10, 10 * kSec);
  ScheduleWorld world(
      Arriving(rate, 4, 4), ScheduleWorld::EqualParts(2), [](uint32_t) { return kMilli; }, 0, 4 * kSec);
  world.RunToEnd();
  EXPECT_EQ(world.Iterations(), 60);
  EXPECT_EQ(world.Dues().front(), 4 * kSec);
  EXPECT_EQ(world.Dropped(), 0u);
}

TEST(ArrivalRate, ALateLoopStartsWhatIsDueAndSaysHowLate) {
  TestPlan plan = Arriving(Constant(10, 10 * kSec), 3, 3);
  ScheduleWorld world(plan, 1, [](uint32_t) { return 10 * kMilli; });
  world.RunUntil(50 * kMilli);
  // Nobody looked for half a second: 5 were due, 3 VUs are free.
  ExecutorShard& shard = world.shard(0);
  shard.Advance(550 * kMilli);
  EXPECT_EQ(shard.TakeDropped(), 2u);
  Iteration iteration;
  ASSERT_TRUE(shard.TakeIteration(0, 550 * kMilli, &iteration));
  EXPECT_LE(iteration.due, 300 * kMilli);
}

TEST(RequestRate, OneRequestAnIterationFollowsTheScheduleExactly) {
  const RatePlan rate = Constant(50, 20 * kSec);
  ScheduleWorld world(Requesting(rate, 4, 10), 2, [](uint32_t) { return 30 * kMilli; });
  world.RunToEnd();
  EXPECT_EQ(world.Dues(), Schedule(rate));
  EXPECT_EQ(world.Dropped(), 0u);
}

// All VUs send as many requests an iteration as `requests` says.
uint64_t RequestsSent(ScheduleWorld& world, const std::function<uint64_t(size_t)>& requests, Nanos until) {
  for (size_t i = 0; i < world.size(); ++i) world.vu(i).requests = requests(i);
  world.RunUntil(until);
  uint64_t sent = 0;
  for (size_t i = 0; i < world.size(); ++i) sent += static_cast<uint64_t>(world.vu(i).iterations) * requests(i);
  return sent;
}

TEST(RequestRate, WhatIterationsSendIsWhatIsPaced) {
  for (const uint64_t each : {1u, 3u, 7u}) {
    ScheduleWorld world(Requesting(Constant(140, 60 * kSec), 10, 20), 2, [](uint32_t) { return 100 * kMilli; });
    const uint64_t sent = RequestsSent(
        world, [&](size_t) { return each; }, 60 * kSec);
    // Those under way at the end are all that may be counted wrong.
    EXPECT_NEAR(static_cast<double>(sent), 140 * 60, static_cast<double>(each) * 20) << each;
  }
}

TEST(RequestRate, UnequalIterationsEvenOut) {
  ScheduleWorld world(Requesting(Constant(200, 100 * kSec), 20, 40), 1, [](uint32_t vu) { return (50 + vu) * kMilli; });
  const uint64_t sent = RequestsSent(
      world, [](size_t vu) { return 1 + vu % 5; }, 100 * kSec);
  EXPECT_NEAR(static_cast<double>(sent), 20'000, 20'000 * 0.005);
}

TEST(RequestRate, AnIterationWithoutARequestCountsAsOne) {
  ScheduleWorld world(Requesting(Constant(10, 10 * kSec), 2, 4), 1, [](uint32_t) { return 10 * kMilli; });
  RequestsSent(
      world, [](size_t) { return 0; }, 10 * kSec);
  EXPECT_EQ(world.Iterations(), 100);
}

TEST(RequestRate, VusGrowByAFifthASecondAtMostUntilTheRateIsMet) {
  // 100/s of 200 ms each need 20 VUs.
  for (const uint32_t parts : {1u, 2u, 4u}) {
    ScheduleWorld world(Requesting(Constant(100, 60 * kSec), parts, 200), parts, [](uint32_t) { return 200 * kMilli; });
    uint32_t before = parts;
    for (int second = 1; second <= 60; ++second) {
      world.RunUntil(second * kSec - 1);
      const uint32_t vus = world.Active();
      // Parts decide for themselves: their steps may add up to one more.
      EXPECT_LE(vus, before + std::max(1u, before / 5) + (parts > 1 ? 1 : 0)) << second << " s on " << parts;
      EXPECT_GE(vus + std::max(1u, before / 5) + (parts > 1 ? 1 : 0), before) << second << " s on " << parts;
      before = vus;
    }
    EXPECT_GE(before, 20u);
    EXPECT_LE(before, 44u) << "and no more than chance needs";
    world.RunUntil(60 * kSec);
    const std::vector<Nanos> dues = world.Dues();
    const auto late = std::count_if(dues.begin(), dues.end(), [](Nanos due) { return due >= 30 * kSec; });
    EXPECT_EQ(late, 3'000) << "all that are due in the second half";
  }
}

TEST(RequestRate, NeverMoreVusThanAllowed) {
  ScheduleWorld world(Requesting(Constant(1'000, 60 * kSec), 1, 7), 2, [](uint32_t) { return kSec; });
  world.RunUntil(59 * kSec);
  EXPECT_EQ(world.Active(), 7u);
  EXPECT_GT(world.Dropped(), 40'000u);
  world.RunToEnd();
  // The first requests wait for as long as the patience lasts; all are counted.
  EXPECT_EQ(static_cast<uint64_t>(world.Iterations()) + world.Dropped(), 60'000u);
}

TEST(RequestRate, WhatWaitsSaysSinceWhen) {
  bool frozen = false;
  ScheduleWorld* at = nullptr;
  ScheduleWorld world(Requesting(Constant(100, 20 * kSec), 4, 4), 1,
                      [&](uint32_t) { return frozen && at->now() < 7 * kSec ? 7 * kSec - at->now() : 5 * kMilli; });
  at = &world;
  world.RunUntil(5 * kSec - 1);
  frozen = true;
  world.RunToEnd();
  EXPECT_EQ(world.Dropped(), 0u);
  EXPECT_EQ(world.Iterations(), 2'000);
  EXPECT_EQ(world.Dues(), Schedule(Constant(100, 20 * kSec)));
}

TEST(RequestRate, EndsAfterItsIterations) {
  TestPlan plan = Requesting(Constant(10, kMaxRunDuration), 2, 4);
  std::get<RequestRateConfig>(plan.scenarios.front().executor).iterations = 25;
  EXPECT_FALSE(PlannedDuration(plan).has_value());
  ScheduleWorld world(plan, 2, [](uint32_t) { return 10 * kMilli; });
  EXPECT_EQ(world.RunToEnd(), 2'400 * kMilli + 10 * kMilli);
  EXPECT_EQ(world.Iterations(), 25);
}

TEST(VuController, StepsHalfTheWayAndAFifthAtMost) {
  EXPECT_EQ(NextVus({.vus = 1, .max_vus = 9, .peak_busy = 1, .done = 10, .behind = 90, .starved = true}), 2u);
  EXPECT_EQ(
      NextVus({.vus = 50, .max_vus = 90, .peak_busy = 50, .done = 100, .behind = 100, .starved = true, .max_step = 10}),
      60u);
  EXPECT_EQ(
      NextVus({.vus = 50, .max_vus = 55, .peak_busy = 50, .done = 100, .behind = 100, .starved = true, .max_step = 10}),
      55u);
  EXPECT_EQ(
      NextVus({.vus = 100, .max_vus = 200, .peak_busy = 99, .done = 100, .behind = 4, .starved = true, .max_step = 20}),
      102u);
  EXPECT_EQ(NextVus({.vus = 50, .max_vus = 90, .peak_busy = 10, .max_step = 10}), 40u);
  EXPECT_EQ(NextVus({.vus = 2, .max_vus = 90, .peak_busy = 0, .max_step = 0}), 2u);
  EXPECT_EQ(NextVus({.vus = 1, .max_vus = 90, .peak_busy = 0}), 1u);
}

TEST(VuController, PartsTakeTurnsInWhatDoesNotDivide) {
  EXPECT_EQ(MaxStep(3, 1, 0, 7), 1u);
  EXPECT_EQ(MaxStep(50, 1, 0, 7), 10u);
  for (const uint32_t vus : {1u, 4u, 5u, 9u, 30u}) {
    for (const uint64_t parts : {2u, 3u, 8u}) {
      for (uint64_t second = 1; second < 20; ++second) {
        uint64_t sum = 0;
        for (uint64_t index = 0; index < parts; ++index) sum += MaxStep(vus, parts, index, second);
        EXPECT_GE(sum, 1u);
        EXPECT_LE(sum, std::max<uint64_t>(1, vus * parts / 5));
      }
    }
  }
}

TEST(PerVuIterations, EachVuRunsItsOwn) {
  TestPlan plan;
  plan.scenarios.front().executor = PerVuIterationsConfig{.vus = 5, .iterations = 4, .max_duration = 100 * kSec};
  for (const uint32_t parts : {1u, 3u}) {
    ScheduleWorld world(plan, parts, [](uint32_t vu) { return (1 + vu) * kSec; });
    EXPECT_EQ(world.RunToEnd(), 20 * kSec);
    for (size_t i = 0; i < world.size(); ++i) EXPECT_EQ(world.vu(i).iterations, 4);
    const std::vector<uint64_t> numbers = world.NumbersInTest();
    for (size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(numbers[i], i);
  }
}

// A part that goes on for a process that was lost does what is left, exactly, however its threads divide it.
TEST(IterationsLeft, AreThoseThatNobodyDid) {
  TestPlan each;
  each.scenarios.front().executor = PerVuIterationsConfig{.vus = 5, .iterations = 4, .max_duration = 100 * kSec};
  TestPlan shared;
  shared.scenarios.front().executor = SharedIterationsConfig{.vus = 5, .iterations = 20, .max_duration = {}};
  TestPlan requests = Requesting(Constant(10, kMaxRunDuration), 2, 5);
  std::get<RequestRateConfig>(requests.scenarios.front().executor).iterations = 20;
  for (const TestPlan* plan : {&each, &shared, &requests}) {
    for (const uint32_t parts : {1u, 3u}) {
      for (const uint64_t done : {0u, 1u, 7u, 19u, 20u, 1'000u}) {
        SCOPED_TRACE(::testing::Message() << "executor " << plan->scenarios.front().executor.index() << ", " << parts
                                          << " parts, " << done << " done");
        ScheduleWorld world(
            *plan, ScheduleWorld::EqualParts(parts), [](uint32_t) { return 10 * kMilli; }, 0, 0, done);
        world.RunToEnd();
        EXPECT_EQ(world.Iterations(), static_cast<int64_t>(20 - std::min<uint64_t>(20, done)));
      }
    }
  }
}

TEST(PerVuIterations, WhatWasDoneBeforeIsOfAllVusAlike) {
  TestPlan plan;
  plan.scenarios.front().executor = PerVuIterationsConfig{.vus = 5, .iterations = 4, .max_duration = 100 * kSec};
  ScheduleWorld world(
      plan, ScheduleWorld::EqualParts(3), [](uint32_t) { return kSec; }, 0, 0, 7);
  world.RunToEnd();
  for (size_t i = 0; i < world.size(); ++i) EXPECT_EQ(world.vu(i).iterations, i < 2 ? 2 : 3) << i;
}

TEST(PerVuIterations, TheTimeLimitsThem) {
  TestPlan plan;
  plan.scenarios.front().executor = PerVuIterationsConfig{.vus = 2, .iterations = 100, .max_duration = 10 * kSec};
  ScheduleWorld world(plan, 2, [](uint32_t) { return 3 * kSec; });
  EXPECT_EQ(world.RunToEnd(), 12 * kSec);
  EXPECT_EQ(world.Iterations(), 8);
}

TEST(SharedIterations, NumbersInTestAreEachThereOnce) {
  TestPlan plan;
  plan.scenarios.front().executor = SharedIterationsConfig{.vus = 5, .iterations = 33, .max_duration = {}};
  ScheduleWorld world(plan, 3, [](uint32_t vu) { return (1 + vu) * kSec; });
  world.RunToEnd();
  const std::vector<uint64_t> numbers = world.NumbersInTest();
  ASSERT_EQ(numbers.size(), 33u);
  for (size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(numbers[i], i);
}

}  // namespace
}  // namespace mockarty
