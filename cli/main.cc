// mockarty-cli.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <variant>

#include "cli/arguments.h"
#include "cli/exit_codes.h"
#include "cli/perf_archive.h"
#include "cli/perf_run.h"
#include "cli/remote/fleet_commands.h"
#include "cli/remote/remote_run.h"
#include "cli/signal_watcher.h"

namespace mockarty {
namespace {

std::string Variable(const char* name) {
  const char* value = getenv(name);
  return value == nullptr ? "" : value;
}

ExitCode Do(const PerfRunArguments& run) {
  if (run.no_colour) setenv("NO_COLOR", "1", 1);  // https://no-color.org
  SignalWatcher::BlockSignals();
  return run.fleet.has_value() ? RemotePerfRun(run) : PerfRun(run);
}
ExitCode Do(const PerfArchiveArguments& archive) { return PerfArchive(archive); }
ExitCode Do(const PerfWatchArguments& watch) {
  SignalWatcher::BlockSignals();
  return RemotePerfWatch(watch);
}
ExitCode Do(const PerfListArguments& list) { return ShowRuns(list); }
ExitCode Do(const PerfStopArguments& stop) { return StopRun(stop); }
ExitCode Do(const RunnersArguments& runners) { return ShowRunners(runners); }
ExitCode Do(const VersionArguments&) {
  puts("mockarty-cli " MOCKARTY_VERSION);
  return kExitPassed;
}
int Do(const Answer& answer) {
  fputs(answer.text.c_str(), answer.is_error ? stderr : stdout);
  return answer.exit_code;
}

}  // namespace
}  // namespace mockarty

int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape): throws only where memory is out
  using namespace mockarty;
  ArgumentDefaults defaults{.coordinator = Variable("MOCKARTY_COORDINATOR"),
                            .token = Variable("MOCKARTY_API_KEY"),
                            .options = ReadOptionVariables(environ)};
  return std::visit([](const auto& what) -> int { return Do(what); }, ParseArguments(argc, argv, defaults));
}
