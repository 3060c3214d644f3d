#include "engine/run/pack.h"

#include <algorithm>

#include "common/base/status_macros.h"
#include "common/metrics/registry.h"
#include "engine/run/prepare.h"
#include "engine/script/collection.h"
#include "engine/script/loader.h"
#include "engine/script/syntax_scan.h"
#include "engine/script/test_archive.h"

namespace mockarty {

absl::StatusOr<std::string> PackTest(const std::string& script_path, const PackOptions& options) {
  LoadOptions load;
  load.allow_outside_files = options.allow_outside_files;
  load.postman = options.postman;
  ASSIGN_OR_RETURN(const ScriptSource source, LoadScript(script_path, load));
  MetricRegistry registry;
  PrepareOptions prepare;
  prepare.environment = options.environment;
  prepare.console = options.console;
  prepare.registry = &registry;
  RETURN_IF_ERROR(PrepareRun(source, prepare).status());
  return WriteTestArchive(source.main_file, source.files->ReadSoFar());
}

bool NeedsPacking(std::string_view script) {
  if (LooksLikeTestArchive(script)) {
    return false;
  }
  if (LooksLikeCollection(script)) {
    return MentionsFiles(script);
  }
  const SyntaxScan scan = ScanSyntax(script);
  const bool imports = std::any_of(scan.loads.begin(), scan.loads.end(), [](const LoadedName& load) {
    return load.name.substr(0, 1) == "." || load.name.substr(0, 1) == "/" || load.name.rfind("file:", 0) == 0;
  });
  return imports || script.find("open(") != script.npos;
}

}  // namespace mockarty
