#include "common/report/text_report.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/concat.h"
#include "common/report/json_report.h"
#include "common/report/text_format.h"
#include "common/report/thresholds.h"

namespace mockarty {
namespace {

constexpr size_t kColumns = 100;
constexpr size_t kNumberColumns = 10;
constexpr size_t kTrendNameColumns = 28;  // 2 + 28 + 7 * 10 = 100
constexpr size_t kRouteColumns = 34;
constexpr size_t kPlainNameColumns = 28;

class TextReport {
 public:
  TextReport(const RunReport& report, const TextReportOptions& options) : report_(report), options_(options) {}

  std::string Write() {
    WriteHead();
    WriteChecks();
    WriteGroups();
    WriteMetrics();
    WriteRoutes();
    WriteApdex();
    WriteErrors();
    WriteRunners();
    WriteNotes();
    WriteThresholds();
    return std::move(out_);
  }

 private:
  enum class Colour { kGood, kBad, kHead };

  std::string Painted(std::string_view text, Colour colour) const {
    if (!options_.colour) {
      return std::string(text);
    }
    const char* const code = colour == Colour::kGood ? "\x1b[32m" : colour == Colour::kBad ? "\x1b[31m" : "\x1b[1m";
    return Concat(code, text, "\x1b[0m");
  }

  // A line without blanks at its end.
  void Line(std::string_view text) {
    const size_t end = text.find_last_not_of(' ');
    out_ += text.substr(0, end == std::string_view::npos ? 0 : end + 1);
    out_.push_back('\n');
  }

  void Title(std::string_view title) {
    Line("");
    Line(Concat("  ", Painted(title, Colour::kHead)));
  }

  // How many rows of a table to show; says at the end how many are left out.
  size_t Shown(size_t rows) const { return std::min(rows, options_.max_rows); }
  void LeftOut(size_t rows) {
    if (rows > options_.max_rows) {
      Line(Concat("    ", kEllipsis, " and ", rows - options_.max_rows, " more; the JSON report has them all"));
    }
  }

  static std::string Row(std::string_view name, size_t name_columns, std::span<const std::string> cells) {
    std::string row = PadRight(Concat("  ", name), name_columns + 2);
    for (const std::string& cell : cells) {
      row += PadLeft(cell, std::max(kNumberColumns, DisplayWidth(cell) + 1));
    }
    return row;
  }

  // In the unit that the script wants, where it wants one.
  std::string Value(double value, ValueUnit unit) const {
    return unit == ValueUnit::kTime ? Time(value) : FormatValue(value, unit);
  }
  std::string Time(double ms) const { return FormatMillisIn(ms, report_.summary.time_unit); }

  std::string TrendHead() const {
    static const std::vector<std::string> usual = {"avg", "min", "med", "max", "p90", "p95", "p99"};
    const std::vector<std::string>& wanted = report_.summary.trend_stats;
    return Row("", kTrendNameColumns, wanted.empty() ? usual : wanted);
  }

  std::string TrendRow(std::string_view name, const TrendStats& trend, ValueUnit unit) const {
    std::vector<std::string> cells;
    const std::vector<std::string>& wanted = report_.summary.trend_stats;
    for (size_t i = 0; i < std::min(wanted.size(), trend.stats.size()); ++i) {
      cells.push_back(wanted[i] == "count" ? FormatNumber(trend.stats[i]) : Value(trend.stats[i], unit));
    }
    if (wanted.empty()) {
      for (const double stat : {trend.avg, trend.min, trend.med, trend.max, trend.p90, trend.p95, trend.p99}) {
        cells.push_back(Value(stat, unit));
      }
    }
    return Row(name, kTrendNameColumns, cells);
  }

  void WriteHead() {
    const double ms = static_cast<double>(report_.duration) / static_cast<double>(kNanosPerMilli);
    Line(Concat(
        "  ", Painted(SafeLine(report_.name, 60), Colour::kHead), ": ",
        Painted(RunStatusName(report_.status), report_.status == RunStatus::kCompleted ? Colour::kGood : Colour::kBad),
        " after ", FormatMillis(ms)));
    if (!report_.stopped_reason.empty()) {
      Line(Concat("  stopped: ", SafeLine(report_.stopped_reason, kColumns - 11)));
    }
  }

  void WriteChecks() {
    if (report_.checks.empty()) {
      return;
    }
    const uint64_t total = report_.checks_passed + report_.checks_failed;
    Title(Concat("CHECKS  ", FormatPercent(static_cast<double>(report_.checks_passed) / static_cast<double>(total)),
                 " passed: ", report_.checks_passed, " of ", total));
    std::string_view group;
    for (size_t i = 0; i < Shown(report_.checks.size()); ++i) {
      const CheckReport& check = report_.checks[i];
      if (check.group != group) {
        group = check.group;
        Line(Concat("    ", SafeLine(group, kColumns - 4)));
      }
      const bool good = check.fails == 0;
      Line(Concat("    ", Painted(good ? "\u2713" : "\u2717", good ? Colour::kGood : Colour::kBad), " ",
                  PadRight(SafeLine(check.name, 56), 56), PadLeft(Concat(check.passes, " passed"), 18),
                  PadLeft(Concat(check.fails, " failed"), 18)));
    }
    LeftOut(report_.checks.size());
  }

