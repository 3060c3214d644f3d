#include "common/report/aggregate.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "common/metrics/builtin_metrics.h"
#include "common/metrics/merge.h"
#include "gtest/gtest.h"

namespace mockarty {
namespace {

constexpr Nanos kSecond = kNanosPerSecond;

class AggregateTest : public ::testing::Test {
 protected:
  SeriesId Series(MetricId metric, std::vector<TagView> tags = {}) {
    return registry_.Intern(metric, registry_.InternTags(tags));
  }

  // A second of one source: `requests` of 10 ms each, one of ten of them failed.
  Window Second(SourceId source, uint64_t seq, uint64_t requests) {
    Window window;
    window.source = source;
    window.first_seq = window.last_seq = seq;
    window.start = static_cast<Nanos>(seq - 1) * kSecond;
    window.end = window.start + kSecond;
    const auto add = [&](SeriesId id, MetricKind kind) -> SeriesDelta& {
      SeriesDelta& delta = window.series.emplace_back();
      delta.id = id;
      delta.kind = kind;
      return delta;
    };
    SeriesDelta& reqs = add(Series(kMetricHttpReqs), MetricKind::kCounter);
    for (uint64_t i = 0; i < requests; ++i) reqs.AddCounter(1);
    SeriesDelta& failed = add(Series(kMetricHttpReqFailed), MetricKind::kRate);
    for (uint64_t i = 0; i < requests; ++i) failed.AddRate(i % 10 == 0);
    SeriesDelta& duration = add(Series(kMetricHttpReqDuration), MetricKind::kTrend);
    for (uint64_t i = 0; i < requests; ++i) duration.AddTrend(10);
    SortAndJoin(window.series);
    window.vus = {{source, window.end, 5, 6}};
    return window;
  }

