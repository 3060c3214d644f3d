// The Application Performance Index: one number from 0 to 1 for how content users are with response times.
//
//   score = (satisfied + tolerating / 2) / total
// satisfied: answered within T; tolerating: within 4 T; frustrated: slower, or failed. The zones are counted exactly,
// request by request, where the samples arise (engine/collect).
#ifndef COMMON_REPORT_APDEX_H_
#define COMMON_REPORT_APDEX_H_

#include <cstdint>
#include <string_view>

#include "common/report/run_report.h"

namespace mockarty {

// "Excellent" from 0.94, "Good" from 0.85, "Fair" from 0.70, "Poor" from 0.50, "Unacceptable" below.
std::string_view ApdexRating(double score);

ApdexReport MakeApdex(uint64_t satisfied, uint64_t tolerating, uint64_t frustrated, double threshold_ms);

}  // namespace mockarty

#endif  // COMMON_REPORT_APDEX_H_
