// A whole coordinator on a store in memory: its ports, a run that it carries out itself, its end.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "coordinator/core_loop.h"
#include "coordinator/daemon.h"
#include "mockarty/v1/control.grpc.pb.h"
#include "mockarty/v1/runner_link.grpc.pb.h"
#include "tests/coordinator/memory_store.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ThreadQueue final : public StoreQueue {
 public:
  ThreadQueue() { loop_.Start({}); }
  ~ThreadQueue() override { loop_.Stop(); }
  void Run(Work work, Done done, size_t) override {
    loop_.Post([this, work = std::move(work), done = std::move(done)] { done(work(store_)); });
  }

 private:
  testing::MemoryStore store_;
  CoreLoop loop_;
};

// A user, and the runners a and b.
class OneToken final : public TokenVerifier {
 public:
  absl::StatusOr<TokenIdentity> Verify(std::string_view token, TokenType type) override {
    if (token == "mk_good" && type == TokenType::kUser) return TokenIdentity{.token_id = "u1"};
    if (type == TokenType::kRunner && (token == "mki_a" || token == "mki_b")) {
      return TokenIdentity{.token_id = std::string(token.substr(4))};
    }
    return absl::UnauthenticatedError("invalid token");
  }
};

class CoordinatorDaemonTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* bin = getenv("MOCKARTY_BIN_DIR");
    ASSERT_NE(bin, nullptr);
    DaemonOptions options;
    options.settings.http_address = "127.0.0.1";
    options.settings.grpc_address = "127.0.0.1";
    options.settings.heartbeat_timeout = 30 * kNanosPerSecond;
    options.settings.task_timeout = 60 * kNanosPerSecond;
    options.node_id = "node";
    options.version = "1.2.3";
    options.task_executable = std::string(bin) + "/mockarty-runner";
    auto daemon = CoordinatorDaemon::Start(options, store_, tokens_);
    ASSERT_TRUE(daemon.ok()) << daemon.status();
    daemon_ = *std::move(daemon);
    stub_ = v1::Control::NewStub(grpc::CreateChannel(daemon_->GrpcAddress(), grpc::InsecureChannelCredentials()));
  }

  std::string Get(const std::string& path) {
    std::string address = daemon_->HttpAddress();
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to = {};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(atoi(address.substr(address.rfind(':') + 1).c_str())));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
    std::string request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    EXPECT_EQ(send(fd, request.data(), request.size(), MSG_NOSIGNAL), static_cast<ssize_t>(request.size()));
    std::string answer;
    char chunk[4096];
    for (ssize_t n = 0; (n = recv(fd, chunk, sizeof(chunk), 0)) > 0;) answer.append(chunk, n);
    close(fd);
    return answer;
  }

  ThreadQueue store_;
  OneToken tokens_;
  std::unique_ptr<CoordinatorDaemon> daemon_;
  std::unique_ptr<v1::Control::Stub> stub_;
};

