// A runner that speaks the protocol and makes its measurements up: one connection, one task.
//
// Threads: the connection's callbacks and the caller's thread; one lock.
#ifndef TOOLS_FLEET_SIMULATED_RUNNER_H_
#define TOOLS_FLEET_SIMULATED_RUNNER_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "common/time/clock.h"
#include "tools/fleet/fake_runner.h"

namespace mockarty::fleet {

class SimulatedRunner final : public FakeRunner {
 public:
  explicit SimulatedRunner(const RunnerOptions& options) : FakeRunner(options) { Open(); }
  ~SimulatedRunner() override { Close(); }

  // The next window when the load has begun, and a heartbeat. About once a second.
  void Step();
  // The load is over.
  void Finish();

  bool Started() const;
  bool Acknowledged() const;  // all windows are
  // From sending a window to its acknowledgement.
  std::vector<Nanos> TakeLatencies();

 private:
  void Handle(const v1::CoordinatorMessage& message) override;
  void SendWindow();

  mutable std::mutex mutex_;
  v1::AssignmentId id_;
  bool started_ = false;
  uint64_t seq_ = 0;
  std::map<uint64_t, Nanos> sent_at_;  // by sequence number, not acknowledged
  std::vector<Nanos> latencies_;
};

}  // namespace mockarty::fleet

#endif  // TOOLS_FLEET_SIMULATED_RUNNER_H_
