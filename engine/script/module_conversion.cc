#include "engine/script/module_conversion.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/base/sha256.h"
#include "common/base/status_macros.h"
#include "engine/script/compile_check.h"
#include "engine/script/script_cache.h"
#include "engine/script/source_map.h"
#include "engine/script/syntax_message.h"
#include "engine/script/transpiler.h"

namespace mockarty {
namespace {

absl::Status SyntaxError(const std::string& name, std::string_view text, const SyntaxProblem& problem) {
  return absl::InvalidArgumentError(FormatSyntaxProblem(name, text, problem));
}

// Failures that are not about a place in the script still name it.
absl::Status WithName(const absl::Status& status, const std::string& name) {
  return absl::Status(status.code(), Concat(name, ": ", status.message()));
}

struct Normalized {
  const std::string& name;
  std::string_view text;
  SourceKind kind;
};

// Converts, and makes sure that the engine takes the result.
absl::StatusOr<CachedScript> Convert(const Normalized& script, const LoadOptions& options) {
  TranspileOptions transpile_options;
  transpile_options.timeout = options.conversion_timeout;
  transpile_options.memory_bytes = options.conversion_memory_bytes;
  absl::StatusOr<TranspileResult> result = Transpile(script.text, script.kind, transpile_options);
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
    SyntaxProblem problem = **check;
    ASSIGN_OR_RETURN(const std::vector<SourceMapPlace> places, DecodeSourceMap(result->source_map));
    problem.line = OriginalLine(places, problem.line);
    return SyntaxError(script.name, script.text, problem);
  }
  return CachedScript{std::move(result->code), std::move(result->source_map)};
}

// Through the cache where there is one.
absl::StatusOr<ConvertedModule> ConvertCached(const Normalized& script, const LoadOptions& options) {
  ConvertedModule converted;
  converted.transpiled = true;
  const std::string key = Sha256Hex(Concat(TranspilerVersion(), script.kind.is_module ? " module" : " script",
                                           script.kind.is_typescript ? " ts " : " ", script.text));
  ScriptCache cache(ScriptCacheOptions{.dir = options.cache_dir});
  bool writable = false;
  if (options.use_cache) {
    const absl::Status opened = cache.Open();
    writable = opened.ok();
    converted.cache_warning = std::string(opened.message());
  }
  std::optional<CachedScript> cached = writable ? cache.Get(key) : std::nullopt;
  converted.from_cache = cached.has_value();
  if (!cached.has_value()) {
    ASSIGN_OR_RETURN(cached, Convert(script, options));
    if (writable) {
      converted.cache_warning = std::string(cache.Put(key, *cached).message());
    }
  }
  converted.code = std::move(cached->code);
  converted.source_map = std::move(cached->source_map);
  return converted;
}

}  // namespace

bool IsTypeScriptName(std::string_view name) {
  const size_t dot = name.rfind('.');
  const std::string_view ending = dot == name.npos ? std::string_view() : name.substr(dot);
  return ending == ".ts" || ending == ".mts" || ending == ".cts";
}

absl::StatusOr<ConvertedModule> ConvertModule(const std::string& name, std::string text, const SyntaxScan& scan,
                                              const LoadOptions& options) {
  const bool is_typescript = IsTypeScriptName(name);
  if (!scan.is_modern && !is_typescript) {
    absl::StatusOr<std::optional<SyntaxProblem>> check = CheckCompiles(text, options.conversion_memory_bytes);
    if (!check.ok()) {
      return WithName(check.status(), name);
    }
    if (!check->has_value()) {
      ConvertedModule as_it_is;
      as_it_is.code = std::move(text);
      return as_it_is;
    }
    // Either an error, which Babel words better and knows the column of, or syntax that the scan does not know.
  }
  return ConvertCached({name, text, {scan.is_module, is_typescript}}, options);
}

absl::StatusOr<ConvertedModule> ConvertRepeatedModule(const std::string& name, std::string text, const SyntaxScan& scan,
                                                      const LoadOptions& options) {
  if (!scan.has_await) {
    return ConvertModule(name, std::move(text), scan, options);
  }
  // On the line of the user's first, so that lines keep their numbers; its columns are set right in the map.
  constexpr std::string_view head = "return (async () => {";
  SyntaxScan wrapped = scan;
  wrapped.is_modern = true;
  ASSIGN_OR_RETURN(ConvertedModule converted, ConvertModule(name, Concat(head, text, "\n})();"), wrapped, options));
  ASSIGN_OR_RETURN(std::vector<SourceMapPlace> places, DecodeSourceMap(converted.source_map));
  for (SourceMapPlace& place : places) {
    if (place.line == 1) {
      place.column -= std::min(place.column, static_cast<uint32_t>(head.size()));
    }
  }
  converted.source_map = EncodeSourceMap(places);
  return converted;
}

}  // namespace mockarty
