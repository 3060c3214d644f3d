// Loads in worker processes, against a real server.
#include <algorithm>
#include <csignal>
#include <map>
#include <set>
#include <string>

#include "common/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/target/target_process.h"
#include "tests/task/http_count.h"
#include "tests/task/task_run.h"

namespace mockarty {
namespace {

using testing::CountOf;
using ::testing::HasSubstr;
using testing::TaskRun;

constexpr Nanos kStartDelay = 20 * kNanosPerMilli;

class TaskLoadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto target = testing::TargetProcess::Start();
    ASSERT_TRUE(target.ok()) << target.status();
    target_ = std::move(*target);
  }

  // The script with BASE as the target's address, checked.
  v1::TaskInspection Inspect(const std::string& script) {
    return TaskRun::Inspect("var http = require('k6/http'); var BASE = '" + target_->base_url() + "';\n" + script);
  }

  // Two processes, each with one half of the plan.
  struct Halves {
    TaskRun first;
    TaskRun second;
  };
  static void RunHalves(const v1::TaskInspection& inspection, uint64_t first_iterations, uint64_t second_iterations,
                        Halves& halves) {
    BeginHalves(inspection, first_iterations, second_iterations, halves);
    EndHalves(halves);
  }
  static void BeginHalves(const v1::TaskInspection& inspection, uint64_t first_iterations, uint64_t second_iterations,
                          Halves& halves) {
    for (uint32_t part = 0; part < 2; ++part) {
      v1::TaskCommand command;
      v1::TaskSetup* setup = command.mutable_setup();
      setup->set_assignment(part + 1);
      setup->set_archive(inspection.archive());
      *setup->mutable_plan() = inspection.plan();
      v1::Segment::Stripe* stripe = setup->mutable_segment()->add_stripes();
      stripe->add_weights(1);
      stripe->add_weights(1);
      stripe->set_part(part);
      setup->set_iterations(part == 0 ? first_iterations : second_iterations);
      setup->set_workers(2);
      (part == 0 ? halves.first : halves.second).Send(command);
    }
    ASSERT_TRUE(halves.first.WaitReady() && halves.second.WaitReady());
    const Nanos start = MonotonicNow() + kStartDelay;
    halves.first.Start(start);
    halves.second.Start(start);
  }
  static void EndHalves(Halves& halves) {
    ASSERT_TRUE(halves.first.WaitFinished() && halves.second.WaitFinished());
    EXPECT_TRUE(halves.first.WaitExit() && halves.second.WaitExit());
    EXPECT_EQ(halves.first.how(), "");
    EXPECT_EQ(halves.second.how(), "");
  }

  std::unique_ptr<testing::TargetProcess> target_;
};

TEST_F(TaskLoadTest, WhatAnotherProcessDidOfEachScenarioIsLeftOut) {
  const v1::TaskInspection inspection = Inspect(R"(
    exports.options = { scenarios: {
      shared: { executor: 'shared-iterations', vus: 3, iterations: 30, exec: 'one' },
      each: { executor: 'per-vu-iterations', vus: 4, iterations: 5, exec: 'one' },
      over: { executor: 'per-vu-iterations', vus: 2, iterations: 2, exec: 'one' } } };
    exports.one = function () { http.get(BASE + '/get'); };)");
  v1::TaskCommand command;
  command.mutable_setup()->set_assignment(1);
  command.mutable_setup()->set_archive(inspection.archive());
  *command.mutable_setup()->mutable_plan() = inspection.plan();
  command.mutable_setup()->set_workers(2);
  std::map<std::string, uint64_t> done = {{"shared", 11}, {"each", 7}, {"over", 4}};
  for (const v1::Scenario& scenario : inspection.plan().scenarios()) {
    command.mutable_setup()->add_done(done[scenario.name()]);
  }
  TaskRun run;
  run.Send(command);
  ASSERT_TRUE(run.WaitReady());
  run.Start(MonotonicNow() + kStartDelay);
  ASSERT_TRUE(run.WaitFinished());
  EXPECT_EQ(CountOf(run.Windows(), "iterations"), 19u + 13u);
}

TEST_F(TaskLoadTest, HalvesOfSharedIterationsAddUp) {
  const v1::TaskInspection inspection = Inspect(R"(
    exports.options = { vus: 5, iterations: 301 };
    exports.default = function () { http.get(BASE + '/get'); };)");
  Halves halves;
  RunHalves(inspection, 181, 120, halves);  // as the planner divides them: by VUs
  EXPECT_EQ(halves.first.Ready()->vus(), 3u);
  EXPECT_EQ(halves.second.Ready()->vus(), 2u);
  EXPECT_EQ(CountOf(halves.first.Windows(), "iterations"), 181u);
  EXPECT_EQ(CountOf(halves.second.Windows(), "iterations"), 120u);
  EXPECT_EQ(testing::RequestsServed(target_->port()), 301);
}

