// The coordinator's side of reverse mode, against runners that are played: honest ones, and such as are none.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <thread>

#include "common/log/log.h"
#include "common/wire/reverse_handshake.h"
#include "mockarty/v1/reverse_link.grpc.pb.h"
#include "tests/coordinator_grpc/fake_core.h"
#include "tests/http/test_tls.h"
#include "tools/target/certificate.h"

namespace mockarty {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Stream = grpc::ServerReaderWriter<v1::ReverseRunnerMessage, v1::ReverseCoordinatorMessage>;

// Whether the coordinator was satisfied so far as a runner can see: its proof is right and the runner's was sent.
bool ShakeHands(Stream* stream, const std::string& token) {
  RunnerHandshake handshake(TokenKey(token), NewHandshakeNonce());
  v1::ReverseCoordinatorMessage message;
  while (!handshake.done()) {
    if (!stream->Read(&message)) return false;
    auto answer = handshake.OnMessage(message);
    if (!answer.ok() || !stream->Write(*answer)) return false;
  }
  return true;
}

v1::ReverseRunnerMessage Hello(const std::string& instance) {
  v1::ReverseRunnerMessage message;
  message.mutable_message()->mutable_hello()->set_instance_id(instance);
  return message;
}

v1::ReverseRunnerMessage TimeReply(uint64_t number) {
  v1::ReverseRunnerMessage message;
  message.mutable_message()->mutable_time_reply()->set_number(number);
  return message;
}

// A port where `behave` is what every connection meets.
class PlayedRunner final : public v1::ReverseRunnerLink::Service {
 public:
  using Behaviour = std::function<grpc::Status(Stream*, int number)>;

  explicit PlayedRunner(Behaviour behave, int port = 0,
                        std::shared_ptr<grpc::ServerCredentials> credentials = grpc::InsecureServerCredentials())
      : behave_(std::move(behave)) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:" + std::to_string(port), credentials, &port_);
    builder.SetMaxSendMessageSize(-1);
    builder.SetMaxReceiveMessageSize(-1);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~PlayedRunner() override { server_->Shutdown(std::chrono::system_clock::now()); }

  grpc::Status Serve(grpc::ServerContext*, Stream* stream) override {
    int number = 0;
    {
      std::lock_guard lock(mutex_);
      number = ++connections_;
      changed_.notify_all();
    }
    return behave_(stream, number);
  }

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  bool WaitForConnections(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return connections_ >= count; });
  }

 private:
  const Behaviour behave_;
  int port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  int connections_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

// Says Hello, then reads to the end and keeps what the coordinator said last.
class HonestRunner {
 public:
  grpc::Status operator()(Stream* stream, const std::string& token = "mki_good") {
    if (!ShakeHands(stream, token)) {
      ++refused;
      return {grpc::StatusCode::UNAUTHENTICATED, "no handshake"};
    }
    stream->Write(Hello("one"));
    v1::ReverseCoordinatorMessage message;
    while (stream->Read(&message)) {
      std::lock_guard lock(mutex);
      said.push_back(message);
    }
    return grpc::Status::OK;
  }

  std::mutex mutex;
  std::vector<v1::ReverseCoordinatorMessage> said;
  std::atomic<int> refused{0};
};

class ReverseDialerTest : public GrpcServerTest {
 protected:
  static GrpcServerOptions Dialling(std::vector<std::string> addresses) {
    GrpcServerOptions options;
    options.reverse.addresses = std::move(addresses);
    options.reverse.coordinator_id = "node";
    options.reverse.min_backoff = 10 * kNanosPerMilli;
    options.reverse.max_backoff = 50 * kNanosPerMilli;
    options.reverse.min_refused_backoff = options.reverse.max_refused_backoff = 50 * kNanosPerMilli;
    return options;
  }

