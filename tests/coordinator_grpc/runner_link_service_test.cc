#include <gmock/gmock.h>

#include "tests/coordinator_grpc/fake_core.h"

namespace mockarty {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class RunnerLinkServiceTest : public GrpcServerTest {
 protected:
  std::shared_ptr<RunnerSession> OnlySession() {
    std::lock_guard lock(core_.mutex);
    return core_.connected.size() == 1 ? core_.connected.begin()->second : nullptr;
  }
};

v1::RunnerMessage TimeReply(uint64_t number) {
  v1::RunnerMessage message;
  message.mutable_time_reply()->set_number(number);
  return message;
}

v1::CoordinatorMessage Chunk(size_t bytes) {
  v1::CoordinatorMessage message;
  message.mutable_archive_chunk()->set_data(std::string(bytes, 'x'));
  return message;
}

TEST_F(RunnerLinkServiceTest, MessagesGoBothWaysInOrder) {
  Start();
  TestRunner runner(NewChannel(), "mki_good");
  ASSERT_TRUE(runner.SayHello("one"));
  constexpr uint64_t kMessages = 2000;  // far past what may be unhandled at a time
  for (uint64_t i = 0; i < kMessages; ++i) ASSERT_TRUE(runner.Send(TimeReply(i)));
  for (uint64_t i = 0; i < kMessages; ++i) {
    v1::CoordinatorMessage message;
    ASSERT_TRUE(runner.Read(&message));
    ASSERT_EQ(message.time_probe().number(), i);
  }
  std::lock_guard lock(core_.mutex);
  EXPECT_TRUE(core_.messages[0].has_hello());
  EXPECT_THAT(core_.name_spaces, ElementsAre("ns"));
}

TEST_F(RunnerLinkServiceTest, EndOfARunnerIsTold) {
  Start();
  {
    TestRunner cancelled(NewChannel(), "mki_good");
    ASSERT_TRUE(cancelled.SayHello("one"));
    ASSERT_TRUE(core_.WaitFor([&] { return core_.connected.size() == 1; }));
  }
  EXPECT_TRUE(core_.WaitFor([&] { return core_.gone == 1; }));
  EXPECT_EQ(server_->GetStats().sessions, 0u);
}

TEST_F(RunnerLinkServiceTest, CloseSendsWhatIsQueuedAndTheReason) {
  Start();
  TestRunner runner(NewChannel(), "mki_good");
  ASSERT_TRUE(runner.SayHello("one"));
  ASSERT_TRUE(core_.WaitFor([&] { return core_.connected.size() == 1; }));
  core_.Post([session = OnlySession()] {
    for (int i = 0; i < 10; ++i) session->Send(Chunk(100'000));
    session->Close(absl::UnauthenticatedError("token revoked"));
    session->Send(Chunk(1));  // comes too late
  });
  v1::CoordinatorMessage message;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(runner.Read(&message));
  EXPECT_FALSE(runner.Read(&message));
  grpc::Status status = runner.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(status.error_message(), "token revoked");
  EXPECT_TRUE(core_.WaitFor([&] { return core_.gone == 1; }));
}

TEST_F(RunnerLinkServiceTest, ARunnerThatDoesNotReadIsCutOff) {
  GrpcServerOptions options;
  options.max_send_queue_bytes = 4u << 20;
  Start(options);
  TestRunner slow(NewChannel(), "mki_good");
  ASSERT_TRUE(slow.SayHello("one"));
  ASSERT_TRUE(core_.WaitFor([&] { return core_.connected.size() == 1; }));
  core_.Post([session = OnlySession()] {
    for (int i = 0; i < 400; ++i) session->Send(Chunk(256u << 10));
  });
  EXPECT_TRUE(core_.WaitFor([&] { return core_.gone == 1; }));
  EXPECT_EQ(server_->GetStats().slow_sessions, 1u);
  EXPECT_FALSE(slow.Finish().ok());
}

TEST_F(RunnerLinkServiceTest, SessionsAreBounded) {
  GrpcServerOptions options;
  options.max_sessions = 1;
  Start(options);
  TestRunner first(NewChannel(), "mki_good");
  ASSERT_TRUE(first.SayHello("one"));
  ASSERT_TRUE(core_.WaitFor([&] { return core_.connected.size() == 1; }));
  TestRunner second(NewChannel(), "mki_good");
  EXPECT_EQ(second.Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(first.Send(TimeReply(7)));
  v1::CoordinatorMessage message;
  EXPECT_TRUE(first.Read(&message));
}

TEST_F(RunnerLinkServiceTest, ShutdownEndsSessions) {
  Start();
  TestRunner runner(NewChannel(), "mki_good");
  ASSERT_TRUE(runner.SayHello("one"));
  ASSERT_TRUE(core_.WaitFor([&] { return core_.connected.size() == 1; }));
  server_->Shutdown(10 * kNanosPerSecond);
  grpc::Status status = runner.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(status.error_message(), HasSubstr("shutting down"));
}

}  // namespace
}  // namespace mockarty
