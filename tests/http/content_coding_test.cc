#include "engine/clients/http/content_coding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <string>

namespace mockarty {
namespace {

using ::testing::HasSubstr;

constexpr uint64_t kNoLimit = uint64_t{1} << 30;

std::string Text(size_t size) {
  std::mt19937 random(3);
  std::string text(size, ' ');
  for (char& c : text) c = static_cast<char>('a' + random() % 6);
  return text;
}

TEST(ContentCodingTest, DecodesWhatItEncodes) {
  for (const char* coding : {"gzip", "deflate", "br", "zstd", "GZIP", "gzip, br", "deflate,zstd", "identity"}) {
    for (const size_t size : {0u, 1u, 1000u, 300000u}) {
      const std::string text = Text(size);
      const auto encoded = EncodeContent(coding, text);
      ASSERT_TRUE(encoded.ok()) << coding;
      const auto decoded = DecodeContent(coding, *encoded, kNoLimit);
      ASSERT_TRUE(decoded.ok()) << coding << size << decoded.status();
      EXPECT_EQ(*decoded, text) << coding;
      if (size == 300000u && std::string(coding) != "identity") {
        EXPECT_LT(encoded->size(), text.size() / 2) << coding;
      }
    }
  }
}

TEST(ContentCodingTest, TakesBothKindsOfDeflateAndSeveralGzipMembers) {
  const std::string zlib = EncodeContent("deflate", "hello").value();
  EXPECT_EQ(DecodeContent("deflate", zlib, 100).value(), "hello");
  const std::string raw = zlib.substr(2, zlib.size() - 6);  // without zlib's head and checksum
  EXPECT_EQ(DecodeContent("deflate", raw, 100).value(), "hello");
  const std::string members = EncodeContent("gzip", "ab").value() + EncodeContent("x-gzip", "cd").value();
  EXPECT_EQ(DecodeContent("gzip", members, 100).value(), "abcd");
}

TEST(ContentCodingTest, StopsAtTheLimit) {
  const std::string zeros(10 << 20, '\0');
  for (const char* coding : {"gzip", "deflate", "br", "zstd"}) {
    const std::string bomb = EncodeContent(coding, zeros).value();
    EXPECT_LT(bomb.size(), zeros.size() / 100);
    const auto status = DecodeContent(coding, bomb, 1 << 20).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << coding;
    EXPECT_THAT(std::string(status.message()), HasSubstr("larger than the limit of 1048576 bytes"));
    EXPECT_TRUE(DecodeContent(coding, bomb, zeros.size()).ok()) << coding;
    EXPECT_FALSE(DecodeContent(coding, bomb, zeros.size() - 1).ok()) << coding;
  }
}

TEST(ContentCodingTest, RefusesCorruptAndTruncatedData) {
  for (const char* coding : {"gzip", "deflate", "br", "zstd"}) {
    const std::string good = EncodeContent(coding, Text(5000)).value();
    const auto corrupt = DecodeContent(coding, std::string(200, '\x5a'), kNoLimit);
    EXPECT_FALSE(corrupt.ok()) << coding;
    EXPECT_THAT(std::string(corrupt.status().message()), HasSubstr(coding));
    for (const size_t size : {size_t{0}, size_t{1}, size_t{5}, good.size() / 2, good.size() - 1}) {
      const auto status = DecodeContent(coding, good.substr(0, size), kNoLimit).status();
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << coding << " " << size;
    }
    EXPECT_FALSE(DecodeContent(coding, good + "trailing garbage", kNoLimit).ok()) << coding;
  }
  std::string flipped = EncodeContent("gzip", Text(5000)).value();
  flipped[flipped.size() - 5] ^= 1;  // the checksum
  EXPECT_FALSE(DecodeContent("gzip", flipped, kNoLimit).ok());
}

TEST(ContentCodingTest, RandomBytesNeverPass) {
  std::mt19937 random(11);
  for (int round = 0; round < 500; ++round) {
    for (const char* coding : {"gzip", "br", "zstd"}) {
      std::string bytes = EncodeContent(coding, Text(200)).value();
      for (int edit = 0; edit < 3; ++edit) bytes[random() % bytes.size()] = static_cast<char>(random());
      const auto decoded = DecodeContent(coding, bytes, 1 << 16);
      if (decoded.ok()) {
        EXPECT_LE(decoded->size(), 1u << 16);
      }
    }
  }
}

TEST(ContentCodingTest, KnowsWhatItKnows) {
  EXPECT_TRUE(IsKnownContentEncoding("gzip"));
  EXPECT_TRUE(IsKnownContentEncoding(" br , ZSTD"));
  EXPECT_TRUE(IsKnownContentEncoding("identity"));
  EXPECT_FALSE(IsKnownContentEncoding("compress"));
  EXPECT_FALSE(IsKnownContentEncoding("gzip,gzip,gzip,gzip,gzip"));
  EXPECT_THAT(std::string(EncodeContent("lzma", "x").status().message()), HasSubstr("\"lzma\""));
}

}  // namespace
}  // namespace mockarty
