#include "common/wire/window_codec.h"

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "common/metrics/builtin_metrics.h"
#include "common/metrics/merge.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mockarty/v1/window.pb.h"
#include "tests/wire/random_windows.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;

v1::Window OverTheWire(const Window& window, const MetricRegistry& registry) {
  v1::Window encoded;
  EncodeWindow(window, registry, &encoded);
  v1::Window parsed;
  EXPECT_TRUE(parsed.ParseFromString(encoded.SerializeAsString()));
  return parsed;
}

TEST(WindowCodec, RoundTripIsExact) {
  Rng rng(1);
  for (int round = 0; round < 100; ++round) {
    MetricRegistry registry;
    WindowDecoder decoder(&registry);
    for (uint64_t seq = 1; seq < 20; seq += 4) {
      const Window window = RandomWindow(rng, registry, 1 + Below(rng, 3), seq);
      const absl::StatusOr<Window> decoded = decoder.Decode(OverTheWire(window, registry));
      ASSERT_TRUE(decoded.ok()) << decoded.status();
      ASSERT_EQ(*decoded, window);
    }
  }
}

// The receiver numbers its series as they come; what travels back from it is the first window again.
TEST(WindowCodec, RoundTripThroughAnotherRegistry) {
  Rng rng(2);
  MetricRegistry sender;
  MetricRegistry receiver;
  WindowDecoder decoder(&receiver);
  WindowDecoder back(&sender);
  for (uint64_t seq = 1; seq < 200; seq += 4) {
    const Window window = RandomWindow(rng, sender, 5, seq);
    const absl::StatusOr<Window> there = decoder.Decode(OverTheWire(window, sender));
    ASSERT_TRUE(there.ok()) << there.status();
    ASSERT_EQ(there->series.size(), window.series.size());
    const absl::StatusOr<Window> again = back.Decode(OverTheWire(*there, receiver));
    ASSERT_TRUE(again.ok()) << again.status();
    ASSERT_EQ(*again, window);
  }
  EXPECT_EQ(receiver.RefusedSeries(), 0U);
}

TEST(WindowCodec, SeriesPastTheBudgetLandInOther) {
  MetricRegistry sender;
  Window window = {.source = 1, .first_seq = 1, .last_seq = 1, .end = kNanosPerSecond};
  for (int i = 0; i < 50; ++i) {
    const std::string value = std::to_string(i);
    SeriesDelta delta = {.kind = MetricKind::kCounter};
    delta.id = sender.Intern(kMetricHttpReqs, sender.InternTags({{{"name", value}}}));
    delta.AddCounter(i);
    window.series.push_back(delta);
  }
  MetricRegistry receiver({.max_series = 10});
  WindowDecoder decoder(&receiver);
  const v1::Window message = OverTheWire(window, sender);
  for (int round = 0; round < 3; ++round) {
    const absl::StatusOr<Window> decoded = decoder.Decode(message);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    ASSERT_EQ(decoded->series.size(), 11U);
    EXPECT_TRUE(receiver.Describe(decoded->series.back().id).is_other);
    EXPECT_EQ(decoded->series.back().count, 40U);
    EXPECT_EQ(FromFixed(decoded->series.back().sum), (10 + 49) * 40 / 2);
    EXPECT_EQ(receiver.RefusedSeries(), 40U);  // each of them once, since the decoder remembers it
  }
}

TEST(WindowCodec, OtherSeriesStayOther) {
  MetricRegistry sender;
  SeriesDelta delta = {.id = sender.InternOther(kMetricHttpReqs), .kind = MetricKind::kCounter};
  delta.AddCounter(3);
  Window window = {.source = 1, .first_seq = 1, .last_seq = 1, .series = {delta}};
  MetricRegistry receiver;
  const absl::StatusOr<Window> decoded = DecodeWindow(OverTheWire(window, sender), receiver);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_TRUE(receiver.Describe(decoded->series[0].id).is_other);
  EXPECT_EQ(receiver.RefusedSeries(), 0U);
}

