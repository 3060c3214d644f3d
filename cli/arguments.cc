#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "cli/exit_codes.h"
#include "common/base/concat.h"
#include "common/base/duration.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/base/suggest.h"

namespace mockarty {
namespace {

constexpr uint64_t kMaxWorkers = 1024;
constexpr size_t kMaxEnvironmentName = 256;
constexpr std::array<std::string_view, 2> kCommands = {"perf", "version"};
constexpr std::array<std::string_view, 1> kPerfCommands = {"run"};
constexpr std::array<std::string_view, 1> kFormats = {"json"};
constexpr std::array<std::string_view, 8> kRunOptions = {"--vus", "--duration", "--iterations", "--env",
                                                         "--out", "--workers",  "--quiet",      "--help"};
// Options of later releases, so that who knows them from the product text gets a straight answer.
constexpr std::array<std::string_view, 2> kLaterOptions = {"--rps", "--har"};

// What CLI11 fills in, as text; checked by us, so that every message has one form.
struct RawRun {
  std::string script;
  std::string vus;
  std::string duration;
  std::string iterations;
  std::string workers;
  std::vector<std::string> environment;
  std::vector<std::string> outputs;
  bool quiet = false;
};

Answer BadCommandLine(std::string_view message, std::string_view command = "mockarty-cli perf run") {
  return {Concat("error: ", message, "\nSee '", command, " --help'.\n"), kExitBadInput, true};
}

absl::StatusOr<uint64_t> ParseCount(std::string_view flag, std::string_view text, uint64_t maximum) {
  uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool number = error == std::errc() && end == text.data() + text.size();
  if (!number || value < 1 || value > maximum) {
    return absl::InvalidArgumentError(Concat(flag, ": expected an integer of 1 to ", maximum, ", got ", Quoted(text)));
  }
  return value;
}

absl::Status ParseOverrides(const RawRun& raw, PlanOverrides& overrides) {
  if (!raw.vus.empty()) {
    ASSIGN_OR_RETURN(uint64_t vus, ParseCount("--vus", raw.vus, kMaxVus));
    overrides.vus = static_cast<uint32_t>(vus);
  }
  if (!raw.iterations.empty()) {
    ASSIGN_OR_RETURN(overrides.iterations, ParseCount("--iterations", raw.iterations, kMaxIterations));
  }
  if (!raw.duration.empty()) {
    absl::StatusOr<int64_t> duration = ParseDuration(raw.duration);
    if (!duration.ok()) return absl::InvalidArgumentError(Concat("--duration: ", duration.status().message()));
    if (*duration == 0 || *duration > kMaxRunDuration) {
      return absl::InvalidArgumentError(Concat("--duration: expected more than 0 and at most ",
                                               FormatDuration(kMaxRunDuration), ", got ", Quoted(raw.duration)));
    }
    overrides.duration = *duration;
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

absl::StatusOr<PerfRunArguments> CheckRun(const RawRun& raw) {
  PerfRunArguments run{.script_path = raw.script, .quiet = raw.quiet};
  RETURN_IF_ERROR(ParseOverrides(raw, run.overrides));
  if (!raw.workers.empty()) {
    ASSIGN_OR_RETURN(uint64_t workers, ParseCount("--workers", raw.workers, kMaxWorkers));
    run.workers = static_cast<int>(workers);
  }
  for (const std::string& text : raw.environment) {
    ASSIGN_OR_RETURN(auto variable, ParseVariable(text));
    run.environment.push_back(std::move(variable));
  }
  for (const std::string& text : raw.outputs) {
    ASSIGN_OR_RETURN(std::string path, ParseOutput(text));
    run.json_paths.push_back(std::move(path));
  }
  return run;
}

// CLI11 takes "-1" for a flag of its own; "--vus=-1" reaches our check and its message.
std::vector<std::string> JoinNegativeValues(int argc, const char* const* argv) {
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) {
    std::string_view current = argv[i];
    bool negative =
        current.size() > 1 && current[0] == '-' && absl::ascii_isdigit(static_cast<unsigned char>(current[1]));
    bool after_option =
        !arguments.empty() && arguments.back().starts_with("--") && arguments.back().find('=') == std::string::npos;
    if (negative && after_option) {
      arguments.back() += Concat("=", current);
    } else {
      arguments.emplace_back(current);
    }
  }
  return arguments;
}

// What CLI11 could not place on the line of `run`, the first of it.
Answer UnexpectedInRun(const std::vector<std::string>& rest) {
  auto option = std::find_if(rest.begin(), rest.end(), [](const std::string& text) { return text.starts_with("-"); });
  if (option == rest.end()) {
    return BadCommandLine(Concat("unexpected argument ", Quoted(rest.front()), ": one script is run at a time"));
  }
  std::string_view name = std::string_view(*option).substr(0, option->find('='));
  if (std::find(kLaterOptions.begin(), kLaterOptions.end(), name) != kLaterOptions.end()) {
    return BadCommandLine(Concat("option '", name, "' is not supported by this version yet"));
  }
  return BadCommandLine(Concat("unknown option '", Printable(name), "'", DidYouMean(name, kRunOptions)));
}

Answer UnknownCommand(const CLI::App& app, std::string_view command, std::span<const std::string_view> known) {
  std::vector<std::string> rest = app.remaining();
  if (rest.empty()) return {app.help(command == "mockarty-cli perf" ? "mockarty-cli" : ""), kExitBadInput, true};
  return BadCommandLine(Concat(rest[0].starts_with("-") ? "unknown option '" : "unknown command '", Printable(rest[0]),
                               "'", DidYouMean(rest[0], known)),
                        command);
}

void DefineRun(CLI::App& run, RawRun& raw) {
  run.add_option("script", raw.script, "The test script (JavaScript: ES module or CommonJS)")->type_name("FILE");
  run.add_option("--vus", raw.vus, "Virtual users, 1 to 1000000; drops the script's stages")->type_name("N");
  run.add_option("--duration", raw.duration, "How long to run, such as 30s, 1m30s, 2h")->type_name("D");
  run.add_option("--iterations", raw.iterations, "Iterations in all, shared by the virtual users")->type_name("N");
  run.add_option("-e,--env", raw.environment, "A variable that the script sees in __ENV; repeatable")
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->take_all();
  run.add_option("--out", raw.outputs, "Write the report to a file; repeatable. Formats: json")
      ->type_name("json:FILE")
      ->expected(1)
      ->take_all();
  run.add_option("--workers", raw.workers, "Worker threads; one a core when not given")->type_name("N");
  run.add_flag("-q,--quiet", raw.quiet, "No progress and no summary; thresholds and errors are still shown");
  run.footer(
      "Options of the command line win over those of the script.\n"
      "Exit codes: 0 passed, 99 a threshold failed, 97 an abort criterion stopped the run, 104 bad options or script,\n"
      "105 interrupted, 107 the script threw in its init stage, 1 any other failure (docs/exit-codes.md).");
}

std::string HelpOf(const CLI::App& app, const CLI::App& perf, const CLI::App& run, const CLI::App& version) {
  if (run.parsed()) return run.help("mockarty-cli perf");
  if (perf.parsed()) return perf.help("mockarty-cli");
  if (version.parsed()) return version.help("mockarty-cli");
  return app.help();
}

// What was left over; "--", which only says that no options follow, aside.
std::vector<std::string> Remaining(const CLI::App& app) {
  std::vector<std::string> rest = app.remaining();
  rest.erase(std::remove(rest.begin(), rest.end(), "--"), rest.end());
  return rest;
}

Arguments ParseWith(CLI::App& app, CLI::App& perf, CLI::App& run, CLI::App& version, const RawRun& raw,
                    std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes a vector from its back
  try {
    app.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    return Answer{HelpOf(app, perf, run, version), kExitPassed, false};
  } catch (const CLI::ParseError& error) {
    return BadCommandLine(error.what(), run.parsed() ? "mockarty-cli perf run" : "mockarty-cli");
  }
  if (run.parsed()) {
    if (!Remaining(run).empty()) return UnexpectedInRun(Remaining(run));
    if (raw.script.empty()) return BadCommandLine("the script is missing: mockarty-cli perf run FILE");
    absl::StatusOr<PerfRunArguments> checked = CheckRun(raw);
    if (!checked.ok()) return BadCommandLine(ToStd(checked.status().message()));
    return *std::move(checked);
  }
  if (perf.parsed()) return UnknownCommand(perf, "mockarty-cli perf", kPerfCommands);
  if (version.parsed() && version.remaining().empty()) return VersionArguments{};
  if (version.parsed()) return UnknownCommand(version, "mockarty-cli version", {});
  return UnknownCommand(app, "mockarty-cli", kCommands);
}

}  // namespace

Arguments ParseArguments(int argc, const char* const* argv) {
  CLI::App app("Runs load tests written in JavaScript.", "mockarty-cli");
  CLI::App* perf = app.add_subcommand("perf", "Performance tests");
  CLI::App* run = perf->add_subcommand("run", "Run a script on this machine and report");
  CLI::App* version = app.add_subcommand("version", "Print the version");
  for (CLI::App* each : {&app, perf, run, version}) each->allow_extras();
  RawRun raw;
  DefineRun(*run, raw);
  return ParseWith(app, *perf, *run, *version, raw, JoinNegativeValues(argc, argv));
}

}  // namespace mockarty
