// When the VUs of one worker run: the part of a run's executor that falls to that worker.
//
// Which of the run's VUs these are is said by a Segment: the process's part of the run, divided among its workers. A
// shard knows its VUs by their place in it (0-based, without gaps). Every shard follows the same plan from the same
// start instant, so their sum is exact and they need not talk; only the pool of shared iterations (IterationPool) is
// common to those of a process.
//
// Use: Attach() each VU of the worker, Begin(start), then Advance() in every turn of the worker's loop and no later
// than the instant it returned, until Done(). Nothing is polled; a turn with nothing due costs one comparison.
//
// What is asked of a VU, in short: a VU asked to stop finishes its iteration; after a grace it is interrupted. A VU
// whose turn comes again before it became idle goes on as if nothing had been. One whose turn came and went before
// Advance() was called never starts: a shard that begins late catches up with the plan at once. A VU that becomes idle
// although nobody asked it to is broken and not started again.
//
// Threads: the worker's. Ownership: refers to the VUs, which must outlive it or be idle.
#ifndef ENGINE_SCHEDULE_EXECUTOR_SHARD_H_
#define ENGINE_SCHEDULE_EXECUTOR_SHARD_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/plan/segment.h"
#include "common/time/clock.h"
#include "engine/vu/vu.h"

namespace mockarty {

// Which of the run's VUs a shard has.
struct ShardPlace {
  Segment segment;
  uint32_t vus = 0;  // of the whole run

  // How many of `total` VUs, the lowest indices first, are this shard's.
  uint32_t Share(uint32_t total) const { return static_cast<uint32_t>(segment.Share(total)); }
  // The 0-based number in the whole run; past all of them for places past the share.
  uint64_t GlobalIndex(uint32_t place) const { return segment.Global(place); }
};

class ExecutorShard : public IterationSource {
 public:
  ~ExecutorShard() override = default;
  ExecutorShard(const ExecutorShard&) = delete;
  ExecutorShard& operator=(const ExecutorShard&) = delete;

  // Before Begin(), once for each place. A VU that could not be made may be left out: it never runs.
  void Attach(uint32_t place, Vu* vu);

  // The instant at which the run starts, the same for all shards; may lie ahead, or back: then the VUs that the plan
  // wants by now start with the next Advance().
  void Begin(Nanos start);

  // Applies all that is due at or before `now`, in order of time. The instant of the next event, kNever when there is
  // none. OnVuIdle(), Stop() and StopNow() may bring it forward, so ask NextEvent() before the loop sleeps.
  Nanos Advance(Nanos now) { return now < next_event_ ? next_event_ : ApplyDue(now); }
  Nanos NextEvent() const { return next_event_; }

  // No new iteration from now on; what still runs graceful_stop later is interrupted. Takes effect at once.
  void Stop(Nanos now);
  // Everything is interrupted, at once.
  void StopNow();

  // All VUs are idle and none will start.
  bool Done() const { return active_ == 0 && (ended_ || (to_start_.empty() && NoMoreStarts())); }
  // VUs that run, those that finish their last iteration included.
  uint32_t ActiveVus() const { return active_; }
  // VUs of this shard that the plan wants to run.
  uint32_t WantedVus() const { return wanted_; }

  // IterationSource.
  bool TakeIteration(uint32_t place, Nanos now) final;
  void OnVuIdle(uint32_t place) final;

 protected:
  struct Graces {
    Nanos stop;       // at the end of the run
    Nanos ramp_down;  // of a VU that is taken away before the end
  };

  // `length`: after it no iteration starts; kNever when the executor ends otherwise.
  ExecutorShard(ShardPlace place, Nanos length, Graces graces);

  // Instants that the executors see count from the start of the run.

  // The next change of the plan, kNever when there is none.
  virtual Nanos NextChange() const = 0;
  // Makes the change that NextChange() gave, by Want() and Unwant().
  virtual void ApplyChange() = 0;
  // Whether the plan wants the VU at `place` at `instant`. Asked when a VU comes for an iteration while a change is due
  // that Advance() has not applied yet.
  virtual bool PlanWants(uint32_t place, Nanos instant) const = 0;
  // Counts one more iteration; false when there is none left for any VU, ever.
  virtual bool TakeFromPool() { return true; }
  // True once no change of the plan will start a VU, whatever the time.
  virtual bool NoMoreStarts() const = 0;

  void Want(uint32_t place);
  void Unwant(uint32_t place, Nanos instant);
  uint32_t size() const { return static_cast<uint32_t>(slots_.size()); }
  const ShardPlace& place() const { return place_; }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  // The queue of those that were ramped down and are to be interrupted is threaded through the slots: never more than
  // one entry a VU, in order of time because the grace is the same for all.
  struct Slot {
    Vu* vu = nullptr;
    Nanos interrupt_at = kNever;  // not kNever: in the queue
    uint32_t queue_next = kNone;
    uint32_t queue_previous = kNone;
    bool wanted = false;       // the plan says it runs
    bool active = false;       // started and not idle yet
    bool told = false;         // asked to stop, interrupted or refused since it was started
    bool interrupted = false;  // since its last iteration was granted
    bool broken = false;       // became idle of its own accord
    bool queued = false;       // in to_start_
  };

  // The instants of the four kinds of event, absolute.
  struct Due {
    Nanos end;
    Nanos change;
    Nanos ramped_down;
    Nanos all;
    Nanos First() const;
  };

  Nanos ApplyDue(Nanos now);
  Due NextDue() const;
  bool Refuse(Slot& slot);
  void StartSlot(Slot& slot);
  void QueueStart(uint32_t place);
  void StartQueued();
  void EndRun(Nanos instant);
  void InterruptAll();
  void Interrupt(uint32_t place);
  void Enqueue(uint32_t place, Nanos interrupt_at);
  void Dequeue(uint32_t place);

  const ShardPlace place_;
  const Nanos length_;
  const Graces graces_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> to_start_;  // idle and wanted when they were put here; one entry a slot
  uint32_t queue_front_ = kNone;
  uint32_t queue_back_ = kNone;
  uint32_t active_ = 0;
  uint32_t wanted_ = 0;
  bool begun_ = false;
  bool ended_ = false;            // no iteration starts any more
  Nanos start_ = 0;               // absolute
  Nanos interrupt_all_ = kNever;  // absolute, once ended_
  Nanos next_event_ = kNever;     // absolute
};

}  // namespace mockarty

#endif  // ENGINE_SCHEDULE_EXECUTOR_SHARD_H_
