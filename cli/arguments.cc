#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "cli/argument_checks.h"
#include "cli/exit_codes.h"
#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/suggest.h"

namespace mockarty {
namespace {

// Options of later releases, so that who knows them from the product text gets a straight answer.
constexpr std::array<std::string_view, 1> kLaterOptions = {"--har"};

// A command that does something: its place, its texts, its options and what becomes of them.
struct Command {
  std::string parent;  // "mockarty-cli" or "mockarty-cli perf"
  CLI::App* app = nullptr;
  std::function<Arguments()> finish;
  std::string FullName() const { return Concat(parent, " ", app->get_name()); }
};

Answer BadCommandLine(std::string_view message, std::string_view command = "mockarty-cli perf run") {
  return {Concat("error: ", message, "\nSee '", command, " --help'.\n"), kExitBadInput, true};
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

// What was left over; "--", which only says that no options follow, aside.
std::vector<std::string> Remaining(const CLI::App& app) {
  std::vector<std::string> rest = app.remaining();
  rest.erase(std::remove(rest.begin(), rest.end(), "--"), rest.end());
  return rest;
}

template <typename Names>
std::string Suggestion(std::string_view name, const Names& names) {
  std::vector<std::string_view> views(names.begin(), names.end());
  return DidYouMean(name, views);
}

// What CLI11 could not place on the line of a command, the first of it.
Answer Unexpected(const Command& command, const std::vector<std::string>& rest) {
  auto option = std::find_if(rest.begin(), rest.end(), [](const std::string& text) { return text.starts_with("-"); });
  if (option == rest.end()) {
    bool run = command.app->get_name() == "run";
    return BadCommandLine(
        Concat("unexpected argument ", Quoted(rest.front()), run ? ": one script is run at a time" : ""),
        command.FullName());
  }
  std::string_view name = std::string_view(*option).substr(0, option->find('='));
  if (std::find(kLaterOptions.begin(), kLaterOptions.end(), name) != kLaterOptions.end()) {
    return BadCommandLine(Concat("option '", name, "' is not supported by this version yet"), command.FullName());
  }
  std::vector<std::string> known;
  for (const CLI::Option* each : command.app->get_options()) {
    if (each->get_group().empty()) continue;  // not shown
    for (const std::string& text : each->get_lnames()) known.push_back(Concat("--", text));
  }
  return BadCommandLine(Concat("unknown option '", Printable(name), "'", Suggestion(name, known)), command.FullName());
}

Answer UnknownCommand(const CLI::App& app, std::string_view full_name) {
  std::vector<std::string> rest = app.remaining();
  std::string_view parent = full_name == "mockarty-cli" ? "" : "mockarty-cli";
  if (rest.empty()) return {app.help(std::string(parent)), kExitBadInput, true};
  std::vector<std::string> known;
  for (const CLI::App* each : app.get_subcommands([](const CLI::App*) { return true; })) {
    known.push_back(each->get_name());
  }
  return BadCommandLine(Concat(rest[0].starts_with("-") ? "unknown option '" : "unknown command '", Printable(rest[0]),
                               "'", Suggestion(rest[0], known)),
                        full_name);
}

void DefineCoordinator(CLI::App& app, RawArguments& raw) {
  app.add_option("--coordinator", raw.coordinator, "The coordinator's gRPC address; else MOCKARTY_COORDINATOR")
      ->type_name("HOST[:5773]");
  app.add_option("--token", raw.token, "User token, mk_...; else MOCKARTY_API_KEY, which no process list shows")
      ->type_name("TOKEN");
  app.add_flag("--tls", raw.tls, "Speak TLS to the coordinator");
  app.add_option("--tls-ca", raw.tls_ca, "Certificates to trust (PEM) in place of the system's; implies --tls")
      ->type_name("FILE");
}

void DefineOutputs(CLI::App& app, RawArguments& raw) {
  app.add_option("--out", raw.outputs, "Write the report to a file; repeatable. Formats: json")
      ->type_name("json:FILE")
      ->expected(1)
      ->take_all();
  app.add_flag("-q,--quiet", raw.quiet, "No progress and no summary; thresholds and errors are still shown");
}

constexpr char kExitCodesText[] =
    "Exit codes: 0 passed, 99 a threshold failed, 97 an abort criterion stopped the run, 104 bad options or script,\n"
    "105 interrupted, 107 the script threw in its init stage, 1 any other failure (docs/exit-codes.md).";

void DefineOutside(CLI::App& app, RawArguments& raw) {
  app.add_flag("--allow-outside-files", raw.allow_outside_files,
               "Let the script import and open files outside of its folder");
  app.add_option("--environment", raw.postman.environment,
                 "Postman's environment (JSON) for a collection or a legacy script")
      ->type_name("FILE");
  app.add_option("--globals", raw.postman.globals, "Postman's globals (JSON), likewise")->type_name("FILE");
  app.add_option("--iteration-data", raw.postman.rows, "Rows of iterations, likewise: a JSON list of objects, or *.csv")
      ->type_name("FILE");
}

void DefineArchive(CLI::App& archive, RawArguments& raw) {
  archive.add_option("script", raw.script, "The test script")->type_name("FILE");
  archive.add_option("-o,--output", raw.archive, "The archive to write")->type_name("OUT.tar");
  archive.add_option("-e,--env", raw.environment, "A variable that the script sees in __ENV; repeatable")
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->take_all();
  DefineOutside(archive, raw);
  archive.footer("Writes the script with all that it imports and opens; `perf run OUT.tar` runs the same anywhere.");
}

void DefineSummary(CLI::App& run, RawArguments& raw) {
  run.add_option("--summary-export", raw.summary_export, "Write the summary's figures to a file, as k6 does (JSON)")
      ->type_name("FILE");
  run.add_flag("--no-color", raw.no_colour, "No colours in the summary");
  run.add_flag("--no-usage-report", raw.no_usage_report, "For command lines of k6: nothing is reported to anybody")
      ->group("");
}

void DefineRun(CLI::App& run, RawArguments& raw) {
  run.add_option("script", raw.script,
                 "The test script (JavaScript or TypeScript), a Postman collection, a HAR file, or an archive of `perf "
                 "archive`")
      ->type_name("FILE");
  run.add_option("-u,--vus", raw.vus, "Virtual users, 1 to 1000000; drops the script's stages and scenarios")
      ->type_name("N");
  run.add_option("-d,--duration", raw.duration, "How long to run, such as 30s, 1m30s, 2h")->type_name("D");
  run.add_option("-i,--iterations", raw.iterations, "Iterations in all, shared by the virtual users")->type_name("N");
  run.add_flag("--fail-on-generator-limited", raw.fail_on_generator_limited,
               "Exit with 98 when iterations were dropped or this generator was the bottleneck");
  run.add_option("--rps", raw.rps, "Requests a second to reach; in a script with k6's modules: not to exceed")
      ->type_name("N");
  run.add_option("--max-vus", raw.max_vus, "Virtual users at most, to reach the requests a second; 200 when not given")
      ->type_name("N");
  run.add_option("-e,--env", raw.environment, "A variable that the script sees in __ENV; repeatable")
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->take_all();
  run.add_flag("--include-system-env-vars", raw.include_system_env_vars,
               "=false: __ENV has the variables of --env only");
  run.add_option("-c,--config", raw.config, "A file of options (JSON) that count where the script is silent")
      ->type_name("FILE");
  DefineOptionFlags(run, raw.options);
  DefineSummary(run, raw);
  run.add_option(
         "--secret-source", raw.secret_sources,
         "Where k6/secrets finds them: file=PATH, env=PREFIX, mock=NAME=VALUE,...; repeatable with name=N, before")
      ->type_name("SOURCE")
      ->expected(1)
      ->take_all();
  DefineOutside(run, raw);
  DefineOutputs(run, raw);
  run.add_option("--workers", raw.workers, "Worker threads of a run on this machine; one a core when not given")
      ->type_name("N");
  DefineCoordinator(run, raw);
  run.add_option("--runners", raw.runners, "How many runners carry the load; auto: as many as the plan needs")
      ->type_name("N|auto");
  run.add_option("--labels", raw.labels, "What a runner must have to be chosen, such as region=eu,tier=heavy")
      ->type_name("NAME=VALUE,...")
      ->expected(1)
      ->take_all();
  run.add_option("--namespace", raw.name_space, "The namespace of the run")->type_name("NS");
  run.add_option("--on-runner-loss", raw.on_loss, "degrade (go on without it), fail, or rebalance (others take over)")
      ->type_name("POLICY");
  run.footer(
      Concat("Options of the command line win over those of the script. With a coordinator the load is carried "
             "by its\nrunners; without one by this machine.\n",
             kExitCodesText));
}

void DefineWatch(CLI::App& watch, RawArguments& raw) {
  watch.add_option("run", raw.run_id, "The id of the run")->type_name("RUN");
  DefineOutputs(watch, raw);
  watch.add_flag("--json", raw.json, "Print the report as JSON in place of the summary");
  DefineCoordinator(watch, raw);
  watch.footer(kExitCodesText);
}

void DefineStop(CLI::App& stop, RawArguments& raw) {
  stop.add_option("run", raw.run_id, "The id of the run")->type_name("RUN");
  stop.add_flag("--now", raw.now, "Interrupt the iterations under way");
  stop.add_flag("--json", raw.json, "Answer in JSON");
  DefineCoordinator(stop, raw);
}

void DefineList(CLI::App& list, RawArguments& raw) {
  list.add_option("--limit", raw.limit, "How many at most, 1 to 1000; 50 when not given")->type_name("N");
  list.add_option("--namespace", raw.name_space, "Runs of this namespace only")->type_name("NS");
  list.add_flag("--json", raw.json, "Answer in JSON");
  DefineCoordinator(list, raw);
}

void DefineRunners(CLI::App& runners, RawArguments& raw) {
  runners.add_flag("--json", raw.json, "Answer in JSON");
  DefineCoordinator(runners, raw);
}

template <typename Checked>
Arguments Finished(absl::StatusOr<Checked> checked, std::string_view command) {
  if (!checked.ok()) return BadCommandLine(ToStd(checked.status().message()), command);
  return *std::move(checked);
}

Arguments ParseWith(CLI::App& app, const CLI::App& perf, const std::vector<Command>& commands,
                    std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes a vector from its back
  std::string failure;
  bool help = false;
  try {
    app.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    help = true;
  } catch (const CLI::ParseError& error) {
    failure = error.what();
  }
  auto command = std::find_if(commands.begin(), commands.end(), [](const Command& c) { return c.app->parsed(); });
  bool found = command != commands.end();
  if (help) {
    std::string text = found           ? command->app->help(command->parent)
                       : perf.parsed() ? perf.help("mockarty-cli")
                                       : app.help();
    return Answer{std::move(text), kExitPassed, false};
  }
  if (!failure.empty()) return BadCommandLine(failure, found ? command->FullName() : "mockarty-cli");
  if (found) {
    std::vector<std::string> rest = Remaining(*command->app);
    return rest.empty() ? command->finish() : Unexpected(*command, rest);
  }
  return perf.parsed() ? UnknownCommand(perf, "mockarty-cli perf") : UnknownCommand(app, "mockarty-cli");
}

}  // namespace

Arguments ParseArguments(int argc, const char* const* argv, const ArgumentDefaults& defaults) {
  CLI::App app("Runs load tests written in JavaScript, on this machine or on a fleet.", "mockarty-cli");
  CLI::App* perf = app.add_subcommand("perf", "Performance tests");
  CLI::App* run = perf->add_subcommand("run", "Run a script and report");
  CLI::App* archive = perf->add_subcommand("archive", "Write a script and its files as one archive");
  CLI::App* watch = perf->add_subcommand("watch", "Follow a run of a coordinator to its end");
  CLI::App* list = perf->add_subcommand("list", "List a coordinator's runs, newest first");
  CLI::App* stop = perf->add_subcommand("stop", "Stop a run of a coordinator");
  CLI::App* runners = app.add_subcommand("runners", "List a coordinator's runners");
  CLI::App* version = app.add_subcommand("version", "Print the version");
  for (CLI::App* each : {&app, perf, run, archive, watch, list, stop, runners, version}) each->allow_extras();
  RawArguments raw;
  DefineRun(*run, raw);
  DefineArchive(*archive, raw);
  DefineWatch(*watch, raw);
  DefineList(*list, raw);
  DefineStop(*stop, raw);
  DefineRunners(*runners, raw);
  std::vector<Command> commands = {
      {"mockarty-cli perf", run, [&] { return Finished(CheckRun(raw, defaults), "mockarty-cli perf run"); }},
      {"mockarty-cli perf", archive, [&] { return Finished(CheckArchive(raw), "mockarty-cli perf archive"); }},
      {"mockarty-cli perf", watch, [&] { return Finished(CheckWatch(raw, defaults), "mockarty-cli perf watch"); }},
      {"mockarty-cli perf", list, [&] { return Finished(CheckList(raw, defaults), "mockarty-cli perf list"); }},
      {"mockarty-cli perf", stop, [&] { return Finished(CheckStop(raw, defaults), "mockarty-cli perf stop"); }},
      {"mockarty-cli", runners, [&] { return Finished(CheckRunners(raw, defaults), "mockarty-cli runners"); }},
      {"mockarty-cli", version, [] { return Arguments(VersionArguments{}); }},
  };
  return ParseWith(app, *perf, commands, JoinNegativeValues(argc, argv));
}

}  // namespace mockarty
