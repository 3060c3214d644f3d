// Follows what a script imports to the files of its test, and converts each of them once.
#ifndef ENGINE_SCRIPT_MODULE_GRAPH_H_
#define ENGINE_SCRIPT_MODULE_GRAPH_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "engine/script/loader.h"
#include "engine/script/script_source.h"
#include "engine/script/test_files.h"

namespace mockarty {

// `main` is a path of `files`; `shown_folder` goes before the paths of files in messages. Errors as of LoadScript().
absl::StatusOr<ScriptSource> LoadModuleGraph(std::shared_ptr<TestFiles> files, const std::string& main,
                                             const std::string& shown_folder, const LoadOptions& options);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_MODULE_GRAPH_H_
