// What this process takes of its machine: cores, memory, descriptors, ports. Reads /proc.
#ifndef ENGINE_RUN_GENERATOR_PROBE_H_
#define ENGINE_RUN_GENERATOR_PROBE_H_

#include <cstdint>

#include "common/report/generator_health.h"
#include "common/time/clock.h"

namespace mockarty {

// One thread. What the system does not tell stays 0.
class GeneratorProbe {
 public:
  explicit GeneratorProbe(uint32_t threads);

  // Of the time since the last call; the first has no CPU.
  HealthSample Read(Nanos loop_lag);

 private:
  const uint32_t threads_;
  const uint32_t cores_;
  const uint64_t ports_limit_;
  Nanos last_at_ = 0;
  Nanos last_cpu_ = 0;
  uint64_t last_waited_ = 0;  // ns
};

}  // namespace mockarty

#endif  // ENGINE_RUN_GENERATOR_PROBE_H_
