// The end of a run, for its user: the summary on stdout and the report files. The same for runs here and of a fleet.
#ifndef CLI_REPORT_OUTPUT_H_
#define CLI_REPORT_OUTPUT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/exit_codes.h"
#include "cli/report_file.h"
#include "cli/status_terminal.h"
#include "common/report/run_report.h"
#include "common/report/summary_outputs.h"

namespace mockarty {

struct ReportFiles {
  std::vector<std::unique_ptr<ReportFile>> json;
  std::unique_ptr<ReportFile> summary_export;  // null: none
};

enum class SummaryForm {
  kText,
  kAllRows,  // of a functional run, which is there to show every check
  kQuiet,    // errors and thresholds only
  kJson,     // the report itself
};

// Before the run: InvalidArgument names the first that cannot be written.
absl::StatusOr<ReportFiles> OpenReports(const std::vector<std::string>& json_paths,
                                        const std::string& summary_export_path = "");

// Where handleSummary() may write: a script of one's own anywhere; what a coordinator sends back stays in the working
// folder; of somebody else's run nothing but its text is taken.
enum class SummaryPlaces { kAnywhere, kWorkingFolder, kStreamsOnly };

// Prints to stdout and writes the files. With `summary`, what handleSummary() asked for takes the place of the text
// (not of JSON, and not of the files). A report whose summary is switched off is only written to files, or as JSON.
// kExitPassed, or kExitFailure once an error line was shown on `terminal`.
ExitCode PutReport(const RunReport& report, SummaryForm form, const ReportFiles& files,
                   const std::optional<std::vector<SummaryOutput>>& summary, SummaryPlaces places,
                   StatusTerminal& terminal);

// No iteration was dropped and the load generator was no bottleneck.
bool RateKept(const RunReport& report);

// Prints `text` to stdout, which may be a file on a full disk. Results as PutReport().
ExitCode PrintToStdout(const std::string& text, StatusTerminal& terminal);

}  // namespace mockarty

#endif  // CLI_REPORT_OUTPUT_H_
