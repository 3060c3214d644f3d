// Whether the load generator itself was the bottleneck: its figures, second by second, and what they say.
//
// A reason needs more than a moment: a tenth of the run's seconds, at least three of them (one, where a limit of the
// system was met). Figures of docs/options.md.
#ifndef COMMON_REPORT_GENERATOR_HEALTH_H_
#define COMMON_REPORT_GENERATOR_HEALTH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "common/report/run_report.h"
#include "common/time/clock.h"

namespace mockarty {

// One second of a process that generates load. 0 in a limit: not known.
struct HealthSample {
  double cpu = 0;        // cores in use
  double waited = 0;     // cores that its threads would have used, had others not had them
  uint32_t threads = 0;  // that carry virtual users
  uint32_t cores = 0;    // of the machine
  Nanos loop_lag = 0;    // the most that a timer came late
  uint64_t open_files = 0;
  uint64_t open_files_limit = 0;
  uint64_t ports = 0;  // local TCP ports in use on the machine
  uint64_t ports_limit = 0;
};

// Not thread-safe.
class HealthJudge {
 public:
  static constexpr double kCpuShare = 0.9;  // of what its threads can use: in use, or waited for
  static constexpr Nanos kLoopLag = 100 * kNanosPerMilli;
  static constexpr double kLimitShare = 0.95;  // of descriptors and ports

  void Add(const HealthSample& sample);
  GeneratorReport Report() const;

 private:
  uint64_t seconds_ = 0;
  uint64_t busy_seconds_ = 0;
  uint64_t late_seconds_ = 0;
  uint64_t full_files_ = 0;
  uint64_t full_ports_ = 0;
  double cpu_sum_ = 0;
  double waited_max_ = 0;
  GeneratorReport report_;
};

}  // namespace mockarty

#endif  // COMMON_REPORT_GENERATOR_HEALTH_H_
