// argv -> what the user wants, or what is wrong with it.
#ifndef CLI_ARGUMENTS_H_
#define CLI_ARGUMENTS_H_

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/plan/plan_parser.h"

namespace mockarty {

// `perf run`, every value within its limits.
struct PerfRunArguments {
  std::string script_path;
  PlanOverrides overrides;
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::string> json_paths;  // of --out json:FILE
  int workers = 0;                      // 0: one a core
  bool quiet = false;
};

struct VersionArguments {};

// The command line is answered already: a help text for stdout, or an error for stderr.
struct Answer {
  std::string text;  // ends with a line break
  int exit_code = 0;
  bool is_error = false;
};

using Arguments = std::variant<PerfRunArguments, VersionArguments, Answer>;

// Reads nothing but its parameters. Never throws.
Arguments ParseArguments(int argc, const char* const* argv);

}  // namespace mockarty

#endif  // CLI_ARGUMENTS_H_
