// A test with everything that it imports and opens, as one archive.
#ifndef ENGINE_RUN_PACK_H_
#define ENGINE_RUN_PACK_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/script/loader.h"
#include "engine/vu/vu_context.h"

namespace mockarty {

struct PackOptions {
  std::vector<std::pair<std::string, std::string>> environment;  // __ENV of the init stage
  bool allow_outside_files = false;
  PostmanPaths postman;            // they become part of the archive
  ConsoleSink* console = nullptr;  // of the init stage; null: dropped
};

// Loads the script and runs its init stage, which shows what it opens. Errors as of PrepareRun().
absl::StatusOr<std::string> PackTest(const std::string& script_path, const PackOptions& options);

// Whether a script may need other files: it imports some, or calls open(). False for an archive, which has its files.
bool NeedsPacking(std::string_view script);

}  // namespace mockarty

#endif  // ENGINE_RUN_PACK_H_
