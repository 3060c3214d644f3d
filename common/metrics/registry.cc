#include "common/metrics/registry.h"

#include <algorithm>
#include <deque>
#include <mutex>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "common/metrics/builtin_metrics.h"

namespace mockarty {
namespace {

constexpr SeriesId kNoSeries = ~SeriesId{0};

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsNameChar(char c) { return IsLetter(c) || (c >= '0' && c <= '9'); }

// A name from a script inside a message: in quotes, escaped, cut.
std::string Shown(std::string_view name) {
  const std::string cut(CutUtf8(name, MetricRegistry::kMaxNameBytes));
  return "'" + absl::CHexEscape(cut) + (cut.size() < name.size() ? "...'" : "'");
}

std::string Shown(MetricKind kind) { return std::string(MetricKindName(kind)); }

absl::Status CheckMetricName(std::string_view name) {
  if (!name.empty() && name.size() <= MetricRegistry::kMaxNameBytes && IsLetter(name[0]) &&
      std::all_of(name.begin(), name.end(), IsNameChar)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("invalid metric name " + Shown(name) +
                                    ": expected a letter or underscore, then letters, digits and underscores, " +
                                    std::to_string(MetricRegistry::kMaxNameBytes) + " characters at most");
}

// Unambiguous, since keys and values are bounded far below 2^16.
std::string TagSetKey(const TagSet& tags) {
  std::string key;
  const auto append = [&key](const std::string& text) {
    key.push_back(static_cast<char>(text.size() & 0xFF));
    key.push_back(static_cast<char>(text.size() >> 8));
    key += text;
  };
  for (const Tag& tag : tags) {
    append(tag.key);
    append(tag.value);
  }
  return key;
}

TagSet MakeTagSet(std::span<const TagView> tags) {
  TagSet set;
  set.reserve(std::min(tags.size(), MetricRegistry::kMaxTagsInSet));
  // From the back, so that the last of equal keys is the one that is kept.
  for (auto tag = tags.rbegin(); tag != tags.rend() && set.size() < MetricRegistry::kMaxTagsInSet; ++tag) {
    const std::string_view key = CutUtf8(tag->key, MetricRegistry::kMaxTagKeyBytes);
    if (key.empty() || FindTag(set, key) != nullptr) {
      continue;
    }
    set.push_back({std::string(key), std::string(CutUtf8(tag->value, MetricRegistry::kMaxTagValueBytes))});
  }
  std::erase_if(set, [](const Tag& tag) { return tag.value.empty(); });
  std::sort(set.begin(), set.end(), [](const Tag& a, const Tag& b) { return a.key < b.key; });
  return set;
}

}  // namespace

struct MetricRegistry::State {
  explicit State(const RegistryOptions& given) : options(given) {}

  const RegistryOptions options;
  mutable std::mutex mutex;
  // Deques: references to their elements survive growth.
  std::deque<MetricInfo> metrics;
  std::deque<TagSet> tag_sets;
  std::deque<SeriesInfo> series;
  std::vector<SeriesId> other_series;      // by metric
  std::vector<uint32_t> series_of_metric;  // own series by metric
  absl::flat_hash_map<std::string, MetricId> metric_ids;
  absl::flat_hash_map<std::string, TagSetId> tag_set_ids;
  absl::flat_hash_map<uint64_t, SeriesId> series_ids;  // metric << 32 | tag set
  size_t tag_bytes = 0;
  size_t own_series = 0;
  uint64_t refused = 0;

  static uint64_t SeriesKey(MetricId metric, TagSetId tags) { return uint64_t{metric} << 32 | tags; }

  MetricId AddMetric(const MetricInfo& info) {
    const auto id = static_cast<MetricId>(metrics.size());
    metrics.push_back(info);
    other_series.push_back(kNoSeries);
    series_of_metric.push_back(0);
    metric_ids.emplace(info.name, id);
    return id;
  }

  SeriesId AddSeries(MetricId metric, TagSetId tags, bool is_other) {
    const auto id = static_cast<SeriesId>(series.size());
    series.push_back({metric, tags, &metrics[metric], &tag_sets[tags], is_other});
    if (!is_other) {
      series_ids.emplace(SeriesKey(metric, tags), id);
      ++own_series;
      ++series_of_metric[metric];
    }
    return id;
  }

  SeriesId Other(MetricId metric) {
    SeriesId& id = other_series[metric];
    if (id == kNoSeries) {
      id = AddSeries(metric, kOtherTags, true);
    }
    return id;
  }

  SeriesId Find(MetricId metric, TagSetId tags) const {
    const auto found = series_ids.find(SeriesKey(metric, tags));
    return found == series_ids.end() ? kNoSeries : found->second;
  }

