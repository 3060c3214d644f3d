// One connection to a runner that listens: the handshake, then a session. Internal to coordinator/grpc.
#ifndef COORDINATOR_GRPC_REVERSE_STREAM_H_
#define COORDINATOR_GRPC_REVERSE_STREAM_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "common/wire/reverse_handshake.h"
#include "coordinator/grpc/link_session.h"
#include "coordinator/grpc/reverse_dialer.h"
#include "mockarty/v1/reverse_link.grpc.pb.h"

namespace mockarty {

// Begins with Begin(). A hold keeps gRPC from ending it until Finish(), so Finish() comes exactly once: by the
// handshake when that fails, else by the session's writer. OnDone() is the last call, and tells the dialer.
class ReverseStream final : public grpc::ClientBidiReactor<v1::ReverseCoordinatorMessage, v1::ReverseRunnerMessage>,
                            public LinkStream {
 public:
  ReverseStream(ReverseDialer& dialer, ServiceContext& context, size_t target, std::string address);

  void Begin(Nanos now);
  // From housekeeping.
  void CheckDeadlines(Nanos now);
  // The coordinator ends, and nobody is to read that the handshake was not carried out.
  void GiveUp();
  bool established() const { return established_; }
  bool heard() const { return heard_; }

  // gRPC's.
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

  // The session's.
  void StartWrite(const v1::CoordinatorMessage* message) override;
  void Finish(const grpc::Status& status) override;
  void TryCancel() override { call_.TryCancel(); }
  void ReadNext() override;

 private:
  struct Outgoing {
    v1::ReverseCoordinatorMessage message;
    bool of_session = false;  // its writer waits for the end of the write
    bool last = false;
  };

  void Shake(const v1::ReverseRunnerMessage& message);
  absl::StatusOr<std::string> FindKey(std::string_view token_name);
  void Put(Outgoing next);
  void StartCurrent();
  // Says what went wrong; whether it was a refusal.
  bool Report(const grpc::Status& status);

  ReverseDialer& dialer_;
  ServiceContext& context_;
  const size_t target_;
  const std::string address_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::ReverseRunnerLink::Stub> stub_;
  grpc::ClientContext call_;
  CoordinatorHandshake handshake_;
  TokenIdentity identity_;
  std::shared_ptr<LinkSession> session_;  // set before established_, by the thread that reads
  std::atomic<bool> established_{false};
  std::atomic<bool> given_up_{false};
  std::atomic<bool> heard_{false};  // of a runner, not only a handshake
  std::atomic<Nanos> begun_at_{0};

  std::mutex mutex_;
  bool reading_ = false;
  bool writing_ = false;
  Nanos finished_at_ = 0;         // 0: not yet
  grpc::Status finish_status_;    // why this side ended it
  std::deque<Outgoing> waiting_;  // the handshake's last and the session's first may meet
  Outgoing current_;              // of the thread that writes
  v1::ReverseRunnerMessage incoming_;
};

}  // namespace mockarty

#endif  // COORDINATOR_GRPC_REVERSE_STREAM_H_
