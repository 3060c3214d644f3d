// What a submission must be before it becomes a run.
#ifndef COORDINATOR_RUN_SUBMISSION_H_
#define COORDINATOR_RUN_SUBMISSION_H_

#include <string>

#include "absl/status/status.h"
#include "coordinator/run/coordinator.h"
#include "mockarty/v1/control.pb.h"

namespace mockarty {

// 32 hexadecimal digits, by chance.
std::string NewRunId();

// InvalidArgument names field, value and what was expected; PermissionDenied for another namespace than the caller's.
absl::Status CheckSubmission(const v1::SubmitRequest& request, const Caller& caller);

}  // namespace mockarty

#endif  // COORDINATOR_RUN_SUBMISSION_H_
