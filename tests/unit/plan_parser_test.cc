#include "common/plan/plan_parser.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mockarty {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Nanos kSec = kNanosPerSecond;

absl::StatusOr<ParsedPlan> Parse(const char* json, const PlanOverrides& overrides = {}) {
  boost::json::value value = boost::json::parse(json);
  return ParsePlan(&value, overrides);
}

ParsedPlan MustParse(const char* json, const PlanOverrides& overrides = {}) {
  absl::StatusOr<ParsedPlan> parsed = Parse(json, overrides);
  EXPECT_TRUE(parsed.ok()) << json << ": " << parsed.status();
  return parsed.ok() ? *std::move(parsed) : ParsedPlan();
}

std::string ErrorOf(const char* json) {
  absl::StatusOr<ParsedPlan> parsed = Parse(json);
  EXPECT_FALSE(parsed.ok()) << json;
  return std::string(parsed.status().message());
}

TEST(PlanMode, NothingSetIsFunctional) {
  for (const char* json : {"{}", "null", R"({"vus": 1})", R"({"duration": "0s", "iterations": 0, "stages": []})"}) {
    ParsedPlan parsed = MustParse(json);
    EXPECT_EQ(parsed.plan.mode, RunMode::kFunctional) << json;
    const auto& config = std::get<SharedIterationsConfig>(parsed.plan.scenarios.front().executor);
    EXPECT_EQ(config.vus, 1u);
    EXPECT_EQ(config.iterations, 1u);
    EXPECT_FALSE(config.max_duration.has_value());
    EXPECT_THAT(parsed.warnings, IsEmpty());
  }
  EXPECT_EQ(ParsePlan(nullptr, {})->plan.mode, RunMode::kFunctional);
}

TEST(PlanMode, OnlyVusRunsThirtySeconds) {
  ParsedPlan parsed = MustParse(R"({"vus": 2})");
  EXPECT_EQ(parsed.plan.mode, RunMode::kPerformance);
  const auto& config = std::get<ConstantVusConfig>(parsed.plan.scenarios.front().executor);
  EXPECT_EQ(config.vus, 2u);
  EXPECT_EQ(config.duration, 30 * kSec);
}

TEST(PlanMode, DurationAloneIsOneVu) {
  const auto config =
      std::get<ConstantVusConfig>(MustParse(R"({"duration": "1m30s"})").plan.scenarios.front().executor);
  EXPECT_EQ(config.vus, 1u);
  EXPECT_EQ(config.duration, 90 * kSec);
}

TEST(PlanMode, IterationsAreTheTotalAndDurationTheirCap) {
  auto config =
      std::get<SharedIterationsConfig>(MustParse(R"({"vus": 5, "iterations": 100})").plan.scenarios.front().executor);
  EXPECT_EQ(config.vus, 5u);
  EXPECT_EQ(config.iterations, 100u);
  EXPECT_FALSE(config.max_duration.has_value());
  config = std::get<SharedIterationsConfig>(
      MustParse(R"({"iterations": 9, "duration": "5s"})").plan.scenarios.front().executor);
  EXPECT_EQ(config.vus, 1u);
  EXPECT_EQ(config.max_duration, 5 * kSec);
}

TEST(PlanMode, NoMoreVusThanIterations) {
  ParsedPlan parsed = MustParse(R"({"vus": 50, "iterations": 3})");
  EXPECT_EQ(std::get<SharedIterationsConfig>(parsed.plan.scenarios.front().executor).vus, 3u);
  EXPECT_THAT(parsed.warnings, ElementsAre(HasSubstr("only 3 of 50 VUs")));
}

