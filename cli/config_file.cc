#include "cli/config_file.h"

#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/plan/option_sources.h"
#include "engine/script/source_text.h"

namespace mockarty {

absl::StatusOr<PlanOverrides> ReadOverrides(const PerfRunArguments& arguments) {
  PlanOverrides overrides = arguments.overrides;
  if (arguments.config_path.empty()) return overrides;
  const auto named = [&](const absl::Status& status) {
    std::string_view message = ToStd(status.message());
    // The reader is that of scripts, and names the file as one.
    constexpr std::string_view kOfScripts = "cannot read script ";
    if (message.starts_with(kOfScripts)) {
      message = message.substr(message.rfind(": ") + 2);
      return absl::Status(status.code(),
                          ToAbsl(Concat("--config ", Quoted(arguments.config_path), ": cannot be read: ", message)));
    }
    return absl::Status(status.code(), ToAbsl(Concat("--config ", Quoted(arguments.config_path), ": ", message)));
  };
  absl::StatusOr<std::string> text = ReadSourceFile(arguments.config_path, kMaxOptionsJson);
  if (!text.ok()) return named(text.status());
  overrides.config_json = *std::move(text);
  const absl::StatusOr<ParsedPlan> alone = ParsePlan(nullptr, {.config_json = overrides.config_json});
  if (!alone.ok()) return named(alone.status());
  return overrides;
}

}  // namespace mockarty
