#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "engine/script/loader.h"
#include "engine/script/script_source.h"
#include "engine/script/syntax_scan.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;

LoadOptions Uncached() {
  LoadOptions options;
  options.use_cache = false;
  return options;
}

ScriptSource Loaded(std::string_view text) {
  absl::StatusOr<ScriptSource> source = LoadScriptText("x.js", text, Uncached());
  EXPECT_TRUE(source.ok()) << text << "\n" << source.status();
  return source.ok() ? *std::move(source) : ScriptSource();
}

TEST(LegacyDetection, TheWholeFileIsTheIteration) {
  for (const char* text : {"mk.http.get('x')", "pm.test('a', function () {})", "pm['test']('a', function () {})",
                           "postman.setNextRequest(null)", "const r = mk.http.get('x'); pm.test('a', () => r);",
                           "`${mk.env.HOST}`", "var exports_ = 1; mk.log(exports_)", "o.exports.x = 1; mk.log(o)",
                           "// exports.default\nmk.log('module.exports')"}) {
    const ScriptSource source = Loaded(text);
    EXPECT_TRUE(source.repeats) << text;
    EXPECT_EQ(source.preload, "jslib:legacy") << text;
  }
}

TEST(LegacyDetection, ExportsOfItsOwnMakeItCommonJs) {
  for (const char* text :
       {"exports.default = function () { mk.log(1); }", "module.exports = function () { pm.test(1); }",
        "module.exports.options = {}; mk.log(1)", "exports['default'] = function () { pm.x; }",
        "export default function () { pm.test('a', () => 1); }",
        "import http from 'k6/http'; export default () => mk.log(http)"}) {
    const ScriptSource source = Loaded(text);
    EXPECT_FALSE(source.repeats) << text;
    EXPECT_EQ(source.preload, "jslib:legacy") << text;
  }
}

TEST(LegacyDetection, OthersPayNothing) {
  for (const char* text :
       {"exports.default = function () {}", "var pm = {}; pm.x = 1; exports.default = function () {}",
        "const mk = require('k6'); mk.check(1, {}); module.exports = () => 1",
        "function pm() {} pm.x = 1; exports.y = 1", "import pm from 'k6/metrics'; export default () => pm.x",
        "import { mk } from 'k6'; export default () => mk.x", "import * as pm from 'k6'; export default () => pm.x",
        "class mk {} mk.x = 1; exports.y = 1", "'mk.http'; /* pm.test */ exports.y = a.pm.b",
        "exports.y = /pm.test/"}) {
    const ScriptSource source = Loaded(text);
    EXPECT_FALSE(source.repeats) << text;
    EXPECT_EQ(source.preload, "") << text;
    EXPECT_TRUE(source.modules.empty()) << text;
  }
}

TEST(LegacyDetection, ScanSaysWhatItSaw) {
  EXPECT_TRUE(ScanSyntax("pm?.test").uses_legacy);
  EXPECT_FALSE(ScanSyntax("pm = 1").uses_legacy);
  EXPECT_TRUE(ScanSyntax("exports.a = 1").has_exports);
  EXPECT_TRUE(ScanSyntax("module.exports = 1").has_exports);
  EXPECT_FALSE(ScanSyntax("x.exports.a = 1; exportsOf.y").has_exports);
}

TEST(LegacyDetection, GlobalsComeWithTheirParts) {
  const ScriptSource source = Loaded("mk.log(1)");
  const auto has = [&](std::string_view path) {
    return std::any_of(source.modules.begin(), source.modules.end(),
                       [&](const ScriptModule& module) { return module.file == path; });
  };
  EXPECT_TRUE(has("jslib:legacy"));
  EXPECT_TRUE(has("jslib:legacy_pm"));
  EXPECT_TRUE(has("made:variables.json"));
  EXPECT_FALSE(has("jslib:legacy_collection"));
}

TEST(LegacyDetection, ScriptsCannotNameThoseParts) {
  // Left to require(), which knows no such module.
  EXPECT_TRUE(Loaded("require('jslib:legacy'); exports.a = require('made:variables.json')").modules.empty());
}

TEST(LegacyDetection, Collections) {
  const ScriptSource source = Loaded(
      R"({"item": [{"name": "A", "event": [{"listen": "test", "script": {"exec": ["const a = 1;", "a"]}}],
          "request": "http://x/"}]})");
  EXPECT_FALSE(source.repeats);
  ASSERT_FALSE(source.modules.empty());
  EXPECT_TRUE(source.modules.back().repeats);
  EXPECT_EQ(source.modules.back().path, "x.js: A (test)");
  const absl::Status bad = LoadScriptText("dir/c.json", "{\"item\": 5}", Uncached()).status();
  EXPECT_THAT(std::string(bad.message()), HasSubstr("dir/c.json: neither a Postman collection"));
}

}  // namespace
}  // namespace mockarty