TEST(PlanMode, StagesOverrideDurationAndStartFromVus) {
  ParsedPlan parsed = MustParse(
      R"({"vus": 4, "duration": "99s", "stages": [{"duration": "30s", "target": 20}, {"duration": "1m", "target": 0}]})");
  const auto& config = std::get<RampingVusConfig>(parsed.plan.scenarios.front().executor);
  EXPECT_EQ(config.start_vus, 4u);
  ASSERT_EQ(config.stages.size(), 2u);
  EXPECT_EQ(config.stages[0].duration, 30 * kSec);
  EXPECT_EQ(config.stages[0].target, 20u);
  EXPECT_EQ(PlannedDuration(parsed.plan), 90 * kSec);
  EXPECT_EQ(MaxVus(parsed.plan), 20u);
  EXPECT_EQ(std::get<RampingVusConfig>(
                MustParse(R"({"stages": [{"duration": "1s", "target": 3}]})").plan.scenarios.front().executor)
                .start_vus,
            1u);
}

TEST(Overrides, WinOverTheScript) {
  ParsedPlan parsed = MustParse(R"({"vus": 4, "duration": "99s"})", {.vus = 7});
  EXPECT_EQ(std::get<ConstantVusConfig>(parsed.plan.scenarios.front().executor).vus, 7u);
  EXPECT_EQ(std::get<ConstantVusConfig>(parsed.plan.scenarios.front().executor).duration, 99 * kSec);
  parsed = MustParse(R"({"vus": 4, "iterations": 100})", {.duration = 5 * kSec});
  EXPECT_EQ(std::get<ConstantVusConfig>(parsed.plan.scenarios.front().executor).vus, 4u);
  EXPECT_EQ(std::get<ConstantVusConfig>(parsed.plan.scenarios.front().executor).duration, 5 * kSec);
  parsed = MustParse(R"({"vus": 4, "duration": "99s"})", {.iterations = 8});
  EXPECT_EQ(std::get<SharedIterationsConfig>(parsed.plan.scenarios.front().executor).iterations, 8u);
  EXPECT_FALSE(std::get<SharedIterationsConfig>(parsed.plan.scenarios.front().executor).max_duration.has_value());
  EXPECT_THAT(parsed.warnings, IsEmpty());
}

TEST(Overrides, AnyOfThemDropsTheStagesWithAWarning) {
  const char* script = R"({"duration": "99s", "stages": [{"duration": "30s", "target": 20}]})";
  ParsedPlan parsed = MustParse(script, {.vus = 7});
  EXPECT_EQ(std::get<ConstantVusConfig>(parsed.plan.scenarios.front().executor).vus, 7u);
  EXPECT_EQ(std::get<ConstantVusConfig>(parsed.plan.scenarios.front().executor).duration, 30 * kSec);
  EXPECT_THAT(parsed.warnings, ElementsAre("the script's stages are not used: --vus on the command line"));
  parsed = MustParse(script, {.vus = 3, .duration = kSec, .iterations = 5});
  EXPECT_THAT(parsed.warnings, ElementsAre(HasSubstr("--vus, --duration, --iterations")));
}

TEST(Values, WholeNumbersInStringsAndDoublesAreTaken) {
  EXPECT_EQ(MaxVus(MustParse(R"({"vus": "10"})").plan), 10u);
  EXPECT_EQ(MaxVus(MustParse(R"({"vus": 1e1})").plan), 10u);
}

TEST(Values, ANumberAsDurationIsSecondsWithAWarning) {
  ParsedPlan parsed = MustParse(R"({"vus": 2, "duration": 45})");
  EXPECT_EQ(PlannedDuration(parsed.plan), 45 * kSec);
  EXPECT_THAT(parsed.warnings, ElementsAre(HasSubstr("options.duration: 45 is taken as seconds")));
}

