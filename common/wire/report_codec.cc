#include "common/wire/report_codec.h"

#include <cmath>
#include <optional>

#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/metrics/registry.h"
#include "common/wire/enum_codec.h"
#include "common/wire/plan_codec.h"
#include "common/wire/wire_text.h"
#include "mockarty/v1/report.pb.h"

namespace mockarty {
namespace {

// A group's path is the value of a tag; what is mended in it may grow threefold. Readers nest as deep as it says.
constexpr size_t kMaxGroupPath = 4 * MetricRegistry::kMaxTagValueBytes;

void Encode(const TrendStats& trend, v1::TrendStats* out) {
  out->set_count(trend.count);
  out->set_avg(trend.avg);
  out->set_min(trend.min);
  out->set_med(trend.med);
  out->set_max(trend.max);
  out->set_p90(trend.p90);
  out->set_p95(trend.p95);
  out->set_p99(trend.p99);
  out->set_stddev(trend.stddev);
  out->mutable_stats()->Add(trend.stats.begin(), trend.stats.end());
}

TrendStats Decode(const v1::TrendStats& message) {
  return {.count = message.count(),
          .avg = message.avg(),
          .min = message.min(),
          .med = message.med(),
          .max = message.max(),
          .p90 = message.p90(),
          .p95 = message.p95(),
          .p99 = message.p99(),
          .stddev = message.stddev(),
          .stats = {message.stats().begin(), message.stats().end()}};
}

void Encode(const GeneratorReport& generator, v1::GeneratorReport* out) {
  out->set_cpu_avg(generator.cpu_avg);
  out->set_cpu_max(generator.cpu_max);
  out->set_threads(generator.threads);
  out->set_cores(generator.cores);
  out->set_loop_lag_max_ms(generator.loop_lag_max_ms);
  out->set_open_files_max(generator.open_files_max);
  out->set_open_files_limit(generator.open_files_limit);
  out->set_ports_max(generator.ports_max);
  out->set_ports_limit(generator.ports_limit);
}

GeneratorReport Decode(const v1::GeneratorReport& message) {
  GeneratorReport generator;
  generator.cpu_avg = message.cpu_avg();
  generator.cpu_max = message.cpu_max();
  generator.threads = message.threads();
  generator.cores = message.cores();
  generator.loop_lag_max_ms = message.loop_lag_max_ms();
  generator.open_files_max = message.open_files_max();
  generator.open_files_limit = message.open_files_limit();
  generator.ports_max = message.ports_max();
  generator.ports_limit = message.ports_limit();
  return generator;
}

void Encode(const ApdexReport& apdex, v1::ApdexReport* out) {
  out->set_score(apdex.score);
  SetUtf8(apdex.rating, out->mutable_rating());
  out->set_satisfied(apdex.satisfied);
  out->set_tolerating(apdex.tolerating);
  out->set_frustrated(apdex.frustrated);
  out->set_total(apdex.total);
  out->set_threshold_ms(apdex.threshold_ms);
}

ApdexReport Decode(const v1::ApdexReport& message) {
  return {.score = message.score(),
          .rating = message.rating(),
          .satisfied = message.satisfied(),
          .tolerating = message.tolerating(),
          .frustrated = message.frustrated(),
          .total = message.total(),
          .threshold_ms = message.threshold_ms()};
}

void Encode(const MetricReport& metric, v1::MetricReport* out) {
  SetUtf8(metric.name, out->mutable_name());
  out->set_kind(EncodeKind(metric.kind));
  out->set_unit(EncodeUnit(metric.unit));
  out->set_samples(metric.samples);
  out->set_sum(metric.sum);
  out->set_per_second(metric.per_second);
  out->set_trues(metric.trues);
  out->set_rate(metric.rate);
  out->set_value(metric.value);
  out->set_min(metric.min);
  out->set_max(metric.max);
  Encode(metric.trend, out->mutable_trend());
}

absl::StatusOr<MetricReport> Decode(const v1::MetricReport& message) {
  MetricReport metric;
  metric.name = message.name();
  ASSIGN_OR_RETURN(metric.kind, DecodeKind(message.kind()));
  ASSIGN_OR_RETURN(metric.unit, DecodeUnit(message.unit()));
  metric.samples = message.samples();
  metric.sum = message.sum();
  metric.per_second = message.per_second();
  metric.trues = message.trues();
  metric.rate = message.rate();
  metric.value = message.value();
  metric.min = message.min();
  metric.max = message.max();
  metric.trend = Decode(message.trend());
  return metric;
}

void Encode(const RouteReport& route, v1::RouteReport* out) {
  SetUtf8(route.route, out->mutable_route());
  out->set_count(route.count);
  out->set_failed(route.failed);
  out->set_error_rate(route.error_rate);
  Encode(route.duration, out->mutable_duration());
  Encode(route.apdex, out->mutable_apdex());
}

RouteReport Decode(const v1::RouteReport& message) {
  return {.route = message.route(),
          .count = message.count(),
          .failed = message.failed(),
          .error_rate = message.error_rate(),
          .duration = Decode(message.duration()),
          .apdex = Decode(message.apdex())};
}

void Encode(const CheckReport& check, v1::CheckReport* out) {
  SetUtf8(check.group, out->mutable_group());
  SetUtf8(check.name, out->mutable_name());
  out->set_passes(check.passes);
  out->set_fails(check.fails);
}

CheckReport Decode(const v1::CheckReport& message) {
  return {.group = message.group(), .name = message.name(), .passes = message.passes(), .fails = message.fails()};
}

void Encode(const GroupReport& group, v1::GroupReport* out) {
  SetUtf8(group.path, out->mutable_path());
  Encode(group.duration, out->mutable_duration());
}

GroupReport Decode(const v1::GroupReport& message) {
  return {.path = message.path(), .duration = Decode(message.duration())};
}

void Encode(const ErrorReport& error, v1::ErrorReport* out) {
  SetUtf8(error.message, out->mutable_message());
  out->set_count(error.count);
}

ErrorReport Decode(const v1::ErrorReport& message) { return {.message = message.message(), .count = message.count()}; }

void Encode(const ThresholdResult& result, v1::ThresholdResult* out) {
  SetUtf8(result.metric, out->mutable_metric());
  SetUtf8(result.expression, out->mutable_expression());
  out->set_passed(result.passed);
  if (result.actual.has_value()) {
    out->set_actual(*result.actual);
  }
  out->set_abort_on_fail(result.abort_on_fail);
}

ThresholdResult Decode(const v1::ThresholdResult& message) {
  return {.metric = message.metric(),
          .expression = message.expression(),
          .passed = message.passed(),
          .actual = message.has_actual() ? std::optional(message.actual()) : std::nullopt,
          .abort_on_fail = message.abort_on_fail()};
}

void Encode(const TimelinePoint& point, v1::TimelinePoint* out) {
  out->set_offset_ns(point.offset);
  out->set_avg_ms(point.avg_ms);
  out->set_p95_ms(point.p95_ms);
  out->set_rps(point.rps);
  out->set_error_rate(point.error_rate);
  out->set_iterations_per_second(point.iterations_per_second);
  out->set_vus(point.vus);
  if (point.planned_vus.has_value()) {
    out->set_planned_vus(*point.planned_vus);
  }
}

TimelinePoint Decode(const v1::TimelinePoint& message) {
  return {.offset = message.offset_ns(),
          .avg_ms = message.avg_ms(),
          .p95_ms = message.p95_ms(),
          .rps = message.rps(),
          .error_rate = message.error_rate(),
          .iterations_per_second = message.iterations_per_second(),
          .vus = message.vus(),
          .planned_vus = message.has_planned_vus() ? std::optional(message.planned_vus()) : std::nullopt};
}

void Encode(const RunnerReport& runner, v1::RunnerReport* out) {
  out->set_assignment(runner.assignment);
  SetUtf8(runner.runner, out->mutable_runner());
  SetUtf8(runner.instance_id, out->mutable_instance_id());
  SetUtf8(runner.state, out->mutable_state());
  out->set_share(runner.share);
  out->set_vus(runner.vus);
  out->set_requests(runner.requests);
  out->set_iterations(runner.iterations);
  out->set_start_offset_ms(runner.start_offset_ms);
  out->set_cpu_max(runner.cpu_max);
  out->set_cpu_avg(runner.cpu_avg);
  out->set_loop_lag_max_ms(runner.loop_lag_max_ms);
  if (runner.lost_from_ms.has_value()) {
    out->set_lost_from_ms(*runner.lost_from_ms);
  }
  if (runner.lost_until_ms.has_value()) {
    out->set_lost_until_ms(*runner.lost_until_ms);
  }
  SetUtf8(runner.failure, out->mutable_failure());
  for (const std::string& reason : runner.limited_by) {
    SetUtf8(reason, out->add_limited_by());
  }
}

RunnerReport Decode(const v1::RunnerReport& message) {
  return {.assignment = message.assignment(),
          .runner = message.runner(),
          .instance_id = message.instance_id(),
          .state = message.state(),
          .share = message.share(),
          .vus = message.vus(),
          .requests = message.requests(),
          .iterations = message.iterations(),
          .start_offset_ms = message.start_offset_ms(),
          .cpu_max = message.cpu_max(),
          .cpu_avg = message.cpu_avg(),
          .loop_lag_max_ms = message.loop_lag_max_ms(),
          .lost_from_ms = message.has_lost_from_ms() ? std::optional(message.lost_from_ms()) : std::nullopt,
          .lost_until_ms = message.has_lost_until_ms() ? std::optional(message.lost_until_ms()) : std::nullopt,
          .failure = message.failure(),
          .limited_by = {message.limited_by().begin(), message.limited_by().end()}};
}

template <typename From, typename To>
void EncodeAll(const std::vector<From>& from, To* out) {
  for (const From& element : from) {
    Encode(element, out->Add());
  }
}

template <typename From, typename To>
void DecodeAll(const From& from, std::vector<To>& out) {
  out.reserve(static_cast<size_t>(from.size()));
  for (const auto& element : from) {
    out.push_back(Decode(element));
  }
}

v1::RunReport::Status EncodeStatus(RunStatus status) {
  switch (status) {
    case RunStatus::kCompleted:
      return v1::RunReport::STATUS_COMPLETED;
    case RunStatus::kFailed:
      return v1::RunReport::STATUS_FAILED;
    case RunStatus::kStopped:
      return v1::RunReport::STATUS_STOPPED;
  }
  return v1::RunReport::STATUS_UNSPECIFIED;
}

absl::StatusOr<RunStatus> DecodeStatus(v1::RunReport::Status status) {
  switch (status) {
    case v1::RunReport::STATUS_COMPLETED:
      return RunStatus::kCompleted;
    case v1::RunReport::STATUS_FAILED:
      return RunStatus::kFailed;
    case v1::RunReport::STATUS_STOPPED:
      return RunStatus::kStopped;
    default:
      return WrongField("status", static_cast<int>(status), "1 (completed), 2 (failed) or 3 (stopped)");
  }
}

// All doubles of a message and of those within it, however deep. Reports are seldom read: reflection is quick enough,
// and it forgets no field.
absl::Status CheckFinite(const google::protobuf::Message& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const google::protobuf::FieldDescriptor* field : fields) {
    if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_DOUBLE) {
      const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
      for (int i = 0; i < size; ++i) {
        const double value = field->is_repeated() ? reflection.GetRepeatedDouble(message, field, i)
                                                  : reflection.GetDouble(message, field);
        if (!std::isfinite(value)) {
          return WrongField(field->name(), value, "a finite number");
        }
      }
    }
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
      continue;
    }
    const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      const absl::Status status = CheckFinite(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                                                   : reflection.GetMessage(message, field));
      if (!status.ok()) {
        return InField(field->is_repeated() ? Concat(field->name(), "[", i, "]") : field->name(), status);
      }
    }
  }
  return absl::OkStatus();
}

