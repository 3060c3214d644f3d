// The connection of a simulated runner: it says Hello and writes what it is given, one message after another.
//
// Threads: gRPC's callbacks and the caller's thread; one lock, which Handle() is called without. Ownership: the derived
// class calls Close() in its destructor, which ends the stream and waits for it.
#ifndef TOOLS_FLEET_RUNNER_STREAM_H_
#define TOOLS_FLEET_RUNNER_STREAM_H_

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "mockarty/v1/runner_link.grpc.pb.h"

namespace mockarty::fleet {

struct RunnerOptions {
  std::string name;
  std::string address;
  std::string token;
  std::string label;  // "queue=bench"; empty: none
  uint32_t slots = 1;
  int series = 50;  // of a window
};

class RunnerStream : public grpc::ClientBidiReactor<v1::RunnerMessage, v1::CoordinatorMessage> {
 public:
  explicit RunnerStream(const RunnerOptions& options);
  ~RunnerStream() override = default;

  void Heartbeat(uint32_t active_tasks);
  std::string Failure() const;

  // gRPC.
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 protected:
  // Connects; Handle() may be called from here on.
  void Open();
  void Close();
  void Send(v1::RunnerMessage message);
  virtual void Handle(const v1::CoordinatorMessage& message) = 0;

  const RunnerOptions options_;

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::RunnerLink::Stub> stub_;
  grpc::ClientContext context_;
  v1::CoordinatorMessage incoming_;
  mutable std::mutex mutex_;
  std::condition_variable ended_;
  std::deque<v1::RunnerMessage> outbox_;  // the front is being written
  bool done_ = false;
  std::string failure_;
};

// A window of one second: half counters, half trends with twenty samples over two octaves.
v1::Window MakeWindow(uint32_t assignment, uint64_t seq, int series);
// The answer to a time probe.
v1::RunnerMessage AnswerProbe(const v1::TimeProbe& probe);

}  // namespace mockarty::fleet

#endif  // TOOLS_FLEET_RUNNER_STREAM_H_