TEST_F(TaskLoadTest, HalvesOfConstantVusAddUpAndNumberTheirVusAlike) {
  const v1::TaskInspection inspection = Inspect(R"(
    var seen = new Counter('seen');
    exports.options = { vus: 5, duration: '1h' };
    exports.default = function () { http.get(BASE + '/delay/5'); seen.add(1, { who: 'vu' + __VU }); };)");
  Halves halves;
  BeginHalves(inspection, 0, 0, halves);
  // However slow the machine is: until each user was seen, in two windows at least.
  for (int vu = 1; vu <= 5; ++vu) {
    TaskRun& half = vu % 2 == 1 ? halves.first : halves.second;
    ASSERT_TRUE(half.WaitCount("seen", "vu" + std::to_string(vu)));
  }
  ASSERT_TRUE(halves.first.WaitWindows(2));
  halves.first.Stop(false);
  halves.second.Stop(false);
  EndHalves(halves);
  const auto first = halves.first.Windows();
  const auto second = halves.second.Windows();
  EXPECT_EQ(static_cast<int64_t>(CountOf(first, "http_reqs") + CountOf(second, "http_reqs")),
            testing::RequestsServed(target_->port()));
  for (int vu = 1; vu <= 5; ++vu) {
    const std::string who = "vu" + std::to_string(vu);
    EXPECT_EQ(CountOf(first, "seen", who) > 0, vu % 2 == 1) << who;
    EXPECT_EQ(CountOf(second, "seen", who) > 0, vu % 2 == 0) << who;
  }
  uint64_t seq = 0;
  int64_t start = first.front().window().start_ns();
  int64_t end = 0;
  std::set<uint64_t> sources;
  for (const v1::TaskWindow& window : first) {
    EXPECT_EQ(window.window().source(), 1u);
    EXPECT_EQ(window.window().first_seq(), ++seq);
    EXPECT_EQ(window.window().last_seq(), seq);
    EXPECT_GE(window.window().end_ns(), end);
    end = window.window().end_ns();
    start = std::min(start, window.window().start_ns());
    for (const v1::SourceVus& vus : window.window().vus()) sources.insert(vus.source());
    EXPECT_EQ(window.health().workers(), 2u);
    EXPECT_GT(window.health().resident_bytes(), 0u);
  }
  EXPECT_THAT(sources, ::testing::ElementsAre((1u << 16) + 1, (1u << 16) + 2));
  ASSERT_TRUE(halves.first.Started().has_value());
  EXPECT_GE(halves.first.Started()->actual_ns(), halves.first.Started()->planned_ns());
  // From the start on, unless the process was told of it late.
  EXPECT_GE(start, 0);
  EXPECT_LE(start, halves.first.Started()->actual_ns() - halves.first.Started()->planned_ns());
  EXPECT_TRUE(halves.first.Events().back().has_finished());
}

TEST_F(TaskLoadTest, APartThatBeginsLateCatchesUp) {
  const v1::TaskInspection inspection = Inspect(R"(
    exports.options = { vus: 2, duration: '2h' };
    exports.default = function () { http.get(BASE + '/delay/5'); };)");
  TaskRun run;
  run.Setup(inspection.archive(), inspection.plan());
  ASSERT_TRUE(run.WaitReady());
  run.Start(MonotonicNow() - 3600 * kNanosPerSecond);
  // Not for a window: the first comes with the next full second of the plan, which is at once, maybe before any user
  // began.
  ASSERT_TRUE(run.WaitCount("http_reqs"));
  run.Stop(false);
  ASSERT_TRUE(run.WaitFinished());
  const auto windows = run.Windows();
  EXPECT_GT(CountOf(windows, "http_reqs"), 0u);
  EXPECT_GE(windows.front().window().start_ns(), 3600 * kNanosPerSecond) << "no windows of the hour before";
  EXPECT_LT(windows.size(), 3600u);
}

TEST_F(TaskLoadTest, AKilledWorkerLeavesItsWindows) {
  const v1::TaskInspection inspection = Inspect(R"(
    exports.options = { vus: 2, duration: '1h' };
    exports.default = function () { http.get(BASE + '/delay/5'); };)");
  TaskRun run;
  run.Setup(inspection.archive(), inspection.plan());
  ASSERT_TRUE(run.WaitReady());
  run.Start(MonotonicNow());
  ASSERT_TRUE(run.WaitWindows(1));
  kill(run.process().pid(), SIGKILL);
  ASSERT_TRUE(run.WaitExit());
  EXPECT_EQ(run.how(), "killed by signal 9");
  EXPECT_GE(run.Windows().size(), 1u);
  v1::TaskCommand late;
  late.mutable_stop();
  EXPECT_FALSE(run.process().Send(late));
}

