// From samples to reports, the whole way: collector, windows, aggregate, builder, JSON and text.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "boost/json.hpp"
#include "common/metrics/builtin_metrics.h"
#include "common/report/aggregate.h"
#include "common/report/apdex.h"
#include "common/report/json_report.h"
#include "common/report/json_writer.h"
#include "common/report/report_builder.h"
#include "common/report/route_label.h"
#include "common/report/summary_data.h"
#include "common/report/text_format.h"
#include "common/report/text_report.h"
#include "engine/collect/collector.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Nanos kMs = kNanosPerMilli;
constexpr Nanos kSecond = kNanosPerSecond;

TEST(Apdex, FormulaAndRatings) {
  const ApdexReport apdex = MakeApdex(4'500, 350, 150, 500);
  EXPECT_DOUBLE_EQ(apdex.score, 0.935);
  EXPECT_EQ(apdex.rating, "Good");
  EXPECT_EQ(apdex.total, 5'000U);
  EXPECT_EQ(ApdexRating(0.94), "Excellent");
  EXPECT_EQ(ApdexRating(0.85), "Good");
  EXPECT_EQ(ApdexRating(0.84999), "Fair");
  EXPECT_EQ(ApdexRating(0.70), "Fair");
  EXPECT_EQ(ApdexRating(0.50), "Poor");
  EXPECT_EQ(ApdexRating(0.49999), "Unacceptable");
  EXPECT_EQ(MakeApdex(0, 0, 0, 500).rating, "No data");
  EXPECT_EQ(MakeApdex(0, 0, 0, 500).score, 0);
}

TEST(RouteLabel, LeavesTheOriginOutWhenThereIsOne) {
  EXPECT_EQ(RouteLabel("GET", "http://h:1/users/{id}", false), "GET /users/{id}");
  EXPECT_EQ(RouteLabel("GET", "http://h:1/users/{id}", true), "GET http://h:1/users/{id}");
  EXPECT_EQ(RouteLabel("GET", "item page", false), "GET item page");
  EXPECT_EQ(RouteLabel("", "__other__", true), "__other__");
  EXPECT_EQ(RouteOrigin("https://a.b/c://d"), "https://a.b");
  EXPECT_EQ(RouteOrigin("https://a.b"), "https://a.b");
  EXPECT_EQ(RouteOrigin("/x://y"), "");
}

TEST(TextFormat, Numbers) {
  EXPECT_EQ(FormatMillis(0), "0");
  EXPECT_EQ(FormatMillis(0.0000123), "12.3ns");
  EXPECT_EQ(FormatMillis(0.0123), "12.3\u00b5s");
  EXPECT_EQ(FormatMillis(4.5678), "4.57ms");
  EXPECT_EQ(FormatMillis(245.12), "245ms");
  EXPECT_EQ(FormatMillis(1'234), "1.23s");
  EXPECT_EQ(FormatMillis(125'000), "2m05s");
  EXPECT_EQ(FormatMillis(3'600'000 * 26.5), "26h30m");
  EXPECT_EQ(FormatMillis(-4.5), "-4.50ms");
  EXPECT_EQ(FormatBytes(0), "0 B");
  EXPECT_EQ(FormatBytes(999), "999 B");
  EXPECT_EQ(FormatBytes(1'234), "1.23 kB");
  EXPECT_EQ(FormatBytes(45'600'000), "45.6 MB");
  EXPECT_EQ(FormatNumber(12), "12");
  EXPECT_EQ(FormatNumber(0.5), "0.5");
  EXPECT_EQ(FormatNumber(100), "100");
  EXPECT_EQ(FormatNumber(3.14159), "3.14");
  EXPECT_EQ(FormatNumber(-0.001), "-0.001");
  EXPECT_EQ(FormatNumber(1e300), "1e+300");
  EXPECT_EQ(FormatPercent(0.1234), "12.34%");
  for (const double huge : {1e18, 1e300, std::numeric_limits<double>::max()}) {
    EXPECT_LE(FormatMillis(huge).size(), 12U);
    EXPECT_LE(FormatBytes(huge).size(), 320U);
  }
}

TEST(TextFormat, HostileTextIsEscapedAndFits) {
  EXPECT_EQ(SafeLine("plain \u00e4\u20ac", 50), "plain \u00e4\u20ac");
  EXPECT_EQ(SafeLine("a\nb\tc\x1b[31m\x7f", 50), "a\\nb\\tc\\x1b[31m\\x7f");
  EXPECT_EQ(SafeLine("\u202eevil\u2066", 50), "\\u{202e}evil\\u{2066}");
  EXPECT_EQ(SafeLine("\u009b31m", 50), "\\x9b31m");
  EXPECT_EQ(SafeLine("\xff\xc0\xaf", 50), "\\xff\\xc0\\xaf");
  EXPECT_EQ(SafeLine("abcdef", 6), "abcdef");
  EXPECT_EQ(SafeLine("abcdefg", 6), "abcde\u2026");
  EXPECT_EQ(SafeLine("\u6f22\u5b57\u6f22", 5), "\u6f22\u5b57\u2026");
  EXPECT_EQ(SafeLine(std::string(10, '\n'), 5), "\\n\\n\u2026");
  EXPECT_EQ(DisplayWidth("\u6f22a\u0301"), 3U);
  EXPECT_EQ(PadRight("\u00e4", 3), "\u00e4  ");
  EXPECT_EQ(PadLeft("\u00e4", 3), "  \u00e4");
}

TEST(JsonWriter, WhateverGoesInParses) {
  JsonWriter json(false);
  json.BeginObject();
  json.Key("a\"b\\\n\x01</script>\u2028").String("\xff\xed\xa0\x80 ok \U0001F600\x7f");
  json.Key("numbers").BeginArray();
  json.Number(0.1).Number(1e300).Number(-5).Number(~uint64_t{0}).Number(std::nan(""));
  json.Number(std::numeric_limits<double>::infinity());
  json.EndArray();
  json.Key("empty").BeginObject().EndObject();
  json.Key("flag").Bool(true).Key("nothing").Null();
  json.EndObject();
  const std::string text = json.Take();
  EXPECT_EQ(text,
            "{\"a\\\"b\\\\\\n\\u0001\\u003c/script>\\u2028\":\"\\ufffd\\ufffd\\ufffd\\ufffd ok \U0001F600\\u007f\","
            "\"numbers\":[0.1,1e+300,-5,18446744073709551615,null,null],\"empty\":{},\"flag\":true,\"nothing\":null}");
  boost::json::parse(text);  // throws when it does not parse
}

// A run of ten seconds on two workers, with hostile names.
class ReportTest : public ::testing::Test {
 protected:
  static constexpr const char* kHostile = "evil\" \\ \n\x1b[2J</script>\u202e\xff";

  void SetUp() override {
    const MetricId trend = registry_.DefineMetric("my_trend", MetricKind::kTrend).value();
    const MetricId gauge = registry_.DefineMetric("my_gauge", MetricKind::kGauge).value();
    for (SourceId source = 1; source <= 2; ++source) {
      Collector collector(&registry_, {.source = source, .start = 100 * kSecond});
      const GroupId login = collector.ChildGroup(kRootGroup, "login");
      collector.SetVus(5, 100 * kSecond);
      for (int second = 1; second <= 10; ++second) {
        for (int i = 0; i < 20; ++i) {
          collector.AddRequest(
              Request("GET", "http://shop.example/users/" + std::to_string(i), 200, (i + 1) * 10 * kMs));
        }
        RequestSample failed = Request("POST", "http://shop.example/orders", 503, 700 * kMs);
        failed.expected = false;
        failed.group = login;
        collector.AddRequest(failed);
        collector.AddCheck("status is 200", true);
        collector.AddCheck("has token", second > 2, {.group = login});
        collector.AddCheck(kHostile, true);
        collector.AddGroupDuration(login, 900 * kMs);
        collector.AddIteration(1'000 * kMs);
        collector.AddError("connection refused");
        collector.AddError(kHostile);
        collector.Add(trend, second, 0);
        collector.Add(gauge, 42, second);
        collector.Add(trend, std::nan(""), 0);
        if (second == 10) {
          collector.SetVus(0, 110 * kSecond);
        }
        ASSERT_TRUE(aggregate_.Add(collector.Flush((100 + second) * kSecond)).ok());
      }
    }
    const std::vector<ThresholdSpec> specs = {{.metric = "http_req_duration", .expression = "avg < 200"},
                                              {.metric = "http_req_duration", .expression = "p(95) < 100"},
                                              {.metric = "http_req_duration{status:503}", .expression = "count == 20"},
                                              {.metric = "never", .expression = "avg < 1"}};
    const auto thresholds = CompileThresholds(specs).value();
    report_ = BuildReport(
        aggregate_,
        {.name = "first-test.js", .started_at_ms = 1'700'000'000'123, .finished_at_ms = 1'700'000'010'456, .vus = 10},
        thresholds);
  }

  static RequestSample Request(std::string_view method, const std::string& url, int status, Nanos waiting) {
    static std::string kept;  // the sample only borrows it until it is added
    kept = url;
    RequestSample sample;
    sample.method = method;
    sample.url = kept;
    sample.status = status;
    sample.waiting = waiting;
    sample.bytes_sent = 50;
    sample.bytes_received = 500;
    return sample;
  }

  MetricRegistry registry_;
  RunAggregate aggregate_{&registry_, {.start = 100 * kSecond}};
  RunReport report_;
};

TEST_F(ReportTest, FiguresAddUp) {
  EXPECT_EQ(report_.status, RunStatus::kFailed);
  EXPECT_FALSE(report_.thresholds_passed);
  EXPECT_EQ(report_.duration, 10 * kSecond);
  EXPECT_EQ(report_.vus_max, 10);
  EXPECT_EQ(report_.iterations, 20U);
  EXPECT_EQ(report_.total_requests, 420U);
  EXPECT_EQ(report_.failed_requests, 20U);
  EXPECT_DOUBLE_EQ(report_.rps, 42);
  EXPECT_DOUBLE_EQ(report_.error_rate, 20.0 / 420);
  EXPECT_EQ(report_.latency.count, 420U);
  EXPECT_NEAR(report_.latency.avg, (400 * 105.0 + 20 * 700) / 420, 1e-9);
  EXPECT_EQ(report_.latency.min, 10);
  EXPECT_EQ(report_.latency.max, 700);
  EXPECT_NEAR(report_.latency.p99, 700, 700.0 / 256);
  EXPECT_EQ(report_.data_sent, 420 * 50);
  EXPECT_EQ(report_.data_received, 420 * 500);
  EXPECT_EQ(report_.checks_passed, 56U);
  EXPECT_EQ(report_.checks_failed, 4U);
  EXPECT_EQ(report_.apdex.satisfied, 400U);
  EXPECT_EQ(report_.apdex.frustrated, 20U);
  EXPECT_EQ(report_.invalid_samples, 20U);
  EXPECT_EQ(report_.missing_windows, 0U);
  EXPECT_NEAR(report_.throughput_stability_cv, 0, 1e-9);
  EXPECT_NEAR(report_.cv_pct, report_.latency.stddev / report_.latency.avg * 100, 1e-9);
}

TEST_F(ReportTest, TablesHoldTheirRows) {
  ASSERT_EQ(report_.routes.size(), 2U);
  EXPECT_EQ(report_.routes[0].route, "GET /users/{id}");
  EXPECT_EQ(report_.routes[0].count, 400U);
  EXPECT_EQ(report_.routes[0].error_rate, 0);
  EXPECT_EQ(report_.routes[0].apdex.rating, "Excellent");
  EXPECT_EQ(report_.routes[1].route, "POST /orders");
  EXPECT_EQ(report_.routes[1].error_rate, 1);
  EXPECT_EQ(report_.routes[1].apdex.score, 0);
  EXPECT_EQ(report_.routes[1].duration.count, 20U);
  ASSERT_EQ(report_.checks.size(), 3U);
  EXPECT_EQ(report_.checks[2].group, "::login");
  EXPECT_EQ(report_.checks[2].fails, 4U);
  ASSERT_EQ(report_.groups.size(), 1U);
  EXPECT_EQ(report_.groups[0].path, "::login");
  EXPECT_EQ(report_.groups[0].duration.avg, 900);
  ASSERT_EQ(report_.errors.size(), 2U);
  EXPECT_EQ(report_.errors[0].count, 20U);
  ASSERT_EQ(report_.thresholds.size(), 4U);
  EXPECT_TRUE(report_.thresholds[0].passed);
  EXPECT_FALSE(report_.thresholds[1].passed);
  EXPECT_TRUE(report_.thresholds[2].passed);
  EXPECT_FALSE(report_.thresholds[3].actual.has_value());
  ASSERT_EQ(report_.timeline.size(), 4U);
  EXPECT_EQ(report_.timeline[0].vus, 10);
  EXPECT_DOUBLE_EQ(report_.timeline[3].rps, 42);
  EXPECT_DOUBLE_EQ(report_.timeline[3].iterations_per_second, 2);
}

TEST_F(ReportTest, SelectorsOfThresholdsAreMetricsOfTheirOwn) {
  std::vector<std::string> names;
  for (const MetricReport& metric : report_.threshold_metrics) {
    names.push_back(metric.name);
  }
  EXPECT_THAT(names,
              ::testing::ElementsAre("http_req_duration{expected_response:true}", "http_req_duration{status:503}"));
  EXPECT_EQ(report_.threshold_metrics[0].trend.count, 400U);
  EXPECT_EQ(report_.threshold_metrics[1].trend.count, 20U);
  const boost::json::value json = boost::json::parse(ToJson(report_));
  EXPECT_EQ(json.at("submetrics").at("http_req_duration{status:503}").at("count").as_int64(), 20);
  EXPECT_THAT(ToText(report_), HasSubstr("\n    {status:503} "));

  const boost::json::value data = boost::json::parse(SummaryDataJson(report_));
  const boost::json::value& own = data.at("metrics").at("http_req_duration{status:503}");
  EXPECT_EQ(own.at("type").as_string(), "trend");
  EXPECT_EQ(own.at("contains").as_string(), "time");
  EXPECT_EQ(boost::json::serialize(own.at("thresholds")), R"({"count == 20":{"ok":true}})");
  EXPECT_EQ(boost::json::serialize(data.at("metrics").at("http_req_duration").at("thresholds")),
            R"j({"avg < 200":{"ok":true},"p(95) < 100":{"ok":false}})j");
}

TEST_F(ReportTest, TheExportIsInTheShapeOfK6) {
  const boost::json::value json = boost::json::parse(SummaryExportJson(report_));
  EXPECT_EQ(json.at("metrics").at("http_reqs").at("count").to_number<double>(), 420);
  EXPECT_EQ(json.at("metrics").at("checks").at("passes").as_int64(), 56);
  EXPECT_NEAR(json.at("metrics").at("checks").at("value").to_number<double>(), 56.0 / 60, 1e-9);
  EXPECT_EQ(boost::json::serialize(json.at("metrics").at("http_req_duration").at("thresholds")),
            R"j({"avg < 200":false,"p(95) < 100":true})j");  // true: it failed
  const boost::json::value& login = json.at("root_group").at("groups").at("login");
  EXPECT_EQ(login.at("path").as_string(), "::login");
  EXPECT_EQ(login.at("checks").at("has token").at("fails").as_int64(), 4);
  EXPECT_EQ(json.at("root_group").at("checks").at("status is 200").at("passes").as_int64(), 20);
}

TEST_F(ReportTest, TheSummarysOptionsSayWhatIsShown) {
  const ReportFacts facts = {.summary = {.trend_stats = {"p(50)", "count", "max"}, .time_unit = "s"}};
  const RunReport report = BuildReport(aggregate_, facts, {});
  for (const MetricReport& metric : report.metrics) {
    EXPECT_EQ(metric.trend.stats.size(), metric.kind == MetricKind::kTrend ? 3U : 0U) << metric.name;
  }
  const std::string text = ToText(report);
  EXPECT_THAT(text, HasSubstr("     p(50)     count       max\n"));
  EXPECT_THAT(text, HasSubstr("0.70s"));
  EXPECT_THAT(text, Not(HasSubstr("p90")));
  const boost::json::value data = boost::json::parse(SummaryDataJson(report));
  const boost::json::object& values = data.at("metrics").at("http_req_duration").at("values").as_object();
  EXPECT_EQ(values.size(), 3U);
  EXPECT_EQ(values.at("max").to_number<double>(), 700);
  EXPECT_EQ(boost::json::serialize(data.at("options").at("summaryTrendStats")), R"j(["p(50)","count","max"])j");
}

TEST_F(ReportTest, SeveralOriginsAppearInTheLabels) {
  Collector collector(&registry_, {.source = 9, .start = 110 * kSecond});
  collector.AddRequest(Request("GET", "https://other.example/x", 200, kMs));
  ASSERT_TRUE(aggregate_.Add(collector.Flush(111 * kSecond)).ok());
  const RunReport report = BuildReport(aggregate_, {}, {});
  std::vector<std::string> routes;
  for (const RouteReport& route : report.routes) routes.push_back(route.route);
  EXPECT_EQ(routes, (std::vector<std::string>{"GET http://shop.example/users/{id}", "POST http://shop.example/orders",
                                              "GET https://other.example/x"}));
}

TEST_F(ReportTest, JsonHoldsWhatTheDocumentPromises) {
  const boost::json::value parsed = boost::json::parse(ToJson(report_));
  const boost::json::object& json = parsed.as_object();
  EXPECT_EQ(json.at("schema"), "mockarty.report/1");
  EXPECT_EQ(json.at("status"), "failed");
  EXPECT_EQ(json.at("startedAt"), "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(json.at("durationMs").to_number<double>(), 10'000);
  EXPECT_EQ(json.at("totalRequests"), 420);
  EXPECT_EQ(json.at("failedRequests"), 20);
  EXPECT_EQ(json.at("iterations"), 20);
  EXPECT_EQ(json.at("avgLatencyMs").to_number<double>(), report_.latency.avg);
  EXPECT_EQ(json.at("p95LatencyMs").to_number<double>(), report_.latency.p95);
  EXPECT_EQ(json.at("thresholdsPassed"), false);
  const auto& thresholds = json.at("thresholds").at("http_req_duration").as_array();
  ASSERT_EQ(thresholds.size(), 2U);
  EXPECT_EQ(thresholds[1].at("threshold"), "p(95) < 100");
  EXPECT_EQ(thresholds[1].at("passed"), false);
  EXPECT_TRUE(json.at("thresholds").at("never").at(0).at("actual").is_null());
  EXPECT_EQ(json.at("errors").at(0).at("count"), 20);

  const auto& summary = json.at("summary").as_object();
  EXPECT_EQ(summary.at("apdex").at("satisfied"), 400);
  EXPECT_EQ(summary.at("apdex").at("thresholdT").to_number<double>(), 500);
  EXPECT_EQ(summary.at("apdex").at("rating"), "Excellent");
  const auto& route = summary.at("per_route_stats").at(0).as_object();
  EXPECT_EQ(route.at("route"), "GET /users/{id}");
  for (const char* key : {"count", "error_rate", "avg", "min", "med", "max", "p90", "p95", "p99"}) {
    EXPECT_TRUE(route.at(key).is_number()) << key;
  }
  EXPECT_EQ(route.at("apdex").at("rating"), "Excellent");
  for (const char* key : {"stddev_ms", "cv_pct", "throughput_stability_cv", "data_sent", "data_received", "vus_max"}) {
    EXPECT_TRUE(summary.at(key).is_number()) << key;
  }
  EXPECT_EQ(summary.at("http_reqs").at("count"), 420);
  EXPECT_NEAR(summary.at("checks").at("rate_pct").to_number<double>(), 56 / 0.6, 1e-9);

  EXPECT_EQ(json.at("metrics").at("my_trend").at("type"), "trend");
  EXPECT_EQ(json.at("metrics").at("my_trend").at("max").to_number<double>(), 10);
  EXPECT_EQ(json.at("metrics").at("my_gauge").at("value").to_number<double>(), 42);
  EXPECT_EQ(json.at("metrics").at("http_req_waiting").at("unit"), "ms");
  EXPECT_FALSE(json.at("metrics").as_object().contains("apdex_satisfied"));
  EXPECT_EQ(json.at("timeseries").at("intervalMs").to_number<double>(), 3'000);
  EXPECT_EQ(json.at("timeseries").at("points").as_array().size(), 4U);
}

// Within 100 columns, no blanks at the ends of lines.
void ExpectFits(const std::string& text) {
  size_t start = 0;
  while (start < text.size()) {
    const size_t end = text.find('\n', start);
    const std::string line = text.substr(start, end - start);
    EXPECT_LE(DisplayWidth(line), 100U) << line;
    EXPECT_FALSE(line.ends_with(' ')) << line;
    start = end + 1;
  }
}

TEST_F(ReportTest, TheTextSaysItAllWithinItsWidth) {
  const std::string text = ToText(report_);
  for (const char* part :
       {"first-test.js: failed after 10.0s", "\u2713 status is 200", "\u2717 has token", "::login", "METRICS",
        "http_req_duration", "my_trend", "GET /users/{id}", "POST /orders", "100.00%", "APDEX", "0.95 Excellent",
        "connection refused", "20 samples were refused", "Threshold violations:\n",
        "PASS [http_req_duration] avg < 200: actual=133.33\n", "FAIL [never] avg < 1: NO DATA\n"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\u202e")));
  ExpectFits(text);
  EXPECT_THAT(ToText(report_, {.colour = true}), HasSubstr("\x1b[32mPASS\x1b[0m"));
}

// A report may come from a coordinator, which may write what it likes.
TEST_F(ReportTest, NoTextOfAReportIsACommandToTheTerminal) {
  report_.apdex.rating = kHostile;
  const std::string text = ToText(report_, {});
  EXPECT_THAT(text, HasSubstr("evil\" \\ \\n\\x1b[2J<"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("\x1b")));
}

TEST_F(ReportTest, LongTablesAreCutInTheText) {
  RunReport report = report_;
  for (int i = 0; i < 100; ++i) {
    report.checks.push_back({"", "check " + std::to_string(i), 1, 0});
  }
  const std::string text = ToText(report, {.max_rows = 10});
  EXPECT_THAT(text, HasSubstr("and 93 more; the JSON report has them all"));
  EXPECT_THAT(text, Not(HasSubstr("check 50")));
}

DistributedReport TwoRunners() {
  return {.partial = true,
          .start_skew_ms = 1.5,
          .clock_uncertainty_ms = 0.25,
          .runners = {{.assignment = 1,
                       .runner = "runner-a",
                       .instance_id = "id-a",
                       .state = "completed",
                       .share = 0.75,
                       .vus = 9,
                       .requests = 400,
                       .iterations = 200,
                       .start_offset_ms = -0.5,
                       .cpu_max = 1.25,
                       .cpu_avg = 0.5,
                       .loop_lag_max_ms = 3},
                      {.assignment = 2,
                       .runner = "runner-\x1b[31mb" + std::string(200, 'x'),
                       .instance_id = "id-b",
                       .state = "lost",
                       .share = 0.25,
                       .vus = 3,
                       .requests = 12'345'678'901,
                       .iterations = 10,
                       .start_offset_ms = 1,
                       .lost_from_ms = 4'000,
                       .failure = "no sign of it\nfor 10 s " + std::string(200, 'y')}}};
}

TEST_F(ReportTest, ADistributedRunNamesItsRunnersInJson) {
  const std::string local = ToJson(report_);
  EXPECT_THAT(local, Not(HasSubstr("distributed")));
  EXPECT_THAT(local, Not(HasSubstr("plannedVus")));
  RunReport report = report_;
  report.distributed = TwoRunners();
  report.timeline[1].planned_vus = 12;
  const boost::json::value json = boost::json::parse(ToJson(report));
  EXPECT_EQ(json.at("timeseries").at("points").at(1).at("plannedVus"), 12);
  EXPECT_FALSE(json.at("timeseries").at("points").at(0).as_object().contains("plannedVus"));
  const boost::json::value& distributed = json.at("distributed");
  EXPECT_EQ(distributed.at("partial"), true);
  EXPECT_EQ(distributed.at("startSkewMs").to_number<double>(), 1.5);
  EXPECT_EQ(distributed.at("clockUncertaintyMs").to_number<double>(), 0.25);
  const boost::json::value& whole = distributed.at("runners").at(0);
  EXPECT_EQ(whole.at("assignment"), 1);
  EXPECT_EQ(whole.at("runner"), "runner-a");
  EXPECT_EQ(whole.at("instanceId"), "id-a");
  EXPECT_EQ(whole.at("state"), "completed");
  EXPECT_EQ(whole.at("share").to_number<double>(), 0.75);
  EXPECT_EQ(whole.at("vus"), 9);
  EXPECT_EQ(whole.at("requests"), 400);
  EXPECT_EQ(whole.at("iterations"), 200);
  EXPECT_EQ(whole.at("startOffsetMs").to_number<double>(), -0.5);
  EXPECT_EQ(whole.at("cpuMax").to_number<double>(), 1.25);
  EXPECT_EQ(whole.at("cpuAvg").to_number<double>(), 0.5);
  EXPECT_EQ(whole.at("loopLagMaxMs").to_number<double>(), 3);
  EXPECT_TRUE(whole.at("lostFromMs").is_null());
  EXPECT_TRUE(whole.at("lostUntilMs").is_null());
  EXPECT_EQ(whole.at("failure"), "");
  const boost::json::value& lost = distributed.at("runners").at(1);
  EXPECT_EQ(lost.at("lostFromMs").to_number<double>(), 4'000);
  EXPECT_TRUE(lost.at("lostUntilMs").is_null());
  // But for the new keys nothing is other than before.
  boost::json::object rest = json.as_object();
  rest.erase("distributed");
  rest.at("timeseries").at("points").at(1).as_object().erase("plannedVus");
  EXPECT_EQ(rest, boost::json::parse(local).as_object());
}

TEST_F(ReportTest, ADistributedRunNamesItsRunnersInText) {
  EXPECT_THAT(ToText(report_), Not(HasSubstr("RUNNERS")));
  RunReport report = report_;
  report.distributed = TwoRunners();
  const std::string text = ToText(report);
  for (const char* part :
       {"RUNNERS", "runner-a", "completed", "75.00%", "-500\u00b5s", "1.25", "lost", "+1.00ms", "started within 1.50ms",
        "PARTIAL", "nothing is known of runner-\\x1b[31mb", " from 4.00s to the end: no sign of it\\n"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  ExpectFits(text);
  report.distributed->runners[1].lost_until_ms = 6'000;
  EXPECT_THAT(ToText(report), HasSubstr(" from 4.00s to 6.00s"));
  report.distributed->partial = false;
  EXPECT_THAT(ToText(report), Not(HasSubstr("PARTIAL")));
}

TEST(EmptyReport, HasNoFigureThatIsNotANumber) {
  MetricRegistry registry;
  RunAggregate aggregate(&registry, {});
  const RunReport report = BuildReport(aggregate, {.name = "empty.js"}, {});
  EXPECT_EQ(report.status, RunStatus::kCompleted);
  EXPECT_TRUE(report.thresholds_passed);
  const std::string json = ToJson(report);
  boost::json::parse(json);
  EXPECT_THAT(json, Not(HasSubstr("null")));
  EXPECT_THAT(ToText(report), HasSubstr("empty.js: completed"));
}

}  // namespace
}  // namespace mockarty