// A string field with other bytes could be written, but the receiver would refuse the whole window.
TEST(WindowCodec, TagsThatAreNoUtf8AreMended) {
  MetricRegistry sender;
  const std::string bad(200, '\xFF');
  SeriesDelta delta = {.kind = MetricKind::kCounter};
  delta.id = sender.Intern(kMetricHttpReqs, sender.InternTags({{{"b\xC3", bad}, {"b\xFE", "x"}, {"a", "y"}}}));
  delta.AddCounter(3);
  Window window = {.source = 1, .first_seq = 1, .last_seq = 1, .series = {delta}};
  MetricRegistry receiver;
  const absl::StatusOr<Window> decoded = DecodeWindow(OverTheWire(window, sender), receiver);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  const TagSet& tags = *receiver.Describe(decoded->series[0].id).tags;
  ASSERT_EQ(tags.size(), 2U);
  EXPECT_EQ(tags[0], (Tag{"a", "y"}));
  EXPECT_EQ(tags[1].key, "b\uFFFD");
  EXPECT_LE(tags[1].value.size(), MetricRegistry::kMaxTagValueBytes);
}

TEST(WindowCodec, RefusalsOfTheRegistryTravel) {
  MetricRegistry sender({.max_series = 0});
  sender.Intern(kMetricHttpReqs, kNoTags);
  const Window window = {.source = 1, .first_seq = 1, .last_seq = 1};
  EXPECT_EQ(OverTheWire(window, sender).refused_series(), 1U);
}

TEST(WindowCodec, ShiftedTimesAreOffsets) {
  Window window = {.source = 1, .first_seq = 1, .last_seq = 1, .start = 105, .end = 110};
  window.series.resize(2);
  window.series[0].kind = MetricKind::kGauge;
  window.series[0].AddGauge(1, 107);
  window.series[1].id = 1;
  window.vus = {{.source = 1, .at = 108}};
  ShiftTimes(-100, window);
  EXPECT_EQ(window.start, 5);
  EXPECT_EQ(window.end, 10);
  EXPECT_EQ(window.series[0].last_at, 7);
  EXPECT_EQ(window.series[1].last_at, 0);
  EXPECT_EQ(window.vus[0].at, 8);
}

// A good window with a series of every kind, for the hostile ones to be made from.
v1::Window Honest() {
  MetricRegistry registry;
  Window window = {.source = 1, .first_seq = 1, .last_seq = 1, .start = 0, .end = kNanosPerSecond};
  const MetricKind kinds[] = {MetricKind::kCounter, MetricKind::kGauge, MetricKind::kRate, MetricKind::kTrend};
  for (const MetricKind kind : kinds) {
    SeriesDelta delta = {.kind = kind};
    const MetricId metric = *registry.DefineMetric(std::string("my_") + std::string(MetricKindName(kind)), kind);
    delta.id = registry.Intern(metric, registry.InternTags({{{"a", "1"}, {"b", "2"}}}));
    if (kind == MetricKind::kCounter) delta.AddCounter(2);
    if (kind == MetricKind::kGauge) delta.AddGauge(2, 5);
    if (kind == MetricKind::kRate) delta.AddRate(true);
    for (const double value : {-5.0, -0.5, 0.0, 1.0, 7.0}) {
      if (kind == MetricKind::kTrend) delta.AddTrend(value);
    }
    window.series.push_back(delta);
  }
  window.vus = {{1 << 16, 5, 2, 3}, {1 << 16 | 1, 5, 2, 3}};
  v1::Window message;
  EncodeWindow(window, registry, &message);
  return message;
}

enum Place { kCounterAt, kGaugeAt, kRateAt, kTrendAt };

struct HostileCase {
  const char* name;
  const char* message;  // part of the error
  std::function<void(v1::Window&)> change;
};

v1::Histogram& HistogramOf(v1::Window& window) { return *window.mutable_series(kTrendAt)->mutable_histogram(); }

