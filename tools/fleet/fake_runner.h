// What simulated runners have in common: they say Hello, answer probes of their clock, and send what they are given.
//
// Threads: a connection's thread calls Handle() while any other calls the rest. Ownership: the derived class calls
// Open() at the end of its constructor and Close() in its destructor, which waits until nothing is handled any more.
#ifndef TOOLS_FLEET_FAKE_RUNNER_H_
#define TOOLS_FLEET_FAKE_RUNNER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "tools/fleet/runner_connection.h"

namespace mockarty::fleet {

struct RunnerOptions {
  std::string name;
  ConnectRunner connect;
  std::string label;  // "queue=bench"; empty: none
  uint32_t slots = 1;
  int series = 50;  // of a window
};

class FakeRunner {
 public:
  explicit FakeRunner(const RunnerOptions& options) : options_(options) {}
  virtual ~FakeRunner() = default;
  FakeRunner(const FakeRunner&) = delete;
  FakeRunner& operator=(const FakeRunner&) = delete;

  void Heartbeat(uint32_t active_tasks);
  std::string Failure() const { return connection_->Failure(); }

 protected:
  void Open();
  void Close() { connection_->End(); }
  void Send(v1::RunnerMessage message);
  virtual void Handle(const v1::CoordinatorMessage& message) = 0;

  const RunnerOptions options_;

 private:
  void OnMessage(const v1::CoordinatorMessage& message);

  std::unique_ptr<RunnerConnection> connection_;
};

// A window of one second: half counters, half trends with twenty samples over two octaves.
v1::Window MakeWindow(uint32_t assignment, uint64_t seq, int series);

}  // namespace mockarty::fleet

#endif  // TOOLS_FLEET_FAKE_RUNNER_H_
