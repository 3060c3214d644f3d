#include "common/wire/snapshot_codec.h"

#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/metrics/merge.h"
#include "common/wire/wire_text.h"
#include "mockarty/v1/window.pb.h"

namespace mockarty {
namespace {

constexpr int kMaxSnapshotSeries = 1'000'000;
constexpr int kMaxSnapshotSources = 100'000;
constexpr int kMaxSnapshotVus = 1'000'000;  // threads of all assignments, as a thousand runners with many cores have
constexpr int kMaxSnapshotPoints = 1'000'000;

absl::Status CheckSizes(const v1::AggregateSnapshot& message) {
  const struct {
    const char* field;
    int size;
    int most;
  } rows[] = {{"totals", message.totals_size(), kMaxSnapshotSeries},
              {"sources", message.sources_size(), kMaxSnapshotSources},
              {"vus", message.vus_size(), kMaxSnapshotVus},
              {"points", message.points_size(), kMaxSnapshotPoints}};
  for (const auto& row : rows) {
    if (row.size > row.most) {
      return WrongField(row.field, Concat(row.size, " entries"), Concat("at most ", row.most));
    }
  }
  return absl::OkStatus();
}

absl::Status DecodeTotals(const v1::AggregateSnapshot& message, WindowDecoder& decoder, RunAggregate::State& state) {
  state.totals.reserve(static_cast<size_t>(message.totals_size()));
  for (const v1::SeriesDelta& total : message.totals()) {
    absl::StatusOr<SeriesDelta> decoded = decoder.DecodeSeries(total);
    if (!decoded.ok()) {
      return InField(Concat("total ", state.totals.size(), " (", Quoted(total.metric()), ")"), decoded.status());
    }
    state.totals.push_back(*std::move(decoded));
  }
  SortAndJoin(state.totals);
  return absl::OkStatus();
}

absl::Status DecodeSources(const v1::AggregateSnapshot& message, RunAggregate::State& state) {
  for (const v1::AggregateSnapshot::Source& source : message.sources()) {
    if (source.taken_size() % 2 != 0) {
      return WrongField(Concat("source ", source.source(), ": taken"), Concat(source.taken_size(), " numbers"),
                        "first and last numbers by turns");
    }
    RunAggregate::SourceState& decoded = state.sources.emplace_back();
    decoded.source = source.source();
    decoded.refused_series = source.refused_series();
    for (int i = 0; i < source.taken_size(); i += 2) {
      decoded.taken.emplace_back(source.taken(i), source.taken(i + 1));
    }
  }
  for (const v1::SourceVus& vus : message.vus()) {
    absl::StatusOr<SourceVus> decoded = DecodeVus(vus);
    if (!decoded.ok()) {
      return InField(Concat("vus ", state.vus.size()), decoded.status());
    }
    state.vus.push_back(*decoded);
  }
  return absl::OkStatus();
}

absl::Status DecodePoint(const v1::AggregateSnapshot::Point& point, WindowDecoder& decoder, Timeline::Bucket& bucket) {
  bucket.requests = point.requests();
  bucket.failed = point.failed();
  bucket.iterations = point.iterations();
  for (const uint64_t count : {bucket.requests, bucket.failed, bucket.iterations}) {
    if (count > kMaxWireCount) {
      return WrongField("requests, failed, iterations", count, Concat("at most ", kMaxWireCount));
    }
  }
  absl::StatusOr<Histogram> duration = decoder.DecodeHistogram(point.duration());
  if (!duration.ok()) {
    return InField("duration", duration.status());
  }
  bucket.duration = *std::move(duration);
  if (point.peaks_size() > kMaxSnapshotVus) {
    return WrongField("peaks", Concat(point.peaks_size(), " entries"), Concat("at most ", kMaxSnapshotVus));
  }
  for (const v1::SourceVus& peak : point.peaks()) {
    ASSIGN_OR_RETURN(const SourceVus decoded, DecodeVus(peak));
    bucket.peaks.push_back({decoded.source, decoded.peak});
  }
  return absl::OkStatus();
}

absl::Status DecodeTimeline(const v1::AggregateSnapshot& message, WindowDecoder& decoder, Timeline::State& state) {
  if (message.elapsed_ns() > kMaxWireOffset) {
    return WrongField("elapsed_ns", message.elapsed_ns(), Concat("at most ", kMaxWireOffset));
  }
  state.interval = message.interval_ns();
  state.elapsed = message.elapsed_ns();
  state.buckets.reserve(static_cast<size_t>(message.points_size()));
  for (const v1::AggregateSnapshot::Point& point : message.points()) {
    const size_t number = state.buckets.size();
    if (const absl::Status status = DecodePoint(point, decoder, state.buckets.emplace_back()); !status.ok()) {
      return InField(Concat("point ", number), status);
    }
    state.buckets.back().duration.Compact();  // thousands of points: each as small as in the timeline
  }
  return absl::OkStatus();
}

absl::StatusOr<RunAggregate::State> DecodeState(const v1::AggregateSnapshot& message, WindowDecoder& decoder) {
  RunAggregate::State state;
  RETURN_IF_ERROR(CheckSizes(message));
  RETURN_IF_ERROR(DecodeTotals(message, decoder, state));
  RETURN_IF_ERROR(DecodeSources(message, state));
  RETURN_IF_ERROR(DecodeTimeline(message, decoder, state.timeline));
  state.invalid_samples = message.invalid_samples();
  state.refused_series = message.refused_series();
  return state;
}

}  // namespace

void EncodeSnapshot(const RunAggregate& aggregate, v1::AggregateSnapshot* out) {
  out->Clear();
  aggregate.ForEachSeries(
      [out](const SeriesInfo& info, const SeriesDelta& delta) { EncodeSeries(delta, info, out->add_totals()); });
  const RunAggregate::State state = aggregate.Export();
  for (const RunAggregate::SourceState& source : state.sources) {
    v1::AggregateSnapshot::Source* encoded = out->add_sources();
    encoded->set_source(source.source);
    encoded->set_refused_series(source.refused_series);
    for (const auto& [first, last] : source.taken) {
      encoded->add_taken(first);
      encoded->add_taken(last);
    }
  }
  for (const SourceVus& vus : state.vus) {
    EncodeVus(vus, out->add_vus());
  }
  out->set_interval_ns(state.timeline.interval);
  out->set_elapsed_ns(state.timeline.elapsed);
  for (const Timeline::Bucket& bucket : state.timeline.buckets) {
    v1::AggregateSnapshot::Point* point = out->add_points();
    point->set_requests(bucket.requests);
    point->set_failed(bucket.failed);
    point->set_iterations(bucket.iterations);
    EncodeHistogram(bucket.duration, point->mutable_duration());
    for (const Timeline::SourcePeak& peak : bucket.peaks) {
      v1::SourceVus* encoded = point->add_peaks();
      encoded->set_source(peak.source);
      encoded->set_peak(peak.peak);
    }
  }
  out->set_invalid_samples(state.invalid_samples);
  out->set_refused_series(state.refused_series);
}

absl::Status RestoreSnapshot(const v1::AggregateSnapshot& message, WindowDecoder& decoder, RunAggregate& aggregate) {
  absl::StatusOr<RunAggregate::State> state = DecodeState(message, decoder);
  if (!state.ok()) {
    return InField("snapshot", state.status());
  }
  if (const absl::Status status = aggregate.Restore(*std::move(state)); !status.ok()) {
    return InField("snapshot", status);
  }
  return absl::OkStatus();
}

}  // namespace mockarty