  void WriteGroups() {
    if (report_.groups.empty()) {
      return;
    }
    Title("GROUPS");
    Line(TrendHead());
    for (size_t i = 0; i < Shown(report_.groups.size()); ++i) {
      const GroupReport& group = report_.groups[i];
      Line(TrendRow(SafeLine(group.path, kTrendNameColumns - 1), group.duration, ValueUnit::kTime));
    }
    LeftOut(report_.groups.size());
  }

  std::string PlainMetric(const MetricReport& metric) const {
    switch (metric.kind) {
      case MetricKind::kCounter:
        return Concat(PadLeft(FormatValue(metric.sum, metric.unit), 14),
                      PadLeft(Concat(FormatValue(metric.per_second, metric.unit), "/s"), 16));
      case MetricKind::kRate:
        return Concat(PadLeft(FormatPercent(metric.rate), 14),
                      PadLeft(Concat(metric.trues, " of ", metric.samples), 30));
      case MetricKind::kGauge:
        return Concat(PadLeft(Value(metric.value, metric.unit), 14),
                      PadLeft(Concat("min ", Value(metric.min, metric.unit)), 16),
                      PadLeft(Concat("max ", Value(metric.max, metric.unit)), 16));
      case MetricKind::kTrend:
        break;
    }
    return "";
  }

  void WriteMetrics() {
    Title("METRICS");
    Line(TrendHead());
    WriteMetricRows(true);
    Line("");
    WriteMetricRows(false);
  }

  void WriteMetricRows(bool trends) {
    for (const MetricReport& metric : report_.metrics) {
      if ((metric.kind == MetricKind::kTrend) != trends) {
        continue;
      }
      Line(MetricRow(metric.name, metric));
      for (const MetricReport& part : report_.threshold_metrics) {
        if (part.name.size() > metric.name.size() && part.name[metric.name.size()] == '{' &&
            part.name.starts_with(metric.name)) {
          Line(MetricRow(Concat("  ", part.name.substr(metric.name.size())), part));
        }
      }
    }
  }

  std::string MetricRow(std::string_view name, const MetricReport& metric) const {
    if (metric.kind == MetricKind::kTrend) {
      return TrendRow(SafeLine(name, kTrendNameColumns - 1), metric.trend, metric.unit);
    }
    return Concat("  ", PadRight(SafeLine(name, kPlainNameColumns - 1), kPlainNameColumns), PlainMetric(metric));
  }

  void WriteRoutes() {
    if (report_.routes.empty()) {
      return;
    }
    Title("ROUTES");
    const auto row = [](std::string_view route, std::string_view count, std::string_view errors,
                        std::initializer_list<std::string> times, std::string_view apdex) {
      std::string line = Concat("  ", PadRight(route, kRouteColumns), PadLeft(count, 9), PadLeft(errors, 9));
      for (const std::string& time : times) {
        line += PadLeft(time, 9);
      }
      return line + PadLeft(apdex, 7);
    };
    Line(row("", "count", "errors", {"avg", "med", "p95", "p99"}, "apdex"));
    for (size_t i = 0; i < Shown(report_.routes.size()); ++i) {
      const RouteReport& route = report_.routes[i];
      Line(row(SafeLine(route.route, kRouteColumns - 1), std::to_string(route.count), FormatPercent(route.error_rate),
               {Time(route.duration.avg), Time(route.duration.med), Time(route.duration.p95), Time(route.duration.p99)},
               FormatNumber(route.apdex.score)));
    }
    LeftOut(report_.routes.size());
  }

  void WriteApdex() {
    if (report_.apdex.total == 0) {
      return;
    }
    Title("APDEX");
    Line(Concat("  ", FormatNumber(report_.apdex.score), " ", SafeLine(report_.apdex.rating, 20),
                " (T = ", FormatMillis(report_.apdex.threshold_ms), "): ", report_.apdex.satisfied, " satisfied, ",
                report_.apdex.tolerating, " tolerating, ", report_.apdex.frustrated, " frustrated"));
    Line(Concat("  standard deviation ", FormatMillis(report_.latency.stddev), ", coefficient of variation ",
                FormatNumber(report_.cv_pct), "%, of throughput ", FormatNumber(report_.throughput_stability_cv), "%"));
  }

  void WriteErrors() {
    if (report_.errors.empty()) {
      return;
    }
    Title("ERRORS");
    for (size_t i = 0; i < Shown(report_.errors.size()); ++i) {
      const ErrorReport& error = report_.errors[i];
      Line(Concat(PadLeft(std::to_string(error.count), 12), "  ", SafeLine(error.message, kColumns - 14)));
    }
    LeftOut(report_.errors.size());
  }

