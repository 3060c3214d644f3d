// The binary itself, as far as it needs no server: what is said, where, and the exit code.
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "cli/exit_codes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/cli_process.h"

namespace mockarty {
namespace {

using ::mockarty::testing::CliProcess;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

class CommandTest : public ::testing::Test {
 protected:
  CommandTest() {
    char name[] = "/tmp/mockarty-cli-XXXXXX";
    folder_ = mkdtemp(name);
  }
  ~CommandTest() override { std::filesystem::remove_all(folder_); }

  std::string Script(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name) << text;
    return folder_ + "/" + name;
  }

  // Runs a script that is expected to be refused, and checks that nothing went to stdout.
  void ExpectRefused(const std::string& script, int code, const std::string& message,
                     std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"perf", "run", script});
    CliProcess cli(more);
    EXPECT_EQ(cli.Wait(), code) << cli.err();
    EXPECT_THAT(cli.err(), HasSubstr(message));
    EXPECT_THAT(cli.out(), IsEmpty());
  }

  std::string folder_;
};

TEST_F(CommandTest, Version) {
  CliProcess cli({"version"});
  EXPECT_EQ(cli.Wait(), kExitPassed);
  EXPECT_THAT(cli.out(), MatchesRegex("mockarty-cli [0-9]+\\.[0-9]+\\.[0-9]+\n"));
  EXPECT_THAT(cli.err(), IsEmpty());
}

TEST_F(CommandTest, HelpGoesToStdoutErrorsToStderr) {
  CliProcess help({"perf", "run", "--help"});
  EXPECT_EQ(help.Wait(), kExitPassed);
  EXPECT_THAT(help.out(), HasSubstr("--iterations"));
  EXPECT_THAT(help.err(), IsEmpty());
  CliProcess none(std::vector<std::string>{});
  EXPECT_EQ(none.Wait(), kExitBadInput);
  EXPECT_THAT(none.out(), IsEmpty());
  EXPECT_THAT(none.err(), HasSubstr("Usage: mockarty-cli"));
}

TEST_F(CommandTest, BadArgumentsAnswer104) {
  std::string script = Script("ok.js", "module.exports.default = function () {};");
  ExpectRefused(script, kExitBadInput, "--vus: expected an integer of 1 to 1000000, got \"ten\"", {"--vus", "ten"});
  ExpectRefused(script, kExitBadInput, "--vus: expected an integer of 1 to 1000000, got \"-1\"", {"--vus", "-1"});
  ExpectRefused(script, kExitBadInput, "--duration: expected a duration", {"--duration", "soon"});
  ExpectRefused(script, kExitBadInput, "unknown option '--vsu', did you mean '--vus'?", {"--vsu", "3"});
  ExpectRefused(script, kExitBadInput, "--out: unknown format \"csv\"", {"--out", "csv:x"});
  ExpectRefused(script, kExitBadInput, "--env: expected NAME=VALUE", {"-e", "NAME"});
  ExpectRefused(script, kExitBadInput, "cannot write the report to", {"--out", "json:" + folder_ + "/no/r.json"});
}

TEST_F(CommandTest, AnOutputIsProvedBeforeTheScriptIsRead) {
  ExpectRefused(folder_ + "/no.js", kExitBadInput, "cannot write the report to", {"--out", "json:" + folder_});
}

TEST_F(CommandTest, AMissingScript) {
  ExpectRefused(folder_ + "/missing.js", kExitBadInput, "missing.js");
  ExpectRefused(folder_, kExitBadInput, folder_);
}

TEST_F(CommandTest, ASyntaxErrorNamesFileAndLine) {
  ExpectRefused(Script("syntax.js", "var a = 1;\nvar b = ;\n"), kExitBadInput, "syntax.js:2");
  ExpectRefused(Script("module.js", "import http from 'k6/http';\n\nexport default function () { let = ; }\n"),
                kExitBadInput, "module.js:3");
}

