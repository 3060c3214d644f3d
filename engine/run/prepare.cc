#include "engine/run/prepare.h"

#include <algorithm>
#include <boost/json.hpp>
#include <string_view>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/base/suggest.h"
#include "engine/run/init_stage.h"

namespace mockarty {
namespace {

class DroppingConsole final : public ConsoleSink {
 public:
  void Write(ConsoleLevel, uint32_t, std::string_view) override {}
};

absl::StatusOr<boost::json::value> ParseOptions(const std::string& json) {
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(json, error);
  if (error) {
    return absl::InvalidArgumentError(Concat("options: not valid as JSON: ", error.message()));
  }
  return value;
}

// Every function that a scenario runs is there.
absl::Status CheckFunctions(const TestPlan& plan, const Program& program, const std::vector<std::string>& functions) {
  for (const Scenario& scenario : plan.scenarios) {
    const std::string_view name = scenario.exec.empty() ? "default" : std::string_view(scenario.exec);
    if (std::find(functions.begin(), functions.end(), name) != functions.end()) {
      continue;
    }
    if (scenario.exec.empty()) {
      return absl::InvalidArgumentError(Concat(program.path(), ": ", Program::kNoDefaultFunction));
    }
    const std::vector<std::string_view> known(functions.begin(), functions.end());
    return absl::InvalidArgumentError(Concat("options.scenarios.", scenario.name,
                                             ".exec: expected an exported function of the script, got ",
                                             Quoted(scenario.exec), DidYouMean(scenario.exec, known)));
  }
  return absl::OkStatus();
}

}  // namespace

ConsoleSink* NoConsole() {
  static DroppingConsole console;
  return &console;
}

absl::StatusOr<PreparedRun> PrepareRun(const ScriptSource& source, const PrepareOptions& options) {
  ASSIGN_OR_RETURN(std::shared_ptr<const Program> program, Program::Compile(source));
  RunSettings settings;
  settings.environment = options.environment;
  settings.console = options.console != nullptr ? options.console : NoConsole();
  settings.registry = options.registry;
  settings.secrets = options.secrets;
  auto shared_arrays = std::make_shared<SharedArrays>();
  settings.shared_arrays = shared_arrays.get();
  ASSIGN_OR_RETURN(const ScriptExports exports, RunInitStage(*program, settings, options.init_timeout));
  ASSIGN_OR_RETURN(const boost::json::value value, ParseOptions(exports.options_json));
  const ScriptDialect dialect = exports.uses_k6 ? ScriptDialect::kK6 : ScriptDialect::kMockarty;
  ASSIGN_OR_RETURN(ParsedPlan parsed, ParsePlan(&value, options.overrides, dialect));
  RETURN_IF_ERROR(CheckFunctions(parsed.plan, *program, exports.functions));
  const auto exported = [&exports](std::string_view name) {
    return std::find(exports.functions.begin(), exports.functions.end(), name) != exports.functions.end();
  };
  parsed.plan.hooks.setup = exported("setup") && !parsed.no_setup;
  parsed.plan.hooks.teardown = exported("teardown") && !parsed.no_teardown;
  parsed.plan.hooks.handle_summary = exported("handleSummary") && !parsed.plan.summary.none;
  ASSIGN_OR_RETURN(std::vector<Threshold> thresholds, CompileThresholds(parsed.plan.thresholds));
  RETURN_IF_ERROR(CheckThresholdStats(thresholds, *options.registry));
  ASSIGN_OR_RETURN(AbortWatch watch, AbortWatch::Create(parsed.plan.abort_criteria, *options.registry));
  return PreparedRun{std::move(program),    std::move(parsed.plan), std::move(parsed.warnings),
                     std::move(thresholds), std::move(watch),       std::move(shared_arrays)};
}

}  // namespace mockarty
