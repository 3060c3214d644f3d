#include "engine/script/loader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/sha256.h"
#include "common/base/status_macros.h"
#include "engine/script/compile_check.h"
#include "engine/script/script_cache.h"
#include "engine/script/source_text.h"
#include "engine/script/syntax_message.h"
#include "engine/script/syntax_scan.h"
#include "engine/script/transpiler.h"

namespace mockarty {
namespace {

constexpr size_t kMaxShownName = 200;

absl::Status SyntaxError(const std::string& name, std::string_view text, const SyntaxProblem& problem) {
  return absl::InvalidArgumentError(FormatSyntaxProblem(name, text, problem));
}

// Failures that are not about a place in the script still name it.
absl::Status WithName(const absl::Status& status, const std::string& name) {
  return absl::Status(status.code(), Concat(name, ": ", status.message()));
}

// What a script loads must be a module of the engine; files and addresses are refused by name.
absl::Status CheckLoads(const std::string& name, const SyntaxScan& scan) {
  for (const LoadedName& load : scan.loads) {
    const std::string_view target = load.name;
    std::string why;
    const std::string shown = Printable(target, kMaxShownName);
    if (target.find("https://") == 0 || target.find("http://") == 0) {
      why = Concat("remote import '", shown, "' is refused: scripts load nothing from the network");
    } else if (target.find("./") == 0 || target.find("../") == 0 || target.substr(0, 1) == "/" ||
               target.find("file:") == 0) {
      why = Concat("import of the file '", shown, "' is not supported: a test is one script file for now");
    } else {
      continue;
    }
    return absl::InvalidArgumentError(Concat(name, ":", load.line, ": ", why));
  }
  return absl::OkStatus();
}

struct Normalized {
  const std::string& name;
  std::string_view text;
  bool is_module;
};

// Converts, and makes sure that the engine takes the result.
absl::StatusOr<CachedScript> Convert(const Normalized& script, const LoadOptions& options) {
  TranspileOptions transpile_options;
  transpile_options.timeout = options.conversion_timeout;
  transpile_options.memory_bytes = options.conversion_memory_bytes;
  absl::StatusOr<TranspileResult> result = Transpile(script.text, script.is_module, transpile_options);
  if (!result.ok()) {
    return WithName(result.status(), script.name);
  }
  if (result->problem.has_value()) {
    return SyntaxError(script.name, script.text, *result->problem);
  }
  absl::StatusOr<std::optional<SyntaxProblem>> check = CheckCompiles(result->code, options.conversion_memory_bytes);
  if (!check.ok()) {
    return WithName(check.status(), script.name);
  }
  if (check->has_value()) {
    ScriptSource lines;
    lines.line_map = result->line_map;
    SyntaxProblem problem = **check;
    problem.line = lines.OriginalLine(problem.line);
    return SyntaxError(script.name, script.text, problem);
  }
  return CachedScript{std::move(result->code), std::move(result->line_map)};
}

// Through the cache where there is one.
absl::Status ConvertCached(const Normalized& script, const LoadOptions& options, ScriptSource& source) {
  source.transpiled = true;
  const std::string key =
      Sha256Hex(Concat(TranspilerVersion(), script.is_module ? " module " : " script ", script.text));
  ScriptCache cache(ScriptCacheOptions{.dir = options.cache_dir});
  bool writable = false;
  if (options.use_cache) {
    const absl::Status opened = cache.Open();
    writable = opened.ok();
    source.cache_warning = std::string(opened.message());
  }
  if (writable) {
    if (std::optional<CachedScript> cached = cache.Get(key); cached.has_value()) {
      source.code = std::move(cached->code);
      source.line_map = std::move(cached->line_map);
      source.from_cache = true;
      return absl::OkStatus();
    }
  }
  ASSIGN_OR_RETURN(CachedScript converted, Convert(script, options));
  if (writable) {
    source.cache_warning = std::string(cache.Put(key, converted).message());
  }
  source.code = std::move(converted.code);
  source.line_map = std::move(converted.line_map);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ScriptSource> LoadScript(const std::string& path, const LoadOptions& options) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadSourceFile(path, options.max_source_bytes));
  return LoadScriptText(path, bytes, options);
}

absl::StatusOr<ScriptSource> LoadScriptText(const std::string& name, std::string_view text,
                                            const LoadOptions& options) {
  ASSIGN_OR_RETURN(std::string normalized, NormalizeSource(name, text, options.max_source_bytes));
  const SyntaxScan scan = ScanSyntax(normalized);
  RETURN_IF_ERROR(CheckLoads(name, scan));
  ScriptSource source;
  source.path = name;
  source.content_hash = Sha256Hex(text);
  if (!scan.is_modern) {
    absl::StatusOr<std::optional<SyntaxProblem>> check = CheckCompiles(normalized, options.conversion_memory_bytes);
    if (!check.ok()) {
      return WithName(check.status(), name);
    }
    if (!check->has_value()) {
      source.code = std::move(normalized);
      return source;
    }
    // Either an error, which Babel words better and knows the column of, or syntax that the scan does not know.
  }
  RETURN_IF_ERROR(ConvertCached({name, normalized, scan.is_module}, options, source));
  return source;
}

}  // namespace mockarty
