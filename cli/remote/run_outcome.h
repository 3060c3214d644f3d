// What the final event of a run means to the caller of mockarty-cli. Pure.
#ifndef CLI_REMOTE_RUN_OUTCOME_H_
#define CLI_REMOTE_RUN_OUTCOME_H_

#include "absl/status/status.h"
#include "cli/exit_codes.h"
#include "mockarty/v1/control.pb.h"

namespace mockarty {

// The codes of a local run (docs/exit-codes.md). A run that a user stopped, here or elsewhere, is interrupted.
ExitCode CodeOfFinalEvent(const v1::RunEvent& event);

// Of a call that failed: bad input or any other failure.
ExitCode CodeOfCallError(const absl::Status& status);

}  // namespace mockarty

#endif  // CLI_REMOTE_RUN_OUTCOME_H_
