#include "tests/wire/random_windows.h"

#include <cmath>

#include "common/metrics/builtin_metrics.h"
#include "common/metrics/merge.h"

namespace mockarty {
namespace {

std::string RandomText(Rng& rng, const char* stem) {
  const std::string endings[] = {"", " \u00e9\u4e16", "\"quoted\"", "\n", "/{id}", std::string("a\0b", 3)};
  return stem + std::to_string(Below(rng, 20)) + endings[Below(rng, std::size(endings))];
}

TagSetId RandomTags(Rng& rng, MetricRegistry& registry) {
  std::vector<Tag> tags;
  for (uint64_t i = Below(rng, 5); i-- > 0;) {
    tags.push_back({RandomText(rng, "key"), RandomText(rng, "value")});
  }
  std::vector<TagView> views;
  for (const Tag& tag : tags) {
    views.push_back({tag.key, tag.value});
  }
  return registry.InternTags(views);
}

TrendStats RandomTrend(Rng& rng) {
  TrendStats trend = {.count = rng()};
  for (double* value :
       {&trend.avg, &trend.min, &trend.med, &trend.max, &trend.p90, &trend.p95, &trend.p99, &trend.stddev}) {
    *value = RandomValue(rng);
  }
  return trend;
}

ApdexReport RandomApdex(Rng& rng) {
  return {.score = RandomValue(rng),
          .rating = RandomText(rng, "rating"),
          .satisfied = rng(),
          .tolerating = rng(),
          .frustrated = rng(),
          .total = rng(),
          .threshold_ms = RandomValue(rng)};
}

std::optional<double> Perhaps(Rng& rng) { return Below(rng, 2) == 0 ? std::nullopt : std::optional(RandomValue(rng)); }

DistributedReport RandomDistributed(Rng& rng) {
  DistributedReport report = {
      .partial = Below(rng, 2) == 0, .start_skew_ms = RandomValue(rng), .clock_uncertainty_ms = RandomValue(rng)};
  for (uint64_t i = Below(rng, 4); i-- > 0;) {
    report.runners.push_back({.assignment = static_cast<uint32_t>(rng()),
                              .runner = RandomText(rng, "runner"),
                              .instance_id = RandomText(rng, "id"),
                              .state = "lost",
                              .share = RandomValue(rng),
                              .vus = static_cast<uint32_t>(rng()),
                              .requests = rng(),
                              .iterations = rng(),
                              .start_offset_ms = RandomValue(rng),
                              .cpu_max = RandomValue(rng),
                              .cpu_avg = RandomValue(rng),
                              .loop_lag_max_ms = RandomValue(rng),
                              .lost_from_ms = Perhaps(rng),
                              .lost_until_ms = Perhaps(rng),
                              .failure = RandomText(rng, "failure")});
  }
  return report;
}

}  // namespace

double RandomValue(Rng& rng) {
  switch (Below(rng, 6)) {
    case 0:
      return 0;
    case 1:
      return std::ldexp(1.0 + static_cast<double>(Below(rng, 1000)) / 1000, static_cast<int>(Below(rng, 140)) - 60);
    case 2:
      return -std::ldexp(1.0, static_cast<int>(Below(rng, 100)) - 40);
    case 3:
      return Below(rng, 50) == 0 ? 1e300 : -1e25;
    default:
      return static_cast<double>(Below(rng, 1'000'000)) / 1000;
  }
}

Window RandomWindow(Rng& rng, MetricRegistry& registry, SourceId source, uint64_t seq) {
  Window window = {.source = source, .first_seq = seq, .last_seq = seq + Below(rng, 3)};
  window.start = static_cast<Nanos>(Below(rng, 1000)) * kNanosPerMilli;
  window.end = window.start + static_cast<Nanos>(Below(rng, 3000)) * kNanosPerMilli;
  window.invalid_samples = Below(rng, 3);
  window.refused_series = Below(rng, 2) * 7;
  const MetricKind kinds[] = {MetricKind::kCounter, MetricKind::kGauge, MetricKind::kRate, MetricKind::kTrend};
  for (uint64_t i = Below(rng, 30); i-- > 0;) {
    const MetricKind kind = kinds[Below(rng, 4)];
    const auto unit = static_cast<ValueUnit>(Below(rng, 3));
    const std::string name = std::string(MetricKindName(kind)) + std::to_string(Below(rng, 3));
    const MetricId metric = *registry.DefineMetric(name, kind, unit);
    SeriesDelta delta = {.kind = kind};
    delta.id = Below(rng, 10) == 0 ? registry.InternOther(metric) : registry.Intern(metric, RandomTags(rng, registry));
    for (uint64_t n = Below(rng, 40); n-- > 0;) {
      const double value = RandomValue(rng);
      switch (kind) {
        case MetricKind::kCounter:
          delta.AddCounter(value);
          break;
        case MetricKind::kGauge:
          delta.AddGauge(value, window.start + static_cast<Nanos>(Below(rng, 1000)));
          break;
        case MetricKind::kRate:
          delta.AddRate(value > 0);
          break;
        case MetricKind::kTrend:
          delta.AddTrend(value);
          break;
      }
    }
    if (kind == MetricKind::kTrend && Below(rng, 10) == 0) {
      delta.histogram.RecordMany(3, uint64_t{1} << 34);  // more than a counter of 32 bits holds
      delta.count += uint64_t{1} << 34;
    }
    window.series.push_back(std::move(delta));
  }
  SortAndJoin(window.series);
  for (uint64_t i = Below(rng, 6), thread = 0; i-- > 0;) {
    thread += 1 + Below(rng, 3);
    const auto now = static_cast<int64_t>(Below(rng, 100));
    window.vus.push_back({.source = source << 16 | thread,
                          .at = window.end,
                          .now = now,
                          .peak = now + static_cast<int64_t>(Below(rng, 3))});
  }
  return window;
}

RunReport RandomReport(Rng& rng, bool distributed) {
  RunReport report;
  report.name = RandomText(rng, "name");
  report.status = static_cast<RunStatus>(Below(rng, 3));
  report.stopped_reason = RandomText(rng, "reason");
  report.started_at_ms = static_cast<int64_t>(Below(rng, 1'800'000'000'000));
  report.finished_at_ms = report.started_at_ms + 1;
  report.duration = static_cast<Nanos>(Below(rng, 1'000'000'000'000));
  report.vus = static_cast<int64_t>(Below(rng, 100));
  report.vus_max = static_cast<int64_t>(Below(rng, 100));
  for (uint64_t* value :
       {&report.iterations, &report.total_requests, &report.failed_requests, &report.checks_passed,
        &report.checks_failed, &report.refused_series, &report.invalid_samples, &report.missing_windows}) {
    *value = Below(rng, 1'000'000'000);
  }
  for (double* value : {&report.iterations_per_second, &report.rps, &report.error_rate, &report.data_sent,
                        &report.data_received, &report.cv_pct, &report.throughput_stability_cv}) {
    *value = RandomValue(rng);
  }
  report.latency = RandomTrend(rng);
  report.apdex = RandomApdex(rng);
  for (uint64_t i = Below(rng, 4); i-- > 0;) {
    report.metrics.push_back({.name = "metric" + std::to_string(i),
                              .kind = static_cast<MetricKind>(Below(rng, 4)),
                              .unit = static_cast<ValueUnit>(Below(rng, 3)),
                              .samples = Below(rng, 100) + 100,
                              .sum = RandomValue(rng),
                              .per_second = RandomValue(rng),
                              .trues = Below(rng, 100),
                              .rate = RandomValue(rng),
                              .value = RandomValue(rng),
                              .min = RandomValue(rng),
                              .max = RandomValue(rng),
                              .trend = RandomTrend(rng)});
    report.routes.push_back({.route = RandomText(rng, "GET /"),
                             .count = Below(rng, 100),
                             .failed = Below(rng, 100),
                             .error_rate = RandomValue(rng),
                             .duration = RandomTrend(rng),
                             .apdex = RandomApdex(rng)});
    report.checks.push_back({RandomText(rng, "::g"), RandomText(rng, "check"), Below(rng, 9), Below(rng, 9)});
    report.groups.push_back({RandomText(rng, "::g"), RandomTrend(rng)});
    report.errors.push_back({RandomText(rng, "error"), Below(rng, 9)});
    report.thresholds.push_back({"m" + std::to_string(i), "p(95) < 5", Below(rng, 2) == 0, Perhaps(rng), true});
    report.timeline.push_back({.offset = static_cast<Nanos>(i) * kNanosPerSecond,
                               .avg_ms = RandomValue(rng),
                               .p95_ms = RandomValue(rng),
                               .rps = RandomValue(rng),
                               .error_rate = RandomValue(rng),
                               .iterations_per_second = RandomValue(rng),
                               .vus = static_cast<int64_t>(Below(rng, 9)),
                               .planned_vus = distributed ? std::optional<int64_t>(Below(rng, 9)) : std::nullopt});
  }
  report.thresholds_passed = Below(rng, 2) == 0;
  report.timeline_interval = 3 * kNanosPerSecond;
  if (distributed) {
    report.distributed = RandomDistributed(rng);
  }
  return report;
}

}  // namespace mockarty
