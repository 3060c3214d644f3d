#include "cli/argument_checks.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "absl/strings/ascii.h"
#include "common/base/concat.h"
#include "common/base/duration.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/base/suggest.h"

namespace mockarty {
namespace {

constexpr uint64_t kMaxWorkers = 1024;
constexpr uint64_t kMaxRunners = 10'000;
constexpr uint64_t kMaxListed = 1000;
constexpr size_t kMaxEnvironmentName = 256;
constexpr size_t kMaxHost = 253;
constexpr size_t kMaxToken = 1024;
constexpr size_t kMaxLabel = 256;
constexpr size_t kMaxName = 128;
constexpr std::string_view kDefaultPort = "5773";
constexpr std::array<std::string_view, 1> kFormats = {"json"};
constexpr std::array<std::string_view, 3> kLossChoices = {"degrade", "fail", "rebalance"};

absl::StatusOr<uint64_t> ParseCount(std::string_view flag, std::string_view text, uint64_t maximum) {
  uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool number = error == std::errc() && end == text.data() + text.size();
  if (!number || value < 1 || value > maximum) {
    return absl::InvalidArgumentError(Concat(flag, ": expected an integer of 1 to ", maximum, ", got ", Quoted(text)));
  }
  return value;
}

// A value and where it was given: a flag, else a variable of the environment.
struct Given {
  std::string_view source;
  std::string_view text;  // empty: nowhere
};

Given FlagOrVariable(std::string_view flag, const std::string& text, const char* variable,
                     const OptionVariables& variables) {
  if (!text.empty()) return {flag, text};
  const auto found = variables.find(variable);
  return found == variables.end() ? Given{flag, ""} : Given{found->first, found->second};
}

absl::StatusOr<Nanos> ParseLength(const Given& given) {
  absl::StatusOr<int64_t> duration = ParseDuration(given.text);
  if (!duration.ok()) return absl::InvalidArgumentError(Concat(given.source, ": ", duration.status().message()));
  if (*duration == 0 || *duration > kMaxRunDuration) {
    return absl::InvalidArgumentError(Concat(given.source, ": expected more than 0 and at most ",
                                             FormatDuration(kMaxRunDuration), ", got ", Quoted(given.text)));
  }
  return *duration;
}

// A flag that says how much load there is takes the place of all variables that do.
absl::Status ParseOverrides(const RawArguments& raw, const OptionVariables& variables, PlanOverrides& overrides) {
  const auto stages = raw.options.find("stages");
  const bool staged = stages != raw.options.end() && !stages->second.empty();
  if (staged && (!raw.duration.empty() || !raw.iterations.empty())) {
    return absl::InvalidArgumentError(
        Concat(raw.duration.empty() ? "--iterations" : "--duration", " and --stage cannot be combined"));
  }
  const bool with_load = !staged && raw.duration.empty() && raw.iterations.empty();
  OptionTexts options = raw.options;
  if (const Given given = FlagOrVariable("--vus", raw.vus, "K6_VUS", variables); !given.text.empty()) {
    ASSIGN_OR_RETURN(uint64_t vus, ParseCount(given.source, given.text, kMaxVus));
    const Given by_variable = FlagOrVariable("", "", "K6_STAGES", variables);
    if (staged || (with_load && !by_variable.text.empty())) {
      options["vus"] = {std::string(given.text)};  // where the stages begin, and no load of its own
    } else {
      overrides.vus = static_cast<uint32_t>(vus);
    }
  }
  ASSIGN_OR_RETURN(overrides.options_json, MakeOptionsJson(options, variables, with_load));
  if (const Given given = FlagOrVariable("--rps", raw.rps, "K6_RPS", variables); !given.text.empty()) {
    ASSIGN_OR_RETURN(uint64_t rps, ParseCount(given.source, given.text, kMaxRatePerSecond));
    overrides.rps = static_cast<uint32_t>(rps);
  }
  if (!raw.max_vus.empty()) {
    ASSIGN_OR_RETURN(uint64_t max_vus, ParseCount("--max-vus", raw.max_vus, kMaxVus));
    overrides.max_vus = static_cast<uint32_t>(max_vus);
  }
  const OptionVariables none;
  const OptionVariables& loads = with_load ? variables : none;
  if (const Given given = FlagOrVariable("--iterations", raw.iterations, "K6_ITERATIONS", loads); !given.text.empty()) {
    ASSIGN_OR_RETURN(overrides.iterations, ParseCount(given.source, given.text, kMaxIterations));
  }
  if (const Given given = FlagOrVariable("--duration", raw.duration, "K6_DURATION", loads); !given.text.empty()) {
    ASSIGN_OR_RETURN(overrides.duration, ParseLength(given));
  }
  return absl::OkStatus();
}

bool IsVariableName(std::string_view name) {
  if (name.empty() || name.size() > kMaxEnvironmentName || absl::ascii_isdigit(static_cast<unsigned char>(name[0]))) {
    return false;
  }
  return std::all_of(name.begin(), name.end(), [](unsigned char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

absl::StatusOr<std::pair<std::string, std::string>> ParseVariable(std::string_view text) {
  size_t equals = text.find('=');
  if (equals == std::string_view::npos || !IsVariableName(text.substr(0, equals))) {
    return absl::InvalidArgumentError(
        Concat("--env: expected NAME=VALUE with a name of letters, digits and '_', got ", Quoted(text)));
  }
  return std::pair<std::string, std::string>(text.substr(0, equals), text.substr(equals + 1));
}

absl::StatusOr<std::string> ParseOutput(std::string_view text) {
  size_t colon = text.find(':');
  std::string_view format = text.substr(0, colon);
  if (std::find(kFormats.begin(), kFormats.end(), format) == kFormats.end()) {
    return absl::InvalidArgumentError(Concat("--out: unknown format ", Quoted(format), " in ", Quoted(text),
                                             "; expected json:FILE", DidYouMean(format, kFormats)));
  }
  if (colon == std::string_view::npos || colon + 1 == text.size()) {
    return absl::InvalidArgumentError(Concat("--out: expected json:FILE, got ", Quoted(text)));
  }
  return std::string(text.substr(colon + 1));
}

absl::StatusOr<std::vector<std::string>> ParseOutputs(const std::vector<std::string>& texts) {
  std::vector<std::string> paths;
  for (const std::string& text : texts) {
    ASSIGN_OR_RETURN(std::string path, ParseOutput(text));
    paths.push_back(std::move(path));
  }
  return paths;
}

bool IsHost(std::string_view host) {
  if (host.empty() || host.size() > kMaxHost) return false;
  return std::all_of(host.begin(), host.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '%';
  });
}

// "host", "host:port", "[v6]", "[v6]:port" or "v6" -> "host:port".
absl::StatusOr<std::string> ParseAddress(std::string_view source, std::string_view text) {
  auto bad = [&] {
    return absl::InvalidArgumentError(
        Concat(source, ": expected HOST or HOST:PORT of the coordinator's gRPC port, got ", Quoted(text)));
  };
  std::string_view host = text;
  std::string_view port = kDefaultPort;
  if (text.starts_with("[")) {
    size_t end = text.find(']');
    if (end == std::string_view::npos) return bad();
    host = text.substr(1, end - 1);
    if (end + 1 < text.size()) {
      if (text[end + 1] != ':') return bad();
      port = text.substr(end + 2);
    }
  } else if (std::count(text.begin(), text.end(), ':') == 1) {
    host = text.substr(0, text.find(':'));
    port = text.substr(text.find(':') + 1);
  }
  if (!IsHost(host) || !ParseCount(source, port, 65'535).ok()) return bad();
  bool v6 = host.find(':') != std::string_view::npos;
  return v6 ? Concat("[", host, "]:", port) : Concat(host, ":", port);
}

absl::StatusOr<CoordinatorArguments> CheckCoordinator(const RawArguments& raw, const ArgumentDefaults& defaults) {
  bool given = !raw.coordinator.empty();
  const std::string& address = given ? raw.coordinator : defaults.coordinator;
  if (address.empty()) {
    return absl::InvalidArgumentError("--coordinator: expected HOST[:5773], or MOCKARTY_COORDINATOR set to it");
  }
  CoordinatorArguments coordinator{.tls = raw.tls || !raw.tls_ca.empty(), .tls_ca_path = raw.tls_ca};
  ASSIGN_OR_RETURN(coordinator.address, ParseAddress(given ? "--coordinator" : "MOCKARTY_COORDINATOR", address));
  coordinator.token = raw.token.empty() ? defaults.token : raw.token;
  std::string_view source = raw.token.empty() ? "MOCKARTY_API_KEY" : "--token";
  if (coordinator.token.empty()) {
    return absl::InvalidArgumentError("--token: expected a user token (mk_...), or MOCKARTY_API_KEY set to it");
  }
  // It becomes a header: nothing else may ride along. The token is a secret and is not shown.
  bool printable = std::all_of(coordinator.token.begin(), coordinator.token.end(),
                               [](unsigned char c) { return absl::ascii_isgraph(c); });
  if (!printable || coordinator.token.size() > kMaxToken) {
    return absl::InvalidArgumentError(Concat(source, ": expected a user token (mk_...) of printable characters"));
  }
  if (coordinator.token.starts_with("mki_")) {
    return absl::InvalidArgumentError(Concat(source, ": expected a user token (mk_...), got a runner's (mki_...)"));
  }
  return coordinator;
}

absl::StatusOr<std::string> ParseNamespace(std::string_view text) {
  bool good = text.size() <= kMaxName && std::all_of(text.begin(), text.end(), [](unsigned char c) {
                return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
              });
  if (!good) {
    return absl::InvalidArgumentError(
        Concat("--namespace: expected at most ", kMaxName, " letters, digits, '-', '_' and '.', got ", Quoted(text)));
  }
  return std::string(text);
}

// "region=eu,tier=heavy", perhaps in several options.
absl::StatusOr<std::vector<std::string>> ParseLabels(const std::vector<std::string>& texts) {
  std::vector<std::string> labels;
  for (const std::string& text : texts) {
    for (size_t begin = 0; begin <= text.size();) {
      size_t end = std::min(text.find(',', begin), text.size());
      std::string label(absl::StripAsciiWhitespace(absl::string_view(text.data() + begin, end - begin)));
      begin = end + 1;
      size_t equals = label.find('=');
      if (equals == std::string::npos || equals == 0 || label.size() > kMaxLabel) {
        return absl::InvalidArgumentError(Concat("--labels: expected NAME=VALUE,..., got ", Quoted(text)));
      }
      labels.push_back(std::move(label));
    }
  }
  return labels;
}

absl::StatusOr<RunnerLossChoice> ParseLossChoice(std::string_view text) {
  if (text.empty() || text == "degrade") return RunnerLossChoice::kDegrade;
  if (text == "fail") return RunnerLossChoice::kFail;
  if (text == "rebalance") return RunnerLossChoice::kRebalance;
  return absl::InvalidArgumentError(Concat("--on-runner-loss: expected degrade, fail or rebalance, got ", Quoted(text),
                                           DidYouMean(text, kLossChoices)));
}

absl::StatusOr<FleetArguments> CheckFleet(const RawArguments& raw, const ArgumentDefaults& defaults) {
  FleetArguments fleet;
  ASSIGN_OR_RETURN(fleet.coordinator, CheckCoordinator(raw, defaults));
  if (!raw.runners.empty() && raw.runners != "auto") {
    absl::StatusOr<uint64_t> runners = ParseCount("--runners", raw.runners, kMaxRunners);
    if (!runners.ok()) {
      return absl::InvalidArgumentError(
          Concat("--runners: expected 'auto' or an integer of 1 to ", kMaxRunners, ", got ", Quoted(raw.runners)));
    }
    fleet.runners = static_cast<uint32_t>(*runners);
  }
  ASSIGN_OR_RETURN(fleet.labels, ParseLabels(raw.labels));
  ASSIGN_OR_RETURN(fleet.name_space, ParseNamespace(raw.name_space));
  ASSIGN_OR_RETURN(fleet.on_loss, ParseLossChoice(raw.on_loss));
  if (!raw.workers.empty()) {
    return absl::InvalidArgumentError("--workers: is of runs on this machine; each runner has a setting of its own");
  }
  return fleet;
}

// An option that would be without effect is a mistake of whoever gave it.
absl::Status RefuseFleetOptions(const RawArguments& raw) {
  std::string_view option;
  if (!raw.token.empty()) option = "--token";
  if (!raw.runners.empty()) option = "--runners";
  if (!raw.labels.empty()) option = "--labels";
  if (!raw.name_space.empty()) option = "--namespace";
  if (!raw.on_loss.empty()) option = "--on-runner-loss";
  if (raw.tls || !raw.tls_ca.empty()) option = "--tls";
  if (option.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      Concat(option, ": needs --coordinator HOST[:", kDefaultPort, "], or MOCKARTY_COORDINATOR"));
}

absl::Status CheckRunId(std::string_view command, std::string_view run_id) {
  if (run_id.empty()) {
    return absl::InvalidArgumentError(Concat("the run is missing: mockarty-cli ", command, " RUN"));
  }
  bool good = run_id.size() <= kMaxName &&
              std::all_of(run_id.begin(), run_id.end(), [](unsigned char c) { return absl::ascii_isgraph(c); });
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(Concat("RUN: expected the id of a run, got ", Quoted(run_id)));
}

}  // namespace

absl::StatusOr<PerfRunArguments> CheckRun(const RawArguments& raw, const ArgumentDefaults& defaults) {
  if (raw.script.empty()) return absl::InvalidArgumentError("the script is missing: mockarty-cli perf run FILE");
  PerfRunArguments run{.script_path = raw.script,
                       .quiet = raw.quiet,
                       .fail_on_generator_limited = raw.fail_on_generator_limited,
                       .allow_outside_files = raw.allow_outside_files,
                       .postman = raw.postman};
  RETURN_IF_ERROR(ParseOverrides(raw, defaults.options, run.overrides));
  const auto from_environment = [&defaults](const char* name) {
    const auto found = defaults.options.find(name);
    return found == defaults.options.end() ? std::string() : found->second;
  };
  run.config_path = raw.config.empty() ? from_environment("K6_CONFIG") : raw.config;
  run.summary_export_path = raw.summary_export.empty() ? from_environment("K6_SUMMARY_EXPORT") : raw.summary_export;
  ASSIGN_OR_RETURN(run.system_environment, ParseSwitch("--include-system-env-vars", raw.include_system_env_vars, true));
  run.no_colour = raw.no_colour;
  if (!raw.workers.empty()) {
    ASSIGN_OR_RETURN(uint64_t workers, ParseCount("--workers", raw.workers, kMaxWorkers));
    run.workers = static_cast<int>(workers);
  }
  run.secret_sources = raw.secret_sources;
  for (const std::string& text : raw.environment) {
    ASSIGN_OR_RETURN(auto variable, ParseVariable(text));
    run.environment.push_back(std::move(variable));
  }
  ASSIGN_OR_RETURN(run.json_paths, ParseOutputs(raw.outputs));
  if (raw.coordinator.empty() && defaults.coordinator.empty()) {
    RETURN_IF_ERROR(RefuseFleetOptions(raw));
  } else {
    if (!raw.secret_sources.empty()) {
      return absl::InvalidArgumentError("--secret-source is for runs on this machine: secrets are not sent to runners");
    }
    ASSIGN_OR_RETURN(run.fleet, CheckFleet(raw, defaults));
  }
  return run;
}

absl::StatusOr<PerfArchiveArguments> CheckArchive(const RawArguments& raw) {
  constexpr std::string_view usage = "mockarty-cli perf archive FILE -o OUT.tar";
  if (raw.script.empty()) return absl::InvalidArgumentError(Concat("the script is missing: ", usage));
  if (raw.archive.empty()) return absl::InvalidArgumentError(Concat("--output is missing: ", usage));
  PerfArchiveArguments archive{
      .script_path = raw.script, .output_path = raw.archive, .allow_outside_files = raw.allow_outside_files};
  archive.postman = raw.postman;
  for (const std::string& text : raw.environment) {
    ASSIGN_OR_RETURN(auto variable, ParseVariable(text));
    archive.environment.push_back(std::move(variable));
  }
  return archive;
}

absl::StatusOr<RunnersArguments> CheckRunners(const RawArguments& raw, const ArgumentDefaults& defaults) {
  RunnersArguments runners{.json = raw.json};
  ASSIGN_OR_RETURN(runners.coordinator, CheckCoordinator(raw, defaults));
  return runners;
}

absl::StatusOr<PerfListArguments> CheckList(const RawArguments& raw, const ArgumentDefaults& defaults) {
  PerfListArguments list{.json = raw.json};
  if (!raw.limit.empty()) {
    ASSIGN_OR_RETURN(uint64_t limit, ParseCount("--limit", raw.limit, kMaxListed));
    list.limit = static_cast<uint32_t>(limit);
  }
  ASSIGN_OR_RETURN(list.name_space, ParseNamespace(raw.name_space));
  ASSIGN_OR_RETURN(list.coordinator, CheckCoordinator(raw, defaults));
  return list;
}

absl::StatusOr<PerfStopArguments> CheckStop(const RawArguments& raw, const ArgumentDefaults& defaults) {
  PerfStopArguments stop{.run_id = raw.run_id, .now = raw.now, .json = raw.json};
  RETURN_IF_ERROR(CheckRunId("perf stop", raw.run_id));
  ASSIGN_OR_RETURN(stop.coordinator, CheckCoordinator(raw, defaults));
  return stop;
}

absl::StatusOr<PerfWatchArguments> CheckWatch(const RawArguments& raw, const ArgumentDefaults& defaults) {
  PerfWatchArguments watch{.run_id = raw.run_id, .quiet = raw.quiet, .json = raw.json};
  RETURN_IF_ERROR(CheckRunId("perf watch", raw.run_id));
  ASSIGN_OR_RETURN(watch.json_paths, ParseOutputs(raw.outputs));
  ASSIGN_OR_RETURN(watch.coordinator, CheckCoordinator(raw, defaults));
  return watch;
}

}  // namespace mockarty
