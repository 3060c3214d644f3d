// Whole runs of the binary against a real server: load, report, thresholds, stopping.
#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "cli/exit_codes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/cli_process.h"
#include "tests/target/target_process.h"

namespace mockarty {
namespace {

using ::mockarty::testing::CliProcess;
using ::mockarty::testing::TargetProcess;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

namespace json = boost::json;

class RunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/mockarty-run-XXXXXX";
    folder_ = mkdtemp(name);
    auto target = TargetProcess::Start();
    ASSERT_TRUE(target.ok()) << target.status();
    target_ = *std::move(target);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  std::string Script(const std::string& text) const {
    std::ofstream(Path("test.js")) << text;
    return Path("test.js");
  }
  // `perf run` of a script with BASE_URL set.
  std::vector<std::string> Command(const std::string& script, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"perf", "run", Script(script), "-e", "BASE_URL=" + target_->base_url()});
    return more;
  }
  static json::value ReadJson(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return json::parse(text.str());
  }
  // Requests that the server has served, asked without the client under test.
  int64_t CountOnServer() const {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(target_->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    constexpr std::string_view kRequest = "GET /count HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n";
    EXPECT_EQ(write(fd, kRequest.data(), kRequest.size()), static_cast<ssize_t>(kRequest.size()));
    std::string response;
    char buffer[1024];
    for (ssize_t got; (got = read(fd, buffer, sizeof(buffer))) > 0;) response.append(buffer, static_cast<size_t>(got));
    close(fd);
    return json::parse(response.substr(response.find("\r\n\r\n") + 4)).at("total").to_number<int64_t>();
  }

  std::string folder_;
  std::unique_ptr<TargetProcess> target_;
};

constexpr char kGet[] = R"(
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const res = http.get(`${__ENV.BASE_URL}/get`);
  check(res, { 'status is 200': (r) => r.status === 200 });
}
)";

TEST_F(RunTest, FunctionalModeShowsEachCheck) {
  CliProcess cli(Command(R"(
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const res = http.get(`${__ENV.BASE_URL}/status/404`);
  check(res, { 'is not found': (r) => r.status === 404, 'is found': (r) => r.status === 200 });
}
)"));
  EXPECT_EQ(cli.Wait(), kExitPassed) << cli.err();
  EXPECT_THAT(cli.out(), AllOf(HasSubstr("\u2713 is not found"), HasSubstr("\u2717 is found")));
}

TEST_F(RunTest, IterationsAreExactAndTheReportAgreesWithTheServer) {
  for (const char* workers : {"1", "2"}) {
    int64_t before = CountOnServer();
    CliProcess cli(Command(
        kGet, {"--vus", "7", "--iterations", "301", "--workers", workers, "--out", "json:" + Path("report.json")}));
    ASSERT_EQ(cli.Wait(), kExitPassed) << cli.err();
    json::value report = ReadJson(Path("report.json"));
    EXPECT_EQ(report.at("schema").as_string(), "mockarty.report/1");
    EXPECT_EQ(report.at("status").as_string(), "completed");
    EXPECT_EQ(report.at("iterations").to_number<int64_t>(), 301);
    EXPECT_EQ(report.at("totalRequests").to_number<int64_t>(), 301);
    EXPECT_EQ(report.at("failedRequests").to_number<int64_t>(), 0);
    EXPECT_EQ(report.at("checks").as_array().at(0).at("passes").to_number<int64_t>(), 301);
    EXPECT_EQ(CountOnServer() - before, 301);
  }
}

TEST_F(RunTest, ADurationRunReportsWhatTheServerServed) {
  CliProcess cli(Command(kGet, {"--vus", "4", "--duration", "1500ms", "--out", "json:" + Path("report.json")}));
  ASSERT_EQ(cli.Wait(), kExitPassed) << cli.err();
  json::value report = ReadJson(Path("report.json"));
  EXPECT_EQ(report.at("totalRequests").to_number<int64_t>(), CountOnServer());
  EXPECT_GT(report.at("totalRequests").to_number<int64_t>(), 0);
  EXPECT_EQ(report.at("vusMax").to_number<int64_t>(), 4);
  EXPECT_THAT(cli.err(), AllOf(HasSubstr("running: 4 VUs for 1.5s"), HasSubstr("VUs 4/4"), Not(HasSubstr("\x1b"))));
  EXPECT_THAT(cli.out(), AllOf(HasSubstr("http_req_duration"), HasSubstr("GET /get")));
}

