#include "common/report/thresholds.h"

#include <string>
#include <vector>

#include "common/metrics/builtin_metrics.h"
#include "common/report/abort_watch.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mockarty {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr Nanos kSecond = kNanosPerSecond;

std::string ErrorOf(const absl::Status& status) { return std::string(status.message()); }

TEST(ThresholdParser, EveryStatAndOperator) {
  const struct {
    const char* text;
    StatKind stat;
    double percentile;
    CompareOp op;
    double value;
  } cases[] = {
      {"avg < 200", StatKind::kAvg, 0, CompareOp::kLess, 200},
      {"min<=0.5", StatKind::kMin, 0, CompareOp::kLessEqual, 0.5},
      {"max > -3", StatKind::kMax, 0, CompareOp::kGreater, -3},
      {"med>=1e3", StatKind::kMed, 0, CompareOp::kGreaterEqual, 1'000},
      {"count == 1000", StatKind::kCount, 0, CompareOp::kEqual, 1'000},
      {"rate === 0", StatKind::kRate, 0, CompareOp::kEqual, 0},
      {"value != 1.5E-2", StatKind::kValue, 0, CompareOp::kNotEqual, 0.015},
      {"p(95) < 500", StatKind::kPercentile, 95, CompareOp::kLess, 500},
      {"  p ( 99.9 )<2e+1\t", StatKind::kPercentile, 99.9, CompareOp::kLess, 20},
      {"p(0)<1", StatKind::kPercentile, 0, CompareOp::kLess, 1},
      {"p(100)<1", StatKind::kPercentile, 100, CompareOp::kLess, 1},
  };
  for (const auto& one : cases) {
    const auto parsed = ParseThresholdExpression(one.text);
    ASSERT_TRUE(parsed.ok()) << one.text << ": " << parsed.status();
    EXPECT_EQ(parsed->stat.kind, one.stat) << one.text;
    EXPECT_EQ(parsed->stat.percentile, one.percentile) << one.text;
    EXPECT_EQ(parsed->op, one.op) << one.text;
    EXPECT_EQ(parsed->value, one.value) << one.text;
  }
}

TEST(ThresholdParser, WhatIsWrongIsShownWithItsPosition) {
  const struct {
    const char* text;
    const char* position;
    const char* expected;
  } cases[] = {
      {"", "position 1:", "one of avg, min, max"},
      {"p95 < 500", "position 1:", "one of avg, min, max"},
      {"average < 500", "position 1:", "one of avg, min, max"},
      {"p(101) < 5", "position 3:", "percentile from 0 to 100"},
      {"p(-1) < 5", "position 3:", "percentile from 0 to 100"},
      {"p() < 5", "position 3:", "percentile from 0 to 100"},
      {"p(95 < 5", "position 6:", ") after the percentile"},
      {"p 95 < 5", "position 3:", "( after p"},
      {"avg", "position 4:", "one of <, <="},
      {"avg = 5", "position 5:", "one of <, <="},
      {"avg << 5", "position 6:", "a number"},
      {"avg ==== 5", "position 8:", "a number"},
      {"avg < ", "position 7:", "a number, found the end"},
      {"avg < 0x10", "position 8:", "nothing after the number"},
      {"avg < 5.", "position 9:", "digits after the decimal point"},
      {"avg < .5", "position 7:", "a number"},
      {"avg < 1e", "position 9:", "digits of the exponent"},
      {"avg < 1e999", "position 7:", "a number that a double can hold"},
      {"avg < nan", "position 7:", "a number"},
      {"avg < inf", "position 7:", "a number"},
      {"avg < 5ms", "position 8:", "nothing after the number"},
      {"avg < 5 && max < 6", "position 9:", "nothing after the number"},
  };
  for (const auto& one : cases) {
    const auto parsed = ParseThresholdExpression(one.text);
    ASSERT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument) << one.text;
    EXPECT_THAT(ErrorOf(parsed.status()), AllOf(HasSubstr(one.position), HasSubstr(one.expected))) << one.text;
  }
  EXPECT_FALSE(ParseThresholdExpression("avg < " + std::string(10'000, '1')).ok());
  const std::string hostile = ErrorOf(ParseThresholdExpression("avg < \x1b[2J").status());
  EXPECT_EQ(hostile.find('\x1b'), std::string::npos) << hostile;
}

TEST(ThresholdParser, StatsAndOperatorsAlone) {
  EXPECT_EQ(ParseStat("p95")->percentile, 95);
  EXPECT_EQ(ParseStat("p(99.5)")->percentile, 99.5);
  EXPECT_EQ(ParseStat("rate")->kind, StatKind::kRate);
  for (const char* text : {"p101", "p9999", "p", "p9x", "rate ", "avg,min"}) {
    EXPECT_FALSE(ParseStat(text).ok()) << text;
  }
  EXPECT_EQ(ParseCompareOp(">=").value(), CompareOp::kGreaterEqual);
  EXPECT_FALSE(ParseCompareOp(">>").ok());
  EXPECT_FALSE(ParseCompareOp("").ok());
}

TEST(MetricSelector, ParsesTags) {
  const MetricSelector selector = ParseMetricSelector("m{a:1, b : \"x,y\" ,url:http://h/{id},empty:}").value();
  EXPECT_EQ(selector.metric, "m");
  EXPECT_EQ(selector.tags, (std::vector<Tag>{{"a", "1"}, {"b", "x,y"}, {"url", "http://h/{id}"}, {"empty", ""}}));
  EXPECT_TRUE(ParseMetricSelector("m").value().tags.empty());
}

TEST(MetricSelector, RefusesWhatIsNone) {
  for (const char* text :
       {"", "{a:1}", "9m", "m-x", "m{", "m{}", "m{a}", "m{a:1", "m{:1}", "m{a:1}x", "m{a:1,,b:2}", "m}"}) {
    const auto selector = ParseMetricSelector(text);
    EXPECT_EQ(selector.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(ErrorOf(selector.status()), HasSubstr("at position")) << text;
  }
}

TEST(Thresholds, ErrorsNameMetricAndExpression) {
  const std::vector<ThresholdSpec> specs = {{.metric = "http_req_duration", .expression = "p(95) << 500"}};
  EXPECT_EQ(ErrorOf(CompileThresholds(specs).status()),
            "thresholds: metric \"http_req_duration\": expression \"p(95) << 500\": at position 8: expected a number, "
            "found \"< 500\"");
  const std::vector<ThresholdSpec> bad_metric = {{.metric = "http req", .expression = "avg < 1"}};
  EXPECT_THAT(ErrorOf(CompileThresholds(bad_metric).status()), HasSubstr("\"http req\""));
}

class ThresholdsTest : public ::testing::Test {
 protected:
  ThresholdsTest() {
    trend_ = registry_.DefineMetric("t", MetricKind::kTrend).value();
    gauge_ = registry_.DefineMetric("g", MetricKind::kGauge).value();
  }

  void AddWindow(uint64_t requests, uint64_t failed) {
    Window window;
    window.source = 1;
    window.first_seq = window.last_seq = ++seq_;
    window.start = static_cast<Nanos>(seq_ - 1) * kSecond;
    window.end = static_cast<Nanos>(seq_) * kSecond;
    const auto add = [&](MetricId metric) -> SeriesDelta& {
      SeriesDelta& delta = window.series.emplace_back();
      delta.id = registry_.Intern(metric, kNoTags);
      delta.kind = registry_.Metric(metric).kind;
      return delta;
    };
    SeriesDelta& reqs = add(kMetricHttpReqs);
    for (uint64_t i = 0; i < requests; ++i) reqs.AddCounter(1);
    SeriesDelta& fails = add(kMetricHttpReqFailed);
    for (uint64_t i = 0; i < requests; ++i) fails.AddRate(i < failed);
    SeriesDelta& trend = add(trend_);
    for (int i = 1; i <= 100; ++i) trend.AddTrend(i);
    add(gauge_).AddGauge(static_cast<double>(seq_), window.end);
    ASSERT_TRUE(aggregate_.Add(window).ok());
  }

  double Value(const char* metric, const char* stat) {
    return StatValue(aggregate_, ParseMetricSelector(metric).value(), ParseStat(stat).value()).value_or(-1);
  }

  ThresholdResult Judge(const ThresholdSpec& spec) {
    const auto thresholds = CompileThresholds(std::span(&spec, 1)).value();
    return EvaluateThresholds(thresholds, aggregate_).at(0);
  }

  MetricRegistry registry_;
  RunAggregate aggregate_{&registry_, {}};
  MetricId trend_ = 0;
  MetricId gauge_ = 0;
  uint64_t seq_ = 0;
};

TEST_F(ThresholdsTest, ValuesOfEachKind) {
  AddWindow(30, 3);
  AddWindow(50, 1);
  EXPECT_EQ(Value("http_reqs", "count"), 80);
  EXPECT_EQ(Value("http_reqs", "rate"), 40);
  EXPECT_EQ(Value("http_req_failed", "rate"), 0.05);
  EXPECT_EQ(Value("t", "avg"), 50.5);
  EXPECT_EQ(Value("t", "min"), 1);
  EXPECT_EQ(Value("t", "max"), 100);
  EXPECT_NEAR(Value("t", "med"), 50, 0.2);
  EXPECT_NEAR(Value("t", "p(95)"), 95, 0.4);
  EXPECT_EQ(Value("t", "p(100)"), 100);
  EXPECT_EQ(Value("t", "count"), 200);
  EXPECT_EQ(Value("g", "value"), 2);
  EXPECT_EQ(Value("g", "min"), 1);
  EXPECT_EQ(Value("t", "rate"), -1) << "a trend has no rate";
}

TEST_F(ThresholdsTest, EveryOperatorAtItsBorder) {
  AddWindow(10, 0);
  const auto passes = [&](const char* expression) {
    return Judge({.metric = "http_reqs", .expression = expression}).passed;
  };
  EXPECT_FALSE(passes("count < 10"));
  EXPECT_TRUE(passes("count <= 10"));
  EXPECT_FALSE(passes("count > 10"));
  EXPECT_TRUE(passes("count >= 10"));
  EXPECT_TRUE(passes("count == 10"));
  EXPECT_FALSE(passes("count != 10"));
  EXPECT_TRUE(passes("count > 9.99"));
}

TEST_F(ThresholdsTest, NoDataFailsUnlessAllowed) {
  AddWindow(10, 0);
  EXPECT_FALSE(Judge({.metric = "checks", .expression = "rate >= 0"}).passed);
  EXPECT_FALSE(Judge({.metric = "never_defined", .expression = "avg < 1"}).passed);
  EXPECT_FALSE(Judge({.metric = "http_reqs{status:500}", .expression = "count < 1"}).passed);
  EXPECT_TRUE(Judge({.metric = "checks", .expression = "rate > 0.5", .allow_no_data = true}).passed);
  EXPECT_FALSE(Judge({.metric = "checks", .expression = "rate > 0.5"}).actual.has_value());
}

TEST_F(ThresholdsTest, StatsMustFitTheKind) {
  const auto check = [&](const char* metric, const char* expression) {
    const ThresholdSpec spec = {.metric = metric, .expression = expression};
    return CheckThresholdStats(CompileThresholds(std::span(&spec, 1)).value(), registry_);
  };
  EXPECT_TRUE(check("http_reqs", "rate > 1").ok());
  EXPECT_TRUE(check("not_defined_yet", "avg > 1").ok());
  EXPECT_EQ(ErrorOf(check("http_reqs", "avg < 5")),
            "thresholds: expression \"avg < 5\": metric \"http_reqs\" is a counter and has no avg: expected one of "
            "count, rate");
  EXPECT_THAT(ErrorOf(check("http_req_duration{status:200}", "rate < 5")),
              HasSubstr("avg, min, max, med, count, p(N)"));
  EXPECT_THAT(ErrorOf(check("checks", "p(95) < 5")), HasSubstr("has no p(95): expected one of rate"));
  EXPECT_FALSE(check("g", "avg < 5").ok());
}

TEST_F(ThresholdsTest, AbortWaitsForItsDelayAndForData) {
  const std::vector<ThresholdSpec> specs = {{.metric = "checks", .expression = "rate > 0.9", .abort_on_fail = true},
                                            {.metric = "http_req_failed", .expression = "rate < 0.5"},
                                            {.metric = "http_req_failed",
                                             .expression = "rate < 0.1",
                                             .abort_on_fail = true,
                                             .delay_abort_eval = 2 * kSecond}};
  const auto thresholds = CompileThresholds(specs).value();
  AddWindow(10, 9);
  EXPECT_FALSE(FirstAbort(thresholds, aggregate_).has_value());
  AddWindow(10, 9);
  const auto abort = FirstAbort(thresholds, aggregate_);
  ASSERT_TRUE(abort.has_value());
  EXPECT_EQ(abort->expression, "rate < 0.1");
}

TEST_F(ThresholdsTest, LinesAreThoseOfTheDocument) {
  std::vector<ThresholdResult> results = {
      {.metric = "http_req_duration", .expression = "avg < 200", .passed = true, .actual = 87.3401},
      {.metric = "http_req_failed", .expression = "rate < 0.01", .passed = true, .actual = 0.0}};
  EXPECT_EQ(ThresholdLines(results),
            "All thresholds passed:\n"
            "PASS [http_req_duration] avg < 200: actual=87.34\n"
            "PASS [http_req_failed] rate < 0.01: actual=0.00\n");
  results.push_back({.metric = "http_req_duration", .expression = "p(95) < 500", .passed = false, .actual = 612.894});
  results.push_back({.metric = "checks", .expression = "rate > 0.9", .passed = false});
  EXPECT_EQ(ThresholdLines(results),
            "Threshold violations:\n"
            "PASS [http_req_duration] avg < 200: actual=87.34\n"
            "PASS [http_req_failed] rate < 0.01: actual=0.00\n"
            "FAIL [http_req_duration] p(95) < 500: actual=612.89\n"
            "FAIL [checks] rate > 0.9: NO DATA\n");
  EXPECT_EQ(ThresholdLines({}), "");
  EXPECT_EQ(
      ThresholdLines(std::vector<ThresholdResult>{{.metric = "m\n\x1b[2J", .expression = "avg < 1"}}).find('\x1b'),
      std::string::npos);
}

TEST_F(ThresholdsTest, AbortCriteriaMustHoldForTheirDuration) {
  const std::vector<AbortCriterion> criteria = {{.name = "High error rate",
                                                 .metric = "http_req_failed",
                                                 .stat = "rate",
                                                 .condition = ">",
                                                 .value = 0.5,
                                                 .duration = 2 * kSecond}};
  AbortWatch watch = AbortWatch::Create(criteria, registry_).value();
  EXPECT_FALSE(watch.Check(aggregate_).has_value());
  AddWindow(10, 6);
  EXPECT_FALSE(watch.Check(aggregate_).has_value());
  AddWindow(100, 0);  // broken
  EXPECT_FALSE(watch.Check(aggregate_).has_value());
  AddWindow(1'000, 1'000);
  EXPECT_FALSE(watch.Check(aggregate_).has_value());
  AddWindow(1, 1);
  EXPECT_FALSE(watch.Check(aggregate_).has_value());
  AddWindow(1, 1);
  EXPECT_EQ(watch.Check(aggregate_), "High error rate");
}

TEST_F(ThresholdsTest, AbortCriteriaThatCannotWorkAreErrors) {
  const AbortCriterion good = {
      .name = "slow", .metric = "http_req_duration", .stat = "p95", .condition = ">", .value = 5'000};
  EXPECT_TRUE(AbortWatch::Create(std::span(&good, 1), registry_).ok());
  std::vector<AbortCriterion> bad(4, good);
  bad[0].stat = "p200";
  bad[1].condition = "=>";
  bad[2].metric = "{}";
  bad[3].stat = "rate";
  for (const AbortCriterion& criterion : bad) {
    const absl::Status status = AbortWatch::Create(std::span(&criterion, 1), registry_).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(ErrorOf(status), HasSubstr("abortCriteria: \"slow\":"));
  }
}

}  // namespace
}  // namespace mockarty
