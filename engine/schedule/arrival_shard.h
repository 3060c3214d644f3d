// Shards whose plan says when iterations begin, whatever the VUs do: what the executors of a rate have in common.
//
// An iteration that is due takes a free VU, the one that was free last (its memory is warm, its connection open). A VU
// that ends an iteration goes on with the next at once where one is due. What finds no free VU waits for one, no longer
// than the executor's patience; then it is passed over and counted as dropped.
//
// A VU that becomes idle without having begun what it was given is broken and gets nothing more.
#ifndef ENGINE_SCHEDULE_ARRIVAL_SHARD_H_
#define ENGINE_SCHEDULE_ARRIVAL_SHARD_H_

#include <cstdint>
#include <vector>

#include "common/plan/scenario_part.h"
#include "common/time/clock.h"
#include "engine/schedule/executor_shard.h"
#include "engine/vu/vu.h"

namespace mockarty {

class ArrivalShard : public ExecutorShard {
 public:
  void Attach(uint32_t place, Vu* vu) final;
  void Begin(Nanos start, Nanos joined = 0) final;
  void Stop(Nanos now) final;
  void StopNow() final;
  bool Done() const final { return busy_ == 0 && (ended_ || (started_ && Exhausted())); }

  // IterationSource.
  bool TakeIteration(uint32_t place, Nanos now, Iteration* iteration) final;
  void OnIterationEnd(uint32_t place, uint64_t requests) final;
  void OnVuIdle(uint32_t place) final;

 protected:
  struct Settings {
    Nanos length;         // of the load
    Nanos graceful_stop;  // at its end
    Nanos patience;       // how long what is due waits for a VU
    uint32_t vus;         // to make before it begins
  };

  ArrivalShard(const ScenarioPart& part, const Settings& settings);

  // Instants count from the start of the scenario.

  // When the next iteration of this part is due; kNever when none is any more.
  virtual Nanos NextDue() = 0;
  // It begins ...
  virtual void OnBegun() = 0;
  // ... or is left out.
  virtual void OnPassedOver() = 0;
  // Nothing will be due any more, however long the load lasts.
  virtual bool Exhausted() const { return false; }
  virtual void OnEnded(uint64_t requests) { (void)requests; }
  // No VU was free for what was due, or waited for longer than the patience.
  virtual void OnStarved(bool dropped) = 0;
  // The next instant at which the executor wants Tick(), which may change the VUs.
  virtual Nanos NextTick() const { return kNever; }
  virtual void Tick() {}

  // How many VUs may be busy at once.
  void SetLimit(uint32_t limit);
  // Makes it that many VUs in all, as far as the part has them.
  void WantVus(uint64_t vus);
  uint32_t attached() const { return attached_; }
  uint32_t TakePeakBusy();

 private:
  struct Slot {
    Vu* vu = nullptr;
    Nanos due = 0;     // absolute, of what was given to it
    uint64_t own = 0;  // the number of that
    bool busy = false;
    bool given = false;        // and not begun yet
    bool interrupted = false;  // since it was started
  };

  Nanos ApplyDue(Nanos now) final;
  Nanos NextInstant() const;
  Nanos DueInstant() const;
  bool CanStart() const { return !free_.empty() && busy_ < limit_; }
  void EnterLoad();
  void HandleDue();
  void Give(Slot& slot);
  void PassOver();
  void EndRun(Nanos instant);
  void InterruptAll();
  void Show();

  const Settings settings_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_;  // places
  uint32_t limit_ = UINT32_MAX;
  uint32_t attached_ = 0;
  uint32_t busy_ = 0;
  uint32_t peak_busy_ = 0;
  uint64_t begun_count_ = 0;
  bool begun_ = false;    // Begin() was called
  bool started_ = false;  // the start has come
  bool ended_ = false;
  bool starving_ = false;  // of what is due next: known to have found no VU
  Nanos start_ = 0;        // absolute
  Nanos joined_ = 0;       // absolute; what was due before is another's
  Nanos due_ = kNever;     // from the start
  Nanos interrupt_all_ = kNever;
};

}  // namespace mockarty

#endif  // ENGINE_SCHEDULE_ARRIVAL_SHARD_H_
