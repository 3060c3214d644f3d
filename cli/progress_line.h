// The figures of a running test on one line of text. Pure.
#ifndef CLI_PROGRESS_LINE_H_
#define CLI_PROGRESS_LINE_H_

#include <cstdint>
#include <string>

#include "common/time/clock.h"

namespace mockarty {

struct ProgressFigures {
  Nanos elapsed = 0;
  Nanos planned = 0;     // 0: the end is not known by time
  double fraction = -1;  // 0 to 1; -1: not known
  int64_t vus = 0;
  int64_t vus_max = 0;
  double rps = 0;
  double p95_ms = 0;  // 0: no request yet
  uint64_t requests = 0;
  uint64_t failed_requests = 0;
  uint64_t iterations = 0;
  bool stopping = false;
  int runners = 0;  // that carry the load; 0: this machine
};

// With a bar that fills what is left of `width` columns; the least important figures go first where it is narrow.
// Never wider than `width`; ASCII.
std::string FormatBar(const ProgressFigures& figures, int width);

// For a log: everything, no bar.
std::string FormatPlain(const ProgressFigures& figures);

// "00:42", "1:00:42".
std::string FormatElapsed(Nanos elapsed);

}  // namespace mockarty

#endif  // CLI_PROGRESS_LINE_H_
