// A core and tokens that do what a test tells them, behind a real gRPC server.
#ifndef TESTS_COORDINATOR_GRPC_FAKE_CORE_H_
#define TESTS_COORDINATOR_GRPC_FAKE_CORE_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "coordinator/core_loop.h"
#include "coordinator/grpc/core_port.h"
#include "coordinator/grpc/grpc_server.h"
#include "mockarty/v1/control.grpc.pb.h"
#include "mockarty/v1/runner_link.grpc.pb.h"

namespace mockarty {

// "mki_good" of namespace "ns" and "mk_good" of all.
class FakeTokens final : public TokenVerifier {
 public:
  absl::StatusOr<TokenIdentity> Verify(std::string_view token, TokenType type) override;
  absl::StatusOr<NamedToken> FindByName(std::string_view name, TokenType type) override;
};

class FakeCore final : public CorePort {
 public:
  FakeCore() { loop_.Start({}); }
  ~FakeCore() override { loop_.Stop(); }

  void Post(std::function<void()> function) override {
    ++posted;
    loop_.Post(std::move(function));
  }
  void OnRunnerConnected(SessionId session, std::shared_ptr<RunnerSession> runner, std::string token_id,
                         std::string name_space) override;
  void OnRunnerMessage(SessionId session, const v1::RunnerMessage& message) override;
  void OnRunnerGone(SessionId session) override;
  void Submit(v1::SubmitRequest request, const Caller& caller,
              std::function<void(absl::StatusOr<std::string>)> done) override;
  absl::Status StopRun(const std::string& run_id, bool now, const Caller& caller) override;
  WatchId Watch(const std::string& run_id, uint64_t after, const Caller& caller,
                std::function<void(const v1::RunEvent&)> on_event, std::function<void(absl::Status)> done) override;
  void Unwatch(WatchId watch) override;
  void ListRuns(const v1::ListRunsRequest& request, const Caller& caller,
                std::function<void(absl::StatusOr<v1::ListRunsResponse>)> done) override;
  void GetRun(const std::string& run_id, const Caller& caller,
              std::function<void(absl::StatusOr<v1::GetRunResponse>)> done) override;
  v1::ListRunnersResponse ListRunners(const Caller& caller) override;

  // Ends the core's thread; what is posted is destroyed.
  void Stop() { loop_.Stop(); }

  // Waits, for at most a minute, until `what` holds of the fields below, which it may read.
  template <typename Condition>
  bool WaitFor(Condition what) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::minutes(1), what);
  }

  std::atomic<int> posted{0};
  std::mutex mutex;
  std::condition_variable changed;
  std::map<SessionId, std::shared_ptr<RunnerSession>> connected;
  std::vector<std::string> name_spaces;  // of connects
  std::vector<v1::RunnerMessage> messages;
  int gone = 0;
  bool keep_answers = false;  // Submit() answers never
  std::vector<std::function<void(absl::StatusOr<std::string>)>> kept;
  std::function<void(const v1::RunEvent&)> on_event;  // of the last Watch()
  int unwatched = 0;

 private:
  CoreLoop loop_;
};

class GrpcServerTest : public testing::Test {
 protected:
  void TearDown() override;
  void Start(GrpcServerOptions options = {});

  std::string Address() const { return "127.0.0.1:" + std::to_string(server_->Port()); }
  // A channel of its own: a connection of its own.
  std::shared_ptr<grpc::Channel> NewChannel() const;
  static void SetToken(grpc::ClientContext& call, const std::string& token) {
    call.AddMetadata("authorization", "Bearer " + token);
  }

  FakeTokens tokens_;
  FakeCore core_;
  std::unique_ptr<GrpcServer> server_;
};

// A runner's stream, blocking.
class TestRunner {
 public:
  TestRunner(const std::shared_ptr<grpc::Channel>& channel, const std::string& token);
  ~TestRunner();

  bool Send(const v1::RunnerMessage& message) { return stream_->Write(message); }
  bool SayHello(const std::string& instance);
  bool Read(v1::CoordinatorMessage* message) { return stream_->Read(message); }
  grpc::Status Finish();
  void Cancel() { call_.TryCancel(); }

 private:
  grpc::ClientContext call_;
  std::unique_ptr<v1::RunnerLink::Stub> stub_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::RunnerMessage, v1::CoordinatorMessage>> stream_;
  bool finished_ = false;
};

}  // namespace mockarty

#endif  // TESTS_COORDINATOR_GRPC_FAKE_CORE_H_
