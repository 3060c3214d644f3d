// mockarty-runner against a coordinator that is played: what it says, and how it ends.
#include "tests/agent/runner_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "common/base/sha256.h"
#include "mockarty/v1/plan.pb.h"
#include "tests/agent/fake_coordinator.h"
#include "tests/http/test_tls.h"

namespace mockarty::testing {
namespace {

using Message = v1::RunnerMessage;
using ::testing::HasSubstr;
using ::testing::Not;

std::map<std::string, std::string> Environment(const std::string& address, const std::string& token = "mki_good") {
  return {{"COORDINATOR_ADDR", address},
          {"API_TOKEN", token},
          {"UI_PORT", "0"},
          {"UI_BIND_ADDR", "127.0.0.1"},
          {"RUNNER_NAME", "eu-1"}};
}

TEST(RunnerProcessTest, SaysWhoItIs) {
  FakeCoordinator coordinator;
  auto environment = Environment(coordinator.address());
  environment["LABELS"] = "region=eu, tier=heavy";
  environment["MAX_CONCURRENT_TASKS"] = "7";
  environment["SHARED"] = "false";
  environment["NAMESPACE"] = "team-a";
  environment["PERF_ENABLED"] = "false";
  RunnerProcess runner(environment);
  auto hello = coordinator.Await(Message::kHello);
  ASSERT_TRUE(hello.has_value()) << runner.output();
  EXPECT_EQ(hello->hello().name(), "eu-1");
  EXPECT_EQ(hello->hello().instance_id().size(), 32u);
  EXPECT_EQ(hello->hello().slots(), 7u);
  EXPECT_FALSE(hello->hello().shared());
  EXPECT_FALSE(hello->hello().perf_enabled());
  EXPECT_EQ(hello->hello().namespace_(), "team-a");
  ASSERT_EQ(hello->hello().labels_size(), 2);
  EXPECT_EQ(hello->hello().labels(1).name(), "tier");
  EXPECT_EQ(hello->hello().labels(1).value(), "heavy");
  ASSERT_EQ(hello->hello().capabilities_size(), 2);
  EXPECT_EQ(hello->hello().capabilities(1), "performance");
  EXPECT_GE(hello->hello().cores(), 1u);
  EXPECT_TRUE(coordinator.Await(Message::kHeartbeat).has_value());
  EXPECT_TRUE(coordinator.Await(Message::kHeartbeat).has_value());
}

TEST(RunnerProcessTest, ARefusedTokenEndsIt) {
  FakeCoordinator coordinator;
  RunnerProcess runner(Environment(coordinator.address(), "mki_bad"));
  EXPECT_EQ(runner.Wait(), 1);
  EXPECT_THAT(runner.output(), HasSubstr("authentication failed: invalid token"));
  EXPECT_THAT(runner.output(), Not(HasSubstr("mki_bad")));
}

TEST(RunnerProcessTest, SigtermWithNothingRunningEndsInOrder) {
  FakeCoordinator coordinator;
  RunnerProcess runner(Environment(coordinator.address()));
  ASSERT_TRUE(coordinator.Await(Message::kHello).has_value()) << runner.output();
  runner.Signal(SIGTERM);
  EXPECT_EQ(runner.Wait(), 0) << runner.output();
}

TEST(RunnerProcessTest, SigtermWithoutACoordinatorEndsItToo) {
  RunnerProcess runner(Environment("127.0.0.1:1"));
  ASSERT_TRUE(runner.WaitFor("failed to connect to coordinator at 127.0.0.1:1", 2));
  runner.Signal(SIGTERM);
  EXPECT_EQ(runner.Wait(), 0) << runner.output();
}

TEST(RunnerProcessTest, HealthAndMetricsFollowTheConnection) {
  FakeCoordinator coordinator;
  RunnerProcess runner(Environment(coordinator.address()));
  int port = runner.DashboardPort();
  ASSERT_NE(port, 0) << runner.output();
  ASSERT_TRUE(coordinator.Await(Message::kHeartbeat).has_value());  // so it has the Welcome
  std::string health = HttpGet(port, "/health");
  EXPECT_THAT(health, HasSubstr("200 OK"));
  EXPECT_THAT(health, HasSubstr(R"("status":"ok")"));
  EXPECT_THAT(health, HasSubstr(R"("coordinator":"connected")"));
  EXPECT_THAT(health, HasSubstr(R"("activeTasks":0)"));
  EXPECT_THAT(health, HasSubstr(R"("capabilities":["api_test","performance"])"));
  std::string metrics = HttpGet(port, "/metrics");
  EXPECT_THAT(metrics, HasSubstr("mockarty_runner_coordinator_connected 1"));
  EXPECT_THAT(metrics, HasSubstr("mockarty_runner_active_tasks 0"));
  EXPECT_THAT(metrics, HasSubstr(R"(mockarty_runner_tasks_total{status="completed",type="performance"} 0)"));
  EXPECT_THAT(metrics, HasSubstr("mockarty_runner_task_duration_seconds_bucket"));
  EXPECT_THAT(HttpGet(port, "/"), HasSubstr("<h1>eu-1</h1>"));
  EXPECT_THAT(HttpGet(port, "/nothing"), HasSubstr("404"));
}

TEST(RunnerProcessTest, ComesBackAfterACoordinatorWentAway) {
  auto coordinator = std::make_unique<FakeCoordinator>();
  int port = coordinator->port();
  RunnerProcess runner(Environment(coordinator->address()));
  auto first = coordinator->Await(Message::kHello);
  ASSERT_TRUE(first.has_value()) << runner.output();
  coordinator.reset();
  ASSERT_TRUE(runner.WaitFor("failed to connect to coordinator")) << runner.output();
  coordinator = std::make_unique<FakeCoordinator>(grpc::InsecureServerCredentials(), port);
  auto second = coordinator->Await(Message::kHello);
  ASSERT_TRUE(second.has_value()) << runner.output();
  EXPECT_EQ(second->hello().instance_id(), first->hello().instance_id());
}

TEST(RunnerProcessTest, ServesSeveralCoordinators) {
  FakeCoordinator one;
  FakeCoordinator two;
  RunnerProcess runner(Environment(one.address() + "," + two.address()));
  EXPECT_TRUE(one.Await(Message::kHello).has_value());
  EXPECT_TRUE(two.Await(Message::kHello).has_value());
}

TEST(RunnerProcessTest, NamesBothVersionsWhereTheyDoNotMatch) {
  FakeCoordinator coordinator;
  coordinator.major = 9;
  RunnerProcess runner(Environment(coordinator.address()));
  EXPECT_TRUE(runner.WaitFor("the coordinator speaks protocol 9.0, this runner 1.0")) << runner.output();
  EXPECT_TRUE(runner.WaitFor("is of another version")) << runner.output();
}

TEST(RunnerProcessTest, ARefusedVersionIsShownAsTheCoordinatorSaysIt) {
  FakeCoordinator coordinator;
  coordinator.refusal = {grpc::StatusCode::FAILED_PRECONDITION, "protocol 9.0 here, 1.0 there"};
  RunnerProcess runner(Environment(coordinator.address()));
  EXPECT_TRUE(runner.WaitFor("is of another version: protocol 9.0 here, 1.0 there")) << runner.output();
}

// Offer, archive, load, windows, end: with a real worker process.
class RunnerTaskTest : public ::testing::Test {
 protected:
  v1::AssignmentId Id() {
    v1::AssignmentId id;
    id.set_run_id("r1");
    id.set_number(1);
    id.set_epoch(1);
    return id;
  }

