#include "engine/run/prepare.h"

#include <boost/json.hpp>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/base/status_macros.h"
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
  ASSIGN_OR_RETURN(const std::string json, RunInitStage(*program, settings, options.init_timeout));
  ASSIGN_OR_RETURN(const boost::json::value value, ParseOptions(json));
  ASSIGN_OR_RETURN(ParsedPlan parsed, ParsePlan(&value, options.overrides));
  ASSIGN_OR_RETURN(std::vector<Threshold> thresholds, CompileThresholds(parsed.plan.thresholds));
  RETURN_IF_ERROR(CheckThresholdStats(thresholds, *options.registry));
  ASSIGN_OR_RETURN(AbortWatch watch, AbortWatch::Create(parsed.plan.abort_criteria, *options.registry));
  return PreparedRun{std::move(program),    std::move(parsed.plan), std::move(parsed.warnings),
                     std::move(thresholds), std::move(watch),       std::move(shared_arrays)};
}

}  // namespace mockarty
