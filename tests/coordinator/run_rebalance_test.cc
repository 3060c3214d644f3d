// Parts of lost runners that go to others, under the policy `rebalance`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/metrics/builtin_metrics.h"
#include "tests/coordinator/run_fixture.h"

namespace mockarty::testing {
namespace {

using ::testing::HasSubstr;

struct RunRebalanceTest : RunTest {
  // A run of 1,000 shared iterations on a and b. LoseB(): b did 120 and crashed.
  void LoseB() {
    b->Measure(*b->Current(), 120);
    b->Finish(*b->Current(), v1::Finished::OUTCOME_CRASHED, "killed by signal 9");
    fleet.Pump();
  }
  void Begin() {
    fleet.inspector.plan.scenarios.front().executor =
        SharedIterationsConfig{.vus = 10, .iterations = 1'000, .max_duration = {}};
    BeginOnTwo([](v1::SubmitRequest& request) { request.set_loss_policy(v1::LOSS_POLICY_REBALANCE); });
  }
  void FinishPart(FakeRunner& runner, uint64_t iterations) {
    runner.Measure(*runner.Current(), iterations);
    runner.Finish(*runner.Current());
    fleet.Pass(2 * kNanosPerSecond);
  }
};

// A run of several scenarios on a and b: half of each is b's. `shared` 100, `each` 10 times 6, `timed` 10 s.
struct RunScenariosTest : RunTest {
  void SetUp() override {
    std::vector<Scenario> scenarios(3);
    scenarios[0].name = "shared";
    scenarios[0].executor = SharedIterationsConfig{.vus = 10, .iterations = 100, .max_duration = {}};
    scenarios[1].name = "each";
    scenarios[1].executor = PerVuIterationsConfig{.vus = 10, .iterations = 6, .max_duration = {}};
    scenarios[2].name = "timed";
    scenarios[2].executor = ConstantVusConfig{.vus = 2, .duration = 10 * kNanosPerSecond};
    fleet.inspector.plan.scenarios = scenarios;
    fleet.inspector.plan.named_scenarios = true;
  }
  void Begin() {
    BeginOnTwo([](v1::SubmitRequest& request) { request.set_loss_policy(v1::LOSS_POLICY_REBALANCE); });
  }
  // Iterations by scenario; "" are those that name none, which count for the run only.
  void Iterate(FakeRunner& runner, const std::map<std::string, uint64_t>& counts) {
    FakeRunner::Task& task = *runner.Current();
    MetricRegistry registry;
    Window window;
    window.source = task.id.number();
    window.first_seq = window.last_seq = ++task.seq;
    window.end = static_cast<Nanos>(task.seq) * kNanosPerSecond;
    window.start = window.end - kNanosPerSecond;
    for (const auto& [scenario, count] : counts) {
      SeriesDelta& delta = window.series.emplace_back();
      const TagView tag = {"scenario", scenario};
      const TagSetId tags = scenario.empty() ? kNoTags : registry.InternTags({&tag, 1});
      delta.id = registry.Intern(kMetricIterations, tags);
      delta.kind = MetricKind::kCounter;
      for (uint64_t i = 0; i < count; ++i) delta.AddCounter(1);
    }
    v1::Window message;
    EncodeWindow(window, registry, &message);
    task.unacknowledged[window.first_seq] = message;
    runner.SendWindow(task, message);
    fleet.Pump();
  }
  void Lose(FakeRunner& runner) {
    runner.Finish(*runner.Current(), v1::Finished::OUTCOME_CRASHED, "killed by signal 9");
    fleet.Pass(2 * kNanosPerSecond);
  }
};

TEST_F(RunScenariosTest, WhatEachScenarioHasDoneIsNotRepeated) {
  Begin();
  EXPECT_EQ(b->Current()->offer.done_size(), 0);
  Iterate(*b, {{"", 3}, {"shared", 20}, {"each", 30}, {"timed", 7}, {"unknown", 9}});
  const std::shared_ptr<FakeRunner> c = fleet.AddRunner("c");
  Lose(*b);
  ASSERT_NE(c->Current(), nullptr);
  EXPECT_THAT(c->Current()->offer.done(), ::testing::ElementsAre(20, 30, 7));
  EXPECT_EQ(c->Current()->offer.iterations(), 0u);
  // And once more, after the coordinator was killed: both have done their part of it.
  Iterate(*c, {{"shared", 5}, {"timed", 1}});
  fleet.Restart();
  fleet.Connect(a);
  fleet.Connect(c);
  fleet.Pass(kNanosPerSecond);
  Iterate(*c, {{"shared", 2}});
  const std::shared_ptr<FakeRunner> d = fleet.AddRunner("d");
  Lose(*c);
  ASSERT_NE(d->Current(), nullptr);
  EXPECT_THAT(d->Current()->offer.done(), ::testing::ElementsAre(27, 30, 8));
}

TEST_F(RunScenariosTest, APartThatIsDoneIsGivenToNobody) {
  fleet.inspector.plan.scenarios.pop_back();
  Begin();
  Iterate(*b, {{"shared", 50}, {"each", 30}});
  const std::shared_ptr<FakeRunner> c = fleet.AddRunner("c");
  Lose(*b);
  EXPECT_TRUE(c->tasks.empty());
  Iterate(*a, {{"shared", 50}, {"each", 30}});
  a->Finish(*a->Current());
  fleet.Pass(2 * kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().iterations(), 160u);
}

TEST_F(RunRebalanceTest, RefusedOfferGoesToTheNext) {
  Begin();
  const std::shared_ptr<FakeRunner> c = fleet.AddRunner("c");
  c->accepts = false;
  LoseB();
  EXPECT_EQ(c->tasks.size(), 1u) << "was asked";
  const std::shared_ptr<FakeRunner> d = fleet.AddRunner("d");
  fleet.Pass(3 * kNanosPerSecond);
  ASSERT_NE(d->Current(), nullptr);
  EXPECT_EQ(d->Current()->offer.iterations(), 380u);
  EXPECT_EQ(d->Current()->starts, 1);
  FinishPart(*a, 500);
  FinishPart(*d, 380);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().iterations(), 1'000u);
}

TEST_F(RunRebalanceTest, RunnerThatComesLaterTakesThePart) {
  Begin();
  LoseB();
  EXPECT_TRUE(fleet.Said("no runner is free to take over the part of b"));
  fleet.Pass(5 * kNanosPerSecond);
  const std::shared_ptr<FakeRunner> c = fleet.AddRunner("c");
  fleet.Pass(2 * kNanosPerSecond);
  ASSERT_NE(c->Current(), nullptr);
  EXPECT_EQ(c->Current()->starts, 1);
}

TEST_F(RunRebalanceTest, RunnerThatIsDoneTakesThePart) {
  Begin();
  LoseB();
  a->Measure(*a->Current(), 500);
  a->Finish(*a->Current());
  fleet.Pass(2 * kNanosPerSecond);
  EXPECT_EQ(fleet.Final(), nullptr) << "380 iterations are open, and a is free";
  ASSERT_NE(a->Current(), nullptr);
  EXPECT_EQ(a->tasks.rbegin()->second.offer.iterations(), 380u);
  FakeRunner::Task& second = a->tasks.rbegin()->second;
  a->Measure(second, 380);
  a->Finish(second);
  fleet.Pass(2 * kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().iterations(), 1'000u);
}

TEST_F(RunRebalanceTest, LostOneMayComeBackWhenItsReplacementRefused) {
  Begin();
  const std::shared_ptr<FakeRunner> c = fleet.AddRunner("c");
  c->accepts = false;
  b->Measure(*b->Current(), 120);
  fleet.Pump();
  fleet.Disconnect(b);
  fleet.Pass(5 * kNanosPerSecond);
  EXPECT_EQ(c->tasks.size(), 1u);
  fleet.Connect(b);
  EXPECT_TRUE(fleet.Said("b is back"));
  ASSERT_NE(b->Current(), nullptr) << "not released";
  FinishPart(*b, 380);
  FinishPart(*a, 500);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().iterations(), 1'000u);
  EXPECT_FALSE(fleet.Final()->report().distributed().partial());
}

TEST_F(RunRebalanceTest, ReplacementWhoseScriptThrowsDoesNotEndTheRun) {
  Begin();
  const std::shared_ptr<FakeRunner> c = fleet.AddRunner("c");
  c->gets_ready = false;
  LoseB();
  ASSERT_NE(c->Current(), nullptr);
  v1::Ready* ready = c->outbox.emplace_back().mutable_ready();
  *ready->mutable_id() = c->Current()->id;
  ready->set_failure("TypeError: no such file here");
  ready->set_failed_in_script(true);
  fleet.Pass(kNanosPerSecond);
  EXPECT_EQ(fleet.Final(), nullptr);
  EXPECT_TRUE(fleet.Said("c could not prepare"));
  FinishPart(*a, 500);
  // a took the rest.
  ASSERT_NE(a->Current(), nullptr);
}

TEST_F(RunRebalanceTest, PartThatDiesEverywhereIsLeftOut) {
  Begin();
  std::vector<std::shared_ptr<FakeRunner>> others;
  for (int i = 0; i < 12; ++i) others.push_back(fleet.AddRunner(std::string("r") + std::to_string(i)));
  LoseB();
  for (int i = 0; i < 40; ++i) {
    for (const auto& runner : others) {
      if (runner->Current() != nullptr && runner->Current()->starts > 0) {
        runner->Finish(*runner->Current(), v1::Finished::OUTCOME_CRASHED, "killed by signal 11");
        runner->Current()->released = true;
      }
    }
    fleet.Pass(kNanosPerSecond);
  }
  size_t asked = 0;
  for (const auto& runner : others) asked += runner->tasks.size();
  EXPECT_EQ(asked, 8u);
  EXPECT_TRUE(fleet.Said("is left out from here on"));
  FinishPart(*a, 500);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->state(), v1::RUN_STATE_COMPLETED);
  EXPECT_TRUE(fleet.Final()->report().distributed().partial());
  EXPECT_EQ(fleet.Final()->report().iterations(), 620u);
}

TEST_F(RunRebalanceTest, TakeoverWhileTheReplacementPrepares) {
  Begin();
  const std::shared_ptr<FakeRunner> c = fleet.AddRunner("c");
  c->gets_ready = false;
  LoseB();
  ASSERT_NE(c->Current(), nullptr);
  EXPECT_TRUE(c->Current()->leased);
  fleet.Restart();
  fleet.Connect(a);
  fleet.Connect(c);
  fleet.WatchAnew(run_id);
  fleet.Pass(kNanosPerSecond);
  c->Current()->starts = 0;  // an agent that prepares passes it over
  v1::Ready* ready = c->outbox.emplace_back().mutable_ready();
  *ready->mutable_id() = c->Current()->id;
  fleet.Pass(kNanosPerSecond);
  EXPECT_EQ(c->Current()->starts, 1);
  FinishPart(*a, 500);
  FinishPart(*c, 380);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().iterations(), 1'000u);
}

}  // namespace
}  // namespace mockarty::testing
