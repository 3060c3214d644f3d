// The same samples give the same report, whoever measured them and however their windows travelled.
//
// Windows here end on whole seconds, as a worker's do: the timeline spreads the counts of a window that crosses the
// border of two points by whole numbers, so that several windows across it may round otherwise than one would.
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/metrics/builtin_metrics.h"
#include "common/metrics/merge.h"
#include "common/report/json_report.h"
#include "common/report/report_builder.h"
#include "common/report/thresholds.h"
#include "common/wire/report_codec.h"
#include "common/wire/snapshot_codec.h"
#include "common/wire/window_codec.h"
#include "gtest/gtest.h"
#include "mockarty/v1/report.pb.h"
#include "mockarty/v1/window.pb.h"
#include "tests/wire/random_windows.h"

namespace mockarty {
namespace {

constexpr uint64_t kThreads = 7;
constexpr uint64_t kSeconds = 31;  // the last point of the timeline is not full
constexpr uint64_t kCellSeconds = 3;

// One thing that happened: samples of several series with the same tags.
struct Event {
  uint64_t thread = 0;
  uint64_t second = 0;
  int what = 0;
  uint64_t variant = 0;
  bool good = false;
  double value = 0;
  Nanos at = 0;
};

std::vector<Event> RandomEvents(Rng& rng) {
  std::vector<Event> events(2000 + Below(rng, 3000));
  for (Event& event : events) {
    event = {.thread = Below(rng, kThreads),
             .second = Below(rng, kSeconds),
             .what = static_cast<int>(Below(rng, 6)),
             .variant = Below(rng, 5),
             .good = Below(rng, 10) != 0,
             .value = RandomValue(rng)};
    event.at = static_cast<Nanos>(event.second) * kNanosPerSecond + static_cast<Nanos>(Below(rng, 100)) * 10'000'000;
  }
  return events;
}

// Where a process records: a registry of its own, which numbers series in the order in which they come.
class Recorder {
 public:
  void Record(const Event& event) {
    const std::string variant = std::to_string(event.variant);
    const double ms = std::abs(event.value);
    switch (event.what) {
      case 0: {
        const std::string status = event.good ? "200" : "503";
        const std::string name = "http://host/route/" + variant;
        const TagView tags[] = {
            {"method", event.variant % 2 == 0 ? "GET" : "POST"}, {"name", name}, {"status", status}};
        Delta(kMetricHttpReqs, tags).AddCounter(1);
        Delta(kMetricHttpReqFailed, tags).AddRate(!event.good);
        Delta(kMetricHttpReqDuration, tags).AddTrend(ms);
        Delta(kMetricDataReceived, tags).AddCounter(ms);
        Delta(ms < 500 ? kMetricApdexSatisfied : kMetricApdexTolerating, std::span(tags).first(2)).AddCounter(1);
        break;
      }
      case 1: {
        const TagView tags[] = {{"check", variant}, {"group", "::outer"}};
        Delta(kMetricChecks, tags).AddRate(event.good);
        Delta(kMetricGroupDuration, std::span(tags).subspan(1)).AddTrend(ms);
        break;
      }
      case 2:
        Delta(kMetricIterations, {}).AddCounter(1);
        Delta(kMetricIterationDuration, {}).AddTrend(ms);
        break;
      case 3: {
        const TagView tags[] = {{"queue", variant}};
        Delta(*registry_.DefineMetric("depth", MetricKind::kGauge), tags).AddGauge(event.value, event.at);
        break;
      }
      case 4:
        Delta(*registry_.DefineMetric("balance", MetricKind::kTrend), {}).AddTrend(event.value);
        Delta(*registry_.DefineMetric("earned", MetricKind::kCounter, ValueUnit::kData), {}).AddCounter(event.value);
        break;
      default: {
        const TagView tags[] = {{"message", variant}};
        Delta(kMetricErrors, tags).AddCounter(1);
        ++window_.invalid_samples;
        break;
      }
    }
  }

  void AddVus(const SourceVus& vus) { window_.vus.push_back(vus); }

  Window Take(SourceId source, uint64_t second) {
    window_.source = source;
    window_.first_seq = window_.last_seq = second + 1;
    window_.start = static_cast<Nanos>(second) * kNanosPerSecond;
    window_.end = window_.start + kNanosPerSecond;
    for (auto& [id, delta] : deltas_) {
      window_.series.push_back(std::move(delta));
    }
    deltas_.clear();
    return std::exchange(window_, Window());
  }

  const MetricRegistry& Registry() const { return registry_; }

 private:
  SeriesDelta& Delta(MetricId metric, std::span<const TagView> tags) {
    const SeriesId id = registry_.Intern(metric, registry_.InternTags(tags));
    SeriesDelta& delta = deltas_[id];
    delta.id = id;
    delta.kind = registry_.Metric(metric).kind;
    return delta;
  }

