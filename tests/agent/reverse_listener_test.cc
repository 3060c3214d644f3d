// The runner's side of reverse mode, against coordinators that are played: honest ones, and such as are none.
#include "runner/link/reverse_listener.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/log/log.h"
#include "common/wire/reverse_handshake.h"
#include "mockarty/v1/reverse_link.grpc.pb.h"
#include "tests/http/test_tls.h"

namespace mockarty {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kToken[] = "mki_good";

// A coordinator's connection, blocking.
class PlayedCoordinator {
 public:
  explicit PlayedCoordinator(uint16_t port, const std::shared_ptr<grpc::ChannelCredentials>& credentials =
                                                grpc::InsecureChannelCredentials()) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetMaxSendMessageSize(-1);
    stub_ = v1::ReverseRunnerLink::NewStub(
        grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port), credentials, arguments));
    stream_ = stub_->Serve(&call_);
  }
  ~PlayedCoordinator() {
    if (finished_) return;
    call_.TryCancel();
    Finish();
  }

  bool Send(const v1::ReverseCoordinatorMessage& message) { return stream_->Write(message); }
  bool Read(v1::ReverseRunnerMessage* message) { return stream_->Read(message); }

  // As far as it comes, and what went wrong on this side.
  absl::Status ShakeHands(const std::string& token = kToken, const std::string& id = "node") {
    CoordinatorHandshake handshake(id, NewHandshakeNonce());
    Send(handshake.Opening());
    v1::ReverseRunnerMessage message;
    while (!handshake.done()) {
      if (!Read(&message)) return absl::UnavailableError("the stream has ended");
      auto answer = handshake.OnMessage(message, [&](std::string_view) { return TokenKey(token); });
      if (!answer.ok()) return answer.status();
      if (answer->has_value()) Send(**answer);
    }
    return absl::OkStatus();
  }
  // From the handshake to the Welcome. False: it did not go as it should.
  bool Connect(const std::string& id = "node", uint32_t major = kProtocolMajor) {
    v1::ReverseRunnerMessage message;
    if (!ShakeHands(kToken, id).ok() || !Read(&message) || !message.message().has_hello()) return false;
    instance_ = message.message().hello().instance_id();
    v1::ReverseCoordinatorMessage welcome;
    welcome.mutable_message()->mutable_welcome()->mutable_protocol()->set_major(major);
    welcome.mutable_message()->mutable_welcome()->set_heartbeat_interval_ms(50);
    return Send(welcome);
  }
  // Reads until a message of this kind; false at the end of the stream.
  bool Await(v1::RunnerMessage::KindCase kind) {
    v1::ReverseRunnerMessage message;
    while (Read(&message)) {
      if (message.message().kind_case() == kind) return true;
    }
    return false;
  }
  grpc::Status Finish() {
    v1::ReverseRunnerMessage message;
    while (Read(&message)) {
    }
    finished_ = true;
    return stream_->Finish();
  }
  void EndWrites() { stream_->WritesDone(); }
  void Cancel() { call_.TryCancel(); }
  const std::string& instance() const { return instance_; }

 private:
  grpc::ClientContext call_;
  std::unique_ptr<v1::ReverseRunnerLink::Stub> stub_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ReverseCoordinatorMessage, v1::ReverseRunnerMessage>> stream_;
  bool finished_ = false;
  std::string instance_;
};

class ReverseListenerTest : public testing::Test {
 protected:
  ReverseListenerTest() : agent_(Options(), clock_) {}

