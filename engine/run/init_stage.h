// The init stage of a script, run once before any load: what it exports, and whether it throws.
#ifndef ENGINE_RUN_INIT_STAGE_H_
#define ENGINE_RUN_INIT_STAGE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/script/program.h"
#include "engine/vu/vu_context.h"

namespace mockarty {

struct ScriptExports {
  std::string options_json;            // "null" when there are none
  std::vector<std::string> functions;  // by name, the default one as "default"
  bool uses_k6 = false;                // requires one of k6's modules
};

// Runs the script's top level in a heap and on a fiber of their own, and returns what it exports. Metrics that it makes
// are defined in the settings' registry. Aborted: it threw, or took longer than `timeout`; the message says where.
// Blocks; any thread that runs no loop.
absl::StatusOr<ScriptExports> RunInitStage(const Program& program, const RunSettings& settings, Nanos timeout);

}  // namespace mockarty

#endif  // ENGINE_RUN_INIT_STAGE_H_