std::vector<HostileCase> HostileCases() {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  return {
      {"no sequence", "sequence numbers", [](v1::Window& w) { w.set_first_seq(0); }},
      {"falling sequence", "sequence numbers", [](v1::Window& w) { w.set_first_seq(5); }},
      {"huge sequence", "sequence numbers", [](v1::Window& w) { w.set_last_seq(UINT64_MAX); }},
      {"ends before it starts", "end_ns", [](v1::Window& w) { w.set_start_ns(2 * kNanosPerSecond); }},
      {"start long ago", "start_ns", [](v1::Window& w) { w.set_start_ns(INT64_MIN); }},
      {"end far away", "end_ns", [](v1::Window& w) { w.set_end_ns(INT64_MAX); }},
      {"invalid samples", "invalid_samples", [](v1::Window& w) { w.set_invalid_samples(UINT64_MAX); }},
      {"refused series", "refused_series", [](v1::Window& w) { w.set_refused_series(UINT64_MAX); }},
      {"too many series", "series: expected at most 65536",
       [](v1::Window& w) {
         for (int i = 0; i <= kMaxWindowSeries; ++i) w.add_series();
       }},
      {"too many vus", "vus: expected at most",
       [](v1::Window& w) {
         for (int i = 0; i <= kMaxWindowVus; ++i) w.add_vus();
       }},
      {"vus twice", "vus 1: source", [](v1::Window& w) { w.mutable_vus(1)->set_source(1 << 16); }},
      {"vus below zero", "now", [](v1::Window& w) { w.mutable_vus(0)->set_now(-1); }},
      {"endless peak", "peak", [](v1::Window& w) { w.mutable_vus(0)->set_peak(INT64_MAX); }},
      {"vus at no time", "at_ns", [](v1::Window& w) { w.mutable_vus(0)->set_at_ns(INT64_MAX); }},
      {"no kind", "kind", [](v1::Window& w) { w.mutable_series(0)->clear_kind(); }},
      {"unknown kind", "kind: expected",
       [](v1::Window& w) { w.mutable_series(0)->set_kind(static_cast<v1::MetricKind>(99)); }},
      {"unknown unit", "unit: expected",
       [](v1::Window& w) { w.mutable_series(0)->set_unit(static_cast<v1::ValueUnit>(99)); }},
      {"no metric", "invalid metric name", [](v1::Window& w) { w.mutable_series(0)->clear_metric(); }},
      {"long metric", "invalid metric name",
       [](v1::Window& w) { w.mutable_series(0)->set_metric(std::string(1'000'000, 'a')); }},
      {"metric with a line end", "invalid metric name", [](v1::Window& w) { w.mutable_series(0)->set_metric("a\nb"); }},
      {"kind conflict", "already a trend",
       [](v1::Window& w) { w.mutable_series(kCounterAt)->set_metric("http_req_duration"); }},
      {"odd tags", "tags", [](v1::Window& w) { w.mutable_series(0)->add_tags("c"); }},
      {"many tags", "tags",
       [](v1::Window& w) {
         for (int i = 0; i < 1000; ++i) w.mutable_series(0)->add_tags("c");
       }},
      {"unsorted tags", "tag key", [](v1::Window& w) { w.mutable_series(0)->set_tags(0, "z"); }},
      {"tag twice", "tag key", [](v1::Window& w) { w.mutable_series(0)->set_tags(2, "a"); }},
      {"empty key", "tag key", [](v1::Window& w) { w.mutable_series(0)->set_tags(0, ""); }},
      {"long key", "tag key", [](v1::Window& w) { w.mutable_series(0)->set_tags(0, std::string(65, 'a')); }},
      {"empty value", "value of tag", [](v1::Window& w) { w.mutable_series(0)->set_tags(1, ""); }},
      {"long value", "value of tag", [](v1::Window& w) { w.mutable_series(0)->set_tags(1, std::string(257, 'a')); }},
      {"huge count", "count: expected", [](v1::Window& w) { w.mutable_series(kRateAt)->set_count(UINT64_MAX); }},
      {"more trues than samples", "trues", [](v1::Window& w) { w.mutable_series(kRateAt)->set_trues(2); }},
      {"sum of no samples", "sum", [](v1::Window& w) { w.mutable_series(kCounterAt)->set_count(0); }},
      {"huge sum", "sum", [](v1::Window& w) { w.mutable_series(kCounterAt)->mutable_sum()->set_high(INT64_MAX); }},
      {"tiny sum", "sum", [](v1::Window& w) { w.mutable_series(kCounterAt)->mutable_sum()->set_high(INT64_MIN); }},
      {"gauge NaN", "gauge", [](v1::Window& w) { w.mutable_series(kGaugeAt)->set_last(kNan); }},
      {"gauge infinite", "gauge", [](v1::Window& w) { w.mutable_series(kGaugeAt)->set_max(kInfinity); }},
      {"gauge out of its range", "gauge", [](v1::Window& w) { w.mutable_series(kGaugeAt)->set_last(3); }},
      {"gauge at no time", "last_at_ns", [](v1::Window& w) { w.mutable_series(kGaugeAt)->set_last_at_ns(INT64_MAX); }},
      {"trend without histogram", "histogram.count",
       [](v1::Window& w) { w.mutable_series(kTrendAt)->clear_histogram(); }},
      {"counts that do not add up", "histogram: count 6", [](v1::Window& w) { HistogramOf(w).set_count(6); }},
      {"another count", "histogram.count", [](v1::Window& w) { w.mutable_series(kTrendAt)->set_count(6); }},
      {"overflowing counts", "count", [](v1::Window& w) { HistogramOf(w).set_positive_count(0, UINT64_MAX - 1); }},
      {"a bucket without samples", "count 0", [](v1::Window& w) { HistogramOf(w).set_positive_count(0, 0); }},
      {"bucket out of range", "bucket", [](v1::Window& w) { HistogramOf(w).set_positive_delta(1, UINT32_MAX); }},
      {"bucket twice", "bucket", [](v1::Window& w) { HistogramOf(w).set_negative_delta(1, 0); }},
      {"buckets without counts", "buckets", [](v1::Window& w) { HistogramOf(w).add_positive_delta(1); }},
      {"too many buckets", "buckets",
       [](v1::Window& w) {
         for (int i = 0; i < 100'000; ++i) {
           HistogramOf(w).add_positive_delta(1);
           HistogramOf(w).add_positive_count(1);
         }
       }},
      {"min NaN", "min nan", [](v1::Window& w) { HistogramOf(w).set_min(kNan); }},
      {"max infinite", "max inf", [](v1::Window& w) { HistogramOf(w).set_max(kInfinity); }},
      {"min in another bucket", "min -6", [](v1::Window& w) { HistogramOf(w).set_min(-6); }},
      {"max in another bucket", "max 1", [](v1::Window& w) { HistogramOf(w).set_max(1); }},
      {"negative squares", "squares", [](v1::Window& w) { HistogramOf(w).mutable_squares()->set_high(-1); }},
      {"impossible sum", "sum", [](v1::Window& w) { HistogramOf(w).mutable_sum()->set_high(INT64_MAX); }},
  };
}

