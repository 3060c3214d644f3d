// The ES2015+ library. library/*.js hold the cases (see harness.js); expectations are by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/duktape/heap_fixture.h"

namespace mockarty::duktape_test {
namespace {

std::string Folder() {
  const char* source = std::getenv("MOCKARTY_SOURCE_DIR");
  return std::string(source != nullptr ? source : ".") + "/tests/duktape";
}

std::vector<std::string> Files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(Folder() + "/library")) {
    files.push_back(entry.path().stem().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class LibraryTest : public testing::TestWithParam<std::string> {};

TEST_P(LibraryTest, DoesWhatIsExpected) {
  Heap heap;
  ASSERT_EQ(heap.Eval(ReadFile(Folder() + "/harness.js") + "; 'ready'"), "ready");
  ASSERT_EQ(heap.Eval(ReadFile(Folder() + "/library/" + GetParam() + ".js") + "; 'ran'"), "ran");
  mockarty_duk_run_jobs(heap.ctx());
  EXPECT_EQ(heap.Eval("finish()"), "");
  EXPECT_NE(heap.Eval("checkCount"), "0");
}

std::string CaseName(const testing::TestParamInfo<std::string>& file) { return file.param; }

INSTANTIATE_TEST_SUITE_P(Files, LibraryTest, testing::ValuesIn(Files()), CaseName);

}  // namespace
}  // namespace mockarty::duktape_test
