#include "common/plan/option_sources.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <string_view>
#include <utility>

#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/plan/option_reader.h"

namespace mockarty {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 4> kLoadNames = {"duration", "iterations", "stages", "scenarios"};

json::string_view Key(std::string_view name) { return {name.data(), name.size()}; }

absl::StatusOr<json::object> ParseSource(std::string_view text, std::string_view source) {
  if (text.empty()) return json::object();
  if (text.size() > kMaxOptionsJson) {
    return absl::InvalidArgumentError(Concat(source, ": expected at most ", kMaxOptionsJson, " bytes"));
  }
  json::error_code error;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  if (error) {
    return absl::InvalidArgumentError(Concat(source, ": not valid as JSON: ", error.message()));
  }
  if (!value.is_object()) {
    return absl::InvalidArgumentError(Concat(source, ": expected a JSON object of options, got ", ShownValue(value)));
  }
  return std::move(value.get_object());
}

bool SaysLoad(const json::object& options) {
  return std::any_of(kLoadNames.begin(), kLoadNames.end(),
                     [&](std::string_view name) { return options.contains(Key(name)); });
}

// `stronger` over `weaker`. Returns whether a load of `weaker` was dropped.
bool Overlay(json::object stronger, json::object& weaker) {
  bool dropped = false;
  if (SaysLoad(stronger)) {
    for (const std::string_view name : kLoadNames) {
      dropped = weaker.erase(Key(name)) != 0 || dropped;
    }
  }
  for (auto& member : stronger) {
    weaker[member.key()] = std::move(member.value());
  }
  return dropped;
}

}  // namespace

absl::StatusOr<json::object> JoinOptionSources(const json::object& script, const PlanOverrides& overrides,
                                               std::vector<std::string>* warnings) {
  ASSIGN_OR_RETURN(json::object joined, ParseSource(overrides.config_json, "the file of --config"));
  ASSIGN_OR_RETURN(json::object command_line, ParseSource(overrides.options_json, "options of the command line"));
  Overlay(script, joined);
  if (Overlay(std::move(command_line), joined)) {
    warnings->push_back(
        "the load that the script's options say (duration, iterations, stages or scenarios) is not used: the command "
        "line says another");
  }
  return joined;
}

}  // namespace mockarty
