#include "cli/arguments.h"

#include <vector>

#include "cli/exit_codes.h"
#include "common/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mockarty {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

Arguments Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "mockarty-cli");
  return ParseArguments(static_cast<int>(arguments.size()), arguments.data());
}

PerfRunArguments MustRun(std::vector<const char*> arguments) {
  Arguments parsed = Parse(std::move(arguments));
  const auto* answer = std::get_if<Answer>(&parsed);
  EXPECT_EQ(answer, nullptr) << answer->text;
  const auto* run = std::get_if<PerfRunArguments>(&parsed);
  return run == nullptr ? PerfRunArguments() : *run;
}

std::string ErrorOf(std::vector<const char*> arguments) {
  Arguments parsed = Parse(std::move(arguments));
  const auto* answer = std::get_if<Answer>(&parsed);
  if (answer == nullptr) return "(no error)";
  EXPECT_TRUE(answer->is_error);
  EXPECT_EQ(answer->exit_code, kExitBadInput);
  return answer->text;
}

TEST(PerfRun, AllOptions) {
  PerfRunArguments run = MustRun({"perf",      "run",
                                  "script.js", "--vus",
                                  "10",        "--duration",
                                  "1m30s",     "--iterations=500",
                                  "-e",        "A=1",
                                  "--env",     "B=x=y z",
                                  "-e",        "A=2",
                                  "--out",     "json:a.json",
                                  "--out",     "json:dir/b:c.json",
                                  "--workers", "2",
                                  "--quiet"});
  EXPECT_EQ(run.script_path, "script.js");
  EXPECT_EQ(run.overrides.vus, 10u);
  EXPECT_EQ(run.overrides.duration, 90 * kNanosPerSecond);
  EXPECT_EQ(run.overrides.iterations, 500u);
  EXPECT_THAT(run.environment, ElementsAre(Pair("A", "1"), Pair("B", "x=y z"), Pair("A", "2")));
  EXPECT_THAT(run.json_paths, ElementsAre("a.json", "dir/b:c.json"));
  EXPECT_EQ(run.workers, 2);
  EXPECT_TRUE(run.quiet);
}

TEST(PerfRun, OnlyTheScriptIsNeededAndItMayComeLast) {
  PerfRunArguments run = MustRun({"perf", "run", "script.js"});
  EXPECT_FALSE(run.overrides.vus.has_value() || run.overrides.duration.has_value() ||
               run.overrides.iterations.has_value() || run.quiet);
  EXPECT_EQ(run.workers, 0);
  EXPECT_EQ(MustRun({"perf", "run", "-e", "A=", "--vus", "1", "last.js"}).script_path, "last.js");
  EXPECT_EQ(MustRun({"perf", "run", "--", "--odd.js"}).script_path, "--odd.js");
}

TEST(PerfRun, BadNumbersNameFlagValueAndForm) {
  struct Case {
    std::vector<const char*> flags;
    const char* message;
  };
  for (const Case& c : {
           Case{{"--vus", "ten"}, "error: --vus: expected an integer of 1 to 1000000, got \"ten\"\n"},
           {{"--vus", "0"}, "--vus: expected an integer of 1 to 1000000, got \"0\""},
           {{"--vus", "-1"}, "--vus: expected an integer of 1 to 1000000, got \"-1\""},
           {{"--vus=-1"}, "--vus: expected an integer of 1 to 1000000, got \"-1\""},
           {{"--vus", "1e3"}, "--vus: expected an integer of 1 to 1000000, got \"1e3\""},
           {{"--vus", "1000001"}, "--vus: expected an integer of 1 to 1000000, got \"1000001\""},
           {{"--vus", "99999999999999999999"}, "--vus: expected an integer"},
           {{"--iterations", "1.5"}, "--iterations: expected an integer of 1 to 9007199254740991, got \"1.5\""},
           {{"--workers", "0"}, "--workers: expected an integer of 1 to 1024, got \"0\""},
           {{"--duration", "30"}, "--duration: expected a duration such as \"30s\""},
           {{"--duration", "-5s"}, "--duration: expected a duration such as \"30s\""},
           {{"--duration", "0s"}, "--duration: expected more than 0 and at most 8760h0m0s, got \"0s\""},
           {{"--duration", "9000h"}, "--duration: expected more than 0 and at most 8760h0m0s, got \"9000h\""},
       }) {
    std::vector<const char*> arguments = {"perf", "run", "script.js"};
    arguments.insert(arguments.end(), c.flags.begin(), c.flags.end());
    EXPECT_THAT(ErrorOf(arguments), HasSubstr(c.message));
  }
}

