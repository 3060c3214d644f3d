// Rates and scenarios: what becomes of them, and what is said about wrong ones.
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <utility>
#include <variant>

#include "common/plan/plan_parser.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mockarty {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Nanos kSec = kNanosPerSecond;

absl::StatusOr<ParsedPlan> Parse(const std::string& json, const PlanOverrides& overrides = {},
                                 ScriptDialect dialect = ScriptDialect::kMockarty) {
  const boost::json::value value = boost::json::parse(json);
  return ParsePlan(&value, overrides, dialect);
}

ParsedPlan MustParse(const std::string& json, const PlanOverrides& overrides = {},
                     ScriptDialect dialect = ScriptDialect::kMockarty) {
  absl::StatusOr<ParsedPlan> parsed = Parse(json, overrides, dialect);
  EXPECT_TRUE(parsed.ok()) << json << ": " << parsed.status();
  return parsed.ok() ? *std::move(parsed) : ParsedPlan();
}

std::string ErrorOf(const std::string& json, const PlanOverrides& overrides = {}) {
  absl::StatusOr<ParsedPlan> parsed = Parse(json, overrides);
  EXPECT_FALSE(parsed.ok()) << json;
  return std::string(parsed.status().message());
}

template <typename Config>
Config ExecutorOf(const ParsedPlan& parsed, size_t scenario = 0) {
  const auto* config = std::get_if<Config>(&parsed.plan.scenarios.at(scenario).executor);
  EXPECT_NE(config, nullptr);
  return config == nullptr ? Config() : *config;
}

TEST(Rps, IsATargetOfRequests) {
  const ParsedPlan parsed = MustParse(R"({"rps": 100, "duration": "1m"})");
  EXPECT_THAT(parsed.warnings, IsEmpty());
  EXPECT_EQ(parsed.plan.mode, RunMode::kPerformance);
  EXPECT_EQ(parsed.plan.max_rps, 0u);
  EXPECT_FALSE(parsed.plan.named_scenarios);
  const auto config = ExecutorOf<RequestRateConfig>(parsed);
  EXPECT_EQ(config.rate.start, 100u);
  ASSERT_EQ(config.rate.stages.size(), 1u);
  EXPECT_EQ(config.rate.stages[0].duration, 60 * kSec);
  EXPECT_EQ(config.rate.stages[0].target, 100u);
  EXPECT_EQ(config.start_vus, 1u);
  EXPECT_EQ(config.max_vus, 200u);
  EXPECT_EQ(PlannedDuration(MustParse(R"({"rps": 5})").plan), 30 * kSec);
}

