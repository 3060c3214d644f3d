// Any bytes as a window from a remote. What is accepted is a window that an aggregate takes, and it travels on
// unchanged.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "common/metrics/merge.h"
#include "common/report/aggregate.h"
#include "common/report/json_report.h"
#include "common/report/report_builder.h"
#include "common/wire/snapshot_codec.h"
#include "common/wire/window_codec.h"
#include "mockarty/v1/window.pb.h"

namespace {

void Require(bool condition) {
  if (!condition) {
    std::abort();
  }
}

void RequirePlainMessage(const absl::Status& status) {
  Require(status.code() == absl::StatusCode::kInvalidArgument || status.code() == absl::StatusCode::kResourceExhausted);
  Require(!status.message().empty() && status.message().size() < 4'000);
}

void RequireTravels(const mockarty::Window& window, mockarty::MetricRegistry& registry) {
  mockarty::v1::Window again;
  mockarty::EncodeWindow(window, registry, &again);
  const absl::StatusOr<mockarty::Window> decoded = mockarty::DecodeWindow(again, registry);
  Require(decoded.ok());
  // Refusals of this registry come on top.
  mockarty::Window same = *decoded;
  same.refused_series = window.refused_series;
  Require(same == window);
}

void TryWindow(const void* data, size_t size) {
  mockarty::v1::Window message;
  if (!message.ParseFromArray(data, static_cast<int>(size))) {
    return;
  }
  mockarty::MetricRegistry registry({.max_series = 20, .max_metrics = 30});
  mockarty::WindowDecoder decoder(&registry);
  const absl::StatusOr<mockarty::Window> window = decoder.Decode(message);
  if (!window.ok()) {
    RequirePlainMessage(window.status());
    return;
  }
  RequireTravels(*window, registry);
  mockarty::RunAggregate aggregate(&registry, {.timeline_points = 16});
  if (window->source != mockarty::kSeveralSources) {
    Require(aggregate.Add(*window).ok());
    Require(aggregate.Add(*window).code() == absl::StatusCode::kAlreadyExists);
  }
  Require(!mockarty::ToJson(mockarty::BuildReport(aggregate, {}, {})).empty());
}

void TrySnapshot(const void* data, size_t size) {
  mockarty::v1::AggregateSnapshot message;
  if (!message.ParseFromArray(data, static_cast<int>(size))) {
    return;
  }
  mockarty::MetricRegistry registry({.max_series = 20, .max_metrics = 30});
  mockarty::WindowDecoder decoder(&registry);
  mockarty::RunAggregate aggregate(&registry, {.timeline_points = 16});
  if (const absl::Status status = mockarty::RestoreSnapshot(message, decoder, aggregate); !status.ok()) {
    RequirePlainMessage(status);
    return;
  }
  // The run goes on where it ended.
  mockarty::Window next = {.source = UINT64_MAX, .first_seq = 1, .last_seq = 1};
  next.start = aggregate.Elapsed();
  next.end = mockarty::kMaxWireOffset;
  const absl::Status added = aggregate.Add(next);
  Require(added.ok() || added.code() != absl::StatusCode::kInvalidArgument);
  Require(!mockarty::ToJson(mockarty::BuildReport(aggregate, {}, {})).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  TryWindow(data, size);
  TrySnapshot(data, size);
  return 0;
}