TEST(WindowCodec, HostileWindowsAreRefused) {
  {
    MetricRegistry registry;
    const absl::StatusOr<Window> decoded = DecodeWindow(Honest(), registry);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
  }
  for (const HostileCase& hostile : HostileCases()) {
    SCOPED_TRACE(hostile.name);
    v1::Window message = Honest();
    hostile.change(message);
    MetricRegistry registry;
    const absl::Status status = DecodeWindow(message, registry).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(hostile.message));
    EXPECT_THAT(std::string(status.message()), HasSubstr(" of source 1"));
    EXPECT_LT(status.message().size(), 1000U);
  }
}

// Once known, a series is found by its name; what is wrong with the values of another window is found all the same.
TEST(WindowCodec, ARememberedSeriesIsStillChecked) {
  MetricRegistry registry;
  WindowDecoder decoder(&registry);
  ASSERT_TRUE(decoder.Decode(Honest()).ok());
  for (const HostileCase& hostile : HostileCases()) {
    SCOPED_TRACE(hostile.name);
    v1::Window message = Honest();
    hostile.change(message);
    EXPECT_EQ(decoder.Decode(message).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(WindowCodec, MetricsPastTheBudgetAreAnError) {
  MetricRegistry registry({.max_metrics = kBuiltinMetricCount});
  EXPECT_EQ(DecodeWindow(Honest(), registry).status().code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace mockarty