  static AgentOptions Options() {
    AgentOptions options;
    options.hello.set_instance_id("instance");
    options.hello.set_name("eu-1");
    return options;
  }
  void Start(ReverseListenerOptions options = {}) {
    options.address = HostPort{.host = "127.0.0.1", .port = 0};
    options.token = kToken;
    auto listener = ReverseListener::Start(options, agent_);
    ASSERT_TRUE(listener.ok()) << listener.status();
    listener_ = *std::move(listener);
  }
  uint16_t port() const { return listener_->Port(); }
  bool WaitForLinks(uint32_t count) {
    for (int i = 0; i < 6000; ++i) {
      if (agent_.GetStats().connected_links == count) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  void ExpectServes() {
    PlayedCoordinator good(port());
    ASSERT_TRUE(good.Connect());
    EXPECT_TRUE(good.Await(v1::RunnerMessage::kHeartbeat));
  }

  MonotonicClock clock_;
  Agent agent_;
  std::unique_ptr<ReverseListener> listener_;
};

TEST_F(ReverseListenerTest, ServesACoordinatorThatKnowsTheToken) {
  Start();
  PlayedCoordinator coordinator(port());
  ASSERT_TRUE(coordinator.Connect());
  EXPECT_EQ(coordinator.instance(), "instance");
  EXPECT_TRUE(coordinator.Await(v1::RunnerMessage::kHeartbeat));
  EXPECT_TRUE(WaitForLinks(1));
  v1::ReverseCoordinatorMessage probe;
  probe.mutable_message()->mutable_time_probe()->set_number(7);
  ASSERT_TRUE(coordinator.Send(probe));
  EXPECT_TRUE(coordinator.Await(v1::RunnerMessage::kTimeReply));
  v1::ReverseCoordinatorMessage offer;
  offer.mutable_message()->mutable_offer()->mutable_id()->set_run_id("run");
  ASSERT_TRUE(coordinator.Send(offer));
  EXPECT_TRUE(coordinator.Await(v1::RunnerMessage::kOfferAnswer));
}

TEST_F(ReverseListenerTest, AnEndIsNoticedAndTheNextIsServed) {
  Start();
  for (int how = 0; how < 3; ++how) {
    PlayedCoordinator coordinator(port());
    ASSERT_TRUE(coordinator.Connect());
    ASSERT_TRUE(WaitForLinks(1));
    if (how == 0) {
      v1::ReverseCoordinatorMessage goodbye;
      goodbye.mutable_goodbye()->set_reason("shutting down");
      coordinator.Send(goodbye);
      EXPECT_TRUE(coordinator.Finish().ok());
    } else if (how == 1) {
      coordinator.EndWrites();
      EXPECT_TRUE(coordinator.Finish().ok());
    } else {
      coordinator.Cancel();
    }
    EXPECT_TRUE(WaitForLinks(0)) << how;
  }
  ExpectServes();
}

TEST_F(ReverseListenerTest, AStrangerLearnsTheNameOfTheTokenAtMost) {
  Start();
  PlayedCoordinator stranger(port());
  CoordinatorHandshake handshake("node", NewHandshakeNonce());
  stranger.Send(handshake.Opening());
  v1::ReverseRunnerMessage challenge;
  ASSERT_TRUE(stranger.Read(&challenge));
  EXPECT_EQ(challenge.challenge().token_name(), TokenName(TokenKey(kToken)));
  EXPECT_THAT(challenge.SerializeAsString(), Not(HasSubstr(kToken)));
  v1::ReverseCoordinatorMessage guess;
  guess.mutable_proof()->set_proof(std::string(32, 'x'));
  stranger.Send(guess);
  v1::ReverseRunnerMessage more;
  EXPECT_FALSE(stranger.Read(&more)) << more.DebugString();
  EXPECT_EQ(stranger.Finish().error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(agent_.GetStats().connected_links, 0u);
  ExpectServes();
}

TEST_F(ReverseListenerTest, WrongTokensAreLoggedOnceASource) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  SetUpLog(LogLevel::kInfo, LogFormat::kText, ends[1]);
  Start();
  for (int i = 0; i < 50; ++i) {
    PlayedCoordinator stranger(port());
    EXPECT_FALSE(stranger.ShakeHands("mki_wrong").ok());
    EXPECT_EQ(stranger.Finish().error_code(), grpc::StatusCode::UNAUTHENTICATED);
  }
  ExpectServes();
  listener_.reset();
  SetUpLog(LogLevel::kInfo, LogFormat::kText);
  close(ends[1]);
  std::string log(1u << 16, '\0');
  const ssize_t length = read(ends[0], log.data(), log.size());
  close(ends[0]);
  ASSERT_GT(length, 0);
  log.resize(static_cast<size_t>(length));
  const size_t line = log.find("authentication failed: ");
  ASSERT_NE(line, std::string::npos) << log;
  EXPECT_EQ(log.find("authentication failed: ", line + 1), std::string::npos) << log;
  EXPECT_THAT(log, HasSubstr("peer=127.0.0.1"));
  EXPECT_THAT(log, Not(HasSubstr(kToken)));
}

TEST_F(ReverseListenerTest, PeersThatDoNotFollowTheHandshakeAreEnded) {
  Start();
  std::vector<v1::ReverseCoordinatorMessage> first(6);
  first[1].mutable_proof()->set_proof(std::string(32, 'x'));
  first[2].mutable_message()->mutable_welcome()->mutable_protocol()->set_major(kProtocolMajor);
  first[3].mutable_opening()->set_nonce(std::string(5'000, 'x'));
  first[4].mutable_opening()->set_nonce(std::string(31, 'x'));
  first[5].mutable_message()->mutable_archive_chunk()->set_data(std::string(20u << 20, 'x'));
  for (size_t i = 0; i < first.size(); ++i) {
    PlayedCoordinator stranger(port());
    stranger.Send(first[i]);
    v1::ReverseRunnerMessage answer;
    EXPECT_FALSE(stranger.Read(&answer)) << i;
    const grpc::StatusCode code = stranger.Finish().error_code();
    if (i < 5) {
      EXPECT_EQ(code, grpc::StatusCode::INVALID_ARGUMENT) << i;
    }
    EXPECT_NE(code, grpc::StatusCode::OK) << i;
  }
  {
    PlayedCoordinator stranger(port());
    CoordinatorHandshake handshake("node", NewHandshakeNonce());
    stranger.Send(handshake.Opening());
    stranger.Send(handshake.Opening());
    EXPECT_EQ(stranger.Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  }
  EXPECT_EQ(agent_.GetStats().connected_links, 0u);
  ExpectServes();
}

TEST_F(ReverseListenerTest, HalfDoneHandshakesEndInTime) {
  ReverseListenerOptions options;
  options.handshake_timeout = 100 * kNanosPerMilli;
  Start(options);
  PlayedCoordinator good(port());
  ASSERT_TRUE(good.Connect());
  PlayedCoordinator silent(port());
  EXPECT_EQ(silent.Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  PlayedCoordinator half(port());
  half.Send(CoordinatorHandshake("node", NewHandshakeNonce()).Opening());
  EXPECT_EQ(half.Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_TRUE(good.Await(v1::RunnerMessage::kHeartbeat));
}

TEST_F(ReverseListenerTest, ManyHalfDoneHandshakesKeepNobodyOut) {
  for (size_t per_source : {size_t{4}, size_t{100}}) {
    ReverseListenerOptions options;
    options.max_handshakes = 8;
    options.max_handshakes_per_source = per_source;
    options.handshake_timeout = 3600 * kNanosPerSecond;
    Start(options);
    std::vector<std::unique_ptr<PlayedCoordinator>> silent;
    for (int i = 0; i < 40; ++i) {
      silent.push_back(std::make_unique<PlayedCoordinator>(port()));
      silent.back()->Send(CoordinatorHandshake("node", NewHandshakeNonce()).Opening());
      v1::ReverseRunnerMessage challenge;
      silent.back()->Read(&challenge);
    }
    for (size_t i = 0; i < 40 - std::min<size_t>(8, per_source); ++i) {
      EXPECT_EQ(silent[i]->Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << i;
    }
    ExpectServes();
    listener_.reset();
  }
}

TEST_F(ReverseListenerTest, TheNextConnectionOfACoordinatorTakesThePlaceOfItsLast) {
  Start();
  PlayedCoordinator first(port());
  ASSERT_TRUE(first.Connect("node"));
  ASSERT_TRUE(WaitForLinks(1));
  PlayedCoordinator other(port());
  ASSERT_TRUE(other.Connect("other"));
  ASSERT_TRUE(WaitForLinks(2));
  PlayedCoordinator second(port());
  ASSERT_TRUE(second.Connect("node"));
  EXPECT_EQ(first.Finish().error_code(), grpc::StatusCode::ABORTED);
  EXPECT_TRUE(second.Await(v1::RunnerMessage::kHeartbeat));
  EXPECT_TRUE(other.Await(v1::RunnerMessage::kHeartbeat));
  EXPECT_TRUE(WaitForLinks(2));
}

TEST_F(ReverseListenerTest, CoordinatorsAreBounded) {
  ReverseListenerOptions options;
  options.max_links = 2;
  Start(options);
  PlayedCoordinator one(port());
  PlayedCoordinator two(port());
  ASSERT_TRUE(one.Connect("one"));
  ASSERT_TRUE(two.Connect("two"));
  ASSERT_TRUE(WaitForLinks(2));
  PlayedCoordinator three(port());
  EXPECT_FALSE(three.Connect("three"));
  EXPECT_EQ(three.Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  one.Cancel();
  ASSERT_TRUE(WaitForLinks(1));
  PlayedCoordinator four(port());
  EXPECT_TRUE(four.Connect("four"));
}

TEST_F(ReverseListenerTest, AnotherMajorVersionIsRefused) {
  Start();
  PlayedCoordinator other(port());
  ASSERT_TRUE(other.Connect("node", kProtocolMajor + 1));
  const grpc::Status status = other.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("another major version"));
  ExpectServes();
}

TEST_F(ReverseListenerTest, TheHandshakeIsOverOnceItIsDone) {
  Start();
  PlayedCoordinator coordinator(port());
  ASSERT_TRUE(coordinator.Connect());
  coordinator.Send(CoordinatorHandshake("node", NewHandshakeNonce()).Opening());
  EXPECT_EQ(coordinator.Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ReverseListenerTest, ItsEndIsTold) {
  Start();
  PlayedCoordinator coordinator(port());
  ASSERT_TRUE(coordinator.Connect());
  ASSERT_TRUE(WaitForLinks(1));
  PlayedCoordinator half(port());
  half.Send(CoordinatorHandshake("node", NewHandshakeNonce()).Opening());
  listener_.reset();
  const grpc::Status status = coordinator.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message(), "the runner ends");
  EXPECT_FALSE(half.Finish().ok());
}

TEST_F(ReverseListenerTest, ACoordinatorThatTakesNothingDoesNotHoldUpTheEnd) {
  Start();
  PlayedCoordinator deaf(port());
  ASSERT_TRUE(deaf.Connect());
  ASSERT_TRUE(WaitForLinks(1));
  // Answers that nobody reads, far past what a connection holds.
  v1::ReverseCoordinatorMessage offer;
  offer.mutable_message()->mutable_offer()->mutable_id()->set_run_id(std::string(100'000, 'r'));
  for (int i = 0; i < 100; ++i) {
    offer.mutable_message()->mutable_offer()->mutable_id()->set_number(static_cast<uint32_t>(i));
    ASSERT_TRUE(deaf.Send(offer));
  }
  PlayedCoordinator other(port());
  ASSERT_TRUE(other.Connect("other"));
  EXPECT_TRUE(other.Await(v1::RunnerMessage::kHeartbeat));
  listener_.reset();
}

TEST_F(ReverseListenerTest, WithAnAuthorityCoordinatorsMustShowACertificateOfIt) {
  TestCertificate authority = MakeAuthority("all");
  TestCertificate strangers = MakeAuthority("strangers");
  TestCertificate own = Issue(&authority, "IP:127.0.0.1");
  ReverseListenerOptions options;
  options.tls_certificate = own.Pem();
  options.tls_key = own.KeyPem();
  options.tls_client_ca = authority.Pem();
  Start(options);
  grpc::SslCredentialsOptions client{.pem_root_certs = authority.Pem()};
  for (const TestCertificate* by : {&strangers, &authority}) {
    TestCertificate shown = Issue(by, "DNS:coordinator");
    client.pem_cert_chain = shown.Pem();
    client.pem_private_key = shown.KeyPem();
    PlayedCoordinator coordinator(port(), grpc::SslCredentials(client));
    EXPECT_EQ(coordinator.Connect(), by == &authority);
  }
  PlayedCoordinator plain(port());
  EXPECT_FALSE(plain.Connect());
}

TEST_F(ReverseListenerTest, APortInUseOrABadCertificateStopsTheStart) {
  Start();
  ReverseListenerOptions options;
  options.address = HostPort{.host = "127.0.0.1", .port = port()};
  const absl::Status taken = ReverseListener::Start(options, agent_).status();
  EXPECT_EQ(taken.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(taken.message()), HasSubstr("LISTEN_ADDR is \"127.0.0.1:" + std::to_string(port())));
  options.address.port = 0;
  options.tls_certificate = "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n";
  options.tls_key = "-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n";
  EXPECT_THAT(std::string(ReverseListener::Start(options, agent_).status().message()), HasSubstr("TLS_CERT_FILE"));
}

}  // namespace
}  // namespace mockarty
