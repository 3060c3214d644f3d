// A runner that speaks the protocol and is done with a task as soon as it begins: many at a time, a window each.
//
// Threads: the connection's callbacks and the caller's thread; one lock.
#ifndef TOOLS_FLEET_TINY_TASK_RUNNER_H_
#define TOOLS_FLEET_TINY_TASK_RUNNER_H_

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "common/time/clock.h"
#include "tools/fleet/fake_runner.h"

namespace mockarty::fleet {

class TinyTaskRunner final : public FakeRunner {
 public:
  explicit TinyTaskRunner(const RunnerOptions& options) : FakeRunner(options) { Open(); }
  ~TinyTaskRunner() override { Close(); }

  // With what the next heartbeat has to say. About once a second.
  void Step() { Heartbeat(active_); }

  uint64_t Released() const { return released_; }  // tasks whose end is stored
  // When tasks were told to begin (MonotonicNow()'s), since the last call.
  std::vector<Nanos> TakeStarts();

 private:
  void Handle(const v1::CoordinatorMessage& message) override;
  void Carry(const v1::AssignmentId& id);

  std::atomic<uint32_t> active_{0};
  std::atomic<uint64_t> released_{0};
  std::mutex mutex_;
  std::vector<Nanos> starts_;
};

}  // namespace mockarty::fleet

#endif  // TOOLS_FLEET_TINY_TASK_RUNNER_H_
