// Runs of a fleet from submission to report, on a clock that stands still.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/coordinator/run_fixture.h"

namespace mockarty::testing {
namespace {

using ::testing::HasSubstr;

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
  EXPECT_TRUE(fleet.Said("a refused the offer"));
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
  fleet.Submit([](v1::SubmitRequest& request) {
    for (int i = 0; i < 101; ++i) request.add_required_labels("a=b");
  });
  EXPECT_THAT(fleet.submitted.status().ToString(), HasSubstr("required_labels: expected at most 100, got 101"));
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
  fleet.WatchAnew(run_id);
  fleet.Pump();
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 10u);
  fleet.WatchOn("nonesuch");
  fleet.Pump();
  EXPECT_EQ(fleet.watch_end.code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace mockarty::testing
