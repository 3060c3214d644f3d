// `mockarty-cli perf run --coordinator` and `perf watch`: a run of a fleet looks to its user like one of this machine.
#ifndef CLI_REMOTE_REMOTE_RUN_H_
#define CLI_REMOTE_REMOTE_RUN_H_

#include "cli/arguments.h"
#include "cli/exit_codes.h"

namespace mockarty {

// Submits the script and follows the run to its end. `arguments.fleet` is set; SignalWatcher::BlockSignals() was called
// before. Main thread, once a process.
ExitCode RemotePerfRun(const PerfRunArguments& arguments);

// Follows a run that was submitted elsewhere, or is over. Likewise.
ExitCode RemotePerfWatch(const PerfWatchArguments& arguments);

}  // namespace mockarty

#endif  // CLI_REMOTE_REMOTE_RUN_H_
