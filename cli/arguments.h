// argv -> what the user wants, or what is wrong with it.
#ifndef CLI_ARGUMENTS_H_
#define CLI_ARGUMENTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cli/option_flags.h"
#include "common/plan/plan_parser.h"
#include "engine/script/loader.h"

namespace mockarty {

// What the environment says where the command line does not: MOCKARTY_COORDINATOR and MOCKARTY_API_KEY, and options of
// scripts. Empty: nothing.
struct ArgumentDefaults {
  std::string coordinator;
  std::string token;
  OptionVariables options;  // K6_VUS, K6_STAGES, ...
};

// Where a coordinator listens, and who asks.
struct CoordinatorArguments {
  std::string address;  // "host:port"; an IPv6 host in brackets
  std::string token;    // not empty
  bool tls = false;
  std::string tls_ca_path;  // PEM; empty: the system's
};

enum class RunnerLossChoice { kDegrade, kFail, kRebalance };

// What only a distributed run has.
struct FleetArguments {
  CoordinatorArguments coordinator;
  uint32_t runners = 0;             // 0: as many as the plan needs
  std::vector<std::string> labels;  // "key=value"
  std::string name_space;           // empty: the coordinator's default
  RunnerLossChoice on_loss = RunnerLossChoice::kDegrade;
};

// `perf run`, every value within its limits.
struct PerfRunArguments {
  std::string script_path;
  PlanOverrides overrides;
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::string> secret_sources;  // see engine/run/secret_sources.h
  std::vector<std::string> json_paths;      // of --out json:FILE
  std::string summary_export_path;          // empty: none
  std::string config_path;                  // of --config: becomes overrides.config_json when it is read
  int workers = 0;                          // 0: one a core
  bool quiet = false;
  bool no_colour = false;
  bool system_environment = true;          // the process's own variables are in __ENV
  bool fail_on_generator_limited = false;  // exit code 98 then
  bool allow_outside_files = false;
  PostmanPaths postman;                 // files beside a collection or a legacy script
  std::optional<FleetArguments> fleet;  // none: on this machine
};

// `perf archive`.
struct PerfArchiveArguments {
  std::string script_path;
  std::string output_path;
  std::vector<std::pair<std::string, std::string>> environment;
  bool allow_outside_files = false;
  PostmanPaths postman;  // files beside a collection or a legacy script
};

struct RunnersArguments {
  CoordinatorArguments coordinator;
  bool json = false;
};

struct PerfListArguments {
  CoordinatorArguments coordinator;
  uint32_t limit = 50;
  std::string name_space;  // empty: all that the token may see
  bool json = false;
};

struct PerfStopArguments {
  CoordinatorArguments coordinator;
  std::string run_id;
  bool now = false;
  bool json = false;
};

struct PerfWatchArguments {
  CoordinatorArguments coordinator;
  std::string run_id;
  std::vector<std::string> json_paths;
  bool quiet = false;
  bool json = false;  // the report on stdout, in place of the summary
};

struct VersionArguments {};

// The command line is answered already: a help text for stdout, or an error for stderr.
struct Answer {
  std::string text;  // ends with a line break
  int exit_code = 0;
  bool is_error = false;
};

using Arguments = std::variant<PerfRunArguments, RunnersArguments, PerfListArguments, PerfStopArguments,
                               PerfWatchArguments, PerfArchiveArguments, VersionArguments, Answer>;

// Reads nothing but its parameters. Never throws.
Arguments ParseArguments(int argc, const char* const* argv, const ArgumentDefaults& defaults = {});

}  // namespace mockarty

#endif  // CLI_ARGUMENTS_H_
