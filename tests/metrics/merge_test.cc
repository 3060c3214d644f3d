#include "common/metrics/merge.h"

#include <algorithm>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace mockarty {
namespace {

using Rng = std::mt19937_64;

constexpr MetricKind kKinds[] = {MetricKind::kCounter, MetricKind::kGauge, MetricKind::kRate, MetricKind::kTrend};

void AddRandomSample(Rng& rng, SeriesDelta& series) {
  const double value = std::normal_distribution<>(10, 50)(rng);
  switch (series.kind) {
    case MetricKind::kCounter:
      series.AddCounter(value);
      break;
    case MetricKind::kGauge:
      // Few instants and values: ties happen.
      series.AddGauge(static_cast<double>(rng() % 3), static_cast<Nanos>(rng() % 4));
      break;
    case MetricKind::kRate:
      series.AddRate(rng() % 2 == 0);
      break;
    case MetricKind::kTrend:
      series.AddTrend(value);
      break;
  }
}

Window RandomWindow(Rng& rng) {
  Window window;
  window.source = 1 + rng() % 3;
  window.first_seq = window.last_seq = 1 + rng() % 50;
  window.start = static_cast<Nanos>(rng() % 1000);
  window.end = window.start + static_cast<Nanos>(rng() % 1000);
  window.invalid_samples = rng() % 3;
  for (SeriesId id = 0; id < 12; ++id) {
    if (rng() % 2 == 0) {
      SeriesDelta& series = window.series.emplace_back();
      series.id = id;
      series.kind = kKinds[id % 4];
      for (uint64_t i = rng() % 6 + 1; i > 0; --i) {
        AddRandomSample(rng, series);
      }
    }
  }
  window.vus.push_back(
      {window.source, static_cast<Nanos>(rng() % 3), static_cast<int64_t>(rng() % 3), static_cast<int64_t>(rng() % 9)});
  return window;
}

Window Merged(const Window& a, const Window& b) {
  Window into = b;
  Merge(a, into);
  return into;
}

TEST(Merge, IsCommutative) {
  Rng rng(1);
  for (int i = 0; i < 500; ++i) {
    const Window a = RandomWindow(rng);
    const Window b = RandomWindow(rng);
    ASSERT_EQ(Merged(a, b), Merged(b, a));
  }
}

TEST(Merge, IsAssociative) {
  Rng rng(2);
  for (int i = 0; i < 500; ++i) {
    const Window a = RandomWindow(rng);
    const Window b = RandomWindow(rng);
    const Window c = RandomWindow(rng);
    ASSERT_EQ(Merged(Merged(a, b), c), Merged(a, Merged(b, c)));
  }
}

TEST(Merge, TheEmptyWindowIsNeutral) {
  Rng rng(3);
  const Window window = RandomWindow(rng);
  EXPECT_EQ(Merged(Window(), window), window);
  EXPECT_EQ(Merged(window, Window()), window);
  EXPECT_EQ(Merged(Window(), Window()), Window());
}

TEST(Merge, AnyOrderAndGroupingOfManyGivesTheSame) {
  Rng rng(4);
  std::vector<Window> windows;
  Window in_order;
  for (int i = 0; i < 40; ++i) {
    windows.push_back(RandomWindow(rng));
    Merge(windows.back(), in_order);
  }
  for (int round = 0; round < 10; ++round) {
    std::vector<Window> heap = windows;
    while (heap.size() > 1) {
      std::shuffle(heap.begin(), heap.end(), rng);
      Merge(heap.back(), heap.front());
      heap.pop_back();
    }
    ASSERT_EQ(heap.front(), in_order);
  }
}

TEST(Merge, CoalescedWindowsSpanTheirParts) {
  Window first;
  first.source = 4;
  first.first_seq = first.last_seq = 7;
  first.start = 100;
  first.end = 200;
  first.vus = {{4, 200, 5, 9}};
  Window second = first;
  second.first_seq = second.last_seq = 8;
  second.start = 200;
  second.end = 300;
  second.vus = {{4, 300, 2, 5}};
  Merge(second, first);
  EXPECT_EQ(first.source, 4U);
  EXPECT_EQ(first.first_seq, 7U);
  EXPECT_EQ(first.last_seq, 8U);
  EXPECT_EQ(first.start, 100);
  EXPECT_EQ(first.end, 300);
  EXPECT_EQ(first.vus, (std::vector<SourceVus>{{4, 300, 2, 9}}));
}

TEST(Merge, TheLatestGaugeWinsAndOfEqualInstantsTheLarger) {
  SeriesDelta series;
  series.kind = MetricKind::kGauge;
  series.AddGauge(5, 10);
  series.AddGauge(3, 20);
  series.AddGauge(9, 15);
  EXPECT_EQ(series.last, 3);
  EXPECT_EQ(series.min, 3);
  EXPECT_EQ(series.max, 9);
  SeriesDelta same_instant;
  same_instant.kind = MetricKind::kGauge;
  same_instant.AddGauge(4, 20);
  MergeSeries(same_instant, series);
  EXPECT_EQ(series.last, 4);
  EXPECT_EQ(series.count, 4U);
}

TEST(Merge, SortAndJoinMakesOneEntryAnId) {
  std::vector<SeriesDelta> series(4);
  const SeriesId ids[] = {9, 2, 9, 2};
  for (size_t i = 0; i < series.size(); ++i) {
    series[i].id = ids[i];
    series[i].AddCounter(static_cast<double>(i));
  }
  SortAndJoin(series);
  ASSERT_EQ(series.size(), 2U);
  EXPECT_EQ(series[0].id, 2U);
  EXPECT_TRUE(series[0].sum == ToFixed(1 + 3));
  EXPECT_EQ(series[1].id, 9U);
  EXPECT_TRUE(series[1].sum == ToFixed(0 + 2));
  std::vector<SeriesDelta> none;
  SortAndJoin(none);
  EXPECT_TRUE(none.empty());
}

}  // namespace
}  // namespace mockarty