TEST_F(CoordinatorDaemonTest, ShowsHealthMetricsAndAPage) {
  std::string health = Get("/health");
  EXPECT_THAT(health, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(health,
              HasSubstr("{\"status\":\"pass\",\"releaseId\":\"1.2.3\",\"checks\":{\"core\":[{\"status\":\"pass\""));
  EXPECT_THAT(Get("/health/live"), HasSubstr("pass"));
  EXPECT_THAT(Get("/health/ready"), HasSubstr("pass"));
  EXPECT_THAT(Get("/metrics"), HasSubstr("mockarty_coordinator_windows_total{result=\"duplicate\"} 0"));
  EXPECT_THAT(Get("/"), HasSubstr(daemon_->GrpcAddress()));
}

TEST_F(CoordinatorDaemonTest, CarriesARunOutItselfWhenNoRunnerIsThere) {
  grpc::ClientContext submit;
  submit.AddMetadata("authorization", "Bearer mk_good");
  v1::SubmitRequest request;
  request.set_script_name("local.js");
  request.set_script("exports.options = {vus: 2, iterations: 10};\nexports.default = function () {};\n");
  v1::SubmitResponse response;
  grpc::Status status = stub_->Submit(&submit, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  grpc::ClientContext watch;
  watch.AddMetadata("authorization", "Bearer mk_good");
  v1::WatchRequest watching;
  watching.set_run_id(response.run_id());
  auto stream = stub_->Watch(&watch, watching);
  v1::RunEvent event;
  v1::RunEvent last;
  while (stream->Read(&event)) last = event;
  status = stream->Finish();
  EXPECT_TRUE(status.ok()) << status.error_message();
  ASSERT_TRUE(last.final());
  EXPECT_EQ(last.state(), v1::RUN_STATE_COMPLETED) << last.failure();
  EXPECT_EQ(last.report().iterations(), 10u);
}

// A runner's stream, blocking.
struct Link {
  Link(CoordinatorDaemon& daemon, const std::string& token)
      : stub(v1::RunnerLink::NewStub(grpc::CreateChannel(daemon.GrpcAddress(), grpc::InsecureChannelCredentials()))) {
    call.AddMetadata("authorization", "Bearer " + token);
    stream = stub->Connect(&call);
    stream->WaitForInitialMetadata();  // the token was taken
  }
  void Hello(const std::string& instance) {
    v1::RunnerMessage message;
    message.mutable_hello()->mutable_protocol()->set_major(1);
    message.mutable_hello()->set_instance_id(instance);
    message.mutable_hello()->set_shared(true);
    stream->Write(message);
  }
  bool Welcomed() {
    v1::CoordinatorMessage message;
    return stream->Read(&message) && message.has_welcome();
  }
  grpc::Status End() {
    v1::CoordinatorMessage message;
    while (stream->Read(&message)) {
    }
    return stream->Finish();
  }

  grpc::ClientContext call;
  std::unique_ptr<v1::RunnerLink::Stub> stub;
  std::unique_ptr<grpc::ClientReaderWriter<v1::RunnerMessage, v1::CoordinatorMessage>> stream;
};

TEST_F(CoordinatorDaemonTest, ARunnerIsWhoItsTokenSays) {
  Link good(*daemon_, "mki_a");
  good.Hello("one");
  ASSERT_TRUE(good.Welcomed());
  Link impostor(*daemon_, "mki_b");
  impostor.Hello("one");
  EXPECT_EQ(impostor.End().error_code(), grpc::StatusCode::PERMISSION_DENIED);
  Link twice(*daemon_, "mki_b");
  twice.Hello("two");
  ASSERT_TRUE(twice.Welcomed());
  twice.Hello("three");
  EXPECT_EQ(twice.End().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  // Opened with a token that was good, which is not when Hello comes.
  Link late(*daemon_, "mki_b");
  daemon_->DropToken("b");
  late.Hello("two");
  const grpc::Status status = late.End();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(status.error_message(), "the token was revoked");
  v1::RunnerMessage heartbeat;
  heartbeat.mutable_heartbeat();
  EXPECT_TRUE(good.stream->Write(heartbeat));
  good.stream->WritesDone();
  EXPECT_TRUE(good.End().ok());
}

TEST_F(CoordinatorDaemonTest, StopsWhileSomebodyWatches) {
  grpc::ClientContext submit;
  submit.AddMetadata("authorization", "Bearer mk_good");
  v1::SubmitRequest request;
  request.set_script_name("long.js");
  request.set_script("exports.options = {vus: 1, duration: '1h'};\nexports.default = function () {};\n");
  v1::SubmitResponse response;
  ASSERT_TRUE(stub_->Submit(&submit, request, &response).ok());
  grpc::ClientContext watch;
  watch.AddMetadata("authorization", "Bearer mk_good");
  v1::WatchRequest watching;
  watching.set_run_id(response.run_id());
  auto stream = stub_->Watch(&watch, watching);
  v1::RunEvent event;
  ASSERT_TRUE(stream->Read(&event));
  daemon_->Stop();
  while (stream->Read(&event)) {
  }
  EXPECT_FALSE(stream->Finish().ok());
}

}  // namespace
}  // namespace mockarty
