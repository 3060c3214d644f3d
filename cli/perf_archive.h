// `mockarty-cli perf archive`: a test with all its files as one.
#ifndef CLI_PERF_ARCHIVE_H_
#define CLI_PERF_ARCHIVE_H_

#include "cli/arguments.h"
#include "cli/exit_codes.h"

namespace mockarty {

// Says on stderr what went wrong.
ExitCode PerfArchive(const PerfArchiveArguments& arguments);

}  // namespace mockarty

#endif  // CLI_PERF_ARCHIVE_H_
