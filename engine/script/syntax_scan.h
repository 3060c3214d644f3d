// A light look at a script's tokens: is it ES5, is it a module, what does it load?
//
// Skips strings, comments, regular expressions and templates, and looks for the keywords and marks that ES5 does not
// have. It need not be perfect: what it takes for ES5 is compiled before it is believed (see loader.cc).
#ifndef ENGINE_SCRIPT_SYNTAX_SCAN_H_
#define ENGINE_SCRIPT_SYNTAX_SCAN_H_

#include <string>
#include <string_view>
#include <vector>

namespace mockarty {

// What is named with a plain string, or a template without expressions.
struct LoadedName {
  enum class Kind { kStatic, kRequire, kDynamic };  // import and export ... from, require(...), import(...)
  std::string name;
  int line = 0;
  Kind kind = Kind::kStatic;
};

struct SyntaxScan {
  // Has `import` or `export` declarations, or `import.meta`.
  bool is_module = false;
  // Has syntax later than ES5. True for modules.
  bool is_modern = false;
  // Uses `mk`, `pm` or `postman` as objects, and declares none of that name: globals of legacy scripts.
  bool uses_legacy = false;
  // Has `exports` or `module.exports` at the head of an expression: CommonJS with exports of its own.
  bool has_exports = false;
  // Has the word `await` where it is no property.
  bool has_await = false;
  std::vector<LoadedName> loads;
};

// `source` as NormalizeSource() returns it. Never fails: unfinished strings and the like are for the compiler to name.
SyntaxScan ScanSyntax(std::string_view source);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_SYNTAX_SCAN_H_
