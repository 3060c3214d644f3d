// Who owns a run: takeovers, restarts, and a store that stalls meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mockarty/v1/store.pb.h"
#include "tests/coordinator/run_fixture.h"

namespace mockarty::testing {
namespace {

using ::testing::HasSubstr;

using RunTakeoverTest = RunTest;

TEST_F(RunTakeoverTest, StoreThatCannotBeReadYetIsAskedAgain) {
  BeginOnTwo();
  a->Measure(*a->Current(), 10);
  b->Measure(*b->Current(), 5);
  fleet.Pass(kNanosPerSecond);
  fleet.store.unreadable = true;
  fleet.Restart();
  fleet.Connect(a);
  fleet.Connect(b);
  fleet.Pass(5 * kNanosPerSecond);
  EXPECT_FALSE(fleet.store.runs[run_id].record.finished);
  EXPECT_EQ(fleet.store.journal[run_id].size(), 2u) << "nothing is dropped";
  fleet.store.unreadable = false;
  fleet.Pass(2 * kNanosPerSecond);
  fleet.WatchAnew(run_id);
  a->Measure(*a->Current(), 1);
  FinishBoth();
  fleet.Pass(kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->state(), v1::RUN_STATE_COMPLETED);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 16u);
}

TEST_F(RunTakeoverTest, LeasesThatCouldNotBeReleasedAtTheStartAreLater) {
  BeginOnTwo();
  const uint64_t epoch = a->Current()->id.epoch();
  fleet.store.failing = true;
  fleet.Restart();
  fleet.Connect(a);
  fleet.Connect(b);
  fleet.Pass(2 * kNanosPerSecond);
  EXPECT_EQ(a->Current()->id.epoch(), epoch);
  fleet.store.failing = false;
  fleet.Pass(2 * kNanosPerSecond);
  EXPECT_GT(a->Current()->id.epoch(), epoch) << "well before the lease of the process before is over";
}

TEST_F(RunTakeoverTest, StoreThatStallsLongerThanALeaseDoesNotMakeARunItsOwnSuccessor) {
  fleet.inspector.plan.scenarios.front().executor = ConstantVusConfig{.vus = 10, .duration = 600 * kNanosPerSecond};
  BeginOnTwo();
  const uint64_t epoch = a->Current()->id.epoch();
  fleet.store.failing = true;
  for (int i = 0; i < 15; ++i) {
    a->Measure(*a->Current(), 10);
    fleet.Pass(kNanosPerSecond);
  }
  fleet.store.failing = false;
  fleet.Submit([](v1::SubmitRequest& request) { request.set_runners(1); });  // claims
  fleet.Pass(3 * kNanosPerSecond);
  EXPECT_EQ(a->Current()->id.epoch(), epoch);
  EXPECT_TRUE(a->Current()->unacknowledged.empty());
  EXPECT_EQ(fleet.store.runs[run_id].owner.epoch, 1u);
}

TEST_F(RunTakeoverTest, RunThatAnotherTookEndsItsWatchersAndFreesItsSlots) {
  BeginOnTwo();
  fleet.store.failing = true;
  fleet.Pass(15 * kNanosPerSecond);
  // Another node was quicker.
  fleet.store.failing = false;
  ASSERT_EQ(fleet.store.ClaimRuns("node-2", 60'000, 10)->size(), 1u);
  fleet.Pass(5 * kNanosPerSecond);
  EXPECT_TRUE(absl::IsUnavailable(fleet.watch_end)) << fleet.watch_end;
  const v1::ListRunnersResponse runners = fleet.coordinator->ListRunners({});
  EXPECT_EQ(runners.runners(0).active() + runners.runners(1).active(), 0u);
  EXPECT_FALSE(a->Current() == nullptr) << "what began is resumed by the other";
  EXPECT_EQ(fleet.coordinator->GetStats().active_runs, 0u);
}

TEST_F(RunTakeoverTest, PartsThatDidNotBeginAreReleasedWhenAnotherTakesTheRun) {
  a = fleet.AddRunner("a");
  a->gets_ready = false;
  run_id = fleet.Submit([](v1::SubmitRequest& request) { request.set_runners(1); });
  ASSERT_NE(a->Current(), nullptr);
  fleet.store.failing = true;
  fleet.Pass(15 * kNanosPerSecond);
  fleet.store.failing = false;
  ASSERT_EQ(fleet.store.ClaimRuns("node-2", 60'000, 10)->size(), 1u);
  fleet.Pass(5 * kNanosPerSecond);
  EXPECT_EQ(a->Current(), nullptr);
}

TEST_F(RunTakeoverTest, ShutdownEndsWatchersAndNothingIsClaimedAfterIt) {
  BeginOnTwo();
  fleet.coordinator->Shutdown();
  fleet.Pump();
  EXPECT_TRUE(absl::IsUnavailable(fleet.watch_end)) << fleet.watch_end;
  EXPECT_TRUE(a->closed);
  const uint64_t epoch = fleet.store.runs[run_id].owner.epoch;
  fleet.Pass(30 * kNanosPerSecond);
  EXPECT_EQ(fleet.store.runs[run_id].owner.epoch, epoch);
}

TEST_F(RunTakeoverTest, StopIsNotForgotten) {
  BeginOnTwo();
  ASSERT_TRUE(fleet.coordinator->StopRun(run_id, true, {}).ok());
  fleet.Pump();
  fleet.Restart();
  a->Current()->stopped_now = false;
  a->Current()->starts = 0;
  fleet.Connect(a);
  fleet.WatchAnew(run_id);
  fleet.Pass(kNanosPerSecond);
  EXPECT_TRUE(a->Current()->stopped_now);
  EXPECT_EQ(a->Current()->starts, 0) << "no load begins behind a stop";
  // Neither answers: they are given up in time.
  fleet.Pass(60 * kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->state(), v1::RUN_STATE_STOPPED);
}

TEST_F(RunTakeoverTest, StopWhileTheStoreIsReadCounts) {
  BeginOnTwo();
  fleet.store.unreadable = true;
  fleet.Restart();
  fleet.Connect(a);
  fleet.Connect(b);
  ASSERT_TRUE(fleet.coordinator->StopRun(run_id, true, {}).ok());
  fleet.store.unreadable = false;
  fleet.Pass(2 * kNanosPerSecond);
  EXPECT_TRUE(a->Current()->stopped_now);
  EXPECT_TRUE(b->Current()->stopped_now);
  v1::StoredRun record;
  ASSERT_TRUE(record.ParseFromString(fleet.store.runs[run_id].record.data));
  EXPECT_TRUE(record.stop_requested());
  EXPECT_EQ(record.assignments_size(), 2);
}

TEST_F(RunTakeoverTest, RunnerThatComesBackWhileTheReportIsStoredHoldsNoSlot) {
  BeginOnTwo();
  a->Measure(*a->Current(), 10);
  fleet.Pump();
  fleet.store.failing = true;
  FinishBoth();
  ASSERT_NE(fleet.Final(), nullptr);
  fleet.Connect(a);  // anew
  fleet.Pass(kNanosPerSecond);
  fleet.store.failing = false;
  fleet.Pass(3 * kNanosPerSecond);
  EXPECT_EQ(a->Current(), nullptr);
  const v1::ListRunnersResponse runners = fleet.coordinator->ListRunners({});
  EXPECT_EQ(runners.runners(0).active() + runners.runners(1).active(), 0u);
  EXPECT_TRUE(fleet.store.journal[run_id].empty());
}

TEST_F(RunTakeoverTest, RunOfIterationsThatNeverEndsIsEndedAfterAYear) {
  fleet.inspector.plan.scenarios.front().executor =
      SharedIterationsConfig{.vus = 10, .iterations = 1'000, .max_duration = {}};
  BeginOnTwo();
  fleet.clock.Advance(kMaxRunDuration + 120 * kNanosPerSecond);
  fleet.Pass(kNanosPerSecond);
  EXPECT_TRUE(fleet.Said("the planned end is over since a minute"));
}

TEST_F(RunTakeoverTest, RefusedMeasurementsEndThePartInsteadOfHoldingTheRunUp) {
  BeginOnTwo();
  a->Measure(*a->Current(), 10);
  b->Measure(*b->Current(), 10);
  fleet.Pump();
  // `orders` is a counter on a and a trend on b.
  const auto with_orders = [](FakeRunner& runner, MetricKind kind) {
    FakeRunner::Task& task = *runner.Current();
    MetricRegistry registry;
    Window window;
    window.source = task.id.number();
    window.first_seq = window.last_seq = ++task.seq;
    window.start = kNanosPerSecond;
    window.end = 2 * kNanosPerSecond;
    SeriesDelta& delta = window.series.emplace_back();
    delta.id = registry.Intern(*registry.DefineMetric("orders", kind), kNoTags);
    delta.kind = kind;
    kind == MetricKind::kCounter ? delta.AddCounter(1) : delta.AddTrend(1);
    v1::Window message;
    EncodeWindow(window, registry, &message);
    runner.SendWindow(task, message);
  };
  with_orders(*a, MetricKind::kCounter);
  with_orders(*b, MetricKind::kTrend);
  fleet.Pump();
  EXPECT_EQ(b->Current(), nullptr) << "released";
  EXPECT_TRUE(fleet.Said("its measurements were refused"));
  ASSERT_NE(a->Current(), nullptr);
  a->Finish(*a->Current());
  fleet.Pass(kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  const v1::RunReport& report = fleet.Final()->report();
  EXPECT_EQ(report.total_requests(), 20u);
  EXPECT_TRUE(report.distributed().partial());
  EXPECT_EQ(report.distributed().runners(1).state(), "failed");
  EXPECT_THAT(report.distributed().runners(1).failure(), HasSubstr("orders"));
}

}  // namespace
}  // namespace mockarty::testing