TEST(Values, WrongOnesNameFieldValueAndForm) {
  struct Case {
    const char* json;
    const char* message;
  };
  for (const Case& c : {
           Case{R"({"vus": "ten"})", "options.vus: expected a positive integer, got \"ten\""},
           {R"({"vus": 0})", "options.vus: expected an integer of 1 to 1000000, got 0"},
           {R"({"vus": -1})", "options.vus: expected a positive integer, got -1"},
           {R"({"vus": 1.5})", "options.vus: expected a positive integer, got 1.5"},
           {R"({"vus": 1000001})", "options.vus: expected an integer of 1 to 1000000, got 1000001"},
           {R"({"vus": null})", "options.vus: expected a positive integer, got null"},
           {R"({"vus": [1]})", "options.vus: expected a positive integer, got [1]"},
           {R"({"vus": "99999999999999999999999"})", "options.vus: expected a positive integer, got \"999999"},
           {R"({"iterations": 1e300})", "options.iterations: expected a non-negative integer, got 1e+300"},
           {R"({"iterations": 9007199254740992})", "options.iterations: expected an integer of 0 to 9007199254740991"},
           {R"({"duration": "soon"})", "options.duration: expected a duration such as \"30s\""},
           {R"({"duration": true})", "or a whole number of seconds, got true"},
           {R"({"duration": "366d"})", "options.duration: expected at most 8760h0m0s, got \"366d\""},
           {R"({"duration": 1e15})", "options.duration: expected at most 8760h0m0s"},
           {R"({"stages": {}})", "options.stages: expected an array of {duration, target}, got {}"},
           {R"({"stages": [{"duration": "1s", "target": 1}, {"duration": "1s", "target": "ten"}]})",
            "options.stages[1].target: expected a non-negative integer, got \"ten\""},
           {R"({"stages": [{"duration": "1s"}]})",
            "options.stages[0].target: expected a non-negative integer, but it is"},
           {R"({"stages": [{"target": 1}]})", "options.stages[0].duration: expected a duration"},
           {R"({"stages": [5]})", "options.stages[0]: expected an object with `duration` and `target`, got 5"},
           {R"({"stages": [{"duration": "0s", "target": 5}]})", "options.stages: expected a duration above 0"},
           {R"({"stages": [{"duration": "300d", "target": 5}, {"duration": "300d", "target": 5}]})",
            "options.stages: expected at most 8760h0m0s in all"},
           {R"({"iterations": 5, "stages": [{"duration": "1s", "target": 5}]})",
            "options.iterations and options.stages cannot be combined"},
           {R"({"gracefulStop": "-1s"})", "options.gracefulStop: expected a duration"},
           {R"({"throw": "yes"})", "options.throw: expected true or false, got \"yes\""},
           {R"({"userAgent": 5})", "options.userAgent: expected a string, got 5"},
           {R"({"userAgent": "a\r\nX: b"})", "options.userAgent: expected a string without line ends"},
           {R"({"maxRedirects": "many"})", "options.maxRedirects: expected a non-negative integer, got \"many\""},
           {R"({"httpTimeout": "0s"})", "options.httpTimeout: expected more than 0"},
           {R"({"apdexThreshold": 0})", "options.apdexThreshold: expected more than 0, got 0"},
           {R"({"tags": {"env": 5}})", "options.tags[\"env\"]: expected a string of at most 256 bytes, got 5"},
           {R"({"thresholds": []})", "options.thresholds: expected an object of metric and expressions, got []"},
           {R"({"thresholds": {"m": [5]}})", "options.thresholds[\"m\"][0]: expected an expression"},
           {R"({"thresholds": {"m": ""}})", "options.thresholds[\"m\"]: expected an expression of 1 to 256 bytes"},
           {R"({"thresholds": {"m": [{"abortOnFail": true}]}})",
            "options.thresholds[\"m\"][0].threshold: expected an expression, but it is missing"},
           {R"([1, 2])", "options: expected an object, got [1,2]"},
           {R"("text")", "options: expected an object, got \"text\""},
       }) {
    EXPECT_THAT(ErrorOf(c.json), HasSubstr(c.message)) << c.json;
  }
}