void EncodeTotals(const RunReport& report, v1::RunReport* out) {
  out->set_iterations(report.iterations);
  out->set_iterations_per_second(report.iterations_per_second);
  out->set_total_requests(report.total_requests);
  out->set_failed_requests(report.failed_requests);
  out->set_rps(report.rps);
  out->set_error_rate(report.error_rate);
  Encode(report.latency, out->mutable_latency());
  out->set_data_sent(report.data_sent);
  out->set_data_received(report.data_received);
  out->set_checks_passed(report.checks_passed);
  out->set_checks_failed(report.checks_failed);
  Encode(report.apdex, out->mutable_apdex());
  out->set_cv_pct(report.cv_pct);
  out->set_throughput_stability_cv(report.throughput_stability_cv);
}

void DecodeTotals(const v1::RunReport& message, RunReport& report) {
  report.iterations = message.iterations();
  report.iterations_per_second = message.iterations_per_second();
  report.total_requests = message.total_requests();
  report.failed_requests = message.failed_requests();
  report.rps = message.rps();
  report.error_rate = message.error_rate();
  report.latency = Decode(message.latency());
  report.data_sent = message.data_sent();
  report.data_received = message.data_received();
  report.checks_passed = message.checks_passed();
  report.checks_failed = message.checks_failed();
  report.apdex = Decode(message.apdex());
  report.cv_pct = message.cv_pct();
  report.throughput_stability_cv = message.throughput_stability_cv();
}

