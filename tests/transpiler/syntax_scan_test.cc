#include "engine/script/syntax_scan.h"

#include <gtest/gtest.h>

namespace mockarty {
namespace {

bool Modern(std::string_view source) { return ScanSyntax(source).is_modern; }
bool Module(std::string_view source) { return ScanSyntax(source).is_module; }

TEST(SyntaxScan, SeesModernSyntax) {
  for (const char* source : {"let a = 1",
                             "const a = 1",
                             "class A {}",
                             "x => x",
                             "`t`",
                             "f(...a)",
                             "a?.b",
                             "a ?? b",
                             "a ** b",
                             "var {a} = b",
                             "var [a] = b",
                             "async function f() {}",
                             "function* g() {}",
                             "new.target",
                             "1_000",
                             "0b11",
                             "0o17",
                             "10n",
                             "import('x')",
                             "let\n[a] = b",
                             "x = a ?.b : c",
                             "/* let */ const a = 1",
                             "'let'; let a",
                             "#x in y"}) {
    EXPECT_TRUE(Modern(source)) << source;
    EXPECT_FALSE(Module(source)) << source;
  }
}

TEST(SyntaxScan, LeavesEs5Alone) {
  for (const char* source : {"var a = 1;",
                             "'let a'",
                             "// const a\nvar b",
                             "/* class A {} */",
                             "a.class = b.let",
                             "var o = {class: 1, const: 2}",
                             "var re = /`=>/; re",
                             "return /[/`]/.test(a)",
                             "a = b / c; d = '`' / e",
                             "if (a) /=>/.test(b)",
                             "x = a ?.5 : b",
                             "var let_ = 1, constant = 2",
                             "a ? b : c",
                             "'\\'let` '",
                             "0x1f + 1e+5 + 1.5e-7",
                             "o.import('x')",
                             "o = {export: 1}",
                             "a = (b) / c / d",
                             "f(a)[0] / 2 / g",
                             "{} /=>/.test(x)",
                             "i++ / 2; '`'",
                             "function f(async) { return async; }"}) {
    EXPECT_FALSE(Modern(source)) << source;
  }
}

TEST(SyntaxScan, SeesModules) {
  for (const char* source :
       {"import a from 'a'", "import 'a'", "import {a} from 'a'", "import * as a from 'a'", "export default 1",
        "export {a}", "export * from 'a'", "export const a = 1", "var re = /'/;\nexport default 1",
        "var a = import.meta", "`${`}`} import`; export const x = 1"}) {
    EXPECT_TRUE(Module(source)) << source;
    EXPECT_TRUE(Modern(source)) << source;
  }
  for (const char* source : {"// import a from 'a'", "'export default'", "`export default ${1} import x`",
                             "o.export = 1", "import('a')", "({import: a, export: b})"}) {
    EXPECT_FALSE(Module(source)) << source;
  }
}

TEST(SyntaxScan, ListsWhatIsLoadedWithItsLine) {
  const SyntaxScan scan = ScanSyntax(
      "import http from 'k6/http';\n"
      "import 'side';\n"
      "/* require('comment') */ var a = require(\"mockarty/http\");\n"
      "export { b } from 'exported';\n"
      "text = \"from 'nothing'\"; o.require('method');\n"
      "`${require('inside')}`;\n");
  std::vector<std::string> found;
  for (const LoadedName& load : scan.loads) found.push_back(std::to_string(load.line) + " " + load.name);
  EXPECT_EQ(found, (std::vector<std::string>{"1 k6/http", "2 side", "3 mockarty/http", "4 exported", "6 inside"}));
}

TEST(SyntaxScan, TellsHowANameIsLoaded) {
  const SyntaxScan scan = ScanSyntax(
      "import { a } from './a.js' with { type: 'json' };\n"
      "export * as b from './b.js';\n"
      "require('./c' + name); import('./d' + name); import(`./e${name}`); o.import('./f');\n"
      "import(`./g.js`); require(`./h`);\n"
      "import(/* comment */ './i.js', { with: { type: 'json' } });\n"
      "import('./it\\'s \\u00fc\\xfc.js'); import.meta.resolve('./j');\n");
  const auto kind = [](LoadedName::Kind of) {
    return of == LoadedName::Kind::kStatic ? "static " : of == LoadedName::Kind::kRequire ? "require " : "dynamic ";
  };
  std::vector<std::string> found;
  for (const LoadedName& load : scan.loads) {
    found.push_back(std::to_string(load.line) + " " + kind(load.kind) + load.name);
  }
  EXPECT_EQ(found, (std::vector<std::string>{"1 static ./a.js", "2 static ./b.js", "4 dynamic ./g.js", "4 require ./h",
                                             "5 dynamic ./i.js", "6 dynamic ./it's \xC3\xBC\xC3\xBC.js"}));
}

TEST(SyntaxScan, EndsOnUnfinishedText) {
  for (const char* source :
       {"'abc", "\"abc\\", "`abc", "`abc${", "/* abc", "/abc", "a = /[", "(((", "}}}", "1e", "\\", ""}) {
    ScanSyntax(source);
  }
}

}  // namespace
}  // namespace mockarty