TEST_F(CommandTest, AThrowInInitAnswers107WithItsLine) {
  ExpectRefused(Script("throws.js", "var x = 1;\n\nthrow new Error('no config');\n"), kExitInitThrew, "no config");
  ExpectRefused(Script("throws2.js", "\nmissing.call();\nmodule.exports.default = function () {};\n"), kExitInitThrew,
                "throws2.js:2");
}

TEST_F(CommandTest, BadOptionsOfAScriptNameFieldValueAndForm) {
  auto with_options = [&](const char* options) {
    return Script("options.js",
                  std::string("module.exports.options = ") + options + ";\nmodule.exports.default = function () {};\n");
  };
  ExpectRefused(with_options("{vus: 'ten'}"), kExitBadInput, "options.vus: expected a positive integer, got \"ten\"");
  ExpectRefused(with_options("{stages: [{duration: '1s', target: 1}, {duration: '1x', target: 2}]}"), kExitBadInput,
                "options.stages[1].duration: expected a duration");
  ExpectRefused(with_options("{rps: 'many'}"), kExitBadInput, "options.rps: expected a non-negative integer");
  ExpectRefused(with_options("{paused: true}"), kExitBadInput, "option 'paused' is not supported by this version yet");
  ExpectRefused(with_options("{scenarios: {a: {executor: 'constant-vus', duration: '1s', exec: 'browse'}}}"),
                kExitBadInput, "options.scenarios.a.exec: expected an exported function of the script, got \"browse\"");
  ExpectRefused(with_options("{thresholds: {http_req_duration: ['p(95 < 500']}}"), kExitBadInput, "p(95 < 500");
  ExpectRefused(with_options("{thresholds: {http_req_failed: ['p(95) < 500']}}"), kExitBadInput, "http_req_failed");
  ExpectRefused(with_options("42"), kExitBadInput, "options: expected an object, got 42");
}

TEST_F(CommandTest, AnUnknownOptionIsAWarningAndTheRunGoesOn) {
  CliProcess cli({"perf", "run",
                  Script("warn.js",
                         "module.exports.options = {iteratoins: 5};\n"
                         "module.exports.default = function () {};\n")});
  EXPECT_EQ(cli.Wait(), kExitPassed) << cli.err();
  EXPECT_THAT(cli.err(), HasSubstr("warning: unknown option 'iteratoins', did you mean 'iterations'?"));
}

TEST_F(CommandTest, AScriptWithoutADefaultFunction) {
  ExpectRefused(Script("empty.js", "var a = 1;\n"), kExitBadInput, "default");
}

TEST_F(CommandTest, SigintWhileTheScriptLoadsEndsAtOnce) {
  CliProcess cli({"perf", "run", Script("slow.js", "console.log('loading');\nwhile (true) {}\n")});
  ASSERT_TRUE(cli.WaitForStderr("loading"));
  cli.Signal(SIGINT);
  EXPECT_EQ(cli.Wait(), kExitInterrupted);
  EXPECT_THAT(cli.err(), HasSubstr("interrupted"));
}

TEST_F(CommandTest, SigintBeforeTheLoadBeginsEndsWithoutAReport) {
  std::string script = Script("init.js",
                              "if (__VU > 0) { console.log('in init'); for (var i = 0; i < 2e7; i++) {} }\n"
                              "module.exports.default = function () {};\n");
  std::string report = folder_ + "/report.json";
  CliProcess cli({"perf", "run", script, "--vus", "2", "--out", "json:" + report});
  ASSERT_TRUE(cli.WaitForStderr("in init"));
  cli.Signal(SIGINT);
  EXPECT_EQ(cli.Wait(), kExitInterrupted);
  EXPECT_THAT(cli.err(), HasSubstr("interrupted before the load began"));
  EXPECT_THAT(cli.out(), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(report));
}

}  // namespace
}  // namespace mockarty
