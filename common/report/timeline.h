// How a run went over time, in points of 3 s. Bounded: past the limit the interval doubles and neighbours are merged.
//
// The result depends only on the windows, not on the order in which they arrive, nor on when the interval doubled:
// counts are spread over the points that a window overlaps by a rule that telescopes, and the latencies of a window go
// to the point of its middle. A window that overlaps several points shows the peak of its virtual users in all of them,
// so that the sum over sources (PeakVus) may then be above what ran at any one instant. Not thread-safe.
#ifndef COMMON_REPORT_TIMELINE_H_
#define COMMON_REPORT_TIMELINE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "common/metrics/histogram.h"
#include "common/metrics/window.h"
#include "common/report/run_report.h"
#include "common/time/clock.h"

namespace mockarty {

struct TimelineOptions {
  Nanos start = 0;
  Nanos interval = 3 * kNanosPerSecond;
  size_t max_points = 4'000;  // at least 2
};

class Timeline {
 public:
  explicit Timeline(const TimelineOptions& options) : options_(options), interval_(options.interval) {}

  // What a timeline shows of a window.
  struct Slice {
    Nanos start = 0;
    Nanos end = 0;
    uint64_t requests = 0;
    uint64_t failed = 0;
    uint64_t iterations = 0;
    std::vector<const Histogram*> durations;  // borrowed for the call
    std::span<const SourceVus> vus;
  };
  void Add(const Slice& slice);

  struct SourcePeak {
    SourceId source = 0;
    int64_t peak = 0;
  };
  struct Bucket {
    uint64_t requests = 0;
    uint64_t failed = 0;
    uint64_t iterations = 0;
    Histogram duration;
    std::vector<SourcePeak> peaks;  // rising by source
  };
  // All that a timeline holds.
  struct State {
    Nanos interval = 0;
    Nanos elapsed = 0;
    std::vector<Bucket> buckets;
  };
  State Export() const { return {interval_, elapsed_, buckets_}; }
  // Becomes the timeline that was exported, whatever it was before. InvalidArgument, and nothing changed, when these
  // options could not have led to that state.
  absl::Status Restore(State state);

  std::vector<TimelinePoint> Points() const;
  Nanos Interval() const { return interval_; }
  // The most virtual users within a point, over all points.
  int64_t PeakVus() const;
  // Since the start: the latest end of a window.
  Nanos Elapsed() const { return elapsed_; }
  // Coefficient of variation of requests per second over the points that are over, first and last left out where there
  // are enough of them; 0 for fewer than two.
  double ThroughputVariation() const;

 private:
  static void AddPeak(SourceId source, int64_t peak, Bucket& bucket);
  static int64_t Vus(const Bucket& bucket);
  void MakeRoom(Nanos last_offset);
  size_t IndexOf(Nanos offset) const { return static_cast<size_t>(offset / interval_); }
  Nanos Covered(size_t index) const;
  void Double();
  void CompactSettled();

  const TimelineOptions options_;
  Nanos interval_;
  Nanos elapsed_ = 0;
  std::vector<Bucket> buckets_;
  size_t settled_ = 0;  // buckets before this one were compacted; late windows may have changed them since
};

}  // namespace mockarty

#endif  // COMMON_REPORT_TIMELINE_H_
