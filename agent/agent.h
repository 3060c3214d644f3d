// What a runner does, whatever it is connected by: answers offers, keeps archives, runs each task in a worker process,
// keeps its windows until they are stored, and takes part in Hello/Welcome/Resume after a link was lost.
//
// One agent may have several links, one to each coordinator it knows; an assignment belongs to the link by which it was
// offered, or last resumed with a higher epoch.
// Threads: all methods from any thread (one lock inside); AgentLink::Send is called with that lock held and must not
// block nor call back.
#ifndef AGENT_AGENT_H_
#define AGENT_AGENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/time/clock.h"
#include "mockarty/v1/runner_link.pb.h"

namespace mockarty {

using LinkId = uint32_t;

class AgentLink {
 public:
  virtual ~AgentLink() = default;
  // Never blocks. False when the link cannot take more now (see Agent::OnWritable) or is gone; nothing was sent then.
  virtual bool Send(const v1::RunnerMessage& message) = 0;
  // The peer cannot be spoken with (another major version, no Welcome): the link is to end, OnLinkDown() comes later.
  virtual void Close(const absl::Status& /*why*/) {}
};

class TaskFactory;

// Of runner_link.proto. Another major version of the peer ends the connection, with both named.
inline constexpr uint32_t kProtocolMajor = 1;
inline constexpr uint32_t kProtocolMinor = 0;

// One task came to its end; see AgentOptions::on_task_finished.
struct TaskResult {
  bool ok = false;
  Nanos duration = 0;  // since its lease
};

struct AgentOptions {
  v1::Hello hello;  // who this runner is; `protocol`, `slots`, `held` and `draining` are filled in
  uint32_t slots = 3;
  std::string task_executable;  // empty: this process's own
  uint32_t task_workers = 0;    // threads a task; 0: one a core
  size_t archive_cache_bytes = 256u << 20;
  size_t max_unsent_windows = 64;  // an assignment; more are coalesced
  size_t max_windows_in_flight = 8;
  Nanos orphan_timeout = 3600 * kNanosPerSecond;  // a running task without any coordinator goes on for so long
  // With the agent's lock held: must be quick and must not call the agent.
  std::function<void(const TaskResult&)> on_task_finished;
};

class Agent {
 public:
  // `clock` outlives the agent and is read on several threads. Timers and heartbeats run on a thread of its own.
  Agent(const AgentOptions& options, const Clock& clock);
  // For tests: tasks by `tasks`, and no thread, so that Tick() is the caller's.
  Agent(const AgentOptions& options, const Clock& clock, std::unique_ptr<TaskFactory> tasks);
  ~Agent();  // kills what still runs
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  // A stream is open: Hello is sent at once. `link` stays valid until OnLinkDown().
  void OnLinkUp(LinkId id, AgentLink* link);
  void OnLinkDown(LinkId id);
  void OnWritable(LinkId id);
  void OnMessage(LinkId id, const v1::CoordinatorMessage& message);

  // No new tasks from now on; heartbeats go on.
  void Drain();
  // Running tasks are stopped: gracefully, or at once.
  void StopAll(bool now);
  bool Idle() const;  // no task runs and nothing waits to be acknowledged
  // Waits for that; false when it is still not so after `timeout`.
  bool WaitIdle(Nanos timeout) const;

  // Applies what is due: heartbeats, deadlines, the end of processes. Returns the instant by which to call it again.
  Nanos Tick();

  struct Stats {
    uint32_t active_tasks = 0;
    uint64_t completed = 0;
    uint64_t failed = 0;
    uint64_t refused = 0;
    uint64_t windows_unacknowledged = 0;
    uint64_t windows_coalesced = 0;
    uint64_t stale_messages = 0;   // with an older epoch, or not by the owner
    uint32_t connected_links = 0;  // with a Welcome
    bool draining = false;
  };
  Stats GetStats() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mockarty

#endif  // AGENT_AGENT_H_
