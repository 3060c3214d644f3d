// What this process takes of its machine.
#ifndef ENGINE_TASK_PROCESS_USAGE_H_
#define ENGINE_TASK_PROCESS_USAGE_H_

#include <cstdint>

#include "common/time/clock.h"

namespace mockarty {

struct ProcessUsage {
  double cores = 0;  // in use on average since the last look
  uint64_t resident_bytes = 0;
};

class UsageMeter {
 public:
  ProcessUsage Read();

 private:
  Nanos last_at_ = 0;
  Nanos last_cpu_ = 0;
};

}  // namespace mockarty

#endif  // ENGINE_TASK_PROCESS_USAGE_H_
