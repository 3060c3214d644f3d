#include "engine/script/text.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace mockarty {
namespace {

std::string Js(std::string_view text) {
  std::string scratch;
  return std::string(ToJsText(text, scratch));
}

std::string Utf8(std::string_view text) {
  std::string scratch;
  return std::string(FromJsText(text, scratch));
}

TEST(TextTest, AsciiIsHandedThroughWithoutACopy) {
  const std::string text = "GET /users HTTP/1.1";
  std::string scratch;
  EXPECT_EQ(ToJsText(text, scratch).data(), text.data());
  EXPECT_EQ(FromJsText(text, scratch).data(), text.data());
}

TEST(TextTest, CharactersAboveTheBasicPlaneBecomeSurrogatePairs) {
  EXPECT_EQ(Js("a\xF0\x9F\x98\x80z"), "a\xED\xA0\xBD\xED\xB8\x80z");  // U+1F600
  EXPECT_EQ(Utf8("a\xED\xA0\xBD\xED\xB8\x80z"), "a\xF0\x9F\x98\x80z");
  EXPECT_EQ(Js("\xF4\x8F\xBF\xBF"), "\xED\xAF\xBF\xED\xBF\xBF");  // U+10FFFF
}

TEST(TextTest, IllFormedBytesBecomeReplacementCharacters) {
  const std::string replacement = "\xEF\xBF\xBD";
  EXPECT_EQ(Js("\xFFhidden"), replacement + "hidden");  // would be a Symbol to Duktape
  EXPECT_EQ(Js("\x80"), replacement);
  EXPECT_EQ(Js("\xC0\xAF"), replacement + replacement);                    // overlong
  EXPECT_EQ(Js("\xF0\x9F\x98"), replacement + replacement + replacement);  // cut short
  EXPECT_EQ(Js("\xED\xA0\x80"), replacement + replacement + replacement);  // a surrogate is no UTF-8
  EXPECT_EQ(Js("\xF4\x90\x80\x80").find('\xF4'), std::string::npos);       // above U+10FFFF
}

TEST(TextTest, LoneSurrogatesBecomeReplacementCharacters) {
  EXPECT_EQ(Utf8("\xED\xA0\xBD"), "\xEF\xBF\xBD");
  EXPECT_EQ(Utf8("\xED\xB8\x80x"), "\xEF\xBF\xBDx");
  EXPECT_EQ(Utf8("\xED\xA0\xBD\xED\xA0\xBD\xED\xB8\x80"), "\xEF\xBF\xBD\xF0\x9F\x98\x80");
}

TEST(TextTest, EveryCodePointSurvivesTheWayThereAndBack) {
  for (uint32_t code = 0; code <= 0x10FFFF; code += code < 0x1000 ? 1 : 97) {
    if (code >= 0xD800 && code <= 0xDFFF) {
      continue;
    }
    std::string text;
    if (code < 0x80) {
      text = {static_cast<char>(code)};
    } else if (code < 0x800) {
      text = {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 63))};
    } else if (code < 0x10000) {
      text = {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 63)),
              static_cast<char>(0x80 | (code & 63))};
    } else {
      text = {static_cast<char>(0xF0 | code >> 18), static_cast<char>(0x80 | (code >> 12 & 63)),
              static_cast<char>(0x80 | (code >> 6 & 63)), static_cast<char>(0x80 | (code & 63))};
    }
    ASSERT_EQ(Utf8(Js(text)), text) << code;
  }
}

TEST(TextTest, RandomBytesGiveTextThatNeverStartsASymbol) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random() % 20, ' ');
    for (char& byte : bytes) {
      byte = static_cast<char>(random());
    }
    const std::string js = Js(bytes);
    EXPECT_EQ(Js(Utf8(js)), js);
    if (!js.empty()) {
      const auto lead = static_cast<unsigned char>(js[0]);
      EXPECT_TRUE(lead < 0x80 || lead >= 0xC2) << static_cast<int>(lead);
      EXPECT_NE(lead, 0xFF);
    }
  }
}

}  // namespace
}  // namespace mockarty