TEST(Values, HugeOnesAreCutInMessages) {
  std::string json = R"({"vus": [)";
  for (int i = 0; i < 100'000; ++i) json += "1,";
  json += "1]}";
  EXPECT_LT(ErrorOf(json.c_str()).size(), 200u);
  std::string stages = R"({"stages": [)";
  for (int i = 0; i < 1001; ++i) stages += std::string(i == 0 ? "" : ",") + R"({"duration":"1s","target":1})";
  stages += "]}";
  EXPECT_EQ(ErrorOf(stages.c_str()), "options.stages: expected at most 1000 stages, got 1001");
}

TEST(Names, LaterOnesThatChangeTheLoadAreRefused) {
  for (const char* json : {R"({"executionSegment": "0:1/2"})", R"({"paused": true})"}) {
    absl::StatusOr<ParsedPlan> parsed = Parse(json);
    ASSERT_EQ(parsed.status().code(), absl::StatusCode::kUnimplemented) << json;
    EXPECT_THAT(std::string(parsed.status().message()), HasSubstr("is not supported by this version yet"));
  }
  EXPECT_EQ(ErrorOf(R"({"paused": true})"), "option 'paused' is not supported by this version yet");
}

TEST(Names, LaterOnesWithoutAValueAreNoMatter) {
  ParsedPlan parsed = MustParse(R"({"rps": 0, "scenarios": {}, "hosts": {}, "paused": false, "blacklistIPs": []})");
  EXPECT_THAT(parsed.warnings, IsEmpty());
}

TEST(Names, LaterOnesThatChangeNothingAreWarnings) {
  EXPECT_THAT(MustParse(R"({"noUsageReport": true})").warnings,
              ElementsAre("option 'noUsageReport' is not supported by this version yet and has no effect"));
}

TEST(Names, UnknownOnesAreWarningsWithASuggestion) {
  EXPECT_THAT(MustParse(R"({"vuz": 5, "\u001b[2Jx": 1})").warnings,
              ElementsAre("unknown option 'vuz', did you mean 'vus'?", HasSubstr("unknown option '\\x1b[2Jx'")));
  EXPECT_THAT(MustParse(R"({"stages": [{"duration": "1s", "target": 2, "traget": 3}]})").warnings,
              ElementsAre("unknown option 'options.stages[0].traget', did you mean 'target'?"));
}

TEST(Thresholds, AllFormsInTheScriptsOrder) {
  ParsedPlan parsed = MustParse(R"({"thresholds": {
      "http_req_duration{status:200}": ["p(95) < 500", {"threshold": "avg < 200", "abortOnFail": true,
                                        "delayAbortEval": "10s", "allowNoData": true}],
      "checks": "rate > 0.95"}})");
  EXPECT_EQ(parsed.plan.mode, RunMode::kFunctional) << "thresholds make no load";
  ASSERT_EQ(parsed.plan.thresholds.size(), 3u);
  EXPECT_EQ(parsed.plan.thresholds[0].metric, "http_req_duration{status:200}");
  EXPECT_EQ(parsed.plan.thresholds[0].expression, "p(95) < 500");
  EXPECT_FALSE(parsed.plan.thresholds[0].abort_on_fail);
  EXPECT_EQ(parsed.plan.thresholds[1].expression, "avg < 200");
  EXPECT_TRUE(parsed.plan.thresholds[1].abort_on_fail);
  EXPECT_TRUE(parsed.plan.thresholds[1].allow_no_data);
  EXPECT_EQ(parsed.plan.thresholds[1].delay_abort_eval, 10 * kSec);
  EXPECT_EQ(parsed.plan.thresholds[2].metric, "checks");
}

