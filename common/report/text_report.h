// The summary at the end of a run, as text of at most 100 columns (more where `summaryTrendStats` asks for more
// columns): checks, groups, metrics, routes, APDEX, errors, of a distributed run its runners and what is missing of
// them, and the threshold lines. Text from scripts and servers is escaped. Pure; any thread.
#ifndef COMMON_REPORT_TEXT_REPORT_H_
#define COMMON_REPORT_TEXT_REPORT_H_

#include <cstddef>
#include <string>

#include "common/report/run_report.h"

namespace mockarty {

struct TextReportOptions {
  bool colour = false;   // ANSI colours for ticks and verdicts
  size_t max_rows = 50;  // of the tables of checks, groups and routes, and of the errors; more is said in one line
};

// Lines end in \n.
std::string ToText(const RunReport& report, const TextReportOptions& options = {});

}  // namespace mockarty

#endif  // COMMON_REPORT_TEXT_REPORT_H_
