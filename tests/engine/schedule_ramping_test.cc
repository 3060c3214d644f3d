// Ramping VUs: exact to the VU at every instant, over any number of shards.
#include <random>

#include "common/plan/plan_progress.h"
#include "common/plan/ramp_profile.h"
#include "gtest/gtest.h"
#include "tests/engine/schedule_fakes.h"

namespace mockarty {
namespace {

TestPlan Ramping(uint32_t start_vus, std::vector<Stage> stages, Nanos graceful_ramp_down = 30 * kSec,
                 Nanos graceful_stop = 30 * kSec) {
  TestPlan plan;
  plan.scenarios.front().executor = RampingVusConfig{.start_vus = start_vus, .stages = std::move(stages)};
  plan.scenarios.front().graceful_ramp_down = graceful_ramp_down;
  plan.scenarios.front().graceful_stop = graceful_stop;
  return plan;
}

// The definition, written once more and without cleverness.
uint32_t ReferenceTarget(const RampingVusConfig& config, Nanos instant) {
  Nanos begin = 0;
  int64_t level = config.start_vus;
  for (const Stage& stage : config.stages) {
    if (instant < begin + stage.duration) {
      int64_t difference = static_cast<int64_t>(stage.target) - level;
      __int128 moved = static_cast<__int128>(difference < 0 ? -difference : difference) * (instant - begin);
      int64_t whole = static_cast<int64_t>(moved / stage.duration);
      return static_cast<uint32_t>(difference < 0 ? level - whole : level + whole);
    }
    begin += stage.duration;
    level = stage.target;
  }
  return 0;
}

TEST(RampProfile, MeetsEachStagesTargetAtItsEnd) {
  RampProfile profile({.start_vus = 0, .stages = {{10 * kSec, 10}, {5 * kSec, 10}, {10 * kSec, 0}}});
  EXPECT_EQ(profile.Target(-1), 0u);
  EXPECT_EQ(profile.Target(0), 0u);
  EXPECT_EQ(profile.Target(kSec - 1), 0u);
  EXPECT_EQ(profile.Target(kSec), 1u);
  EXPECT_EQ(profile.Target(10 * kSec - 1), 9u);
  EXPECT_EQ(profile.Target(10 * kSec), 10u);
  EXPECT_EQ(profile.Target(15 * kSec), 10u);
  EXPECT_EQ(profile.Target(16 * kSec - 1), 10u);
  EXPECT_EQ(profile.Target(16 * kSec), 9u);
  EXPECT_EQ(profile.Target(24 * kSec), 1u);
  EXPECT_EQ(profile.Target(25 * kSec), 0u);
  EXPECT_EQ(profile.max_vus(), 10u);
}

TEST(RampProfile, AStageWithoutLengthIsAJump) {
  RampProfile profile({.start_vus = 3, .stages = {{0, 50}, {0, 8}, {10 * kSec, 8}, {0, 2}, {10 * kSec, 2}, {0, 99}}});
  EXPECT_EQ(profile.Target(0), 8u);
  EXPECT_EQ(profile.Target(10 * kSec - 1), 8u);
  EXPECT_EQ(profile.Target(10 * kSec), 2u);
  EXPECT_EQ(profile.Target(20 * kSec), 0u);
  EXPECT_EQ(profile.max_vus(), 8u) << "levels that last no time need no VUs";
}

TEST(RampProfile, ChangesHappenAtTheFirstNanosecondOfTheNewTarget) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 2000; ++round) {
    RampProfile::Segment segment;
    segment.begin = static_cast<Nanos>(random() % 1'000'000'000'000);
    segment.end = segment.begin + 1 + static_cast<Nanos>(random() % (round % 2 ? 50 : kMaxRunDuration));
    segment.from = static_cast<uint32_t>(random() % (kMaxVus + 1));
    segment.to = static_cast<uint32_t>(random() % (kMaxVus + 1));
    if (segment.from == segment.to) continue;
    bool rising = segment.to > segment.from;
    uint32_t low = std::min(segment.from, segment.to);
    uint32_t vu = low + static_cast<uint32_t>(random() % (std::max(segment.from, segment.to) - low));
    Nanos instant = RampProfile::ChangeInstant(segment, vu);
    ASSERT_GT(instant, segment.begin);
    ASSERT_LE(instant, segment.end);
    ASSERT_EQ(vu < RampProfile::SegmentTarget(segment, instant), rising);
    ASSERT_EQ(vu < RampProfile::SegmentTarget(segment, instant - 1), !rising);
  }
}

