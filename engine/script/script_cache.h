// Converted scripts on disk, by content. Several processes may use one folder at once.
//
// Entries are written to a temporary name and renamed, verified when read, and bounded in number and size: the least
// recently used go first. Any thread.
#ifndef ENGINE_SCRIPT_SCRIPT_CACHE_H_
#define ENGINE_SCRIPT_SCRIPT_CACHE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace mockarty {

struct CachedScript {
  std::string code;
  std::string source_map;
};

struct ScriptCacheOptions {
  // Empty: the user's cache folder, see LoadOptions::cache_dir.
  std::string dir;
  size_t max_entries = 256;
  size_t max_total_bytes = size_t{64} << 20;
};

class ScriptCache {
 public:
  explicit ScriptCache(ScriptCacheOptions options);

  // Makes the folder when it is not there. Fails when it cannot be, or when others may write to it: what lies in it is
  // run.
  absl::Status Open();

  // The entry of `key` (64 hexadecimal digits), or nothing; one that is damaged counts as nothing. After Open().
  std::optional<CachedScript> Get(std::string_view key) const;

  // Stores an entry and removes old ones beyond the limits. After Open().
  absl::Status Put(std::string_view key, const CachedScript& script) const;

  const std::string& dir() const { return options_.dir; }

 private:
  std::string PathOf(std::string_view key) const;
  void Trim() const;

  ScriptCacheOptions options_;
};

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_SCRIPT_CACHE_H_
