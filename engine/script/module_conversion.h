// One file of a test from text to what the engine runs, through the cache of conversions.
#ifndef ENGINE_SCRIPT_MODULE_CONVERSION_H_
#define ENGINE_SCRIPT_MODULE_CONVERSION_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/script/loader.h"
#include "engine/script/syntax_scan.h"

namespace mockarty {

struct ConvertedModule {
  std::string code;
  std::string source_map;
  bool transpiled = false;
  bool from_cache = false;
  std::string cache_warning;
};

// `text` as NormalizeSource() returns it and `scan` what was seen in it; `name` stands in messages, and its ending says
// whether it is TypeScript. Errors as of LoadScript().
absl::StatusOr<ConvertedModule> ConvertModule(const std::string& name, std::string text, const SyntaxScan& scan,
                                              const LoadOptions& options);

// The same for a file whose code is the body of a function that is called again and again (ScriptSource::repeats),
// where `await` may stand outside of functions: the call gives a promise then.
absl::StatusOr<ConvertedModule> ConvertRepeatedModule(const std::string& name, std::string text, const SyntaxScan& scan,
                                                      const LoadOptions& options);

// By the ending of a file's name.
bool IsTypeScriptName(std::string_view name);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_MODULE_CONVERSION_H_