struct RandomRamp {
  TestPlan plan;
  Nanos duration = 0;
};

RandomRamp MakeRandomRamp(std::mt19937_64& random) {
  std::vector<Stage> stages(1 + random() % 8);
  RandomRamp ramp;
  for (Stage& stage : stages) {
    stage.target = static_cast<uint32_t>(random() % 40);
    switch (random() % 4) {
      case 0:
        stage.duration = 0;
        break;
      case 1:  // steeper than one VU a nanosecond
        stage.duration = static_cast<Nanos>(random() % 20);
        break;
      default:
        stage.duration = static_cast<Nanos>(random() % (20 * kSec));
    }
    ramp.duration += stage.duration;
  }
  if (ramp.duration == 0) ramp.duration = stages.back().duration = kSec;
  ramp.plan = Ramping(static_cast<uint32_t>(random() % 20), std::move(stages),
                      static_cast<Nanos>(random() % (5 * kSec)), static_cast<Nanos>(random() % (5 * kSec)));
  return ramp;
}

void CheckInstant(const TestPlan& plan, ScheduleWorld& world) {
  uint32_t target = ReferenceTarget(std::get<RampingVusConfig>(plan.scenarios.front().executor), world.now());
  ASSERT_EQ(world.Wanted(), target) << "at " << world.now();
  for (uint32_t i = 0; i < world.size(); ++i) {
    // A VU whose turn came again while it finished an iteration runs, though it was asked to stop before.
    if (i < target) {
      ASSERT_TRUE(world.vu(i).Running()) << "VU " << i << " at " << world.now();
    } else {
      ASSERT_FALSE(world.vu(i).RunningUnasked()) << "VU " << i << " at " << world.now();
    }
  }
}

TEST(RampingVus, RandomStagesAreExactAtEveryInstant) {
  std::mt19937_64 random(20240229);
  for (int round = 0; round < 150; ++round) {
    RandomRamp ramp = MakeRandomRamp(random);
    uint32_t workers = 1 + static_cast<uint32_t>(round % 5);
    Nanos longest = round % 3 == 0 ? 1000 * kSec : 500 * kNanosPerMilli;
    std::mt19937_64 lengths(static_cast<uint64_t>(round));
    ScheduleWorld world(ramp.plan, workers,
                        [&](uint32_t) { return 20 * kNanosPerMilli + static_cast<Nanos>(lengths() % longest); });
    if (round % 2 == 0) {
      for (size_t i = 0; i < world.size(); ++i) world.vu(i).obeys_stop = true;
    }
    std::vector<Nanos> instants = {0, ramp.duration - 1, ramp.duration};
    for (int i = 0; i < 25; ++i) instants.push_back(static_cast<Nanos>(random() % ramp.duration));
    std::sort(instants.begin(), instants.end());
    for (Nanos instant : instants) {
      world.RunUntil(instant);
      ASSERT_NO_FATAL_FAILURE(CheckInstant(ramp.plan, world)) << "round " << round;
    }
    EXPECT_EQ(world.Wanted(), 0u);
    Nanos end = world.RunToEnd();
    EXPECT_LE(end, ramp.duration + ramp.plan.scenarios.front().graceful_stop) << "round " << round;
    for (size_t i = 0; i < world.size(); ++i) {
      EXPECT_FALSE(world.vu(i).Running());
      EXPECT_LT(world.vu(i).last_iteration_start, ramp.duration);
    }
  }
}

