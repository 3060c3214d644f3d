// The inside of Agent: links and timers in agent.cc, what coordinators and workers say in agent_dispatch.cc.
#ifndef AGENT_AGENT_IMPL_H_
#define AGENT_AGENT_IMPL_H_

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "agent/agent.h"
#include "agent/archive_cache.h"
#include "agent/assignment.h"
#include "agent/machine_usage.h"
#include "agent/task_factory.h"

namespace mockarty {

class Agent::Impl {
 public:
  Impl(const AgentOptions& options, const Clock& clock, std::unique_ptr<TaskFactory> tasks, bool own_thread);
  ~Impl();

  void OnLinkUp(LinkId id, AgentLink* link);
  void OnLinkDown(LinkId id);
  void OnWritable(LinkId id);
  void OnMessage(LinkId id, const v1::CoordinatorMessage& message);
  void Drain();
  void StopAll(bool now);
  bool Idle() const;
  bool WaitIdle(Nanos timeout) const;
  Nanos Tick();
  Stats GetStats() const;

 private:
  // A run and the assignment's number: what stays the same over all epochs.
  using Key = std::pair<std::string, uint32_t>;
  struct Entry {
    std::unique_ptr<Assignment> assignment;
    uint64_t serial = 0;   // of its worker process; 0: it had none
    bool counted = false;  // its end is in the statistics
    bool asked = false;    // the archive was asked for in its name
  };
  using Assignments = std::map<Key, Entry>;

  struct Link {
    AgentLink* link = nullptr;
    bool welcomed = false;
    bool refused = false;
    Nanos heartbeat_interval = kNanosPerSecond;
    Nanos heartbeat_at = kNever;
    Nanos welcome_deadline = kNever;
    std::deque<v1::RunnerMessage> waiting;  // what belongs to no assignment and the link did not take
  };

  // Links.
  void SendHello(LinkId id, Link& link);
  void SendOrKeep(Link& link, v1::RunnerMessage message);
  bool SendHeartbeat(Link& link, Nanos now, double cpu);
  void FlushLink(LinkId id, Link& link);
  Nanos TickLinks(Nanos now);
  void OnWelcome(Link& link, const v1::Welcome& welcome, Nanos now);

  // The assignment that the message is for, after the rule of epochs; nullptr: refused and counted, or not here.
  Entry* Authorize(LinkId from, const v1::AssignmentId& id, bool* known = nullptr);
  void OnOffer(LinkId from, Link& link, const v1::Offer& offer, Nanos now);
  void OnLease(LinkId from, Link& link, const v1::Lease& lease, Nanos now);
  void OnArchiveChunk(LinkId from, const v1::ArchiveChunk& chunk, Nanos now);
  void OnStart(LinkId from, Link& link, const v1::Start& start, Nanos now);
  void OnStop(LinkId from, Link& link, const v1::Stop& stop, Nanos now);
  void OnRelease(LinkId from, const v1::Release& release, Nanos now);
  void OnResume(LinkId from, Link& link, const v1::Resume& resume, Nanos now);
  void SendNotHere(Link& link, const v1::AssignmentId& id);
  void FetchArchive(Entry& entry, Nanos now);
  void AskForArchive(Entry& entry, Link& link);
  // The entry leaves without its archive: whoever waits for what it asked for is to get it all the same.
  void PassDownloadOn(Entry& entry, Nanos now);
  void GiveArchive(Entry& entry, absl::StatusOr<ArchiveBytes> archive, Nanos now);
  void GiveArchiveToAll(const std::string& hash, const absl::StatusOr<ArchiveBytes>& archive, Nanos now);

  // Workers; on their threads.
  void OnTaskEvent(const Key& key, uint64_t serial, const v1::TaskEvent& event);
  void OnTaskExit(const Key& key, uint64_t serial, const std::string& how);
  Entry* FindTask(const Key& key, uint64_t serial);

  // After anything happened to an assignment: sends, counts its end, and what the timer is to know.
  void Settle(Entry& entry, Nanos now);
  void Remove(Assignments::iterator found);
  uint32_t ActiveTasks() const;
  bool IdleLocked() const { return assignments_.empty() && dead_tasks_.empty(); }
  void Wake();  // the timer's thread: something is due earlier than it knows
  void RunTimers();

  const AgentOptions options_;
  const Clock& clock_;
  const std::unique_ptr<TaskFactory> tasks_;
  v1::Hello hello_;

  mutable std::mutex mutex_;
  mutable std::condition_variable idle_changed_;
  std::condition_variable wake_changed_;
  bool wake_ = false;
  bool ending_ = false;
  bool draining_ = false;
  std::map<LinkId, Link> links_;
  Assignments assignments_;
  uint64_t next_serial_ = 1;
  ArchiveCache archives_;
  std::vector<std::unique_ptr<AgentTask>> dead_tasks_;  // destroyed without the lock
  MachineUsage usage_;                                  // Tick() only
  Stats stats_;
  uint64_t coalesced_before_ = 0;  // of assignments that are gone
  std::thread timer_;              // last: it uses all of the above
};

}  // namespace mockarty

#endif  // AGENT_AGENT_IMPL_H_
