#include "common/report/timeline.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/base/concat.h"

namespace mockarty {
namespace {

double PerSecond(uint64_t count, Nanos length) {
  return length <= 0 ? 0
                     : static_cast<double>(count) * static_cast<double>(kNanosPerSecond) / static_cast<double>(length);
}

// How much of `total`, spread evenly over [start, end), lies before `instant`. Telescopes: neighbours always add up.
uint64_t Before(uint64_t total, Nanos start, Nanos end, Nanos instant) {
  if (instant >= end) {
    return total;
  }
  if (instant <= start) {
    return 0;
  }
  return static_cast<uint64_t>(static_cast<unsigned __int128>(total) * static_cast<uint64_t>(instant - start) /
                               static_cast<uint64_t>(end - start));
}

}  // namespace

void Timeline::AddPeak(SourceId source, int64_t peak, Bucket& bucket) {
  const auto at = std::lower_bound(bucket.peaks.begin(), bucket.peaks.end(), source,
                                   [](const SourcePeak& a, SourceId id) { return a.source < id; });
  if (at != bucket.peaks.end() && at->source == source) {
    at->peak = std::max(at->peak, peak);
  } else {
    bucket.peaks.insert(at, {source, peak});
  }
}

int64_t Timeline::Vus(const Bucket& bucket) {
  int64_t sum = 0;
  for (const SourcePeak& peak : bucket.peaks) {
    sum += peak.peak;
  }
  return sum;
}

void Timeline::Double() {
  interval_ *= 2;
  const size_t count = (buckets_.size() + 1) / 2;
  for (size_t i = 0; i < count; ++i) {
    if (i != 0) {
      buckets_[i] = std::move(buckets_[2 * i]);
    }
    if (2 * i + 1 < buckets_.size()) {
      const Bucket& right = buckets_[2 * i + 1];
      buckets_[i].requests += right.requests;
      buckets_[i].failed += right.failed;
      buckets_[i].iterations += right.iterations;
      buckets_[i].duration.Merge(right.duration);
      for (const SourcePeak& peak : right.peaks) {
        AddPeak(peak.source, peak.peak, buckets_[i]);
      }
    }
  }
  buckets_.resize(count);
  settled_ = 0;
}

// Points that are over seldom change: their histograms are kept small.
void Timeline::CompactSettled() {
  constexpr size_t kOpenPoints = 3;
  for (; settled_ + kOpenPoints < buckets_.size(); ++settled_) {
    buckets_[settled_].duration.Compact();
  }
}

void Timeline::MakeRoom(Nanos last_offset) {
  while (IndexOf(last_offset) >= options_.max_points) {
    Double();
  }
  if (IndexOf(last_offset) >= buckets_.size()) {
    buckets_.resize(IndexOf(last_offset) + 1);
  }
}

void Timeline::Add(const Slice& slice) {
  // What lies before the start counts as being at the start.
  const Nanos start = std::max<Nanos>(0, slice.start - options_.start);
  const Nanos end = std::max(start, slice.end - options_.start);
  const Nanos last = std::max(start, end - 1);
  elapsed_ = std::max(elapsed_, end);
  MakeRoom(last);
  for (size_t i = IndexOf(start); i <= IndexOf(last); ++i) {
    Bucket& bucket = buckets_[i];
    const Nanos from = static_cast<Nanos>(i) * interval_;
    const Nanos to = from + interval_;
    const auto share = [&](uint64_t total) {
      return start == end ? total : Before(total, start, end, to) - Before(total, start, end, from);
    };
    bucket.requests += share(slice.requests);
    bucket.failed += share(slice.failed);
    bucket.iterations += share(slice.iterations);
    for (const SourceVus& vus : slice.vus) {
      AddPeak(vus.source, vus.peak, bucket);
    }
  }
  Bucket& middle = buckets_[IndexOf(start + (last - start) / 2)];
  for (const Histogram* duration : slice.durations) {
    middle.duration.Merge(*duration);
  }
  CompactSettled();
}

absl::Status Timeline::Restore(State state) {
  Nanos interval = options_.interval;
  while (interval < state.interval && interval <= INT64_MAX / 2) {
    interval *= 2;
  }
  if (interval != state.interval) {
    return absl::InvalidArgumentError(Concat("interval of ", state.interval, " ns: expected ", options_.interval,
                                             " ns, doubled any number of times"));
  }
  if (state.buckets.size() > options_.max_points) {
    return absl::InvalidArgumentError(Concat(state.buckets.size(), " points: expected at most ", options_.max_points));
  }
  // The last point holds the last instant; a window without length may begin one more.
  const auto points = static_cast<Nanos>(state.buckets.size());
  if (state.elapsed < 0 || state.elapsed / interval > points ||
      (points > 0 && (points - 1) > state.elapsed / interval)) {
    return absl::InvalidArgumentError(
        Concat(points, " points of ", interval, " ns: expected as many as reach to ", state.elapsed, " ns"));
  }
  for (const Bucket& bucket : state.buckets) {
    for (size_t i = 1; i < bucket.peaks.size(); ++i) {
      if (bucket.peaks[i].source <= bucket.peaks[i - 1].source) {
        return absl::InvalidArgumentError(
            Concat("virtual users of source ", bucket.peaks[i].source, ": expected sources in rising order"));
      }
    }
  }
  interval_ = interval;
  elapsed_ = state.elapsed;
  buckets_ = std::move(state.buckets);
  settled_ = 0;
  CompactSettled();
  return absl::OkStatus();
}

// How much of a point lies within the run.
Nanos Timeline::Covered(size_t index) const {
  return std::clamp<Nanos>(elapsed_ - static_cast<Nanos>(index) * interval_, 0, interval_);
}

std::vector<TimelinePoint> Timeline::Points() const {
  std::vector<TimelinePoint> points;
  points.reserve(buckets_.size());
  for (size_t i = 0; i < buckets_.size(); ++i) {
    const Bucket& bucket = buckets_[i];
    TimelinePoint& point = points.emplace_back();
    point.offset = static_cast<Nanos>(i) * interval_;
    point.avg_ms = bucket.duration.Mean();
    point.p95_ms = bucket.duration.Quantile(0.95);
    point.rps = PerSecond(bucket.requests, Covered(i));
    // Spreading rounds both counts on their own, so that a point may hold one failure more than requests.
    point.error_rate = bucket.requests == 0
                           ? 0
                           : std::min(1.0, static_cast<double>(bucket.failed) / static_cast<double>(bucket.requests));
    point.iterations_per_second = PerSecond(bucket.iterations, Covered(i));
    point.vus = Vus(bucket);
  }
  return points;
}

int64_t Timeline::PeakVus() const {
  int64_t peak = 0;
  for (const Bucket& bucket : buckets_) {
    peak = std::max(peak, Vus(bucket));
  }
  return peak;
}

double Timeline::ThroughputVariation() const {
  size_t first = 0;
  size_t end = buckets_.size();
  if (end >= 4) {  // enough to leave out the start and the run-out
    ++first;
    --end;
  }
  if (end - first < 2) {
    return 0;
  }
  double sum = 0;
  double squares = 0;
  for (size_t i = first; i < end; ++i) {
    const double rps = PerSecond(buckets_[i].requests, Covered(i));
    sum += rps;
    squares += rps * rps;
  }
  const double n = static_cast<double>(end - first);
  const double mean = sum / n;
  return mean <= 0 ? 0 : std::sqrt(std::max(0.0, squares / n - mean * mean)) / mean * 100;
}

}  // namespace mockarty
