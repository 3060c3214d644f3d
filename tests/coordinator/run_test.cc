// Runs of a fleet from submission to report, on a clock that stands still.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/coordinator/fake_fleet.h"

namespace mockarty::testing {
namespace {

using ::testing::HasSubstr;

struct RunTest : ::testing::Test {
  FakeFleet fleet;

  // Two runners, one run on both, begun.
  void BeginOnTwo(const std::function<void(v1::SubmitRequest&)>& edit = {}) {
    a = fleet.AddRunner("a");
    b = fleet.AddRunner("b");
    run_id = fleet.Submit(edit);
    ASSERT_NE(a->Current(), nullptr);
    ASSERT_NE(b->Current(), nullptr);
    ASSERT_EQ(a->Current()->starts, 1);
    ASSERT_EQ(b->Current()->starts, 1);
    fleet.Pass(300 * kNanosPerMilli);
  }
  void FinishBoth() {
    a->Finish(*a->Current());
    b->Finish(*b->Current());
    fleet.Pump();
  }

  std::shared_ptr<FakeRunner> a;
  std::shared_ptr<FakeRunner> b;
  std::string run_id;
};

TEST_F(RunTest, TwoRunnersOneReport) {
  BeginOnTwo();
  uint64_t sum = 0;
  for (const auto& runner : {a, b}) {
    const v1::Offer& offer = runner->Current()->offer;
    const auto segment = FromProto(offer.segment());
    ASSERT_TRUE(segment.ok());
    sum += segment->Share(10);
    EXPECT_EQ(segment->Share(10), 5u);
    EXPECT_EQ(runner->archive.size(), 300'000u);
  }
  EXPECT_EQ(sum, 10u);
  for (int second = 0; second < 3; ++second) {
    a->Measure(*a->Current(), 100);
    b->Measure(*b->Current(), 50, 5);
    fleet.Pass(kNanosPerSecond);
  }
  EXPECT_TRUE(a->Current()->unacknowledged.empty());
  EXPECT_EQ(fleet.store.appended, 6);
  FinishBoth();
  ASSERT_NE(fleet.Final(), nullptr);
  const v1::RunReport& report = fleet.Final()->report();
  EXPECT_EQ(report.total_requests(), 450u);
  EXPECT_EQ(report.failed_requests(), 15u);
  EXPECT_EQ(report.status(), v1::RunReport::STATUS_COMPLETED);
  EXPECT_FALSE(report.distributed().partial());
  ASSERT_EQ(report.distributed().runners_size(), 2);
  EXPECT_EQ(report.distributed().runners(0).requests() + report.distributed().runners(1).requests(), 450u);
  EXPECT_EQ(fleet.Final()->state(), v1::RUN_STATE_COMPLETED);
  EXPECT_TRUE(a->tasks.begin()->second.released);
  EXPECT_TRUE(fleet.store.runs[run_id].record.finished);
  EXPECT_FALSE(fleet.store.reports[run_id].empty());
}

TEST_F(RunTest, StartsAtOneInstantWhateverTheClocks) {
  a = fleet.AddRunner("a");
  b = fleet.AddRunner("b");
  b->clock_ahead = 300 * kNanosPerSecond;
  fleet.Disconnect(b);
  fleet.Connect(b);
  fleet.Submit();
  ASSERT_EQ(a->Current()->starts, 1);
  ASSERT_EQ(b->Current()->starts, 1);
  EXPECT_EQ(b->Current()->start_at - a->Current()->start_at, 300 * kNanosPerSecond);
  EXPECT_GT(a->Current()->start_at, fleet.clock.Now());
}

TEST_F(RunTest, StartThatWasLostIsSentInTheRunnersOwnClock) {
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

TEST_F(RunTest, UnansweredOfferGoesToAnother) {
  a = fleet.AddRunner("a");
  a->answers = false;
  fleet.Submit([](v1::SubmitRequest& request) { request.set_runners(1); });
  ASSERT_NE(a->Current(), nullptr);
  b = fleet.AddRunner("b");
  fleet.Pass(10'500 * kNanosPerMilli);
  ASSERT_NE(b->Current(), nullptr);
  EXPECT_EQ(b->Current()->starts, 1);
  EXPECT_EQ(a->Current(), nullptr) << "the first was told that it is not wanted any more";
}

TEST_F(RunTest, RunnerGoneBeforeItAnswersIsReplaced) {
  a = fleet.AddRunner("a");
  a->answers = false;
  fleet.Submit([](v1::SubmitRequest& request) { request.set_runners(1); });
  b = fleet.AddRunner("b");
  fleet.Disconnect(a);
  fleet.Pass(kNanosPerSecond);
  ASSERT_NE(b->Current(), nullptr);
  EXPECT_EQ(b->Current()->starts, 1);
}

TEST_F(RunTest, RefusalIsSaidAndPlacedElsewhere) {
  a = fleet.AddRunner("a");
  a->accepts = false;
  b = fleet.AddRunner("b");
  fleet.Submit([](v1::SubmitRequest& request) { request.set_runners(1); });
  fleet.Pass(kNanosPerSecond);
  EXPECT_TRUE(fleet.Said("a refused the offer") || a->tasks.empty());
  ASSERT_NE(b->Current(), nullptr);
  EXPECT_EQ(b->Current()->starts, 1);
}

TEST_F(RunTest, AcceptedAndNeverReadyFailsAndSaysWho) {
  fleet.options.ready_timeout = 5 * kNanosPerSecond;
  fleet.Restart();
  a = fleet.AddRunner("a");
  b = fleet.AddRunner("b");
  b->gets_ready = false;
  fleet.Submit();
  fleet.Pass(6 * kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->failure_kind(), v1::FAILURE_KIND_NO_RUNNER);
  EXPECT_THAT(fleet.Final()->failure(), HasSubstr("b accepted the run and was not ready within 5 s"));
  EXPECT_EQ(a->Current(), nullptr) << "the other one is free again";
}

TEST_F(RunTest, BadScriptFailsTheRun) {
  fleet.inspector.kind = v1::TaskInspection::ERROR_INIT_THREW;
  fleet.inspector.error = "test.js:1: boom";
  fleet.AddRunner("a");
  fleet.Submit();
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->failure_kind(), v1::FAILURE_KIND_INIT_THREW);
  EXPECT_EQ(fleet.Final()->failure(), "test.js:1: boom");
}

TEST_F(RunTest, LostRunnerDegrades) {
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

TEST_F(RunTest, LostRunnerFailsTheRunWhenAsked) {
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

TEST_F(RunTest, LostRunnersPartGoesToAnother) {
  fleet.inspector.plan.executor = SharedIterationsConfig{.vus = 10, .iterations = 1'000, .max_duration = {}};
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

TEST_F(RunTest, LinkCutAndBackLosesNothing) {
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

TEST_F(RunTest, RepeatedReorderedAndStaleWindowsCountOnce) {
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

TEST_F(RunTest, FinishedWaitsForItsLastWindow) {
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

TEST_F(RunTest, CoordinatorKilledAndBackLosesNothing) {
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
  fleet.events.clear();
  fleet.coordinator->Watch(
      run_id, 0, {}, [this](const v1::RunEvent& event) { fleet.events.push_back(event); }, [](const absl::Status&) {});
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

TEST_F(RunTest, SnapshotTakesThePlaceOfTheJournal) {
  fleet.inspector.plan.executor = ConstantVusConfig{.vus = 10, .duration = 600 * kNanosPerSecond};
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
  fleet.events.clear();
  fleet.coordinator->Watch(
      run_id, 0, {}, [this](const v1::RunEvent& event) { fleet.events.push_back(event); }, [](const absl::Status&) {});
  FinishBoth();
  fleet.Pass(kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 200u);
  EXPECT_EQ(fleet.Final()->report().distributed().runners(0).requests() +
                fleet.Final()->report().distributed().runners(1).requests(),
            200u);
}

TEST_F(RunTest, AnotherCoordinatorTakesOver) {
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
  fleet.events.clear();
  fleet.coordinator->Watch(
      run_id, 0, {}, [this](const v1::RunEvent& event) { fleet.events.push_back(event); }, [](const absl::Status&) {});
  FinishBoth();
  fleet.Pass(kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 15u);
}

TEST_F(RunTest, StoreThatFailsHoldsNoRunUp) {
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

TEST_F(RunTest, ReportIsStoredOnceTheStoreIsBack) {
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

TEST_F(RunTest, UserStopsGracefullyThenAtOnce) {
  BeginOnTwo();
  a->Measure(*a->Current(), 10);
  EXPECT_TRUE(fleet.coordinator->StopRun(run_id, false, {}).ok());
  EXPECT_TRUE(a->Current()->stopped);
  EXPECT_FALSE(a->Current()->stopped_now);
  EXPECT_TRUE(fleet.coordinator->StopRun(run_id, true, {}).ok());
  EXPECT_TRUE(b->Current()->stopped_now);
  FinishBoth();
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->state(), v1::RUN_STATE_STOPPED);
  EXPECT_EQ(fleet.Final()->report().stopped_reason(), "interrupted");
  EXPECT_EQ(fleet.coordinator->StopRun("nonesuch", false, {}).code(), absl::StatusCode::kNotFound);
}

TEST_F(RunTest, ThresholdOnMergedDataAborts) {
  ThresholdSpec spec;
  spec.metric = "http_req_failed";
  spec.expression = "rate < 0.1";
  spec.abort_on_fail = true;
  fleet.inspector.plan.thresholds.push_back(spec);
  BeginOnTwo();
  a->Measure(*a->Current(), 100, 0);
  b->Measure(*b->Current(), 10, 10);  // alone it would fail, together it is 9 %
  fleet.Pass(1'500 * kNanosPerMilli);
  EXPECT_FALSE(a->Current()->stopped);
  b->Measure(*b->Current(), 10, 10);
  fleet.Pass(1'500 * kNanosPerMilli);
  EXPECT_TRUE(a->Current()->stopped_now);
  EXPECT_TRUE(b->Current()->stopped_now);
  FinishBoth();
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_TRUE(fleet.Final()->aborted_by_threshold());
  EXPECT_EQ(fleet.Final()->state(), v1::RUN_STATE_STOPPED);
  EXPECT_THAT(fleet.Final()->report().stopped_reason(), HasSubstr("http_req_failed"));
}

TEST_F(RunTest, AbortCriterionMustHold) {
  AbortCriterion criterion;
  criterion.name = "High error rate";
  criterion.metric = "http_req_failed";
  criterion.stat = "rate";
  criterion.condition = ">";
  criterion.value = 0.5;
  criterion.duration = 2 * kNanosPerSecond;
  fleet.inspector.plan.abort_criteria.push_back(criterion);
  BeginOnTwo();
  for (int i = 0; i < 4 && !a->Current()->stopped_now; ++i) {
    a->Measure(*a->Current(), 10, 10);
    b->Measure(*b->Current(), 10, 10);
    fleet.Pass(kNanosPerSecond);
    EXPECT_TRUE(i > 1 || !a->Current()->stopped_now);
  }
  EXPECT_TRUE(a->Current()->stopped_now);
  FinishBoth();
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().stopped_reason(), "auto_stop: High error rate");
  EXPECT_TRUE(fleet.Final()->aborted_by_criterion());
}

TEST_F(RunTest, CrashedWorkerProcessKeepsItsWindows) {
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

TEST_F(RunTest, AllRunnersLostFailsTheRun) {
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

TEST_F(RunTest, SubmittedTwiceIsOneRun) {
  fleet.AddRunner("a");
  const auto twice = [](v1::SubmitRequest& request) { request.set_request_id("r-1"); };
  const std::string first = fleet.Submit(twice);
  EXPECT_EQ(fleet.Submit(twice), first);
  EXPECT_EQ(fleet.store.runs.size(), 1u);
}

TEST_F(RunTest, BadSubmissionsNameTheField) {
  fleet.Submit([](v1::SubmitRequest& request) { request.clear_script(); });
  EXPECT_THAT(fleet.submitted.status().ToString(), HasSubstr("script: expected"));
  fleet.Submit([](v1::SubmitRequest& request) { request.add_required_labels("eu"); });
  EXPECT_THAT(fleet.submitted.status().ToString(), HasSubstr("required_labels: expected KEY=VALUE"));
  fleet.Submit([](v1::SubmitRequest& request) { request.set_runners(1'000'000); });
  EXPECT_THAT(fleet.submitted.status().ToString(), HasSubstr("runners: expected"));
}

TEST_F(RunTest, WaitsForEnoughRunnersAndSaysSo) {
  a = fleet.AddRunner("a");
  fleet.Submit();
  EXPECT_TRUE(fleet.Said("1 runners fit"));
  EXPECT_EQ(a->Current(), nullptr);
  b = fleet.AddRunner("b");
  fleet.Pass(200 * kNanosPerMilli);
  ASSERT_NE(a->Current(), nullptr);
  EXPECT_EQ(a->Current()->starts, 1);
}

TEST_F(RunTest, OwnRunnerTakesRunsOnlyWhenThereIsNoOther) {
  const auto local = fleet.AddRunner("local", {}, true);
  fleet.Submit([](v1::SubmitRequest& request) { request.set_runners(0); });
  EXPECT_EQ(local->Current(), nullptr) << "others may still be on their way";
  fleet.Pass(4 * kNanosPerSecond);
  ASSERT_NE(local->Current(), nullptr);
  local->Measure(*local->Current(), 10);
  local->Finish(*local->Current());
  fleet.Pass(kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 10u);
  a = fleet.AddRunner("a");
  fleet.Submit([](v1::SubmitRequest& request) { request.set_runners(0); });
  fleet.Pass(kNanosPerSecond);
  EXPECT_NE(a->Current(), nullptr);
  EXPECT_EQ(local->Current(), nullptr);
}

TEST_F(RunTest, OtherMajorVersionIsRefusedWithBothNamed) {
  a = fleet.AddRunner("a", [](v1::Hello& hello) {
    hello.mutable_protocol()->set_major(2);
    hello.mutable_protocol()->set_minor(3);
  });
  EXPECT_TRUE(a->closed);
  EXPECT_THAT(a->close_reason, HasSubstr("2.3"));
  EXPECT_THAT(a->close_reason, HasSubstr("1.0"));
  b = fleet.AddRunner("b", [](v1::Hello& hello) { hello.mutable_protocol()->set_minor(9); });
  EXPECT_FALSE(b->closed);
}

TEST_F(RunTest, RevokedTokenCutsTheRunnerOff) {
  a = fleet.AddRunner("a");
  fleet.coordinator->DropToken("token-a");
  EXPECT_TRUE(a->closed);
  EXPECT_EQ(fleet.coordinator->ListRunners({}).runners_size(), 0);
}

TEST_F(RunTest, AgainConnectedRunnerTakesThePlaceOfItsOldConnection) {
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

TEST_F(RunTest, NamespacesAreKept) {
  a = fleet.AddRunner("a", [](v1::Hello& hello) {
    hello.set_shared(false);
    hello.set_namespace_("blue");
  });
  fleet.Submit([](v1::SubmitRequest& request) { request.set_runners(1); });
  EXPECT_EQ(a->Current(), nullptr);
  v1::SubmitRequest request;
  request.set_script("x");
  request.set_script_name("x.js");
  request.set_namespace_("red");
  absl::StatusOr<std::string> answer;
  fleet.coordinator->Submit(request, {"t", "blue"}, [&](absl::StatusOr<std::string> id) { answer = std::move(id); });
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kPermissionDenied);
  fleet.Submit([](v1::SubmitRequest& r) {
    r.set_runners(1);
    r.set_namespace_("blue");
  });
  EXPECT_NE(a->Current(), nullptr);
}

TEST_F(RunTest, WatcherOfAFinishedRunGetsItsReport) {
  BeginOnTwo();
  a->Measure(*a->Current(), 10);
  FinishBoth();
  fleet.Pass(kNanosPerSecond);
  fleet.events.clear();
  fleet.coordinator->Watch(
      run_id, 0, {}, [this](const v1::RunEvent& event) { fleet.events.push_back(event); }, [](const absl::Status&) {});
  fleet.Pump();
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 10u);
  fleet.coordinator->Watch(
      "nonesuch", 0, {}, [](const v1::RunEvent&) {}, [this](const absl::Status& status) { fleet.watch_end = status; });
  fleet.Pump();
  EXPECT_EQ(fleet.watch_end.code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace mockarty::testing
