// Every file in cases/ and docs/examples/ is loaded, compiled and run. The comments at the head of a case say what is
// expected: `// expect: LINE` for each line printed, `// error: TEXT` and `// error-line: N`, `// error-column: N` for
// what it throws,
// `// runs: default` to call its default function, `// format: es5|converted` for what the loader makes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "engine/script/loader.h"
#include "tests/transpiler/script_runner.h"

namespace mockarty {
namespace {

std::string SourceDir() {
  const char* dir = getenv("MOCKARTY_SOURCE_DIR");
  return dir == nullptr ? "." : dir;
}

std::vector<std::string> ScriptsIn(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(SourceDir() + "/" + folder)) {
    if (entry.path().extension() == ".js") names.push_back(folder + "/" + entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string TestName(const testing::TestParamInfo<std::string>& info) {
  std::string name = std::filesystem::path(info.param).stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

struct Expectation {
  std::vector<std::string> output;
  std::string error;
  int error_line = 0;
  int error_column = 0;
  bool run_default = false;
  std::string format;
};

Expectation ReadExpectation(const std::string& path) {
  Expectation expectation;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const size_t colon = line.find(':');
    if (line.compare(0, 3, "// ") != 0 || colon == line.npos) break;
    const std::string key = line.substr(3, colon - 3);
    const std::string value = colon + 2 <= line.size() ? line.substr(colon + 2) : "";
    if (key == "expect") {
      expectation.output.push_back(value);
    } else if (key == "error") {
      expectation.error = value;
    } else if (key == "error-line") {
      expectation.error_line = std::stoi(value);
    } else if (key == "error-column") {
      expectation.error_column = std::stoi(value);
    } else if (key == "runs") {
      expectation.run_default = value == "default";
    } else if (key == "format") {
      expectation.format = value;
    } else {
      break;
    }
  }
  return expectation;
}

LoadOptions Uncached() {
  LoadOptions options;
  options.use_cache = false;
  return options;
}

class ScriptCases : public testing::TestWithParam<std::string> {};

TEST_P(ScriptCases, BehavesAsItsHeadSays) {
  const std::string path = SourceDir() + "/" + GetParam();
  const Expectation expected = ReadExpectation(path);
  ASSERT_FALSE(expected.output.empty() && expected.error.empty()) << "a case must expect something";
  const absl::StatusOr<ScriptSource> source = LoadScript(path, Uncached());
  ASSERT_TRUE(source.ok()) << source.status();
  if (!expected.format.empty()) {
    EXPECT_EQ(source->transpiled ? "converted" : "es5", expected.format);
  }
  const RunResult result = RunScript(*source, expected.run_default);
  // Requests of the stand-in module are of no interest here.
  std::vector<std::string> printed = result.output;
  printed.erase(std::remove(printed.begin(), printed.end(), "GET http://x/"), printed.end());
  EXPECT_EQ(printed, expected.output) << source->code;
  if (expected.error.empty()) {
    EXPECT_EQ(result.error, "") << source->code;
  } else {
    EXPECT_THAT(result.error, testing::HasSubstr(expected.error)) << source->code;
    EXPECT_EQ(result.error_line, expected.error_line) << source->code;
    if (expected.error_column != 0) {
      EXPECT_EQ(result.error_column, expected.error_column) << source->code;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, ScriptCases, testing::ValuesIn(ScriptsIn("tests/transpiler/cases")), TestName);

class Examples : public testing::TestWithParam<std::string> {};

TEST_P(Examples, ConvertsAndSendsRequests) {
  const absl::StatusOr<ScriptSource> source = LoadScript(SourceDir() + "/" + GetParam(), Uncached());
  ASSERT_TRUE(source.ok()) << source.status();
  const RunResult result = RunScript(*source, true);
  EXPECT_EQ(result.error, "");
  ASSERT_FALSE(result.output.empty());
  for (const std::string& request : result.output) {
    EXPECT_THAT(request, testing::MatchesRegex("(GET|POST) http://base/.+"));
  }
}

INSTANTIATE_TEST_SUITE_P(Docs, Examples, testing::ValuesIn(ScriptsIn("docs/examples")), TestName);

}  // namespace
}  // namespace mockarty
