// Where the samples of one worker thread become series. Once a second its worker takes the window that has gathered.
//
// One collector a worker, confined to its thread: no lock and no atomic operation a sample. Only a series that this
// collector has not seen yet asks the registry (a lock, once). Memory is bounded by the registry's budget and by the
// limits below, whatever the script does: past them samples land in `__other__` series and are still counted.
#ifndef ENGINE_COLLECT_COLLECTOR_H_
#define ENGINE_COLLECT_COLLECTOR_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "common/metrics/registry.h"
#include "common/metrics/sample.h"
#include "common/metrics/system_tags.h"
#include "common/metrics/window.h"
#include "common/time/clock.h"

namespace mockarty {

struct CollectorOptions {
  SourceId source = 1;                           // of this worker; not kSeveralSources
  Nanos start = 0;                               // where the first window begins
  Nanos apdex_threshold = 500 * kNanosPerMilli;  // T: satisfied up to T, tolerating up to 4 T
  SystemTags system_tags;                        // others are left out, and what they would tell apart is one series
};

// Where in the script a sample arose.
struct SampleScope {
  GroupId group = kRootGroup;
  TagSetId tags = kNoTags;
};

class Collector {
 public:
  static constexpr size_t kMaxGroups = 1'000;
  static constexpr size_t kMaxLocalSeries = 16'384;
  static constexpr size_t kMaxErrorTexts = 100;  // different values of the tag `error`; others are __other__

  // `registry` must outlive the collector.
  Collector(MetricRegistry* registry, const CollectorOptions& options);
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  // A finished request: http_reqs, http_req_*, data_*, and its zone of the APDEX. One hash look-up when the same URL
  // was seen lately.
  void AddRequest(const RequestSample& sample);

  void AddCheck(std::string_view name, bool pass, const SampleScope& scope = {});
  // `lag`: how long after it was due it began; kNotPaced where no rate says so. `scenario`: the tags of its scenario.
  void AddIteration(Nanos duration, Nanos lag = kNotPaced, TagSetId scenario = kNoTags);
  // Iterations that were due and not begun.
  void AddDroppedIterations(uint64_t count, TagSetId scenario);
  void AddGroupDuration(GroupId group, Nanos duration, TagSetId tags = kNoTags);
  void AddData(uint64_t bytes_sent, uint64_t bytes_received, TagSetId scenario = kNoTags);

  // A sample of any metric, by its kind: a counter adds, a rate takes non-zero for true, a gauge sets, a trend records.
  // False, and counted as invalid, for NaN and infinities. `now` matters to gauges only: the latest wins.
  bool Add(MetricId metric, double value, Nanos now, const SampleScope& scope = {});

  // One occurrence of a failure, for the report's error table: at most 100 different messages, cut at 256 bytes.
  void AddError(std::string_view message, TagSetId scenario = kNoTags);

  // Virtual users of this worker that are running.
  void SetVus(int64_t running, Nanos now);

  // The group `name` within `parent`. Past kMaxGroups: the group "::__other__".
  GroupId ChildGroup(GroupId parent, std::string_view name);
  std::string_view GroupPath(GroupId group) const { return group_paths_[group]; }

  // MetricRegistry::InternTags, remembered by this thread.
  TagSetId Tags(std::span<const TagView> tags);

  // All since the last flush. Sequence numbers count from 1.
  Window Flush(Nanos now);
  // Forgets what was counted so far, as if made anew at `start`: the load begins.
  void Restart(Nanos start);

  uint64_t TotalRequests() const { return total_requests_; }
  uint64_t TotalIterations() const { return total_iterations_; }

 private:
  struct RequestSeries;
  struct RequestCache;
  struct LocalSeries;
  struct DataTotals;
  void AddScheduled(RequestSeries& request, Nanos duration);
  RequestSeries& FindRequest(const RequestSample& sample);
  RequestSeries& FindRequestByRoute(const RequestSample& sample);
  RequestSeries& OtherRequest();
  RequestSeries& NewRequestSeries(const RequestSample& kept, std::string key);
  std::string_view BoundedError(std::string_view error);
  bool Has(SystemTag tag) const { return options_.system_tags.Has(tag); }
  std::unique_ptr<RequestSeries> NewRequest(TagSetId tags, TagSetId route_tags, bool& own);
  LocalSeries& Local(SeriesId id);
  LocalSeries& Other(MetricId metric);
  LocalSeries& Scoped(MetricId metric, const SampleScope& scope);
  LocalSeries& Named(MetricId metric, std::string_view tag_key, std::string_view name, const SampleScope& scope);
  LocalSeries& Touch(LocalSeries& series);
  TagSetId JoinTags(const SampleScope& scope, std::span<const TagView> more);
  void FlushRequest(RequestSeries& request, std::vector<SeriesDelta>& out);
  void FlushTotals(std::vector<SeriesDelta>& out);

  MetricRegistry& registry_;
  const CollectorOptions options_;

  std::unique_ptr<RequestCache> request_cache_;
  absl::flat_hash_map<std::string, std::unique_ptr<RequestSeries>> requests_;
  std::unique_ptr<RequestSeries> other_request_;
  bool requests_full_ = false;
  std::vector<RequestSeries*> active_requests_;
  std::string key_buffer_;

  absl::flat_hash_map<SeriesId, std::unique_ptr<LocalSeries>> local_series_;
  absl::flat_hash_map<std::pair<MetricId, uint64_t>, LocalSeries*> scoped_;
  absl::flat_hash_map<std::string, LocalSeries*> named_;
  std::vector<LocalSeries*> active_series_;
  std::vector<LocalSeries*> plain_series_;  // by metric: without group and tags
  std::vector<bool> named_full_;            // by metric: past its limit, names not yet seen are `__other__`

  std::deque<std::string> group_paths_;  // a deque: views of its strings stay valid
  absl::flat_hash_map<std::string, GroupId> groups_;
  GroupId other_group_ = kRootGroup;
  absl::flat_hash_map<std::string, TagSetId> tag_cache_;

  DataTotals& DataOf(TagSetId scenario);
  absl::flat_hash_map<TagSetId, std::unique_ptr<DataTotals>> data_;
  DataTotals* last_data_ = nullptr;
  absl::flat_hash_set<std::string> error_texts_;
  uint64_t iterations_ = 0;
  SeriesId iterations_id_ = 0;
  SourceVus vus_;

  uint64_t seq_ = 0;
  Nanos window_start_ = 0;
  uint64_t invalid_samples_ = 0;
  uint64_t total_requests_ = 0;
  uint64_t total_iterations_ = 0;
};

}  // namespace mockarty

#endif  // ENGINE_COLLECT_COLLECTOR_H_
