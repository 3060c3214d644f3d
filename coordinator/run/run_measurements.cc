#include "coordinator/run/run_measurements.h"

#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/metrics/builtin_metrics.h"
#include "common/plan/plan_progress.h"
#include "common/wire/snapshot_codec.h"

namespace mockarty {

absl::StatusOr<std::unique_ptr<RunMeasurements>> RunMeasurements::Create(const TestPlan& plan) {
  std::unique_ptr<RunMeasurements> made(new RunMeasurements(plan));
  ASSIGN_OR_RETURN(made->thresholds_, CompileThresholds(plan.thresholds));
  ASSIGN_OR_RETURN(AbortWatch watch, AbortWatch::Create(plan.abort_criteria, made->registry_));
  made->abort_watch_.emplace(std::move(watch));
  made->aggregate_ = std::make_unique<RunAggregate>(&made->registry_, AggregateOptions{});
  return made;
}

absl::Status RunMeasurements::Add(uint32_t assignment, const v1::Window& message) {
  if (message.source() != assignment) {
    return absl::InvalidArgumentError(
        Concat("window of assignment ", assignment, ": source is ", message.source(), ", expected ", assignment));
  }
  ASSIGN_OR_RETURN(const Window window, decoder_.Decode(message));
  RETURN_IF_ERROR(CheckVusOfAssignment(assignment, window));
  RETURN_IF_ERROR(aggregate_->Add(window));
  Totals& totals = totals_[assignment];
  for (const SeriesDelta& delta : window.series) {
    const SeriesInfo& series = registry_.Describe(delta.id);
    totals.requests += series.metric_id == kMetricHttpReqs ? delta.count : 0;
    if (series.metric_id == kMetricIterations) {
      CountIterations(*series.tags, delta.count, totals);
    }
  }
  if (window.end >= totals.last_end) {
    totals.last_end = window.end;
    totals.vus = 0;
    for (const SourceVus& vus : window.vus) {
      totals.vus += vus.now;
    }
  }
  return absl::OkStatus();
}

// Series name their scenario, but for a plan's only one, which may have no name.
void RunMeasurements::CountIterations(const TagSet& tags, uint64_t count, Totals& totals) const {
  totals.iterations += count;
  totals.by_scenario.resize(plan_.scenarios.size());
  const std::string* name = FindTag(tags, "scenario");
  for (size_t i = 0; i < plan_.scenarios.size(); ++i) {
    if (plan_.scenarios.size() == 1 || (name != nullptr && plan_.scenarios[i].name == *name)) {
      totals.by_scenario[i] += count;
    }
  }
}

std::optional<RunMeasurements::Verdict> RunMeasurements::Judge() {
  if (const auto name = abort_watch_->Check(*aggregate_)) {
    return Verdict{Concat("auto_stop: ", *name), false};
  }
  if (const auto failed = FirstAbort(thresholds_, *aggregate_)) {
    return Verdict{Concat("threshold: ", failed->metric, " ", failed->expression), true};
  }
  return std::nullopt;
}

bool RunMeasurements::HasAll(uint32_t assignment, uint64_t last_seq) const {
  if (last_seq == 0) {
    return true;
  }
  const auto taken = Taken(assignment);
  return taken.size() == 1 && taken.front().first == 1 && taken.front().second >= last_seq;
}

RunReport RunMeasurements::Report(ReportFacts facts, DistributedReport distributed) const {
  facts.vus = MaxVus(plan_);
  facts.apdex_threshold = plan_.apdex_threshold;
  facts.summary = plan_.summary;
  RunReport report = BuildReport(*aggregate_, facts, thresholds_);
  for (const RunnerReport& runner : distributed.runners) {
    for (const std::string& reason : runner.limited_by) {
      report.generator_limited.push_back(Concat(runner.runner, ": ", reason));
    }
  }
  report.distributed = std::move(distributed);
  for (TimelinePoint& point : report.timeline) {
    point.planned_vus = PlannedVus(plan_, point.offset + report.timeline_interval / 2);
  }
  return report;
}

void RunMeasurements::Save(v1::StoredSnapshot* out) const {
  EncodeSnapshot(*aggregate_, out->mutable_aggregate());
  for (const auto& [assignment, totals] : totals_) {
    v1::StoredSnapshot::Totals* stored = out->add_totals();
    stored->set_assignment(assignment);
    stored->set_requests(totals.requests);
    stored->set_iterations(totals.iterations);
    stored->set_last_end_ns(totals.last_end);
    stored->mutable_scenario_iterations()->Assign(totals.by_scenario.begin(), totals.by_scenario.end());
  }
}

absl::Status RunMeasurements::Restore(const v1::StoredSnapshot& snapshot) {
  RETURN_IF_ERROR(RestoreSnapshot(snapshot.aggregate(), decoder_, *aggregate_));
  for (const v1::StoredSnapshot::Totals& stored : snapshot.totals()) {
    Totals& totals = totals_[stored.assignment()];
    totals = {stored.requests(), stored.iterations(), 0, stored.last_end_ns(), {}};
    totals.by_scenario.assign(stored.scenario_iterations().begin(), stored.scenario_iterations().end());
  }
  return absl::OkStatus();
}

}  // namespace mockarty
