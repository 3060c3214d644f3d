// mockarty-cli.
#include <stdio.h>

#include <variant>

#include "cli/arguments.h"
#include "cli/exit_codes.h"
#include "cli/perf_run.h"
#include "cli/signal_watcher.h"

namespace mockarty {
namespace {

int Main(int argc, const char* const* argv) {
  Arguments arguments = ParseArguments(argc, argv);
  if (const auto* answer = std::get_if<Answer>(&arguments)) {
    fputs(answer->text.c_str(), answer->is_error ? stderr : stdout);
    return answer->exit_code;
  }
  if (std::holds_alternative<VersionArguments>(arguments)) {
    puts("mockarty-cli " MOCKARTY_VERSION);
    return kExitPassed;
  }
  SignalWatcher::BlockSignals();
  return PerfRun(std::get<PerfRunArguments>(arguments));
}

}  // namespace
}  // namespace mockarty

int main(int argc, char** argv) { return mockarty::Main(argc, argv); }
