// The report as JSON, `"schema": "mockarty.report/1"`. Within version 1 keys are only added.
//
//   schema, name, status (completed | failed | stopped), stoppedReason, startedAt, finishedAt (RFC 3339),
//   durationMs, vus, vusMax, iterations, iterationsPerSecond, totalRequests, failedRequests, errorRate, rps,
//   avgLatencyMs, minLatencyMs, medLatencyMs, maxLatencyMs, p90LatencyMs, p95LatencyMs, p99LatencyMs,
//   errors [{message, count}], thresholdsPassed, thresholds {metric: [{threshold, passed, actual, noData}]},
//   checks [{group, name, passes, fails}], groups [{group, count, avg, ...}],
//   metrics {name: {type, unit, ...}},
//   summary {apdex, per_route_stats [...], stddev_ms, cv_pct, throughput_stability_cv, http_req_duration {...},
//            http_reqs, http_req_failed, data_sent, data_received, vus_max, iterations, checks},
//   timeseries {intervalMs, points [{offsetMs, avgLatencyMs, p95LatencyMs, rps, vus, errorRate,
//               iterationsPerSecond, plannedVus}]},
//   measurement {refusedSeries, invalidSamples, missingWindows, quantileRelativeError},
//   distributed {partial, startSkewMs, clockUncertaintyMs,
//                runners [{assignment, runner, instanceId, state, share, vus, requests, iterations, startOffsetMs,
//                          cpuMax, cpuAvg, loopLagMaxMs, lostFromMs, lostUntilMs, failure}]}
// `distributed` and `plannedVus` are there for the runs of a fleet only. lostFromMs and lostUntilMs are null for a
// runner of which nothing is missing; lostUntilMs alone is null when nothing more came of it. CPU is in cores.
// Times are milliseconds, rates 0 to 1 (checks.rate_pct: 0 to 100), data bytes.
#ifndef COMMON_REPORT_JSON_REPORT_H_
#define COMMON_REPORT_JSON_REPORT_H_

#include <string>

#include "common/report/run_report.h"

namespace mockarty {

inline constexpr char kReportSchema[] = "mockarty.report/1";

// Indented, with a new line at the end.
std::string ToJson(const RunReport& report);

// "completed", "failed" or "stopped".
const char* RunStatusName(RunStatus status);

}  // namespace mockarty

#endif  // COMMON_REPORT_JSON_REPORT_H_