  MetricRegistry registry_;
  std::map<SeriesId, SeriesDelta> deltas_;
  Window window_;
};

// Windows of one process, one a second.
struct Source {
  std::unique_ptr<Recorder> recorder = std::make_unique<Recorder>();
  std::vector<Window> windows;
};

// The events divided among so many processes, thread by thread.
std::vector<Source> Measure(const std::vector<Event>& events, uint64_t sources) {
  std::vector<Source> measured(sources);
  for (uint64_t i = 0; i < sources; ++i) {
    for (uint64_t second = 0; second < kSeconds; ++second) {
      Recorder& recorder = *measured[i].recorder;
      for (const Event& event : events) {
        if (event.thread % sources == i && event.second == second) {
          recorder.Record(event);
        }
      }
      for (uint64_t thread = i; thread < kThreads; thread += sources) {
        const auto vus = static_cast<int64_t>(second / 2 + thread);  // never falling
        recorder.AddVus({.source = 1 << 16 | thread,
                         .at = static_cast<Nanos>(second + 1) * kNanosPerSecond,
                         .now = vus,
                         .peak = vus + 1});
      }
      measured[i].windows.push_back(recorder.Take(i + 1, second));
    }
  }
  return measured;
}

// Joins neighbours at random: within a point of the timeline only, or anyhow.
void Coalesce(Rng& rng, bool within_cells, Source& source) {
  std::vector<Window> joined;
  for (Window& window : source.windows) {
    const bool border = (window.first_seq - 1) % kCellSeconds == 0;
    if (joined.empty() || (within_cells && border) || Below(rng, 3) == 0) {
      joined.push_back(std::move(window));
    } else {
      Merge(window, joined.back());
    }
  }
  source.windows = std::move(joined);
}

std::vector<std::string> Encode(const std::vector<Source>& sources) {
  std::vector<std::string> messages;
  v1::Window message;  // used again and again
  for (const Source& source : sources) {
    for (const Window& window : source.windows) {
      EncodeWindow(window, source.recorder->Registry(), &message);
      messages.push_back(message.SerializeAsString());
    }
  }
  return messages;
}

// The side that merges.
class Receiver {
 public:
  explicit Receiver(size_t timeline_points = 4'000)
      : decoder_(&registry_), aggregate_(&registry_, {.start = 0, .timeline_points = timeline_points}) {}

  absl::Status Take(const std::string& bytes) {
    v1::Window message;
    EXPECT_TRUE(message.ParseFromString(bytes));
    const absl::StatusOr<Window> window = decoder_.Decode(message);
    EXPECT_TRUE(window.ok()) << window.status();
    return aggregate_.Add(*window);
  }

  void TakeAll(std::span<const std::string> messages) {
    for (const std::string& message : messages) {
      const absl::Status status = Take(message);
      ASSERT_TRUE(status.ok() || status.code() == absl::StatusCode::kAlreadyExists) << status;
    }
  }

  RunReport Report() const {
    const ThresholdSpec specs[] = {{.metric = "http_req_duration{status:200}", .expression = "p(95) < 500"},
                                   {.metric = "balance", .expression = "avg > 0"},
                                   {.metric = "vus_max", .expression = "value > 3"},
                                   {.metric = "checks", .expression = "rate > 0.5"}};
    const auto thresholds = CompileThresholds(specs);
    EXPECT_TRUE(thresholds.ok()) << thresholds.status();
    return BuildReport(aggregate_, {.name = "exact", .started_at_ms = 5, .finished_at_ms = 6, .vus = 7}, *thresholds);
  }

  WindowDecoder& Decoder() { return decoder_; }
  RunAggregate& Aggregate() { return aggregate_; }

 private:
  MetricRegistry registry_;
  WindowDecoder decoder_;
  RunAggregate aggregate_;
};

std::string ReportOf(std::span<const std::string> messages, size_t timeline_points = 4'000) {
  Receiver receiver(timeline_points);
  receiver.TakeAll(messages);
  return ToJson(receiver.Report());
}

void Shuffle(Rng& rng, std::vector<std::string>& messages) { std::shuffle(messages.begin(), messages.end(), rng); }

// As links do it: some windows twice, in any order.
void Scramble(Rng& rng, std::vector<std::string>& messages) {
  for (size_t i = messages.size(); i-- > 0;) {
    if (Below(rng, 3) == 0) {
      messages.push_back(std::string(messages[i]));
    }
  }
  Shuffle(rng, messages);
}

TEST(Exactness, SourcesCoalescingOrderAndRepeatsDoNotMatter) {
  Rng rng(11);
  for (int round = 0; round < 8; ++round) {
    const std::vector<Event> events = RandomEvents(rng);
    // 4 points are too few: the timeline doubles its interval, at other moments in each case.
    for (const size_t points : {size_t{4'000}, size_t{4}}) {
      const std::string one = ReportOf(Encode(Measure(events, 1)), points);
      ASSERT_NE(one.find("\"balance\""), std::string::npos);
      ASSERT_NE(one.find("route/4"), std::string::npos);
      ASSERT_EQ(ReportOf(Encode(Measure(events, 7)), points), one);
      ASSERT_EQ(ReportOf(Encode(Measure(events, 3)), points), one);
      std::vector<Source> sources = Measure(events, 7);
      for (Source& source : sources) {
        Coalesce(rng, true, source);
      }
      std::vector<std::string> messages = Encode(sources);
      ASSERT_LT(messages.size(), 7 * kSeconds);
      Scramble(rng, messages);
      ASSERT_EQ(ReportOf(messages, points), one);
    }
  }
}

// A long window says less of when its samples were taken, and nothing less of anything else.
TEST(Exactness, CoalescingCostsResolutionInTimeOnly) {
  const auto without_time = [](RunReport report) {
    report.timeline.clear();
    report.throughput_stability_cv = 0;  // of the timeline's points
    for (MetricReport& metric : report.metrics) {
      metric.min = metric.name == "vus" ? 0 : metric.min;  // the least that a point shows
    }
    return ToJson(report);
  };
  Rng rng(12);
  for (int round = 0; round < 8; ++round) {
    const std::vector<Event> events = RandomEvents(rng);
    Receiver plain;
    plain.TakeAll(Encode(Measure(events, 7)));
    std::vector<Source> sources = Measure(events, 7);
    for (Source& source : sources) {
      Coalesce(rng, false, source);
    }
    std::vector<std::string> messages = Encode(sources);
    Scramble(rng, messages);
    Receiver coalesced;
    coalesced.TakeAll(messages);
    ASSERT_EQ(without_time(coalesced.Report()), without_time(plain.Report()));
  }
}

TEST(Exactness, ARestoredAggregateGoesOn) {
  Rng rng(13);
  for (int round = 0; round < 8; ++round) {
    const size_t points = round % 2 == 0 ? 4'000 : 4;
    std::vector<std::string> messages = Encode(Measure(RandomEvents(rng), 7));
    const std::string whole = ReportOf(messages, points);
    Shuffle(rng, messages);
    const size_t half = Below(rng, messages.size());
    Receiver first(points);
    first.TakeAll(std::span(messages).first(half));

    v1::AggregateSnapshot snapshot;
    EncodeSnapshot(first.Aggregate(), &snapshot);
    v1::AggregateSnapshot parsed;
    ASSERT_TRUE(parsed.ParseFromString(snapshot.SerializeAsString()));
    Receiver second(points);
    const absl::Status restored = RestoreSnapshot(parsed, second.Decoder(), second.Aggregate());
    ASSERT_TRUE(restored.ok()) << restored;

    EXPECT_EQ(ToJson(second.Report()), ToJson(first.Report()));
    EXPECT_EQ(second.Aggregate().MissingWindows(), first.Aggregate().MissingWindows());
    for (SourceId source = 0; source <= 8; ++source) {
      EXPECT_EQ(second.Aggregate().Taken(source), first.Aggregate().Taken(source));
    }
    LiveSnapshot live = second.Aggregate().Snapshot();
    const LiveSnapshot was = first.Aggregate().Snapshot();
    EXPECT_EQ(live.vus, was.vus);
    EXPECT_EQ(live.requests, was.requests);
    EXPECT_EQ(live.failed_requests, was.failed_requests);
    EXPECT_EQ(live.iterations, was.iterations);
    EXPECT_EQ(live.checks_failed, was.checks_failed);
    EXPECT_EQ(live.p95_ms, was.p95_ms);

    // Everything is sent again, as after a reconnect: what was taken is refused, the rest is new.
    size_t repeats = 0;
    for (const std::string& message : messages) {
      repeats += second.Take(message).code() == absl::StatusCode::kAlreadyExists ? 1 : 0;
    }
    EXPECT_EQ(repeats, half);
    EXPECT_EQ(ToJson(second.Report()), whole);
  }
}

TEST(Exactness, ReportsTravelWithoutLoss) {
  Rng rng(14);
  Receiver receiver;
  receiver.TakeAll(Encode(Measure(RandomEvents(rng), 2)));
  v1::RunReport message;
  ToProto(receiver.Report(), &message);
  v1::RunReport parsed;
  ASSERT_TRUE(parsed.ParseFromString(message.SerializeAsString()));
  const absl::StatusOr<RunReport> report = FromProto(parsed);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(ToJson(*report), ToJson(receiver.Report()));
}

}  // namespace
}  // namespace mockarty
