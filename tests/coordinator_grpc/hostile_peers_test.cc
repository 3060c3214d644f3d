// What strangers and broken peers send, while a good session goes on.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <thread>

#include "common/log/log.h"
#include "tests/coordinator_grpc/fake_core.h"

namespace mockarty {
namespace {

class HostilePeersTest : public GrpcServerTest {
 protected:
  int Connect() const {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(server_->Port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    return fd;
  }

  // A message there and back.
  void ExpectGoodSession(TestRunner& runner) {
    v1::RunnerMessage ask;
    ask.mutable_time_reply()->set_number(++number_);
    ASSERT_TRUE(runner.Send(ask));
    v1::CoordinatorMessage answer;
    ASSERT_TRUE(runner.Read(&answer));
    EXPECT_EQ(answer.time_probe().number(), number_);
  }

  uint64_t number_ = 0;
};

TEST_F(HostilePeersTest, ThousandsOfBadTokensAreRefusedWhileASessionGoesOn) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  SetUpLog(LogLevel::kInfo, LogFormat::kText, ends[1]);
  Start();
  TestRunner good(NewChannel(), "mki_good");
  ASSERT_TRUE(good.SayHello("good"));
  constexpr int kThreads = 4;
  constexpr int kCalls = 500;
  std::atomic<int> refused{0};
  std::atomic<int> running{kThreads};
  std::vector<std::thread> attackers;
  for (int t = 0; t < kThreads; ++t) {
    attackers.emplace_back([&, t] {
      auto channel = NewChannel();
      for (int i = 0; i < kCalls; ++i) {
        TestRunner bad(channel, i % 10 == 0 ? "" : "mki_bad" + std::to_string(t * kCalls + i));
        bad.SayHello("bad");
        if (bad.Finish().error_code() == grpc::StatusCode::UNAUTHENTICATED) ++refused;
      }
      --running;
    });
  }
  do {
    ExpectGoodSession(good);
  } while (running > 0 && !HasFatalFailure());
  for (std::thread& attacker : attackers) attacker.join();
  EXPECT_EQ(refused, kThreads * kCalls);
  EXPECT_EQ(server_->GetStats().refused_tokens, static_cast<uint64_t>(kThreads * kCalls));
  EXPECT_EQ(server_->GetStats().sessions, 1u);
  {
    std::lock_guard lock(core_.mutex);
    EXPECT_EQ(core_.connected.size(), 1u);
  }
  SetUpLog(LogLevel::kInfo, LogFormat::kText);
  close(ends[1]);
  std::string log(1u << 16, '\0');
  ssize_t length = read(ends[0], log.data(), log.size());
  ASSERT_GT(length, 0);
  log.resize(static_cast<size_t>(length));
  close(ends[0]);
  size_t lines = 0;
  for (size_t at = log.find("token refused"); at != std::string::npos; at = log.find("token refused", at + 1)) ++lines;
  EXPECT_EQ(lines, 1u) << log;
  EXPECT_THAT(log, testing::Not(testing::HasSubstr("mki_bad")));
}

TEST_F(HostilePeersTest, FirstMessageMustBeHello) {
  Start();
  TestRunner runner(NewChannel(), "mki_good");
  v1::RunnerMessage message;
  message.mutable_heartbeat();
  runner.Send(message);
  EXPECT_EQ(runner.Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(server_->GetStats().refused_sessions, 1u);
  std::lock_guard lock(core_.mutex);
  EXPECT_TRUE(core_.messages.empty());
}

TEST_F(HostilePeersTest, SilentSessionsAreClosed) {
  GrpcServerOptions options;
  options.hello_timeout = 100 * kNanosPerMilli;
  Start(options);
  TestRunner good(NewChannel(), "mki_good");
  ASSERT_TRUE(good.SayHello("good"));
  ExpectGoodSession(good);
  TestRunner silent(NewChannel(), "mki_good");
  EXPECT_EQ(silent.Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  ExpectGoodSession(good);
}

TEST_F(HostilePeersTest, OversizedMessagesEndTheirSessionOnly) {
  Start();
  TestRunner good(NewChannel(), "mki_good");
  ASSERT_TRUE(good.SayHello("good"));
  for (size_t bytes : {size_t{9} << 20, size_t{40} << 20}) {
    TestRunner large(NewChannel(), "mki_good");
    v1::RunnerMessage message;
    message.mutable_hello()->set_name(std::string(bytes, 'x'));
    large.Send(message);
    EXPECT_EQ(large.Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << bytes;
  }
  ExpectGoodSession(good);
}

TEST_F(HostilePeersTest, BytesThatWaitForTheCoreAreBounded) {
  GrpcServerOptions options;
  options.max_unhandled_bytes = 6'000;
  Start(options);
  TestRunner runner(NewChannel(), "mki_good");
  ASSERT_TRUE(runner.SayHello("good"));
  ASSERT_TRUE(core_.WaitFor([&] { return core_.messages.size() == 1; }));
  std::promise<void> free;
  core_.Post([busy = free.get_future().share()] { busy.wait(); });
  const int before = core_.posted;
  constexpr int kMessages = 30;
  v1::RunnerMessage message;
  message.mutable_finished()->set_failure(std::string(2'000, 'x'));
  for (int i = 0; i < kMessages; ++i) ASSERT_TRUE(runner.Send(message));
  // All of them would be there in a moment; a few are, and stay alone.
  for (int i = 0; i < 300 && core_.posted - before < kMessages; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_GE(core_.posted - before, 1);
  EXPECT_LE(core_.posted - before, 3);
  free.set_value();
  EXPECT_TRUE(core_.WaitFor([&] { return core_.messages.size() == 1 + kMessages; })) << "reading goes on";
}

TEST_F(HostilePeersTest, BytesThatAreNoHttp2AreClosed) {
  Start();
  TestRunner good(NewChannel(), "mki_good");
  ASSERT_TRUE(good.SayHello("good"));
  std::string preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  for (const std::string& bytes : {std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), std::string(100'000, '\xff'),
                                   preface + std::string("\x00\x00\x00\x04\x00\x00\x00\x00\x00", 9) +
                                       std::string("\xff\xff\xff\x00\x00\x00\x00\x00\x01", 9)}) {
    int fd = Connect();
    send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
    char chunk[4096];
    while (recv(fd, chunk, sizeof(chunk), 0) > 0) {
    }
    close(fd);
  }
  ExpectGoodSession(good);
}

TEST_F(HostilePeersTest, GarbageInAMessageEndsTheCall) {
  Start();
  TestRunner good(NewChannel(), "mki_good");
  ASSERT_TRUE(good.SayHello("good"));
  grpc::GenericStub stub(NewChannel());
  for (const char* method : {"/mockarty.v1.Control/Submit", "/mockarty.v1.RunnerLink/Connect"}) {
    grpc::ClientContext call;
    SetToken(call, std::string(method).find("Control") != std::string::npos ? "mk_good" : "mki_good");
    grpc::Slice garbage(std::string(1000, '\xff'));
    grpc::ByteBuffer request(&garbage, 1);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> status;
    stub.UnaryCall(&call, method, grpc::StubOptions(), &request, &response,
                   [&](const grpc::Status& result) { status.set_value(result); });
    EXPECT_FALSE(status.get_future().get().ok()) << method;
  }
  ExpectGoodSession(good);
  std::lock_guard lock(core_.mutex);
  EXPECT_EQ(core_.connected.size(), 1u);
}

TEST_F(HostilePeersTest, PeersThatDoNotAnswerPingsAreClosed) {
  GrpcServerOptions options;
  options.keepalive_time = 100 * kNanosPerMilli;
  options.keepalive_timeout = 100 * kNanosPerMilli;
  Start(options);
  int fd = Connect();
  // HTTP/2's preface and empty settings; from here on the peer is as silent as one whose machine is gone.
  std::string opening = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + std::string("\x00\x00\x00\x04\x00\x00\x00\x00\x00", 9);
  ASSERT_EQ(send(fd, opening.data(), opening.size(), MSG_NOSIGNAL), static_cast<ssize_t>(opening.size()));
  timeval patience = {.tv_sec = 60, .tv_usec = 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  char chunk[4096];
  ssize_t received = 0;
  while ((received = recv(fd, chunk, sizeof(chunk), 0)) > 0) {
  }
  EXPECT_EQ(received, 0);  // closed, and not the end of our patience
  close(fd);
}

TEST_F(HostilePeersTest, ConnectionsThatSayNothingHoldNobodyUp) {
  Start();
  std::vector<int> half_open;
  for (int i = 0; i < 300; ++i) half_open.push_back(Connect());
  TestRunner good(NewChannel(), "mki_good");
  ASSERT_TRUE(good.SayHello("good"));
  ExpectGoodSession(good);
  for (int fd : half_open) close(fd);
}

}  // namespace
}  // namespace mockarty
