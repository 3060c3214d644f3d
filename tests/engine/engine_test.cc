// Whole runs through the facade, on several workers, against a real server.
#include "engine/run/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "tests/target/target_process.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;

class EngineTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto target = testing::TargetProcess::Start();
    ASSERT_TRUE(target.ok()) << target.status();
    target_ = (*target).release();
  }
  static void TearDownTestSuite() {
    delete target_;
    target_ = nullptr;
  }

  void SetUp() override {
    char folder[] = "/tmp/mockarty-engine-XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    folder_ = folder;
  }
  void TearDown() override { std::system(("rm -r " + folder_).c_str()); }

  absl::StatusOr<std::unique_ptr<Engine>> Create(const std::string& script, int workers) {
    std::ofstream(folder_ + "/test.js") << script;
    RunOptions options;
    options.script_path = folder_ + "/test.js";
    options.cache_dir = folder_;
    options.workers = workers;
    options.environment = {{"BASE_URL", target_->base_url()}};
    return Engine::Create(options);
  }

  RunResult Run(const std::string& script, int workers) {
    auto engine = Create(script, workers);
    EXPECT_TRUE(engine.ok()) << engine.status();
    return engine.ok() ? (*engine)->Run(nullptr) : RunResult();
  }

  static const MetricReport* FindMetric(const RunReport& report, const std::string& name) {
    for (const MetricReport& metric : report.metrics) {
      if (metric.name == name) {
        return &metric;
      }
    }
    return nullptr;
  }

  static testing::TargetProcess* target_;
  std::string folder_;
};

testing::TargetProcess* EngineTest::target_ = nullptr;

TEST_F(EngineTest, SharedIterationsAreExactOverSeveralWorkers) {
  const RunResult result = Run(R"(
    var http = require('k6/http');
    var seen = new Counter('seen');
    exports.options = { vus: 7, iterations: 500 };
    exports.default = function () {
      var res = http.get(__ENV.BASE_URL + '/users/' + __ITER);
      check(res, { ok: function (r) { return r.status === 200; } });
      seen.add(1);
    };)",
                               3);
  EXPECT_EQ(result.outcome, RunOutcome::kCompleted);
  EXPECT_EQ(result.report.iterations, 500u);
  EXPECT_EQ(result.report.total_requests, 500u);
  EXPECT_EQ(result.report.failed_requests, 0u);
  EXPECT_EQ(result.report.checks_passed, 500u);
  EXPECT_EQ(result.report.missing_windows, 0u);
  ASSERT_EQ(result.report.routes.size(), 1u);
  EXPECT_EQ(result.report.routes[0].route, "GET /users/{id}");
  EXPECT_EQ(result.report.routes[0].count, 500u);
  const MetricReport* seen = FindMetric(result.report, "seen");
  ASSERT_NE(seen, nullptr);
  EXPECT_EQ(seen->sum, 500);
}

TEST_F(EngineTest, EveryVuHasItsOwnHeapAndNumber) {
  const RunResult result = Run(R"(
    var mine = 0;
    var number = new Trend('number');
    exports.options = { vus: 5, duration: '200ms' };
    exports.default = function () {
      if (mine++ !== __ITER) { fail('the heap is shared'); }
      number.add(__VU);
      sleep(0.01);
    };)",
                               2);
  EXPECT_TRUE(result.report.errors.empty());
  const MetricReport* number = FindMetric(result.report, "number");
  ASSERT_NE(number, nullptr);
  EXPECT_EQ(number->trend.min, 1);
  EXPECT_EQ(number->trend.max, 5);
  EXPECT_EQ(result.report.vus_max, 5);
}

TEST_F(EngineTest, MoreWorkersThanVusAreNotMade) {
  const RunResult result = Run("exports.options = { vus: 2, iterations: 10 }; exports.default = function () {};", 16);
  EXPECT_EQ(result.report.iterations, 10u);
}

TEST_F(EngineTest, RampsUpAndDownAndEnds) {
  const RunResult result = Run(R"(
    exports.options = { stages: [{ duration: '300ms', target: 12 }, { duration: '200ms', target: 0 }] };
    exports.default = function () { sleep(0.005); };)",
                               2);
  EXPECT_EQ(result.outcome, RunOutcome::kCompleted);
  EXPECT_GE(result.report.vus_max, 11);
  EXPECT_LE(result.report.vus_max, 12);
  EXPECT_GT(result.report.iterations, 12u);
}

