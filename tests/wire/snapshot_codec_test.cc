// What exactness_test.cc does not cover of snapshots: refusals, series past the budget, hostile messages.
#include "common/wire/snapshot_codec.h"

#include <functional>
#include <string>

#include "common/metrics/builtin_metrics.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mockarty/v1/window.pb.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;

Window OneSecond(MetricRegistry& registry, SourceId source, uint64_t seq) {
  Window window = {.source = source, .first_seq = seq, .last_seq = seq};
  window.start = static_cast<Nanos>(seq - 1) * kNanosPerSecond;
  window.end = window.start + kNanosPerSecond;
  SeriesDelta requests = {.id = registry.Intern(kMetricHttpReqs, kNoTags), .kind = MetricKind::kCounter};
  requests.AddCounter(1);
  SeriesDelta duration = {.id = registry.Intern(kMetricHttpReqDuration, kNoTags), .kind = MetricKind::kTrend};
  duration.AddTrend(20);
  window.series = {requests, duration};
  window.vus = {{.source = source << 16, .at = window.end, .now = 2, .peak = 2}};
  window.refused_series = source;
  return window;
}

// Seven seconds of two sources, the third second of source 2 missing.
v1::AggregateSnapshot Honest() {
  MetricRegistry registry;
  RunAggregate aggregate(&registry, {});
  for (uint64_t seq = 1; seq <= 7; ++seq) {
    EXPECT_TRUE(aggregate.Add(OneSecond(registry, 1, seq)).ok());
    EXPECT_TRUE(seq == 3 || aggregate.Add(OneSecond(registry, 2, seq)).ok());
  }
  v1::AggregateSnapshot message;
  EncodeSnapshot(aggregate, &message);
  return message;
}

TEST(SnapshotCodec, RefusalsAndGapsAreKept) {
  MetricRegistry registry;
  WindowDecoder decoder(&registry);
  RunAggregate aggregate(&registry, {});
  v1::AggregateSnapshot message = Honest();
  message.set_refused_series(10);  // of the process before
  const absl::Status status = RestoreSnapshot(message, decoder, aggregate);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(aggregate.RefusedSeries(), 13U);
  EXPECT_EQ(aggregate.MissingWindows(), 1U);
  EXPECT_THAT(aggregate.Taken(2), ::testing::ElementsAre(std::pair(1, 2), std::pair(4, 7)));
  EXPECT_EQ(aggregate.Snapshot().vus, 4);
  EXPECT_EQ(aggregate.Snapshot().requests, 13U);
  EXPECT_GT(aggregate.Snapshot().rps, 0);
  EXPECT_TRUE(aggregate.Add(OneSecond(registry, 2, 3)).ok());
  EXPECT_EQ(aggregate.MissingWindows(), 0U);
  v1::AggregateSnapshot again;
  EncodeSnapshot(aggregate, &again);
  EXPECT_EQ(again.refused_series(), 10U);
}

TEST(SnapshotCodec, SeriesPastTheBudgetLandInOther) {
  MetricRegistry registry({.max_series = 1});
  WindowDecoder decoder(&registry);
  RunAggregate aggregate(&registry, {});
  ASSERT_TRUE(RestoreSnapshot(Honest(), decoder, aggregate).ok());
  EXPECT_EQ(aggregate.Total({.metric = "http_req_duration"})->count, 13U);
}

