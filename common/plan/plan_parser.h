// A script's `options` and a command line's flags -> TestPlan.
//
// Rules (product text, and k6 where that is silent):
// - `stages` win over `vus` and `duration`; the first stage starts from `vus`, 1 when not given.
// - `iterations` is the total over all VUs; a `duration` beside it is a cap.
// - `vus` above 1 alone runs for 30 s. Nothing set, or `vus: 1` alone: functional mode, one iteration.
// - A flag wins over the script. Each of vus, duration, iterations and rps (a target) drops the script's stages and
//   scenarios; a duration or iterations flag drops the script's duration and iterations both. A warning says what was
//   dropped where stages or scenarios were.
// - 0 means "not set" for duration, iterations and rps, as the product text has it.
// - `rps` is a target that the engine finds VUs for, from `vus` to `maxVUs` (200); in a script that imports k6's
//   modules, and beside stages of `target` or `scenarios`, it is a cap on the requests a second.
// - Stages of `targetRPS` ramp the target rate; the first starts from `rps`, 0 when not given.
// - `scenarios` say all themselves: `duration`, `iterations` or `stages` beside them is an error (as in k6), `vus` a
//   warning. An execution flag drops them.
// - A whole number given as a string ("10", as environment variables come) is that number. A number given as a
//   duration means whole seconds, with a warning.
// Known options that a later release brings are errors where they would change the load or the verdict, warnings
// elsewhere. Unknown ones are warnings.
#ifndef COMMON_PLAN_PLAN_PARSER_H_
#define COMMON_PLAN_PLAN_PARSER_H_

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/plan/test_plan.h"
#include "common/time/clock.h"

namespace mockarty {

// What a command line says; within the limits of test_plan.h, not zero.
struct PlanOverrides {
  // Options in the form of a script's, as JSON objects; empty: none. The first win over the script's, option by option;
  // the second count where the script is silent. option_sources.h has the rules.
  std::string options_json;
  std::string config_json;
  std::optional<uint32_t> vus;
  std::optional<Nanos> duration;
  std::optional<uint64_t> iterations;
  std::optional<uint32_t> rps;
  std::optional<uint32_t> max_vus;
};

// Whose meaning an option has where the two worlds differ: k6's once the script imports one of k6's modules.
enum class ScriptDialect { kMockarty, kK6 };

struct ParsedPlan {
  TestPlan plan;
  bool no_setup = false;  // what the script exports is not called
  bool no_teardown = false;
  std::vector<std::string> warnings;  // one line each, fit for a terminal
};

// `options` null or a JSON null: the script has none. InvalidArgument names the field, the value and what was
// expected; Unimplemented names an option of a later release.
absl::StatusOr<ParsedPlan> ParsePlan(const boost::json::value* options, const PlanOverrides& overrides,
                                     ScriptDialect dialect = ScriptDialect::kMockarty);

}  // namespace mockarty

#endif  // COMMON_PLAN_PLAN_PARSER_H_
