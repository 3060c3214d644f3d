// Constant VUs, shared iterations, and what is common to all executors: stopping, interrupts, broken VUs.
#include <thread>

#include "common/plan/plan_progress.h"
#include "engine/schedule/executor_factory.h"
#include "gtest/gtest.h"
#include "tests/engine/schedule_fakes.h"

namespace mockarty {
namespace {

constexpr Nanos kStart = 1000 * kSec;

TestPlan Constant(uint32_t vus, Nanos duration, Nanos graceful_stop = 30 * kSec) {
  TestPlan plan;
  plan.scenarios.front().executor = ConstantVusConfig{.vus = vus, .duration = duration};
  plan.scenarios.front().graceful_stop = graceful_stop;
  return plan;
}

TestPlan Shared(uint32_t vus, uint64_t iterations, std::optional<Nanos> max_duration = std::nullopt) {
  TestPlan plan;
  plan.scenarios.front().executor =
      SharedIterationsConfig{.vus = vus, .iterations = iterations, .max_duration = max_duration};
  return plan;
}

TEST(ConstantVus, AllRunFromTheStartUntilTheTimeIsUp) {
  for (uint32_t workers = 1; workers <= 5; ++workers) {
    ScheduleWorld world(
        Constant(7, 10 * kSec), workers, [](uint32_t) { return 3 * kSec; }, kStart);
    world.RunUntil(kStart);
    EXPECT_EQ(world.RunningUnasked(), 7u);
    world.RunUntil(kStart + 10 * kSec - 1);
    EXPECT_EQ(world.RunningUnasked(), 7u);
    EXPECT_FALSE(world.Done());
    world.RunUntil(kStart + 10 * kSec);
    EXPECT_EQ(world.RunningUnasked(), 0u);
    EXPECT_EQ(world.Active(), 7u) << "the iteration that began at 9 s goes on";
    EXPECT_EQ(world.RunToEnd(), kStart + 12 * kSec);
    EXPECT_EQ(world.Iterations(), 28);
    for (size_t i = 0; i < world.size(); ++i) {
      EXPECT_EQ(world.vu(i).starts, 1);
      EXPECT_TRUE(world.vu(i).interrupted_at.empty());
      EXPECT_EQ(world.vu(i).last_iteration_start, kStart + 9 * kSec);
    }
  }
}

TEST(ConstantVus, NothingRunsBeforeAStartThatLiesAhead) {
  TestPlan plan = Constant(1, 10 * kSec);
  ScheduleWorld world(
      plan, 1, [](uint32_t) { return kSec; }, kStart);
  auto shard = MakeShard(plan, Segment());
  FakeVu vu(&world, 0);
  shard->Attach(0, &vu);
  EXPECT_EQ(shard->Advance(kStart), kNever) << "not begun";
  shard->Begin(kStart + 5);
  EXPECT_EQ(shard->Advance(kStart + 4), kStart + 5);
  EXPECT_FALSE(vu.Running());
  EXPECT_EQ(shard->Advance(kStart + 5), kStart + 5 + 10 * kSec);
  EXPECT_TRUE(vu.Running());
}

TEST(ConstantVus, AnIterationThatOutlastsTheGraceIsInterruptedJustThen) {
  ScheduleWorld world(Constant(2, 10 * kSec, 4 * kSec), 2, [](uint32_t vu) { return vu == 0 ? 3600 * kSec : kSec; });
  EXPECT_EQ(world.RunToEnd(), 14 * kSec);
  EXPECT_EQ(world.vu(0).interrupted_at, std::vector<Nanos>{14 * kSec});
  EXPECT_TRUE(world.vu(1).interrupted_at.empty());
}

TEST(ConstantVus, WithoutAGraceTheEndInterrupts) {
  ScheduleWorld world(Constant(3, 10 * kSec, 0), 2, [](uint32_t) { return 3600 * kSec; });
  EXPECT_EQ(world.RunToEnd(), 10 * kSec);
  EXPECT_EQ(world.vu(2).interrupted_at, std::vector<Nanos>{10 * kSec});
}

TEST(ConstantVus, AWorkerWithoutVusIsDoneAtOnceAndOthersGoOn) {
  TestPlan plan = Constant(1, 10 * kSec);
  auto idle = MakeShard(plan, Segment().Divide(4, 3));
  idle->Begin(0);
  EXPECT_FALSE(idle->Done());
  idle->Advance(0);
  EXPECT_TRUE(idle->Done());
  ScheduleWorld world(plan, 4, [](uint32_t) { return kSec; });
  EXPECT_EQ(world.RunToEnd(), 10 * kSec);
}

TEST(ConstantVus, AVuThatDiesIsNotStartedAgain) {
  ScheduleWorld world(Constant(2, 10 * kSec), 1, [](uint32_t) { return kSec; });
  world.vu(1).dies = true;
  world.RunUntil(5 * kSec);
  EXPECT_FALSE(world.vu(1).Running());
  EXPECT_EQ(world.Wanted(), 1u);
  EXPECT_EQ(world.RunToEnd(), 10 * kSec);
  EXPECT_EQ(world.vu(1).starts, 1);
  EXPECT_EQ(world.vu(1).stop_requests, 0);
}

TEST(ConstantVus, WhenAllVusHaveDiedTheRunIsDone) {
  ScheduleWorld world(Constant(2, 10 * kSec), 2, [](uint32_t) { return kSec; });
  world.vu(0).dies = true;
  world.vu(1).dies = true;
  EXPECT_EQ(world.RunToEnd(), kSec);
}

TEST(ConstantVus, AVuThatCouldNotBeMadeIsLeftOut) {
  TestPlan plan = Constant(3, 10 * kSec);
  auto shard = MakeShard(plan, Segment());
  shard->Begin(0);
  shard->Advance(0);
  EXPECT_EQ(shard->WantedVus(), 0u);
  shard->StopNow();
  EXPECT_TRUE(shard->Done());
}

TEST(ConstantVus, NoIterationAfterTheEndEvenWhenAdvanceComesLate) {
  TestPlan plan = Constant(1, 10 * kSec);
  ScheduleWorld world(plan, 1, [](uint32_t) { return kSec; });
  world.RunUntil(9 * kSec);
  // The loop was busy: the VU asks before Advance() had its turn.
  Iteration iteration;
  EXPECT_TRUE(world.shard(0).TakeIteration(0, 10 * kSec - 1, &iteration));
  EXPECT_FALSE(world.shard(0).TakeIteration(0, 10 * kSec, &iteration));
}

TEST(Stop, LetsIterationsFinishAndInterruptsAfterTheGrace) {
  ScheduleWorld world(Constant(4, 100 * kSec, 5 * kSec), 3, [](uint32_t vu) { return vu == 0 ? 90 * kSec : 4 * kSec; });
  world.RunUntil(10 * kSec);
  world.StopAll();
  world.RunUntil(12 * kSec);
  EXPECT_EQ(world.Active(), 1u) << "those of 4 s ended at 12 s";
  EXPECT_EQ(world.RunToEnd(), 15 * kSec);
  EXPECT_EQ(world.vu(0).interrupted_at, std::vector<Nanos>{15 * kSec});
  EXPECT_EQ(world.vu(1).iterations, 3);
}

TEST(Stop, ASecondStopDoesNotLengthenTheGrace) {
  ScheduleWorld world(Constant(1, 100 * kSec, 5 * kSec), 1, [](uint32_t) { return 90 * kSec; });
  world.RunUntil(10 * kSec);
  world.StopAll();
  world.RunUntil(13 * kSec);
  world.StopAll();
  EXPECT_EQ(world.RunToEnd(), 15 * kSec);
}

TEST(Stop, NowInterruptsAtOnceAlsoDuringTheGrace) {
  for (bool stop_first : {false, true}) {
    ScheduleWorld world(Constant(5, 100 * kSec), 2, [](uint32_t) { return 90 * kSec; });
    world.RunUntil(10 * kSec);
    if (stop_first) world.StopAll();
    world.RunUntil(12 * kSec);
    world.StopAllNow();
    EXPECT_EQ(world.RunToEnd(), 12 * kSec);
    for (size_t i = 0; i < world.size(); ++i) EXPECT_EQ(world.vu(i).interrupted_at, std::vector<Nanos>{12 * kSec});
  }
}

TEST(Stop, BeforeTheStartNothingEverRuns) {
  TestPlan plan = Constant(1, 10 * kSec);
  ScheduleWorld world(plan, 1, [](uint32_t) { return kSec; });
  auto shard = MakeShard(plan, Segment());
  FakeVu vu(&world, 0);
  shard->Attach(0, &vu);
  shard->Begin(100);
  shard->Stop(50);
  EXPECT_TRUE(shard->Done());
  EXPECT_EQ(shard->Advance(1000), kNever);
  EXPECT_FALSE(vu.Running());
}

TEST(SharedIterations, ExactlySoManyAreRunOverAllShards) {
  for (uint32_t workers = 1; workers <= 5; ++workers) {
    ScheduleWorld world(Shared(4, 10), workers, [](uint32_t vu) { return (vu + 1) * kSec; });
    world.RunToEnd();
    EXPECT_EQ(world.Iterations(), 10);
    EXPECT_EQ(world.Active(), 0u);
    EXPECT_GT(world.vu(0).iterations, world.vu(3).iterations) << "the quick take more";
  }
}

TEST(SharedIterations, OneVuOneIterationIsTheFunctionalRun) {
  TestPlan plan;
  ScheduleWorld world(plan, 1, [](uint32_t) { return 7 * kSec; });
  EXPECT_EQ(world.RunToEnd(), 7 * kSec);
  EXPECT_EQ(world.Iterations(), 1);
}

TEST(SharedIterations, TheDurationIsACap) {
  ScheduleWorld world(Shared(2, 1000, 10 * kSec), 2, [](uint32_t) { return 4 * kSec; });
  EXPECT_EQ(world.RunToEnd(), 12 * kSec);
  EXPECT_EQ(world.Iterations(), 6);
}

TEST(SharedIterations, WithoutACapTheyTakeAsLongAsTheyTake) {
  ScheduleWorld world(Shared(1, 3), 1, [](uint32_t) { return 1'000'000 * kSec; });
  EXPECT_EQ(world.RunToEnd(), 3'000'000 * kSec);
}

TEST(SharedIterations, ThePoolIsExactUnderThreads) {
  IterationPool pool(100'000);
  std::vector<std::thread> threads;
  std::vector<uint64_t> taken(4);
  for (size_t t = 0; t < taken.size(); ++t) {
    threads.emplace_back([&, t] {
      uint64_t own = 0;
      while (pool.Take(&own)) ++taken[t];
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken[0] + taken[1] + taken[2] + taken[3], 100'000u);
  EXPECT_EQ(pool.Taken(), 100'000u);
  uint64_t own = 0;
  EXPECT_FALSE(pool.Take(&own));
}

TEST(RunFraction, FollowsTimeOrIterationsWhicheverIsFurther) {
  TestPlan plan = Shared(1, 10, 100 * kSec);
  IterationPool pool(10);
  EXPECT_DOUBLE_EQ(RunFraction(plan, 0, pool.Taken()), 0.0);
  uint64_t own = 0;
  for (int i = 0; i < 5; ++i) pool.Take(&own);
  EXPECT_DOUBLE_EQ(RunFraction(plan, 20 * kSec, pool.Taken()), 0.5);
  EXPECT_DOUBLE_EQ(RunFraction(plan, 80 * kSec, pool.Taken()), 0.8);
  EXPECT_DOUBLE_EQ(RunFraction(plan, 800 * kSec, pool.Taken()), 1.0);
  TestPlan uncapped = Shared(1, 10);
  EXPECT_DOUBLE_EQ(RunFraction(uncapped, 800 * kSec, pool.Taken()), 0.5);
}

TEST(PlannedVus, OfEachExecutor) {
  EXPECT_EQ(PlannedVus(Constant(5, 10 * kSec), -1), 0u);
  EXPECT_EQ(PlannedVus(Constant(5, 10 * kSec), 0), 5u);
  EXPECT_EQ(PlannedVus(Constant(5, 10 * kSec), 10 * kSec), 0u);
  EXPECT_EQ(PlannedVus(Shared(3, 10), 1'000'000 * kSec), 3u);
  TestPlan ramping;
  ramping.scenarios.front().executor = RampingVusConfig{.start_vus = 0, .stages = {{10 * kSec, 10}}};
  EXPECT_EQ(PlannedVus(ramping, 5 * kSec), 5u);
  EXPECT_EQ(PlannedVus(ramping, 10 * kSec), 0u);
}

}  // namespace
}  // namespace mockarty