TEST(Rps, VusAreTheBeginningAndMaxVusTheLimit) {
  for (const char* name : {"maxVUs", "maxVus"}) {
    const auto config =
        ExecutorOf<RequestRateConfig>(MustParse(std::string(R"({"rps": 5, "vus": 7, ")") + name + R"(": 9})"));
    EXPECT_EQ(config.start_vus, 7u);
    EXPECT_EQ(config.max_vus, 9u);
  }
  EXPECT_EQ(ExecutorOf<RequestRateConfig>(MustParse(R"({"rps": 5, "vus": 500})")).max_vus, 500u);
  EXPECT_EQ(ErrorOf(R"({"rps": 5, "vus": 10, "maxVUs": 9})"), "options.maxVUs: expected at least the 10 of vus, got 9");
  EXPECT_THAT(MustParse(R"({"vus": 5, "maxVUs": 9})").warnings, ElementsAre(HasSubstr("'maxVUs' has no effect")));
}

TEST(Rps, WithIterationsEndsByThem) {
  const ParsedPlan parsed = MustParse(R"({"rps": 5, "iterations": 40})");
  EXPECT_EQ(ExecutorOf<RequestRateConfig>(parsed).iterations, 40u);
  EXPECT_FALSE(PlannedDuration(parsed.plan).has_value());
  EXPECT_EQ(PlannedDuration(MustParse(R"({"rps": 5, "iterations": 40, "duration": "9s"})").plan), 9 * kSec);
}

TEST(Rps, IsACapInAScriptOfK6) {
  const ParsedPlan parsed = MustParse(R"({"rps": 100, "vus": 3, "duration": "1m"})", {}, ScriptDialect::kK6);
  EXPECT_THAT(parsed.warnings, IsEmpty());
  EXPECT_EQ(parsed.plan.max_rps, 100u);
  EXPECT_EQ(ExecutorOf<ConstantVusConfig>(parsed).vus, 3u);
  const ParsedPlan flag = MustParse(R"({"stages": [{"duration": "1s", "target": 4}]})", {.rps = 7}, ScriptDialect::kK6);
  EXPECT_EQ(flag.plan.max_rps, 7u);
  EXPECT_THAT(flag.warnings, IsEmpty());
  EXPECT_EQ(ExecutorOf<RampingVusConfig>(flag).stages.size(), 1u);
}

TEST(Rps, BesideStagesOfVusIsACapAndSaysSo) {
  const ParsedPlan parsed = MustParse(R"({"rps": 100, "stages": [{"duration": "1s", "target": 4}]})");
  EXPECT_EQ(parsed.plan.max_rps, 100u);
  EXPECT_THAT(parsed.warnings, ElementsAre(HasSubstr("'rps' is a cap here")));
}

TEST(Rps, AFlagWinsOverStages) {
  const ParsedPlan parsed =
      MustParse(R"({"stages": [{"duration": "1s", "target": 4}]})", {.duration = 5 * kSec, .rps = 50, .max_vus = 20});
  const auto config = ExecutorOf<RequestRateConfig>(parsed);
  EXPECT_EQ(config.rate.start, 50u);
  EXPECT_EQ(config.max_vus, 20u);
  EXPECT_EQ(PlannedDuration(parsed.plan), 5 * kSec);
  EXPECT_THAT(parsed.warnings, ElementsAre(HasSubstr("stages are not used: --duration, --rps")));
}

TEST(RpsStages, OfTheProductText) {
  const ParsedPlan parsed = MustParse(R"({"maxVUs": 100, "stages": [
      {"duration": "30s", "targetRPS": 50}, {"duration": "1m", "targetRPS": 200}, {"duration": "30s", "targetRPS": 0}]})");
  EXPECT_THAT(parsed.warnings, IsEmpty());
  const auto config = ExecutorOf<RequestRateConfig>(parsed);
  EXPECT_EQ(config.rate.start, 0u);
  EXPECT_EQ(config.max_vus, 100u);
  ASSERT_EQ(config.rate.stages.size(), 3u);
  EXPECT_EQ(config.rate.stages[1].target, 200u);
  EXPECT_EQ(PlannedDuration(parsed.plan), 120 * kSec);
  EXPECT_EQ(ExecutorOf<RequestRateConfig>(MustParse(R"({"rps": 9, "stages": [{"duration": "1s", "targetRPS": 5}]})"))
                .rate.start,
            9u);
}

TEST(RpsStages, ATargetRpsAboveZeroWinsOverTarget) {
  const auto config = ExecutorOf<RequestRateConfig>(
      MustParse(R"({"stages": [{"duration": "1s", "target": 0, "targetRPS": 5}, {"duration": "1s", "target": 0}]})"));
  EXPECT_EQ(config.rate.stages[0].target, 5u);
  EXPECT_EQ(config.rate.stages[1].target, 0u);
  // ... and not at 0 beside a target.
  const ParsedPlan vus = MustParse(R"({"stages": [{"duration": "1s", "target": 3, "targetRPS": 0}]})");
  EXPECT_EQ(ExecutorOf<RampingVusConfig>(vus).stages[0].target, 3u);
  // In a script of k6 they are rates as well.
  EXPECT_EQ(ExecutorOf<RequestRateConfig>(
                MustParse(R"({"stages": [{"duration": "1s", "targetRps": 5}]})", {}, ScriptDialect::kK6))
                .rate.stages[0]
                .target,
            5u);
}

TEST(RpsStages, WrongOnesAreNamed) {
  EXPECT_THAT(ErrorOf(R"({"stages": [{"duration": "1s", "targetRPS": 5}, {"duration": "1s", "target": 7}]})"),
              HasSubstr("options.stages[1].target: expected `targetRPS` as the other stages have it, or 0, got 7"));
  EXPECT_THAT(ErrorOf(R"({"stages": [{"duration": "1s", "targetRPS": "fast"}]})"),
              HasSubstr("options.stages[0].targetRPS: expected a non-negative integer, got \"fast\""));
  EXPECT_THAT(ErrorOf(R"({"stages": [{"duration": "1s"}]})"), HasSubstr("options.stages[0].target: expected"));
  EXPECT_THAT(ErrorOf(R"({"rps": -5})"), HasSubstr("options.rps: expected a non-negative integer, got -5"));
  EXPECT_THAT(ErrorOf(R"({"rps": 20000000})"), HasSubstr("options.rps: expected an integer of 0 to 10000000"));
}

