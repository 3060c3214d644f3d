#include "common/base/duration.h"

#include <random>

#include "common/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mockarty {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(ParseDuration, UnitsAndFractions) {
  struct Case {
    const char* text;
    int64_t nanos;
  };
  for (const Case& c : {Case{"0", 0},
                        {"0s", 0},
                        {"30s", 30'000'000'000},
                        {"1m30s", 90'000'000'000},
                        {"1.5h", 5'400'000'000'000},
                        {"100ms", 100'000'000},
                        {"2us", 2'000},
                        {"2\xC2\xB5s", 2'000},
                        {"2\xCE\xBCs", 2'000},
                        {"7ns", 7},
                        {"1d", 86'400'000'000'000},
                        {"1d12h", 129'600'000'000'000},
                        {".5s", 500'000'000},
                        {"5.s", 5'000'000'000},
                        {"1h1m1s1ms1us1ns", 3'661'001'001'001},
                        {"0.3333333333333333333h", 1'200'000'000'000 - 1},
                        {"1.9ns", 1},
                        {"9223372036854775807ns", INT64_MAX},
                        {"00030s", 30'000'000'000}}) {
    absl::StatusOr<int64_t> parsed = ParseDuration(c.text);
    ASSERT_TRUE(parsed.ok()) << c.text << ": " << parsed.status();
    EXPECT_EQ(*parsed, c.nanos) << c.text;
  }
}

TEST(ParseDuration, RefusesEverythingElseAndShowsIt) {
  for (const char* text : {"",    " ",  "s",  ".",   ".s",   "30",   "1m30",  "-5s", "+5s",   "5 s", " 5s",
                           "5s ", "5x", "5S", "ten", "1e3s", "1,5s", "1..5s", "5ss", "0x10s", "NaN", "1\n2s"}) {
    absl::StatusOr<int64_t> parsed = ParseDuration(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(parsed.status().message()), HasSubstr("expected a duration such as \"30s\"")) << text;
  }
  EXPECT_THAT(std::string(ParseDuration("30").status().message()),
              AllOf(HasSubstr("got \"30\""), HasSubstr("the unit is missing")));
  EXPECT_THAT(std::string(ParseDuration("-5s").status().message()), HasSubstr("cannot be negative"));
}

TEST(ParseDuration, OverflowIsAnError) {
  for (const char* text : {"9223372036854775808ns", "99999999999999999999999s", "300y", "106752d", "2562048h",
                           "2562047h48m", "9223372036s855ms", "106751d23h47m16.854775808s"}) {
    EXPECT_FALSE(ParseDuration(text).ok()) << text;
  }
  EXPECT_TRUE(ParseDuration("106751d23h47m16.854775807s").ok());
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "9s";
  EXPECT_EQ(*ParseDuration(many), int64_t{900'000} * kNanosPerSecond);
}

TEST(FormatDuration, AsGoDoes) {
  EXPECT_EQ(FormatDuration(0), "0s");
  EXPECT_EQ(FormatDuration(7), "7ns");
  EXPECT_EQ(FormatDuration(1'500), "1.5us");
  EXPECT_EQ(FormatDuration(250'000'000), "250ms");
  EXPECT_EQ(FormatDuration(1'500'000'000), "1.5s");
  EXPECT_EQ(FormatDuration(90'000'000'000), "1m30s");
  EXPECT_EQ(FormatDuration(3'600'000'000'000), "1h0m0s");
  EXPECT_EQ(FormatDuration(-90'000'000'000), "-1m30s");
  EXPECT_EQ(FormatDuration(INT64_MIN), "-2562047h47m16.854775808s");
}

TEST(FormatDuration, IsReadBackExactly) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    auto nanos = static_cast<int64_t>(random() >> (1 + random() % 62));
    absl::StatusOr<int64_t> parsed = ParseDuration(FormatDuration(nanos));
    ASSERT_TRUE(parsed.ok()) << FormatDuration(nanos);
    ASSERT_EQ(*parsed, nanos);
  }
}

}  // namespace
}  // namespace mockarty
