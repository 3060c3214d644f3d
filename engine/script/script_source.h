// A script as the engine runs it: ES5 in CommonJS form, on the lines of the user's own file.
#ifndef ENGINE_SCRIPT_SCRIPT_SOURCE_H_
#define ENGINE_SCRIPT_SCRIPT_SOURCE_H_

#include <string>
#include <vector>

namespace mockarty {

// One line of the converted code that does not come from the line of the same number. 1-based.
struct LineMapping {
  int generated_line = 0;
  int original_line = 0;
};

struct ScriptSource {
  // As the user named it; stands in messages.
  std::string path;
  // The body of a CommonJS function (exports, require, module). UTF-8. Line N is line N of the user's file, except as
  // `line_map` says.
  std::string code;
  // False when the file was ES5 already and is run as it is.
  bool transpiled = false;
  bool from_cache = false;
  // SHA-256 of the file's bytes, in hexadecimal.
  std::string content_hash;
  // Why the cache of conversions was not used or not written; empty when it was, or was not needed.
  std::string cache_warning;
  // Exceptions only, ascending by generated_line; nearly always empty.
  std::vector<LineMapping> line_map;

  // The line of the user's file for a line of `code`. 1-based.
  int OriginalLine(int generated_line) const;
};

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_SCRIPT_SOURCE_H_
