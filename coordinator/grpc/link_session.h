// A session of a runner as the core, the housekeeping thread and its stream see it, whichever side opened the
// connection: limits, Hello first, what waits for the core. Internal to coordinator/grpc.
#ifndef COORDINATOR_GRPC_LINK_SESSION_H_
#define COORDINATOR_GRPC_LINK_SESSION_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "coordinator/grpc/service_context.h"
#include "coordinator/grpc/stream_writer.h"
#include "mockarty/v1/runner_link.pb.h"

namespace mockarty {

// The gRPC stream under a session; see StreamWriter for when its methods are called.
class LinkStream {
 public:
  virtual ~LinkStream() = default;
  virtual void StartWrite(const v1::CoordinatorMessage* message) = 0;  // then OnWriteDone() of the writer
  virtual void Finish(const grpc::Status& status) = 0;                 // the last call but for TryCancel()
  virtual void TryCancel() = 0;
  virtual void ReadNext() = 0;  // then OnMessage() or OnReadEnd() of the session
};

using LinkWriter = StreamWriter<LinkStream, v1::CoordinatorMessage>;

// Outlives its stream. Threads: see the methods.
class LinkSession final : public RunnerSession, public Watched {
 public:
  LinkSession(ServiceContext& context, LinkStream* stream, std::string peer, TokenIdentity identity);

  // From the core.
  void Send(v1::CoordinatorMessage message) override;
  void Close(const absl::Status& why) override { writer_.Close(ToGrpc(why), MonotonicNow()); }

  // From housekeeping.
  void CheckDeadlines(Nanos now) override;
  void EndOfService() override {
    writer_.Close(grpc::Status(grpc::StatusCode::UNAVAILABLE, "the coordinator is shutting down"), MonotonicNow());
  }

  // From the reactor, one at a time. False: read no more.
  bool OnMessage(std::shared_ptr<v1::RunnerMessage> message, const std::shared_ptr<LinkSession>& self);
  // The runner sends no more, or something that is no message: gRPC does not tell the two apart.
  void OnReadEnd(bool cancelled);
  // The stream is over and is not to be used any more.
  void OnGone(const std::shared_ptr<LinkSession>& self);

  LinkWriter& writer() { return writer_; }

 private:
  void Refuse(const grpc::Status& status);
  void OnHandled(size_t bytes);

  ServiceContext& context_;
  LinkWriter writer_;
  const SessionId id_;
  const std::string peer_;
  const TokenIdentity identity_;
  const Nanos started_at_;
  std::atomic<bool> greeted_{false};
  std::mutex flow_mutex_;
  size_t unhandled_ = 0;  // with the lock: posted to the core and not yet handled
  size_t unhandled_bytes_ = 0;
  bool paused_ = false;  // with the lock: OnHandled() is to start the next read
};

}  // namespace mockarty

#endif  // COORDINATOR_GRPC_LINK_SESSION_H_
