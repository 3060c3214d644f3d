// `mockarty-cli runners`, `perf list` and `perf stop`: one question to a coordinator, its answer on stdout.
#ifndef CLI_REMOTE_FLEET_COMMANDS_H_
#define CLI_REMOTE_FLEET_COMMANDS_H_

#include <cstdint>
#include <string>

#include "cli/arguments.h"
#include "cli/exit_codes.h"
#include "mockarty/v1/control.pb.h"

namespace mockarty {

ExitCode ShowRunners(const RunnersArguments& arguments);
ExitCode ShowRuns(const PerfListArguments& arguments);
ExitCode StopRun(const PerfStopArguments& arguments);

// The texts, pure. Tables: a heading and a line each, columns two blanks apart. JSON: an array of objects.
std::string RunnersTable(const v1::ListRunnersResponse& response);
std::string RunnersJson(const v1::ListRunnersResponse& response);
std::string RunsTable(const v1::ListRunsResponse& response);
std::string RunsJson(const v1::ListRunsResponse& response);
// "queued", "running", ...: the word of the REST contract for a state.
const char* RunStateName(v1::RunState state);

}  // namespace mockarty

#endif  // CLI_REMOTE_FLEET_COMMANDS_H_
