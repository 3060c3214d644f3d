#include "coordinator/run/run_query.h"

#include <limits>
#include <optional>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"

namespace mockarty {

absl::Status QueryRuns(Store& store, const std::string& name_space, uint32_t limit, v1::ListRunsResponse& out) {
  ASSIGN_OR_RETURN(const std::vector<RunRecord> rows, store.ListRuns(name_space, limit, 0));
  for (const RunRecord& row : rows) {
    v1::StoredRun record;
    if (!record.ParseFromString(row.data)) {
      return absl::DataLossError(Concat("run ", row.run_id, ": what is stored cannot be read"));
    }
    *out.add_runs() = SummaryOf(record);
  }
  return absl::OkStatus();
}

absl::Status QueryRun(Store& store, const std::string& run_id, const std::string& name_space, v1::GetRunResponse& out,
                      v1::StoredRun* record) {
  ASSIGN_OR_RETURN(const RunRecord row, store.GetRun(run_id));
  v1::StoredRun stored;
  if (!stored.ParseFromString(row.data)) {
    return absl::DataLossError(Concat("run ", run_id, ": what is stored cannot be read"));
  }
  if (!name_space.empty() && row.name_space != name_space) {
    return absl::NotFoundError(Concat("run ", Quoted(run_id, 80), " is unknown"));
  }
  *out.mutable_summary() = SummaryOf(stored);
  ASSIGN_OR_RETURN(const std::optional<std::string> report, store.GetReport(run_id));
  if (report.has_value() && !report->empty() && !out.mutable_report()->ParseFromString(*report)) {
    return absl::DataLossError(Concat("run ", run_id, ": the stored report cannot be read"));
  }
  if (record != nullptr) {
    *record = std::move(stored);
  }
  return absl::OkStatus();
}

v1::RunSummary SummaryOf(const v1::StoredRun& record) {
  v1::RunSummary summary;
  summary.set_run_id(record.run_id());
  summary.set_name(record.request().name().empty() ? record.request().script_name() : record.request().name());
  summary.set_namespace_(record.request().namespace_());
  summary.set_state(record.state());
  summary.set_created_at_ms(record.created_at_ms());
  summary.set_started_at_ms(record.started_at_ms());
  summary.set_finished_at_ms(record.finished_at_ms());
  summary.set_failure(record.failure());
  summary.set_runners(static_cast<uint32_t>(record.assignments_size()));
  return summary;
}

v1::RunEvent FinalEvent(const v1::StoredRun& record, const v1::RunReport* report) {
  v1::RunEvent event;
  event.set_run_id(record.run_id());
  event.set_number(std::numeric_limits<uint64_t>::max());
  event.set_state(record.state());
  if (record.has_plan()) {
    *event.mutable_plan() = record.plan();
  }
  *event.mutable_warnings() = record.warnings();
  event.set_final(true);
  event.set_failure_kind(record.failure_kind());
  event.set_failure(record.failure());
  event.set_aborted_by_threshold(record.aborted_by_threshold());
  event.set_aborted_by_criterion(record.aborted_by_criterion());
  *event.mutable_summary() = record.summary();
  event.set_has_summary(record.has_summary());
  event.set_summary_failure(record.summary_failure());
  if (report != nullptr) {
    *event.mutable_report() = *report;
  }
  return event;
}

}  // namespace mockarty
