// When the VUs of one scenario on one worker run: the part of an executor that falls to that worker.
//
// Which of the scenario's VUs these are is said by a ScenarioPart: the process's part of the run, divided among its
// workers. A shard knows its VUs by their place in it (0-based, without gaps). Every shard follows the same plan from
// the same start instant, so their sum is exact and they need not talk; only the pool of shared iterations
// (IterationPool) is common to those of a process.
//
// Use: Attach() each VU, Begin(start), then Advance() in every turn of the worker's loop and no later than the instant
// it returned, until Done(). Nothing is polled; a turn with nothing due costs one comparison. A rate may want more VUs
// while it runs: VusToMake() says how many are to be attached, always those at the next places.
//
// Two families: in vu_shard.h the plan says how many VUs run, and each runs one iteration after the other; in
// arrival_shard.h the plan says when iterations begin.
//
// Threads: the worker's. Ownership: refers to the VUs, which must outlive it or be idle.
#ifndef ENGINE_SCHEDULE_EXECUTOR_SHARD_H_
#define ENGINE_SCHEDULE_EXECUTOR_SHARD_H_

#include <algorithm>
#include <cstdint>
#include <utility>

#include "common/plan/scenario_part.h"
#include "common/time/clock.h"
#include "engine/vu/vu.h"

namespace mockarty {

class ExecutorShard : public IterationSource {
 public:
  ~ExecutorShard() override = default;
  ExecutorShard(const ExecutorShard&) = delete;
  ExecutorShard& operator=(const ExecutorShard&) = delete;

  // Once for each place, before Begin() or, up to VusToMake(), later. A VU that could not be made may be left out: it
  // never runs.
  virtual void Attach(uint32_t place, Vu* vu) = 0;

  // The instant at which the scenario starts, the same for all shards; may lie ahead, or back: then what the plan wants
  // by now starts with the next Advance(). `joined`: this part goes on for another; iterations that were due before
  // that instant are not its own.
  virtual void Begin(Nanos start, Nanos joined = 0) = 0;

  // Applies all that is due at or before `now`, in order of time. The instant of the next event, kNever when there is
  // none. OnVuIdle(), Attach(), Stop() and StopNow() may bring it forward, so ask NextEvent() before the loop sleeps.
  Nanos Advance(Nanos now) { return now < next_event_ ? next_event_ : ApplyDue(now); }
  Nanos NextEvent() const { return next_event_; }

  // No new iteration from now on; what still runs graceful_stop later is interrupted. Takes effect at once.
  virtual void Stop(Nanos now) = 0;
  // Everything is interrupted, at once.
  virtual void StopNow() = 0;

  // All VUs are idle and none will start.
  virtual bool Done() const = 0;
  // VUs that run, those that finish their last iteration included; of a rate: those that stand by for it.
  uint32_t ActiveVus() const { return active_; }
  // How many VUs are to be attached by now. Only ever rises.
  uint32_t VusToMake() const { return to_make_; }
  // Iterations that were due and found no VU, since the last call.
  uint64_t TakeDropped() { return std::exchange(dropped_, 0); }

  const ScenarioPart& part() const { return part_; }

  void OnIterationEnd(uint32_t, uint64_t) override {}
  uint64_t IterationInTest(uint64_t own) const override { return part_.Iteration(own); }
  double Progress(Nanos elapsed) const override {
    return length_ == kNever ? 0 : static_cast<double>(elapsed) / static_cast<double>(std::max<Nanos>(1, length_));
  }

 protected:
  // `length`: of the load; kNever when only iterations end it.
  ExecutorShard(ScenarioPart part, Nanos length, uint32_t to_make)
      : part_(std::move(part)), length_(length), to_make_(to_make) {}

  virtual Nanos ApplyDue(Nanos now) = 0;

  // Both non-negative or kNever.
  static Nanos Later(Nanos instant, Nanos by) { return by > kNever - instant ? kNever : instant + by; }

  const ScenarioPart part_;
  const Nanos length_;
  Nanos next_event_ = kNever;  // absolute
  uint32_t active_ = 0;
  uint32_t to_make_;
  uint64_t dropped_ = 0;
};

}  // namespace mockarty

#endif  // ENGINE_SCHEDULE_EXECUTOR_SHARD_H_