constexpr char kAllSix[] = R"({"scenarios": {
    "shared": {"executor": "shared-iterations", "vus": 2, "iterations": 10, "maxDuration": "5s"},
    "each": {"executor": "per-vu-iterations", "vus": 3, "iterations": 4},
    "constant": {"executor": "constant-vus", "vus": 4, "duration": "7s", "startTime": "2s", "gracefulStop": "1s"},
    "ramp": {"executor": "ramping-vus", "startVUs": 0, "stages": [{"duration": "3s", "target": 5}],
             "gracefulRampDown": "0s", "exec": "browse", "env": {"A": "1"}, "tags": {"t": "x"}},
    "rate": {"executor": "constant-arrival-rate", "rate": 6, "timeUnit": "1m", "duration": "8s",
             "preAllocatedVUs": 2, "maxVUs": 9},
    "rates": {"executor": "ramping-arrival-rate", "startRate": 1, "stages": [{"duration": "4s", "target": 7}],
              "preAllocatedVUs": 3, "arrivals": "poisson", "arrivalSeed": 5, "exec": "default"}}})";

TEST(Scenarios, AllSixExecutors) {
  const ParsedPlan parsed = MustParse(kAllSix);
  EXPECT_THAT(parsed.warnings, IsEmpty());
  EXPECT_TRUE(parsed.plan.named_scenarios);
  const std::vector<Scenario>& scenarios = parsed.plan.scenarios;
  ASSERT_EQ(scenarios.size(), 6u);
  EXPECT_EQ(scenarios[0].name, "shared");
  EXPECT_EQ(ExecutorOf<SharedIterationsConfig>(parsed, 0).max_duration, 5 * kSec);
  EXPECT_EQ(ExecutorOf<PerVuIterationsConfig>(parsed, 1).iterations, 4u);
  EXPECT_EQ(ExecutorOf<PerVuIterationsConfig>(parsed, 1).max_duration, 600 * kSec);
  EXPECT_EQ(ExecutorOf<ConstantVusConfig>(parsed, 2).duration, 7 * kSec);
  EXPECT_EQ(scenarios[2].start_time, 2 * kSec);
  EXPECT_EQ(scenarios[2].graceful_stop, kSec);
  EXPECT_EQ(scenarios[3].graceful_ramp_down, 0);
  EXPECT_EQ(scenarios[3].exec, "browse");
  EXPECT_THAT(scenarios[3].environment, ElementsAre(std::pair<std::string, std::string>("A", "1")));
  EXPECT_THAT(scenarios[3].tags, ElementsAre(std::pair<std::string, std::string>("t", "x")));
  const auto rate = ExecutorOf<ArrivalRateConfig>(parsed, 4);
  EXPECT_EQ(rate.rate.start, 6u);
  EXPECT_EQ(rate.rate.time_unit, 60 * kSec);
  EXPECT_EQ(rate.max_vus, 9u);
  EXPECT_FALSE(rate.ramping);
  const auto rates = ExecutorOf<ArrivalRateConfig>(parsed, 5);
  EXPECT_TRUE(rates.ramping);
  EXPECT_EQ(rates.arrivals, Arrivals::kPoisson);
  EXPECT_EQ(rates.seed, 5u);
  EXPECT_EQ(rates.max_vus, 3u);
  EXPECT_TRUE(scenarios[5].exec.empty());
  EXPECT_EQ(MaxVus(parsed.plan), 2u + 3 + 4 + 5 + 9 + 3);
  EXPECT_EQ(PlannedDuration(parsed.plan), 600 * kSec);
}

std::string One(const std::string& fields) { return R"({"scenarios": {"s": {)" + fields + "}}}"; }

