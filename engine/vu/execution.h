// What a script may ask about the run it is part of (k6/execution): numbers of this instance, which is the process, and
// of the whole test.
//
// Threads: counters are written by one worker each and read by any; functions of a VuContext are the VU's own.
#ifndef ENGINE_VU_EXECUTION_H_
#define ENGINE_VU_EXECUTION_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>

#include "common/plan/scenario_part.h"
#include "common/plan/segment.h"
#include "common/time/clock.h"
#include "engine/vu/vu_context.h"

namespace mockarty {

// Of one worker. Stores of one thread without read-modify-write: as cheap as plain ones.
struct alignas(64) WorkerCounters {
  std::atomic<uint64_t> iterations = 0;   // to their end
  std::atomic<uint64_t> interrupted = 0;  // cut short
  std::atomic<uint32_t> active = 0;       // virtual users that run
  std::atomic<uint32_t> made = 0;         // virtual users

  template <typename T>
  static void Add(std::atomic<T>& counter, T by) {
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
};

// Of a process.
struct InstanceCounters {
  std::deque<WorkerCounters> workers;
  std::atomic<Nanos> start = 0;            // of the load, monotonic; 0 before
  std::atomic<int64_t> started_at_ms = 0;  // ... since 1970-01-01 UTC

  template <typename T>
  uint64_t Sum(std::atomic<T> WorkerCounters::*counter) const {
    uint64_t sum = 0;
    for (const WorkerCounters& worker : workers) sum += (worker.*counter).load(std::memory_order_relaxed);
    return sum;
  }
};

// Numbers from 0, of the iteration that runs, among those of its scenario.
inline uint64_t IterationInTest(const VuContext& vu) { return vu.scenario->source->IterationInTest(vu.granted.own); }
inline uint64_t IterationInInstance(const VuContext& vu) {
  return vu.scenario->process_part.Iterations(IterationInTest(vu));
}

// Numbers from 1.
inline uint64_t VuInInstance(const VuContext& vu) {
  const Segment* segment = vu.settings->segment;
  return vu.number == 0 || segment == nullptr ? vu.number : segment->Share(vu.number - 1) + 1;
}

// 0 to 1. 0 outside of a load.
inline double ScenarioProgress(const VuContext& vu, Nanos now) {
  if (vu.scenario == nullptr || vu.settings->instance == nullptr) return 0;
  const Nanos start = vu.settings->instance->start.load(std::memory_order_relaxed);
  if (start == 0) return 0;
  return std::clamp(vu.scenario->source->Progress(now - start - vu.scenario->config->start_time), 0.0, 1.0);
}

// Milliseconds since 1970-01-01 UTC; 0 outside of a load.
inline int64_t ScenarioStartMs(const VuContext& vu) {
  if (vu.scenario == nullptr || vu.settings->instance == nullptr) return 0;
  const int64_t start = vu.settings->instance->started_at_ms.load(std::memory_order_relaxed);
  return start == 0 ? 0 : start + vu.scenario->config->start_time / kNanosPerMilli;
}

// Since the load began; 0 outside of one.
inline Nanos RunElapsed(const VuContext& vu, Nanos now) {
  const Nanos start =
      vu.settings->instance == nullptr ? 0 : vu.settings->instance->start.load(std::memory_order_relaxed);
  return start == 0 ? 0 : std::max<Nanos>(0, now - start);
}

}  // namespace mockarty

#endif  // ENGINE_VU_EXECUTION_H_
