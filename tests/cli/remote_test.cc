// mockarty-cli as a client of a coordinator: what it sends, shows and answers, also when the connection is lost.
#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "cli/exit_codes.h"
#include "cli/remote/run_outcome.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/cli_process.h"
#include "tests/cli/fake_control.h"

namespace mockarty {
namespace {

using ::mockarty::testing::CliProcess;
using ::mockarty::testing::FakeControl;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kScript[] = "export default function () { const x = 'sent as it is'; }\n";

v1::RunEvent Running(int64_t requests) {
  v1::RunEvent event;
  event.set_state(v1::RUN_STATE_RUNNING);
  event.mutable_live()->set_elapsed_ns(requests * 1'000'000'000);
  event.mutable_live()->set_fraction(0.5);
  event.mutable_live()->set_requests(static_cast<uint64_t>(requests));
  for (int i = 0; i < 3; ++i) event.add_runners()->set_state("running");
  return event;
}

v1::RunEvent Final(v1::RunState state = v1::RUN_STATE_COMPLETED) {
  v1::RunEvent event;
  event.set_state(state);
  event.set_final(true);
  v1::RunReport& report = *event.mutable_report();
  report.set_name("test.js");
  report.set_status(state == v1::RUN_STATE_STOPPED ? v1::RunReport::STATUS_STOPPED : v1::RunReport::STATUS_COMPLETED);
  report.set_iterations(4711);
  report.set_thresholds_passed(true);
  return event;
}

int Count(const std::string& text, const std::string& part) {
  int count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

class RemoteTest : public ::testing::Test {
 protected:
  RemoteTest() {
    char name[] = "/tmp/mockarty-remote-XXXXXX";
    folder_ = mkdtemp(name);
    std::ofstream(Path("test.js")) << kScript;
  }
  ~RemoteTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  std::vector<std::string> Remote(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--coordinator", control_.address(), "--token", FakeControl::kToken});
    return arguments;
  }
  std::vector<std::string> Run(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"perf", "run", Path("test.js")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Remote(arguments);
  }

  std::string folder_;
  FakeControl control_;
};

TEST_F(RemoteTest, SubmitsWhatTheUserAskedFor) {
  control_.Push(Final());
  CliProcess cli(
      Run({"--vus", "10", "--duration", "5s", "--iterations", "7", "-e", "A=1", "-e", "B=x=y", "--runners", "3",
           "--labels", "region=eu,tier=heavy", "--namespace", "team", "--on-runner-loss", "rebalance"}));
  EXPECT_EQ(cli.Wait(), kExitPassed) << cli.err();
  ASSERT_THAT(control_.seen().submits, SizeIs(1));
  const v1::SubmitRequest request = control_.seen().submits[0];
  EXPECT_EQ(request.script_name(), "test.js");
  EXPECT_EQ(request.script(), kScript);
  EXPECT_EQ(request.vus(), 10u);
  EXPECT_EQ(request.duration_ns(), 5'000'000'000);
  EXPECT_EQ(request.iterations(), 7u);
  EXPECT_EQ(request.runners(), 3u);
  EXPECT_THAT(request.required_labels(), ElementsAre("region=eu", "tier=heavy"));
  EXPECT_EQ(request.namespace_(), "team");
  EXPECT_EQ(request.loss_policy(), v1::LOSS_POLICY_REBALANCE);
  EXPECT_EQ(request.request_id().size(), 32u);
  // The shell's variables stay at home: only those of -e travel.
  ASSERT_EQ(request.environment_size(), 2);
  EXPECT_EQ(request.environment(1).name(), "B");
  EXPECT_EQ(request.environment(1).value(), "x=y");
}

TEST_F(RemoteTest, WithoutOptionsTheScriptAndTheCoordinatorDecide) {
  control_.Push(Final());
  CliProcess cli(Run());
  EXPECT_EQ(cli.Wait(), kExitPassed) << cli.err();
  const v1::SubmitRequest request = control_.seen().submits.at(0);
  EXPECT_FALSE(request.has_vus() || request.has_duration_ns() || request.has_iterations());
  EXPECT_EQ(request.runners(), 0u);
  EXPECT_EQ(request.environment_size(), 0);
}

TEST_F(RemoteTest, ShowsProgressLinesAndTheSummary) {
  v1::RunEvent first = Running(1);
  first.add_warnings("option 'x' is not known");
  first.add_console("info [runner-1 VU 3] hello \x1b[2J");
  first.set_message("3 runners are ready");
  v1::TestPlan& plan = *first.mutable_plan();
  plan.set_mode(v1::TestPlan::MODE_PERFORMANCE);
  plan.mutable_constant_vus()->set_vus(10);
  plan.mutable_constant_vus()->set_duration_ns(5'000'000'000);
  plan.mutable_http()->set_timeout_ns(60'000'000'000);
  plan.set_apdex_threshold_ns(500'000'000);
  control_.Push(first);
  control_.Push(Running(9));
  control_.Push(Final());
  CliProcess cli(Run({"--out", "json:" + Path("report.json")}));
  EXPECT_EQ(cli.Wait(), kExitPassed) << cli.err();
  EXPECT_THAT(cli.err(), AllOf(HasSubstr("run run-1 at 127.0.0.1"), HasSubstr("warning: option 'x' is not known"),
                               HasSubstr("info [runner-1 VU 3] hello \\x1b[2J"), HasSubstr("3 runners are ready"),
                               HasSubstr("running: 10 VUs for 5s"), HasSubstr("requests 9"), HasSubstr(", 3 runners")));
  EXPECT_THAT(cli.out(), HasSubstr("test.js: completed"));
  std::ostringstream json;
  json << std::ifstream(Path("report.json")).rdbuf();
  EXPECT_THAT(json.str(), HasSubstr("\"iterations\": 4711"));
}

TEST_F(RemoteTest, QuietLeavesTheVerdict) {
  v1::RunEvent first = Running(1);
  first.set_message("3 runners are ready");
  control_.Push(first);
  control_.Push(Final());
  CliProcess cli(Run({"--quiet"}));
  EXPECT_EQ(cli.Wait(), kExitPassed);
  EXPECT_THAT(cli.err(), IsEmpty());
  EXPECT_THAT(cli.out(), IsEmpty());
}

TEST_F(RemoteTest, ALostStreamIsTakenUpWhereItEnded) {
  control_.Push(Running(1));
  control_.Push(Running(6));
  CliProcess cli(Run());
  ASSERT_TRUE(cli.WaitForStderr("requests 6")) << cli.err();
  control_.CutStreams();
  ASSERT_TRUE(control_.WaitFor([](const auto& seen) { return seen.watches.size() == 2; }));
  control_.CutStreams();
  ASSERT_TRUE(control_.WaitFor([](const auto& seen) { return seen.watches.size() == 3; }));
  control_.Push(Final());
  EXPECT_EQ(cli.Wait(), kExitPassed) << cli.err();
  EXPECT_EQ(control_.seen().watches[2].after(), 2u);
  EXPECT_THAT(control_.seen().submits, SizeIs(1));
  // Twice cut, but without an event between the two it is one loss.
  EXPECT_EQ(Count(cli.err(), "connection to the coordinator lost; reconnecting"), 1);
  EXPECT_EQ(Count(cli.err(), "connected to the coordinator again"), 1);
}

TEST_F(RemoteTest, ACoordinatorThatStartsAgainIsFound) {
  control_.Push(Running(6));
  CliProcess cli(Run());
  ASSERT_TRUE(cli.WaitForStderr("requests 6")) << cli.err();
  control_.Stop();
  ASSERT_TRUE(cli.WaitForStderr("connection to the coordinator lost; reconnecting"));
  control_.Start();
  control_.Push(Final());
  EXPECT_EQ(cli.Wait(), kExitPassed) << cli.err();
}

TEST_F(RemoteTest, ASubmitWhoseAnswerWasLostIsOneRun) {
  control_.LoseSubmitAnswers(2);
  control_.Push(Final());
  CliProcess cli(Run());
  EXPECT_EQ(cli.Wait(), kExitPassed) << cli.err();
  ASSERT_THAT(control_.seen().submits, SizeIs(3));
  EXPECT_EQ(control_.seen().submits[0].request_id(), control_.seen().submits[2].request_id());
  CliProcess other(Run());
  EXPECT_EQ(other.Wait(), kExitPassed);
  EXPECT_NE(control_.seen().submits[0].request_id(), control_.seen().submits[3].request_id());
}

TEST_F(RemoteTest, AStoreThatDoesNotTakeTheRunIsSaidAndSoonGivenUp) {
  const grpc::Status why(grpc::StatusCode::FAILED_PRECONDITION, "the run cannot be stored: disk full");
  control_.RefuseSubmits(2, why);
  control_.Push(Final());
  CliProcess moment(Run());
  EXPECT_EQ(moment.Wait(), kExitPassed) << moment.err();
  EXPECT_THAT(moment.err(), HasSubstr(" does not take the run now: the run cannot be stored: disk full; trying again"));

  control_.RefuseSubmits(1'000, why);
  CliProcess cli(Run());
  EXPECT_EQ(cli.Wait(), kExitFailure) << cli.err();
  EXPECT_THAT(cli.err(), HasSubstr(" did not take the run: the run cannot be stored: disk full"));
  EXPECT_THAT(cli.err(), ::testing::Not(HasSubstr("no answer")));
  EXPECT_EQ(cli.err().find("trying again"), cli.err().rfind("trying again")) << "said once";
}

TEST_F(RemoteTest, CtrlCOnceGracefullyTwiceAtOnce) {
  control_.Push(Running(6));
  CliProcess cli(Run());
  ASSERT_TRUE(cli.WaitForStderr("requests 6")) << cli.err();
  cli.Signal(SIGINT);
  ASSERT_TRUE(control_.WaitFor([](const auto& seen) { return seen.stops.size() == 1; }));
  EXPECT_FALSE(control_.seen().stops[0].now());
  cli.Signal(SIGINT);
  ASSERT_TRUE(control_.WaitFor([](const auto& seen) { return seen.stops.size() == 2; }));
  EXPECT_TRUE(control_.seen().stops[1].now());
  control_.Push(Final(v1::RUN_STATE_STOPPED));
  EXPECT_EQ(cli.Wait(), kExitInterrupted) << cli.err();
  EXPECT_THAT(cli.out(), HasSubstr("test.js: "));
}

TEST_F(RemoteTest, CtrlCThreeTimesLeavesAndSaysHowToStop) {
  control_.Push(Running(6));
  CliProcess cli(Run());
  ASSERT_TRUE(cli.WaitForStderr("requests 6")) << cli.err();
  // Without the coordinator the stop cannot be delivered: leaving must not wait for it.
  control_.Stop();
  cli.Signal(SIGINT);
  ASSERT_TRUE(cli.WaitForStderr("stopping: "));
  cli.Signal(SIGINT);
  ASSERT_TRUE(cli.WaitForStderr("stopping at once"));
  cli.Signal(SIGINT);
  EXPECT_EQ(cli.Wait(), kExitInterrupted);
  EXPECT_THAT(cli.err(), HasSubstr("leaving; run run-1 goes on. To stop it: mockarty-cli perf stop run-1 --now"));
}

TEST_F(RemoteTest, AStopReachesACoordinatorThatComesBack) {
  control_.Push(Running(6));
  CliProcess cli(Run());
  ASSERT_TRUE(cli.WaitForStderr("requests 6")) << cli.err();
  control_.Stop();
  cli.Signal(SIGTERM);
  ASSERT_TRUE(cli.WaitForStderr("stopping: "));
  control_.Start();
  ASSERT_TRUE(control_.WaitFor([](const auto& seen) { return seen.stops.size() == 1; }));
  control_.Push(Final(v1::RUN_STATE_STOPPED));
  EXPECT_EQ(cli.Wait(), kExitInterrupted) << cli.err();
}

TEST_F(RemoteTest, WhatNoAttemptCanMendEndsAtOnce) {
  CliProcess token({"perf", "run", Path("test.js"), "--coordinator", control_.address(), "--token", "mk_wrong"});
  EXPECT_EQ(token.Wait(), kExitFailure);
  EXPECT_THAT(token.err(), HasSubstr("did not take the run: the token is not known"));
  CliProcess run(Remote({"perf", "watch", "run-2"}));
  EXPECT_EQ(run.Wait(), kExitFailure);
  EXPECT_THAT(run.err(), HasSubstr("run run-2 cannot be watched at"));
  EXPECT_THAT(run.err(), HasSubstr("there is no such run"));
  CliProcess script(Remote({"perf", "run", Path("none.js")}));
  EXPECT_EQ(script.Wait(), kExitBadInput);
  EXPECT_THAT(script.err(), HasSubstr("cannot read script"));
  CliProcess ca(Run({"--tls-ca", Path("test.js")}));
  EXPECT_EQ(ca.Wait(), kExitBadInput);
  EXPECT_THAT(ca.err(), HasSubstr("it holds no certificate in PEM form"));
}

TEST_F(RemoteTest, TheEnvironmentGivesWhatTheCommandLineDoesNot) {
  setenv("MOCKARTY_COORDINATOR", control_.address().c_str(), 1);
  setenv("MOCKARTY_API_KEY", FakeControl::kToken, 1);
  CliProcess cli({"runners"});
  CliProcess flag({"runners", "--token", "mk_wrong"});
  unsetenv("MOCKARTY_COORDINATOR");
  unsetenv("MOCKARTY_API_KEY");
  EXPECT_EQ(cli.Wait(), kExitPassed) << cli.err();
  EXPECT_EQ(flag.Wait(), kExitFailure);
}

TEST_F(RemoteTest, ARunThatCouldNotBeCarriedOutSaysWhy) {
  v1::RunEvent event;
  event.set_state(v1::RUN_STATE_FAILED);
  event.set_final(true);
  event.set_failure_kind(v1::FAILURE_KIND_BAD_INPUT);
  event.set_failure("test.js:1: syntax error");
  control_.Push(event);
  CliProcess cli(Run());
  EXPECT_EQ(cli.Wait(), kExitBadInput);
  EXPECT_THAT(cli.err(), HasSubstr("error: test.js:1: syntax error"));
  EXPECT_THAT(cli.out(), IsEmpty());
}

TEST_F(RemoteTest, WatchFollowsAndLeavesTheRunAlone) {
  control_.Push(Running(6));
  CliProcess leaving(Remote({"perf", "watch", "run-1"}));
  ASSERT_TRUE(leaving.WaitForStderr("requests 6")) << leaving.err();
  leaving.Signal(SIGINT);
  EXPECT_EQ(leaving.Wait(), kExitInterrupted);
  EXPECT_THAT(leaving.err(), HasSubstr("leaving; run run-1 goes on"));
  EXPECT_THAT(control_.seen().stops, IsEmpty());
  control_.Push(Final());
  CliProcess watch(Remote({"perf", "watch", "run-1"}));
  EXPECT_EQ(watch.Wait(), kExitPassed);
  EXPECT_THAT(watch.out(), HasSubstr("test.js: completed"));
  CliProcess json(Remote({"perf", "watch", "run-1", "--json"}));
  EXPECT_EQ(json.Wait(), kExitPassed);
  EXPECT_THAT(json.out(), AllOf(StartsWith("{"), HasSubstr("\"iterations\": 4711")));
}

TEST_F(RemoteTest, Runners) {
  v1::ListRunnersResponse runners;
  v1::RunnerInfo& runner = *runners.add_runners();
  runner.set_name("eu-1\x1b[31m");
  runner.set_state("connected");
  runner.set_slots(3);
  runner.set_active(1);
  v1::Variable& label = *runner.add_labels();
  label.set_name("region");
  label.set_value("eu");
  control_.SetRunners(runners);
  CliProcess table(Remote({"runners"}));
  EXPECT_EQ(table.Wait(), kExitPassed) << table.err();
  EXPECT_THAT(table.out(), AllOf(StartsWith("NAME"), HasSubstr("eu-1\\x1b[31m  connected  1/3"), HasSubstr("region=eu"),
                                 Not(HasSubstr("\x1b"))));
  CliProcess json(Remote({"runners", "--json"}));
  EXPECT_EQ(json.Wait(), kExitPassed);
  EXPECT_THAT(json.out(), AllOf(StartsWith("["), HasSubstr("\"region\": \"eu\""), HasSubstr("\"activeTasks\": 1")));
}

TEST_F(RemoteTest, ListAndStop) {
  v1::ListRunsResponse runs;
  v1::RunSummary& run = *runs.add_runs();
  run.set_run_id("run-1");
  run.set_state(v1::RUN_STATE_RUNNING);
  run.set_created_at_ms(1'700'000'000'000);
  run.set_runners(2);
  control_.SetRuns(runs);
  CliProcess table(Remote({"perf", "list", "--limit", "7", "--namespace", "team"}));
  EXPECT_EQ(table.Wait(), kExitPassed) << table.err();
  EXPECT_THAT(table.out(), HasSubstr("run-1  running  2        2023-11-14T22:13:20Z  -"));
  EXPECT_EQ(control_.seen().lists.at(0).limit(), 7u);
  EXPECT_EQ(control_.seen().lists.at(0).namespace_(), "team");
  CliProcess json(Remote({"perf", "list", "--json"}));
  EXPECT_EQ(json.Wait(), kExitPassed);
  EXPECT_THAT(json.out(), AllOf(HasSubstr("\"status\": \"running\""), HasSubstr("\"startedAt\": null")));
  CliProcess stop(Remote({"perf", "stop", "run-1", "--now"}));
  EXPECT_EQ(stop.Wait(), kExitPassed) << stop.err();
  EXPECT_TRUE(control_.seen().stops.at(0).now());
  CliProcess unknown(Remote({"perf", "stop", "run-2"}));
  EXPECT_EQ(unknown.Wait(), kExitFailure);
  EXPECT_THAT(unknown.err(), HasSubstr("there is no such run"));
}

TEST(RunOutcome, CodesAreThoseOfALocalRun) {
  EXPECT_EQ(CodeOfFinalEvent(Final()), kExitPassed);
  v1::RunEvent failed = Final(v1::RUN_STATE_FAILED);
  failed.mutable_report()->set_thresholds_passed(false);
  EXPECT_EQ(CodeOfFinalEvent(failed), kExitThresholdsFailed);
  v1::RunEvent aborted = failed;
  aborted.set_state(v1::RUN_STATE_STOPPED);
  EXPECT_EQ(CodeOfFinalEvent(aborted), kExitInterrupted);
  aborted.set_aborted_by_threshold(true);
  EXPECT_EQ(CodeOfFinalEvent(aborted), kExitThresholdsFailed);
  aborted.set_aborted_by_threshold(false);
  aborted.set_aborted_by_criterion(true);
  EXPECT_EQ(CodeOfFinalEvent(aborted), kExitAbortCriterion);
  struct Case {
    v1::FailureKind kind;
    int code;
  };
  for (const Case& c : std::vector<Case>{{v1::FAILURE_KIND_BAD_INPUT, kExitBadInput},
                                         {v1::FAILURE_KIND_INIT_THREW, kExitInitThrew},
                                         {v1::FAILURE_KIND_NO_RUNNER, kExitFailure},
                                         {v1::FAILURE_KIND_RUNNER_LOST, kExitFailure},
                                         {v1::FAILURE_KIND_INTERNAL, kExitFailure}}) {
    v1::RunEvent event = Final(v1::RUN_STATE_FAILED);
    event.set_failure_kind(c.kind);
    EXPECT_EQ(CodeOfFinalEvent(event), c.code) << c.kind;
  }
}

}  // namespace
}  // namespace mockarty
