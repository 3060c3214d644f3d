#include "tests/coordinator_grpc/fake_core.h"

#include "common/wire/reverse_handshake.h"

namespace mockarty {

absl::StatusOr<TokenIdentity> FakeTokens::Verify(std::string_view token, TokenType type) {
  if (token == "mki_good" && type == TokenType::kRunner) return TokenIdentity{.token_id = "r1", .name_space = "ns"};
  if (token == "mk_good" && type == TokenType::kUser) return TokenIdentity{.token_id = "u1"};
  return absl::UnauthenticatedError("invalid token");
}

absl::StatusOr<NamedToken> FakeTokens::FindByName(std::string_view name, TokenType type) {
  const std::string key = TokenKey("mki_good");
  if (name != TokenName(key) || type != TokenType::kRunner) return absl::UnauthenticatedError("invalid token");
  return NamedToken{.identity = {.token_id = "r1", .name_space = "ns"}, .key = key};
}

void FakeCore::OnRunnerConnected(SessionId session, std::shared_ptr<RunnerSession> runner, std::string,
                                 std::string name_space) {
  std::lock_guard lock(mutex);
  connected[session] = std::move(runner);
  name_spaces.push_back(std::move(name_space));
  changed.notify_all();
}

void FakeCore::OnRunnerMessage(SessionId session, const v1::RunnerMessage& message) {
  std::shared_ptr<RunnerSession> runner;
  {
    std::lock_guard lock(mutex);
    messages.push_back(message);
    runner = connected.at(session);
    changed.notify_all();
  }
  if (!message.has_time_reply()) return;
  v1::CoordinatorMessage echo;
  echo.mutable_time_probe()->set_number(message.time_reply().number());
  runner->Send(std::move(echo));
}

void FakeCore::OnRunnerGone(SessionId session) {
  std::shared_ptr<RunnerSession> runner;
  std::lock_guard lock(mutex);
  runner = std::move(connected[session]);
  connected.erase(session);
  ++gone;
  changed.notify_all();
}

void FakeCore::Submit(v1::SubmitRequest request, const Caller& caller,
                      std::function<void(absl::StatusOr<std::string>)> done) {
  if (keep_answers) {
    std::lock_guard lock(mutex);
    kept.push_back(std::move(done));
    changed.notify_all();
    return;
  }
  if (request.script().empty()) return done(absl::InvalidArgumentError("script: expected a script"));
  done("run of " + caller.token_id + " " + std::to_string(request.script().size()));
}

absl::Status FakeCore::StopRun(const std::string& run_id, bool, const Caller&) {
  return run_id == "known" ? absl::OkStatus() : absl::NotFoundError("no such run");
}

WatchId FakeCore::Watch(const std::string& run_id, uint64_t, const Caller&,
                        std::function<void(const v1::RunEvent&)> event, std::function<void(absl::Status)> done) {
  if (run_id != "known") {
    done(absl::NotFoundError("no such run"));
    return 1;
  }
  std::lock_guard lock(mutex);
  on_event = std::move(event);
  changed.notify_all();
  return 2;
}

void FakeCore::Unwatch(WatchId) {
  std::lock_guard lock(mutex);
  ++unwatched;
  on_event = nullptr;
  changed.notify_all();
}

void FakeCore::ListRuns(const v1::ListRunsRequest&, const Caller&,
                        std::function<void(absl::StatusOr<v1::ListRunsResponse>)> done) {
  v1::ListRunsResponse response;
  response.add_runs()->set_run_id("one");
  done(response);
}

void FakeCore::GetRun(const std::string& run_id, const Caller&,
                      std::function<void(absl::StatusOr<v1::GetRunResponse>)> done) {
  if (run_id != "known") return done(absl::NotFoundError("no such run"));
  v1::GetRunResponse response;
  response.mutable_summary()->set_run_id(run_id);
  done(response);
}

v1::ListRunnersResponse FakeCore::ListRunners(const Caller&) {
  v1::ListRunnersResponse response;
  response.add_runners()->set_name("runner");
  return response;
}

void GrpcServerTest::Start(GrpcServerOptions options) {
  options.address = "127.0.0.1";
  auto server = GrpcServer::Start(options, tokens_, core_);
  ASSERT_TRUE(server.ok()) << server.status();
  server_ = *std::move(server);
}

void GrpcServerTest::TearDown() {
  core_.Stop();
  {
    std::lock_guard lock(core_.mutex);
    core_.connected.clear();
    core_.kept.clear();
    core_.on_event = nullptr;
  }
  server_.reset();
}

std::shared_ptr<grpc::Channel> GrpcServerTest::NewChannel() const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxSendMessageSize(-1);
  return grpc::CreateCustomChannel(Address(), grpc::InsecureChannelCredentials(), arguments);
}

TestRunner::TestRunner(const std::shared_ptr<grpc::Channel>& channel, const std::string& token)
    : stub_(v1::RunnerLink::NewStub(channel)) {
  if (!token.empty()) call_.AddMetadata("authorization", "Bearer " + token);
  stream_ = stub_->Connect(&call_);
}

TestRunner::~TestRunner() {
  if (finished_) return;
  call_.TryCancel();
  Finish();
}

bool TestRunner::SayHello(const std::string& instance) {
  v1::RunnerMessage message;
  message.mutable_hello()->set_instance_id(instance);
  return Send(message);
}

grpc::Status TestRunner::Finish() {
  v1::CoordinatorMessage ignored;
  while (stream_->Read(&ignored)) {
  }
  finished_ = true;
  return stream_->Finish();
}

}  // namespace mockarty