TEST_F(RunTest, OnATerminalTheBarIsRedrawnAndLinesDoNotTearIt) {
  CliProcess cli(Command(R"(
import http from 'k6/http';
import { sleep } from 'k6';
export const options = { vus: 1, duration: '2500ms' };
export default function () { http.get(`${__ENV.BASE_URL}/get`); sleep(1.1); console.log('a line'); }
)"),
                 {.stderr_is_terminal = true});
  ASSERT_EQ(cli.Wait(), kExitPassed) << cli.err();
  EXPECT_THAT(cli.err(), AllOf(HasSubstr("VUs 1/1  RPS "), HasSubstr("\r\x1b[Kinfo [VU 1] a line\r\n["),
                               ::testing::EndsWith("\r\x1b[K")));
}

TEST_F(RunTest, StagesRampTheVusOfTheReport) {
  CliProcess cli(Command(R"(
import http from 'k6/http';
import { sleep } from 'k6';
export const options = { stages: [{ duration: '1s', target: 6 }, { duration: '500ms', target: 0 }] };
export default function () { http.get(`${__ENV.BASE_URL}/get`); sleep(0.05); }
)",
                         {"--out", "json:" + Path("report.json")}));
  ASSERT_EQ(cli.Wait(), kExitPassed) << cli.err();
  EXPECT_EQ(ReadJson(Path("report.json")).at("vusMax").to_number<int64_t>(), 6);
  EXPECT_THAT(cli.err(), HasSubstr("running: 0 to 6 VUs in 2 stages, 1.5s in all"));
}

TEST_F(RunTest, AFailedThresholdAnswers99) {
  constexpr char kScript[] = R"(
import http from 'k6/http';
export const options = { iterations: 4, thresholds: { http_req_failed: ['rate < 0.01'], http_reqs: ['count == 4'] } };
export default function () { http.get(`${__ENV.BASE_URL}/status/500`); }
)";
  CliProcess cli(Command(kScript, {"--out", "json:" + Path("report.json")}));
  EXPECT_EQ(cli.Wait(), kExitThresholdsFailed) << cli.err();
  EXPECT_THAT(cli.out(), AllOf(HasSubstr("FAIL [http_req_failed] rate < 0.01: actual=1.00"),
                               HasSubstr("PASS [http_reqs] count == 4: actual=4.00")));
  EXPECT_EQ(ReadJson(Path("report.json")).at("status").as_string(), "failed");

  CliProcess quiet(Command(kScript, {"--quiet"}));
  EXPECT_EQ(quiet.Wait(), kExitThresholdsFailed);
  EXPECT_THAT(quiet.out(), AllOf(HasSubstr("FAIL [http_req_failed]"), Not(HasSubstr("http_req_duration"))));
  EXPECT_THAT(quiet.err(), IsEmpty());
}

TEST_F(RunTest, AnAbortCriterionAnswers97WithItsName) {
  CliProcess cli(Command(R"(
import http from 'k6/http';
export const options = { vus: 2, duration: '60s', abortCriteria: [
  { name: 'High error rate', metric: 'http_req_failed', stat: 'rate', condition: '>', value: 0.5, enabled: true }] };
export default function () { http.get(`${__ENV.BASE_URL}/status/500`); }
)",
                         {"--out", "json:" + Path("report.json")}));
  EXPECT_EQ(cli.Wait(), kExitAbortCriterion) << cli.err();
  EXPECT_EQ(ReadJson(Path("report.json")).at("stoppedReason").as_string(), "auto_stop: High error rate");
}

TEST_F(RunTest, AThresholdWithAbortOnFailEndsTheRunWith99) {
  CliProcess cli(Command(R"(
import http from 'k6/http';
export const options = { vus: 2, duration: '60s',
  thresholds: { http_req_failed: [{ threshold: 'rate < 0.5', abortOnFail: true }] } };
export default function () { http.get(`${__ENV.BASE_URL}/status/500`); }
)"));
  EXPECT_EQ(cli.Wait(), kExitThresholdsFailed) << cli.err();
}

constexpr char kSlow[] = R"(
import http from 'k6/http';
import { sleep } from 'k6';
export const options = { vus: 2, duration: '300s', gracefulStop: '60s' };
export default function () {
  http.get(`${__ENV.BASE_URL}/get`);
  console.log('begun');
  sleep(Number(__ENV.SLEEP));
  console.log('ended');
}
)";

TEST_F(RunTest, CtrlCOnceLetsIterationsFinishAndReports) {
  CliProcess cli(Command(kSlow, {"-e", "SLEEP=1", "--out", "json:" + Path("report.json")}));
  ASSERT_TRUE(cli.WaitForStderr("begun")) << cli.err();
  cli.Signal(SIGINT);
  EXPECT_EQ(cli.Wait(), kExitInterrupted) << cli.err();
  EXPECT_THAT(cli.err(), AllOf(HasSubstr("stopping: iterations under way may finish within 1m0s"), HasSubstr("ended")));
  EXPECT_THAT(cli.out(), HasSubstr("http_req_duration"));
  json::value report = ReadJson(Path("report.json"));
  EXPECT_EQ(report.at("status").as_string(), "stopped");
  EXPECT_EQ(report.at("totalRequests").to_number<int64_t>(), CountOnServer());
  EXPECT_EQ(report.at("iterations").to_number<int64_t>(), report.at("totalRequests").to_number<int64_t>());
}

