// What our patches touch behaves as in stock Duktape: reference/*.js print "label: value" lines in duk_eval and in
// duk_eval_ref, and the lines must be equal. Deliberate differences are listed at the top of a file as
// "// differs: label: reason"; a listed label must really differ, so that the lists stay true.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace mockarty::duktape_test {
namespace {

std::string Folder() {
  const char* source = std::getenv("MOCKARTY_SOURCE_DIR");
  return std::string(source != nullptr ? source : ".") + "/tests/duktape/reference/";
}

// Lines "label: value" that a tool beside this test prints for a file.
std::map<std::string, std::string> Results(const std::string& tool, const std::string& file) {
  const std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const std::string command = (here / tool).string() + " " + Folder() + "prelude.js " + Folder() + file + ".js";
  std::map<std::string, std::string> lines;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) {
    ADD_FAILURE() << "cannot run " << command;
    return lines;
  }
  std::string text;
  std::array<char, 4096> chunk;
  size_t n = 0;
  while ((n = fread(chunk.data(), 1, chunk.size(), pipe)) > 0) text.append(chunk.data(), n);
  EXPECT_EQ(pclose(pipe), 0) << text;
  std::istringstream stream(text);
  std::string line;
  while (std::getline(stream, line)) {
    const size_t colon = line.find(": ");
    if (colon == std::string::npos) {
      ADD_FAILURE() << "not a result: " << line;
      continue;
    }
    EXPECT_TRUE(lines.emplace(line.substr(0, colon), line.substr(colon + 2)).second) << "twice: " << line;
  }
  return lines;
}

std::set<std::string> DeliberateDifferences(const std::string& file) {
  std::set<std::string> labels;
  FILE* source = fopen((Folder() + file + ".js").c_str(), "r");
  if (source == nullptr) return labels;
  std::array<char, 4096> line;
  while (fgets(line.data(), line.size(), source) != nullptr) {
    const std::string text(line.data());
    const std::string prefix = "// differs: ";
    if (text.rfind(prefix, 0) != 0) continue;
    labels.insert(text.substr(prefix.size(), text.find(": ", prefix.size()) - prefix.size()));
  }
  fclose(source);
  return labels;
}

class ReferenceTest : public testing::TestWithParam<const char*> {};

TEST_P(ReferenceTest, SameAsStockDuktape) {
  const auto ours = Results("duk_eval", GetParam());
  const auto stock = Results("duk_eval_ref", GetParam());
  const auto differences = DeliberateDifferences(GetParam());
  EXPECT_GT(ours.size(), 10u);
  EXPECT_EQ(ours.size(), stock.size());
  for (const std::string& label : differences) EXPECT_EQ(ours.count(label), 1u) << "no such label: " << label;
  for (const auto& [label, value] : ours) {
    const auto found = stock.find(label);
    ASSERT_NE(found, stock.end()) << label;
    if (differences.count(label) != 0) {
      EXPECT_NE(value, found->second) << label << " is listed as different but is not";
    } else {
      EXPECT_EQ(value, found->second) << label;
    }
  }
}

std::string CaseName(const testing::TestParamInfo<const char*>& file) { return file.param; }

INSTANTIATE_TEST_SUITE_P(Files, ReferenceTest, testing::Values("prototype", "builtins", "loops"), CaseName);

}  // namespace
}  // namespace mockarty::duktape_test
