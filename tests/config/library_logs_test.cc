#include "common/rpc/library_logs.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "common/log/log.h"
#include "mockarty/v1/runner_link.pb.h"

namespace mockarty {
namespace {

using testing::HasSubstr;

// Whoever sends such messages without end would fill a disk otherwise.
TEST(LibraryLogsTest, MessagesThatCannotBeReadAreOneLine) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  SetUpLog(LogLevel::kInfo, LogFormat::kJson, ends[1]);
  RouteLibraryLogs();
  RouteLibraryLogs();
  testing::internal::CaptureStderr();
  const std::string hello = "\x12\x02\xff\xfe";
  for (int i = 0; i < 100; ++i) {
    v1::Hello message;
    EXPECT_FALSE(message.ParseFromString(hello));
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  SetUpLog(LogLevel::kInfo, LogFormat::kText);
  std::string text(65'536, '\0');
  const ssize_t size = read(ends[0], text.data(), text.size());
  close(ends[0]);
  close(ends[1]);
  ASSERT_GT(size, 0);
  text.resize(static_cast<size_t>(size));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  EXPECT_THAT(text, HasSubstr("\"level\":\"warn\",\"message\":\"protobuf\",\"detail\":\"String field"));
}

}  // namespace
}  // namespace mockarty
