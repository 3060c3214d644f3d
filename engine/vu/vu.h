// A virtual user as the scheduler sees it, and the scheduler as a virtual user sees it.
//
// Threads: a Vu is pinned to one worker; every call in both directions is made on that worker's thread.
// Ownership: nobody owns anybody here; a worker owns its VUs and its IterationSource and destroys the VUs first.
#ifndef ENGINE_VU_VU_H_
#define ENGINE_VU_VU_H_

#include <cstdint>

#include "common/time/clock.h"

namespace mockarty {

class Vu {
 public:
  virtual ~Vu() = default;

  // Begins to run iterations; asks its IterationSource before each. Called only while Running() is false.
  // May be called many times in a run (a VU ramped down and up again). Must not run the script before it returns.
  virtual void Start() = 0;

  // The current iteration may finish, no further one should start; a pause between iterations ends now.
  // A hint: the IterationSource refuses the next iteration anyway. It may also change its mind and grant one.
  virtual void RequestStop() = 0;

  // The current iteration ends now: waits are cut short, script code is stopped at its next interrupt check.
  virtual void Interrupt() = 0;

  // True from Start() until just before IterationSource::OnVuIdle() is called.
  virtual bool Running() const = 0;
};

// One iteration as it is granted.
struct Iteration {
  uint64_t own = 0;    // 0-based, of those that this source (or the sources that share its pool) granted
  Nanos due = kNever;  // when it was to begin, where a rate says so; never after `now`
};

// What a Vu asks before each iteration. Implemented by engine/schedule.
class IterationSource {
 public:
  virtual ~IterationSource() = default;

  // True when the VU at `place` (0-based, within this source) is to run one more iteration, which is counted as taken
  // and described in `iteration`. False: the VU becomes idle and says so by OnVuIdle().
  virtual bool TakeIteration(uint32_t place, Nanos now, Iteration* iteration) = 0;

  // The iteration is over, however it ended, and has sent so many requests. Before the next TakeIteration() or
  // OnVuIdle().
  virtual void OnIterationEnd(uint32_t place, uint64_t requests) = 0;

  // The VU has stopped running, for whatever reason. It may be started again from a later ExecutorShard::Advance(),
  // never from within this call.
  virtual void OnVuIdle(uint32_t place) = 0;

  // The number (0-based) of an iteration within the whole run's scenario, from Iteration::own: no two are alike.
  virtual uint64_t IterationInTest(uint64_t own) const = 0;

  // How far the scenario is, `elapsed` after its start, 0 to 1; may be outside of that.
  virtual double Progress(Nanos elapsed) const = 0;
};

}  // namespace mockarty

#endif  // ENGINE_VU_VU_H_
