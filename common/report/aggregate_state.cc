// An aggregate as plain data and back.
#include <algorithm>
#include <cmath>
#include <utility>

#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/report/aggregate.h"

namespace mockarty {

RunAggregate::State RunAggregate::Export() const {
  State state;
  for (const auto& [id, source] : sources_) {
    state.sources.push_back({.source = id, .taken = source.taken, .refused_series = source.refused_series});
  }
  std::sort(state.sources.begin(), state.sources.end(),
            [](const SourceState& a, const SourceState& b) { return a.source < b.source; });
  state.vus = vus_;
  state.timeline = timeline_.Export();
  state.invalid_samples = invalid_samples_;
  state.refused_series = std::max(refused_before_, registry_.RefusedSeries());
  return state;
}

absl::Status RunAggregate::CheckSource(const SourceState& source) {
  if (source.source == kSeveralSources || source.taken.size() > kMaxRanges) {
    return absl::InvalidArgumentError(Concat("source ", source.source, " with ", source.taken.size(),
                                             " ranges: expected a number from 1 and at most ", kMaxRanges, " ranges"));
  }
  uint64_t least = 1;  // what the next range may begin with
  for (const auto& [first, last] : source.taken) {
    // No number follows the largest: it would leave no room for a gap.
    if (first < least || last < first || last > UINT64_MAX - 2) {
      return absl::InvalidArgumentError(Concat("source ", source.source, ": range ", first, " to ", last,
                                               ": expected rising ranges from 1 with gaps between them"));
    }
    least = last + 2;
  }
  return absl::OkStatus();
}

absl::Status RunAggregate::CheckState(const State& state) const {
  const size_t known = registry_.SeriesCount();
  for (size_t i = 0; i < state.totals.size(); ++i) {
    const SeriesDelta& total = state.totals[i];
    if (total.id >= known || registry_.Describe(total.id).metric->kind != total.kind ||
        (i > 0 && total.id <= state.totals[i - 1].id)) {
      return absl::InvalidArgumentError(
          Concat("total of series ", total.id, ": it is unknown, of another kind or out of order"));
    }
  }
  for (size_t i = 0; i < state.sources.size(); ++i) {
    RETURN_IF_ERROR(CheckSource(state.sources[i]));
    if (i > 0 && state.sources[i].source <= state.sources[i - 1].source) {
      return absl::InvalidArgumentError(
          Concat("source ", state.sources[i].source, ": expected sources in rising order, each once"));
    }
  }
  for (size_t i = 1; i < state.vus.size(); ++i) {
    if (state.vus[i].source <= state.vus[i - 1].source) {
      return absl::InvalidArgumentError(
          Concat("virtual users of source ", state.vus[i].source, ": expected sources in rising order, each once"));
    }
  }
  return absl::OkStatus();
}

absl::Status RunAggregate::Restore(State state) {
  if (!sources_.empty()) {
    return absl::FailedPreconditionError("the aggregate took windows already: only a new one can be restored");
  }
  RETURN_IF_ERROR(CheckState(state));
  RebuildRecent(state.timeline);
  if (absl::Status status = timeline_.Restore(std::move(state.timeline)); !status.ok()) {
    recent_.fill({});
    return status;
  }
  counts_ = Counts();
  totals_.clear();
  for (SeriesDelta& total : state.totals) {
    CountSeries(total, counts_);
    totals_.resize(total.id + 1);
    totals_.back() = std::make_unique<SeriesDelta>(std::move(total));
  }
  for (SourceState& source : state.sources) {
    sources_[source.source] = {.taken = std::move(source.taken), .refused_series = source.refused_series};
  }
  vus_ = std::move(state.vus);
  invalid_samples_ = state.invalid_samples;
  refused_before_ = state.refused_series;
  return absl::OkStatus();
}

// The timeline does not have single seconds: each gets its part of the point that it lies in.
void RunAggregate::RebuildRecent(const Timeline::State& timeline) {
  recent_.fill({});
  if (timeline.interval <= 0) {
    return;  // refused by Timeline::Restore()
  }
  const int64_t over = timeline.elapsed / kNanosPerSecond;
  for (int64_t second = std::max<int64_t>(0, over - kRecentSeconds); second < over; ++second) {
    const Nanos offset = second * kNanosPerSecond;
    const auto point = static_cast<size_t>(offset / timeline.interval);
    if (point >= timeline.buckets.size()) {
      continue;
    }
    const Nanos begin = static_cast<Nanos>(point) * timeline.interval;
    const Nanos covered = std::min(timeline.interval, timeline.elapsed - begin);
    const double share =
        std::min(1.0, static_cast<double>(kNanosPerSecond) / static_cast<double>(std::max<Nanos>(1, covered)));
    const double requests = static_cast<double>(timeline.buckets[point].requests) * share;
    recent_[static_cast<size_t>(second) % recent_.size()] = {second, static_cast<uint64_t>(std::llround(requests))};
  }
}

}  // namespace mockarty