TEST(PerfRun, BadVariablesAndOutputs) {
  for (const char* text : {"NAME", "=x", "1A=x", "A-B=x", "\x1b[31m=x"}) {
    EXPECT_THAT(ErrorOf({"perf", "run", "s.js", "-e", text}), HasSubstr("--env: expected NAME=VALUE")) << text;
  }
  EXPECT_THAT(ErrorOf({"perf", "run", "s.js", "--out", "html:x.html"}),
              HasSubstr("--out: unknown format \"html\" in \"html:x.html\"; expected json:FILE"));
  EXPECT_THAT(ErrorOf({"perf", "run", "s.js", "--out", "jsno:x"}), HasSubstr("did you mean 'json'?"));
  EXPECT_THAT(ErrorOf({"perf", "run", "s.js", "--out", "json"}), HasSubstr("--out: expected json:FILE, got \"json\""));
  EXPECT_THAT(ErrorOf({"perf", "run", "s.js", "--out", "json:"}), HasSubstr("--out: expected json:FILE"));
}

TEST(PerfRun, UnknownOptionsAreNamed) {
  EXPECT_THAT(ErrorOf({"perf", "run", "--vu", "10", "s.js"}),
              HasSubstr("error: unknown option '--vu', did you mean '--vus'?"));
  EXPECT_THAT(ErrorOf({"perf", "run", "s.js", "--duratoin=5s"}),
              HasSubstr("unknown option '--duratoin', did you mean '--duration'?"));
  EXPECT_THAT(ErrorOf({"perf", "run", "s.js", "--banana"}), HasSubstr("unknown option '--banana'\n"));
  EXPECT_THAT(ErrorOf({"perf", "run", "s.js", "--har", "x.har"}),
              HasSubstr("option '--har' is not supported by this version yet"));
  EXPECT_THAT(ErrorOf({"perf", "run", "s.js", "--vus"}), HasSubstr("--vus"));
  EXPECT_THAT(ErrorOf({"perf", "run", "a.js", "b.js"}), HasSubstr("unexpected argument \"b.js\""));
  EXPECT_THAT(ErrorOf({"perf", "run"}), HasSubstr("the script is missing"));
}

TEST(Commands, UnknownOnesAreNamed) {
  EXPECT_THAT(ErrorOf({"pref"}), HasSubstr("unknown command 'pref', did you mean 'perf'?"));
  EXPECT_THAT(ErrorOf({"perf", "rnu"}), HasSubstr("unknown command 'rnu', did you mean 'run'?"));
  EXPECT_THAT(ErrorOf({"--vus"}), HasSubstr("unknown option '--vus'"));
  EXPECT_THAT(ErrorOf({}), HasSubstr("perf"));
  EXPECT_THAT(ErrorOf({"perf"}), HasSubstr("run"));
  EXPECT_TRUE(std::holds_alternative<VersionArguments>(Parse({"version"})));
  EXPECT_THAT(ErrorOf({"version", "--banana"}), HasSubstr("unknown option '--banana'"));
}

TEST(Commands, HelpGoesToStdoutAndSucceeds) {
  for (std::vector<const char*> arguments : {std::vector<const char*>{"--help"},
                                             {"perf", "--help"},
                                             {"perf", "run", "--help"},
                                             {"perf", "run", "x.js", "-h"}}) {
    Arguments parsed = Parse(arguments);
    const auto* answer = std::get_if<Answer>(&parsed);
    ASSERT_NE(answer, nullptr);
    EXPECT_FALSE(answer->is_error);
    EXPECT_EQ(answer->exit_code, kExitPassed);
    EXPECT_THAT(answer->text, HasSubstr("Usage: mockarty-cli"));
  }
  Arguments parsed = Parse({"perf", "run", "--help"});
  for (const char* option : {"--vus", "--duration", "--iterations", "--env", "--out", "--workers", "--quiet"}) {
    EXPECT_THAT(std::get<Answer>(parsed).text, HasSubstr(option));
  }
}

TEST(Fleet, AddressesAndTokens) {
  struct Case {
    const char* given;
    const char* address;
  };
  for (const Case& c : std::vector<Case>{{"host", "host:5773"},
                                         {"10.0.0.1:99", "10.0.0.1:99"},
                                         {"::1", "[::1]:5773"},
                                         {"[::1]", "[::1]:5773"},
                                         {"[fe80::1%eth0]:1", "[fe80::1%eth0]:1"}}) {
    EXPECT_EQ(MustRun({"perf", "run", "s.js", "--coordinator", c.given, "--token", "mk_1"}).fleet->coordinator.address,
              c.address);
  }
  for (const char* given : {"http://host", "host:", "host:0", "host:65536", "host:x", "[::1", "[::1]5", "a b", ":1"}) {
    EXPECT_THAT(ErrorOf({"perf", "run", "s.js", "--coordinator", given, "--token", "mk_1"}),
                HasSubstr("--coordinator: expected HOST or HOST:PORT of the coordinator's gRPC port, got"))
        << given;
  }
  EXPECT_THAT(ErrorOf({"runners", "--coordinator", "h"}), HasSubstr("--token: expected a user token (mk_...)"));
  EXPECT_THAT(ErrorOf({"runners", "--coordinator", "h", "--token", "mki_1"}), HasSubstr("got a runner's"));
  EXPECT_THAT(ErrorOf({"runners", "--coordinator", "h", "--token", "mk_\n"}), HasSubstr("printable"));
  EXPECT_THAT(ErrorOf({"runners", "--token", "mk_1"}), HasSubstr("--coordinator: expected HOST[:5773]"));
}

