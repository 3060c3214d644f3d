// Messages with their length before them.
#include "engine/task/frame.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

#include "gtest/gtest.h"

namespace mockarty {
namespace {

class FrameTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair_.data()), 0); }
  void TearDown() override {
    close(pair_[0]);
    close(pair_[1]);
  }
  void WriteRaw(const std::string& bytes) {
    ASSERT_EQ(send(pair_[0], bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }

  std::array<int, 2> pair_{};
  std::string read_ = "what was there before";
};

TEST_F(FrameTest, PassesWhatFitsAndMore) {
  // More than a socket's buffer and more than is read at once.
  std::string large(3'000'001, 'x');
  large[2'999'999] = 'y';
  std::thread writer([&] {
    EXPECT_EQ(WriteFrame(pair_[0], ""), FrameResult::kOk);
    EXPECT_EQ(WriteFrame(pair_[0], large), FrameResult::kOk);
    EXPECT_EQ(WriteFrame(pair_[0], "last"), FrameResult::kOk);
    shutdown(pair_[0], SHUT_WR);
  });
  EXPECT_EQ(ReadFrame(pair_[1], &read_), FrameResult::kOk);
  EXPECT_EQ(read_, "");
  EXPECT_EQ(ReadFrame(pair_[1], &read_), FrameResult::kOk);
  EXPECT_TRUE(read_ == large);
  EXPECT_EQ(ReadFrame(pair_[1], &read_), FrameResult::kOk);
  EXPECT_EQ(read_, "last");
  EXPECT_EQ(ReadFrame(pair_[1], &read_), FrameResult::kEnd);
  writer.join();
}

TEST_F(FrameTest, AnEndWithinAMessageIsAnEnd) {
  WriteRaw(std::string("\x05\0\0\0ab", 6));
  shutdown(pair_[0], SHUT_WR);
  EXPECT_EQ(ReadFrame(pair_[1], &read_), FrameResult::kEnd);
}

TEST_F(FrameTest, LengthsPastTheLimitAreRefused) {
  WriteRaw(std::string("\x01\0\0\x04", 4));
  EXPECT_EQ(ReadFrame(pair_[1], &read_), FrameResult::kTooLarge);
  EXPECT_EQ(WriteFrame(pair_[0], std::string(kMaxFrameBytes + 1, 'x')), FrameResult::kTooLarge);
}

TEST_F(FrameTest, WritingToNobodyIsAnEndAndNoSignal) {
  shutdown(pair_[1], SHUT_RDWR);
  EXPECT_EQ(WriteFrame(pair_[0], "x"), FrameResult::kEnd);
}

}  // namespace
}  // namespace mockarty
