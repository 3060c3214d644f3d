#include "engine/script/script_cache.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <time.h>

#include <filesystem>
#include <string>

#include "common/base/sha256.h"
#include "tests/transpiler/temporary_dir.h"

namespace mockarty {
namespace {

std::string Key(int n) { return Sha256Hex(std::to_string(n)); }

// Entries made within one tick of the file system's clock have no order: the test sets their age.
void SetAge(const std::string& dir, int n, int seconds) {
  const timespec times[2] = {{0, UTIME_OMIT}, {time(nullptr) - seconds, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, (dir + "/" + Key(n) + ".es5").c_str(), times, 0), 0);
}

TEST(ScriptCache, GivesBackWhatWasPut) {
  TemporaryDir dir;
  ScriptCache cache({.dir = dir.path()});
  ASSERT_TRUE(cache.Open().ok());
  EXPECT_FALSE(cache.Get(Key(1)).has_value());
  ASSERT_TRUE(cache.Put(Key(1), {"line 1\nline 2 \xD1\x8F\n", std::string("\0\n:1", 4)}).ok());
  const std::optional<CachedScript> found = cache.Get(Key(1));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->code, "line 1\nline 2 \xD1\x8F\n");
  EXPECT_EQ(found->source_map, std::string("\0\n:1", 4));
  ASSERT_TRUE(cache.Put(Key(1), {"other", {}}).ok());
  EXPECT_EQ(cache.Get(Key(1))->code, "other");
}

TEST(ScriptCache, TakesNoEntryOfAnotherKey) {
  TemporaryDir dir;
  ScriptCache cache({.dir = dir.path()});
  ASSERT_TRUE(cache.Open().ok());
  ASSERT_TRUE(cache.Put(Key(1), {"code", {}}).ok());
  std::filesystem::copy_file(dir.path() + "/" + Key(1) + ".es5", dir.path() + "/" + Key(2) + ".es5");
  EXPECT_FALSE(cache.Get(Key(2)).has_value());
}

TEST(ScriptCache, RemovesTheLeastRecentlyUsed) {
  TemporaryDir dir;
  ScriptCache cache({.dir = dir.path(), .max_entries = 3});
  ASSERT_TRUE(cache.Open().ok());
  for (int n = 1; n <= 3; ++n) {
    ASSERT_TRUE(cache.Put(Key(n), {"code", {}}).ok());
    SetAge(dir.path(), n, 100 - n);
  }
  EXPECT_TRUE(cache.Get(Key(1)).has_value());  // now the most recently used
  ASSERT_TRUE(cache.Put(Key(4), {"code", {}}).ok());
  EXPECT_TRUE(cache.Get(Key(1)).has_value());
  EXPECT_FALSE(cache.Get(Key(2)).has_value());
  EXPECT_TRUE(cache.Get(Key(3)).has_value());
  EXPECT_TRUE(cache.Get(Key(4)).has_value());
}

TEST(ScriptCache, KeepsToItsSize) {
  TemporaryDir dir;
  ScriptCache cache({.dir = dir.path(), .max_entries = 100, .max_total_bytes = 5000});
  ASSERT_TRUE(cache.Open().ok());
  for (int n = 1; n <= 4; ++n) {
    ASSERT_TRUE(cache.Put(Key(n), {std::string(2000, 'x'), {}}).ok());
    SetAge(dir.path(), n, 100 - n);
  }
  EXPECT_FALSE(cache.Get(Key(2)).has_value());
  EXPECT_TRUE(cache.Get(Key(3)).has_value());
  EXPECT_TRUE(cache.Get(Key(4)).has_value());
  // Larger than all the room there is: not kept, and nothing has to go for it.
  ASSERT_TRUE(cache.Put(Key(5), {std::string(6000, 'x'), {}}).ok());
  EXPECT_FALSE(cache.Get(Key(5)).has_value());
  EXPECT_TRUE(cache.Get(Key(4)).has_value());
}

}  // namespace
}  // namespace mockarty