TEST_F(RunTest, CtrlCTwiceEndsAtOnceAndStillReports) {
  CliProcess cli(Command(kSlow, {"-e", "SLEEP=1000", "--out", "json:" + Path("report.json")}));
  for (const char* begun : {"[VU 1] begun", "[VU 2] begun"}) ASSERT_TRUE(cli.WaitForStderr(begun)) << cli.err();
  cli.Signal(SIGTERM);
  ASSERT_TRUE(cli.WaitForStderr("stopping: ")) << cli.err();
  cli.Signal(SIGINT);
  EXPECT_EQ(cli.Wait(), kExitInterrupted) << cli.err();
  EXPECT_THAT(cli.err(), Not(HasSubstr("ended")));
  EXPECT_EQ(ReadJson(Path("report.json")).at("totalRequests").to_number<int64_t>(), CountOnServer());
}

TEST_F(RunTest, AnEndlessLoopEndsWithTheSecondCtrlC) {
  CliProcess cli(Command("module.exports.default = function () { console.log('begun'); while (true) {} };"));
  ASSERT_TRUE(cli.WaitForStderr("begun")) << cli.err();
  cli.Signal(SIGINT);
  ASSERT_TRUE(cli.WaitForStderr("stopping: ")) << cli.err();
  cli.Signal(SIGINT);
  EXPECT_EQ(cli.Wait(), kExitInterrupted) << cli.err();
}

TEST_F(RunTest, ARefusedPortIsAnErrorOfTheRequestNotOfTheRun) {
  std::string base_url = target_->base_url();
  target_->Stop();
  CliProcess cli({"perf", "run", Script(R"(
import http from 'k6/http';
import { check } from 'k6';
export const options = { iterations: 3 };
export default function () {
  const res = http.get(`${__ENV.BASE_URL}/get`);
  check(res, { 'has an error': (r) => r.status === 0 && r.error !== '' && r.error_code > 0 });
}
)"),
                  "-e", "BASE_URL=" + base_url, "--out", "json:" + Path("report.json")});
  EXPECT_EQ(cli.Wait(), kExitPassed) << cli.err();
  json::value report = ReadJson(Path("report.json"));
  EXPECT_EQ(report.at("failedRequests").to_number<int64_t>(), 3);
  EXPECT_EQ(report.at("checks").as_array().at(0).at("passes").to_number<int64_t>(), 3);
  const json::value& error = report.at("errors").as_array().at(0);
  EXPECT_EQ(error.at("count").to_number<int64_t>(), 3);
  EXPECT_THAT(std::string(error.at("message").as_string()), HasSubstr("refused"));
}

TEST_F(RunTest, AFullDiskTurnsASuccessIntoAnErrorThatSaysSo) {
  CliProcess cli(Command(kGet, {"--out", "json:/dev/full"}));
  EXPECT_EQ(cli.Wait(), kExitFailure);
  EXPECT_THAT(cli.err(), HasSubstr("cannot write the report to \"/dev/full\": No space left on device"));
  CliProcess summary(Command(kGet), {.stdout_path = "/dev/full"});
  EXPECT_EQ(summary.Wait(), kExitFailure);
  EXPECT_THAT(summary.err(), HasSubstr("cannot write the summary: No space left on device"));
}

TEST_F(RunTest, VariablesReachTheScriptTheLastOfANameWins) {
  setenv("MOCKARTY_TEST_SYSTEM", "from the system", 1);
  setenv("A", "system too, but -e wins", 1);
  CliProcess cli(Command(
      "module.exports.default = function () { var e = __ENV; console.log([e.A, e.B, e.MOCKARTY_TEST_SYSTEM, e.Z]); };",
      {"-e", "A=1", "-e", "B=x y=z", "-e", "A=2"}));
  unsetenv("A");
  EXPECT_EQ(cli.Wait(), kExitPassed) << cli.err();
  EXPECT_THAT(cli.err(), HasSubstr(R"(["2","x y=z","from the system",null])"));
}

TEST_F(RunTest, EscapeSequencesOfScriptsDoNotReachTheTerminal) {
  CliProcess cli(Command("module.exports.default = function () { console.log('\\u001b[2Jx'); };"));
  EXPECT_EQ(cli.Wait(), kExitPassed) << cli.err();
  EXPECT_THAT(cli.err(), AllOf(HasSubstr("\\x1b[2Jx"), Not(HasSubstr("\x1b"))));
}

}  // namespace
}  // namespace mockarty
