// All that a run measured: takes windows from many sources in any order, each once, and answers questions about the
// whole while it goes on.
//
// Belongs to one thread. Memory is bounded by the registry's series budget and by the timeline's points, not by the
// length of the run.
#ifndef COMMON_REPORT_AGGREGATE_H_
#define COMMON_REPORT_AGGREGATE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "common/metrics/window.h"
#include "common/report/metric_selector.h"
#include "common/report/timeline.h"
#include "common/time/clock.h"

namespace mockarty {

struct AggregateOptions {
  Nanos start = 0;  // of the load; windows are in the same clock
  Nanos timeline_interval = 3 * kNanosPerSecond;
  size_t timeline_points = 4'000;
};

// For a progress line.
struct LiveSnapshot {
  Nanos elapsed = 0;
  int64_t vus = 0;
  int64_t vus_max = 0;
  uint64_t iterations = 0;
  uint64_t requests = 0;
  uint64_t failed_requests = 0;
  double rps = 0;     // over the last five seconds that are over; of the whole run before that
  double p95_ms = 0;  // of the whole run
  uint64_t checks_failed = 0;
};

class RunAggregate {
 public:
  // `registry` must outlive the aggregate.
  RunAggregate(const MetricRegistry* registry, const AggregateOptions& options);
  ~RunAggregate();
  RunAggregate(const RunAggregate&) = delete;
  RunAggregate& operator=(const RunAggregate&) = delete;

  // What ends before the start (setup(), teardown()) counts and is no part of the timeline.
  // All or nothing. AlreadyExists: its sequence numbers were taken before (harmless: sent twice). FailedPrecondition:
  // only some of them were. InvalidArgument: not a window of one source, or series that the registry does not know so.
  // ResourceExhausted: too many gaps in the sequence of this source.
  absl::Status Add(const Window& window);

  // The merge of all series that a selector matches, its kind that of the metric; nothing when no sample matches. `vus`
  // and `vus_max` are gauges made from the virtual users of all sources.
  std::optional<SeriesDelta> Total(const MetricSelector& selector) const;
  void ForEachSeries(const std::function<void(const SeriesInfo&, const SeriesDelta&)>& fn) const;

  // The latest end of a window, from the start.
  Nanos Elapsed() const { return timeline_.Elapsed(); }
  LiveSnapshot Snapshot() const;
  const Timeline& RunTimeline() const { return timeline_; }
  const MetricRegistry& Registry() const { return registry_; }
  uint64_t InvalidSamples() const { return invalid_samples_; }
  // Sequence numbers between those that arrived.
  uint64_t MissingWindows() const;
  // Series that were refused: by this process's registry and by those of the sources.
  uint64_t RefusedSeries() const;
  // Ranges (first, last) of the sequence numbers that were taken of a source, rising, with gaps between them.
  std::vector<std::pair<uint64_t, uint64_t>> Taken(SourceId source) const;

  // All that an aggregate holds, for a process that goes on where another ended.
  struct SourceState {
    SourceId source = 0;
    std::vector<std::pair<uint64_t, uint64_t>> taken;  // as Taken()
    uint64_t refused_series = 0;
  };
  struct State {
    std::vector<SeriesDelta> totals;  // rising by id, each once; Export() leaves it empty: ForEachSeries() has them
    std::vector<SourceState> sources;
    std::vector<SourceVus> vus;  // rising by source, each once
    Timeline::State timeline;
    uint64_t invalid_samples = 0;
    uint64_t refused_series = 0;  // by the registry
  };
  State Export() const;
  // Fills an aggregate that took nothing yet. Errors, all without effect: FailedPrecondition when it did,
  // InvalidArgument for what no aggregate of these options and this registry could have exported.
  absl::Status Restore(State state);

 private:
  struct Source {
    std::vector<std::pair<uint64_t, uint64_t>> taken;  // ranges of sequence numbers, rising, with gaps between them
    uint64_t refused_series = 0;                       // as it said last
  };
  // What the live figures are made of.
  struct Counts {
    uint64_t requests = 0;
    uint64_t failed = 0;
    uint64_t iterations = 0;
    uint64_t checks_failed = 0;
  };
  struct RecentSecond {
    int64_t second = -1;
    uint64_t requests = 0;
  };
  static constexpr size_t kMaxRanges = 4'096;
  static constexpr int64_t kRecentSeconds = 5;

  absl::Status CheckShape(const Window& window) const;
  static absl::Status CheckSequence(const Window& window, const Source& source);
  static void TakeSequence(const Window& window, Source& source);
  absl::Status CheckState(const State& state) const;
  static absl::Status CheckSource(const SourceState& source);
  void CountSeries(const SeriesDelta& delta, Counts& counts) const;
  void AddRecent(Nanos start, Nanos end, uint64_t requests);
  void RebuildRecent(const Timeline::State& timeline);
  double RecentRps() const;
  std::optional<SeriesDelta> VusGauge(const MetricSelector& selector) const;
  int64_t CurrentVus() const;

  const MetricRegistry& registry_;
  const AggregateOptions options_;
  std::vector<std::unique_ptr<SeriesDelta>> totals_;  // by series
  absl::flat_hash_map<SourceId, Source> sources_;
  std::vector<SourceVus> vus_;  // the latest of each source
  Timeline timeline_;
  std::array<RecentSecond, 16> recent_;
  uint64_t invalid_samples_ = 0;
  uint64_t refused_before_ = 0;  // by the registry of the process that this one goes on for
  Counts counts_;
};

}  // namespace mockarty

#endif  // COMMON_REPORT_AGGREGATE_H_