absl::Status DecodeMetrics(std::string_view field, const google::protobuf::RepeatedPtrField<v1::MetricReport>& from,
                           std::vector<MetricReport>& out) {
  for (const v1::MetricReport& metric : from) {
    absl::StatusOr<MetricReport> decoded = Decode(metric);
    if (!decoded.ok()) {
      return InField(Concat(field, "[", out.size(), "]"), decoded.status());
    }
    out.push_back(*std::move(decoded));
  }
  return absl::OkStatus();
}

// Every trend has as many figures as the summary names, or none.
absl::Status CheckStats(const std::vector<MetricReport>& metrics, const SummaryOptions& summary) {
  for (const MetricReport& metric : metrics) {
    if (const size_t stats = metric.trend.stats.size(); stats != 0 && stats != summary.trend_stats.size()) {
      return WrongField("trend.stats", stats, Concat(summary.trend_stats.size(), " of summary.trend_stats"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPath(const std::string& field, const std::string& path) {
  return path.size() <= kMaxGroupPath
             ? absl::OkStatus()
             : WrongField(field, Concat(path.size(), " bytes"), Concat("at most ", kMaxGroupPath));
}

absl::Status CheckPaths(const v1::RunReport& message) {
  for (int i = 0; i < message.checks_size(); ++i) {
    RETURN_IF_ERROR(CheckPath(Concat("checks[", i, "].group"), message.checks(i).group()));
  }
  for (int i = 0; i < message.groups_size(); ++i) {
    RETURN_IF_ERROR(CheckPath(Concat("groups[", i, "].path"), message.groups(i).path()));
  }
  return absl::OkStatus();
}

absl::Status DecodeTables(const v1::RunReport& message, RunReport& report) {
  ASSIGN_OR_RETURN(report.summary, DecodeSummaryOptions("summary", message.summary()));
  RETURN_IF_ERROR(DecodeMetrics("metrics", message.metrics(), report.metrics));
  RETURN_IF_ERROR(DecodeMetrics("threshold_metrics", message.threshold_metrics(), report.threshold_metrics));
  RETURN_IF_ERROR(CheckStats(report.metrics, report.summary));
  RETURN_IF_ERROR(CheckStats(report.threshold_metrics, report.summary));
  RETURN_IF_ERROR(CheckPaths(message));
  DecodeAll(message.routes(), report.routes);
  DecodeAll(message.checks(), report.checks);
  DecodeAll(message.groups(), report.groups);
  DecodeAll(message.errors(), report.errors);
  DecodeAll(message.thresholds(), report.thresholds);
  DecodeAll(message.timeline(), report.timeline);
  return absl::OkStatus();
}

absl::StatusOr<RunReport> DecodeReport(const v1::RunReport& message) {
  RETURN_IF_ERROR(CheckFinite(message));
  RunReport report;
  report.name = message.name();
  ASSIGN_OR_RETURN(report.status, DecodeStatus(message.status()));
  report.stopped_reason = message.stopped_reason();
  report.started_at_ms = message.started_at_ms();
  report.finished_at_ms = message.finished_at_ms();
  report.duration = message.duration_ns();
  report.vus = message.vus();
  report.vus_max = message.vus_max();
  DecodeTotals(message, report);
  RETURN_IF_ERROR(DecodeTables(message, report));
  report.thresholds_passed = message.thresholds_passed();
  report.timeline_interval = message.timeline_interval_ns();
  report.refused_series = message.refused_series();
  report.invalid_samples = message.invalid_samples();
  report.missing_windows = message.missing_windows();
  report.dropped_iterations = message.dropped_iterations();
  report.generator_limited.assign(message.generator_limited().begin(), message.generator_limited().end());
  if (message.has_generator()) {
    report.generator = Decode(message.generator());
  }
  if (message.has_distributed()) {
    DistributedReport& distributed = report.distributed.emplace();
    distributed.partial = message.distributed().partial();
    distributed.start_skew_ms = message.distributed().start_skew_ms();
    distributed.clock_uncertainty_ms = message.distributed().clock_uncertainty_ms();
    DecodeAll(message.distributed().runners(), distributed.runners);
  }
  return report;
}

}  // namespace

void ToProto(const RunReport& report, v1::RunReport* out) {
  out->Clear();
  SetUtf8(report.name, out->mutable_name());
  out->set_status(EncodeStatus(report.status));
  SetUtf8(report.stopped_reason, out->mutable_stopped_reason());
  out->set_started_at_ms(report.started_at_ms);
  out->set_finished_at_ms(report.finished_at_ms);
  out->set_duration_ns(report.duration);
  out->set_vus(report.vus);
  out->set_vus_max(report.vus_max);
  EncodeTotals(report, out);
  if (report.summary != SummaryOptions()) {
    EncodeSummaryOptions(report.summary, out->mutable_summary());
  }
  EncodeAll(report.metrics, out->mutable_metrics());
  EncodeAll(report.threshold_metrics, out->mutable_threshold_metrics());
  EncodeAll(report.routes, out->mutable_routes());
  EncodeAll(report.checks, out->mutable_checks());
  EncodeAll(report.groups, out->mutable_groups());
  EncodeAll(report.errors, out->mutable_errors());
  EncodeAll(report.thresholds, out->mutable_thresholds());
  out->set_thresholds_passed(report.thresholds_passed);
  out->set_timeline_interval_ns(report.timeline_interval);
  EncodeAll(report.timeline, out->mutable_timeline());
  out->set_refused_series(report.refused_series);
  out->set_invalid_samples(report.invalid_samples);
  out->set_missing_windows(report.missing_windows);
  out->set_dropped_iterations(report.dropped_iterations);
  for (const std::string& reason : report.generator_limited) {
    SetUtf8(reason, out->add_generator_limited());
  }
  if (report.generator.has_value()) {
    Encode(*report.generator, out->mutable_generator());
  }
  if (report.distributed.has_value()) {
    v1::DistributedReport* distributed = out->mutable_distributed();
    distributed->set_partial(report.distributed->partial);
    distributed->set_start_skew_ms(report.distributed->start_skew_ms);
    distributed->set_clock_uncertainty_ms(report.distributed->clock_uncertainty_ms);
    EncodeAll(report.distributed->runners, distributed->mutable_runners());
  }
}

absl::StatusOr<RunReport> FromProto(const v1::RunReport& message) {
  absl::StatusOr<RunReport> report = DecodeReport(message);
  return report.ok() ? std::move(report) : InField("report", report.status());
}

}  // namespace mockarty