TEST_F(EngineTest, AThrowInTheInitStageOfOneVuFailsTheRunAndSaysWhere) {
  const RunResult result = Run(R"(
    if (__VU === 3) { throw new Error('not me'); }
    exports.options = { vus: 4, duration: '5s' };
    exports.default = function () {};)",
                               2);
  EXPECT_EQ(result.outcome, RunOutcome::kFailed);
  EXPECT_TRUE(result.failed_in_init);
  EXPECT_THAT(result.failure, HasSubstr("Error: not me"));
}

TEST_F(EngineTest, AnAbortCriterionEndsTheRunEarly) {
  const RunResult result = Run(R"(
    var http = require('k6/http');
    exports.options = { vus: 2, duration: '5m', abortCriteria: [
      { name: 'High error rate', metric: 'http_req_failed', stat: 'rate', condition: '>', value: 0.5, enabled: true }] };
    exports.default = function () { http.get(__ENV.BASE_URL + '/status/500'); sleep(0.05); };)",
                               2);
  EXPECT_EQ(result.outcome, RunOutcome::kAborted);
  EXPECT_FALSE(result.aborted_by_threshold);
  EXPECT_EQ(result.report.stopped_reason, "auto_stop: High error rate");
  EXPECT_EQ(result.report.status, RunStatus::kStopped);
}

TEST_F(EngineTest, AThresholdWithAbortOnFailEndsTheRunEarly) {
  const RunResult result = Run(R"(
    var http = require('k6/http');
    exports.options = { vus: 1, duration: '5m', thresholds: {
      http_req_failed: [{ threshold: 'rate < 0.1', abortOnFail: true }] } };
    exports.default = function () { http.get(__ENV.BASE_URL + '/status/500'); sleep(0.05); };)",
                               1);
  EXPECT_EQ(result.outcome, RunOutcome::kAborted);
  EXPECT_TRUE(result.aborted_by_threshold);
  EXPECT_FALSE(result.report.thresholds_passed);
}

TEST_F(EngineTest, AStopFromAnotherThreadEndsARunWhoseIterationsNeverDo) {
  auto engine =
      Create("exports.options = { vus: 3, duration: '5m' }; exports.default = function () { while (true) {} };", 2);
  ASSERT_TRUE(engine.ok()) << engine.status();
  bool asked = false;
  const RunResult result = (*engine)->Run([&](const Progress&) {
    if (!asked) {
      asked = true;
      (*engine)->RequestStopNow();
    }
  });
  EXPECT_EQ(result.outcome, RunOutcome::kInterrupted);
  EXPECT_EQ(result.report.iterations, 0u);
}

TEST_F(EngineTest, WaitsForAServerThatAnswersLaterThanTheRunLasts) {
  const RunResult result = Run(R"(
    var http = require('k6/http');
    exports.options = { vus: 2, duration: '50ms' };
    exports.default = function () { http.get(__ENV.BASE_URL + '/delay/400'); };)",
                               1);
  EXPECT_EQ(result.report.iterations, 2u);  // the graceful stop let them finish
  EXPECT_EQ(result.report.failed_requests, 0u);
}

TEST_F(EngineTest, AMetricOfTwoKindsIsAnErrorOfTheScript) {
  const auto engine = Create("new Trend('twice'); new Rate('twice'); exports.default = function () {};", 1);
  ASSERT_FALSE(engine.ok());
  EXPECT_THAT(std::string(engine.status().message()), HasSubstr("twice"));
}

TEST_F(EngineTest, AThresholdThatTheMetricCannotMeetIsRefused) {
  const auto engine = Create(
      "exports.options = { thresholds: { http_req_failed: ['p(95) < 1'] } }; exports.default = function () {};", 1);
  ASSERT_FALSE(engine.ok());
  EXPECT_THAT(std::string(engine.status().message()), HasSubstr("http_req_failed"));
}

}  // namespace
}  // namespace mockarty
