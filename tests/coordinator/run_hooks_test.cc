// setup() and teardown() on a fleet: once, on one runner, whatever breaks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mockarty/v1/store.pb.h"
#include "tests/coordinator/run_fixture.h"

namespace mockarty::testing {
namespace {

using ::testing::HasSubstr;

struct RunHooksTest : RunTest {
  void SetUp() override {
    fleet.inspector.plan.hooks.setup = true;
    fleet.inspector.plan.hooks.teardown = true;
    a = fleet.AddRunner("a");
    b = fleet.AddRunner("b");
  }
  static FakeRunner::Task* Hook(FakeRunner& runner, v1::Hook hook) {
    for (auto& [key, task] : runner.tasks) {
      if (task.offer.hook() == hook && !task.released) return &task;
    }
    return nullptr;
  }
  static FakeRunner::Task* Part(FakeRunner& runner) { return Hook(runner, v1::HOOK_NONE); }
  // Whoever it was given to.
  std::pair<FakeRunner*, FakeRunner::Task*> Find(v1::Hook hook) {
    for (const auto& runner : {a, b}) {
      if (FakeRunner::Task* task = Hook(*runner, hook); task != nullptr && task->starts > 0)
        return {runner.get(), task};
    }
    return {nullptr, nullptr};
  }
  // A call that makes `requests` and returns.
  void Return(v1::Hook hook, uint64_t requests, const char* json) {
    const auto [runner, task] = Find(hook);
    ASSERT_NE(task, nullptr) << v1::Hook_Name(hook);
    v1::Window window = runner->MakeWindow(*task, requests);
    runner->SendWindow(*task, window);
    runner->Finish(*task);
    if (json != nullptr) runner->outbox.back().mutable_finished()->mutable_hook()->set_returned(json);
    fleet.Pass(500 * kNanosPerMilli);
  }
  void Throw(v1::Hook hook, bool timed_out) {
    const auto [runner, task] = Find(hook);
    ASSERT_NE(task, nullptr);
    runner->Finish(*task, v1::Finished::OUTCOME_FAILED, "test.js:3: Error: no login");
    runner->outbox.back().mutable_finished()->mutable_hook()->set_threw(!timed_out);
    runner->outbox.back().mutable_finished()->mutable_hook()->set_timed_out(timed_out);
    fleet.Pass(500 * kNanosPerMilli);
  }
  void FinishParts() {
    a->Measure(*Part(*a), 10);
    b->Measure(*Part(*b), 10);
    a->Finish(*Part(*a));
    b->Finish(*Part(*b));
    fleet.Pass(500 * kNanosPerMilli);
  }
};

TEST_F(RunHooksTest, SetupsResultGoesToAllAndToTeardown) {
  run_id = fleet.Submit();
  EXPECT_EQ(Part(*a), nullptr) << "no load before setup() is done";
  Return(v1::HOOK_SETUP, 3, R"({"token":"x"})");
  ASSERT_NE(Part(*a), nullptr);
  ASSERT_NE(Part(*b), nullptr);
  EXPECT_EQ(Part(*a)->starts, 1);
  EXPECT_EQ(Part(*a)->setup_data, R"({"token":"x"})");
  EXPECT_EQ(Part(*b)->setup_data, R"({"token":"x"})");
  FinishParts();
  EXPECT_EQ(fleet.Final(), nullptr) << "teardown() is to come";
  ASSERT_NE(Find(v1::HOOK_TEARDOWN).second, nullptr);
  EXPECT_EQ(Find(v1::HOOK_TEARDOWN).second->setup_data, R"({"token":"x"})");
  Return(v1::HOOK_TEARDOWN, 2, nullptr);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->state(), v1::RUN_STATE_COMPLETED);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 25u);
  EXPECT_EQ(fleet.Final()->report().distributed().runners_size(), 2) << "calls are no parts";
  EXPECT_FALSE(fleet.Final()->report().distributed().partial());
}

TEST_F(RunHooksTest, SetupThatThrowsEndsTheRunWithoutTeardown) {
  run_id = fleet.Submit();
  Throw(v1::HOOK_SETUP, false);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->failure_kind(), v1::FAILURE_KIND_HOOK_THREW);
  EXPECT_THAT(fleet.Final()->failure(), HasSubstr("no login"));
  EXPECT_EQ(Hook(*a, v1::HOOK_TEARDOWN), nullptr);
  EXPECT_EQ(Part(*a), nullptr);
}

TEST_F(RunHooksTest, SetupThatTakesTooLong) {
  run_id = fleet.Submit();
  Throw(v1::HOOK_SETUP, true);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->failure_kind(), v1::FAILURE_KIND_SETUP_TIMEOUT);
  EXPECT_THAT(fleet.Final()->failure(), HasSubstr("60000 ms"));
}

TEST_F(RunHooksTest, RunnerLostInSetupFailsTheRunAndItIsNotRunTwice) {
  run_id = fleet.Submit();
  FakeRunner* runner = Find(v1::HOOK_SETUP).first;
  ASSERT_NE(runner, nullptr);
  const std::shared_ptr<FakeRunner> lost = runner == a.get() ? a : b;
  const std::shared_ptr<FakeRunner> other = runner == a.get() ? b : a;
  fleet.Disconnect(lost);
  fleet.Pass(10 * kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->failure_kind(), v1::FAILURE_KIND_RUNNER_LOST);
  EXPECT_THAT(fleet.Final()->failure(), HasSubstr("not run twice"));
  EXPECT_TRUE(other->tasks.empty());
}

