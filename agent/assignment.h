// One task of a runner, from its offer to its release:
// offered -> fetching -> preparing -> ready -> running -> finished.
//
// It holds what its coordinator must still learn (answer, readiness, begin, windows, console, end) and hands it to the
// link whenever that takes something. After a link was lost it is silent until a coordinator resumes it; then all that
// may have been lost is said again, with the new epoch.
// Not thread-safe: the agent's lock is held around each call. Calls nobody back but the link's Send() and the worker.
#ifndef AGENT_ASSIGNMENT_H_
#define AGENT_ASSIGNMENT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "agent/agent.h"
#include "agent/archive_cache.h"
#include "agent/console_buffer.h"
#include "agent/task_factory.h"
#include "agent/window_outbox.h"
#include "mockarty/v1/runner_link.pb.h"
#include "mockarty/v1/task.pb.h"

namespace mockarty {

class Assignment {
 public:
  enum class State { kOffered, kFetching, kPreparing, kReady, kRunning, kFinished };

  static constexpr Nanos kReservation = 15 * kNanosPerSecond;       // from the acceptance to the lease
  static constexpr Nanos kUnstartedOrphan = 120 * kNanosPerSecond;  // without a coordinator, before the start
  static constexpr Nanos kStopGrace = 15 * kNanosPerSecond;         // past what a stop may take; then SIGKILL

  // The offer was accepted; the answer goes out with the next Flush().
  Assignment(v1::Offer offer, LinkId owner, const AgentOptions& options, Nanos now);

  // --- Links. `link` is nullptr while the owner is not there.
  LinkId owner() const { return owner_; }
  bool connected() const { return link_ != nullptr && resumed_; }
  bool HasLink() const { return link_ != nullptr; }
  void Connect(AgentLink* link) { link_ = link; }  // of the owner; silent until Resume() unless it was made by it
  void LinkLost(Nanos now);
  // Says to the link what is waiting, as far as it takes it.
  void Flush();

  // --- From the coordinator. The epoch was checked.
  void RepeatAnswer() { answer_waits_ = true; }
  // True: the archive is wanted now.
  bool OnLease(Nanos now);
  void OnArchive(absl::StatusOr<ArchiveBytes> archive, TaskFactory& tasks, TaskProcess::Callbacks callbacks, Nanos now);
  void OnStart(const v1::Start& start, Nanos now);
  void OnStop(bool stop_now, Nanos now);
  // By this runner and not by its coordinator: what was not done then is missing, so the task counts as failed, with
  // `why`, unless a stop was asked for before.
  void CutShort(bool stop_now, const std::string& why, Nanos now);
  void OnAck(std::span<const uint64_t> taken, std::span<const uint64_t> merged) {
    outbox_.Acknowledge(taken);
    outbox_.Count(merged);
  }
  // By the owner or by a new one.
  void OnResume(LinkId owner, AgentLink* link, uint64_t epoch, std::span<const uint64_t> taken,
                std::span<const uint64_t> merged);
  void RaiseEpoch(uint64_t epoch) { id_.set_epoch(epoch); }

  // --- From the worker process.
  void OnTaskEvent(const v1::TaskEvent& event, Nanos now);
  void OnTaskExit(const std::string& how, Nanos now);
  // The process, to be destroyed without the lock.
  std::unique_ptr<AgentTask> TakeTask() { return std::move(task_); }

  // Applies what is due; when to call again.
  Nanos Tick(Nanos now);
  // Nothing of it needs to be kept: a reservation that ran out, a task that nobody asked for in time.
  bool abandoned() const { return abandoned_; }

  const v1::AssignmentId& id() const { return id_; }
  State state() const { return state_; }
  v1::HeldAssignment::State HeldState() const;
  const std::string& archive_hash() const { return offer_.archive_hash(); }
  uint64_t archive_bytes() const { return offer_.archive_bytes(); }
  const WindowOutbox& outbox() const { return outbox_; }
  v1::Finished::Outcome outcome() const { return finished_.outcome(); }
  const std::string& failure() const { return finished_.failure(); }
  Nanos leased_at() const { return leased_at_; }

 private:
  void Finish(v1::Finished::Outcome outcome, std::string failure, Nanos now);
  // The task will never be ready.
  void FailUnready(std::string failure, bool in_script, Nanos now);
  void SendSetup(const std::string& archive);
  bool SendStop(bool stop_now);
  bool FlushState();  // false: the link takes no more

  const AgentOptions& options_;
  v1::AssignmentId id_;
  v1::Offer offer_;  // plan and environment until the worker has them
  State state_ = State::kOffered;

  LinkId owner_;
  AgentLink* link_ = nullptr;
  bool resumed_ = true;     // in this session; an offer is of its session
  bool link_busy_ = false;  // it did not take the last message
  Nanos unowned_since_ = kNever;

  bool answer_waits_ = true;
  bool ready_waits_ = false;
  bool started_waits_ = false;
  bool finished_waits_ = false;
  std::optional<v1::Ready> ready_;
  std::optional<v1::Started> started_;
  v1::Finished finished_;
  ConsoleBuffer console_;
  WindowOutbox outbox_;

  std::unique_ptr<AgentTask> task_;
  bool exited_ = false;
  bool stop_sent_ = false;
  bool stop_now_sent_ = false;
  std::string cut_short_;  // why; empty: it was not
  Nanos graceful_stop_ = 0;
  Nanos leased_at_ = 0;
  Nanos reserved_until_ = kNever;
  Nanos ready_deadline_ = kNever;
  Nanos kill_at_ = kNever;
  bool abandoned_ = false;
};

}  // namespace mockarty

#endif  // AGENT_ASSIGNMENT_H_
