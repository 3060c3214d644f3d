#include "common/report/aggregate.h"

#include <algorithm>

#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/metrics/builtin_metrics.h"
#include "common/metrics/merge.h"

namespace mockarty {
namespace {

double PerSecond(uint64_t count, Nanos length) {
  return length <= 0 ? 0
                     : static_cast<double>(count) * static_cast<double>(kNanosPerSecond) / static_cast<double>(length);
}

}  // namespace

RunAggregate::RunAggregate(const MetricRegistry* registry, const AggregateOptions& options)
    : registry_(*registry),
      options_(options),
      timeline_(
          {.start = options.start, .interval = options.timeline_interval, .max_points = options.timeline_points}) {}

RunAggregate::~RunAggregate() = default;

absl::Status RunAggregate::CheckShape(const Window& window) const {
  if (window.source == kSeveralSources || window.first_seq == 0 || window.last_seq < window.first_seq ||
      window.end < window.start) {
    return absl::InvalidArgumentError(Concat("window ", window.first_seq, " to ", window.last_seq, " of source ",
                                             window.source, " from ", window.start, " to ", window.end,
                                             ": expected one source and rising numbers from 1"));
  }
  const size_t known = registry_.SeriesCount();
  for (size_t i = 0; i < window.series.size(); ++i) {
    const SeriesDelta& delta = window.series[i];
    if (delta.id >= known || registry_.Describe(delta.id).metric->kind != delta.kind ||
        (i > 0 && delta.id <= window.series[i - 1].id)) {
      return absl::InvalidArgumentError(Concat("window ", window.first_seq, " of source ", window.source, ": series ",
                                               delta.id, " is unknown, of another kind or out of order"));
    }
  }
  return absl::OkStatus();
}

absl::Status RunAggregate::CheckSequence(const Window& window, const Source& source) {
  for (const auto& [first, last] : source.taken) {
    if (window.first_seq >= first && window.last_seq <= last) {
      return absl::AlreadyExistsError(Concat("window ", window.first_seq, " to ", window.last_seq, " of source ",
                                             window.source, " was taken before"));
    }
    if (window.first_seq <= last && window.last_seq >= first) {
      return absl::FailedPreconditionError(Concat("window ", window.first_seq, " to ", window.last_seq, " of source ",
                                                  window.source, " overlaps ", first, " to ", last,
                                                  ", which were taken before"));
    }
  }
  if (source.taken.size() >= kMaxRanges) {
    return absl::ResourceExhaustedError(
        Concat("source ", window.source, " has more than ", kMaxRanges, " gaps in the numbers of its windows"));
  }
  return absl::OkStatus();
}

void RunAggregate::TakeSequence(const Window& window, Source& source) {
  auto& taken = source.taken;
  auto at = std::lower_bound(taken.begin(), taken.end(), std::make_pair(window.first_seq, window.last_seq));
  at = taken.insert(at, {window.first_seq, window.last_seq});
  if (const auto next = at + 1; next != taken.end() && at->second + 1 == next->first) {
    at->second = next->second;
    at = taken.erase(next) - 1;
  }
  if (at != taken.begin() && (at - 1)->second + 1 == at->first) {
    (at - 1)->second = at->second;
    taken.erase(at);
  }
}

absl::Status RunAggregate::Add(const Window& window) {
  RETURN_IF_ERROR(CheckShape(window));
  Source& source = sources_[window.source];
  RETURN_IF_ERROR(CheckSequence(window, source));
  TakeSequence(window, source);

  Timeline::Slice slice = {.start = window.start, .end = window.end, .vus = window.vus};
  Counts counts;
  for (const SeriesDelta& delta : window.series) {
    if (delta.id >= totals_.size()) {
      totals_.resize(delta.id + 1);
    }
    std::unique_ptr<SeriesDelta>& total = totals_[delta.id];
    if (total == nullptr) {
      total = std::make_unique<SeriesDelta>(delta);
    } else {
      MergeSeries(delta, *total);
    }
    CountSeries(delta, counts);
    if (registry_.Describe(delta.id).metric_id == kMetricHttpReqDuration) {
      slice.durations.push_back(&delta.histogram);
    }
  }
  slice.requests = counts.requests;
  slice.failed = counts.failed;
  slice.iterations = counts.iterations;
  if (window.end >= options_.start) {
    timeline_.Add(slice);
    AddRecent(window.start, window.end, slice.requests);
  }
  MergeVus(window.vus, vus_);
  counts_.requests += counts.requests;
  counts_.failed += counts.failed;
  counts_.iterations += counts.iterations;
  counts_.checks_failed += counts.checks_failed;
  source.refused_series = std::max(source.refused_series, window.refused_series);
  invalid_samples_ += window.invalid_samples;
  return absl::OkStatus();
}

void RunAggregate::CountSeries(const SeriesDelta& delta, Counts& counts) const {
  switch (registry_.Describe(delta.id).metric_id) {
    case kMetricHttpReqs:
      counts.requests += delta.count;
      break;
    case kMetricHttpReqFailed:
      counts.failed += delta.trues;
      break;
    case kMetricIterations:
      counts.iterations += delta.count;
      break;
    case kMetricChecks:
      counts.checks_failed += delta.count - delta.trues;
      break;
    default:
      break;
  }
}

// Counts the requests of a window in the second of its middle.
void RunAggregate::AddRecent(Nanos start, Nanos end, uint64_t requests) {
  const int64_t second = std::max<Nanos>(0, start + (end - start) / 2 - options_.start) / kNanosPerSecond;
  RecentSecond& slot = recent_[static_cast<size_t>(second) % recent_.size()];
  if (slot.second < second) {
    slot = {second, 0};
  }
  slot.requests += slot.second == second ? requests : 0;
}

double RunAggregate::RecentRps() const {
  const int64_t over = Elapsed() / kNanosPerSecond;  // seconds 0 to over - 1
  if (over < kRecentSeconds) {
    return PerSecond(counts_.requests, Elapsed());
  }
  uint64_t requests = 0;
  for (const RecentSecond& slot : recent_) {
    requests += slot.second >= over - kRecentSeconds && slot.second < over ? slot.requests : 0;
  }
  return static_cast<double>(requests) / static_cast<double>(kRecentSeconds);
}

int64_t RunAggregate::CurrentVus() const {
  int64_t vus = 0;
  for (const SourceVus& source : vus_) {
    vus += source.now;
  }
  return vus;
}

std::optional<SeriesDelta> RunAggregate::VusGauge(const MetricSelector& selector) const {
  if (sources_.empty() || !selector.tags.empty()) {
    return std::nullopt;
  }
  SeriesDelta gauge;
  gauge.kind = MetricKind::kGauge;
  const auto peak = static_cast<double>(timeline_.PeakVus());
  if (selector.metric == "vus_max") {
    gauge.AddGauge(peak, Elapsed());
    return gauge;
  }
  for (const TimelinePoint& point : timeline_.Points()) {
    gauge.AddGauge(static_cast<double>(point.vus), point.offset);
  }
  gauge.AddGauge(static_cast<double>(CurrentVus()), Elapsed());
  return gauge;
}

std::optional<SeriesDelta> RunAggregate::Total(const MetricSelector& selector) const {
  if (selector.metric == "vus" || selector.metric == "vus_max") {
    return VusGauge(selector);
  }
  std::optional<SeriesDelta> total;
  ForEachSeries([&](const SeriesInfo& info, const SeriesDelta& delta) {
    if (delta.count == 0 || !selector.Matches(info)) {
      return;
    }
    if (!total.has_value()) {
      total = delta;
      return;
    }
    total->id = delta.id;  // several series: the id means nothing more
    MergeSeries(delta, *total);
  });
  return total;
}

void RunAggregate::ForEachSeries(const std::function<void(const SeriesInfo&, const SeriesDelta&)>& fn) const {
  for (SeriesId id = 0; id < totals_.size(); ++id) {
    if (totals_[id] != nullptr) {
      fn(registry_.Describe(id), *totals_[id]);
    }
  }
}

LiveSnapshot RunAggregate::Snapshot() const {
  LiveSnapshot snapshot;
  snapshot.elapsed = Elapsed();
  snapshot.vus = CurrentVus();
  snapshot.vus_max = timeline_.PeakVus();
  snapshot.iterations = counts_.iterations;
  snapshot.requests = counts_.requests;
  snapshot.failed_requests = counts_.failed;
  snapshot.rps = RecentRps();
  snapshot.checks_failed = counts_.checks_failed;
  if (const auto latency = Total({.metric = "http_req_duration"}); latency.has_value()) {
    snapshot.p95_ms = latency->histogram.Quantile(0.95);
  }
  return snapshot;
}

std::vector<std::pair<uint64_t, uint64_t>> RunAggregate::Taken(SourceId source) const {
  const auto found = sources_.find(source);
  return found == sources_.end() ? std::vector<std::pair<uint64_t, uint64_t>>() : found->second.taken;
}

uint64_t RunAggregate::RefusedSeries() const {
  // A registry that goes on for another refuses the same series once more: the two counts are not to be added.
  uint64_t refused = std::max(refused_before_, registry_.RefusedSeries());
  for (const auto& [id, source] : sources_) {
    refused += source.refused_series;
  }
  return refused;
}

uint64_t RunAggregate::MissingWindows() const {
  uint64_t missing = 0;
  for (const auto& [id, source] : sources_) {
    uint64_t next = 1;
    for (const auto& [first, last] : source.taken) {
      missing += first - next;
      next = last + 1;
    }
  }
  return missing;
}

}  // namespace mockarty