TEST(Scenarios, ErrorsNameScenarioFieldValueAndForm) {
  EXPECT_THAT(ErrorOf(One("")), HasSubstr("options.scenarios.s.executor: expected one of shared-iterations, "));
  EXPECT_THAT(ErrorOf(One(R"("executor": "constant-vu")")), HasSubstr("did you mean 'constant-vus'?"));
  EXPECT_THAT(ErrorOf(One(R"("executor": "externally-controlled")")), HasSubstr("is not supported"));
  EXPECT_THAT(ErrorOf(One(R"("executor": "constant-vus")")),
              HasSubstr("options.scenarios.s.duration: expected a duration such as"));
  EXPECT_THAT(ErrorOf(One(R"("executor": "constant-vus", "duration": "1s", "vus": "many")")),
              HasSubstr("options.scenarios.s.vus: expected a positive integer, got \"many\""));
  EXPECT_THAT(ErrorOf(One(R"("executor": "constant-vus", "duration": "1s", "iterations": 5)")),
              HasSubstr("options.scenarios.s.iterations: expected no such field, constant-vus has vus, duration and"));
  EXPECT_THAT(ErrorOf(One(R"("executor": "constant-vus", "duration": "1s", "vsu": 5)")),
              HasSubstr("did you mean 'vus'?"));
  EXPECT_THAT(ErrorOf(One(R"("executor": "ramping-vus")")), HasSubstr("options.scenarios.s.stages: expected an array"));
  EXPECT_THAT(ErrorOf(One(R"("executor": "ramping-vus", "stages": [])")), HasSubstr("at least one stage"));
  EXPECT_THAT(ErrorOf(One(R"("executor": "ramping-vus", "startVUs": 0, "stages": [{"duration": "1s", "target": 0}])")),
              HasSubstr("a target above 0"));
  const std::string arrival = R"("executor": "constant-arrival-rate", "duration": "1s")";
  EXPECT_THAT(ErrorOf(One(arrival)), HasSubstr("options.scenarios.s.rate: expected how many iterations"));
  EXPECT_THAT(ErrorOf(One(arrival + R"(, "rate": 5)")), HasSubstr("options.scenarios.s.preAllocatedVUs: expected"));
  EXPECT_THAT(ErrorOf(One(arrival + R"(, "rate": 0.5, "preAllocatedVUs": 1)")),
              HasSubstr("options.scenarios.s.rate: expected a positive integer, got 0.5"));
  EXPECT_THAT(ErrorOf(One(arrival + R"(, "rate": 5, "preAllocatedVUs": 5, "maxVUs": 2)")),
              HasSubstr("options.scenarios.s.maxVUs: expected at least the 5 of preAllocatedVUs, got 2"));
  EXPECT_THAT(ErrorOf(One(arrival + R"(, "rate": 5, "preAllocatedVUs": 5, "arrivals": "bursts")")),
              HasSubstr("options.scenarios.s.arrivals: expected \"even\" or \"poisson\", got \"bursts\""));
  EXPECT_THAT(ErrorOf(One(arrival + R"(, "rate": 5, "timeUnit": "0s", "preAllocatedVUs": 5)")),
              HasSubstr("options.scenarios.s.timeUnit: expected at least 1ms"));
  EXPECT_THAT(ErrorOf(One(R"("executor": "constant-vus", "duration": "1s", "env": {"A": 1})")),
              HasSubstr("options.scenarios.s.env[\"A\"]: expected a string of at most"));
  EXPECT_THAT(ErrorOf(One(R"("executor": "constant-vus", "duration": "1s", "exec": 1)")),
              HasSubstr("options.scenarios.s.exec: expected a string, got 1"));
  EXPECT_THAT(ErrorOf(R"({"scenarios": {"a b": {}}})"), HasSubstr("letters, digits, _ and -, got \"a b\""));
  EXPECT_THAT(ErrorOf(R"({"scenarios": {"s": 5}})"), HasSubstr("options.scenarios.s: expected an object"));
  EXPECT_THAT(ErrorOf(R"({"scenarios": []})"), HasSubstr("options.scenarios: expected an object"));
}

TEST(Scenarios, VusAreLimitedOverAll) {
  EXPECT_THAT(ErrorOf(R"({"scenarios": {
      "a": {"executor": "constant-vus", "duration": "1s", "vus": 600000},
      "b": {"executor": "constant-vus", "duration": "1s", "vus": 600000}}})"),
              HasSubstr("expected at most 1000000 VUs in all scenarios together, got 1200000"));
}

TEST(Scenarios, OtherWaysToSayTheLoadDoNotGoWithThem) {
  const std::string scenarios = R"("scenarios": {"s": {"executor": "constant-vus", "duration": "1s"}})";
  EXPECT_EQ(ErrorOf(R"({"duration": "5s", )" + scenarios + "}"),
            "options.duration and options.scenarios cannot be combined: each scenario says its own");
  EXPECT_THAT(ErrorOf(R"({"iterations": 5, )" + scenarios + "}"), HasSubstr("options.iterations and"));
  EXPECT_THAT(MustParse(R"({"vus": 5, )" + scenarios + "}").warnings,
              ElementsAre(HasSubstr("options.vus has no effect")));
  const ParsedPlan flags = MustParse("{" + scenarios + "}", {.vus = 3});
  EXPECT_THAT(flags.warnings, ElementsAre("the script's scenarios are not used: --vus on the command line"));
  EXPECT_FALSE(flags.plan.named_scenarios);
  EXPECT_EQ(ExecutorOf<ConstantVusConfig>(flags).vus, 3u);
}

TEST(MinIterationDuration, IsALength) {
  EXPECT_EQ(MustParse(R"({"minIterationDuration": "1500ms"})").plan.min_iteration_duration, 1500 * kNanosPerMilli);
  EXPECT_THAT(ErrorOf(R"({"minIterationDuration": "soon"})"), HasSubstr("options.minIterationDuration: "));
}

}  // namespace
}  // namespace mockarty
