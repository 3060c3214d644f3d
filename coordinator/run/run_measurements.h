// All that a run's runners measured, merged while it arrives: live figures, verdicts, the report.
//
// Belongs to the core's thread.
#ifndef COORDINATOR_RUN_RUN_MEASUREMENTS_H_
#define COORDINATOR_RUN_RUN_MEASUREMENTS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/metrics/registry.h"
#include "common/plan/test_plan.h"
#include "common/report/abort_watch.h"
#include "common/report/aggregate.h"
#include "common/report/report_builder.h"
#include "common/report/run_report.h"
#include "common/report/thresholds.h"
#include "common/wire/window_codec.h"
#include "mockarty/v1/store.pb.h"

namespace mockarty {

class RunMeasurements {
 public:
  struct Totals {
    uint64_t requests = 0;
    uint64_t iterations = 0;
    int64_t vus = 0;                    // now
    Nanos last_end = 0;                 // of its windows, from the start of the run
    std::vector<uint64_t> by_scenario;  // iterations of each of the plan's scenarios
  };
  struct Verdict {
    std::string reason;  // "auto_stop: High error rate"
    bool by_threshold = false;
  };

  // InvalidArgument: a threshold or an abort criterion that cannot be judged.
  static absl::StatusOr<std::unique_ptr<RunMeasurements>> Create(const TestPlan& plan);

  // AlreadyExists: was taken before. Other errors: refused, nothing changed.
  absl::Status Add(uint32_t assignment, const v1::Window& window);

  // Thresholds with abortOnFail and abort criteria, on all that was merged so far.
  std::optional<Verdict> Judge();

  LiveSnapshot Snapshot() const { return aggregate_->Snapshot(); }
  Nanos Elapsed() const { return aggregate_->Elapsed(); }
  // All zero before its first window.
  const Totals& Of(uint32_t assignment) const {
    static constexpr Totals kNone;
    const auto at = totals_.find(assignment);
    return at == totals_.end() ? kNone : at->second;
  }
  std::vector<std::pair<uint64_t, uint64_t>> Taken(uint32_t assignment) const { return aggregate_->Taken(assignment); }
  bool HasAll(uint32_t assignment, uint64_t last_seq) const;

  // `distributed` and the planned VUs of the timeline are filled in too.
  RunReport Report(ReportFacts facts, DistributedReport distributed) const;

  void Save(v1::StoredSnapshot* out) const;
  absl::Status Restore(const v1::StoredSnapshot& snapshot);

 private:
  explicit RunMeasurements(const TestPlan& plan) : plan_(plan) {}

  void CountIterations(const TagSet& tags, uint64_t count, Totals& totals) const;

  const TestPlan plan_;
  MetricRegistry registry_;
  WindowDecoder decoder_{&registry_};
  std::unique_ptr<RunAggregate> aggregate_;
  std::vector<Threshold> thresholds_;
  std::optional<AbortWatch> abort_watch_;
  std::map<uint32_t, Totals> totals_;
};

}  // namespace mockarty

#endif  // COORDINATOR_RUN_RUN_MEASUREMENTS_H_