  static std::string RunnerRow(std::string_view name, std::string_view state, std::string_view vus,
                               std::string_view share, std::string_view requests, std::string_view iterations,
                               std::string_view start, std::string_view cpu, std::string_view lag) {
    return Concat("  ", PadRight(name, 20), PadRight(state, 10), PadLeft(vus, 8), PadLeft(share, 8),
                  PadLeft(requests, 12), PadLeft(iterations, 12), PadLeft(start, 9), PadLeft(cpu, 8), PadLeft(lag, 9));
  }

  void WriteRunners() {
    if (!report_.distributed.has_value()) {
      return;
    }
    const std::vector<RunnerReport>& runners = report_.distributed->runners;
    Title("RUNNERS");
    Line(RunnerRow("", "state", "VUs", "share", "requests", "iterations", "start", "CPU", "loop lag"));
    for (size_t i = 0; i < Shown(runners.size()); ++i) {
      const RunnerReport& runner = runners[i];
      const char* const sign = runner.start_offset_ms > 0 ? "+" : runner.start_offset_ms < 0 ? "-" : "";
      Line(RunnerRow(SafeLine(runner.runner, 19), SafeLine(runner.state, 9), std::to_string(runner.vus),
                     FormatPercent(runner.share), std::to_string(runner.requests), std::to_string(runner.iterations),
                     Concat(sign, FormatMillis(std::abs(runner.start_offset_ms))), FormatNumber(runner.cpu_max),
                     FormatMillis(runner.loop_lag_max_ms)));
    }
    LeftOut(runners.size());
    Line(Concat("  started within ", FormatMillis(report_.distributed->start_skew_ms),
                " of one another; clocks known to ", FormatMillis(report_.distributed->clock_uncertainty_ms)));
    WriteLosses();
  }

  // What the figures lack, and of whom.
  void WriteLosses() {
    if (!report_.distributed->partial) {
      return;
    }
    Line(Concat("  ", Painted("PARTIAL", Colour::kBad), ": the figures lack a part of the run"));
    const std::vector<RunnerReport>& runners = report_.distributed->runners;
    size_t losses = 0;
    for (const RunnerReport& runner : runners) {
      if (!runner.lost_from_ms.has_value() || ++losses > options_.max_rows) {
        continue;
      }
      const std::string until =
          runner.lost_until_ms.has_value() ? FormatMillis(*runner.lost_until_ms) : std::string("the end");
      const std::string why = runner.failure.empty() ? "" : Concat(": ", runner.failure);
      Line(SafeLine(Concat("    nothing is known of ", SafeLine(runner.runner, 30), " from ",
                           FormatMillis(*runner.lost_from_ms), " to ", until, why),
                    kColumns));
    }
    LeftOut(losses);
  }

  void WriteNotes() {
    if (report_.refused_series + report_.invalid_samples + report_.missing_windows == 0 &&
        report_.generator_limited.empty()) {
      return;
    }
    Title("NOTES");
    if (!report_.generator_limited.empty()) {
      Line(Concat("  ", Painted("GENERATOR LIMITED", Colour::kBad),
                  ": the load generator was a bottleneck, not (only) the target"));
      for (size_t i = 0; i < Shown(report_.generator_limited.size()); ++i) {
        Line(SafeLine(Concat("    ", report_.generator_limited[i]), kColumns + 40));
      }
      LeftOut(report_.generator_limited.size());
    }
    if (report_.refused_series != 0) {
      Line("  There were more series than the run's budget: the samples of the rest are under __other__.");
      Line("  Give requests to many addresses of one kind a common `name` tag.");
    }
    if (report_.invalid_samples != 0) {
      Line(Concat("  ", report_.invalid_samples, " samples were refused because they were no finite numbers."));
    }
    if (report_.missing_windows != 0) {
      Line(Concat("  ", report_.missing_windows, " seconds of measurements never arrived; the figures lack them."));
    }
  }

  void WriteThresholds() {
    std::string_view lines = thresholds_ = ThresholdLines(report_.thresholds);
    if (lines.empty()) {
      return;
    }
    Line("");
    while (!lines.empty()) {
      const size_t end = lines.find('\n');
      const std::string_view line = lines.substr(0, end);
      const bool pass = line.starts_with("PASS");
      if (pass || line.starts_with("FAIL")) {
        Line(Concat(Painted(line.substr(0, 4), pass ? Colour::kGood : Colour::kBad), line.substr(4)));
      } else {
        Line(line);
      }
      lines.remove_prefix(end + 1);
    }
  }

  static constexpr std::string_view kEllipsis = "\u2026";

  const RunReport& report_;
  const TextReportOptions& options_;
  std::string thresholds_;
  std::string out_;
};

}  // namespace

std::string ToText(const RunReport& report, const TextReportOptions& options) {
  return TextReport(report, options).Write();
}

}  // namespace mockarty
