#include "engine/collect/collector.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <initializer_list>

#include "absl/hash/hash.h"
#include "common/base/concat.h"
#include "common/metrics/builtin_metrics.h"
#include "common/metrics/merge.h"
#include "common/metrics/route.h"
#include "engine/collect/request_key.h"

namespace mockarty {
namespace {

double ToMillis(Nanos nanos) { return static_cast<double>(nanos) / static_cast<double>(kNanosPerMilli); }

// The series of a request that carry all its tags, in the order of their ids in RequestSeries.
constexpr std::array<MetricId, 9> kRequestMetrics = {
    kMetricHttpReqs,       kMetricHttpReqFailed,     kMetricHttpReqDuration,
    kMetricHttpReqSending, kMetricHttpReqWaiting,    kMetricHttpReqReceiving,
    kMetricHttpReqBlocked, kMetricHttpReqConnecting, kMetricHttpReqTlsHandshaking,
};
// Those by route only.
constexpr std::array<MetricId, 3> kApdexMetrics = {kMetricApdexSatisfied, kMetricApdexTolerating,
                                                   kMetricApdexFrustrated};
constexpr size_t kFirstTrend = 2;  // kRequestMetrics from here on are trends

SeriesDelta CounterDelta(SeriesId id, uint64_t samples, uint64_t sum) {
  SeriesDelta delta;
  delta.id = id;
  delta.kind = MetricKind::kCounter;
  delta.count = samples;
  delta.sum = static_cast<Fixed>(sum) * static_cast<Fixed>(kFixedPerOne);
  return delta;
}

template <typename T>
void AppendBytes(const T& value, std::string& out) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

}  // namespace

// Series of all requests with the same tags, with what this window holds of them.
struct Collector::RequestSeries {
  std::array<SeriesId, kRequestMetrics.size()> ids;
  std::array<SeriesId, kApdexMetrics.size()> apdex_ids;
  bool active = false;
  uint64_t requests = 0;
  uint64_t failed = 0;
  uint64_t reused = 0;  // on open connections: recorded as zeros of two histograms at the flush
  std::array<uint64_t, kApdexMetrics.size()> apdex = {};
  Histogram duration;
  Histogram sending;
  Histogram waiting;
  Histogram receiving;
  Histogram blocked;
  Histogram connecting;
  Histogram tls_handshaking;
  // Of requests of paced iterations only, made with the first.
  LocalSeries* scheduled = nullptr;
  TagSetId tags = kNoTags;
};

// Direct-mapped, by all that distinguishes requests, with the URL as the script gave it: bounded, and a collision only
// costs the way round by the route.
struct Collector::RequestCache {
  static constexpr size_t kSlots = 512;
  static constexpr size_t kMaxKeyBytes = 1024;

  struct Slot {
    size_t hash = 0;
    RequestSeries* series = nullptr;
    int status = 0;
    int error_code = 0;
    GroupId group = 0;
    TagSetId tags = 0;
    bool expected = false;
    const char* protocol = nullptr;
    const char* tls_version = nullptr;
    std::string method;
    std::string url;
    std::string name;
    std::string error;
    std::string remote;

