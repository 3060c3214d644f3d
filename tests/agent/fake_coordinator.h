// A RunnerLink server that says what the test tells it to, and remembers what runners say.
// Thread-safe.
#ifndef TESTS_AGENT_FAKE_COORDINATOR_H_
#define TESTS_AGENT_FAKE_COORDINATOR_H_

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "mockarty/v1/runner_link.grpc.pb.h"

namespace mockarty::testing {

class FakeCoordinator final : public v1::RunnerLink::Service {
 public:
  explicit FakeCoordinator(std::shared_ptr<grpc::ServerCredentials> credentials = grpc::InsecureServerCredentials(),
                           int port = 0) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:" + std::to_string(port), credentials, &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~FakeCoordinator() override { server_->Shutdown(std::chrono::system_clock::now()); }

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  // Set before a runner connects.
  uint32_t major = kProtocolMajor;
  grpc::Status refusal;  // of every stream, when it is no OK

  grpc::Status Connect(grpc::ServerContext* context,
                       grpc::ServerReaderWriter<v1::CoordinatorMessage, v1::RunnerMessage>* stream) override {
    auto token = context->client_metadata().find("authorization");
    if (token == context->client_metadata().end() || token->second != "Bearer mki_good") {
      return {grpc::StatusCode::UNAUTHENTICATED, "unknown token"};
    }
    if (!refusal.ok()) return refusal;
    v1::RunnerMessage message;
    while (stream->Read(&message)) {
      std::lock_guard lock(mutex_);
      if (message.has_hello()) {
        v1::CoordinatorMessage welcome;
        welcome.mutable_welcome()->mutable_protocol()->set_major(major);
        welcome.mutable_welcome()->set_version("3.2.1");
        welcome.mutable_welcome()->set_heartbeat_interval_ms(50);
        stream->Write(welcome);
        stream_ = stream;
      }
      said_.push_back(message);
      changed_.notify_all();
    }
    std::lock_guard lock(mutex_);
    if (stream_ == stream) stream_ = nullptr;
    return grpc::Status::OK;
  }

  // To the runner that connected last.
  bool Send(const v1::CoordinatorMessage& message) {
    std::lock_guard lock(mutex_);
    return stream_ != nullptr && stream_->Write(message);
  }

  // The first message, not answered with before, for which `wanted` is true; nullopt after a minute.
  std::optional<v1::RunnerMessage> Await(const std::function<bool(const v1::RunnerMessage&)>& wanted) {
    std::unique_lock lock(mutex_);
    std::optional<v1::RunnerMessage> found;
    changed_.wait_for(lock, std::chrono::seconds(60), [&] {
      for (size_t i = 0; i < said_.size(); ++i) {
        if (!wanted(said_[i])) continue;
        found = said_[i];
        said_.erase(said_.begin() + static_cast<ptrdiff_t>(i));
        return true;
      }
      return false;
    });
    return found;
  }
  std::optional<v1::RunnerMessage> Await(v1::RunnerMessage::KindCase kind) {
    return Await([kind](const v1::RunnerMessage& message) { return message.kind_case() == kind; });
  }

 private:
  int port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<v1::RunnerMessage> said_;
  grpc::ServerReaderWriter<v1::CoordinatorMessage, v1::RunnerMessage>* stream_ = nullptr;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace mockarty::testing

#endif  // TESTS_AGENT_FAKE_COORDINATOR_H_
