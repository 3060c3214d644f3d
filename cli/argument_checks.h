// From the text of an option to its value. Every message names the option, what was given and what was expected. Pure.
#ifndef CLI_ARGUMENT_CHECKS_H_
#define CLI_ARGUMENT_CHECKS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/arguments.h"

namespace mockarty {

// What CLI11 fills in, as text. One struct for all commands: an option means the same wherever it stands.
struct RawArguments {
  std::string script;
  std::string run_id;
  std::string vus;
  std::string rps;
  std::string max_vus;
  bool fail_on_generator_limited = false;
  std::string duration;
  std::string iterations;
  std::string workers;
  std::vector<std::string> environment;
  std::vector<std::string> secret_sources;
  std::vector<std::string> outputs;
  std::string archive;
  bool quiet = false;
  bool allow_outside_files = false;
  PostmanPaths postman;
  OptionTexts options;  // see option_flags.h
  std::string config;
  std::string summary_export;
  std::string include_system_env_vars;  // a switch: empty, true or false
  bool no_colour = false;
  bool no_usage_report = false;  // taken for the sake of command lines of k6

  std::string coordinator;
  std::string token;
  bool tls = false;
  std::string tls_ca;
  std::string runners;
  std::vector<std::string> labels;
  std::string name_space;
  std::string on_loss;
  std::string limit;
  bool now = false;
  bool json = false;
};

absl::StatusOr<PerfRunArguments> CheckRun(const RawArguments& raw, const ArgumentDefaults& defaults);
absl::StatusOr<PerfArchiveArguments> CheckArchive(const RawArguments& raw);
absl::StatusOr<RunnersArguments> CheckRunners(const RawArguments& raw, const ArgumentDefaults& defaults);
absl::StatusOr<PerfListArguments> CheckList(const RawArguments& raw, const ArgumentDefaults& defaults);
absl::StatusOr<PerfStopArguments> CheckStop(const RawArguments& raw, const ArgumentDefaults& defaults);
absl::StatusOr<PerfWatchArguments> CheckWatch(const RawArguments& raw, const ArgumentDefaults& defaults);

}  // namespace mockarty

#endif  // CLI_ARGUMENT_CHECKS_H_
