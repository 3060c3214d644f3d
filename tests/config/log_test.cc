#include "common/log/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace mockarty {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

TEST(LogTest, TextAndJsonSayTheSame) {
  int64_t at = 1'769'860'800'123;
  EXPECT_EQ(FormatLogLine(LogFormat::kText, at, LogLevel::kInfo, "runner connected",
                          {{"runner", "eu 1"}, {"slots", 3}, {"shared", true}, {"load", 0.5}}),
            "2026-01-31T12:00:00.123Z info  runner connected runner=\"eu 1\" slots=3 shared=true load=0.5\n");
  EXPECT_EQ(FormatLogLine(LogFormat::kJson, at, LogLevel::kError, "lost", {{"runner", "eu 1"}, {"slots", 3u}}),
            "{\"time\":\"2026-01-31T12:00:00.123Z\",\"level\":\"error\",\"message\":\"lost\",\"runner\":\"eu 1\","
            "\"slots\":3}\n");
}

TEST(LogTest, HostileTextStaysOnItsLine) {
  std::string hostile = std::string("a\n\x1b[31m\"\\\xff\t", 11) + '\0';
  std::string text = FormatLogLine(LogFormat::kText, 0, LogLevel::kInfo, hostile, {{"x", hostile}});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  std::string json = FormatLogLine(LogFormat::kJson, 0, LogLevel::kInfo, hostile, {{"x", hostile}});
  EXPECT_EQ(json,
            "{\"time\":\"1970-01-01T00:00:00.000Z\",\"level\":\"info\",\"message\":"
            "\"a\\n\\\\x1b[31m\\\"\\\\\\\\xff\\t\\\\x00\",\"x\":\"a\\n\\\\x1b[31m\\\"\\\\\\\\xff\\t\\\\x00\"}\n");
}

TEST(LogTest, LinesAreCut) {
  std::string longest(100'000, '\x01');
  for (LogFormat format : {LogFormat::kText, LogFormat::kJson}) {
    std::string line = FormatLogLine(format, 0, LogLevel::kInfo, longest,
                                     {{"a", longest}, {"b", longest}, {"c", std::string(9000, 'c')}, {"d", longest}});
    EXPECT_LE(line.size(), kMaxLogLineBytes);
    EXPECT_THAT(line, EndsWith(format == LogFormat::kJson ? "\"truncated\":true}\n" : "...\n"));
  }
}

TEST(LogTest, EachLineIsWrittenWholeAndByLevel) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  SetUpLog(LogLevel::kWarn, LogFormat::kText, ends[1]);
  constexpr int kThreads = 4;
  constexpr int kLines = 50;
  std::string received;
  std::thread reader([&] {
    char chunk[4096];
    for (ssize_t n = 0; (n = read(ends[0], chunk, sizeof(chunk))) > 0;) received.append(chunk, n);
  });
  std::vector<std::thread> writers;
  for (int t = 0; t < kThreads; ++t) {
    writers.emplace_back([t] {
      for (int i = 0; i < kLines; ++i) {
        Log(LogLevel::kInfo, "not this");
        Log(LogLevel::kWarn, "this", {{"pad", std::string(200, static_cast<char>('a' + t))}});
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  SetUpLog(LogLevel::kInfo, LogFormat::kText);
  close(ends[1]);
  reader.join();
  close(ends[0]);
  EXPECT_EQ(std::count(received.begin(), received.end(), '\n'), kThreads * kLines);
  EXPECT_THAT(received, Not(HasSubstr("not this")));
  for (size_t begin = 0; begin < received.size();) {
    size_t end = received.find('\n', begin);
    std::string line = received.substr(begin, end - begin);
    EXPECT_THAT(line, HasSubstr(" warn  this pad=" + std::string(200, line.back())));
    begin = end + 1;
  }
}

TEST(LogTest, LevelsAreRead) {
  LogLevel level = LogLevel::kInfo;
  EXPECT_TRUE(ParseLogLevel("debug", &level).ok());
  EXPECT_EQ(level, LogLevel::kDebug);
  EXPECT_THAT(std::string(ParseLogLevel("wran", &level).message()), HasSubstr("did you mean 'warn'?"));
}

TEST(LogLimiterTest, OnceAKeyAndInterval) {
  LogLimiter limiter(10);
  uint64_t suppressed = 0;
  EXPECT_TRUE(limiter.Allow("a", 100, &suppressed));
  EXPECT_FALSE(limiter.Allow("a", 105));
  EXPECT_TRUE(limiter.Allow("b", 105));
  EXPECT_FALSE(limiter.Allow("a", 109));
  EXPECT_TRUE(limiter.Allow("a", 110, &suppressed));
  EXPECT_EQ(suppressed, 2u);
  EXPECT_FALSE(limiter.Allow("a", 111));
}

TEST(LogLimiterTest, RemembersABoundedNumberOfKeys) {
  LogLimiter limiter(1'000'000, 3);
  for (const char* key : {"a", "b", "c"}) EXPECT_TRUE(limiter.Allow(key, 1));
  EXPECT_FALSE(limiter.Allow("a", 2));
  EXPECT_TRUE(limiter.Allow("d", 3));  // "b" was asked for longest ago
  EXPECT_FALSE(limiter.Allow("a", 4));
  EXPECT_FALSE(limiter.Allow("c", 4));
  EXPECT_TRUE(limiter.Allow("b", 4));
}

}  // namespace
}  // namespace mockarty
