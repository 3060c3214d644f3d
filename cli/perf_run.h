// `mockarty-cli perf run`: the engine's facade with a user in front of it.
#ifndef CLI_PERF_RUN_H_
#define CLI_PERF_RUN_H_

#include "cli/arguments.h"
#include "cli/exit_codes.h"

namespace mockarty {

// Runs the script and says on stderr and stdout how it went. SignalWatcher::BlockSignals() was called before. Main
// thread, once a process.
ExitCode PerfRun(const PerfRunArguments& arguments);

}  // namespace mockarty

#endif  // CLI_PERF_RUN_H_
