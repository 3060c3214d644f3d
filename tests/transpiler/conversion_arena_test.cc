#include "engine/script/conversion_arena.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <random>
#include <vector>

namespace mockarty {
namespace {

struct Block {
  unsigned char* bytes;
  size_t size;
  unsigned char fill;
};

bool Intact(const Block& block, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    if (block.bytes[i] != block.fill) return false;
  }
  return true;
}

TEST(ConversionArena, KeepsBlocksApart) {
  ConversionArena arena(size_t{256} << 20);
  std::mt19937 random(7);
  std::vector<Block> blocks;
  const size_t sizes[] = {0,    1,    8,    15,    16,      17,      1000,    1016,   1017,
                          1024, 1025, 5000, 70000, 1048567, 1048568, 1048576, 3000000};
  for (int step = 0; step < 4000; ++step) {
    const size_t size = step % 50 == 0 ? sizes[random() % std::size(sizes)] : random() % 3000;
    if (blocks.size() < 40 || random() % 3 != 0) {
      auto* bytes = static_cast<unsigned char*>(arena.Allocate(size));
      ASSERT_NE(bytes, nullptr);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(bytes) % 8, 0u);
      blocks.push_back({bytes, size, static_cast<unsigned char>(step)});
      memset(bytes, blocks.back().fill, size);
    } else if (random() % 2 == 0) {
      Block& block = blocks[random() % blocks.size()];
      const size_t kept = std::min(block.size, size);
      block.bytes = static_cast<unsigned char*>(arena.Reallocate(block.bytes, size + 1));
      ASSERT_NE(block.bytes, nullptr);
      ASSERT_TRUE(Intact(block, kept));
      block.size = size + 1;
      memset(block.bytes, block.fill, block.size);
    } else {
      const size_t at = random() % blocks.size();
      ASSERT_TRUE(Intact(blocks[at], blocks[at].size));
      arena.Free(blocks[at].bytes);
      blocks[at] = blocks.back();
      blocks.pop_back();
    }
  }
  for (const Block& block : blocks) EXPECT_TRUE(Intact(block, block.size));
  EXPECT_FALSE(arena.Exhausted());
}

TEST(ConversionArena, StopsAtItsLimit) {
  ConversionArena arena(size_t{16} << 20);
  EXPECT_EQ(arena.Allocate(size_t{17} << 20), nullptr);
  EXPECT_TRUE(arena.Exhausted());
  EXPECT_EQ(arena.Allocate(SIZE_MAX), nullptr);
  size_t got = 0;
  while (arena.Allocate(100000) != nullptr) ++got;
  EXPECT_GT(got, 100u);
  EXPECT_LE(arena.PeakBytes(), size_t{16} << 20);
}

TEST(ConversionArena, ReusesWhatIsFreed) {
  ConversionArena arena(size_t{16} << 20);
  for (int i = 0; i < 100000; ++i) {
    void* block = arena.Allocate(size_t{1} << 12);
    ASSERT_NE(block, nullptr);
    arena.Free(block);
    void* large = arena.Allocate(size_t{2} << 20);
    ASSERT_NE(large, nullptr);
    arena.Free(large);
  }
}

}  // namespace
}  // namespace mockarty
