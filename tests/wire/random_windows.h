// Windows and reports with anything in them, for the round trips.
#ifndef TESTS_WIRE_RANDOM_WINDOWS_H_
#define TESTS_WIRE_RANDOM_WINDOWS_H_

#include <random>
#include <string>

#include "common/metrics/registry.h"
#include "common/metrics/window.h"
#include "common/report/run_report.h"

namespace mockarty {

using Rng = std::mt19937_64;

inline uint64_t Below(Rng& rng, uint64_t limit) { return rng() % limit; }

// Of every magnitude that a histogram tells apart, and some that it does not; negatives and zeros too.
double RandomValue(Rng& rng);
// Defines metrics in `registry` where needed. Times are offsets from the start of a run.
Window RandomWindow(Rng& rng, MetricRegistry& registry, SourceId source, uint64_t seq);
RunReport RandomReport(Rng& rng, bool distributed);

}  // namespace mockarty

#endif  // TESTS_WIRE_RANDOM_WINDOWS_H_
