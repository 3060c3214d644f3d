// Which tags samples have, how the summary looks, and where options come from.
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "common/plan/option_sources.h"
#include "common/plan/plan_parser.h"
#include "common/plan/report_options_parser.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mockarty {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

absl::StatusOr<ParsedPlan> Parse(const char* json, const PlanOverrides& overrides = {}) {
  const boost::json::value value = boost::json::parse(json);
  return ParsePlan(&value, overrides);
}

ParsedPlan MustParse(const char* json, const PlanOverrides& overrides = {}) {
  absl::StatusOr<ParsedPlan> parsed = Parse(json, overrides);
  EXPECT_TRUE(parsed.ok()) << json << ": " << parsed.status();
  return parsed.ok() ? *std::move(parsed) : ParsedPlan();
}

std::string ErrorOf(const char* json, const PlanOverrides& overrides = {}) {
  const absl::StatusOr<ParsedPlan> parsed = Parse(json, overrides);
  EXPECT_FALSE(parsed.ok()) << json;
  return std::string(parsed.status().message());
}

TEST(SystemTagsOption, DefaultsAreThoseOfK6) {
  const SystemTags tags = MustParse("{}").plan.system_tags;
  EXPECT_EQ(tags, SystemTags());
  for (const SystemTag on : {SystemTag::kProto, SystemTag::kStatus, SystemTag::kError, SystemTag::kExpectedResponse}) {
    EXPECT_TRUE(tags.Has(on));
  }
  for (const SystemTag off : {SystemTag::kUrl, SystemTag::kIp, SystemTag::kVu, SystemTag::kOcspStatus}) {
    EXPECT_FALSE(tags.Has(off));
  }
}

TEST(SystemTagsOption, AListOrATextWithCommas) {
  SystemTags wanted = SystemTags::None();
  wanted.Add(SystemTag::kUrl);
  wanted.Add(SystemTag::kIp);
  EXPECT_EQ(MustParse(R"j({"systemTags": ["url", "ip", "url"]})j").plan.system_tags, wanted);
  EXPECT_EQ(MustParse(R"j({"systemTags": " url ,ip,"})j").plan.system_tags, wanted);
  EXPECT_EQ(MustParse(R"j({"systemTags": []})j").plan.system_tags, SystemTags::None());
  EXPECT_EQ(MustParse(R"j({"systemTags": null})j").plan.system_tags, SystemTags());
  EXPECT_EQ(SystemTags::FromBits(wanted.bits()), wanted);
  EXPECT_EQ(SystemTags::FromBits(~0U).bits(), (1U << kSystemTagNames.size()) - 1);
}

TEST(SystemTagsOption, WrongOnesAreNamed) {
  EXPECT_THAT(ErrorOf(R"j({"systemTags": ["url", "nme"]})j"),
              ::testing::AllOf(HasSubstr("options.systemTags[1]: expected proto, "),
                               HasSubstr("got \"nme\", did you mean 'name'?")));
  EXPECT_EQ(ErrorOf(R"j({"systemTags": [1]})j"), "options.systemTags[0]: expected names of system tags, got 1");
  EXPECT_EQ(ErrorOf(R"j({"systemTags": {}})j"), "options.systemTags: expected a list of names of system tags, got {}");
  EXPECT_THAT(MustParse(R"j({"systemTags": ["iter"]})j").warnings, ElementsAre(HasSubstr("iter has no effect")));
}

TEST(Summary, StatsAndUnit) {
  const SummaryOptions summary =
      MustParse(R"j({"summaryTrendStats": ["p(99.99)", "avg", "p(0)", "avg"], "summaryTimeUnit": "us"})j").plan.summary;
  EXPECT_THAT(summary.trend_stats, ElementsAre("p(99.99)", "avg", "p(0)"));
  EXPECT_EQ(summary.time_unit, "us");
  EXPECT_THAT(MustParse(R"j({"summaryTrendStats": "avg, p(100)"})j").plan.summary.trend_stats,
              ElementsAre("avg", "p(100)"));
  EXPECT_EQ(MustParse("{}").plan.summary, SummaryOptions());
}

