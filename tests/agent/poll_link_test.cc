// PollLink and an agent against the coordinator's own endpoints, with a core that a test plays, and a network between
// that loses requests and answers.
#include "runner/link/poll_link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <string>

#include "agent/agent.h"
#include "coordinator/core_loop.h"
#include "coordinator/poll/poll_service.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;

class GoodToken final : public TokenVerifier {
 public:
  absl::StatusOr<TokenIdentity> Verify(std::string_view token, TokenType) override {
    if (token == "mki_good" && !revoked) return TokenIdentity{.token_id = "t"};
    return absl::UnauthenticatedError("invalid token");
  }
  std::atomic<bool> revoked{false};
};

// Welcomes runners and counts what they say.
class CountingCore final : public CorePort {
 public:
  CountingCore() { loop_.Start({}); }
  ~CountingCore() override { Stop(); }
  void Stop() {
    loop_.Stop();
    std::lock_guard lock(mutex);
    runner = nullptr;
  }

  void Post(std::function<void()> function) override { loop_.Post(std::move(function)); }
  void OnRunnerConnected(SessionId, std::shared_ptr<RunnerSession> session, std::string, std::string) override {
    std::lock_guard lock(mutex);
    runner = std::move(session);
    ++connects;
    changed.notify_all();
  }
  void OnRunnerMessage(SessionId, const v1::RunnerMessage& message) override {
    std::lock_guard lock(mutex);
    if (message.has_hello() && runner != nullptr) {
      ++hellos;
      v1::CoordinatorMessage welcome;
      welcome.mutable_welcome()->mutable_protocol()->set_major(major);
      welcome.mutable_welcome()->set_heartbeat_interval_ms(50);
      runner->Send(std::move(welcome));
    }
    if (message.has_time_reply()) ++replies[message.time_reply().number()];
    if (message.has_heartbeat()) ++heartbeats;
    changed.notify_all();
  }
  void OnRunnerGone(SessionId) override {
    std::lock_guard lock(mutex);
    ++gone;
    changed.notify_all();
  }
  void Submit(v1::SubmitRequest, const Caller&, std::function<void(absl::StatusOr<std::string>)>) override {}
  absl::Status StopRun(const std::string&, bool, const Caller&) override { return absl::OkStatus(); }
  WatchId Watch(const std::string&, uint64_t, const Caller&, std::function<void(const v1::RunEvent&)>,
                std::function<void(absl::Status)>) override {
    return 0;
  }
  void Unwatch(WatchId) override {}
  void ListRuns(const v1::ListRunsRequest&, const Caller&,
                std::function<void(absl::StatusOr<v1::ListRunsResponse>)>) override {}
  void GetRun(const std::string&, const Caller&, std::function<void(absl::StatusOr<v1::GetRunResponse>)>) override {}
  v1::ListRunnersResponse ListRunners(const Caller&) override { return {}; }

  void SendProbe(uint64_t number) {
    v1::CoordinatorMessage message;
    message.mutable_time_probe()->set_number(number);
    std::lock_guard lock(mutex);
    if (runner != nullptr) runner->Send(std::move(message));
  }
  // Waits, for at most a minute, until `what` holds of the fields below.
  template <typename Condition>
  bool WaitFor(Condition what) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::minutes(1), what);
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::shared_ptr<RunnerSession> runner;
  uint32_t major = kProtocolMajor;
  int connects = 0;
  int hellos = 0;
  int heartbeats = 0;
  int gone = 0;
  std::map<uint64_t, int> replies;

 private:
  CoreLoop loop_;
};

class PollLinkTest : public ::testing::Test {
 protected:
  void TearDown() override {
    link_.reset();
    StopServer();
  }

  void StartServer(PollServiceOptions options = {}, uint16_t port = 0) {
    core_ = std::make_unique<CountingCore>();
    service_ = std::make_unique<PollService>(options, tokens_, *core_);
    std::vector<WebRoute> routes = service_->Routes();
    for (WebRoute& route : routes) MakeLossy(&route);
    HttpServerOptions http_options;
    http_options.address = "127.0.0.1";
    http_options.port = port;
    auto server = HttpServer::Start(http_options, std::move(routes));
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    port_ = server_->Port();
  }
  void StopServer() {
    if (service_ == nullptr) return;
    core_->Stop();
    server_.reset();
    service_.reset();
  }

  // Some requests do not arrive, and of some the answer is lost: a gateway says so in their place.
  void MakeLossy(WebRoute* route) {
    route->async_handler = [this, handler = route->async_handler](WebRequest request, WebReply reply) {
      ++requests_;
      if (empty_answers_ && request.path.ends_with("/receive")) {
        WebResponse empty{.status = 200, .content_type = "application/x-protobuf", .body = ""};
        return reply.Send(empty);
      }
      int chance = std::uniform_int_distribution<int>(0, 99)(random_);
      if (chance < loss_percent_) {
        ++lost_;
        return reply.Send(WebResponse{.status = 502, .body = "request lost"});
      }
      if (chance < 2 * loss_percent_) {
        ++lost_;
        reply.Send(WebResponse{.status = 504, .body = "answer lost"});  // the first one counts
      }
      handler(std::move(request), std::move(reply));
    };
  }

  void StartLink(const std::string& token = "mki_good") {
    PollLinkOptions options;
    options.token = token;
    options.channel.server = {.host = "127.0.0.1", .port = port_};
    options.channel.headers = {{"Authorization", "Bearer " + token}};
    options.min_backoff = options.max_backoff = 20 * kNanosPerMilli;
    link_ = std::make_unique<PollLink>(1, options, agent_, [this] {
      std::lock_guard lock(core_->mutex);
      refused_ = true;
      core_->changed.notify_all();
    });
  }
  bool Connected() { return agent_.GetStats().connected_links == 1; }

