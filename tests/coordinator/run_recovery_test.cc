// What a run survives: lost runners and links, other coordinators, a store that fails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/coordinator/run_fixture.h"

namespace mockarty::testing {
namespace {

using ::testing::HasSubstr;

using RunRecoveryTest = RunTest;

TEST_F(RunRecoveryTest, StartThatWasLostIsSentInTheRunnersOwnClock) {
  a = fleet.AddRunner("a");
  a->clock_ahead = 300 * kNanosPerSecond;
  fleet.Disconnect(a);
  fleet.Connect(a);
  run_id = fleet.Submit([](v1::SubmitRequest& request) { request.set_runners(1); });
  const Nanos start = a->Current()->start_at;
  // As if Start had never arrived; a new coordinator does not know the clock yet.
  a->Current()->start_at = 0;
  a->Current()->starts = 0;
  fleet.Restart();
  fleet.Connect(a);
  fleet.Pass(kNanosPerSecond);
  ASSERT_GE(a->Current()->starts, 1);
  EXPECT_NEAR(static_cast<double>(a->Current()->start_at), static_cast<double>(start), 2.0 * kNanosPerSecond);
}

TEST_F(RunRecoveryTest, LostRunnerDegrades) {
  BeginOnTwo();
  a->Measure(*a->Current(), 100);
  b->Measure(*b->Current(), 70);
  fleet.Pass(kNanosPerSecond);
  fleet.Disconnect(b);
  fleet.Pass(3 * kNanosPerSecond);
  EXPECT_FALSE(fleet.Said("b is lost"));
  fleet.Pass(2 * kNanosPerSecond);
  EXPECT_TRUE(fleet.Said("b is lost"));
  a->Measure(*a->Current(), 100);
  a->Finish(*a->Current());
  fleet.Pass(10 * kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  const v1::RunReport& report = fleet.Final()->report();
  EXPECT_EQ(report.total_requests(), 270u);
  EXPECT_TRUE(report.distributed().partial());
  const v1::RunnerReport& lost = report.distributed().runners(1);
  EXPECT_EQ(lost.state(), "lost");
  EXPECT_EQ(lost.runner(), "b");
  EXPECT_DOUBLE_EQ(lost.lost_from_ms(), 1000);
  EXPECT_GE(lost.lost_until_ms(), 2000);
}

TEST_F(RunRecoveryTest, LostRunnerFailsTheRunWhenAsked) {
  BeginOnTwo([](v1::SubmitRequest& request) { request.set_loss_policy(v1::LOSS_POLICY_FAIL); });
  a->Measure(*a->Current(), 100);
  fleet.Disconnect(b);
  fleet.Pass(5 * kNanosPerSecond);
  EXPECT_TRUE(a->Current()->stopped_now);
  a->Finish(*a->Current());
  fleet.Pass(10 * kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->state(), v1::RUN_STATE_FAILED);
  EXPECT_EQ(fleet.Final()->failure_kind(), v1::FAILURE_KIND_RUNNER_LOST);
  EXPECT_THAT(fleet.Final()->failure(), HasSubstr("b"));
  EXPECT_EQ(fleet.Final()->report().total_requests(), 100u);
}

TEST_F(RunRecoveryTest, LostRunnersPartGoesToAnother) {
  fleet.inspector.plan.scenarios.front().executor =
      SharedIterationsConfig{.vus = 10, .iterations = 1'000, .max_duration = {}};
  BeginOnTwo([](v1::SubmitRequest& request) { request.set_loss_policy(v1::LOSS_POLICY_REBALANCE); });
  EXPECT_EQ(b->Current()->offer.iterations(), 500u);
  const std::shared_ptr<FakeRunner> c = fleet.AddRunner("c");
  b->Measure(*b->Current(), 120);
  fleet.Pass(kNanosPerSecond);
  fleet.Disconnect(b);
  fleet.Pass(5 * kNanosPerSecond);
  ASSERT_NE(c->Current(), nullptr);
  EXPECT_EQ(c->Current()->offer.iterations(), 380u);
  EXPECT_EQ(c->Current()->starts, 1);
  EXPECT_LT(c->Current()->start_at, fleet.clock.Now()) << "it catches up with a run that is on";
  // The lost one comes back: its part is not its own any more.
  fleet.Connect(b);
  EXPECT_TRUE(b->tasks.begin()->second.released);
  a->Measure(*a->Current(), 500);
  c->Measure(*c->Current(), 380);
  a->Finish(*a->Current());
  c->Finish(*c->Current());
  fleet.Pass(kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().iterations(), 1'000u);
  EXPECT_TRUE(fleet.Final()->report().distributed().partial());
}

TEST_F(RunRecoveryTest, LinkCutAndBackLosesNothing) {
  BeginOnTwo();
  a->Measure(*a->Current(), 10);
  b->Measure(*b->Current(), 10);
  fleet.Pass(kNanosPerSecond);
  fleet.Disconnect(b);
  for (int i = 0; i < 3; ++i) b->Measure(*b->Current(), 7);
  b->outbox.clear();  // into the void
  fleet.Pass(7 * kNanosPerSecond);
  EXPECT_TRUE(fleet.Said("b is lost"));
  fleet.Connect(b);
  EXPECT_TRUE(fleet.Said("b is back"));
  fleet.Pass(kNanosPerSecond);
  EXPECT_TRUE(b->Current()->unacknowledged.empty());
  FinishBoth();
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 41u);
  EXPECT_FALSE(fleet.Final()->report().distributed().partial());
}

TEST_F(RunRecoveryTest, AStoreThatCanOnlyBeReadIsNotWell) {
  BeginOnTwo();
  fleet.store.failing = true;
  a->Measure(*a->Current(), 10);
  fleet.Pump();
  EXPECT_FALSE(fleet.coordinator->GetStats().store_ok);
  EXPECT_EQ(fleet.coordinator->GetStats().store_error, "disk full");
  fleet.coordinator->ListRuns({}, {}, [](const auto& runs) { EXPECT_TRUE(runs.ok()); });
  fleet.Pump();
  EXPECT_FALSE(fleet.coordinator->GetStats().store_ok);
  fleet.Pass(3 * kNanosPerSecond);
  EXPECT_FALSE(fleet.coordinator->GetStats().store_ok);
  fleet.store.failing = false;
  fleet.Pass(1'100 * kNanosPerMilli);
  EXPECT_TRUE(fleet.coordinator->GetStats().store_ok);
  EXPECT_EQ(fleet.coordinator->GetStats().store_error, "");
  fleet.Pass(kNanosPerSecond);
  EXPECT_TRUE(a->Current()->unacknowledged.empty());
}

TEST_F(RunRecoveryTest, AFormerOwnerAddsNothingToTheJournal) {
  BeginOnTwo();
  a->Measure(*a->Current(), 10);
  fleet.Pass(kNanosPerSecond);
  ASSERT_EQ(fleet.store.appended, 1);
  // Another coordinator took the run over while this one could not be heard.
  fleet.store.runs[run_id].owner = {"node-2", fleet.store.runs[run_id].owner.epoch + 1};
  fleet.store.runs[run_id].until_ms = fleet.store.now_ms + 60'000;
  a->Measure(*a->Current(), 20);
  fleet.Pump();
  EXPECT_EQ(fleet.store.appended, 1);
  EXPECT_EQ(a->Current()->unacknowledged.size(), 1u) << "it is the new owner's to acknowledge";
  fleet.Pass(kNanosPerSecond);
  EXPECT_EQ(fleet.coordinator->GetStats().active_runs, 0u);
  EXPECT_TRUE(fleet.coordinator->GetStats().store_ok);
}

TEST_F(RunRecoveryTest, RepeatedReorderedAndStaleWindowsCountOnce) {
  BeginOnTwo();
  FakeRunner::Task& task = *a->Current();
  const v1::Window first = a->MakeWindow(task, 10);
  const v1::Window second = a->MakeWindow(task, 20);
  const v1::Window third = a->MakeWindow(task, 40);
  for (const v1::Window& window : {third, first, third, first, second, second}) a->SendWindow(task, window);
  v1::AssignmentId stale = task.id;
  stale.set_epoch(task.id.epoch() - 1);
  v1::WindowMessage* late = a->outbox.emplace_back().mutable_window();
  *late->mutable_id() = stale;
  *late->mutable_window() = a->MakeWindow(task, 1'000);
  task.seq = 3;
  // Another runner cannot speak for it either.
  v1::RunnerMessage forged;
  *forged.mutable_window()->mutable_id() = task.id;
  *forged.mutable_window()->mutable_window() = third;
  fleet.coordinator->OnRunnerMessage(fleet.SessionOf(b), forged);
  fleet.Pump();
  FinishBoth();
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 70u);
  EXPECT_EQ(fleet.coordinator->GetStats().windows_duplicate, 3u);
  EXPECT_EQ(fleet.coordinator->GetStats().stale_messages, 2u);
}

TEST_F(RunRecoveryTest, FinishedWaitsForItsLastWindow) {
  BeginOnTwo();
  const v1::Window window = a->MakeWindow(*a->Current(), 10);
  a->Finish(*a->Current());
  b->Finish(*b->Current());
  fleet.Pass(kNanosPerSecond);
  EXPECT_EQ(fleet.Final(), nullptr);
  a->SendWindow(*a->Current(), window);
  fleet.Pump();
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 10u);
}

TEST_F(RunRecoveryTest, CoordinatorKilledAndBackLosesNothing) {
  BeginOnTwo();
  for (int i = 0; i < 3; ++i) {
    a->Measure(*a->Current(), 10);
    b->Measure(*b->Current(), 5);
    fleet.Pass(kNanosPerSecond);
  }
  fleet.Restart();
  a->outbox.clear();
  a->Measure(*a->Current(), 1);
  b->Measure(*b->Current(), 2);
  a->outbox.clear();
  b->outbox.clear();
  fleet.Connect(a);
  fleet.Connect(b);
  fleet.WatchAnew(run_id);
  fleet.Pass(kNanosPerSecond);
  EXPECT_TRUE(a->Current()->unacknowledged.empty());
  a->Finish(*a->Current());
  b->Finish(*b->Current());
  fleet.Pass(kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 48u);
  EXPECT_EQ(fleet.Final()->state(), v1::RUN_STATE_COMPLETED);
  EXPECT_FALSE(fleet.Final()->report().distributed().partial());
}

TEST_F(RunRecoveryTest, SnapshotTakesThePlaceOfTheJournal) {
  fleet.inspector.plan.scenarios.front().executor = ConstantVusConfig{.vus = 10, .duration = 600 * kNanosPerSecond};
  BeginOnTwo();
  for (int i = 0; i < 40; ++i) {
    a->Measure(*a->Current(), 3);
    b->Measure(*b->Current(), 2);
    fleet.Pass(kNanosPerSecond);
  }
  EXPECT_FALSE(fleet.store.snapshots.empty());
  EXPECT_LT(fleet.store.journal[run_id].size(), 40u);
  fleet.Restart();
  fleet.Connect(a);
  fleet.Connect(b);
  fleet.WatchAnew(run_id);
  FinishBoth();
  fleet.Pass(kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 200u);
  EXPECT_EQ(fleet.Final()->report().distributed().runners(0).requests() +
                fleet.Final()->report().distributed().runners(1).requests(),
            200u);
}

TEST_F(RunRecoveryTest, AnotherCoordinatorTakesOver) {
  BeginOnTwo();
  a->Measure(*a->Current(), 10);
  b->Measure(*b->Current(), 5);
  fleet.Pass(kNanosPerSecond);
  // The owner is gone for good; another node on the same store waits for its lease to end.
  fleet.options.node_id = "node-2";
  fleet.Restart();
  fleet.Connect(a);
  fleet.Connect(b);
  const uint64_t epoch = a->Current()->id.epoch();
  fleet.Pass(5 * kNanosPerSecond);
  EXPECT_EQ(a->Current()->id.epoch(), epoch) << "not yet its own";
  fleet.Pass(8 * kNanosPerSecond);
  EXPECT_GT(a->Current()->id.epoch(), epoch);
  fleet.WatchAnew(run_id);
  FinishBoth();
  fleet.Pass(kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 15u);
}

TEST_F(RunRecoveryTest, AClaimWhoseAnswerIsLostIsClaimedAnew) {
  BeginOnTwo();
  fleet.store.lose_claim_answer = true;
  const std::string second = fleet.Submit([](v1::SubmitRequest& request) { request.set_runners(1); });
  EXPECT_EQ(fleet.store.runs[second].owner.epoch, 1u) << "claimed, and nobody knows it";
  EXPECT_EQ(fleet.coordinator->GetStats().queued_runs, 0u);
  fleet.Pass(fleet.options.owner_lease + 2 * kNanosPerSecond);
  EXPECT_EQ(fleet.store.runs[second].owner.epoch, 2u);
  EXPECT_EQ(fleet.coordinator->GetStats().queued_runs, 1u);
  FinishBoth();
  fleet.Pass(2 * kNanosPerSecond);
  EXPECT_TRUE(a->Current() != nullptr || b->Current() != nullptr) << "it is placed like any other";
}

TEST_F(RunRecoveryTest, ARunThatCannotBeStoredIsRefusedWithTheReason) {
  fleet.store.failing = true;
  EXPECT_EQ(fleet.Submit(), "");
  EXPECT_EQ(fleet.submitted.status(), absl::FailedPreconditionError("the run cannot be stored: disk full"));
  fleet.store.failing = false;
  EXPECT_NE(fleet.Submit(), "");
}

// Two runners that are ready while the store fails.
struct RunBeginTest : RunTest {
  void SetUp() override {
    a = fleet.AddRunner("a");
    b = fleet.AddRunner("b");
    a->gets_ready = b->gets_ready = false;
    run_id = fleet.Submit();
    fleet.store.failing = true;
    for (const auto& runner : {a, b}) {
      ASSERT_NE(runner->Current(), nullptr);
      *runner->outbox.emplace_back().mutable_ready()->mutable_id() = runner->Current()->id;
    }
    fleet.Pump();
    fleet.Pass(3 * kNanosPerSecond);
    EXPECT_EQ(a->Current()->starts, 0) << "nothing begins that is not stored";
    EXPECT_TRUE(fleet.Said("the store does not take that it begins; it is asked again: disk full"));
  }
};

TEST_F(RunBeginTest, AStoreThatFailsForAMomentOnlyDelaysTheBegin) {
  fleet.store.failing = false;
  fleet.Pass(2 * kNanosPerSecond);
  EXPECT_EQ(a->Current()->starts, 1);
  EXPECT_EQ(b->Current()->starts, 1);
  FinishBoth();
  fleet.Pass(kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->state(), v1::RUN_STATE_COMPLETED);
}

TEST_F(RunBeginTest, AStoreThatStaysAwayFailsTheRun) {
  fleet.Pass(10 * kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->failure(), "that the run begins could not be stored: disk full");
  EXPECT_EQ(fleet.Final()->state(), v1::RUN_STATE_FAILED);
  fleet.store.failing = false;
  fleet.Pass(2 * kNanosPerSecond);
  EXPECT_TRUE(fleet.store.runs[run_id].record.finished);
}

TEST_F(RunRecoveryTest, StoreThatFailsHoldsNoRunUp) {
  BeginOnTwo();
  fleet.store.failing = true;
  for (int i = 0; i < 3; ++i) {
    a->Measure(*a->Current(), 10);
    b->Measure(*b->Current(), 10);
    fleet.Pass(kNanosPerSecond);
  }
  EXPECT_TRUE(fleet.Said("the store does not take measurements now"));
  EXPECT_EQ(a->Current()->unacknowledged.size(), 3u) << "nothing is acknowledged that is not stored";
  EXPECT_FALSE(fleet.coordinator->GetStats().store_ok);
  fleet.store.failing = false;
  fleet.Pass(3 * kNanosPerSecond);
  EXPECT_TRUE(a->Current()->unacknowledged.empty());
  EXPECT_TRUE(fleet.Said("the store takes measurements again"));
  FinishBoth();
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 60u);
}

TEST_F(RunRecoveryTest, ReportIsStoredOnceTheStoreIsBack) {
  BeginOnTwo();
  a->Measure(*a->Current(), 10);
  fleet.store.failing = true;
  fleet.Pass(kNanosPerSecond);
  FinishBoth();
  fleet.Pass(kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr) << "nobody waits for the store";
  EXPECT_NE(a->Current(), nullptr) << "but runners keep what they have";
  fleet.store.failing = false;
  fleet.Pass(3 * kNanosPerSecond);
  EXPECT_EQ(a->Current(), nullptr);
  EXPECT_FALSE(fleet.store.reports[run_id].empty());
}

TEST_F(RunRecoveryTest, CrashedWorkerProcessKeepsItsWindows) {
  BeginOnTwo();
  a->Measure(*a->Current(), 10);
  b->Measure(*b->Current(), 10);
  b->Finish(*b->Current(), v1::Finished::OUTCOME_CRASHED, "killed by signal 9");
  fleet.Pump();
  EXPECT_TRUE(fleet.Said("b is lost: killed by signal 9")) << "at once";
  a->Measure(*a->Current(), 10);
  a->Finish(*a->Current());
  fleet.Pass(kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 30u);
  EXPECT_EQ(fleet.Final()->report().distributed().runners(1).state(), "crashed");
  EXPECT_TRUE(fleet.Final()->report().distributed().partial());
}

TEST_F(RunRecoveryTest, AllRunnersLostFailsTheRun) {
  BeginOnTwo();
  a->Measure(*a->Current(), 10);
  fleet.Pass(kNanosPerSecond);
  fleet.Disconnect(a);
  fleet.Disconnect(b);
  fleet.Pass(30 * kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->state(), v1::RUN_STATE_FAILED);
  EXPECT_EQ(fleet.Final()->failure_kind(), v1::FAILURE_KIND_RUNNER_LOST);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 10u);
}

TEST_F(RunRecoveryTest, AgainConnectedRunnerTakesThePlaceOfItsOldConnection) {
  BeginOnTwo();
  // Half-open: the old connection is not known to be gone.
  fleet.Connect(a);
  EXPECT_EQ(fleet.coordinator->ListRunners({}).runners_size(), 2);
  a->Measure(*a->Current(), 10);
  fleet.Pump();
  FinishBoth();
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 10u);
}

}  // namespace
}  // namespace mockarty::testing
