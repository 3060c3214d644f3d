#include "cli/progress_line.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "common/base/concat.h"

namespace mockarty {
namespace {

constexpr int kMinBar = 12;
constexpr int kMaxBar = 40;

// 3 significant digits or so: "0.42ms", "12.3ms", "1.25s".
std::string FormatLatency(double ms) {
  if (ms <= 0) return "-";
  if (ms >= 1000) return absl::StrFormat("%.2fs", ms / 1000);
  if (ms >= 100) return absl::StrFormat("%.0fms", ms);
  if (ms >= 10) return absl::StrFormat("%.1fms", ms);
  return absl::StrFormat("%.2fms", ms);
}

std::string FormatRate(double rps) { return rps >= 100 ? absl::StrFormat("%.0f", rps) : absl::StrFormat("%.1f", rps); }

std::string Time(const ProgressFigures& figures) {
  if (figures.planned <= 0) return FormatElapsed(figures.elapsed);
  return Concat(FormatElapsed(figures.elapsed), "/", FormatElapsed(figures.planned));
}

std::string Runners(int count) { return Concat(count, count == 1 ? " runner" : " runners"); }

std::string Bar(double fraction, int columns) {
  int inner = columns - 2;
  int filled = static_cast<int>(std::clamp(fraction, 0.0, 1.0) * inner);
  std::string bar = "[" + std::string(static_cast<size_t>(filled), '=');
  if (filled < inner) bar += '>';
  bar.resize(static_cast<size_t>(inner) + 1, ' ');
  return bar + "]";
}

}  // namespace

std::string FormatElapsed(Nanos elapsed) {
  int64_t seconds = std::max<Nanos>(elapsed, 0) / kNanosPerSecond;
  int64_t hours = seconds / 3600;
  std::string clock = absl::StrFormat("%02d:%02d", seconds / 60 % 60, seconds % 60);
  return hours == 0 ? clock : Concat(hours, ":", clock);
}

std::string FormatBar(const ProgressFigures& figures, int width) {
  if (width <= 0) return "";
  // In the order of importance: what does not fit is left out from the back.
  std::vector<std::string> parts = {
      Time(figures), Concat("VUs ", figures.vus, "/", figures.vus_max), Concat("RPS ", FormatRate(figures.rps)),
      Concat("p95 ", FormatLatency(figures.p95_ms)), Concat("errors ", figures.failed_requests)};
  if (figures.runners > 0) parts.push_back(Runners(figures.runners));
  if (figures.stopping) parts.insert(parts.begin() + 1, "stopping");
  std::string text;
  for (const std::string& part : parts) {
    std::string longer = text.empty() ? part : Concat(text, "  ", part);
    if (longer.size() > static_cast<size_t>(width)) break;
    text = longer;
  }
  int room = width - static_cast<int>(text.size()) - 2;
  if (text.empty() || figures.fraction < 0 || room < kMinBar + 5) return text;
  int percent = static_cast<int>(std::clamp(figures.fraction, 0.0, 1.0) * 100);
  return Concat(Bar(figures.fraction, std::min(room - 5, kMaxBar)), absl::StrFormat(" %3d%%  ", percent), text)
      .substr(0, static_cast<size_t>(width));
}

std::string FormatPlain(const ProgressFigures& figures) {
  std::string text = Concat(figures.stopping ? "stopping " : "running ", Time(figures));
  if (figures.fraction >= 0) {
    text += absl::StrFormat(" (%d%%)", static_cast<int>(std::clamp(figures.fraction, 0.0, 1.0) * 100));
  }
  return Concat(text, ", VUs ", figures.vus, "/", figures.vus_max, ", iterations ", figures.iterations, ", requests ",
                figures.requests, ", RPS ", FormatRate(figures.rps), ", p95 ", FormatLatency(figures.p95_ms),
                ", errors ", figures.failed_requests, figures.runners > 0 ? ", " : "",
                figures.runners > 0 ? Runners(figures.runners) : "");
}

}  // namespace mockarty