  MonotonicClock clock_;
  Agent agent_{AgentOptions{}, clock_};
  GoodToken tokens_;
  std::mt19937 random_{7};
  std::atomic<int> loss_percent_{0};
  std::atomic<int> lost_{0};
  std::atomic<int> requests_{0};
  std::atomic<bool> empty_answers_{false};  // to `receive`, at once
  bool refused_ = false;
  uint16_t port_ = 0;
  std::unique_ptr<CountingCore> core_;
  std::unique_ptr<PollService> service_;
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<PollLink> link_;
};

TEST_F(PollLinkTest, SpeaksAndEndsInOrder) {
  StartServer();
  StartLink();
  ASSERT_TRUE(core_->WaitFor([this] { return core_->heartbeats > 2; }));
  EXPECT_TRUE(Connected());
  core_->SendProbe(5);
  ASSERT_TRUE(core_->WaitFor([this] { return core_->replies[5] == 1; }));
  link_.reset();
  EXPECT_TRUE(core_->WaitFor([this] { return core_->gone == 1; }));
  EXPECT_EQ(core_->connects, 1);
  EXPECT_FALSE(Connected());
}

TEST_F(PollLinkTest, ALossyNetworkLosesAndDoublesNothing) {
  constexpr uint64_t kProbes = 400;
  StartServer();
  StartLink();
  ASSERT_TRUE(core_->WaitFor([this] { return core_->heartbeats > 0; }));
  loss_percent_ = 15;
  for (uint64_t number = 1; number <= kProbes; ++number) {
    core_->SendProbe(number);
    if (number % 20 == 0) {
      ASSERT_TRUE(core_->WaitFor([&] { return core_->replies.contains(number); }));
    }
  }
  EXPECT_TRUE(core_->WaitFor([this] { return core_->replies.size() == kProbes; }));
  std::lock_guard lock(core_->mutex);
  for (const auto& [number, times] : core_->replies) EXPECT_EQ(times, 1) << number;
  EXPECT_EQ(core_->hellos, 1);
  EXPECT_EQ(core_->connects, 1);
  EXPECT_GT(lost_, 5);
}

TEST_F(PollLinkTest, ARefusedTokenEndsIt) {
  StartServer();
  StartLink("mki_bad");
  EXPECT_TRUE(core_->WaitFor([this] { return refused_; }));
  EXPECT_EQ(core_->connects, 0);
}

TEST_F(PollLinkTest, ARevokedTokenEndsIt) {
  StartServer();
  StartLink();
  ASSERT_TRUE(core_->WaitFor([this] { return core_->heartbeats > 0; }));
  tokens_.revoked = true;
  EXPECT_TRUE(core_->WaitFor([this] { return refused_; }));
}

TEST_F(PollLinkTest, AGatewaysRefusalIsNotTheCoordinators) {
  StartServer();
  loss_percent_ = 100;
  StartLink();
  while (lost_ < 3) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  loss_percent_ = 0;
  EXPECT_TRUE(core_->WaitFor([this] { return core_->heartbeats > 0; }));
}

TEST_F(PollLinkTest, OpensAnotherSessionWhenTheCoordinatorIsNew) {
  StartServer();
  StartLink();
  ASSERT_TRUE(core_->WaitFor([this] { return core_->heartbeats > 0; }));
  StopServer();
  StartServer({}, port_);
  EXPECT_TRUE(core_->WaitFor([this] { return core_->heartbeats > 0; }));
  EXPECT_EQ(core_->hellos, 1);
}

TEST_F(PollLinkTest, OpensAnotherSessionWhenTheCoordinatorEndsIt) {
  StartServer();
  StartLink();
  ASSERT_TRUE(core_->WaitFor([this] { return core_->heartbeats > 0; }));
  {
    std::lock_guard lock(core_->mutex);
    core_->runner->Close(absl::AbortedError("the runner connected anew"));
  }
  EXPECT_TRUE(core_->WaitFor([this] { return core_->connects == 2 && core_->gone == 1; }));
  EXPECT_FALSE(refused_);
}

TEST_F(PollLinkTest, ACoordinatorThatSaysNothingAtOnceIsNotAskedWithoutAPause) {
  StartServer();
  empty_answers_ = true;
  StartLink();
  ASSERT_TRUE(core_->WaitFor([this] { return core_->connects == 1; }));
  requests_ = 0;
  const Nanos begin = MonotonicNow();
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  const Nanos passed = MonotonicNow() - begin;
  // A `receive` each 100 ms; without the pause there are thousands.
  EXPECT_LT(requests_, 10 + 20 * passed / kNanosPerSecond);
}

TEST_F(PollLinkTest, AnotherMajorVersionIsLeftAlone) {
  StartServer();
  core_->major = 9;
  StartLink();
  EXPECT_TRUE(core_->WaitFor([this] { return core_->gone == 1; }));
  EXPECT_EQ(core_->connects, 1);
  EXPECT_FALSE(Connected());
}

TEST_F(PollLinkTest, EndsWhileNobodyAnswers) {
  StartServer();
  StopServer();
  core_ = std::make_unique<CountingCore>();  // for the callback
  StartLink();
  link_.reset();
  EXPECT_FALSE(Connected());
}

}  // namespace
}  // namespace mockarty
