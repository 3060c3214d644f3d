// Options of a script that the command line and the environment may give in its place: --stage, --tag, --http-debug,
// ... and K6_STAGES, K6_HTTP_DEBUG, ..., under the names that k6 has for them.
//
// They become one JSON object in the form of a script's options (common/plan/option_sources.h), a flag winning over a
// variable. Pure.
#ifndef CLI_OPTION_FLAGS_H_
#define CLI_OPTION_FLAGS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the name of the library
class App;
}  // namespace CLI

namespace mockarty {

// Variables of the environment whose names begin with "K6_".
using OptionVariables = std::map<std::string, std::string>;
OptionVariables ReadOptionVariables(const char* const* environ);

// What was given to each flag, by the option's name; a flag without a value has "true".
using OptionTexts = std::map<std::string, std::vector<std::string>>;

// `texts` must live until the command line was parsed.
void DefineOptionFlags(CLI::App& app, OptionTexts& texts);

// The object as text, empty when nothing was given. InvalidArgument names the flag or the variable, the value and what
// was expected. `with_load`: false: variables that say a load (K6_STAGES, ...) are passed over, because a flag does.
absl::StatusOr<std::string> MakeOptionsJson(const OptionTexts& texts, const OptionVariables& variables, bool with_load);

// The text of a boolean flag or variable, `otherwise` when it was not given.
absl::StatusOr<bool> ParseSwitch(std::string_view source, std::string_view text, bool otherwise);

}  // namespace mockarty

#endif  // CLI_OPTION_FLAGS_H_