TEST(RampingVus, ARampedDownVuFinishesItsIterationWithinTheGrace) {
  // From 2 to 0 in 20 s: VU 1 goes at 10 s, VU 0 at 20 s, the end.
  ScheduleWorld world(Ramping(2, {{20 * kSec, 0}, {60 * kSec, 0}}, 5 * kSec), 2,
                      [](uint32_t vu) { return vu == 1 ? 100 * kSec : 3 * kSec; });
  world.RunUntil(10 * kSec);
  EXPECT_EQ(world.vu(1).stop_requests, 1);
  EXPECT_TRUE(world.vu(1).Running());
  world.RunUntil(15 * kSec - 1);
  EXPECT_TRUE(world.vu(1).Running());
  world.RunUntil(15 * kSec);
  EXPECT_FALSE(world.vu(1).Running());
  EXPECT_EQ(world.vu(1).interrupted_at, std::vector<Nanos>{15 * kSec});
  world.RunUntil(21 * kSec);
  EXPECT_FALSE(world.vu(0).Running());
  EXPECT_TRUE(world.vu(0).interrupted_at.empty());
  EXPECT_EQ(world.RunToEnd(), 80 * kSec) << "the planned time is kept, also with no VU left";
}

TEST(RampingVus, TheEndsGraceBoundsThatOfTheRampDown) {
  ScheduleWorld world(Ramping(1, {{10 * kSec, 1}, {10 * kSec, 0}, {5 * kSec, 0}}, 30 * kSec, 2 * kSec), 1,
                      [](uint32_t) { return 1000 * kSec; });
  EXPECT_EQ(world.RunToEnd(), 27 * kSec);
  EXPECT_EQ(world.vu(0).interrupted_at, std::vector<Nanos>{27 * kSec});
}

TEST(RampingVus, AVuWhoseTurnComesAgainDuringTheGraceGoesOn) {
  for (bool obeys : {false, true}) {
    // VU 0 is taken away at 10 s and wanted again from 12 s; its iteration ends at 15 s.
    ScheduleWorld world(Ramping(1, {{10 * kSec, 1}, {0, 0}, {2 * kSec, 0}, {0, 1}, {20 * kSec, 1}}, 4 * kSec), 1,
                        [](uint32_t) { return 15 * kSec; });
    world.vu(0).obeys_stop = obeys;
    world.RunUntil(12 * kSec);
    EXPECT_EQ(world.Wanted(), 1u);
    world.RunUntil(15 * kSec);
    EXPECT_TRUE(world.vu(0).Running());
    EXPECT_EQ(world.vu(0).iterations, 2);
    EXPECT_EQ(world.vu(0).starts, obeys ? 2 : 1);
    EXPECT_TRUE(world.vu(0).interrupted_at.empty()) << "the interrupt due at 14 s was called off";
    EXPECT_EQ(world.RunToEnd(), 45 * kSec);
  }
}

TEST(RampingVus, LateAdvanceAppliesEverythingInOrder) {
  TestPlan plan = Ramping(1, {{10 * kSec, 5}, {10 * kSec, 0}, {10 * kSec, 3}});
  ScheduleWorld world(plan, 2, [](uint32_t) { return kSec; });
  auto shard = MakeShard(plan, Segment());
  std::vector<std::unique_ptr<FakeVu>> vus;
  for (uint32_t i = 0; i < 5; ++i) {
    vus.push_back(std::make_unique<FakeVu>(&world, i));
    shard->Attach(i, vus.back().get());
  }
  shard->Begin(0);
  // The worker slept through 28 s; up and down again, no VU has run an iteration meanwhile.
  shard->Advance(28 * kSec);
  EXPECT_EQ(shard->WantedVus(), 2u);
  EXPECT_TRUE(vus[0]->Running());
  Iteration iteration;
  EXPECT_FALSE(shard->TakeIteration(4, 28 * kSec, &iteration));
  EXPECT_TRUE(shard->TakeIteration(1, 28 * kSec, &iteration));
}

