#include "cli/remote/run_outcome.h"

namespace mockarty {

ExitCode CodeOfFinalEvent(const v1::RunEvent& event) {
  switch (event.failure_kind()) {
    case v1::FAILURE_KIND_NONE:
      break;
    case v1::FAILURE_KIND_BAD_INPUT:
      return kExitBadInput;
    case v1::FAILURE_KIND_INIT_THREW:
    case v1::FAILURE_KIND_HOOK_THREW:
      return kExitInitThrew;
    case v1::FAILURE_KIND_TEST_ABORTED:
      return kExitTestAborted;
    case v1::FAILURE_KIND_TEST_FAILED:
      return kExitTestFailed;
    case v1::FAILURE_KIND_SETUP_TIMEOUT:
      return kExitSetupTimeout;
    case v1::FAILURE_KIND_TEARDOWN_TIMEOUT:
      return kExitTeardownTimeout;
    default:
      return kExitFailure;
  }
  if (event.aborted_by_criterion()) return kExitAbortCriterion;
  if (event.aborted_by_threshold()) return kExitThresholdsFailed;
  if (event.state() == v1::RUN_STATE_STOPPED) return kExitInterrupted;
  if (event.has_report() && !event.report().thresholds_passed()) return kExitThresholdsFailed;
  return event.state() == v1::RUN_STATE_COMPLETED ? kExitPassed : kExitFailure;
}

ExitCode CodeOfCallError(const absl::Status& status) {
  return status.code() == absl::StatusCode::kInvalidArgument ? kExitBadInput : kExitFailure;
}

}  // namespace mockarty