  // Up to Ready.
  std::optional<Message> Prepare(const std::string& code, int64_t duration_ns) {
    v1::Archive archive;
    archive.set_name("test.js");
    archive.set_code(code);
    std::string bytes = archive.SerializeAsString();
    v1::CoordinatorMessage message;
    v1::Offer* offer = message.mutable_offer();
    *offer->mutable_id() = Id();
    offer->set_namespace_("default");
    offer->set_archive_hash(Sha256Hex(bytes));
    offer->set_archive_bytes(bytes.size());
    offer->set_ready_within_ms(60'000);
    v1::TestPlan* plan = offer->mutable_plan();
    plan->set_mode(v1::TestPlan::MODE_PERFORMANCE);
    plan->mutable_constant_vus()->set_vus(2);
    plan->mutable_constant_vus()->set_duration_ns(duration_ns);
    plan->set_graceful_stop_ns(kNanosPerSecond);
    plan->set_apdex_threshold_ns(kNanosPerSecond / 2);
    plan->mutable_http()->set_max_redirects(10);
    plan->mutable_http()->set_timeout_ns(kNanosPerSecond);
    coordinator_.Send(message);
    auto answer = coordinator_.Await(Message::kOfferAnswer);
    if (!answer.has_value() || !answer->offer_answer().accepted()) return answer;
    message.Clear();
    *message.mutable_lease()->mutable_id() = Id();
    coordinator_.Send(message);
    auto request = coordinator_.Await(Message::kArchiveRequest);
    if (!request.has_value()) return request;
    message.Clear();
    message.mutable_archive_chunk()->set_hash(request->archive_request().hash());
    message.mutable_archive_chunk()->set_total(bytes.size());
    message.mutable_archive_chunk()->set_data(bytes);
    coordinator_.Send(message);
    return coordinator_.Await(Message::kReady);
  }
  void Start() {
    v1::CoordinatorMessage message;
    *message.mutable_start()->mutable_id() = Id();
    message.mutable_start()->set_start_at_ns(MonotonicNow());
    coordinator_.Send(message);
  }
  void Acknowledge(uint64_t last) {
    v1::CoordinatorMessage message;
    *message.mutable_window_ack()->mutable_id() = Id();
    message.mutable_window_ack()->add_taken(1);
    message.mutable_window_ack()->add_taken(last);
    coordinator_.Send(message);
  }
  // Takes windows as a coordinator does, until the end of the task.
  std::optional<Message> ToTheEnd() {
    for (;;) {
      auto message = coordinator_.Await([](const Message& said) { return said.has_window() || said.has_finished(); });
      if (!message.has_value() || message->has_finished()) return message;
      last_window_ = message->window().window().last_seq();
      Acknowledge(last_window_);
    }
  }
  void Release() {
    v1::CoordinatorMessage message;
    *message.mutable_release()->mutable_id() = Id();
    coordinator_.Send(message);
  }

  const std::string sleeping_ = "exports.default = function () { for (var t = Date.now(); Date.now() - t < 20;) {} };";
  FakeCoordinator coordinator_;
  uint64_t last_window_ = 0;
};

TEST_F(RunnerTaskTest, CarriesOutATask) {
  RunnerProcess runner(Environment(coordinator_.address()));
  ASSERT_TRUE(coordinator_.Await(Message::kHeartbeat).has_value()) << runner.output();
  auto ready = Prepare(sleeping_, kNanosPerSecond);
  ASSERT_TRUE(ready.has_value()) << runner.output();
  EXPECT_EQ(ready->ready().failure(), "");
  EXPECT_EQ(ready->ready().vus(), 2u);
  Start();
  EXPECT_TRUE(coordinator_.Await(Message::kStarted).has_value());
  auto finished = ToTheEnd();
  ASSERT_TRUE(finished.has_value()) << runner.output();
  EXPECT_EQ(finished->finished().outcome(), v1::Finished::OUTCOME_COMPLETED) << finished->finished().failure();
  EXPECT_GE(last_window_, 1u);
  EXPECT_EQ(finished->finished().last_seq(), last_window_);
  EXPECT_THAT(HttpGet(runner.DashboardPort(), "/metrics"),
              HasSubstr(R"(mockarty_runner_tasks_total{status="completed",type="performance"} 1)"));
}

TEST_F(RunnerTaskTest, SigtermLetsTheTaskFinish) {
  RunnerProcess runner(Environment(coordinator_.address()));
  ASSERT_TRUE(coordinator_.Await(Message::kHeartbeat).has_value()) << runner.output();
  ASSERT_TRUE(Prepare(sleeping_, 2 * kNanosPerSecond).has_value()) << runner.output();
  Start();
  ASSERT_TRUE(coordinator_.Await(Message::kStarted).has_value());
  runner.Signal(SIGTERM);
  auto beat =
      coordinator_.Await([](const Message& said) { return said.has_heartbeat() && said.heartbeat().draining(); });
  ASSERT_TRUE(beat.has_value());
  EXPECT_EQ(beat->heartbeat().active_tasks(), 1u);
  auto finished = ToTheEnd();
  ASSERT_TRUE(finished.has_value()) << runner.output();
  EXPECT_EQ(finished->finished().outcome(), v1::Finished::OUTCOME_COMPLETED);
  Release();
  EXPECT_EQ(runner.Wait(), 0) << runner.output();
}

TEST_F(RunnerTaskTest, ASecondSigtermStopsAtOnce) {
  RunnerProcess runner(Environment(coordinator_.address()));
  ASSERT_TRUE(coordinator_.Await(Message::kHeartbeat).has_value()) << runner.output();
  ASSERT_TRUE(Prepare(sleeping_, 3600 * kNanosPerSecond).has_value()) << runner.output();
  Start();
  ASSERT_TRUE(coordinator_.Await(Message::kStarted).has_value());
  runner.Signal(SIGTERM);
  ASSERT_TRUE(runner.WaitFor("draining"));
  runner.Signal(SIGTERM);
  auto finished = ToTheEnd();
  ASSERT_TRUE(finished.has_value()) << runner.output();
  EXPECT_EQ(finished->finished().outcome(), v1::Finished::OUTCOME_FAILED);
  EXPECT_EQ(finished->finished().failure(), "its runner was stopped");
  Release();
  EXPECT_EQ(runner.Wait(), 0) << runner.output();
}

std::string WriteFile(const std::string& name, const std::string& text) {
  std::string path = ::testing::TempDir() + "/runner-tls-" + std::to_string(getpid()) + "-" + name;
  std::ofstream(path) << text;
  return path;
}

class RunnerTlsTest : public ::testing::Test {
 protected:
  std::shared_ptr<grpc::ServerCredentials> Credentials(bool mutual) {
    grpc::SslServerCredentialsOptions options(mutual ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                                                     : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
    options.pem_key_cert_pairs.push_back({server_.KeyPem(), server_.Pem()});
    if (mutual) options.pem_root_certs = authority_.Pem();
    return grpc::SslServerCredentials(options);
  }
  static std::map<std::string, std::string> TlsEnvironment(const FakeCoordinator& coordinator) {
    auto environment = Environment("localhost:" + std::to_string(coordinator.port()));
    environment["TLS_ENABLED"] = "true";
    return environment;
  }

  const TestCertificate authority_ = MakeAuthority("runner test");
  const TestCertificate server_ = Issue(&authority_, "DNS:localhost,IP:127.0.0.1");
  const TestCertificate client_ = Issue(&authority_, "DNS:runner");
};

TEST_F(RunnerTlsTest, TrustsTheAuthorityItWasGivenAndShowsItsCertificate) {
  FakeCoordinator coordinator(Credentials(true));
  auto environment = TlsEnvironment(coordinator);
  environment["TLS_CA_CERT"] = WriteFile("ca.pem", authority_.Pem());
  environment["TLS_CERT_FILE"] = WriteFile("cert.pem", client_.Pem());
  environment["TLS_KEY_FILE"] = WriteFile("key.pem", client_.KeyPem());
  RunnerProcess runner(environment);
  EXPECT_TRUE(coordinator.Await(Message::kHello).has_value()) << runner.output();
}

TEST_F(RunnerTlsTest, DoesNotTrustAnotherAuthority) {
  FakeCoordinator coordinator(Credentials(false));
  auto environment = TlsEnvironment(coordinator);
  environment["TLS_CA_CERT"] = WriteFile("other.pem", MakeAuthority("another").Pem());
  RunnerProcess runner(environment);
  EXPECT_TRUE(runner.WaitFor("failed to connect to coordinator at localhost:")) << runner.output();
}

TEST_F(RunnerTlsTest, SkipVerifyTrustsAnyCoordinator) {
  FakeCoordinator coordinator(Credentials(true));
  auto environment = TlsEnvironment(coordinator);
  environment["TLS_INSECURE_SKIP_VERIFY"] = "true";
  environment["TLS_CERT_FILE"] = WriteFile("cert.pem", client_.Pem());
  environment["TLS_KEY_FILE"] = WriteFile("key.pem", client_.KeyPem());
  RunnerProcess runner(environment);
  EXPECT_TRUE(coordinator.Await(Message::kHello).has_value()) << runner.output();
}

TEST(RunnerCommandTest, AnswersItsFlags) {
  RunnerProcess version({}, {"--version"});
  EXPECT_EQ(version.Wait(), 0);
  EXPECT_THAT(version.output(), HasSubstr("mockarty-runner 0."));
  RunnerProcess config(Environment("c:1"), {"--print-config"});
  EXPECT_EQ(config.Wait(), 0);
  EXPECT_THAT(config.output(), HasSubstr("maxConcurrentTasks"));
  EXPECT_THAT(config.output(), Not(HasSubstr("mki_good")));
  RunnerProcess help({}, {"--help"});
  EXPECT_EQ(help.Wait(), 0);
  EXPECT_THAT(help.output(), HasSubstr("DRAIN_TIMEOUT"));
  RunnerProcess wrong({}, {"perf"});
  EXPECT_EQ(wrong.Wait(), 2);
}

TEST(RunnerCommandTest, AWrongSettingStopsTheStart) {
  RunnerProcess none(std::map<std::string, std::string>{{"API_TOKEN", "mki_good"}});
  EXPECT_EQ(none.Wait(), 2);
  EXPECT_THAT(none.output(), HasSubstr("COORDINATOR_ADDR"));
  auto environment = Environment("c:1");
  environment["CONNECTION_MODE"] = "smoke";
  RunnerProcess mode(environment);
  EXPECT_EQ(mode.Wait(), 2);
  EXPECT_THAT(mode.output(), HasSubstr("expected grpc or poll or reverse"));
  environment["CONNECTION_MODE"] = "poll";
  environment["HTTP_PROXY"] = "socks5://user:hunter@proxy";
  RunnerProcess proxy(environment);
  EXPECT_EQ(proxy.Wait(), 1);
  EXPECT_THAT(proxy.output(), ::testing::AllOf(HasSubstr("HTTP_PROXY"), Not(HasSubstr("hunter"))));
}

}  // namespace
}  // namespace mockarty::testing
