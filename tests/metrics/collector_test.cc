#include "engine/collect/collector.h"

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "common/metrics/builtin_metrics.h"
#include "common/metrics/merge.h"
#include "gtest/gtest.h"

namespace mockarty {
namespace {

constexpr Nanos kMs = kNanosPerMilli;

RequestSample Get(std::string_view url, Nanos waiting = 10 * kMs) {
  RequestSample sample;
  sample.method = "GET";
  sample.url = url;
  sample.status = 200;
  sample.sending = 1 * kMs;
  sample.waiting = waiting;
  sample.receiving = 2 * kMs;
  sample.bytes_sent = 100;
  sample.bytes_received = 1'000;
  return sample;
}

class CollectorTest : public ::testing::Test {
 protected:
  // "metric{key:value,...}" of each series of a window.
  std::map<std::string, SeriesDelta> Named(const Window& window) const {
    std::map<std::string, SeriesDelta> named;
    for (const SeriesDelta& delta : window.series) {
      const SeriesInfo& info = registry_.Describe(delta.id);
      std::string name = info.metric->name;
      for (const Tag& tag : *info.tags) {
        name += (&tag == &info.tags->front() ? "{" : ",") + tag.key + ":" + tag.value;
      }
      name += info.tags->empty() ? "" : "}";
      EXPECT_TRUE(named.emplace(name, delta).second) << "twice: " << name;
    }
    return named;
  }

