// What one source (a worker thread, later a runner) measured between two instants: a delta with a sequence number.
// Plain data, copyable. Windows join by merging (merge.h).
#ifndef COMMON_METRICS_WINDOW_H_
#define COMMON_METRICS_WINDOW_H_

#include <cstdint>
#include <vector>

#include "common/metrics/fixed_point.h"
#include "common/metrics/histogram.h"
#include "common/metrics/registry.h"
#include "common/time/clock.h"

namespace mockarty {

using SourceId = uint64_t;
inline constexpr SourceId kSeveralSources = 0;

// A series' samples of the window. Which fields count depends on the kind.
struct SeriesDelta {
  SeriesId id = 0;
  MetricKind kind = MetricKind::kCounter;
  uint64_t count = 0;  // samples, of every kind
  Fixed sum = 0;       // counter
  uint64_t trues = 0;  // rate
  // Gauge. `last` is the value with the latest instant; of equal instants the larger.
  Nanos last_at = 0;
  double last = 0;
  double min = 0;
  double max = 0;
  Histogram histogram;  // trend

  // For samples of the kind that `kind` says; finite values only.
  void AddCounter(double value) {
    ++count;
    sum = SaturatingAdd(sum, ToFixed(value));
  }
  void AddRate(bool value) {
    ++count;
    trues += value ? 1 : 0;
  }
  void AddGauge(double value, Nanos now);
  void AddTrend(double value) {
    ++count;
    histogram.Record(value);
  }

  friend bool operator==(const SeriesDelta& a, const SeriesDelta& b) = default;
};

// Virtual users of one source. Kept by source, because those of a run are the sum over its sources.
struct SourceVus {
  SourceId source = 0;
  Nanos at = 0;  // of `now`
  int64_t now = 0;
  int64_t peak = 0;  // within the window
  friend bool operator==(const SourceVus&, const SourceVus&) = default;
};

struct Window {
  SourceId source = kSeveralSources;
  uint64_t first_seq = 0;  // the first of a source is 1; 0 says that the window is empty
  uint64_t last_seq = 0;   // more than first_seq where windows were coalesced
  Nanos start = 0;
  Nanos end = 0;
  std::vector<SeriesDelta> series;  // rising by id, each id once
  std::vector<SourceVus> vus;       // rising by source, each source once
  uint64_t invalid_samples = 0;     // refused: not a finite number
  uint64_t refused_series = 0;      // by the registry of a source in another process, since its beginning

  friend bool operator==(const Window&, const Window&) = default;
};

}  // namespace mockarty

#endif  // COMMON_METRICS_WINDOW_H_