    bool Is(const RequestSample& sample, size_t sample_hash) const {
      return series != nullptr && hash == sample_hash && status == sample.status && error_code == sample.error_code &&
             group == sample.group && tags == sample.tags && expected == sample.expected &&
             protocol == sample.protocol && tls_version == sample.tls_version && url == sample.url &&
             method == sample.method && name == sample.name && error == sample.error && remote == sample.remote;
    }
    void Fill(const RequestSample& sample, size_t sample_hash, RequestSeries* request) {
      hash = sample_hash;
      series = request;
      status = sample.status;
      error_code = sample.error_code;
      group = sample.group;
      tags = sample.tags;
      expected = sample.expected;
      protocol = sample.protocol;
      tls_version = sample.tls_version;
      method = sample.method;
      url = sample.url;
      name = sample.name;
      error = sample.error;
      remote = sample.remote;
    }
  };
  std::array<Slot, kSlots> slots;
};

struct Collector::LocalSeries {
  SeriesDelta delta;
  bool active = false;
};

// What went over the wire for the samples of one scenario.
struct Collector::DataTotals {
  TagSetId scenario = kNoTags;
  SeriesId sent_id = 0;
  SeriesId received_id = 0;
  uint64_t samples = 0;
  uint64_t sent = 0;
  uint64_t received = 0;
};

Collector::Collector(MetricRegistry* registry, const CollectorOptions& options)
    : registry_(*registry), options_(options), request_cache_(std::make_unique<RequestCache>()) {
  group_paths_.emplace_back();
  groups_.emplace(std::string(), kRootGroup);
  window_start_ = options.start;
  vus_.source = options.source;
  vus_.at = options.start;
  // Interned first, so that no script can crowd them out of the budget.
  last_data_ = &DataOf(kNoTags);
  iterations_id_ = registry_.Intern(kMetricIterations, kNoTags);
  Scoped(kMetricIterationDuration, {});
}

Collector::~Collector() = default;

void Collector::AddRequest(const RequestSample& sample) {
  RequestSeries& request = FindRequest(sample);
  if (!request.active) {
    request.active = true;
    active_requests_.push_back(&request);
  }
  ++request.requests;
  ++total_requests_;
  request.failed += sample.expected ? 0 : 1;
  const Nanos duration = sample.sending + sample.waiting + sample.receiving;
  request.duration.Record(ToMillis(duration));
  request.sending.Record(ToMillis(sample.sending));
  request.waiting.Record(ToMillis(sample.waiting));
  request.receiving.Record(ToMillis(sample.receiving));
  request.blocked.Record(ToMillis(sample.blocked));
  if ((sample.connecting | sample.tls_handshaking) == 0) {
    ++request.reused;
  } else {
    request.connecting.Record(ToMillis(sample.connecting));
    request.tls_handshaking.Record(ToMillis(sample.tls_handshaking));
  }
  if (sample.lag != kNotPaced) {
    AddScheduled(request, sample.lag + sample.blocked + sample.connecting + sample.tls_handshaking + duration);
  }
  const Nanos satisfied = options_.apdex_threshold;
  const size_t zone = !sample.expected || duration > 4 * satisfied ? 2 : duration > satisfied ? 1 : 0;
  ++request.apdex[zone];
  AddData(sample.bytes_sent, sample.bytes_received, sample.scenario);
}

void Collector::AddScheduled(RequestSeries& request, Nanos duration) {
  if (request.scheduled == nullptr) {
    request.scheduled = &Local(registry_.Intern(kMetricHttpReqScheduledDuration, request.tags));
  }
  Touch(*request.scheduled).delta.AddTrend(ToMillis(duration));
}

void Collector::AddData(uint64_t bytes_sent, uint64_t bytes_received, TagSetId scenario) {
  if (last_data_->scenario != scenario) {
    last_data_ = &DataOf(scenario);
  }
  ++last_data_->samples;
  last_data_->sent += bytes_sent;
  last_data_->received += bytes_received;
}

Collector::DataTotals& Collector::DataOf(TagSetId scenario) {
  std::unique_ptr<DataTotals>& totals = data_[scenario];
  if (totals == nullptr) {
    totals = std::make_unique<DataTotals>();
    totals->scenario = scenario;
    totals->sent_id = registry_.Intern(kMetricDataSent, scenario);
    totals->received_id = registry_.Intern(kMetricDataReceived, scenario);
  }
  return *totals;
}

Collector::RequestSeries& Collector::FindRequest(const RequestSample& sample) {
  if (sample.method.size() + sample.url.size() + sample.name.size() + sample.error.size() >
      RequestCache::kMaxKeyBytes) {
    return FindRequestByRoute(sample);
  }
  const size_t hash = absl::HashOf(sample.method, sample.url, sample.name, sample.status, sample.error_code,
                                   sample.group, sample.tags, sample.expected);
  RequestCache::Slot& slot = request_cache_->slots[hash % RequestCache::kSlots];
  if (!slot.Is(sample, hash)) {
    slot.Fill(sample, hash, &FindRequestByRoute(sample));
  }
  return *slot.series;
}

Collector::RequestSeries& Collector::FindRequestByRoute(const RequestSample& sample) {
  // Only what is a tag tells series apart.
  RequestSample kept = sample;
  kept.method = Has(SystemTag::kMethod) ? CutUtf8(sample.method, MetricRegistry::kMaxTagKeyBytes) : "";
  kept.status = Has(SystemTag::kStatus) ? sample.status : 0;
  kept.error_code = Has(SystemTag::kErrorCode) ? sample.error_code : 0;
  kept.protocol = Has(SystemTag::kProto) ? sample.protocol : "";
  kept.tls_version = Has(SystemTag::kTlsVersion) ? sample.tls_version : "";
  kept.error = Has(SystemTag::kError) ? BoundedError(sample.error) : "";
  kept.remote = Has(SystemTag::kIp) ? sample.remote : "";
  kept.expected = sample.expected || !Has(SystemTag::kExpectedResponse);
  kept.group = Has(SystemTag::kGroup) ? sample.group : kRootGroup;
  // The address alone where the script gives no name, or where it wants both.
  const bool by_url = Has(SystemTag::kUrl) || (sample.name.empty() && Has(SystemTag::kName));
  const std::string route = by_url ? RouteName(sample.url) : "";
  kept.url = Has(SystemTag::kUrl) ? std::string_view(route) : "";
  kept.name = !Has(SystemTag::kName) ? ""
              : sample.name.empty()  ? route
                                     : CutUtf8(sample.name, MetricRegistry::kMaxTagValueBytes);
  std::string& key = key_buffer_;
  key.assign(kept.method);
  key.push_back('\0');
  key += kept.name;
  key.push_back('\0');
  AppendBytes(RequestKey(kept), key);
  for (const std::string_view seldom : {kept.url, kept.error, kept.remote}) {
    if (!seldom.empty()) {
      key += seldom;
      key.push_back('\0');
    }
  }
  if (const auto found = requests_.find(key); found != requests_.end()) {
    return *found->second;
  }
  return requests_full_ ? OtherRequest() : NewRequestSeries(kept, key);
}

// `kept`: what of a sample are tags, empty for what is none.
Collector::RequestSeries& Collector::NewRequestSeries(const RequestSample& kept, std::string key) {
  const std::string status = Has(SystemTag::kStatus) ? std::to_string(kept.status) : "";
  const std::string error_code = kept.error_code == 0 ? "" : std::to_string(kept.error_code);
  const std::string_view expected = !Has(SystemTag::kExpectedResponse) ? "" : kept.expected ? "true" : "false";
  const std::array<TagView, 10> tags = {{{"method", kept.method},
                                         {"name", kept.name},
                                         {"url", kept.url == kept.name ? std::string_view() : kept.url},
                                         {"status", status},
                                         {"error_code", error_code},
                                         {"error", kept.error},
                                         {"expected_response", expected},
                                         {"proto", kept.protocol},
                                         {"tls_version", kept.tls_version},
                                         {"ip", kept.remote}}};
  bool own = false;
  auto request =
      NewRequest(JoinTags({kept.group, kept.tags}, tags), registry_.InternTags(std::span(tags).first(3)), own);
  if (!own) {
    requests_full_ = true;
    return OtherRequest();
  }
  return *requests_.emplace(std::move(key), std::move(request)).first->second;
}

std::string_view Collector::BoundedError(std::string_view error) {
  error = CutUtf8(error, MetricRegistry::kMaxTagValueBytes);
  if (error.empty() || error_texts_.contains(ToAbsl(error))) {
    return error;
  }
  if (error_texts_.size() >= kMaxErrorTexts) {
    return kOtherName;
  }
  error_texts_.emplace(error);
  return error;
}

std::unique_ptr<Collector::RequestSeries> Collector::NewRequest(TagSetId tags, TagSetId route_tags, bool& own) {
  auto request = std::make_unique<RequestSeries>();
  request->tags = tags;
  own = registry_.InternAll(kApdexMetrics, route_tags, request->apdex_ids) &&
        registry_.InternAll(kRequestMetrics, tags, request->ids);
  return request;
}

Collector::RequestSeries& Collector::OtherRequest() {
  if (other_request_ == nullptr) {
    other_request_ = std::make_unique<RequestSeries>();
    other_request_->tags = kOtherTags;
    registry_.InternAll(kApdexMetrics, kOtherTags, other_request_->apdex_ids);
    registry_.InternAll(kRequestMetrics, kOtherTags, other_request_->ids);
  }
  return *other_request_;
}

TagSetId Collector::JoinTags(const SampleScope& scope, std::span<const TagView> more) {
  const bool grouped = scope.group != kRootGroup && Has(SystemTag::kGroup);
  if (!grouped && more.empty()) {
    return scope.tags;
  }
  std::vector<TagView> tags;
  for (const Tag& tag : registry_.Tags(scope.tags)) {
    tags.push_back({tag.key, tag.value});
  }
  if (grouped) {
    tags.push_back({"group", group_paths_[scope.group]});
  }
  tags.insert(tags.end(), more.begin(), more.end());
  return registry_.InternTags(tags);
}

Collector::LocalSeries& Collector::Local(SeriesId id) {
  std::unique_ptr<LocalSeries>& series = local_series_[id];
  if (series == nullptr) {
    series = std::make_unique<LocalSeries>();
    series->delta.id = id;
    series->delta.kind = registry_.Describe(id).metric->kind;
  }
  return *series;
}

Collector::LocalSeries& Collector::Other(MetricId metric) { return Local(registry_.Intern(metric, kOtherTags)); }

Collector::LocalSeries& Collector::Touch(LocalSeries& series) {
  if (!series.active) {
    series.active = true;
    active_series_.push_back(&series);
  }
  return series;
}

// The series of a metric with the group and tags of a scope.
Collector::LocalSeries& Collector::Scoped(MetricId metric, const SampleScope& scope) {
  const bool plain = scope.group == kRootGroup && scope.tags == kNoTags;
  if (plain && metric < plain_series_.size() && plain_series_[metric] != nullptr) {
    return *plain_series_[metric];
  }
  const std::pair<MetricId, uint64_t> key(metric, uint64_t{scope.group} << 32 | scope.tags);
  if (const auto found = scoped_.find(key); found != scoped_.end()) {
    return *found->second;
  }
  if (!plain && scoped_.size() >= kMaxLocalSeries) {
    return Other(metric);
  }
  LocalSeries& series = Local(registry_.Intern(metric, JoinTags(scope, {})));
  scoped_.emplace(key, &series);
  if (plain) {
    plain_series_.resize(std::max<size_t>(plain_series_.size(), metric + 1));
    plain_series_[metric] = &series;
  }
  return series;
}

// The series of a metric that has one tag more, such as a check's name.
Collector::LocalSeries& Collector::Named(MetricId metric, std::string_view tag_key, std::string_view name,
                                         const SampleScope& scope) {
  name = CutUtf8(name, MetricRegistry::kMaxTagValueBytes);
  key_buffer_.assign(name);
  AppendBytes(metric, key_buffer_);
  AppendBytes(scope.group, key_buffer_);
  AppendBytes(scope.tags, key_buffer_);
  if (const auto found = named_.find(key_buffer_); found != named_.end()) {
    return *found->second;
  }
  named_full_.resize(std::max<size_t>(named_full_.size(), metric + 1));
  if (named_full_[metric] || named_.size() >= kMaxLocalSeries) {
    return Other(metric);
  }
  const TagView tag{tag_key, name};
  const SeriesId id = registry_.Intern(metric, JoinTags(scope, {&tag, 1}));
  LocalSeries& series = Local(id);
  if (registry_.Describe(id).is_other) {
    named_full_[metric] = true;
  } else {
    named_.emplace(key_buffer_, &series);
  }
  return series;
}

void Collector::AddCheck(std::string_view name, bool pass, const SampleScope& scope) {
  LocalSeries& series =
      Has(SystemTag::kCheck) ? Named(kMetricChecks, "check", name, scope) : Scoped(kMetricChecks, scope);
  Touch(series).delta.AddRate(pass);
}

void Collector::AddError(std::string_view message, TagSetId scenario) {
  const SampleScope scope = {kRootGroup, scenario};
  Touch(Named(kMetricErrors, "message", message.empty() ? "unknown error" : message, scope)).delta.AddCounter(1);
}

void Collector::AddIteration(Nanos duration, Nanos lag, TagSetId scenario) {
  ++total_iterations_;
  if (scenario == kNoTags) {
    ++iterations_;
  } else {
    Touch(Scoped(kMetricIterations, {kRootGroup, scenario})).delta.AddCounter(1);
  }
  Touch(Scoped(kMetricIterationDuration, {kRootGroup, scenario})).delta.AddTrend(ToMillis(duration));
  if (lag != kNotPaced) {
    Touch(Scoped(kMetricIterationLag, {kRootGroup, scenario})).delta.AddTrend(ToMillis(lag));
  }
}

void Collector::AddDroppedIterations(uint64_t count, TagSetId scenario) {
  if (count > 0) {
    SeriesDelta& delta = Touch(Scoped(kMetricDroppedIterations, {kRootGroup, scenario})).delta;
    delta.count += count;
    delta.sum += static_cast<Fixed>(count) * static_cast<Fixed>(kFixedPerOne);
  }
}

void Collector::AddGroupDuration(GroupId group, Nanos duration, TagSetId tags) {
  Touch(Scoped(kMetricGroupDuration, {group, tags})).delta.AddTrend(ToMillis(duration));
}

bool Collector::Add(MetricId metric, double value, Nanos now, const SampleScope& scope) {
  if (!std::isfinite(value)) {
    ++invalid_samples_;
    return false;
  }
  SeriesDelta& delta = Touch(Scoped(metric, scope)).delta;
  switch (delta.kind) {
    case MetricKind::kCounter:
      delta.AddCounter(value);
      break;
    case MetricKind::kRate:
      delta.AddRate(value != 0);
      break;
    case MetricKind::kGauge:
      delta.AddGauge(value, now);
      break;
    case MetricKind::kTrend:
      delta.AddTrend(value);
      break;
  }
  return true;
}

void Collector::SetVus(int64_t running, Nanos now) {
  vus_.now = running;
  vus_.at = now;
  vus_.peak = std::max(vus_.peak, running);
}

GroupId Collector::ChildGroup(GroupId parent, std::string_view name) {
  std::string& path = key_buffer_;
  path.assign(group_paths_[parent]);
  path += "::";
  path += CutUtf8(name, MetricRegistry::kMaxTagValueBytes);
  path.resize(CutUtf8(path, MetricRegistry::kMaxTagValueBytes).size());
  if (const auto found = groups_.find(path); found != groups_.end()) {
    return found->second;
  }
  if (group_paths_.size() >= kMaxGroups) {
    if (other_group_ == kRootGroup) {
      other_group_ = static_cast<GroupId>(group_paths_.size());
      group_paths_.push_back("::" + std::string(kOtherName));
    }
    return other_group_;
  }
  const auto id = static_cast<GroupId>(group_paths_.size());
  group_paths_.push_back(path);
  groups_.emplace(path, id);
  return id;
}

TagSetId Collector::Tags(std::span<const TagView> tags) {
  if (tags.empty()) {
    return kNoTags;
  }
  std::string& key = key_buffer_;
  key.clear();
  for (const TagView& tag : tags.first(std::min(tags.size(), MetricRegistry::kMaxTagsInSet))) {
    AppendBytes(tag.key.size(), key);
    key += tag.key;
    AppendBytes(tag.value.size(), key);
    key += tag.value;
  }
  constexpr size_t kMaxCached = 1'024;
  constexpr size_t kMaxKeyBytes = 2'048;
  if (tags.size() > MetricRegistry::kMaxTagsInSet || key.size() > kMaxKeyBytes) {
    key.clear();
    return registry_.InternTags(tags);
  }
  if (const auto found = tag_cache_.find(key); found != tag_cache_.end()) {
    return found->second;
  }
  const TagSetId id = registry_.InternTags(tags);
  if (tag_cache_.size() >= kMaxCached) {
    tag_cache_.clear();
  }
  tag_cache_.emplace(key, id);
  return id;
}

// Moves what the window holds of a request's series into deltas.
void Collector::FlushRequest(RequestSeries& request, std::vector<SeriesDelta>& out) {
  out.push_back(CounterDelta(request.ids[0], request.requests, request.requests));
  SeriesDelta& failed = out.emplace_back();
  failed.id = request.ids[1];
  failed.kind = MetricKind::kRate;
  failed.count = request.requests;
  failed.trues = request.failed;
  for (Histogram* histogram : {&request.connecting, &request.tls_handshaking}) {
    histogram->RecordMany(0, request.reused);
  }
  Histogram* const trends[] = {&request.duration, &request.sending,    &request.waiting,        &request.receiving,
                               &request.blocked,  &request.connecting, &request.tls_handshaking};
  for (size_t i = 0; i < std::size(trends); ++i) {
    SeriesDelta& trend = out.emplace_back();
    trend.id = request.ids[kFirstTrend + i];
    trend.kind = MetricKind::kTrend;
    trend.count = request.requests;
    trend.histogram = std::exchange(*trends[i], Histogram());
  }
  for (size_t zone = 0; zone < request.apdex.size(); ++zone) {
    if (request.apdex[zone] != 0) {
      out.push_back(CounterDelta(request.apdex_ids[zone], request.apdex[zone], request.apdex[zone]));
    }
  }
  request.requests = request.failed = request.reused = 0;
  request.apdex = {};
  request.active = false;
}

void Collector::FlushTotals(std::vector<SeriesDelta>& out) {
  for (const auto& [scenario, totals] : data_) {
    if (totals->samples != 0) {
      out.push_back(CounterDelta(totals->sent_id, totals->samples, totals->sent));
      out.push_back(CounterDelta(totals->received_id, totals->samples, totals->received));
      totals->samples = totals->sent = totals->received = 0;
    }
  }
  if (iterations_ != 0) {
    out.push_back(CounterDelta(iterations_id_, iterations_, iterations_));
    iterations_ = 0;
  }
}

void Collector::Restart(Nanos start) {
  Flush(start);
  seq_ = 0;
  total_requests_ = 0;
  total_iterations_ = 0;
}

Window Collector::Flush(Nanos now) {
  Window window;
  window.source = options_.source;
  window.first_seq = window.last_seq = ++seq_;
  window.start = std::exchange(window_start_, now);
  window.end = now;
  window.series.reserve(active_requests_.size() * (kRequestMetrics.size() + kApdexMetrics.size()) +
                        active_series_.size() + 3);
  for (RequestSeries* request : active_requests_) {
    FlushRequest(*request, window.series);
  }
  active_requests_.clear();
  for (LocalSeries* series : active_series_) {
    SeriesDelta fresh;
    fresh.id = series->delta.id;
    fresh.kind = series->delta.kind;
    window.series.push_back(std::exchange(series->delta, std::move(fresh)));
    series->active = false;
  }
  active_series_.clear();
  FlushTotals(window.series);
  SortAndJoin(window.series);
  window.vus.push_back(vus_);
  window.vus.back().at = now;
  vus_.peak = vus_.now;
  window.invalid_samples = std::exchange(invalid_samples_, 0);
  return window;
}

}  // namespace mockarty