  MetricRegistry registry_;
  Collector collector_{&registry_, {.source = 3, .start = 1'000}};
};

TEST_F(CollectorTest, ARequestBecomesItsSeries) {
  RequestSample sample = Get("http://h/users/42?x=1");
  sample.blocked = 3 * kMs;
  sample.connecting = 2 * kMs;
  collector_.AddRequest(sample);
  const auto series = Named(collector_.Flush(5'000));
  const std::string tags = "{expected_response:true,method:GET,name:http://h/users/{id},status:200}";
  EXPECT_TRUE(series.at("http_reqs" + tags).sum == ToFixed(1));
  EXPECT_EQ(series.at("http_req_failed" + tags).count, 1U);
  EXPECT_EQ(series.at("http_req_failed" + tags).trues, 0U);
  const std::map<std::string, double> times = {{"duration", 13},      {"sending", 1}, {"waiting", 10},
                                               {"receiving", 2},      {"blocked", 3}, {"connecting", 2},
                                               {"tls_handshaking", 0}};
  for (const auto& [phase, ms] : times) {
    const SeriesDelta& trend = series.at("http_req_" + phase + tags);
    EXPECT_EQ(trend.count, 1U) << phase;
    EXPECT_EQ(trend.histogram.Count(), 1U) << phase;
    EXPECT_EQ(trend.histogram.Sum(), ms) << phase;
  }
  EXPECT_TRUE(series.at("data_sent").sum == ToFixed(100));
  EXPECT_TRUE(series.at("data_received").sum == ToFixed(1'000));
  EXPECT_TRUE(series.at("apdex_satisfied{method:GET,name:http://h/users/{id}}").sum == ToFixed(1));
  EXPECT_EQ(series.size(), 12U);
}

TEST_F(CollectorTest, ReusedConnectionsCountAsZeros) {
  collector_.AddRequest(Get("http://h/a"));
  collector_.AddRequest(Get("http://h/a"));
  RequestSample fresh = Get("http://h/a");
  fresh.connecting = 5 * kMs;
  collector_.AddRequest(fresh);
  const auto series = Named(collector_.Flush(5'000));
  const std::string tags = "{expected_response:true,method:GET,name:http://h/a,status:200}";
  const SeriesDelta& connecting = series.at("http_req_connecting" + tags);
  EXPECT_EQ(connecting.count, 3U);
  EXPECT_EQ(connecting.histogram.Count(), 3U);
  EXPECT_EQ(connecting.histogram.Zeros(), 2U);
  EXPECT_EQ(connecting.histogram.Max(), 5);
}

TEST_F(CollectorTest, WhatDistinguishesRequestsMakesSeries) {
  const RequestSample base = Get("http://h/a");
  std::vector<RequestSample> samples(7, base);
  samples[1].method = "POST";
  samples[2].url = "http://h/b";
  samples[3].status = 404;
  samples[3].expected = false;
  samples[4].error_code = 1050;
  samples[5].group = collector_.ChildGroup(kRootGroup, "login");
  const TagView tag{"page", "home"};
  samples[6].tags = collector_.Tags({&tag, 1});
  for (int round = 0; round < 3; ++round) {
    for (const RequestSample& sample : samples) {
      collector_.AddRequest(sample);
    }
  }
  size_t series = 0;
  for (const auto& [name, delta] : Named(collector_.Flush(5'000))) {
    if (name.starts_with("http_reqs{")) {
      ++series;
      EXPECT_TRUE(delta.sum == ToFixed(3)) << name;
    }
  }
  EXPECT_EQ(series, samples.size());
}

TEST_F(CollectorTest, UrlsOfOneRouteShareASeriesAndANameTagWins) {
  for (int i = 0; i < 2'000; ++i) {
    collector_.AddRequest(Get("http://h/users/" + std::to_string(i)));
    const std::string url = "http://h/items/x" + std::to_string(i);
    RequestSample named = Get(url);
    named.name = "item page";
    collector_.AddRequest(named);
  }
  const auto series = Named(collector_.Flush(5'000));
  EXPECT_EQ(series.at("http_reqs{expected_response:true,method:GET,name:http://h/users/{id},status:200}").count,
            2'000U);
  EXPECT_EQ(series.at("http_reqs{expected_response:true,method:GET,name:item page,status:200}").count, 2'000U);
}

TEST_F(CollectorTest, ApdexZonesAreExactAtTheirBorders) {
  const auto zone_of = [&](Nanos duration, bool expected) {
    RequestSample sample = Get("http://h/a", duration);
    sample.sending = sample.receiving = 0;
    sample.expected = expected;
    collector_.AddRequest(sample);
    std::string zone;
    for (const auto& [name, delta] : Named(collector_.Flush(9'000))) {
      zone += name.starts_with("apdex_") ? name.substr(6, name.find('{') - 6) : "";
    }
    return zone;
  };
  EXPECT_EQ(zone_of(500 * kMs, true), "satisfied");
  EXPECT_EQ(zone_of(500 * kMs + 1, true), "tolerating");
  EXPECT_EQ(zone_of(2'000 * kMs, true), "tolerating");
  EXPECT_EQ(zone_of(2'000 * kMs + 1, true), "frustrated");
  EXPECT_EQ(zone_of(1 * kMs, false), "frustrated");
}

TEST_F(CollectorTest, ApdexOfARouteIsOneSeriesWhateverTheStatus) {
  RequestSample sample = Get("http://h/a");
  collector_.AddRequest(sample);
  sample.status = 201;
  collector_.AddRequest(sample);
  const auto series = Named(collector_.Flush(5'000));
  EXPECT_EQ(series.at("apdex_satisfied{method:GET,name:http://h/a}").count, 2U);
}

TEST_F(CollectorTest, WindowsAreDeltasWithSequenceNumbers) {
  collector_.SetVus(7, 2'000);
  collector_.SetVus(4, 3'000);
  collector_.AddIteration(20 * kMs);
  const Window first = collector_.Flush(5'000);
  EXPECT_EQ(first.source, 3U);
  EXPECT_EQ(first.first_seq, 1U);
  EXPECT_EQ(first.last_seq, 1U);
  EXPECT_EQ(first.start, 1'000);
  EXPECT_EQ(first.end, 5'000);
  EXPECT_EQ(first.vus, (std::vector<SourceVus>{{3, 5'000, 4, 7}}));
  EXPECT_EQ(Named(first).at("iteration_duration").histogram.Sum(), 20);

  const Window second = collector_.Flush(6'000);
  EXPECT_EQ(second.first_seq, 2U);
  EXPECT_EQ(second.start, 5'000);
  EXPECT_TRUE(second.series.empty());
  EXPECT_EQ(second.vus, (std::vector<SourceVus>{{3, 6'000, 4, 4}}));

  collector_.AddIteration(1 * kMs);
  EXPECT_EQ(Named(collector_.Flush(7'000)).at("iterations").count, 1U);
}

TEST_F(CollectorTest, MergedWindowsEqualOneBigOne) {
  // The same samples, once flushed at random and by two workers, once in a single window.
  MetricRegistry& registry = registry_;
  Collector a(&registry, {.source = 1});
  Collector b(&registry, {.source = 1});
  Collector all(&registry, {.source = 1});
  const MetricId trend = registry.DefineMetric("t", MetricKind::kTrend).value();
  Window merged;
  uint64_t state = 99;
  const auto next = [&state] { return state = state * 6364136223846793005U + 1442695040888963407U, state >> 33; };
  for (int i = 0; i < 3'000; ++i) {
    RequestSample sample = Get(next() % 2 == 0 ? "http://h/a" : "http://h/b/1", static_cast<Nanos>(next() % 4'000'000));
    sample.expected = next() % 10 != 0;
    const double value = static_cast<double>(next() % 1'000) / 7 - 20;
    Collector& one = next() % 2 == 0 ? a : b;
    for (Collector* collector : {&one, &all}) {
      collector->AddRequest(sample);
      collector->Add(trend, value, 0);
      collector->AddCheck("ok", sample.expected);
      collector->AddIteration(sample.waiting);
    }
    if (next() % 100 == 0) {
      Merge(a.Flush(i), merged);
      Merge(b.Flush(i), merged);
    }
  }
  Merge(a.Flush(3'000), merged);
  Merge(b.Flush(3'000), merged);
  EXPECT_EQ(merged.series, all.Flush(3'000).series);
}

TEST_F(CollectorTest, ChecksCarryNameAndGroup) {
  const GroupId outer = collector_.ChildGroup(kRootGroup, "outer");
  const GroupId inner = collector_.ChildGroup(outer, "inner");
  EXPECT_EQ(collector_.ChildGroup(outer, "inner"), inner);
  EXPECT_EQ(collector_.GroupPath(inner), "::outer::inner");
  EXPECT_EQ(collector_.GroupPath(kRootGroup), "");
  collector_.AddCheck("is fine", true);
  collector_.AddCheck("is fine", false, {.group = inner});
  collector_.AddCheck("is fine", true, {.group = inner});
  collector_.AddGroupDuration(outer, 5 * kMs);
  const auto series = Named(collector_.Flush(5'000));
  EXPECT_EQ(series.at("checks{check:is fine}").trues, 1U);
  EXPECT_EQ(series.at("checks{check:is fine,group:::outer::inner}").trues, 1U);
  EXPECT_EQ(series.at("checks{check:is fine,group:::outer::inner}").count, 2U);
  EXPECT_EQ(series.at("group_duration{group:::outer}").histogram.Sum(), 5);
}

TEST_F(CollectorTest, CustomMetricsOfEachKind) {
  const MetricId counter = registry_.DefineMetric("c", MetricKind::kCounter).value();
  const MetricId gauge = registry_.DefineMetric("g", MetricKind::kGauge).value();
  const MetricId rate = registry_.DefineMetric("r", MetricKind::kRate).value();
  const MetricId trend = registry_.DefineMetric("t", MetricKind::kTrend).value();
  const TagView tag{"k", "v"};
  const SampleScope tagged = {.group = collector_.ChildGroup(kRootGroup, "g1"), .tags = collector_.Tags({&tag, 1})};
  collector_.Add(counter, 2.5, 0);
  collector_.Add(counter, -1, 0);
  collector_.Add(gauge, 8, 20);
  collector_.Add(gauge, 3, 30);
  collector_.Add(rate, 1, 0);
  collector_.Add(rate, 0, 0);
  collector_.Add(trend, -4.5, 0);
  collector_.Add(trend, 1, 0, tagged);
  const auto series = Named(collector_.Flush(5'000));
  EXPECT_TRUE(series.at("c").sum == ToFixed(1.5));
  EXPECT_EQ(series.at("g").last, 3);
  EXPECT_EQ(series.at("g").max, 8);
  EXPECT_EQ(series.at("r").trues, 1U);
  EXPECT_EQ(series.at("r").count, 2U);
  EXPECT_EQ(series.at("t").histogram.Min(), -4.5);
  EXPECT_EQ(series.at("t{group:::g1,k:v}").histogram.Sum(), 1);
}

TEST_F(CollectorTest, InvalidSamplesAreRefusedAndCounted) {
  const MetricId trend = registry_.DefineMetric("t", MetricKind::kTrend).value();
  EXPECT_FALSE(collector_.Add(trend, std::nan(""), 0));
  EXPECT_FALSE(collector_.Add(trend, std::numeric_limits<double>::infinity(), 0));
  const Window window = collector_.Flush(5'000);
  EXPECT_EQ(window.invalid_samples, 2U);
  EXPECT_TRUE(window.series.empty());
  EXPECT_EQ(collector_.Flush(6'000).invalid_samples, 0U);
}

TEST_F(CollectorTest, ErrorMessagesAreBounded) {
  for (int i = 0; i < 500; ++i) {
    collector_.AddError("failure number " + std::to_string(i));
    collector_.AddError("common");
  }
  collector_.AddError(std::string(10'000, 'x'));
  collector_.AddError("");
  uint64_t counted = 0;
  const auto series = Named(collector_.Flush(5'000));
  for (const auto& [name, delta] : series) {
    EXPECT_TRUE(name.starts_with("errors{"));
    counted += delta.count;
  }
  EXPECT_EQ(counted, 1'002U);
  EXPECT_EQ(series.size(), 101U);
  EXPECT_EQ(series.at("errors{message:common}").count, 500U);
  EXPECT_EQ(series.at("errors{name:__other__}").count, 403U);  // 401 more failures, the long one, the empty one
}

TEST(CollectorBudget, UrlExplosionGoesToOtherAndEverySampleIsCounted) {
  MetricRegistry registry({.max_series = 200});
  Collector collector(&registry, {.source = 1});
  Window merged;
  for (int i = 0; i < 5'000; ++i) {
    collector.AddRequest(Get("http://h/product-" + std::to_string(i) + "-name"));
    collector.AddCheck("check " + std::to_string(i), true);
    if (i % 1'000 == 0) {
      Merge(collector.Flush(i), merged);
    }
  }
  Merge(collector.Flush(5'000), merged);
  uint64_t requests = 0;
  uint64_t durations = 0;
  uint64_t checks = 0;
  uint64_t apdex = 0;
  uint64_t other = 0;
  for (const SeriesDelta& delta : merged.series) {
    const SeriesInfo& info = registry.Describe(delta.id);
    requests += info.metric->name == "http_reqs" ? delta.count : 0;
    other += info.metric->name == "http_reqs" && info.is_other ? delta.count : 0;
    durations += info.metric->name == "http_req_duration" ? delta.histogram.Count() : 0;
    checks += info.metric->name == "checks" ? delta.count : 0;
    apdex += info.metric->name.starts_with("apdex_") ? delta.count : 0;
  }
  EXPECT_EQ(requests, 5'000U);
  EXPECT_EQ(durations, 5'000U);
  EXPECT_EQ(checks, 5'000U);
  EXPECT_EQ(apdex, 5'000U);
  EXPECT_GT(other, 4'900U);
  EXPECT_LE(registry.SeriesCount(), 200U + kBuiltinMetricCount);
}

TEST(CollectorBudget, GroupsAreBounded) {
  MetricRegistry registry;
  Collector collector(&registry, {.source = 1});
  GroupId last = kRootGroup;
  for (int i = 0; i < 3'000; ++i) {
    last = collector.ChildGroup(kRootGroup, "group " + std::to_string(i));
  }
  EXPECT_EQ(collector.GroupPath(last), "::__other__");
  EXPECT_EQ(last, Collector::kMaxGroups);
  GroupId deep = kRootGroup;
  for (int i = 0; i < 200; ++i) {
    deep = collector.ChildGroup(deep, std::string(50, 'd'));
  }
  EXPECT_LE(collector.GroupPath(deep).size(), MetricRegistry::kMaxTagValueBytes);
}

}  // namespace
}  // namespace mockarty
