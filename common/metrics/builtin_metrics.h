// The metrics every run has, with fixed ids, so that the hot path needs no look-up. Names are those of k6 where k6 has
// them; times in milliseconds, data in bytes.
#ifndef COMMON_METRICS_BUILTIN_METRICS_H_
#define COMMON_METRICS_BUILTIN_METRICS_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "common/metrics/registry.h"

namespace mockarty {

enum BuiltinMetric : MetricId {
  kMetricVus,
  kMetricVusMax,
  kMetricIterations,
  kMetricIterationDuration,
  kMetricDroppedIterations,
  kMetricChecks,
  kMetricGroupDuration,
  kMetricDataSent,
  kMetricDataReceived,
  kMetricHttpReqs,
  kMetricHttpReqFailed,
  kMetricHttpReqDuration,
  kMetricHttpReqBlocked,
  kMetricHttpReqConnecting,
  kMetricHttpReqTlsHandshaking,
  kMetricHttpReqSending,
  kMetricHttpReqWaiting,
  kMetricHttpReqReceiving,
  kMetricApdexSatisfied,
  kMetricApdexTolerating,
  kMetricApdexFrustrated,
  kMetricErrors,
  kMetricIterationLag,
  kMetricHttpReqScheduledDuration,
  kBuiltinMetricCount
};

struct BuiltinMetricRow {
  std::string_view name;
  MetricKind kind;
  ValueUnit unit = ValueUnit::kPlain;
  uint32_t max_series = 0;
};

// In the order of BuiltinMetric.
inline constexpr std::array<BuiltinMetricRow, kBuiltinMetricCount> kBuiltinMetrics = {{
    {"vus", MetricKind::kGauge},
    {"vus_max", MetricKind::kGauge},
    {"iterations", MetricKind::kCounter},
    {"iteration_duration", MetricKind::kTrend, ValueUnit::kTime},
    {"dropped_iterations", MetricKind::kCounter},
    {"checks", MetricKind::kRate},
    {"group_duration", MetricKind::kTrend, ValueUnit::kTime},
    {"data_sent", MetricKind::kCounter, ValueUnit::kData},
    {"data_received", MetricKind::kCounter, ValueUnit::kData},
    {"http_reqs", MetricKind::kCounter},
    {"http_req_failed", MetricKind::kRate},
    {"http_req_duration", MetricKind::kTrend, ValueUnit::kTime},
    {"http_req_blocked", MetricKind::kTrend, ValueUnit::kTime},
    {"http_req_connecting", MetricKind::kTrend, ValueUnit::kTime},
    {"http_req_tls_handshaking", MetricKind::kTrend, ValueUnit::kTime},
    {"http_req_sending", MetricKind::kTrend, ValueUnit::kTime},
    {"http_req_waiting", MetricKind::kTrend, ValueUnit::kTime},
    {"http_req_receiving", MetricKind::kTrend, ValueUnit::kTime},
    // Requests by zone of the Application Performance Index, tagged with method and name only.
    {"apdex_satisfied", MetricKind::kCounter},
    {"apdex_tolerating", MetricKind::kCounter},
    {"apdex_frustrated", MetricKind::kCounter},
    // Messages of failures, one series a message: the error table of the report.
    {"errors", MetricKind::kCounter, ValueUnit::kPlain, 100},
    // Of iterations that a rate says the beginning of: how long after it was due one began, and how long requests took
    // together with that.
    {"iteration_lag", MetricKind::kTrend, ValueUnit::kTime},
    {"http_req_scheduled_duration", MetricKind::kTrend, ValueUnit::kTime},
}};

}  // namespace mockarty

#endif  // COMMON_METRICS_BUILTIN_METRICS_H_
