// The writing half of window_codec.h.
#include <algorithm>

#include "common/wire/enum_codec.h"
#include "common/wire/window_codec.h"
#include "common/wire/wire_text.h"
#include "mockarty/v1/window.pb.h"

namespace mockarty {
namespace {

void EncodeFixed(Fixed fixed, v1::Fixed128* out) {
  const auto bits = static_cast<unsigned __int128>(fixed);
  out->set_high(static_cast<int64_t>(static_cast<uint64_t>(bits >> 64)));
  out->set_low(static_cast<uint64_t>(bits));
}

// Tags of which some are no UTF-8. Mending them may make them longer than a receiver allows, out of order or equal.
void EncodeMendedTags(const TagSet& tags, v1::SeriesDelta* out) {
  TagSet mended;
  for (const Tag& tag : tags) {
    Tag& copy = mended.emplace_back();
    SetUtf8(tag.key, &copy.key);
    SetUtf8(tag.value, &copy.value);
    copy.key.resize(CutUtf8(copy.key, MetricRegistry::kMaxTagKeyBytes).size());
    copy.value.resize(CutUtf8(copy.value, MetricRegistry::kMaxTagValueBytes).size());
  }
  std::stable_sort(mended.begin(), mended.end(), [](const Tag& a, const Tag& b) { return a.key < b.key; });
  mended.erase(std::unique(mended.begin(), mended.end(), [](const Tag& a, const Tag& b) { return a.key == b.key; }),
               mended.end());
  for (const Tag& tag : mended) {
    out->add_tags(tag.key);
    out->add_tags(tag.value);
  }
}

void EncodeTags(const TagSet& tags, v1::SeriesDelta* out) {
  if (!std::all_of(tags.begin(), tags.end(), [](const Tag& tag) { return IsUtf8(tag.key) && IsUtf8(tag.value); })) {
    EncodeMendedTags(tags, out);
    return;
  }
  for (const Tag& tag : tags) {
    out->add_tags(tag.key);
    out->add_tags(tag.value);
  }
}

void EncodeBuckets(const BucketArray& buckets, google::protobuf::RepeatedField<uint32_t>* deltas,
                   google::protobuf::RepeatedField<uint64_t>* counts) {
  uint32_t before = 0;
  buckets.ForEach([&](uint32_t bucket, uint64_t n) {
    deltas->Add(bucket - before);
    counts->Add(n);
    before = bucket;
    return true;
  });
}

}  // namespace

void EncodeHistogram(const Histogram& histogram, v1::Histogram* out) {
  out->Clear();
  if (histogram.Empty()) {
    return;
  }
  out->set_count(histogram.Count());
  out->set_zeros(histogram.Zeros());
  EncodeFixed(histogram.FixedSum(), out->mutable_sum());
  EncodeFixed(histogram.FixedSquares(), out->mutable_squares());
  out->set_min(histogram.Min());
  out->set_max(histogram.Max());
  EncodeBuckets(histogram.Positive(), out->mutable_positive_delta(), out->mutable_positive_count());
  EncodeBuckets(histogram.Negative(), out->mutable_negative_delta(), out->mutable_negative_count());
}

void EncodeSeries(const SeriesDelta& delta, const SeriesInfo& info, v1::SeriesDelta* out) {
  out->Clear();
  out->set_metric(info.metric->name);
  out->set_kind(EncodeKind(delta.kind));
  out->set_unit(EncodeUnit(info.metric->unit));
  if (info.is_other) {
    out->set_is_other(true);
  } else {
    EncodeTags(*info.tags, out);
  }
  out->set_count(delta.count);
  switch (delta.kind) {
    case MetricKind::kCounter:
      EncodeFixed(delta.sum, out->mutable_sum());
      break;
    case MetricKind::kRate:
      out->set_trues(delta.trues);
      break;
    case MetricKind::kGauge:
      out->set_last_at_ns(delta.last_at);
      out->set_last(delta.last);
      out->set_min(delta.min);
      out->set_max(delta.max);
      break;
    case MetricKind::kTrend:
      EncodeHistogram(delta.histogram, out->mutable_histogram());
      break;
  }
}

void EncodeVus(const SourceVus& vus, v1::SourceVus* out) {
  out->set_source(vus.source);
  out->set_at_ns(vus.at);
  out->set_now(vus.now);
  out->set_peak(vus.peak);
}

void EncodeWindow(const Window& window, const MetricRegistry& registry, v1::Window* out) {
  out->Clear();
  out->set_source(window.source);
  out->set_first_seq(window.first_seq);
  out->set_last_seq(window.last_seq);
  out->set_start_ns(window.start);
  out->set_end_ns(window.end);
  out->set_invalid_samples(window.invalid_samples);
  out->set_refused_series(std::max(window.refused_series, registry.RefusedSeries()));
  out->mutable_series()->Reserve(static_cast<int>(window.series.size()));
  for (const SeriesDelta& delta : window.series) {
    EncodeSeries(delta, registry.Describe(delta.id), out->add_series());
  }
  for (const SourceVus& vus : window.vus) {
    EncodeVus(vus, out->add_vus());
  }
}

}  // namespace mockarty
