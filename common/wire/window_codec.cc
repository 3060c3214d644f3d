#include "common/wire/window_codec.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/metrics/merge.h"
#include "common/wire/enum_codec.h"
#include "common/wire/wire_text.h"
#include "mockarty/v1/window.pb.h"

namespace mockarty {
namespace {

constexpr int64_t kMaxWireVus = 1'000'000'000;

Fixed DecodeFixed(const v1::Fixed128& fixed) {
  return static_cast<Fixed>(static_cast<unsigned __int128>(static_cast<uint64_t>(fixed.high())) << 64 | fixed.low());
}

absl::Status CheckOffset(std::string_view field, Nanos offset) {
  if (offset < -kMaxWireOffset || offset > kMaxWireOffset) {
    return WrongField(field, offset, Concat("nanoseconds from ", -kMaxWireOffset, " to ", kMaxWireOffset));
  }
  return absl::OkStatus();
}

absl::Status CheckCount(std::string_view field, uint64_t count) {
  return count <= kMaxWireCount ? absl::OkStatus() : WrongField(field, count, Concat("at most ", kMaxWireCount));
}

// Keys and values of one series: bounded, rising by key. They become views of the message.
absl::Status DecodeTags(const v1::SeriesDelta& message, std::vector<TagView>& tags) {
  tags.clear();
  if (message.tags_size() % 2 != 0 || message.tags_size() > static_cast<int>(2 * MetricRegistry::kMaxTagsInSet)) {
    return WrongField("tags", Concat(message.tags_size(), " texts"),
                      Concat("keys and values by turns, at most ", MetricRegistry::kMaxTagsInSet, " of each"));
  }
  for (int i = 0; i < message.tags_size(); i += 2) {
    const std::string& key = message.tags(i);
    const std::string& value = message.tags(i + 1);
    if (key.empty() || key.size() > MetricRegistry::kMaxTagKeyBytes) {
      return WrongField("tag key", Quoted(key), Concat("1 to ", MetricRegistry::kMaxTagKeyBytes, " bytes"));
    }
    if (value.empty() || value.size() > MetricRegistry::kMaxTagValueBytes) {
      return WrongField(Concat("value of tag ", Quoted(key)), Quoted(value),
                        Concat("1 to ", MetricRegistry::kMaxTagValueBytes, " bytes"));
    }
    if (!tags.empty() && key <= tags.back().key) {
      return WrongField("tag key", Quoted(key), Concat("one after ", Quoted(tags.back().key), ", each once"));
    }
    tags.push_back({key, value});
  }
  return absl::OkStatus();
}

absl::Status DecodeBuckets(std::string_view sign, const google::protobuf::RepeatedField<uint32_t>& deltas,
                           const google::protobuf::RepeatedField<uint64_t>& counts,
                           std::vector<HistogramBucket>& buckets) {
  buckets.clear();
  if (deltas.size() != counts.size() || deltas.size() > static_cast<int>(Histogram::kBuckets)) {
    return WrongField(Concat(sign, " buckets"), Concat(deltas.size(), " numbers with ", counts.size(), " counts"),
                      Concat("as many of each, at most ", Histogram::kBuckets));
  }
  uint64_t bucket = 0;
  for (int i = 0; i < deltas.size(); ++i) {
    bucket += deltas[i];
    if (bucket >= Histogram::kBuckets || (i > 0 && deltas[i] == 0)) {
      return WrongField(Concat(sign, " bucket"), bucket, Concat("rising numbers below ", Histogram::kBuckets));
    }
    buckets.push_back({static_cast<uint32_t>(bucket), counts[i]});
  }
  return absl::OkStatus();
}

absl::Status CheckWindow(const v1::Window& message) {
  if (message.first_seq() == 0 || message.last_seq() < message.first_seq() || message.last_seq() > kMaxWireCount) {
    return WrongField("sequence numbers", Concat(message.first_seq(), " to ", message.last_seq()),
                      Concat("a range within 1 to ", kMaxWireCount));
  }
  RETURN_IF_ERROR(CheckOffset("start_ns", message.start_ns()));
  RETURN_IF_ERROR(CheckOffset("end_ns", message.end_ns()));
  if (message.end_ns() < message.start_ns()) {
    return WrongField("end_ns", message.end_ns(), Concat("at least start_ns, ", message.start_ns()));
  }
  if (message.series_size() > kMaxWindowSeries) {
    return WrongField("series", message.series_size(), Concat("at most ", kMaxWindowSeries));
  }
  if (message.vus_size() > kMaxWindowVus) {
    return WrongField("vus", Concat(message.vus_size(), " sources"), Concat("at most ", kMaxWindowVus));
  }
  RETURN_IF_ERROR(CheckCount("invalid_samples", message.invalid_samples()));
  return CheckCount("refused_series", message.refused_series());
}

void AppendKeyPart(std::string_view text, std::string& key) {
  const uint64_t size = text.size();
  key.append(reinterpret_cast<const char*>(&size), sizeof(size));
  key.append(text);
}

// What distinguishes a series, in one text. Starts with fields of fixed size, so that different series never share one.
void MakeKey(const v1::SeriesDelta& message, std::string& key) {
  key.clear();
  key.push_back(message.is_other() ? 'o' : 's');
  const int32_t kind = message.kind();
  const int32_t unit = message.unit();
  key.append(reinterpret_cast<const char*>(&kind), sizeof(kind));
  key.append(reinterpret_cast<const char*>(&unit), sizeof(unit));
  AppendKeyPart(message.metric(), key);
  for (const std::string& text : message.tags()) {
    AppendKeyPart(text, key);
  }
}

}  // namespace

absl::StatusOr<SeriesId> WindowDecoder::InternSeries(const v1::SeriesDelta& message) {
  ASSIGN_OR_RETURN(const MetricKind kind, DecodeKind(message.kind()));
  ASSIGN_OR_RETURN(const ValueUnit unit, DecodeUnit(message.unit()));
  RETURN_IF_ERROR(DecodeTags(message, tags_));
  absl::StatusOr<MetricId> metric = registry_.DefineMetric(message.metric(), kind, unit);
  if (metric.status().code() == absl::StatusCode::kAlreadyExists) {
    return absl::InvalidArgumentError(metric.status().message());
  }
  RETURN_IF_ERROR(metric.status());
  return message.is_other() ? registry_.InternOther(*metric) : registry_.Intern(*metric, registry_.InternTags(tags_));
}

absl::StatusOr<SeriesId> WindowDecoder::Resolve(const v1::SeriesDelta& message) {
  MakeKey(message, key_);
  if (const auto found = known_.find(key_); found != known_.end()) {
    return found->second;
  }
  ASSIGN_OR_RETURN(const SeriesId id, InternSeries(message));
  if (known_.size() < kMaxRemembered && known_bytes_ + key_.size() <= kMaxRememberedBytes) {
    known_bytes_ += key_.size();
    known_.emplace(key_, id);
  }
  return id;
}

absl::StatusOr<Histogram> WindowDecoder::DecodeHistogram(const v1::Histogram& message) {
  RETURN_IF_ERROR(CheckCount("count", message.count()));
  RETURN_IF_ERROR(DecodeBuckets("positive", message.positive_delta(), message.positive_count(), positive_));
  RETURN_IF_ERROR(DecodeBuckets("negative", message.negative_delta(), message.negative_count(), negative_));
  const Histogram::Parts parts = {.count = message.count(),
                                  .zeros = message.zeros(),
                                  .sum = DecodeFixed(message.sum()),
                                  .squares = DecodeFixed(message.squares()),
                                  .min = message.min(),
                                  .max = message.max()};
  return Histogram::FromParts(parts, positive_, negative_);
}

absl::Status WindowDecoder::DecodeValues(const v1::SeriesDelta& message, SeriesDelta& delta) {
  RETURN_IF_ERROR(CheckCount("count", message.count()));
  delta.count = message.count();
  switch (delta.kind) {
    case MetricKind::kCounter: {
      delta.sum = DecodeFixed(message.sum());
      const Fixed limit = SaturatingMultiply(ToFixed(kFixedValueLimit), delta.count);
      if (delta.sum > limit || delta.sum < -limit) {
        return WrongField("sum", FromFixed(delta.sum), Concat("what ", delta.count, " samples can add up to"));
      }
      return absl::OkStatus();
    }
    case MetricKind::kRate:
      delta.trues = message.trues();
      return delta.trues <= delta.count ? absl::OkStatus()
                                        : WrongField("trues", delta.trues, Concat("at most the count, ", delta.count));
    case MetricKind::kGauge:
      delta.last_at = message.last_at_ns();
      delta.last = message.last();
      delta.min = message.min();
      delta.max = message.max();
      if (!std::isfinite(delta.last) || !(delta.min <= delta.last && delta.last <= delta.max) ||
          !std::isfinite(delta.min) || !std::isfinite(delta.max)) {
        return WrongField("gauge", Concat("last ", delta.last, ", min ", delta.min, ", max ", delta.max),
                          "finite numbers, the last between the others");
      }
      return CheckOffset("last_at_ns", delta.last_at);
    case MetricKind::kTrend: {
      absl::StatusOr<Histogram> histogram = DecodeHistogram(message.histogram());
      if (!histogram.ok()) {
        return InField("histogram", histogram.status());
      }
      delta.histogram = *std::move(histogram);
      return delta.histogram.Count() == delta.count
                 ? absl::OkStatus()
                 : WrongField("histogram.count", delta.histogram.Count(), Concat("the count, ", delta.count));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<SeriesDelta> WindowDecoder::DecodeSeries(const v1::SeriesDelta& message) {
  SeriesDelta delta;
  ASSIGN_OR_RETURN(delta.kind, DecodeKind(message.kind()));
  // The values first: what is refused leaves no series behind.
  RETURN_IF_ERROR(DecodeValues(message, delta));
  ASSIGN_OR_RETURN(delta.id, Resolve(message));
  return delta;
}

absl::StatusOr<Window> WindowDecoder::Decode(const v1::Window& message) {
  const auto in_window = [&message](const absl::Status& status) {
    return InField(Concat("window ", message.first_seq(), " of source ", message.source()), status);
  };
  if (const absl::Status status = CheckWindow(message); !status.ok()) {
    return in_window(status);
  }
  Window window;
  window.source = message.source();
  window.first_seq = message.first_seq();
  window.last_seq = message.last_seq();
  window.start = message.start_ns();
  window.end = message.end_ns();
  window.invalid_samples = message.invalid_samples();
  window.refused_series = message.refused_series();
  window.series.reserve(static_cast<size_t>(message.series_size()));
  for (const v1::SeriesDelta& series : message.series()) {
    absl::StatusOr<SeriesDelta> delta = DecodeSeries(series);
    if (!delta.ok()) {
      return in_window(
          InField(Concat("series ", window.series.size(), " (", Quoted(series.metric()), ")"), delta.status()));
    }
    window.series.push_back(*std::move(delta));
  }
  SortAndJoin(window.series);
  window.vus.reserve(static_cast<size_t>(message.vus_size()));
  for (const v1::SourceVus& vus : message.vus()) {
    absl::StatusOr<SourceVus> decoded = DecodeVus(vus);
    if (decoded.ok() && !window.vus.empty() && decoded->source <= window.vus.back().source) {
      decoded = WrongField("source", decoded->source, "rising numbers, each once");
    }
    if (!decoded.ok()) {
      return in_window(InField(Concat("vus ", window.vus.size()), decoded.status()));
    }
    window.vus.push_back(*decoded);
  }
  return window;
}

absl::StatusOr<Window> DecodeWindow(const v1::Window& message, MetricRegistry& registry) {
  return WindowDecoder(&registry).Decode(message);
}

absl::StatusOr<SourceVus> DecodeVus(const v1::SourceVus& message) {
  RETURN_IF_ERROR(CheckOffset("at_ns", message.at_ns()));
  for (const auto& [field, value] : {std::pair("now", message.now()), std::pair("peak", message.peak())}) {
    if (value < 0 || value > kMaxWireVus) {
      return WrongField(field, value, Concat("0 to ", kMaxWireVus));
    }
  }
  return SourceVus{.source = message.source(), .at = message.at_ns(), .now = message.now(), .peak = message.peak()};
}

absl::Status CheckVusOfAssignment(uint32_t assignment, const Window& window) {
  const SourceId first = SourceId{assignment} << kSourceThreadBits;
  for (const SourceVus& vus : window.vus) {
    if (vus.source < first || vus.source - first > kMaxSourceThreads) {
      return WrongField(Concat("window ", window.first_seq, " of source ", window.source, ": vus: source"), vus.source,
                        Concat(first, " to ", first + kMaxSourceThreads));
    }
  }
  return absl::OkStatus();
}

}  // namespace mockarty
