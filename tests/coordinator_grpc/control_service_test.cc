#include <gmock/gmock.h>

#include <future>

#include "tests/coordinator_grpc/fake_core.h"

namespace mockarty {
namespace {

using testing::HasSubstr;

class ControlServiceTest : public GrpcServerTest {
 protected:
  void SetUp() override {
    Start();
    stub_ = v1::Control::NewStub(NewChannel());
    SetToken(call_, "mk_good");
  }
  void Emit(const v1::RunEvent& event) {
    core_.Post([this, event] {
      std::function<void(const v1::RunEvent&)> on_event;
      {
        std::lock_guard lock(core_.mutex);
        on_event = core_.on_event;
      }
      if (on_event) on_event(event);
    });
  }

  std::unique_ptr<v1::Control::Stub> stub_;
  grpc::ClientContext call_;
};

TEST_F(ControlServiceTest, SubmitAnswers) {
  v1::SubmitRequest request;
  request.set_script(std::string(10u << 20, 'x'));
  v1::SubmitResponse response;
  grpc::Status status = stub_->Submit(&call_, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.run_id(), "run of u1 10485760");
}

TEST_F(ControlServiceTest, ErrorsKeepCodeAndText) {
  v1::SubmitResponse response;
  grpc::Status status = stub_->Submit(&call_, {}, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "script: expected a script");
}

TEST_F(ControlServiceTest, OversizedRequestsAreRefused) {
  v1::SubmitRequest request;
  request.set_script(std::string(17u << 20, 'x'));
  v1::SubmitResponse response;
  EXPECT_EQ(stub_->Submit(&call_, request, &response).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(ControlServiceTest, ARunnersTokenIsNoUsersToken) {
  for (const char* token : {"mki_good", "", "mk_bad"}) {
    grpc::ClientContext call;
    SetToken(call, token);
    v1::ListRunnersResponse response;
    EXPECT_EQ(stub_->ListRunners(&call, {}, &response).error_code(), grpc::StatusCode::UNAUTHENTICATED) << token;
  }
  grpc::ClientContext bare;
  v1::ListRunnersResponse response;
  EXPECT_EQ(stub_->ListRunners(&bare, {}, &response).error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(server_->GetStats().refused_tokens, 4u);
}

TEST_F(ControlServiceTest, ListsAndStops) {
  v1::ListRunnersResponse runners;
  ASSERT_TRUE(stub_->ListRunners(&call_, {}, &runners).ok());
  EXPECT_EQ(runners.runners(0).name(), "runner");
  grpc::ClientContext second;
  SetToken(second, "mk_good");
  v1::ListRunsResponse runs;
  ASSERT_TRUE(stub_->ListRuns(&second, {}, &runs).ok());
  EXPECT_EQ(runs.runs(0).run_id(), "one");
  grpc::ClientContext third;
  SetToken(third, "mk_good");
  v1::StopResponse stopped;
  EXPECT_EQ(stub_->Stop(&third, {}, &stopped).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(ControlServiceTest, ASlowWatcherGetsTheFinalEvent) {
  v1::WatchRequest request;
  request.set_run_id("known");
  auto stream = stub_->Watch(&call_, request);
  ASSERT_TRUE(core_.WaitFor([&] { return core_.on_event != nullptr; }));
  constexpr uint64_t kEvents = 2000;
  v1::RunEvent event;
  for (uint64_t i = 1; i <= kEvents; ++i) {
    event.set_number(i);
    event.mutable_live()->set_elapsed_ns(static_cast<int64_t>(i));
    event.clear_runners();
    for (int r = 0; r < 40; ++r) event.add_runners()->set_runner(std::string(1000, 'r'));
    if (i == kEvents / 2) event.set_message("something happened");
    if (i == kEvents / 2 + 1) event.clear_message();
    event.set_final(i == kEvents);
    Emit(event);
  }
  std::promise<void> emitted;
  core_.Post([&] { emitted.set_value(); });
  emitted.get_future().wait();  // only now reads it
  uint64_t last = 0;
  uint64_t count = 0;
  bool message = false;
  v1::RunEvent received;
  while (stream->Read(&received)) {
    EXPECT_GT(received.number(), last);
    last = received.number();
    message |= !received.message().empty();
    ++count;
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(last, kEvents);
  EXPECT_TRUE(received.final());
  EXPECT_TRUE(message);
  EXPECT_LT(count, kEvents);
}

// What scripts write to the console is an event too, and may be much.
TEST_F(ControlServiceTest, ASlowWatcherCostsABoundedNumberOfBytes) {
  v1::WatchRequest request;
  request.set_run_id("known");
  auto stream = stub_->Watch(&call_, request);
  ASSERT_TRUE(core_.WaitFor([&] { return core_.on_event != nullptr; }));
  constexpr uint64_t kEvents = 60;  // fewer than may wait
  v1::RunEvent event;
  for (int i = 0; i < 200; ++i) event.add_console(std::string(4096, 'x'));
  for (uint64_t i = 1; i <= kEvents; ++i) {
    event.set_number(i);
    event.set_final(i == kEvents);
    Emit(event);
  }
  std::promise<void> emitted;
  core_.Post([&] { emitted.set_value(); });
  emitted.get_future().wait();  // only now reads it
  uint64_t count = 0;
  v1::RunEvent received;
  while (stream->Read(&received)) ++count;
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_TRUE(received.final());
  // 8 MiB that wait, and what gRPC has taken.
  EXPECT_LT(count, 30u);
}

TEST_F(ControlServiceTest, WatchersThatLeaveAreForgotten) {
  v1::WatchRequest request;
  request.set_run_id("known");
  auto stream = stub_->Watch(&call_, request);
  ASSERT_TRUE(core_.WaitFor([&] { return core_.on_event != nullptr; }));
  call_.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(core_.WaitFor([&] { return core_.unwatched == 1; }));
}

TEST_F(ControlServiceTest, WatchOfNothingSaysSo) {
  v1::WatchRequest request;
  request.set_run_id("unknown");
  auto stream = stub_->Watch(&call_, request);
  v1::RunEvent event;
  EXPECT_FALSE(stream->Read(&event));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(ControlServiceTest, CallsWithoutAnswerEndWithTheCore) {
  core_.keep_answers = true;
  auto answer = std::async(std::launch::async, [this] {
    v1::SubmitResponse response;
    return stub_->Submit(&call_, {}, &response);
  });
  ASSERT_TRUE(core_.WaitFor([&] { return core_.kept.size() == 1; }));
  core_.Stop();
  core_.kept.clear();
  grpc::Status status = answer.get();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(status.error_message(), HasSubstr("shutting down"));
}

}  // namespace
}  // namespace mockarty
