// A report in the shape that a script's handleSummary(data) expects: that of k6, so that its helpers (textSummary,
// jUnit) work.
//
//   {root_group: {name, path, id, groups: [...], checks: [{name, path, id, passes, fails}]},
//    options: {summaryTrendStats, summaryTimeUnit, noColor},
//    state: {isStdOutTTY, isStdErrTTY, testRunDurationMs},
//    metrics: {NAME: {type, contains, values, thresholds?}}, name, stoppedReason}
//
// Source of the shape: k6's documentation of handleSummary(). Pure.
#ifndef COMMON_REPORT_SUMMARY_DATA_H_
#define COMMON_REPORT_SUMMARY_DATA_H_

#include <string>

#include "common/report/run_report.h"

namespace mockarty {

std::string SummaryDataJson(const RunReport& report);

// What --summary-export writes, in k6's shape of it: groups and checks are objects by name, a metric's figures stand in
// it without `values`, and a threshold is true when it FAILED.
//
//   {root_group: {name, path, id, groups: {NAME: ...}, checks: {NAME: {name, path, id, passes, fails}}},
//    metrics: {NAME: {FIGURE: number, ..., thresholds?: {EXPRESSION: bool}}}}
std::string SummaryExportJson(const RunReport& report);

}  // namespace mockarty

#endif  // COMMON_REPORT_SUMMARY_DATA_H_