TEST(Fleet, TheCommandLineWinsOverTheEnvironment) {
  std::vector<const char*> run = {"mockarty-cli", "perf", "run", "s.js"};
  Arguments local = ParseArguments(4, run.data());
  EXPECT_FALSE(std::get<PerfRunArguments>(local).fleet.has_value());
  ArgumentDefaults defaults{.coordinator = "env", .token = "mk_env"};
  Arguments remote = ParseArguments(4, run.data(), defaults);
  EXPECT_EQ(std::get<PerfRunArguments>(remote).fleet->coordinator.address, "env:5773");
  EXPECT_EQ(std::get<PerfRunArguments>(remote).fleet->coordinator.token, "mk_env");
  run.insert(run.end(), {"--coordinator", "flag", "--token", "mk_flag"});
  Arguments flags = ParseArguments(8, run.data(), defaults);
  EXPECT_EQ(std::get<PerfRunArguments>(flags).fleet->coordinator.address, "flag:5773");
  EXPECT_EQ(std::get<PerfRunArguments>(flags).fleet->coordinator.token, "mk_flag");
}

TEST(Fleet, OptionsOfARun) {
  PerfRunArguments run =
      MustRun({"perf", "run", "s.js", "--coordinator", "h", "--token", "mk_1", "--runners", "auto", "--labels",
               "a=1, b=2", "--labels", "c=", "--on-runner-loss", "fail", "--tls-ca", "x"});
  EXPECT_EQ(run.fleet->runners, 0u);
  EXPECT_THAT(run.fleet->labels, ElementsAre("a=1", "b=2", "c="));
  EXPECT_EQ(run.fleet->on_loss, RunnerLossChoice::kFail);
  EXPECT_TRUE(run.fleet->coordinator.tls);
  struct Case {
    std::vector<const char*> flags;
    const char* message;
  };
  for (const Case& c : std::vector<Case>{
           {{"--runners", "0"}, "--runners: expected 'auto' or an integer of 1 to 10000, got \"0\""},
           {{"--runners", "many"}, "--runners: expected 'auto'"},
           {{"--labels", "eu"}, "--labels: expected NAME=VALUE,..., got \"eu\""},
           {{"--labels", "a=1,"}, "--labels: expected NAME=VALUE"},
           {{"--namespace", "a/b"}, "--namespace: expected at most 128 letters"},
           {{"--on-runner-loss", "degarde"}, "expected degrade, fail or rebalance, got \"degarde\", did you mean"},
           {{"--workers", "2"}, "--workers: is of runs on this machine"},
       }) {
    std::vector<const char*> arguments = {"perf", "run", "s.js", "--coordinator", "h", "--token", "mk_1"};
    arguments.insert(arguments.end(), c.flags.begin(), c.flags.end());
    EXPECT_THAT(ErrorOf(arguments), HasSubstr(c.message));
  }
  EXPECT_THAT(ErrorOf({"perf", "run", "s.js", "--runners", "2"}), HasSubstr("--runners: needs --coordinator HOST"));
}

TEST(Fleet, OtherCommands) {
  std::vector<const char*> at = {"--coordinator", "h", "--token", "mk_1"};
  auto with = [&](std::vector<const char*> arguments) {
    arguments.insert(arguments.end(), at.begin(), at.end());
    return arguments;
  };
  Arguments stop = Parse(with({"perf", "stop", "r1", "--now"}));
  EXPECT_EQ(std::get<PerfStopArguments>(stop).run_id, "r1");
  EXPECT_TRUE(std::get<PerfStopArguments>(stop).now);
  Arguments list = Parse(with({"perf", "list", "--limit", "1000"}));
  EXPECT_EQ(std::get<PerfListArguments>(list).limit, 1000u);
  Arguments watch = Parse(with({"perf", "watch", "r1", "--out", "json:x"}));
  EXPECT_THAT(std::get<PerfWatchArguments>(watch).json_paths, ElementsAre("x"));
  EXPECT_TRUE(std::get<RunnersArguments>(Parse(with({"runners", "--json"}))).json);
  EXPECT_THAT(ErrorOf(with({"perf", "stop"})), HasSubstr("the run is missing: mockarty-cli perf stop RUN"));
  EXPECT_THAT(ErrorOf(with({"perf", "watch", "a b"})), HasSubstr("RUN: expected the id of a run, got \"a b\""));
  EXPECT_THAT(ErrorOf(with({"perf", "list", "--limit", "1001"})), HasSubstr("--limit: expected an integer of 1 to"));
  EXPECT_THAT(ErrorOf(with({"runners", "--jsn"})), HasSubstr("unknown option '--jsn', did you mean '--json'?"));
}

}  // namespace
}  // namespace mockarty
