#include "engine/script/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/transpiler/script_runner.h"
#include "tests/transpiler/temporary_dir.h"

namespace mockarty {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

LoadOptions Uncached() {
  LoadOptions options;
  options.use_cache = false;
  return options;
}

std::string ErrorOf(std::string_view text, const LoadOptions& options = Uncached()) {
  const absl::StatusOr<ScriptSource> source = LoadScriptText("x.js", text, options);
  return source.ok() ? "no error" : std::string(source.status().message());
}

TEST(Loader, NamesAMissingFile) {
  const absl::StatusOr<ScriptSource> source = LoadScript("no/such.js", Uncached());
  EXPECT_EQ(source.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(source.status().message(), "cannot read script 'no/such.js': No such file or directory");
}

TEST(Loader, RefusesWhatIsNoFile) {
  TemporaryDir dir;
  EXPECT_THAT(std::string(LoadScript(dir.path(), Uncached()).status().message()), HasSubstr("Is a directory"));
  const std::string pipe = dir.path() + "/pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(std::string(LoadScript(pipe, Uncached()).status().message()), HasSubstr("not a regular file"));
}

TEST(Loader, RefusesEmptyLargeAndBinaryText) {
  EXPECT_EQ(ErrorOf(""), "script 'x.js' is empty");
  EXPECT_EQ(ErrorOf(" \r\n\t"), "script 'x.js' is empty");
  EXPECT_EQ(ErrorOf("\xEF\xBB\xBF"), "script 'x.js' is empty");
  LoadOptions small = Uncached();
  small.max_source_bytes = 10;
  EXPECT_EQ(ErrorOf("var a = 123;", small), "script 'x.js' is larger than 10 bytes, the most that is accepted");
  EXPECT_EQ(ErrorOf("var a = '\xFF';"), "script 'x.js' is not UTF-8 text: byte 0xFF at offset 9");
  EXPECT_EQ(ErrorOf("var a\xC3"), "script 'x.js' is not UTF-8 text: byte 0xC3 at offset 5");
  EXPECT_EQ(ErrorOf(std::string_view("a\0b", 3)), "script 'x.js' is not UTF-8 text: byte 0x00 at offset 1");
  EXPECT_EQ(ErrorOf("\x1F\x8B\x08"), "script 'x.js' is not UTF-8 text: byte 0x8B at offset 1");
}

TEST(Loader, TakesMarkShebangAndForeignLineEnds) {
  const std::string text =
      "\xEF\xBB\xBF#!/usr/bin/env k6\r\nconst a = `x\r\ny`;\r\nprint(a.length);\rthrow new Error('here');\r\n";
  const absl::StatusOr<ScriptSource> source = LoadScriptText("x.js", text, Uncached());
  ASSERT_TRUE(source.ok()) << source.status();
  const RunResult result = RunScript(*source, false);
  EXPECT_EQ(result.output, std::vector<std::string>{"3"});
  EXPECT_EQ(result.error_line, 5);
  const absl::StatusOr<ScriptSource> es5 = LoadScriptText("x.js", "#!/bin/sh\r\nprint(1);", Uncached());
  ASSERT_TRUE(es5.ok()) << es5.status();
  EXPECT_FALSE(es5->transpiled);
  EXPECT_EQ(es5->code, "///bin/sh\nprint(1);");
}

TEST(Loader, ShowsTheLineOfASyntaxError) {
  EXPECT_EQ(ErrorOf("const a = 1;\nlet b = ;\n"), "x.js:2:9: Unexpected token\n    let b = ;\n            ^");
  EXPECT_EQ(ErrorOf("const s = '\xF0\x9F\x98\x80'; let b = ;"),
            "x.js:1:25: Unexpected token\n    const s = '\xF0\x9F\x98\x80'; let b = ;\n                           ^");
  EXPECT_EQ(ErrorOf("if (x) {\n\tconst y = (1;\n}"),
            "x.js:2:14: Unexpected token, expected \",\"\n    \tconst y = (1;\n    \t            ^");
}

TEST(Loader, WordsTheErrorsOfEs5ScriptsLikeThoseOfModernOnes) {
  EXPECT_EQ(ErrorOf("var a = 1;\nvar b = ;\n"), "x.js:2:9: Unexpected token\n    var b = ;\n            ^");
  EXPECT_THAT(ErrorOf("function f() {\n  return 1;\n"), StartsWith("x.js:3:1: Unexpected token"));
  EXPECT_THAT(ErrorOf("var s = 'abc\n;"), StartsWith("x.js:1:9: Unterminated string constant"));
}

TEST(Loader, CutsLongLinesAndControlCharacters) {
  const std::string error = ErrorOf("const a = '" + std::string(5000, 'x') + "'; let b = \x01;");
  EXPECT_LT(error.size(), 400u);
  EXPECT_THAT(error, HasSubstr("let b = ?"));
  EXPECT_EQ(error.find('\x01'), std::string::npos);
}

TEST(Loader, NamesWhatTheEngineCannotRun) {
  EXPECT_THAT(ErrorOf("import a from './a.css' with { type: 'css' };"),
              HasSubstr("x.js:1: cannot import: there is no file"));
  EXPECT_THAT(ErrorOf("import a from 'k6' with { kind: 'json' };"),
              StartsWith("x.js:1:27: the import attribute 'kind' is not supported: expected type: 'json'"));
  EXPECT_THAT(ErrorOf("import a from 'k6' with { type: 'json' };"),
              StartsWith("x.js:1:27: type: 'json' is for files that end in .json, not for 'k6'"));
  EXPECT_THAT(ErrorOf("const a = 1;\n\nconst r = /(?<a>b)(?<a>c)/;"), StartsWith("x.js:3: "));
}

TEST(Loader, RefusesToLoadFilesAndAddresses) {
  EXPECT_EQ(ErrorOf("import a from 'k6';\nimport b from 'https://jslib.k6.io/x.js';"),
            "x.js:2: remote import 'https://jslib.k6.io/x.js' is refused: scripts load nothing from the network; under "
            "https://jslib.k6.io/ there are k6-utils, k6-summary, httpx, papaparse, k6chaijs, url, formdata");
  EXPECT_EQ(ErrorOf("var a = require('./lib/a.js');"), "x.js:1: cannot import: there is no file 'lib/a.js'");
  EXPECT_THAT(ErrorOf("export * from '../a.js';"), HasSubstr("there is no file '../a.js'"));
  EXPECT_EQ(ErrorOf("import '';"), "no error");  // for require to name, at run time
}

TEST(Loader, KeepsEs5AsItIs) {
  const std::string text = "var http = require('mockarty/http');\nmodule.exports.default = function () {};\n";
  const absl::StatusOr<ScriptSource> source = LoadScriptText("x.js", text, Uncached());
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ(source->code, text);
  EXPECT_FALSE(source->transpiled);
  EXPECT_EQ(source->path, "x.js");
  // printf '%s' TEXT | sha256sum
  EXPECT_EQ(LoadScriptText("x.js", "abc", Uncached())->content_hash,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Loader, AFileThatAwaitsIsTheBodyOfAFunction) {
  for (const char* text : {"export default 1;\nawait f();", "for await (const x of y) {}\nexport {};",
                           "globalThis.x = await f();", "let x = await (f());", "type T = string; await f(); let x: T;",
                           "class A { [await f()]() {} }\nexport default A;"}) {
    const absl::StatusOr<ScriptSource> source = LoadScriptText("x.js", text, Uncached());
    ASSERT_TRUE(source.ok()) << source.status();
    EXPECT_THAT(source->code, StartsWith("\"async module\";")) << text;
  }
  for (const char* text : {"export default async () => { await f(); };", "var await = 1; class A {}",
                           "export default class { static async f() { for await (const x of y) {} } }"}) {
    const absl::StatusOr<ScriptSource> source = LoadScriptText("x.js", text, Uncached());
    ASSERT_TRUE(source.ok()) << source.status();
    EXPECT_EQ(source->code.find("async module"), std::string::npos) << text;
  }
  EXPECT_THAT(ErrorOf("const f = () => { await g(); };\nexport default f;"), StartsWith("x.js:1:"));
  EXPECT_THAT(ErrorOf("export default 1;\nfunction f() { for await (const x of y) {} }"), StartsWith("x.js:2:"));
}

TEST(Loader, EndsAtItsLimits) {
  std::string large = "export default function () {\n";
  for (int i = 0; i < 2000; ++i) large += "  const a" + std::to_string(i) + " = (x) => ({ ...x, y: `${x}` });\n";
  large += "}\n";
  LoadOptions hurried = Uncached();
  hurried.conversion_timeout = 1;  // ns
  const absl::Status late = LoadScriptText("x.js", large, hurried).status();
  EXPECT_EQ(late.code(), absl::StatusCode::kDeadlineExceeded) << late;
  EXPECT_EQ(late.message(), "x.js: converting the script takes too long");
  LoadOptions poor = Uncached();
  poor.conversion_memory_bytes = size_t{24} << 20;
  const absl::Status memory = LoadScriptText("x.js", large, poor).status();
  EXPECT_EQ(memory.code(), absl::StatusCode::kResourceExhausted) << memory;
  EXPECT_EQ(memory.message(), "x.js: converting the script takes too much memory");
}

TEST(Loader, SurvivesDeepNesting) {
  for (const char* unit : {"(", "[", "{a:", "!", "() => ", "`${"}) {
    std::string text = "const deep = ";
    for (int i = 0; i < 20000; ++i) text += unit;
    EXPECT_NE(ErrorOf(text), "no error") << unit;
  }
  std::string balanced = "const deep = " + std::string(5000, '(') + "1" + std::string(5000, ')') + ";";
  EXPECT_THAT(ErrorOf(balanced), StartsWith("x.js: "));
  // The same without anything modern: the compiler meets it first.
  balanced.replace(0, 5, "var  ");
  EXPECT_THAT(ErrorOf(balanced), StartsWith("x.js: "));
}

class LoaderCache : public testing::Test {
 protected:
  LoaderCache() { options_.cache_dir = dir_.path() + "/made/cache"; }

  ScriptSource Load(std::string_view text) {
    absl::StatusOr<ScriptSource> source = LoadScriptText("x.js", text, options_);
    EXPECT_TRUE(source.ok()) << source.status();
    return source.ok() ? *std::move(source) : ScriptSource();
  }
  std::vector<std::string> Entries() const {
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::directory_iterator(options_.cache_dir)) paths.push_back(entry.path());
    return paths;
  }

  TemporaryDir dir_;
  LoadOptions options_;
  const std::string text_ = "const f = async (x) => `${x}`;\nclass A {\n  #b = 1;\n}\nprint('ran');\n";
};

TEST_F(LoaderCache, SecondLoadComesFromIt) {
  const ScriptSource first = Load(text_);
  EXPECT_FALSE(first.from_cache);
  EXPECT_EQ(first.cache_warning, "");
  const ScriptSource second = Load(text_);
  EXPECT_TRUE(second.from_cache);
  EXPECT_TRUE(second.transpiled);
  EXPECT_EQ(second.code, first.code);
  EXPECT_EQ(second.content_hash, first.content_hash);
  EXPECT_EQ(second.source_map, first.source_map);
  EXPECT_NE(second.source_map, "");
  EXPECT_FALSE(Load(text_ + " ").from_cache);
  EXPECT_EQ(Entries().size(), 2u);
}

TEST_F(LoaderCache, HoldsNeitherEs5NorErrors) {
  Load("var a = 1;");
  EXPECT_FALSE(LoadScriptText("x.js", "let a = ;", options_).ok());
  EXPECT_TRUE(!std::filesystem::exists(options_.cache_dir) || Entries().empty());
}

TEST_F(LoaderCache, ReplacesADamagedEntry) {
  const ScriptSource first = Load(text_);
  const std::string entry = Entries().at(0);
  const auto size = std::filesystem::file_size(entry);
  for (const char* damage : {"flip", "cut", "empty"}) {
    if (damage == std::string("flip")) {
      std::fstream file(entry, std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(size) - 20);
      file.put('~');
    } else {
      std::filesystem::resize_file(entry, damage == std::string("cut") ? size / 2 : 0);
    }
    const ScriptSource repaired = Load(text_);
    EXPECT_FALSE(repaired.from_cache) << damage;
    EXPECT_EQ(repaired.code, first.code);
    EXPECT_TRUE(Load(text_).from_cache) << damage;
  }
}

TEST_F(LoaderCache, DoesWithoutAFolderThatIsNotToBeUsed) {
  const std::string file = dir_.path() + "/file";
  std::ofstream(file) << "x";
  options_.cache_dir = file + "/below";
  EXPECT_THAT(Load(text_).cache_warning, HasSubstr("Not a directory"));
  options_.cache_dir = dir_.path() + "/shared";
  ASSERT_EQ(mkdir(options_.cache_dir.c_str(), 0700), 0);
  ASSERT_EQ(chmod(options_.cache_dir.c_str(), 0777), 0);
  EXPECT_THAT(Load(text_).cache_warning, HasSubstr("other users may write to it"));
  EXPECT_TRUE(Entries().empty());
}

TEST_F(LoaderCache, OnlyWarnsWhenTheFolderCannotBeWritten) {
  options_.cache_dir = dir_.path() + "/readonly";
  ASSERT_EQ(mkdir(options_.cache_dir.c_str(), 0700), 0);
  if (geteuid() == 0) {
    // Permissions do not bind root: a folder where the entry should be stands in the way instead.
    const ScriptSource first = Load(text_);
    const std::string entry = Entries().at(0);
    std::filesystem::remove(entry);
    std::filesystem::create_directories(entry + "/full");
    const ScriptSource second = Load(text_);
    EXPECT_EQ(second.code, first.code);
    EXPECT_THAT(second.cache_warning, HasSubstr("cannot write"));
  } else {
    ASSERT_EQ(chmod(options_.cache_dir.c_str(), 0500), 0);
    const ScriptSource source = Load(text_);
    EXPECT_THAT(source.cache_warning, HasSubstr("Permission denied"));
    EXPECT_FALSE(source.code.empty());
  }
}

TEST_F(LoaderCache, ServesSeveralProcessesAtOnce) {
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      bool good = true;
      for (int round = 0; round < 3; ++round) {
        const absl::StatusOr<ScriptSource> source = LoadScriptText("x.js", text_, options_);
        good &= source.ok() && source->code.find("print('ran')") != std::string::npos && source->cache_warning.empty();
      }
      _exit(good ? 0 : 1);
    }
    children.push_back(child);
  }
  for (pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(Entries().size(), 1u);
  EXPECT_TRUE(Load(text_).from_cache);
}

}  // namespace
}  // namespace mockarty