TEST(Summary, WrongOnesAreRefused) {
  for (const char* stat : {"p95", "p()", "p(-1)", "p(100.1)", "p(1e1)", "p(nan)", "median", "", "AVG", "p(95", "rate",
                           "p(99.99999999999999)"}) {
    EXPECT_FALSE(IsSummaryStat(stat)) << stat;
  }
  for (const char* stat : {"avg", "min", "med", "max", "count", "p(0)", "p(100)", "p(99.999)"}) {
    EXPECT_TRUE(IsSummaryStat(stat)) << stat;
  }
  EXPECT_EQ(ErrorOf(R"j({"summaryTimeUnit": "h"})j"),
            "options.summaryTimeUnit: expected \"s\", \"ms\" or \"us\", got \"h\"");
  std::string many = R"j({"summaryTrendStats": [)j";
  for (int i = 0; i < 40; ++i) {
    many += (i == 0 ? "\"p(" : ",\"p(") + std::to_string(i) + ")\"";
  }
  EXPECT_EQ(ErrorOf((many + "]}").c_str()), "options.summaryTrendStats: expected at most 32, got 40");
}

TEST(Hooks, NoSetupNoTeardownNoThresholds) {
  const ParsedPlan parsed = MustParse(
      R"j({"noSetup": true, "noTeardown": true, "noThresholds": true, "thresholds": {"checks": ["rate>1"]}})j");
  EXPECT_TRUE(parsed.no_setup);
  EXPECT_TRUE(parsed.no_teardown);
  EXPECT_THAT(parsed.plan.thresholds, IsEmpty());
  EXPECT_EQ(ErrorOf(R"j({"noSetup": 1})j"), "options.noSetup: expected true or false, got 1");
}

TEST(Sources, TheCommandLineWinsAndAFileFillsIn) {
  const PlanOverrides overrides = {.options_json = R"j({"tags": {"a": "1"}, "userAgent": "cli"})j",
                                   .config_json = R"j({"userAgent": "file", "maxRedirects": 3, "batch": 5})j"};
  const ParsedPlan parsed = MustParse(R"j({"tags": {"b": "2"}, "batch": 7})j", overrides);
  EXPECT_THAT(parsed.plan.tags, ElementsAre(std::pair<std::string, std::string>("a", "1")));
  EXPECT_EQ(parsed.plan.http.user_agent, "cli");
  EXPECT_EQ(parsed.plan.http.max_redirects, 3U);
  EXPECT_EQ(parsed.plan.http.batch, 7U);
  EXPECT_THAT(parsed.warnings, IsEmpty());
}

TEST(Sources, ALoadIsOfOneSource) {
  const char* const script = R"j({"vus": 4, "scenarios": {"a": {"executor": "constant-vus", "duration": "1s"}}})j";
  const ParsedPlan parsed = MustParse(script, {.options_json = R"j({"stages": [{"duration": "1s", "target": 9}]})j"});
  const auto& ramp = std::get<RampingVusConfig>(parsed.plan.scenarios.front().executor);
  EXPECT_EQ(ramp.start_vus, 4U);
  EXPECT_EQ(ramp.stages.size(), 1U);
  EXPECT_THAT(parsed.warnings, ElementsAre(HasSubstr("the command line says another")));
  // A file's load gives way to the script's without a word.
  const ParsedPlan filled = MustParse(R"j({"iterations": 3})j", {.config_json = R"j({"duration": "1h", "vus": 2})j"});
  const auto& shared = std::get<SharedIterationsConfig>(filled.plan.scenarios.front().executor);
  EXPECT_EQ(shared.iterations, 3U);
  EXPECT_EQ(shared.vus, 2U);
  EXPECT_FALSE(shared.max_duration.has_value());
  EXPECT_THAT(filled.warnings, IsEmpty());
}

TEST(Sources, WrongOnesAreNamed) {
  EXPECT_EQ(ErrorOf("{}", {.config_json = "[1]"}), "the file of --config: expected a JSON object of options, got [1]");
  EXPECT_THAT(ErrorOf("{}", {.config_json = "{"}), HasSubstr("the file of --config: not valid as JSON"));
  EXPECT_THAT(ErrorOf("{}", {.options_json = "nope"}), HasSubstr("options of the command line: not valid as JSON"));
  EXPECT_THAT(ErrorOf("{}", {.config_json = std::string(kMaxOptionsJson + 1, ' ')}), HasSubstr("expected at most"));
}

}  // namespace
}  // namespace mockarty
