// Values in messages, and "did you mean".
#include <array>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/suggest.h"
#include "gtest/gtest.h"

namespace mockarty {
namespace {

TEST(Quoted, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(Quoted("plain"), "\"plain\"");
  EXPECT_EQ(Quoted("a\"b\\c"), "\"a\\\"b\\\\c\"");
  EXPECT_EQ(Quoted("line\nend\t\r"), "\"line\\nend\\t\\r\"");
  EXPECT_EQ(Quoted("\x1b[31mred\x7f"), "\"\\x1b[31mred\\x7f\"");
  EXPECT_EQ(Quoted("\xC2\x9B"), "\"\\xc2\\x9b\"") << "C1 control";
  EXPECT_EQ(Quoted("gr\xC3\xBC\xC3\x9F \xE2\x9C\x93 \xF0\x9F\x98\x80"),
            "\"gr\xC3\xBC\xC3\x9F \xE2\x9C\x93 \xF0\x9F\x98\x80\"");
  EXPECT_EQ(Quoted("\xC3"), "\"\\xc3\"");
  EXPECT_EQ(Quoted("\xED\xA0\x80"), "\"\\xed\\xa0\\x80\"") << "a surrogate is no character";
  EXPECT_EQ(Quoted("\xC0\xAF"), "\"\\xc0\\xaf\"") << "overlong";
  EXPECT_EQ(Quoted(std::string_view("a\0b", 3)), "\"a\\x00b\"");
}

TEST(Quoted, IsCutAtACharacter) {
  EXPECT_EQ(Quoted(std::string(1000, 'x'), 5), "\"xxxxx...\"");
  EXPECT_EQ(Quoted("abcd\xC3\xBC", 5), "\"abcd...\"");
  EXPECT_EQ(Printable("say \"hi\"\n"), "say \"hi\"\\n");
}

TEST(ClosestName, FindsTyposOnly) {
  constexpr std::array<std::string_view, 5> kNames = {"vus", "duration", "iterations", "stages", "thresholds"};
  EXPECT_EQ(ClosestName("vu", kNames), "vus");
  EXPECT_EQ(ClosestName("VUs", kNames), "vus");
  EXPECT_EQ(ClosestName("uvs", kNames), "vus");
  EXPECT_EQ(ClosestName("duratoin", kNames), "duration");
  EXPECT_EQ(ClosestName("iteration", kNames), "iterations");
  EXPECT_EQ(ClosestName("treshold", kNames), "thresholds");
  EXPECT_EQ(ClosestName("banana", kNames), "");
  EXPECT_EQ(ClosestName("", kNames), "");
  EXPECT_EQ(ClosestName(std::string(1'000'000, 'v'), kNames), "");
  EXPECT_EQ(DidYouMean("stage", kNames), ", did you mean 'stages'?");
  EXPECT_EQ(DidYouMean("banana", kNames), "");
}

TEST(Concat, TakesBothKindsOfView) {
  std::string_view standard = "std";
  absl::string_view other = "absl";
  EXPECT_EQ(Concat(standard, "+", other, 7, std::string("s")), "std+absl7s");
  constexpr std::array<std::string_view, 3> kParts = {"a", "b", "c"};
  EXPECT_EQ(Joined(kParts, ", "), "a, b, c");
}

}  // namespace
}  // namespace mockarty
