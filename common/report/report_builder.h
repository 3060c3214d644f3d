// Merged measurements and the facts of a run become its report. Pure; any thread.
#ifndef COMMON_REPORT_REPORT_BUILDER_H_
#define COMMON_REPORT_REPORT_BUILDER_H_

#include <cstdint>
#include <span>
#include <string>

#include "common/metrics/histogram.h"
#include "common/report/aggregate.h"
#include "common/report/run_report.h"
#include "common/report/thresholds.h"
#include "common/time/clock.h"

namespace mockarty {

// What the measurements do not say.
struct ReportFacts {
  std::string name;                          // of the test, such as its script's file name
  RunStatus status = RunStatus::kCompleted;  // becomes kFailed when it is kCompleted and a threshold failed
  std::string stopped_reason;
  int64_t started_at_ms = 0;  // wall clock
  int64_t finished_at_ms = 0;
  int64_t vus = 0;  // planned
  Nanos apdex_threshold = 500 * kNanosPerMilli;
  SummaryOptions summary;
};

RunReport BuildReport(const RunAggregate& aggregate, const ReportFacts& facts, std::span<const Threshold> thresholds);

// `summary`: whose trend stats are wanted beside the usual ones.
TrendStats MakeTrendStats(const Histogram& histogram, const SummaryOptions& summary = {});

}  // namespace mockarty

#endif  // COMMON_REPORT_REPORT_BUILDER_H_