  bool RoomInMetric(MetricId metric) const {
    return metrics[metric].max_series == 0 || series_of_metric[metric] < metrics[metric].max_series;
  }
};

MetricRegistry::MetricRegistry(const RegistryOptions& options) : state_(std::make_unique<State>(options)) {
  state_->tag_sets.push_back({});
  state_->tag_sets.push_back({{"name", std::string(kOtherName)}});
  state_->tag_set_ids.emplace(TagSetKey(state_->tag_sets[kNoTags]), kNoTags);
  state_->tag_set_ids.emplace(TagSetKey(state_->tag_sets[kOtherTags]), kOtherTags);
  for (const BuiltinMetricRow& row : kBuiltinMetrics) {
    state_->AddMetric({std::string(row.name), row.kind, row.unit, row.max_series});
  }
}

MetricRegistry::~MetricRegistry() = default;

absl::StatusOr<MetricId> MetricRegistry::DefineMetric(std::string_view name, MetricKind kind, ValueUnit unit) {
  if (absl::Status valid = CheckMetricName(name); !valid.ok()) {
    return valid;
  }
  const std::lock_guard lock(state_->mutex);
  if (const auto found = state_->metric_ids.find(absl::string_view(name.data(), name.size()));
      found != state_->metric_ids.end()) {
    const MetricKind known = state_->metrics[found->second].kind;
    if (known != kind) {
      return absl::AlreadyExistsError("metric " + Shown(name) + " is already a " + Shown(known) +
                                      " and cannot also be a " + Shown(kind));
    }
    return found->second;
  }
  if (state_->metrics.size() >= state_->options.max_metrics) {
    return absl::ResourceExhaustedError("metric " + Shown(name) + " is one too many: a run has at most " +
                                        std::to_string(state_->options.max_metrics));
  }
  return state_->AddMetric({std::string(name), kind, unit, 0});
}

absl::StatusOr<MetricId> MetricRegistry::FindMetric(std::string_view name) const {
  const std::lock_guard lock(state_->mutex);
  if (const auto found = state_->metric_ids.find(absl::string_view(name.data(), name.size()));
      found != state_->metric_ids.end()) {
    return found->second;
  }
  return absl::NotFoundError("no metric " + Shown(name));
}

const MetricInfo& MetricRegistry::Metric(MetricId id) const {
  const std::lock_guard lock(state_->mutex);
  return state_->metrics.at(id);
}

std::vector<MetricId> MetricRegistry::Metrics() const {
  const std::lock_guard lock(state_->mutex);
  std::vector<MetricId> ids(state_->metrics.size());
  for (MetricId id = 0; id < ids.size(); ++id) {
    ids[id] = id;
  }
  return ids;
}

TagSetId MetricRegistry::InternTags(std::span<const TagView> tags) {
  TagSet set = MakeTagSet(tags);
  std::string key = TagSetKey(set);
  const std::lock_guard lock(state_->mutex);
  if (const auto found = state_->tag_set_ids.find(key); found != state_->tag_set_ids.end()) {
    return found->second;
  }
  // The set, its key and the bookkeeping around both.
  const size_t bytes = 2 * key.size() + set.size() * sizeof(Tag) + 128;
  if (state_->tag_bytes + bytes > state_->options.max_tag_bytes) {
    return kOtherTags;
  }
  state_->tag_bytes += bytes;
  const auto id = static_cast<TagSetId>(state_->tag_sets.size());
  state_->tag_sets.push_back(std::move(set));
  state_->tag_set_ids.emplace(std::move(key), id);
  return id;
}

const TagSet& MetricRegistry::Tags(TagSetId id) const {
  const std::lock_guard lock(state_->mutex);
  return state_->tag_sets.at(id);
}

SeriesId MetricRegistry::Intern(MetricId metric, TagSetId tags) {
  SeriesId id = 0;
  InternAll({&metric, 1}, tags, {&id, 1});
  return id;
}

bool MetricRegistry::InternAll(std::span<const MetricId> metrics, TagSetId tags, std::span<SeriesId> out) {
  const std::lock_guard lock(state_->mutex);
  size_t missing = 0;
  bool room = tags != kOtherTags;
  for (size_t i = 0; i < metrics.size(); ++i) {
    out[i] = state_->Find(metrics[i], tags);
    if (out[i] == kNoSeries) {
      ++missing;
      room = room && state_->RoomInMetric(metrics[i]);
    }
  }
  if (!room || state_->own_series + missing > state_->options.max_series) {
    if (missing != 0) {
      ++state_->refused;
      for (size_t i = 0; i < metrics.size(); ++i) {
        out[i] = state_->Other(metrics[i]);
      }
      return false;
    }
  }
  for (size_t i = 0; i < metrics.size(); ++i) {
    if (out[i] == kNoSeries) {
      out[i] = state_->AddSeries(metrics[i], tags, false);
    }
  }
  return true;
}

SeriesId MetricRegistry::InternOther(MetricId metric) {
  const std::lock_guard lock(state_->mutex);
  return state_->Other(metric);
}

const SeriesInfo& MetricRegistry::Describe(SeriesId id) const {
  const std::lock_guard lock(state_->mutex);
  return state_->series.at(id);
}

size_t MetricRegistry::SeriesCount() const {
  const std::lock_guard lock(state_->mutex);
  return state_->series.size();
}

uint64_t MetricRegistry::RefusedSeries() const {
  const std::lock_guard lock(state_->mutex);
  return state_->refused;
}

std::string_view MetricKindName(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter:
      return "counter";
    case MetricKind::kGauge:
      return "gauge";
    case MetricKind::kRate:
      return "rate";
    case MetricKind::kTrend:
      return "trend";
  }
  return "unknown";
}

const std::string* FindTag(const TagSet& tags, std::string_view key) {
  for (const Tag& tag : tags) {
    if (tag.key == key) {
      return &tag.value;
    }
  }
  return nullptr;
}

std::string_view CutUtf8(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) {
    return text;
  }
  size_t end = max_bytes;
  // At most three bytes back: a sequence has four; more continuation bytes than that are no UTF-8 anyway.
  for (int back = 0; back < 3 && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80; ++back) {
    --end;
  }
  return text.substr(0, end);
}

}  // namespace mockarty
