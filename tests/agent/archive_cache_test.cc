#include "agent/archive_cache.h"

#include <gtest/gtest.h>

#include <string>

#include "common/base/sha256.h"

namespace mockarty {
namespace {

ArchiveBytes Bring(ArchiveCache& cache, const std::string& bytes) {
  std::string hash = Sha256Hex(bytes);
  EXPECT_TRUE(cache.BeginDownload(hash, bytes.size(), 1));
  absl::StatusOr<ArchiveBytes> archive = cache.AddChunk(hash, 1, 0, bytes.size(), bytes);
  EXPECT_TRUE(archive.ok()) << archive.status();
  return archive.ok() ? *archive : nullptr;
}

TEST(ArchiveCacheTest, DropsWhatWasUsedLongestAgo) {
  ArchiveCache cache(30);
  const std::string a(10, 'a'), b(10, 'b'), c(10, 'c'), d(10, 'd');
  for (const std::string& bytes : {a, b, c}) Bring(cache, bytes);
  EXPECT_EQ(cache.bytes(), 30u);
  EXPECT_NE(cache.Find(Sha256Hex(a)), nullptr);  // b is now the oldest
  ArchiveBytes in_use = cache.Find(Sha256Hex(a));
  Bring(cache, d);
  EXPECT_EQ(cache.bytes(), 30u);
  EXPECT_EQ(cache.Find(Sha256Hex(b)), nullptr);
  EXPECT_NE(cache.Find(Sha256Hex(a)), nullptr);
  EXPECT_EQ(*in_use, a);
}

TEST(ArchiveCacheTest, AnArchiveLargerThanTheCacheIsGivenButNotKept) {
  ArchiveCache cache(5);
  ArchiveBytes archive = Bring(cache, "0123456789");
  ASSERT_NE(archive, nullptr);
  EXPECT_EQ(*archive, "0123456789");
  EXPECT_EQ(cache.bytes(), 0u);
}

TEST(ArchiveCacheTest, ChunksMustFit) {
  const std::string bytes = "0123456789";
  const std::string hash = Sha256Hex(bytes);
  ArchiveCache cache(100);
  struct Case {
    uint64_t offset;
    uint64_t total;
    std::string data;
  };
  for (const Case& wrong : {Case{0, 11, "0"}, Case{5, 10, "56"}, Case{0, 10, "0123456789x"}, Case{UINT64_MAX, 10, "x"},
                            Case{0, 10, "012345678x"}}) {
    ASSERT_TRUE(cache.BeginDownload(hash, bytes.size(), 1));
    EXPECT_FALSE(cache.BeginDownload(hash, bytes.size(), 2));
    EXPECT_EQ(cache.AddChunk(hash, 1, wrong.offset, wrong.total, wrong.data).status().code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_FALSE(cache.IsDownloading(hash));
  }
}

TEST(ArchiveCacheTest, RepeatedAndOverlappingChunksAreTakenOnce) {
  const std::string bytes = "0123456789";
  const std::string hash = Sha256Hex(bytes);
  ArchiveCache cache(100);
  cache.BeginDownload(hash, bytes.size(), 1);
  EXPECT_EQ(cache.AddChunk(hash, 1, 0, 10, "0123").value(), nullptr);
  EXPECT_EQ(cache.AddChunk(hash, 1, 0, 10, "0123").value(), nullptr);
  EXPECT_EQ(cache.AddChunk(hash, 2, 4, 10, "xxxxxx").value(), nullptr);  // of a link that was not asked
  ArchiveBytes archive = cache.AddChunk(hash, 1, 2, 10, "23456789").value();
  ASSERT_NE(archive, nullptr);
  EXPECT_EQ(*archive, bytes);
}

TEST(ArchiveCacheTest, DownloadsEndWithTheirLink) {
  ArchiveCache cache(100);
  cache.BeginDownload(Sha256Hex("a"), 1, 1);
  cache.BeginDownload(Sha256Hex("b"), 1, 2);
  EXPECT_EQ(cache.CancelDownloadsOf(1), std::vector<std::string>{Sha256Hex("a")});
  EXPECT_FALSE(cache.IsDownloading(Sha256Hex("a")));
  EXPECT_TRUE(cache.IsDownloading(Sha256Hex("b")));
}

}  // namespace
}  // namespace mockarty
