// Reads a script, finds out what it is written in and brings it into the form the engine runs.
//
// Formats are detected, never asked for: k6 modules (import/export), native CommonJS, modern syntax in either,
// TypeScript, archives of tests. ES5 is run as it is; everything else is converted by the embedded Babel, with the
// result cached on disk by content. What a script imports by a relative path is loaded with it. Threads: any; calls are
// independent, also from several processes that share a cache folder.
#ifndef ENGINE_SCRIPT_LOADER_H_
#define ENGINE_SCRIPT_LOADER_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/time/clock.h"
#include "engine/script/script_source.h"

namespace mockarty {

// Files of Postman's for a collection or a legacy script; empty: none. See postman_files.h.
struct PostmanPaths {
  std::string environment;
  std::string globals;
  std::string rows;  // of iterations: a JSON list of objects, or CSV by the ending
  bool Any() const { return !environment.empty() || !globals.empty() || !rows.empty(); }
};

struct LoadOptions {
  // Where conversions are cached. Empty: $XDG_CACHE_HOME/mockarty, else $HOME/.cache/mockarty, else
  // $TMPDIR/mockarty-<uid>. A folder that cannot be used is ScriptSource::cache_warning, not an error.
  std::string cache_dir;
  bool use_cache = true;
  size_t max_source_bytes = size_t{10} << 20;
  size_t max_archive_bytes = size_t{256} << 20;
  // Files outside of the script's folder may be imported and opened.
  bool allow_outside_files = false;
  PostmanPaths postman;
  Nanos conversion_timeout = 30 * kNanosPerSecond;
  size_t conversion_memory_bytes = size_t{512} << 20;
};

// NotFound and FailedPrecondition: the file cannot be read. InvalidArgument: what is in it cannot be run; the message
// starts with "file:line:column: " where it is about a place. DeadlineExceeded, ResourceExhausted: the conversion was
// given up.
absl::StatusOr<ScriptSource> LoadScript(const std::string& path, const LoadOptions& options);

// The same for text that is in memory already; `name` stands in messages. A script can import nothing then; an archive
// has its files with it.
absl::StatusOr<ScriptSource> LoadScriptText(const std::string& name, std::string_view text, const LoadOptions& options);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_LOADER_H_