TEST_F(RunHooksTest, RefusedSetupGoesToAnother) {
  a->accepts = false;
  run_id = fleet.Submit([](v1::SubmitRequest& request) { request.set_runners(1); });
  fleet.Pass(3 * kNanosPerSecond);
  ASSERT_EQ(Find(v1::HOOK_SETUP).first, b.get());
  Return(v1::HOOK_SETUP, 1, "1");
  ASSERT_NE(Part(*b), nullptr);
}

TEST_F(RunHooksTest, CoordinatorLostInSetupGoesOn) {
  run_id = fleet.Submit();
  fleet.Restart();
  fleet.Connect(a);
  fleet.Connect(b);
  fleet.WatchAnew(run_id);
  fleet.Pass(kNanosPerSecond);
  Return(v1::HOOK_SETUP, 3, "7");
  ASSERT_NE(Part(*a), nullptr);
  EXPECT_EQ(Part(*a)->setup_data, "7");
  int setups = 0;
  for (const auto& runner : {a, b}) {
    for (const auto& [key, task] : runner->tasks) setups += task.offer.hook() == v1::HOOK_SETUP;
  }
  EXPECT_EQ(setups, 1);
  FinishParts();
  Return(v1::HOOK_TEARDOWN, 1, nullptr);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 24u);
}

TEST_F(RunHooksTest, CoordinatorLostAfterSetupDoesNotRunItAgain) {
  fleet.options.ready_timeout = 600 * kNanosPerSecond;
  a->gets_ready = true;
  run_id = fleet.Submit();
  b->answers = false;  // the parts are not placed yet
  a->answers = false;
  Return(v1::HOOK_SETUP, 3, "7");
  fleet.Restart();
  a->answers = true;
  b->answers = true;
  fleet.Connect(a);
  fleet.Connect(b);
  fleet.WatchAnew(run_id);
  fleet.Pass(20 * kNanosPerSecond);
  ASSERT_NE(Part(*a), nullptr);
  EXPECT_EQ(Part(*a)->starts, 1);
  EXPECT_EQ(Part(*a)->setup_data, "7");
  FinishParts();
  Return(v1::HOOK_TEARDOWN, 0, nullptr);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 23u);
}

TEST_F(RunHooksTest, TeardownRunsAfterAnAbort) {
  run_id = fleet.Submit();
  Return(v1::HOOK_SETUP, 0, "1");
  ASSERT_TRUE(fleet.coordinator->StopRun(run_id, true, {}).ok());
  fleet.Pump();
  FinishParts();
  Return(v1::HOOK_TEARDOWN, 0, nullptr);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->state(), v1::RUN_STATE_STOPPED);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 20u);
}

TEST_F(RunHooksTest, TeardownThatThrowsFailsTheRunAndKeepsTheReport) {
  run_id = fleet.Submit();
  Return(v1::HOOK_SETUP, 0, "1");
  FinishParts();
  Throw(v1::HOOK_TEARDOWN, false);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->state(), v1::RUN_STATE_FAILED);
  EXPECT_EQ(fleet.Final()->failure_kind(), v1::FAILURE_KIND_HOOK_THREW);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 20u);
}

TEST_F(RunHooksTest, CoordinatorLostInTeardownWaitsForIt) {
  run_id = fleet.Submit();
  Return(v1::HOOK_SETUP, 0, "1");
  FinishParts();
  ASSERT_NE(Find(v1::HOOK_TEARDOWN).second, nullptr);
  fleet.Restart();
  fleet.Connect(a);
  fleet.Connect(b);
  fleet.WatchAnew(run_id);
  fleet.Pass(kNanosPerSecond);
  EXPECT_EQ(fleet.Final(), nullptr);
  Return(v1::HOOK_TEARDOWN, 5, nullptr);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->state(), v1::RUN_STATE_COMPLETED);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 25u);
}

TEST_F(RunHooksTest, TeardownWithoutARunnerIsGivenUpInTime) {
  run_id = fleet.Submit();
  Return(v1::HOOK_SETUP, 0, "1");
  a->accepts = b->accepts = false;
  FinishParts();
  fleet.Pass(120 * kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->failure_kind(), v1::FAILURE_KIND_TEARDOWN_TIMEOUT);
  EXPECT_THAT(fleet.Final()->failure(), HasSubstr("teardown() was not run"));
  EXPECT_EQ(fleet.Final()->report().total_requests(), 20u);
}

TEST_F(RunHooksTest, StopInSetupEndsTheRun) {
  run_id = fleet.Submit();
  ASSERT_TRUE(fleet.coordinator->StopRun(run_id, false, {}).ok());
  fleet.Pump();
  const auto [runner, task] = Find(v1::HOOK_SETUP);
  EXPECT_TRUE(task->stopped);
  runner->Finish(*task, v1::Finished::OUTCOME_FAILED, "interrupted");
  fleet.Pass(kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->state(), v1::RUN_STATE_STOPPED);
}

}  // namespace
}  // namespace mockarty::testing
