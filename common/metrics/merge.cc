#include "common/metrics/merge.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace mockarty {
namespace {

bool EarlierGauge(Nanos at_a, double value_a, Nanos at_b, double value_b) {
  return at_a < at_b || (at_a == at_b && value_a < value_b);
}

void MergeVusOf(const SourceVus& from, SourceVus& into) {
  if (into.at < from.at || (into.at == from.at && into.now < from.now)) {
    into.at = from.at;
    into.now = from.now;
  }
  into.peak = std::max(into.peak, from.peak);
}

// Merges two ranges that are sorted by a key into `into`; `join` adds equal ones.
template <typename T, typename Key, typename Join>
void MergeSorted(const std::vector<T>& from, std::vector<T>& into, Key key, Join join) {
  std::vector<T> merged;
  merged.reserve(std::max(from.size(), into.size()));
  auto a = into.begin();
  auto b = from.begin();
  while (a != into.end() || b != from.end()) {
    if (b == from.end() || (a != into.end() && key(*a) < key(*b))) {
      merged.push_back(std::move(*a++));
    } else if (a == into.end() || key(*b) < key(*a)) {
      merged.push_back(*b++);
    } else {
      merged.push_back(std::move(*a++));
      join(*b++, merged.back());
    }
  }
  into = std::move(merged);
}

}  // namespace

void SeriesDelta::AddGauge(double value, Nanos now) {
  if (count == 0 || EarlierGauge(last_at, last, now, value)) {
    last_at = now;
    last = value;
  }
  min = count == 0 ? value : std::min(min, value);
  max = count == 0 ? value : std::max(max, value);
  ++count;
}

void MergeSeries(const SeriesDelta& from, SeriesDelta& into) {
  assert(from.id == into.id && from.kind == into.kind);
  if (from.kind == MetricKind::kGauge && from.count != 0) {
    if (into.count == 0 || EarlierGauge(into.last_at, into.last, from.last_at, from.last)) {
      into.last_at = from.last_at;
      into.last = from.last;
    }
    into.min = into.count == 0 ? from.min : std::min(into.min, from.min);
    into.max = into.count == 0 ? from.max : std::max(into.max, from.max);
  }
  into.count += from.count;
  into.sum = SaturatingAdd(into.sum, from.sum);
  into.trues += from.trues;
  into.histogram.Merge(from.histogram);
}

void MergeVus(const std::vector<SourceVus>& from, std::vector<SourceVus>& into) {
  MergeSorted(
      from, into, [](const SourceVus& vus) { return vus.source; }, MergeVusOf);
}

void SortAndJoin(std::vector<SeriesDelta>& series) {
  std::sort(series.begin(), series.end(), [](const SeriesDelta& a, const SeriesDelta& b) { return a.id < b.id; });
  size_t kept = 0;
  for (size_t i = 1; i < series.size(); ++i) {
    if (series[i].id == series[kept].id) {
      MergeSeries(series[i], series[kept]);
    } else if (++kept != i) {
      series[kept] = std::move(series[i]);
    }
  }
  series.resize(series.empty() ? 0 : kept + 1);
}

void ShiftTimes(Nanos by, Window& window) {
  window.start += by;
  window.end += by;
  for (SeriesDelta& delta : window.series) {
    if (delta.kind == MetricKind::kGauge && delta.count != 0) {
      delta.last_at += by;
    }
  }
  for (SourceVus& vus : window.vus) {
    vus.at += by;
  }
}

void Merge(const Window& from, Window& into) {
  if (from.first_seq == 0) {
    return;
  }
  if (into.first_seq == 0) {
    into = from;
    return;
  }
  if (into.source != from.source) {
    into.source = kSeveralSources;
  }
  into.first_seq = std::min(into.first_seq, from.first_seq);
  into.last_seq = std::max(into.last_seq, from.last_seq);
  into.start = std::min(into.start, from.start);
  into.end = std::max(into.end, from.end);
  MergeSorted(
      from.series, into.series, [](const SeriesDelta& series) { return series.id; }, MergeSeries);
  MergeVus(from.vus, into.vus);
  into.invalid_samples += from.invalid_samples;
  into.refused_series = std::max(into.refused_series, from.refused_series);
}

}  // namespace mockarty
