// The file of --config: options that count where the script is silent.
#ifndef CLI_CONFIG_FILE_H_
#define CLI_CONFIG_FILE_H_

#include "absl/status/statusor.h"
#include "cli/arguments.h"
#include "common/plan/plan_parser.h"

namespace mockarty {

// The overrides of a run with its file read, where it names one. NotFound and the like: it cannot be read;
// InvalidArgument: it is no JSON object of options, with the name of the option that is wrong.
absl::StatusOr<PlanOverrides> ReadOverrides(const PerfRunArguments& arguments);

}  // namespace mockarty

#endif  // CLI_CONFIG_FILE_H_