  MetricRegistry registry_;
  RunAggregate aggregate_{&registry_, {}};
};

TEST_F(AggregateTest, AddsUpOverSourcesAndSeconds) {
  for (uint64_t seq = 1; seq <= 10; ++seq) {
    ASSERT_TRUE(aggregate_.Add(Second(1, seq, 20)).ok());
    ASSERT_TRUE(aggregate_.Add(Second(2, seq, 40)).ok());
  }
  const LiveSnapshot snapshot = aggregate_.Snapshot();
  EXPECT_EQ(snapshot.elapsed, 10 * kSecond);
  EXPECT_EQ(snapshot.requests, 600U);
  EXPECT_EQ(snapshot.failed_requests, 60U);
  EXPECT_DOUBLE_EQ(snapshot.rps, 60);
  EXPECT_EQ(snapshot.vus, 10);
  EXPECT_EQ(snapshot.vus_max, 12);
  EXPECT_EQ(snapshot.p95_ms, 10);
  EXPECT_EQ(aggregate_.MissingWindows(), 0U);
}

TEST_F(AggregateTest, RpsIsThatOfTheLastSeconds) {
  for (uint64_t seq = 1; seq <= 20; ++seq) {
    ASSERT_TRUE(aggregate_.Add(Second(1, seq, seq <= 10 ? 10 : 50)).ok());
  }
  EXPECT_DOUBLE_EQ(aggregate_.Snapshot().rps, 50);
  RunAggregate young(&registry_, {});
  ASSERT_TRUE(young.Add(Second(1, 1, 30)).ok());
  EXPECT_DOUBLE_EQ(young.Snapshot().rps, 30);
}

TEST_F(AggregateTest, AWindowCountsOnceHoweverOftenItIsSent) {
  ASSERT_TRUE(aggregate_.Add(Second(1, 1, 20)).ok());
  EXPECT_EQ(aggregate_.Add(Second(1, 1, 20)).code(), absl::StatusCode::kAlreadyExists);
  ASSERT_TRUE(aggregate_.Add(Second(2, 1, 20)).ok()) << "sources number their windows themselves";
  EXPECT_EQ(aggregate_.Snapshot().requests, 40U);
}

TEST_F(AggregateTest, CoalescedWindowsAreTakenWhenWhollyNew) {
  Window coalesced = Second(1, 2, 5);
  Merge(Second(1, 3, 5), coalesced);
  ASSERT_TRUE(aggregate_.Add(coalesced).ok());
  EXPECT_EQ(aggregate_.Add(Second(1, 3, 5)).code(), absl::StatusCode::kAlreadyExists);
  Window half_known = Second(1, 3, 5);
  Merge(Second(1, 4, 5), half_known);
  EXPECT_EQ(aggregate_.Add(half_known).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(aggregate_.Snapshot().requests, 10U);
  EXPECT_EQ(aggregate_.MissingWindows(), 1U);
  ASSERT_TRUE(aggregate_.Add(Second(1, 1, 5)).ok());
  ASSERT_TRUE(aggregate_.Add(Second(1, 4, 5)).ok());
  EXPECT_EQ(aggregate_.MissingWindows(), 0U);
  EXPECT_EQ(aggregate_.Snapshot().requests, 20U);
}

TEST_F(AggregateTest, RandomOrderWithDuplicatesEqualsInOrder) {
  std::vector<Window> windows;
  for (SourceId source = 1; source <= 3; ++source) {
    for (uint64_t seq = 1; seq <= 30; ++seq) {
      windows.push_back(Second(source, seq, source * 7 + seq % 5));
      ASSERT_TRUE(aggregate_.Add(windows.back()).ok());
    }
  }
  std::mt19937_64 rng(5);
  std::vector<Window> sent = windows;
  sent.insert(sent.end(), windows.begin(), windows.end());
  std::shuffle(sent.begin(), sent.end(), rng);
  RunAggregate shuffled(&registry_, {});
  size_t refused = 0;
  for (const Window& window : sent) {
    refused += shuffled.Add(window).ok() ? 0 : 1;
  }
  EXPECT_EQ(refused, windows.size());
  for (const char* metric : {"http_reqs", "http_req_failed", "http_req_duration"}) {
    EXPECT_EQ(*shuffled.Total({.metric = metric, .tags = {}}), *aggregate_.Total({.metric = metric, .tags = {}}));
  }
  EXPECT_EQ(shuffled.Snapshot().vus, aggregate_.Snapshot().vus);
  EXPECT_EQ(shuffled.MissingWindows(), 0U);
}

TEST_F(AggregateTest, MalformedWindowsChangeNothing) {
  const Window good = Second(1, 1, 5);
  std::vector<Window> bad(6, good);
  bad[0].source = kSeveralSources;
  bad[1].first_seq = 0;
  bad[2].last_seq = 0;
  bad[3].end = bad[3].start - 1;
  bad[4].series[1].kind = MetricKind::kGauge;
  bad[5].series.back().id = 4'000'000;
  for (const Window& window : bad) {
    EXPECT_EQ(aggregate_.Add(window).code(), absl::StatusCode::kInvalidArgument);
  }
  Window twice = good;
  twice.series.push_back(twice.series.back());
  EXPECT_EQ(aggregate_.Add(twice).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(aggregate_.Snapshot().requests, 0U);
  EXPECT_TRUE(aggregate_.Add(good).ok()) << "its number is still free";
}

TEST_F(AggregateTest, SelectorsMergeTheSeriesThatMatch) {
  Window window;
  window.source = 1;
  window.first_seq = window.last_seq = 1;
  window.end = kSecond;
  const std::vector<std::vector<TagView>> tags = {{{"status", "200"}, {"name", "http://h/a"}},
                                                  {{"status", "200"}, {"name", "http://h/b"}, {"group", "::login"}},
                                                  {{"status", "404"}, {"name", "http://h/a"}}};
  for (size_t i = 0; i < tags.size(); ++i) {
    SeriesDelta& delta = window.series.emplace_back();
    delta.id = Series(kMetricHttpReqDuration, tags[i]);
    delta.kind = MetricKind::kTrend;
    delta.AddTrend(static_cast<double>(i + 1));
  }
  ASSERT_TRUE(aggregate_.Add(window).ok());
  const auto sum = [&](const char* text) {
    const auto total = aggregate_.Total(ParseMetricSelector(text).value());
    return total.has_value() ? total->histogram.Sum() : -1;
  };
  EXPECT_EQ(sum("http_req_duration"), 6);
  EXPECT_EQ(sum("http_req_duration{status:200}"), 3);
  EXPECT_EQ(sum("http_req_duration{ status : 200 , name:http://h/a }"), 1);
  EXPECT_EQ(sum("http_req_duration{url:http://h/a}"), 4);
  EXPECT_EQ(sum("http_req_duration{group:::login}"), 2);
  EXPECT_EQ(sum("http_req_duration{group:}"), 4);
  EXPECT_EQ(sum("http_req_duration{status:500}"), -1);
  EXPECT_EQ(sum("http_req_waiting"), -1);
}

TEST_F(AggregateTest, VusAreAGaugeOfTheWholeRun) {
  EXPECT_FALSE(aggregate_.Total({.metric = "vus", .tags = {}}).has_value());
  Window up = Second(1, 1, 1);
  up.vus = {{1, kSecond, 8, 8}};
  Window down = Second(1, 2, 1);
  down.start = 4 * kSecond;
  down.end = 5 * kSecond;
  down.vus = {{1, 5 * kSecond, 0, 3}};
  ASSERT_TRUE(aggregate_.Add(up).ok());
  ASSERT_TRUE(aggregate_.Add(down).ok());
  EXPECT_EQ(aggregate_.Total({.metric = "vus", .tags = {}})->last, 0);
  EXPECT_EQ(aggregate_.Total({.metric = "vus", .tags = {}})->max, 8);
  EXPECT_EQ(aggregate_.Total({.metric = "vus_max", .tags = {}})->last, 8);
}

TEST_F(AggregateTest, GapsInSequencesAreBounded) {
  absl::Status status;
  for (uint64_t seq = 1; seq <= 10'000 && status.ok(); seq += 2) {
    Window window;
    window.source = 1;
    window.first_seq = window.last_seq = seq;
    window.start = 0;
    window.end = kSecond;
    status = aggregate_.Add(window);
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace mockarty
