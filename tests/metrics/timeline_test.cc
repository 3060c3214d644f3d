#include "common/report/timeline.h"

#include <algorithm>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace mockarty {
namespace {

using Rng = std::mt19937_64;
constexpr Nanos kSecond = kNanosPerSecond;

struct Piece {
  Nanos start = 0;
  Nanos end = 0;
  uint64_t requests = 0;
  uint64_t failed = 0;
  uint64_t iterations = 0;
  Histogram duration;
  std::vector<SourceVus> vus;

  void AddTo(Timeline& timeline) const { timeline.Add({start, end, requests, failed, iterations, {&duration}, vus}); }
};

Piece OneSecond(Nanos start, uint64_t requests, SourceId source = 1, int64_t vus = 2) {
  Piece piece = {.start = start, .end = start + kSecond, .requests = requests, .iterations = requests};
  piece.duration.RecordMany(10, requests);
  piece.vus = {{source, piece.end, vus, vus}};
  return piece;
}

TEST(Timeline, PointsOfThreeSeconds) {
  Timeline timeline({.start = 100 * kSecond});
  for (int second = 0; second < 7; ++second) {
    Piece piece = OneSecond((100 + second) * kSecond, 30);
    piece.failed = second == 4 ? 9 : 0;
    piece.AddTo(timeline);
  }
  const std::vector<TimelinePoint> points = timeline.Points();
  ASSERT_EQ(points.size(), 3U);
  EXPECT_EQ(timeline.Elapsed(), 7 * kSecond);
  EXPECT_EQ(points[1].offset, 3 * kSecond);
  for (const TimelinePoint& point : points) {  // the last covers one second only
    EXPECT_DOUBLE_EQ(point.rps, 30);
    EXPECT_DOUBLE_EQ(point.iterations_per_second, 30);
    EXPECT_DOUBLE_EQ(point.avg_ms, 10);
    EXPECT_EQ(point.p95_ms, 10);
    EXPECT_EQ(point.vus, 2);
  }
  EXPECT_DOUBLE_EQ(points[1].error_rate, 0.1);
  EXPECT_EQ(points[0].error_rate, 0);
}

TEST(Timeline, VusAreTheSumOverSourcesOfTheirPeaks) {
  Timeline timeline({});
  OneSecond(0, 0, 1, 3).AddTo(timeline);
  OneSecond(0, 0, 2, 4).AddTo(timeline);
  OneSecond(kSecond, 0, 1, 5).AddTo(timeline);
  OneSecond(4 * kSecond, 0, 2, 1).AddTo(timeline);
  const std::vector<TimelinePoint> points = timeline.Points();
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0].vus, 9);
  EXPECT_EQ(points[1].vus, 1);
  EXPECT_EQ(timeline.PeakVus(), 9);
}

TEST(Timeline, ALongWindowIsSpreadWithoutLosingACount) {
  Timeline timeline({});
  Piece piece = {.start = 1 * kSecond, .end = 10 * kSecond, .requests = 100};
  piece.AddTo(timeline);
  const std::vector<TimelinePoint> points = timeline.Points();
  ASSERT_EQ(points.size(), 4U);
  double total = points[0].rps * 3 + points[1].rps * 3 + points[2].rps * 3 + points[3].rps * 1;
  EXPECT_NEAR(total, 100, 1e-9);
  EXPECT_NEAR(points[1].rps, 100.0 / 9, 0.5);
  EXPECT_NEAR(points[0].rps * 3, 100.0 / 9 * 2, 1);
}

TEST(Timeline, DoublesItsIntervalAtTheLimitAndKeepsTotals) {
  Timeline timeline({.interval = kSecond, .max_points = 4});
  for (int second = 0; second < 33; ++second) {
    OneSecond(second * kSecond, 10, 1, second).AddTo(timeline);
  }
  const std::vector<TimelinePoint> points = timeline.Points();
  EXPECT_EQ(timeline.Interval(), 16 * kSecond);
  ASSERT_EQ(points.size(), 3U);
  EXPECT_DOUBLE_EQ(points[0].rps, 10);
  EXPECT_DOUBLE_EQ(points[2].rps, 10);
  EXPECT_EQ(points[1].vus, 31);
  EXPECT_EQ(timeline.PeakVus(), 32);
}

