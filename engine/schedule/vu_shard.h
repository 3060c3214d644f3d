// Shards whose plan says how many VUs run; each runs one iteration after the other.
//
// What is asked of a VU, in short: a VU asked to stop finishes its iteration; after a grace it is interrupted. A VU
// whose turn comes again before it became idle goes on as if nothing had been. One whose turn came and went before
// Advance() was called never starts: a shard that begins late catches up with the plan at once. A VU that becomes idle
// although nobody asked it to is broken and not started again.
#ifndef ENGINE_SCHEDULE_VU_SHARD_H_
#define ENGINE_SCHEDULE_VU_SHARD_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/plan/scenario_part.h"
#include "common/time/clock.h"
#include "engine/schedule/executor_shard.h"
#include "engine/vu/vu.h"

namespace mockarty {

class VuShard : public ExecutorShard {
 public:
  void Attach(uint32_t place, Vu* vu) final;
  void Begin(Nanos start, Nanos joined = 0) final;
  void Stop(Nanos now) final;
  void StopNow() final;
  bool Done() const final { return active_ == 0 && (ended_ || (to_start_.empty() && NoMoreStarts())); }
  // VUs of this shard that the plan wants to run.
  uint32_t WantedVus() const { return wanted_; }

  // IterationSource.
  bool TakeIteration(uint32_t place, Nanos now, Iteration* iteration) final;
  void OnVuIdle(uint32_t place) final;

 protected:
  struct Graces {
    Nanos stop;       // at the end of the run
    Nanos ramp_down;  // of a VU that is taken away before the end
  };

  // `length`: after it no iteration starts; kNever when the executor ends otherwise.
  VuShard(const ScenarioPart& part, Nanos length, Graces graces);

  // Instants that the executors see count from the start of the run.

  // The next change of the plan, kNever when there is none.
  virtual Nanos NextChange() const = 0;
  // Makes the change that NextChange() gave, by Want() and Unwant().
  virtual void ApplyChange() = 0;
  // Whether the plan wants the VU at `place` at `instant`. Asked when a VU comes for an iteration while a change is due
  // that Advance() has not applied yet.
  virtual bool PlanWants(uint32_t place, Nanos instant) const = 0;
  // Counts one more iteration of the VU at `place` and says its number; false when there is none left for it, ever.
  virtual bool TakeFromPool(uint32_t place, uint64_t* own) {
    (void)place;
    *own = granted_++;
    return true;
  }
  // True once no change of the plan will start a VU, whatever the time.
  virtual bool NoMoreStarts() const = 0;

  void Want(uint32_t place);
  void Unwant(uint32_t place, Nanos instant);
  uint32_t size() const { return static_cast<uint32_t>(slots_.size()); }

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

  Nanos ApplyDue(Nanos now) final;
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

  const Graces graces_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> to_start_;  // idle and wanted when they were put here; one entry a slot
  uint32_t queue_front_ = kNone;
  uint32_t queue_back_ = kNone;
  uint32_t wanted_ = 0;
  uint64_t granted_ = 0;
  bool begun_ = false;
  bool ended_ = false;            // no iteration starts any more
  Nanos start_ = 0;               // absolute
  Nanos interrupt_all_ = kNever;  // absolute, once ended_
};

}  // namespace mockarty

#endif  // ENGINE_SCHEDULE_VU_SHARD_H_