TEST(SnapshotCodec, AnAggregateThatTookSomethingIsNotRestored) {
  MetricRegistry registry;
  WindowDecoder decoder(&registry);
  RunAggregate aggregate(&registry, {});
  ASSERT_TRUE(aggregate.Add(OneSecond(registry, 9, 1)).ok());
  EXPECT_EQ(RestoreSnapshot(Honest(), decoder, aggregate).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(aggregate.Snapshot().requests, 1U);
}

struct HostileCase {
  const char* message;  // part of the error
  std::function<void(v1::AggregateSnapshot&)> change;
};

const HostileCase kHostile[] = {
    {"total 0 (\"http_reqs\"): count", [](v1::AggregateSnapshot& s) { s.mutable_totals(0)->set_count(UINT64_MAX); }},
    {"total 1 (\"http_req_duration\"): histogram",
     [](v1::AggregateSnapshot& s) { s.mutable_totals(1)->mutable_histogram()->set_zeros(5); }},
    {"source 0", [](v1::AggregateSnapshot& s) { s.mutable_sources(0)->set_source(0); }},
    {"source 1", [](v1::AggregateSnapshot& s) { s.mutable_sources(1)->set_source(1); }},
    {"taken: expected", [](v1::AggregateSnapshot& s) { s.mutable_sources(0)->add_taken(5); }},
    {"range 0 to 7", [](v1::AggregateSnapshot& s) { s.mutable_sources(0)->set_taken(0, 0); }},
    {"range 3 to 7", [](v1::AggregateSnapshot& s) { s.mutable_sources(1)->set_taken(2, 3); }},
    {"range 4 to 3", [](v1::AggregateSnapshot& s) { s.mutable_sources(1)->set_taken(3, 3); }},
    {"range 4 to 18446744073709551615",
     [](v1::AggregateSnapshot& s) { s.mutable_sources(1)->set_taken(3, UINT64_MAX); }},
    {"ranges",
     [](v1::AggregateSnapshot& s) {
       for (int i = 0; i < 10'000; ++i) s.mutable_sources(0)->add_taken(1);
     }},
    {"virtual users of source", [](v1::AggregateSnapshot& s) { s.mutable_vus(1)->set_source(1); }},
    {"vus 0: now", [](v1::AggregateSnapshot& s) { s.mutable_vus(0)->set_now(-1); }},
    {"interval", [](v1::AggregateSnapshot& s) { s.set_interval_ns(0); }},
    {"interval", [](v1::AggregateSnapshot& s) { s.set_interval_ns(-3); }},
    {"interval", [](v1::AggregateSnapshot& s) { s.set_interval_ns(INT64_MAX); }},
    {"interval of 4000000000 ns", [](v1::AggregateSnapshot& s) { s.set_interval_ns(4'000'000'000); }},
    {"3 points", [](v1::AggregateSnapshot& s) { s.set_elapsed_ns(-1); }},
    {"3 points", [](v1::AggregateSnapshot& s) { s.set_elapsed_ns(kMaxWireOffset); }},
    {"elapsed_ns: expected at most", [](v1::AggregateSnapshot& s) { s.set_elapsed_ns(INT64_MAX); }},
    {"3 points", [](v1::AggregateSnapshot& s) { s.set_elapsed_ns(0); }},
    {"5003 points",
     [](v1::AggregateSnapshot& s) {
       for (int i = 0; i < 5000; ++i) s.add_points();
     }},
    {"point 1: requests", [](v1::AggregateSnapshot& s) { s.mutable_points(1)->set_failed(UINT64_MAX); }},
    {"point 2: duration", [](v1::AggregateSnapshot& s) { s.mutable_points(2)->mutable_duration()->set_count(9); }},
    {"peak", [](v1::AggregateSnapshot& s) { s.mutable_points(0)->mutable_peaks(0)->set_peak(INT64_MAX); }},
    {"source 65536", [](v1::AggregateSnapshot& s) { s.mutable_points(0)->mutable_peaks(1)->set_source(1 << 16); }},
};

// A thousand runners with a hundred threads each.
TEST(SnapshotCodec, AFleetOfManyThreadsIsRestored) {
  v1::AggregateSnapshot message = Honest();
  v1::AggregateSnapshot::Point& point = *message.mutable_points(0);
  point.clear_peaks();
  for (uint64_t assignment = 1; assignment <= 1'000; ++assignment) {
    for (uint64_t thread = 1; thread <= 100; ++thread) {
      v1::SourceVus& peak = *point.add_peaks();
      peak.set_source(assignment << 16 | thread);
      peak.set_peak(1);
    }
  }
  MetricRegistry registry;
  WindowDecoder decoder(&registry);
  RunAggregate aggregate(&registry, {});
  ASSERT_TRUE(RestoreSnapshot(message, decoder, aggregate).ok());
  EXPECT_EQ(aggregate.RunTimeline().PeakVus(), 100'000);
}

TEST(SnapshotCodec, HostileSnapshotsAreRefusedAndChangeNothing) {
  for (const HostileCase& hostile : kHostile) {
    SCOPED_TRACE(hostile.message);
    v1::AggregateSnapshot message = Honest();
    hostile.change(message);
    MetricRegistry registry;
    WindowDecoder decoder(&registry);
    RunAggregate aggregate(&registry, {});
    const absl::Status status = RestoreSnapshot(message, decoder, aggregate);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), HasSubstr("snapshot: "));
    EXPECT_THAT(std::string(status.message()), HasSubstr(hostile.message));
    EXPECT_TRUE(RestoreSnapshot(Honest(), decoder, aggregate).ok());
  }
}

}  // namespace
}  // namespace mockarty