  bool WaitForSession() {
    return core_.WaitFor([this] { return core_.connected.size() == 1; });
  }
  std::shared_ptr<RunnerSession> OnlySession() {
    std::lock_guard lock(core_.mutex);
    return core_.connected.size() == 1 ? core_.connected.begin()->second : nullptr;
  }
  // A bad peer beside a good one: the bad one is met `times`, and never becomes a session.
  void ExpectNoSession(PlayedRunner& bad, GrpcServerOptions options, int times = 2) {
    HonestRunner runner;
    PlayedRunner good([&](Stream* stream, int) { return runner(stream); });
    options.reverse.addresses.push_back(good.address());
    Start(options);
    ASSERT_TRUE(WaitForSession());
    ASSERT_TRUE(bad.WaitForConnections(times));
    ASSERT_NE(OnlySession(), nullptr);
    EXPECT_EQ(server_->GetStats().sessions, 1u);
    server_->Shutdown(5 * kNanosPerSecond);
  }
};

TEST_F(ReverseDialerTest, MessagesGoBothWaysInOrder) {
  constexpr uint64_t kMessages = 2000;  // far past what may be unhandled at a time
  std::vector<uint64_t> answered;
  std::atomic<bool> over{false};
  PlayedRunner runner([&](Stream* stream, int) {
    if (!ShakeHands(stream, "mki_good")) return grpc::Status::CANCELLED;
    stream->Write(Hello("one"));
    for (uint64_t i = 0; i < kMessages; ++i) stream->Write(TimeReply(i));
    v1::ReverseCoordinatorMessage message;
    while (answered.size() < kMessages && stream->Read(&message)) {
      answered.push_back(message.message().time_probe().number());
    }
    over = true;
    while (stream->Read(&message)) {
    }
    return grpc::Status::OK;
  });
  Start(Dialling({runner.address()}));
  ASSERT_TRUE(core_.WaitFor([&] { return core_.messages.size() == kMessages + 1; }));
  {
    std::lock_guard lock(core_.mutex);
    EXPECT_TRUE(core_.messages[0].has_hello());
    EXPECT_THAT(core_.name_spaces, ElementsAre("ns"));
  }
  for (int i = 0; i < 6000 && !over; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  server_->Shutdown(20 * kNanosPerSecond);
  ASSERT_TRUE(over);
  ASSERT_EQ(answered.size(), kMessages);
  for (uint64_t i = 0; i < kMessages; ++i) ASSERT_EQ(answered[i], i);
  EXPECT_TRUE(core_.WaitFor([&] { return core_.gone == 1; }));
}

TEST_F(ReverseDialerTest, CloseSendsWhatIsQueuedAndTheReason) {
  HonestRunner runner;
  PlayedRunner port([&](Stream* stream, int) { return runner(stream); });
  GrpcServerOptions options = Dialling({port.address()});
  options.reverse.min_refused_backoff = options.reverse.max_refused_backoff = 3600 * kNanosPerSecond;
  Start(options);
  ASSERT_TRUE(WaitForSession());
  core_.Post([session = OnlySession()] {
    v1::CoordinatorMessage chunk;
    chunk.mutable_archive_chunk()->set_data(std::string(100'000, 'x'));
    for (int i = 0; i < 10; ++i) session->Send(chunk);
    session->Close(absl::UnauthenticatedError("the token was revoked"));
    session->Send(chunk);  // comes too late
  });
  ASSERT_TRUE(core_.WaitFor([&] { return core_.gone == 1; }));
  std::lock_guard lock(runner.mutex);
  ASSERT_EQ(runner.said.size(), 11u);
  EXPECT_EQ(runner.said[9].message().archive_chunk().data().size(), 100'000u);
  EXPECT_EQ(runner.said[10].goodbye().code(), static_cast<uint32_t>(grpc::StatusCode::UNAUTHENTICATED));
  EXPECT_EQ(runner.said[10].goodbye().reason(), "the token was revoked");
  EXPECT_EQ(server_->GetStats().sessions, 0u);
}

TEST_F(ReverseDialerTest, DialsAgainWhenARunnerCameBack) {
  HonestRunner runner;
  auto first = std::make_unique<PlayedRunner>([&](Stream* stream, int) { return runner(stream); });
  const int port = first->port();
  Start(Dialling({first->address()}));
  ASSERT_TRUE(WaitForSession());
  core_.Post([] {});
  first.reset();
  ASSERT_TRUE(core_.WaitFor([&] { return core_.gone == 1; }));
  PlayedRunner second([&](Stream* stream, int) { return runner(stream); }, port);
  EXPECT_TRUE(WaitForSession());
  server_->Shutdown(5 * kNanosPerSecond);
}

TEST_F(ReverseDialerTest, ShutdownSaysGoodbye) {
  HonestRunner runner;
  PlayedRunner port([&](Stream* stream, int) { return runner(stream); });
  Start(Dialling({port.address(), "127.0.0.1:1"}));
  ASSERT_TRUE(WaitForSession());
  EXPECT_EQ(server_->GetStats().reverse_addresses, 2u);
  EXPECT_EQ(server_->GetStats().reverse_connected, 1u);
  server_->Shutdown(10 * kNanosPerSecond);
  std::lock_guard lock(runner.mutex);
  ASSERT_FALSE(runner.said.empty());
  EXPECT_THAT(runner.said.back().goodbye().reason(), HasSubstr("shutting down"));
}

TEST_F(ReverseDialerTest, ARunnerWithAnUnknownTokenGetsNoProof) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  SetUpLog(LogLevel::kInfo, LogFormat::kText, ends[1]);
  std::mutex mutex;
  std::vector<v1::ReverseCoordinatorMessage> said;
  PlayedRunner bad([&](Stream* stream, int) {
    RunnerHandshake handshake(TokenKey("mki_other"), NewHandshakeNonce());
    v1::ReverseCoordinatorMessage message;
    if (!stream->Read(&message)) return grpc::Status::CANCELLED;  // the end of the test
    stream->Write(*handshake.OnMessage(message));
    if (!stream->Read(&message)) return grpc::Status::CANCELLED;
    std::lock_guard lock(mutex);
    said.push_back(message);
    return grpc::Status::OK;
  });
  ExpectNoSession(bad, Dialling({bad.address()}), 4);
  EXPECT_GE(server_->GetStats().refused_tokens, 3u);
  std::lock_guard lock(mutex);
  ASSERT_GE(said.size(), 3u);
  EXPECT_EQ(said[0].goodbye().code(), static_cast<uint32_t>(grpc::StatusCode::UNAUTHENTICATED))
      << said[0].DebugString();
  SetUpLog(LogLevel::kInfo, LogFormat::kText);
  close(ends[1]);
  std::string log(1u << 16, '\0');
  const ssize_t length = read(ends[0], log.data(), log.size());
  close(ends[0]);
  ASSERT_GT(length, 0);
  log.resize(static_cast<size_t>(length));
  const size_t line = log.find("authentication failed");
  ASSERT_NE(line, std::string::npos) << log;
  EXPECT_EQ(log.find("authentication failed", line + 1), std::string::npos) << log;
  EXPECT_THAT(log, HasSubstr("peer=" + bad.address()));
}

TEST_F(ReverseDialerTest, AnImpostorThatKnowsTheNameOnlyBecomesNoSession) {
  std::atomic<int> proofs{0};
  PlayedRunner bad([&](Stream* stream, int number) {
    v1::ReverseCoordinatorMessage message;
    if (!stream->Read(&message)) return grpc::Status::CANCELLED;
    v1::ReverseRunnerMessage challenge;
    // Its own nonce, or the coordinator's back.
    challenge.mutable_challenge()->set_nonce(number % 2 == 0 ? NewHandshakeNonce() : message.opening().nonce());
    challenge.mutable_challenge()->set_token_name(TokenName(TokenKey("mki_good")));
    stream->Write(challenge);
    if (!stream->Read(&message) || !message.has_proof()) return grpc::Status::CANCELLED;
    ++proofs;
    v1::ReverseRunnerMessage proof;
    proof.mutable_proof()->set_proof(message.proof().proof());  // reflected
    stream->Write(proof);
    stream->Write(Hello("impostor"));
    while (stream->Read(&message)) {
    }
    return grpc::Status::OK;
  });
  ExpectNoSession(bad, Dialling({bad.address()}), 4);
  EXPECT_GE(proofs, 3);
  std::lock_guard lock(core_.mutex);
  for (const v1::RunnerMessage& message : core_.messages) EXPECT_NE(message.hello().instance_id(), "impostor");
}

TEST_F(ReverseDialerTest, PeersThatDoNotFollowTheHandshakeBecomeNoSession) {
  std::atomic<int> reads_after{0};
  PlayedRunner bad([&](Stream* stream, int number) {
    v1::ReverseCoordinatorMessage message;
    v1::ReverseRunnerMessage large;
    large.mutable_challenge()->set_nonce(std::string(number % 6 == 4 ? 5'000 : 9u << 20, 'x'));
    switch (number % 6) {
      case 0:  // at work at once
        stream->Write(Hello("eager"));
        break;
      case 1:  // an empty message
        stream->Write(v1::ReverseRunnerMessage());
        break;
      case 2:  // a proof before anything
        large.Clear();
        large.mutable_proof()->set_proof(std::string(32, 'x'));
        stream->Write(large);
        break;
      case 3:  // the end at once
        return grpc::Status::OK;
      default:  // too large for the handshake, and for any message
        stream->Write(large);
    }
    while (stream->Read(&message)) {
      if (message.has_message()) ++reads_after;
    }
    return grpc::Status::OK;
  });
  ExpectNoSession(bad, Dialling({bad.address()}), 12);
  EXPECT_EQ(reads_after, 0);
}

TEST_F(ReverseDialerTest, SilentListenersAreLeftInTime) {
  PlayedRunner silent([](Stream* stream, int) {
    v1::ReverseCoordinatorMessage message;
    while (stream->Read(&message)) {
    }
    return grpc::Status::OK;
  });
  // One that takes connections and says no word of HTTP/2.
  const int mute = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(mute, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(listen(mute, 16), 0);
  socklen_t size = sizeof(address);
  ASSERT_EQ(getsockname(mute, reinterpret_cast<sockaddr*>(&address), &size), 0);
  GrpcServerOptions options = Dialling({silent.address(), "127.0.0.1:" + std::to_string(ntohs(address.sin_port))});
  options.reverse.handshake_timeout = 100 * kNanosPerMilli;
  ExpectNoSession(silent, options, 3);
  close(mute);
}

TEST_F(ReverseDialerTest, HelloMustComeFirstAndInTime) {
  PlayedRunner bad([](Stream* stream, int number) {
    if (!ShakeHands(stream, "mki_good")) return grpc::Status::CANCELLED;
    if (number % 3 == 0) stream->Write(TimeReply(1));
    if (number % 3 == 1) {
      v1::ReverseRunnerMessage again;
      again.mutable_proof()->set_proof("x");
      stream->Write(again);
    }
    v1::ReverseCoordinatorMessage message;
    while (stream->Read(&message)) {
    }
    return grpc::Status::OK;
  });
  GrpcServerOptions options = Dialling({bad.address()});
  options.hello_timeout = 100 * kNanosPerMilli;
  Start(options);
  ASSERT_TRUE(bad.WaitForConnections(7));
  server_->Shutdown(5 * kNanosPerSecond);
  std::lock_guard lock(core_.mutex);
  EXPECT_TRUE(core_.messages.empty());
  EXPECT_EQ(server_->GetStats().sessions, 0u);
}

TEST_F(ReverseDialerTest, ARunnerThatDoesNotReadIsCutOff) {
  std::atomic<bool> over{false};
  PlayedRunner slow([&](Stream* stream, int number) {
    if (number > 1 || !ShakeHands(stream, "mki_good")) return grpc::Status::CANCELLED;
    stream->Write(Hello("one"));
    while (!over) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return grpc::Status::OK;
  });
  GrpcServerOptions options = Dialling({slow.address()});
  options.max_send_queue_bytes = 4u << 20;
  options.close_timeout = 100 * kNanosPerMilli;
  Start(options);
  ASSERT_TRUE(WaitForSession());
  core_.Post([session = OnlySession()] {
    v1::CoordinatorMessage chunk;
    chunk.mutable_archive_chunk()->set_data(std::string(256u << 10, 'x'));
    for (int i = 0; i < 400; ++i) session->Send(chunk);
  });
  EXPECT_TRUE(core_.WaitFor([&] { return core_.gone == 1; }));
  EXPECT_EQ(server_->GetStats().slow_sessions, 1u);
  over = true;
}

TEST_F(ReverseDialerTest, ARunnerThatIgnoresTheEndIsCutOff) {
  std::atomic<bool> over{false};
  PlayedRunner deaf([&](Stream* stream, int number) {
    if (number > 1 || !ShakeHands(stream, "mki_good")) return grpc::Status::CANCELLED;
    stream->Write(Hello("one"));
    while (!over && stream->Write(TimeReply(1))) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    while (!over) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return grpc::Status::OK;
  });
  GrpcServerOptions options = Dialling({deaf.address()});
  options.close_timeout = 100 * kNanosPerMilli;
  Start(options);
  ASSERT_TRUE(WaitForSession());
  core_.Post([session = OnlySession()] { session->Close(absl::AbortedError("enough")); });
  EXPECT_TRUE(core_.WaitFor([&] { return core_.gone == 1; }));
  over = true;
}

TEST_F(ReverseDialerTest, SessionsAreBounded) {
  HonestRunner runner;
  PlayedRunner one([&](Stream* stream, int) { return runner(stream); });
  PlayedRunner two([&](Stream* stream, int) { return runner(stream); });
  GrpcServerOptions options = Dialling({one.address(), two.address()});
  options.max_sessions = 1;
  Start(options);
  ASSERT_TRUE(WaitForSession());
  for (int i = 0; i < 6000 && server_->GetStats().refused_sessions < 2; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_NE(OnlySession(), nullptr);
  EXPECT_GE(server_->GetStats().refused_sessions, 2u);
  server_->Shutdown(5 * kNanosPerSecond);
}

TEST_F(ReverseDialerTest, TheRunnersCertificateIsCheckedAndTheOwnShown) {
  auto certificates = target::MakeCertificates("127.0.0.1");
  auto others = target::MakeCertificates("127.0.0.1");
  ASSERT_TRUE(certificates.ok() && others.ok());
  TestCertificate authority = MakeAuthority("coordinators");
  TestCertificate shown = Issue(&authority, "DNS:coordinator");
  grpc::SslServerCredentialsOptions ssl(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  ssl.pem_root_certs = authority.Pem();
  ssl.pem_key_cert_pairs.push_back({certificates->key_pem, certificates->certificate_pem});
  HonestRunner runner;
  PlayedRunner port([&](Stream* stream, int) { return runner(stream); }, 0, grpc::SslServerCredentials(ssl));
  GrpcServerOptions options = Dialling({port.address()});
  options.reverse.tls = true;
  options.reverse.tls_certificate = shown.Pem();
  options.reverse.tls_key = shown.KeyPem();
  options.reverse.tls_ca = others->ca_pem;  // of another authority
  Start(options);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // several attempts
  EXPECT_EQ(server_->GetStats().sessions, 0u);
  server_->Shutdown(0);
  server_.reset();
  for (bool skip_verify : {false, true}) {
    options.reverse.tls_ca = skip_verify ? others->ca_pem : certificates->ca_pem;
    options.reverse.tls_skip_verify = skip_verify;
    Start(options);
    EXPECT_TRUE(WaitForSession()) << skip_verify;
    server_->Shutdown(5 * kNanosPerSecond);
    EXPECT_TRUE(core_.WaitFor([&] { return core_.connected.empty(); }));
    server_.reset();
  }
}

}  // namespace
}  // namespace mockarty
