// Names become integers once: metrics, tag sets, and series (a metric with a tag set).
//
// One registry a run. Everything in it is bounded, so that a script that makes up tags or URLs cannot grow it: past a
// limit, samples go to the metric's `__other__` series, whose only tag is name=__other__, and the refusals are counted.
// What has been interned never changes nor goes away: references stay valid as long as the registry lives.
// Thread-safe (one lock; callers on a hot path keep the integers).
#ifndef COMMON_METRICS_REGISTRY_H_
#define COMMON_METRICS_REGISTRY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace mockarty {

enum class MetricKind : uint8_t { kCounter, kGauge, kRate, kTrend };
std::string_view MetricKindName(MetricKind kind);  // "counter", ...

// How to show a value: as it is, as milliseconds, as bytes.
enum class ValueUnit : uint8_t { kPlain, kTime, kData };

using MetricId = uint32_t;
using SeriesId = uint32_t;
using TagSetId = uint32_t;

inline constexpr TagSetId kNoTags = 0;
inline constexpr TagSetId kOtherTags = 1;
inline constexpr std::string_view kOtherName = "__other__";

struct Tag {
  std::string key;
  std::string value;
  friend bool operator==(const Tag&, const Tag&) = default;
};
struct TagView {
  std::string_view key;
  std::string_view value;
};
using TagSet = std::vector<Tag>;  // sorted by key, each key once

// The value of a key, or nullptr.
const std::string* FindTag(const TagSet& tags, std::string_view key);

struct MetricInfo {
  std::string name;
  MetricKind kind = MetricKind::kCounter;
  ValueUnit unit = ValueUnit::kPlain;
  uint32_t max_series = 0;  // 0: only the budget of the run
};

struct SeriesInfo {
  MetricId metric_id = 0;
  TagSetId tag_set_id = kNoTags;
  const MetricInfo* metric = nullptr;
  const TagSet* tags = nullptr;
  bool is_other = false;
};

struct RegistryOptions {
  size_t max_series = 10'000;               // `__other__` series come on top: at most one a metric
  size_t max_metrics = 1'000;               // built-in ones included
  size_t max_tag_bytes = 16 * 1024 * 1024;  // of all tag sets together
};

class MetricRegistry {
 public:
  static constexpr size_t kMaxNameBytes = 128;
  static constexpr size_t kMaxTagsInSet = 32;
  static constexpr size_t kMaxTagKeyBytes = 64;
  static constexpr size_t kMaxTagValueBytes = 256;

  // Holds the built-in metrics of builtin_metrics.h from the start.
  explicit MetricRegistry(const RegistryOptions& options = {});
  ~MetricRegistry();
  MetricRegistry(const MetricRegistry&) = delete;
  MetricRegistry& operator=(const MetricRegistry&) = delete;

  // The id of a metric, made when new. Errors: InvalidArgument for a name that is not a letter or underscore followed
  // by up to 127 of [A-Za-z0-9_]; AlreadyExists when the name has another kind, naming both; ResourceExhausted past
  // max_metrics. The unit of the first definition stays.
  absl::StatusOr<MetricId> DefineMetric(std::string_view name, MetricKind kind, ValueUnit unit = ValueUnit::kPlain);
  // The id of a metric that exists, or NotFound.
  absl::StatusOr<MetricId> FindMetric(std::string_view name) const;
  const MetricInfo& Metric(MetricId id) const;
  std::vector<MetricId> Metrics() const;  // in order of definition

  // Sorts; of equal keys the last wins; keys and values are cut at their limits (on a UTF-8 boundary), tags with an
  // empty key or value and those past kMaxTagsInSet are left out. kOtherTags when max_tag_bytes is used up.
  TagSetId InternTags(std::span<const TagView> tags);
  const TagSet& Tags(TagSetId id) const;

  // The series of one metric; its `__other__` series past the budget.
  SeriesId Intern(MetricId metric, TagSetId tags);
  // The series of several metrics with the same tags: all their own, or (false) all `__other__`.
  bool InternAll(std::span<const MetricId> metrics, TagSetId tags, std::span<SeriesId> out);
  // The metric's `__other__` series, made when new. No refusal is counted.
  SeriesId InternOther(MetricId metric);
  const SeriesInfo& Describe(SeriesId id) const;

  size_t SeriesCount() const;      // `__other__` series included
  uint64_t RefusedSeries() const;  // how often a new series was asked for and refused

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

// Cuts to at most `max_bytes` without cutting a UTF-8 sequence in two.
std::string_view CutUtf8(std::string_view text, size_t max_bytes);

}  // namespace mockarty

#endif  // COMMON_METRICS_REGISTRY_H_