TEST_F(TaskLoadTest, AGracefulStopLetsIterationsFinishAndSignalsAreTheDaemons) {
  const v1::TaskInspection inspection = Inspect(R"(
    var finished = new Counter('finished');
    exports.options = { vus: 2, duration: '1h' };
    exports.default = function () { http.get(BASE + '/delay/300'); finished.add(1); };)");
  TaskRun run;
  run.Setup(inspection.archive(), inspection.plan());
  ASSERT_TRUE(run.WaitReady());
  run.Start(MonotonicNow());
  ASSERT_TRUE(run.WaitWindows(1));
  kill(run.process().pid(), SIGINT);
  kill(run.process().pid(), SIGTERM);
  run.Stop(false);
  ASSERT_TRUE(run.WaitFinished());
  ASSERT_TRUE(run.WaitExit());
  EXPECT_EQ(run.how(), "");
  const auto windows = run.Windows();
  EXPECT_EQ(static_cast<int64_t>(CountOf(windows, "finished")), testing::RequestsServed(target_->port()));
  EXPECT_TRUE(run.Events().back().has_finished());
}

TEST_F(TaskLoadTest, AStopNowInterruptsWhatRuns) {
  const v1::TaskInspection inspection = Inspect(R"(
    exports.options = { vus: 2, duration: '1h' };
    exports.default = function () { http.get(BASE + '/delay/600000'); };)");
  TaskRun run;
  run.Setup(inspection.archive(), inspection.plan());
  ASSERT_TRUE(run.WaitReady());
  run.Start(MonotonicNow());
  ASSERT_TRUE(run.WaitWindows(1));
  run.Stop(true);
  ASSERT_TRUE(run.WaitFinished());
  EXPECT_EQ(CountOf(run.Windows(), "iterations"), 0u);
}

TEST_F(TaskLoadTest, AStopBeforeTheStartEndsTheTask) {
  const v1::TaskInspection inspection = Inspect("exports.default = function () { http.get(BASE + '/get'); };");
  TaskRun run;
  run.Setup(inspection.archive(), inspection.plan());
  ASSERT_TRUE(run.WaitReady());
  run.Stop(false);
  ASSERT_TRUE(run.WaitFinished());
  ASSERT_TRUE(run.WaitExit());
  EXPECT_EQ(run.how(), "");
  EXPECT_TRUE(run.Windows().empty());
  EXPECT_EQ(testing::RequestsServed(target_->port()), 0);
}

TEST_F(TaskLoadTest, WhatKeepsALoadFromBeingReadyIsSaid) {
  const v1::TaskInspection inspection = Inspect(R"(
    if (__VU > 0) { throw new Error('only as a user'); }
    exports.default = function () {};)");
  TaskRun threw;
  threw.Setup(inspection.archive(), inspection.plan());
  ASSERT_TRUE(threw.WaitReady());
  EXPECT_THAT(threw.Ready()->failure(), HasSubstr("only as a user"));
  EXPECT_TRUE(threw.Ready()->failed_in_script());
  ASSERT_TRUE(threw.WaitExit());
  EXPECT_EQ(threw.how(), "");

  TaskRun no_archive;
  no_archive.Setup("", inspection.plan());
  ASSERT_TRUE(no_archive.WaitReady());
  EXPECT_THAT(no_archive.Ready()->failure(), HasSubstr("archive"));
  EXPECT_FALSE(no_archive.Ready()->failed_in_script());

  TaskRun no_plan;
  no_plan.Setup(inspection.archive(), v1::TestPlan());
  ASSERT_TRUE(no_plan.WaitReady());
  EXPECT_NE(no_plan.Ready()->failure(), "");
}

TEST_F(TaskLoadTest, ConsoleLinesAreBoundedAndTheRestCounted) {
  const v1::TaskInspection inspection = Inspect(R"(
    exports.options = { vus: 1, iterations: 1 };
    exports.default = function () { for (var i = 0; i < 5000; i++) { console.warn('line ' + i); } };)");
  TaskRun run;
  run.Setup(inspection.archive(), inspection.plan());
  ASSERT_TRUE(run.WaitReady());
  run.Start(MonotonicNow());
  ASSERT_TRUE(run.WaitFinished());
  int lines = 0;
  uint64_t dropped = 0;
  for (const v1::TaskEvent& event : run.Events()) {
    lines += event.console().lines_size();
    dropped += event.console().dropped();
  }
  EXPECT_EQ(static_cast<uint64_t>(lines) + dropped, 5000u);
  EXPECT_GE(lines, 200);
  EXPECT_GT(dropped, 0u);
  EXPECT_THAT(run.Console(), HasSubstr("line 0\n"));
}

}  // namespace
}  // namespace mockarty
