#include "tools/fleet/grpc_connection.h"

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include "mockarty/v1/runner_link.grpc.pb.h"

namespace mockarty::fleet {
namespace {

std::shared_ptr<grpc::Channel> OwnConnection(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection each, as real runners have
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

class GrpcConnection final : public RunnerConnection,
                             public grpc::ClientBidiReactor<v1::RunnerMessage, v1::CoordinatorMessage> {
 public:
  GrpcConnection(const std::string& address, const std::string& token, OnMessage on_message)
      : on_message_(std::move(on_message)), channel_(OwnConnection(address)), stub_(v1::RunnerLink::NewStub(channel_)) {
    context_.AddMetadata("authorization", "Bearer " + token);
    stub_->async()->Connect(&context_, this);
    StartRead(&incoming_);
    StartCall();
  }

  void End() override {
    context_.TryCancel();
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return done_; });
  }

  void Send(v1::RunnerMessage message) override {
    std::lock_guard lock(mutex_);
    if (done_) return;
    outbox_.push_back(std::move(message));
    if (outbox_.size() == 1) StartWrite(&outbox_.front());
  }

  std::string Failure() const override {
    std::lock_guard lock(mutex_);
    return failure_;
  }

  void OnWriteDone(bool ok) override {
    std::lock_guard lock(mutex_);
    outbox_.pop_front();
    if (!ok) {
      outbox_.clear();
    } else if (!outbox_.empty()) {
      StartWrite(&outbox_.front());
    }
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    on_message_(incoming_);
    StartRead(&incoming_);
  }

  void OnDone(const grpc::Status& status) override {
    std::lock_guard lock(mutex_);
    done_ = true;
    if (!status.ok() && status.error_code() != grpc::StatusCode::CANCELLED) failure_ = status.error_message();
    ended_.notify_all();
  }

 private:
  const OnMessage on_message_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<v1::RunnerLink::Stub> stub_;
  grpc::ClientContext context_;
  v1::CoordinatorMessage incoming_;
  mutable std::mutex mutex_;
  std::condition_variable ended_;
  std::deque<v1::RunnerMessage> outbox_;  // the front is being written
  bool done_ = false;
  std::string failure_;
};

}  // namespace

ConnectRunner ByGrpc(const std::string& address, const std::string& token) {
  return [address, token](RunnerConnection::OnMessage on_message) {
    return std::make_unique<GrpcConnection>(address, token, std::move(on_message));
  };
}

}  // namespace mockarty::fleet