TEST(RampingVus, AVuAskingBeforeALateAdvanceIsJudgedByThePlan) {
  TestPlan plan = Ramping(2, {{10 * kSec, 0}});
  ScheduleWorld world(plan, 1, [](uint32_t) { return kSec; });
  world.RunUntil(4 * kSec);
  Iteration iteration;
  EXPECT_TRUE(world.shard(1).TakeIteration(1, 5 * kSec - 1, &iteration));
  EXPECT_FALSE(world.shard(1).TakeIteration(1, 5 * kSec, &iteration)) << "VU 1 goes at 5 s";
  EXPECT_TRUE(world.shard(0).TakeIteration(0, 5 * kSec, &iteration));
  EXPECT_FALSE(world.shard(0).TakeIteration(0, 10 * kSec, &iteration));
}

TEST(RampingVus, TurnsOfTheLoopAreAsManyAsChanges) {
  std::vector<Stage> stages;
  for (int i = 0; i < 20; ++i) stages.push_back({kNanosPerMilli, i % 2 == 0 ? 10'000u : 0u});
  auto shard = MakeShard(Ramping(0, stages, 0, 0), Segment().Divide(3, 0));
  shard->Begin(0);
  int turns = 0;
  for (Nanos next = shard->Advance(0); next != kNever; next = shard->Advance(next)) ++turns;
  EXPECT_TRUE(shard->Done());
  EXPECT_GT(turns, 20 * 3'333);
  EXPECT_LT(turns, 20 * 3'340);
}

// Three runners of the weights 1, 2 and 3 with two threads each.
std::vector<Segment> SixThreads() {
  std::vector<Segment> parts;
  for (uint32_t runner = 0; runner < 3; ++runner) {
    for (uint32_t thread = 0; thread < 2; ++thread) {
      parts.push_back(Segment().Divide({1, 2, 3}, runner)->Divide(2, thread));
    }
  }
  return parts;
}

TEST(RampingVus, PartsOfUnevenRunnersAddUpToTheTargetAtEveryInstant) {
  const TestPlan plan =
      Ramping(3, {{7 * kSec, 40}, {0, 11}, {5 * kSec, 11}, {9 * kSec, 0}, {3 * kSec, 23}}, kSec, kSec);
  ScheduleWorld world(
      plan, SixThreads(), [](uint32_t vu) { return (37 + vu) * kNanosPerMilli; }, 0, 0);
  for (Nanos now = 0; now < 24 * kSec; now += 13 * kNanosPerMilli) {
    world.RunUntil(now);
    ASSERT_EQ(world.Wanted(), PlannedVus(plan, now)) << now;
    ASSERT_EQ(world.RunningUnasked(), PlannedVus(plan, now)) << now;
  }
  world.RunToEnd();
  EXPECT_EQ(world.Active(), 0u);
}

TEST(RampingVus, ABeginningInThePastCatchesUpAtOnce) {
  const TestPlan plan = Ramping(0, {{10 * kSec, 60}, {10 * kSec, 12}, {10 * kSec, 12}, {5 * kSec, 30}}, kSec, kSec);
  for (const Nanos late : {Nanos{1}, 4 * kSec, 10 * kSec, 17 * kSec, 25 * kSec, 34 * kSec}) {
    ScheduleWorld world(
        plan, SixThreads(), [](uint32_t) { return 300 * kNanosPerMilli; }, 0, late);
    world.RunUntil(late);
    const uint32_t wanted = PlannedVus(plan, late);
    EXPECT_EQ(world.Wanted(), wanted);
    EXPECT_EQ(world.Active(), wanted);
    for (uint32_t i = 0; i < world.size(); ++i) {
      EXPECT_EQ(world.vu(i).starts, i < wanted ? 1 : 0) << "VU " << i << " of a run that began " << late << " ago";
      EXPECT_EQ(world.vu(i).iterations, i < wanted ? 1 : 0);
      EXPECT_TRUE(world.vu(i).interrupted_at.empty());
    }
    EXPECT_LE(world.RunToEnd(), 36 * kSec);
  }
  ScheduleWorld over(
      plan, SixThreads(), [](uint32_t) { return kSec; }, 0, 35 * kSec);
  EXPECT_EQ(over.RunToEnd(), 35 * kSec);
  EXPECT_EQ(over.Iterations(), 0);
}

}  // namespace
}  // namespace mockarty
