// Any text as a threshold: before the first new line the metric with its tag selector, after it the expression.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/report/thresholds.h"

namespace {

void Require(bool condition) {
  if (!condition) {
    std::abort();
  }
}

void RequirePlainMessage(const absl::Status& status) {
  Require(status.code() == absl::StatusCode::kInvalidArgument && !status.message().empty());
  for (const char c : status.message()) {
    Require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);  // nothing that a terminal would obey
  }
}

void CheckExpression(std::string_view text) {
  const auto parsed = mockarty::ParseThresholdExpression(text);
  if (!parsed.ok()) {
    RequirePlainMessage(parsed.status());
    return;
  }
  Require(std::isfinite(parsed->value));
  Require(parsed->stat.percentile >= 0 && parsed->stat.percentile <= 100);
  // Blanks around an expression mean nothing.
  const auto again = mockarty::ParseThresholdExpression(" " + std::string(text.substr(0, 198)) + " ");
  if (text.size() <= 198) {
    Require(again.ok() && again->value == parsed->value && again->op == parsed->op &&
            again->stat.kind == parsed->stat.kind);
  }
}

void CheckSelector(std::string_view text) {
  const auto parsed = mockarty::ParseMetricSelector(text);
  if (!parsed.ok()) {
    RequirePlainMessage(parsed.status());
    return;
  }
  Require(!parsed->metric.empty() && parsed->metric.size() <= 128);
  for (const mockarty::Tag& tag : parsed->tags) {
    Require(!tag.key.empty() && tag.value.size() <= 256);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t line = text.find('\n');
  CheckSelector(text.substr(0, line));
  CheckExpression(line == std::string_view::npos ? text : text.substr(line + 1));
  if (const auto stat = mockarty::ParseStat(text); stat.ok()) {
    Require(stat->percentile >= 0 && stat->percentile <= 100);
  } else {
    RequirePlainMessage(stat.status());
  }
  return 0;
}
