// A script as the engine runs it: ES5 in CommonJS form, and where each part of it comes from; with the files it
// imports.
#ifndef ENGINE_SCRIPT_SCRIPT_SOURCE_H_
#define ENGINE_SCRIPT_SCRIPT_SOURCE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/script/test_files.h"

namespace mockarty {

// What one file of a test calls another.
struct ScriptImport {
  static constexpr int kMain = -1;
  std::string name;        // as `import` or `require` gives it
  int module = 0;          // index into ScriptSource::modules, or kMain
  bool is_static = false;  // an `import` or `export ... from` that is left after conversion, not require() or import()
};

// A file that the script imports.
struct ScriptModule {
  std::string path;  // stands in messages
  std::string file;  // among the files of the test
  bool is_json = false;
  std::string code;        // as ScriptSource::code; of a JSON file its text
  std::string source_map;  // as ScriptSource::source_map
  std::vector<ScriptImport> imports;
  bool repeats = false;  // as ScriptSource::repeats
};

struct ScriptSource {
  // As the user named it; stands in messages.
  std::string path;
  // The body of a CommonJS function (exports, require, module). UTF-8.
  std::string code;
  // As EncodeSourceMap() makes it; empty when the code is the user's own text.
  std::string source_map;
  std::vector<ScriptImport> imports;
  std::vector<ScriptModule> modules;
  // The code is the body of the default function, not of the file: a legacy script.
  bool repeats = false;
  // One of `imports` that is run before the code: the globals of legacy scripts. Empty: none.
  std::string preload;

  // False when the file was ES5 already and is run as it is.
  bool transpiled = false;
  bool from_cache = false;
  // SHA-256 of the file's bytes, in hexadecimal.
  std::string content_hash;
  // Why the cache of conversions was not used or not written; empty when it was, or was not needed.
  std::string cache_warning;
  // What of a collection does not work here, each with its item; and what import() will not find.
  std::vector<std::string> warnings;

  // What open() reads, and which of the files the script is. Null: there are no files.
  std::shared_ptr<TestFiles> files;
  std::string main_file;

  // Whether the text stands anywhere in the code.
  bool Mentions(std::string_view text) const {
    bool found = code.find(text) != std::string::npos;
    for (const ScriptModule& module : modules) {
      found = found || module.code.find(text) != std::string::npos;
    }
    return found;
  }
};

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_SCRIPT_SOURCE_H_
