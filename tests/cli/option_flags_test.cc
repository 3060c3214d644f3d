// Options of scripts as flags and as variables of the environment.
#include "cli/option_flags.h"

#include <vector>

#include "cli/arguments.h"
#include "cli/exit_codes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

Arguments Parse(std::vector<const char*> more, const OptionVariables& variables) {
  std::vector<const char*> arguments = {"mockarty-cli", "perf", "run", "s.js"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return ParseArguments(static_cast<int>(arguments.size()), arguments.data(), {.options = variables});
}

PerfRunArguments MustRun(std::vector<const char*> more, const OptionVariables& variables = {}) {
  const Arguments parsed = Parse(std::move(more), variables);
  const auto* answer = std::get_if<Answer>(&parsed);
  EXPECT_EQ(answer, nullptr) << answer->text;
  const auto* run = std::get_if<PerfRunArguments>(&parsed);
  return run == nullptr ? PerfRunArguments() : *run;
}

std::string OptionsOf(std::vector<const char*> more, const OptionVariables& variables = {}) {
  return MustRun(std::move(more), variables).overrides.options_json;
}

std::string ErrorOf(std::vector<const char*> more, const OptionVariables& variables = {}) {
  const Arguments parsed = Parse(std::move(more), variables);
  const auto* answer = std::get_if<Answer>(&parsed);
  return answer == nullptr ? "(no error)" : answer->text;
}

TEST(OptionFlags, BecomeOptionsOfTheScript) {
  EXPECT_THAT(OptionsOf({}), IsEmpty());
  EXPECT_EQ(OptionsOf({"--stage", "10s:5,1m:0", "-s", "5s:2"}),
            R"({"stages":[{"duration":"10s","target":5},{"duration":"1m","target":0},{"duration":"5s","target":2}]})");
  EXPECT_EQ(OptionsOf({"--tag", "a=1", "--tag", "b=x=y"}), R"({"tags":{"a":"1","b":"x=y"}})");
  EXPECT_EQ(OptionsOf({"--throw", "--no-setup=false"}), R"({"throw":true,"noSetup":false})");
  EXPECT_EQ(OptionsOf({"--http-debug"}), R"({"httpDebug":true})");
  EXPECT_EQ(OptionsOf({"--http-debug=full"}), R"({"httpDebug":"full"})");
  EXPECT_EQ(OptionsOf({"--max-redirects", "0", "--user-agent", "a", "--user-agent", "b"}),
            R"({"userAgent":"b","maxRedirects":"0"})");
  EXPECT_EQ(OptionsOf({"--dns", "ttl=5m,select=first"}), R"({"dns":{"ttl":"5m","select":"first"}})");
  EXPECT_EQ(OptionsOf({"--summary-trend-stats", "avg, p(99.9)"}), R"j({"summaryTrendStats":["avg","p(99.9)"]})j");
  EXPECT_EQ(OptionsOf({"--system-tags", "status", "--blacklist-ip", "10.0.0.0/8", "--local-ips", "127.0.0.1"}),
            R"({"localIPs":["127.0.0.1"],"blacklistIPs":["10.0.0.0/8"],"systemTags":["status"]})");
}

TEST(OptionFlags, WrongOnesNameTheFlag) {
  EXPECT_THAT(ErrorOf({"--stage", "10s"}),
              HasSubstr("error: --stage: expected DURATION:TARGET such as 30s:20, got \"10s\""));
  EXPECT_THAT(ErrorOf({"--stage", "10s:-1"}), HasSubstr("--stage: expected DURATION:TARGET"));
  EXPECT_THAT(ErrorOf({"--stage", "10x:1"}), HasSubstr("error: --stage[0].duration: "));
  EXPECT_THAT(ErrorOf({"--tag", "nope"}), HasSubstr("error: --tag: expected NAME=VALUE, got \"nope\""));
  EXPECT_THAT(ErrorOf({"--throw=maybe"}), HasSubstr("--throw"));
  EXPECT_THAT(ErrorOf({"--http-debug=loud"}), HasSubstr("--http-debug"));
  EXPECT_THAT(ErrorOf({"--batch", "many"}), HasSubstr("error: --batch: expected a positive integer, got \"many\""));
  EXPECT_THAT(ErrorOf({"--max-redirects", "99999999"}),
              HasSubstr("error: --max-redirects: expected an integer of 0 to"));
  EXPECT_THAT(ErrorOf({"--dns", "policy=none"}), HasSubstr("error: --dns.policy: "));
  EXPECT_THAT(ErrorOf({"--system-tags", "statuss"}), HasSubstr("error: --system-tags[0]: expected proto"));
  EXPECT_THAT(ErrorOf({"--summary-time-unit", "h"}), HasSubstr("error: --summary-time-unit: expected \"s\""));
  EXPECT_THAT(ErrorOf({"--min-iteration-duration", "-5s"}), HasSubstr("--min-iteration-duration: "));
  EXPECT_THAT(ErrorOf({"--stage", "1s:1", "--duration", "5s"}), HasSubstr("--duration and --stage cannot be combined"));
  EXPECT_THAT(ErrorOf({"--include-system-env-vars=perhaps"}), HasSubstr("--include-system-env-vars"));
}

TEST(OptionFlags, VariablesCountWhereNoFlagDoes) {
  const OptionVariables variables = {{"K6_USER_AGENT", "env"}, {"K6_THROW", "true"}, {"K6_STAGES", "1s:2"},
                                     {"K6_VUS", "7"},          {"K6_UNKNOWN", "x"},  {"K6_BATCH", ""}};
  const PerfRunArguments run = MustRun({}, variables);
  EXPECT_EQ(run.overrides.options_json,
            R"({"vus":"7","stages":[{"duration":"1s","target":2}],"throw":true,"userAgent":"env"})");
  EXPECT_FALSE(run.overrides.vus.has_value());
  EXPECT_EQ(OptionsOf({"--user-agent", "flag", "--duration", "3s"}, variables), R"({"throw":true,"userAgent":"flag"})");
  EXPECT_EQ(MustRun({"--duration", "3s"}, variables).overrides.vus, 7U);
  EXPECT_EQ(OptionsOf({"--vus", "2", "--stage", "1s:1"}), R"({"vus":"2","stages":[{"duration":"1s","target":1}]})");
  const PerfRunArguments timed = MustRun({}, {{"K6_DURATION", "5s"}, {"K6_ITERATIONS", "3"}, {"K6_RPS", "9"}});
  EXPECT_EQ(timed.overrides.duration, 5 * kNanosPerSecond);
  EXPECT_EQ(timed.overrides.iterations, 3U);
  EXPECT_EQ(timed.overrides.rps, 9U);
  EXPECT_FALSE(MustRun({"--stage", "1s:1"}, {{"K6_DURATION", "5s"}}).overrides.duration.has_value());
  EXPECT_THAT(ErrorOf({}, {{"K6_VUS", "many"}}), HasSubstr("error: K6_VUS: expected an integer of 1 to"));
  EXPECT_THAT(ErrorOf({}, {{"K6_STAGES", "x"}}), HasSubstr("error: K6_STAGES: expected DURATION:TARGET"));
  EXPECT_THAT(ErrorOf({}, {{"K6_THROW", "perhaps"}}), HasSubstr("error: K6_THROW: expected true or false"));
}

TEST(OptionFlags, OtherFlagsOfTheSummary) {
  const PerfRunArguments run =
      MustRun({"-c", "c.json", "--summary-export", "s.json", "--no-color", "--no-usage-report", "--no-summary"});
  EXPECT_EQ(run.config_path, "c.json");
  EXPECT_EQ(run.summary_export_path, "s.json");
  EXPECT_TRUE(run.no_colour);
  EXPECT_EQ(run.overrides.options_json, R"({"noSummary":true})");
  EXPECT_TRUE(run.system_environment);
  EXPECT_FALSE(MustRun({"--include-system-env-vars=false"}).system_environment);
  const PerfRunArguments by_variables = MustRun({}, {{"K6_CONFIG", "e.json"}, {"K6_SUMMARY_EXPORT", "x.json"}});
  EXPECT_EQ(by_variables.config_path, "e.json");
  EXPECT_EQ(by_variables.summary_export_path, "x.json");
}

TEST(OptionVariables, AreThoseOfK6) {
  const char* const environment[] = {"PATH=/bin", "K6_VUS=3", "K6_EMPTY=", "XK6_A=1", "K6_B", "K6_C=a=b", nullptr};
  EXPECT_EQ(ReadOptionVariables(environment), (OptionVariables{{"K6_VUS", "3"}, {"K6_EMPTY", ""}, {"K6_C", "a=b"}}));
  EXPECT_THAT(ReadOptionVariables(nullptr), IsEmpty());
}

}  // namespace
}  // namespace mockarty
