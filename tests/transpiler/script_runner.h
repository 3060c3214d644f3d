// Runs a loaded script in a heap of the patched Duktape, with stand-ins for the engine's modules, and keeps what it
// printed. For tests.
#ifndef TESTS_TRANSPILER_SCRIPT_RUNNER_H_
#define TESTS_TRANSPILER_SCRIPT_RUNNER_H_

#include <string>
#include <vector>

#include "engine/script/script_source.h"

namespace mockarty {

struct RunResult {
  // One entry for each line that print() or a request wrote.
  std::vector<std::string> output;
  // What the script threw, as String() shows it; empty when nothing.
  std::string error;
  // The line of the user's file where that was; 0 when unknown.
  int error_line = 0;
  int error_column = 0;
};

// Runs the script's body, then the jobs of its promises, then, if asked to, its default function.
RunResult RunScript(const ScriptSource& source, bool run_default);

}  // namespace mockarty

#endif  // TESTS_TRANSPILER_SCRIPT_RUNNER_H_