void ExpectSame(const std::vector<TimelinePoint>& a, const std::vector<TimelinePoint>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].offset, b[i].offset);
    EXPECT_EQ(a[i].rps, b[i].rps);
    EXPECT_EQ(a[i].error_rate, b[i].error_rate);
    EXPECT_EQ(a[i].iterations_per_second, b[i].iterations_per_second);
    EXPECT_EQ(a[i].avg_ms, b[i].avg_ms);
    EXPECT_EQ(a[i].p95_ms, b[i].p95_ms);
    EXPECT_EQ(a[i].vus, b[i].vus);
  }
}

TEST(Timeline, OrderAndTheMomentOfDoublingDoNotMatter) {
  Rng rng(17);
  for (int round = 0; round < 20; ++round) {
    std::vector<Piece> pieces;
    for (int i = 0; i < 60; ++i) {
      Piece piece;
      piece.start = static_cast<Nanos>(rng() % 60'000) * kNanosPerMilli - 2 * kSecond;  // some before the start
      piece.end = piece.start + static_cast<Nanos>(rng() % 9'000) * kNanosPerMilli;
      piece.requests = rng() % 1'000;
      piece.failed = piece.requests / 7;
      piece.iterations = rng() % 500;
      piece.duration.RecordMany(static_cast<double>(rng() % 300), piece.requests);
      piece.vus = {{1 + rng() % 3, piece.end, 0, static_cast<int64_t>(rng() % 40)}};
      pieces.push_back(std::move(piece));
    }
    const TimelineOptions options = {.start = 0, .interval = kSecond, .max_points = 8};
    Timeline first(options);
    for (const Piece& piece : pieces) piece.AddTo(first);
    std::shuffle(pieces.begin(), pieces.end(), rng);
    Timeline second(options);
    for (const Piece& piece : pieces) piece.AddTo(second);
    ASSERT_EQ(first.Interval(), second.Interval());
    ExpectSame(first.Points(), second.Points());
    // And as if the interval had been long from the beginning.
    Timeline direct({.start = 0, .interval = first.Interval(), .max_points = 8});
    for (const Piece& piece : pieces) piece.AddTo(direct);
    ExpectSame(first.Points(), direct.Points());
  }
}

TEST(Timeline, EmptyAndExtremeWindowsDoNoHarm) {
  Timeline timeline({.max_points = 4'000});
  EXPECT_TRUE(timeline.Points().empty());
  EXPECT_EQ(timeline.PeakVus(), 0);
  EXPECT_EQ(timeline.ThroughputVariation(), 0);
  Piece instant = {.start = 5 * kSecond, .end = 5 * kSecond, .requests = 3};
  instant.AddTo(timeline);
  EXPECT_EQ(timeline.Points().size(), 2U);
  Piece far = {.start = Nanos{1} << 61, .end = (Nanos{1} << 61) + 1, .requests = 1};
  far.AddTo(timeline);
  EXPECT_LE(timeline.Points().size(), 4'000U);
}

TEST(Timeline, VariationOfThroughput) {
  Timeline steady({});
  Timeline uneven({});
  for (int second = 0; second < 30; ++second) {
    OneSecond(second * kSecond, 50).AddTo(steady);
    OneSecond(second * kSecond, second / 3 % 2 == 0 ? 20 : 60).AddTo(uneven);
  }
  EXPECT_NEAR(steady.ThroughputVariation(), 0, 1e-6);
  EXPECT_NEAR(uneven.ThroughputVariation(), 50, 1e-6);  // 20 and 60: deviation 20 of a mean of 40
}

}  // namespace
}  // namespace mockarty
