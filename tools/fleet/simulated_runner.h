// A runner that speaks the protocol and makes its measurements up: one stream, one task.
//
// Threads: gRPC's callbacks and the caller's thread; one lock. Ownership: Close() ends the stream and waits for it.
#ifndef TOOLS_FLEET_SIMULATED_RUNNER_H_
#define TOOLS_FLEET_SIMULATED_RUNNER_H_

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/time/clock.h"
#include "mockarty/v1/runner_link.grpc.pb.h"

namespace mockarty::fleet {

class SimulatedRunner final : public grpc::ClientBidiReactor<v1::RunnerMessage, v1::CoordinatorMessage> {
 public:
  struct Options {
    std::string name;
    std::string address;
    std::string token;
    int series = 50;
  };
  explicit SimulatedRunner(const Options& options);
  ~SimulatedRunner() override { Close(); }

  // A heartbeat, and the next window when the load has begun. About once a second.
  void Step();
  // The load is over.
  void Finish();
  void Close();

  bool Started() const;
  bool Acknowledged() const;  // all windows are
  std::string Failure() const;
  // From sending a window to its acknowledgement.
  std::vector<Nanos> TakeLatencies();

  // gRPC.
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  void Handle(const v1::CoordinatorMessage& message);
  void Send(v1::RunnerMessage message);
  v1::Window MakeWindow();

  const Options options_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::RunnerLink::Stub> stub_;
  grpc::ClientContext context_;
  v1::CoordinatorMessage incoming_;

  mutable std::mutex mutex_;
  std::condition_variable ended_;
  std::deque<v1::RunnerMessage> outbox_;  // the front is being written
  v1::AssignmentId id_;
  bool started_ = false;
  bool done_ = false;
  std::string failure_;
  uint64_t seq_ = 0;
  std::map<uint64_t, Nanos> sent_at_;  // by sequence number, not acknowledged
  std::vector<Nanos> latencies_;
};

}  // namespace mockarty::fleet

#endif  // TOOLS_FLEET_SIMULATED_RUNNER_H_