TEST(AbortCriteria, AsTheProductTextShowsThem) {
  ParsedPlan parsed = MustParse(R"({"abortCriteria": [
      {"name": "High error rate", "metric": "http_req_failed", "stat": "rate", "condition": ">", "value": 0.5,
       "duration": "30s", "enabled": true},
      {"name": "Off", "metric": "checks", "stat": "rate", "condition": "<", "value": 1, "enabled": false},
      {"metric": "http_req_duration", "stat": "p95", "condition": ">", "value": 5000}]})");
  ASSERT_EQ(parsed.plan.abort_criteria.size(), 2u);
  EXPECT_EQ(parsed.plan.abort_criteria[0].name, "High error rate");
  EXPECT_EQ(parsed.plan.abort_criteria[0].value, 0.5);
  EXPECT_EQ(parsed.plan.abort_criteria[0].duration, 30 * kSec);
  EXPECT_EQ(parsed.plan.abort_criteria[1].name, "http_req_duration p(95) > 5000");
  EXPECT_EQ(parsed.plan.abort_criteria[1].stat, "p(95)");
  EXPECT_EQ(parsed.plan.abort_criteria[1].duration, 0);
}

TEST(AbortCriteria, WrongOnesAreRefused) {
  EXPECT_THAT(ErrorOf(R"({"abortCriteria": [{"metric": "vus", "stat": "max", "condition": ">", "value": 1}]})"),
              HasSubstr("options.abortCriteria[0].metric: expected http_req_failed, http_req_duration, http_reqs or"));
  EXPECT_THAT(ErrorOf(R"({"abortCriteria": [{"metric": "checks", "stat": "p95", "condition": ">", "value": 1}]})"),
              HasSubstr("options.abortCriteria[0].stat: expected rate for checks, got \"p95\""));
  EXPECT_THAT(ErrorOf(R"({"abortCriteria": [{"metric": "checks", "stat": "rate", "condition": "=>", "value": 1}]})"),
              HasSubstr("options.abortCriteria[0].condition: expected <, <=, >, >=, == or !=, got \"=>\""));
  EXPECT_THAT(ErrorOf(R"({"abortCriteria": [{"metric": "checks", "stat": "rate", "condition": ">"}]})"),
              HasSubstr("options.abortCriteria[0].value: expected a number, but it is missing"));
  EXPECT_THAT(ErrorOf(R"({"abortCriteria": {"metric": "checks"}})"),
              HasSubstr("options.abortCriteria: expected an array"));
}

TEST(Http, OptionsAndTheirDefaults) {
  HttpOptions defaults = MustParse("{}").plan.http;
  EXPECT_EQ(defaults.max_redirects, 10u);
  EXPECT_EQ(defaults.timeout, 60 * kSec);
  EXPECT_FALSE(defaults.throw_on_error || defaults.insecure_skip_tls_verify || defaults.no_connection_reuse ||
               defaults.no_cookies_reset || defaults.discard_response_bodies);
  ParsedPlan parsed = MustParse(R"({"throw": true, "userAgent": "me/1", "insecureSkipTLSVerify": true,
      "maxRedirects": 0, "noConnectionReuse": true, "noCookiesReset": true, "discardResponseBodies": true,
      "httpTimeout": "5s", "tags": {"env": "test"}, "gracefulStop": "1s", "gracefulRampDown": "2s",
      "apdexThreshold": "250ms"})");
  EXPECT_THAT(parsed.warnings, IsEmpty());
  const HttpOptions& http = parsed.plan.http;
  EXPECT_TRUE(http.throw_on_error && http.insecure_skip_tls_verify && http.no_connection_reuse &&
              http.no_cookies_reset && http.discard_response_bodies);
  EXPECT_EQ(http.user_agent, "me/1");
  EXPECT_EQ(http.max_redirects, 0u);
  EXPECT_EQ(http.timeout, 5 * kSec);
  EXPECT_THAT(parsed.plan.tags, ElementsAre(std::pair<std::string, std::string>("env", "test")));
  EXPECT_EQ(parsed.plan.scenarios.front().graceful_stop, kSec);
  EXPECT_EQ(parsed.plan.scenarios.front().graceful_ramp_down, 2 * kSec);
  EXPECT_EQ(parsed.plan.apdex_threshold, 250 * kNanosPerMilli);
}

}  // namespace
}  // namespace mockarty
