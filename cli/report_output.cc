#include "cli/report_output.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/report/json_report.h"
#include "common/report/summary_data.h"
#include "common/report/text_format.h"
#include "common/report/text_report.h"
#include "common/report/thresholds.h"

namespace mockarty {
namespace {

// A line each on stderr for those that fail.
ExitCode WriteReports(const RunReport& report, const ReportFiles& files, StatusTerminal& terminal) {
  ExitCode code = kExitPassed;
  const auto commit = [&](ReportFile& file, const std::string& text) {
    const absl::Status status = file.Commit(text);
    if (status.ok()) return;
    terminal.Line(Concat("error: ", status.message()));
    code = kExitFailure;
  };
  const std::string json = files.json.empty() ? "" : ToJson(report);
  for (auto& file : files.json) commit(*file, json);
  if (files.summary_export != nullptr) commit(*files.summary_export, SummaryExportJson(report));
  return code;
}

std::string QuietText(const RunReport& report) {
  std::string text;
  for (const ErrorReport& error : report.errors) {
    text += Concat("error (", error.count, "x): ", SafeLine(error.message, 200), "\n");
  }
  return text + ThresholdLines(report.thresholds);
}

std::string Summary(const RunReport& report, SummaryForm form) {
  if (form == SummaryForm::kQuiet) return QuietText(report);
  if (form == SummaryForm::kJson) return ToJson(report);
  if (report.summary.none) return "";
  TextReportOptions options;
  options.colour = isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == nullptr;
  if (form == SummaryForm::kAllRows) options.max_rows = SIZE_MAX;
  return ToText(report, options);
}

}  // namespace

absl::StatusOr<ReportFiles> OpenReports(const std::vector<std::string>& json_paths,
                                        const std::string& summary_export_path) {
  ReportFiles files;
  for (const std::string& path : json_paths) {
    ASSIGN_OR_RETURN(std::unique_ptr<ReportFile> file, ReportFile::Create(path));
    files.json.push_back(std::move(file));
  }
  if (!summary_export_path.empty()) {
    ASSIGN_OR_RETURN(files.summary_export, ReportFile::Create(summary_export_path));
  }
  return files;
}

ExitCode PrintToStdout(const std::string& text, StatusTerminal& terminal) {
  bool written = fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (fflush(stdout) == 0 && written) return kExitPassed;
  terminal.Line(Concat("error: cannot write the summary: ", strerror(errno)));
  return kExitFailure;
}

bool RateKept(const RunReport& report) { return report.dropped_iterations == 0 && report.generator_limited.empty(); }

namespace {

// Below the working folder whatever links say: no leading slash, no "..".
bool StaysBelow(std::string_view path) {
  while (!path.empty()) {
    const size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part == "..") return false;
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return true;
}

absl::Status PutFile(const SummaryOutput& output, SummaryPlaces places) {
  if (places == SummaryPlaces::kStreamsOnly) {
    return absl::PermissionDeniedError(Concat("not written: ", Quoted(output.name, 200), ", a file of another's run"));
  }
  if (places == SummaryPlaces::kWorkingFolder && !StaysBelow(output.name)) {
    return absl::PermissionDeniedError(Concat("not written: ", Quoted(output.name, 200),
                                              ": expected a path below the working folder for a run of a coordinator"));
  }
  absl::StatusOr<std::unique_ptr<ReportFile>> file = ReportFile::Create(output.name);
  return file.ok() ? (*file)->Commit(output.text) : file.status();
}

// Without what would steer a terminal.
std::string Shown(std::string text, SummaryPlaces places) {
  if (places == SummaryPlaces::kStreamsOnly) {
    for (char& c : text) {
      if ((static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t') || c == 0x7F) c = '?';
    }
  }
  return text;
}

ExitCode PutSummary(const std::vector<SummaryOutput>& summary, SummaryPlaces places, StatusTerminal& terminal) {
  ExitCode code = kExitPassed;
  for (const SummaryOutput& output : summary) {
    if (output.name == "stdout") {
      if (PrintToStdout(Shown(output.text, places), terminal) != kExitPassed) code = kExitFailure;
    } else if (output.name == "stderr") {
      const std::string text = Shown(output.text, places);
      fwrite(text.data(), 1, text.size(), stderr);
    } else if (absl::Status put = PutFile(output, places); !put.ok()) {
      terminal.Line(Concat(places == SummaryPlaces::kStreamsOnly ? "" : "error: handleSummary(): ", put.message()));
      if (places != SummaryPlaces::kStreamsOnly) code = kExitFailure;
    }
  }
  return code;
}

}  // namespace

ExitCode PutReport(const RunReport& report, SummaryForm form, const ReportFiles& files,
                   const std::optional<std::vector<SummaryOutput>>& summary, SummaryPlaces places,
                   StatusTerminal& terminal) {
  const bool scripts = summary.has_value() && form != SummaryForm::kJson;
  ExitCode printed = scripts ? PutSummary(*summary, places, terminal) : PrintToStdout(Summary(report, form), terminal);
  ExitCode stored = WriteReports(report, files, terminal);
  return printed == kExitPassed ? stored : printed;
}

}  // namespace mockarty
