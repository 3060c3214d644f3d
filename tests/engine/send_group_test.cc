#include "engine/vu/send_group.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/clients/net/tcp_stream.h"
#include "engine/vu/fiber.h"
#include "engine/vu/loop.h"

namespace mockarty {
namespace {

struct Pair {
  Pair() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0); }
  ~Pair() {
    close(ends[0]);
    close(ends[1]);
  }
  int near() const { return ends[0]; }
  // What has arrived.
  std::string Arrived() const {
    std::string text(10'000, '\0');
    const ssize_t got = read(ends[1], text.data(), text.size());
    text.resize(got < 0 ? 0 : static_cast<size_t>(got));
    return text;
  }
  std::array<int, 2> ends;
};

TEST(SendGroupTest, IsBusyOnlyWhenAskedInQuickSuccession) {
  SendGroup group;
  EXPECT_FALSE(group.Busy(1'000'000'000));
  EXPECT_TRUE(group.Busy(1'000'050'000));
  EXPECT_TRUE(group.Busy(1'000'149'000));
  EXPECT_FALSE(group.Busy(1'000'260'000));
  EXPECT_TRUE(group.Busy(1'000'260'001));
}

TEST(SendGroupTest, WhatWasAddedLeavesAtTheFlushAndSaysWhen) {
  SendGroup group;
  Pair a;
  Pair b;
  PendingSend first;
  PendingSend second;
  const Nanos before = MonotonicNow();
  group.Add(a.near(), "one", nullptr, before, &first);
  group.Add(b.near(), "number two", nullptr, before, &second);
  EXPECT_EQ(a.Arrived(), "");
  EXPECT_FALSE(first.done);
  group.Flush();
  EXPECT_EQ(a.Arrived(), "one");
  EXPECT_EQ(b.Arrived(), "number two");
  ASSERT_TRUE(first.done && second.done);
  EXPECT_EQ(first.size, 3u);
  EXPECT_EQ(second.size, 10u);
  EXPECT_EQ(first.error, 0);
  EXPECT_EQ(second.rest, "");
  EXPECT_LE(before, first.start);
  EXPECT_LE(first.start, first.end);
  EXPECT_LE(first.end, second.start);
  EXPECT_LE(second.start, second.end);
  group.Flush();
  EXPECT_EQ(a.Arrived(), "");
}

TEST(SendGroupTest, AFullGroupLeavesBeforeTheNextIsAdded) {
  SendGroup group;
  Pair pair;
  std::vector<std::unique_ptr<PendingSend>> sends;
  std::string all;
  for (int i = 0; i < 17; ++i) {
    EXPECT_EQ(pair.Arrived(), "") << i;
    sends.push_back(std::make_unique<PendingSend>());
    if (i < 16) all += std::to_string(i) + ";";
    group.Add(pair.near(), std::to_string(i) + ";", nullptr, MonotonicNow(), sends.back().get());
  }
  EXPECT_EQ(pair.Arrived(), all);
  EXPECT_FALSE(sends.back()->done);
  group.Flush();
  EXPECT_EQ(pair.Arrived(), "16;");
}

TEST(SendGroupTest, OnlyAnOldGroupLeavesByItsAge) {
  SendGroup group;
  Pair pair;
  PendingSend fresh;
  group.Add(pair.near(), "fresh", nullptr, MonotonicNow() + kNanosPerSecond, &fresh);
  group.FlushIfOld();
  EXPECT_EQ(pair.Arrived(), "");
  group.Flush();
  EXPECT_EQ(pair.Arrived(), "fresh");
  PendingSend old;
  group.Add(pair.near(), "old", nullptr, MonotonicNow() - kNanosPerSecond, &old);
  group.FlushIfOld();
  EXPECT_EQ(pair.Arrived(), "old");
}

TEST(SendGroupTest, WhoLeavesOrIsDestroyedIsNotSent) {
  SendGroup group;
  Pair pair;
  PendingSend stays;
  PendingSend leaves;
  {
    PendingSend dies;
    group.Add(pair.near(), "dies", nullptr, MonotonicNow(), &dies);
    group.Add(pair.near(), "leaves", nullptr, MonotonicNow(), &leaves);
    group.Add(pair.near(), "stays", nullptr, MonotonicNow(), &stays);
  }
  leaves.Leave();
  EXPECT_EQ(leaves.rest, "leaves");
  group.Flush();
  EXPECT_EQ(pair.Arrived(), "stays");
  EXPECT_FALSE(leaves.done);
  EXPECT_TRUE(stays.done);
}

// Fibers with real connections, and the other ends as plain descriptors.
class GroupedStreamTest : public testing::Test {
 protected:
  void SetUp() override {
    loop_ = std::move(Loop::Create()).value();
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(listen(listener_, 16), 0);
    socklen_t size = sizeof address;
    ASSERT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }

  void TearDown() override {
    for (const int peer : peers_) close(peer);
    close(listener_);
  }

  void Run(std::vector<std::function<void()>> bodies) {
    std::vector<std::unique_ptr<Fiber>> fibers;
    size_t left = bodies.size();
    for (auto& body : bodies) {
      fibers.push_back(std::move(Fiber::Create(loop_.get(), [this, &left, body = std::move(body)] {
                         body();
                         if (--left == 0) loop_->Stop();
                       })).value());
      loop_->MakeReady(fibers.back().get());
    }
    loop_->Run();
  }

  // On a fiber. The other end is the last of `peers_`.
  void Connect(TcpStream* stream) {
    ASSERT_TRUE(stream->Connect(*SocketAddress::FromLiteral("127.0.0.1", port_), kNever).ok());
    peers_.push_back(accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    ASSERT_GE(peers_.back(), 0);
  }

  std::string Arrived(int peer) {
    std::string text(100'000, '\0');
    const ssize_t got = recv(peer, text.data(), text.size(), MSG_DONTWAIT);
    text.resize(got < 0 ? 0 : static_cast<size_t>(got));
    return text;
  }

  std::unique_ptr<Loop> loop_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::vector<int> peers_;
};

TEST_F(GroupedStreamTest, GoesOnWhenTheAnswerIsThere) {
  Run({[&] {
         TcpStream stream;
         Connect(&stream);
         PendingSend send;
         stream.PutOff("question", MonotonicNow() + kNanosPerSecond, &send);  // not old for long
         EXPECT_EQ(Arrived(peers_[0]), "");
         const IoResult result = stream.FinishPutOff(&send, kNever, true);
         EXPECT_TRUE(result.ok());
         EXPECT_EQ(result.size, 8u);
         EXPECT_TRUE(stream.HasInput());
         EXPECT_EQ(stream.bytes_written(), 8u);
       },
       [&] {
         while (peers_.empty()) Fiber::Current()->Yield();
         std::string got;
         while (got.empty()) {
           Fiber::Current()->Yield();
           got = Arrived(peers_[0]);
         }
         EXPECT_EQ(got, "question");
         EXPECT_EQ(write(peers_[0], "answer", 6), 6);
       }});
}

TEST_F(GroupedStreamTest, WritesWhatTheKernelDidNotTake) {
  std::string got;
  size_t filled = 0;
  const std::string text(4096, 'x');
  Run({[&] {
         TcpStream stream;
         Connect(&stream);
         const std::string filler(65'536, 'f');
         bool would_block = false;
         while (!would_block) {
           const iovec part{const_cast<char*>(filler.data()), filler.size()};
           filled += stream.TryWrite({&part, 1}, &would_block).size;
         }
         PendingSend send;
         stream.PutOff(text, MonotonicNow() + kNanosPerSecond, &send);
         const IoResult result = stream.FinishPutOff(&send, kNever, true);
         EXPECT_TRUE(result.ok());
         EXPECT_EQ(result.size, text.size());
         EXPECT_EQ(stream.bytes_written(), filled + text.size());
       },
       [&] {
         while (peers_.empty()) Fiber::Current()->Yield();
         Fiber::Current()->SleepUntil(MonotonicNow() + 5 * kNanosPerMilli);
         while (got.size() < filled + text.size()) {
           got += Arrived(peers_[0]);
           Fiber::Current()->Yield();
         }
       }});
  EXPECT_EQ(got.substr(filled), text);
}

TEST_F(GroupedStreamTest, SaysThatThePeerIsGone) {
  Run({[&] {
    TcpStream stream;
    Connect(&stream);
    const linger reset{1, 0};
    setsockopt(peers_[0], SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    PendingSend send;
    stream.PutOff("question", MonotonicNow() + kNanosPerSecond, &send);  // not old for long
    close(peers_[0]);
    peers_.clear();
    const IoResult result = stream.FinishPutOff(&send, kNever, true);
    EXPECT_TRUE(result.kind == NetErrorKind::kReset || result.kind == NetErrorKind::kBrokenPipe)
        << DescribeIoError(result);
    EXPECT_EQ(result.size, 0u);
  }});
}

// So that any request, also one that must not be repeated, may go again on another connection.
TEST_F(GroupedStreamTest, SendsNothingToAPeerThatHasClosed) {
  Run({[&] {
    TcpStream trigger;
    TcpStream stream;
    Connect(&trigger);
    Connect(&stream);
    // Both are told by one turn of the loop, in this order: the end comes between putting off and leaving.
    ASSERT_EQ(write(peers_[0], "x", 1), 1);
    ASSERT_EQ(shutdown(peers_[1], SHUT_WR), 0);
    ASSERT_TRUE(trigger.WaitReadable(kNever).ok());
    ASSERT_FALSE(stream.HasInput());
    PendingSend send;
    stream.PutOff("question", MonotonicNow() + kNanosPerSecond, &send);
    const IoResult result = stream.FinishPutOff(&send, kNever, true);
    EXPECT_EQ(result.kind, NetErrorKind::kClosed);
    EXPECT_EQ(result.size, 0u);
    EXPECT_FALSE(send.done);
  }});
  EXPECT_EQ(Arrived(peers_[1]), "");
}

// However the fiber came to run that put something off: what is old by then leaves before the next fiber runs.
TEST_F(GroupedStreamTest, WhatIsOldDoesNotWaitForTheNextFiber) {
  enum class Runs { kByAnEvent, kByATimer, kFromTheReadyList };
  for (const Runs runs : {Runs::kByAnEvent, Runs::kByATimer, Runs::kFromTheReadyList}) {
    loop_ = std::move(Loop::Create()).value();
    peers_.clear();
    std::unique_ptr<Fiber> asker;
    std::unique_ptr<Fiber> next;
    TcpStream stream;
    std::string seen;
    const auto ask = [&] {
      PendingSend send;
      stream.PutOff("question", MonotonicNow() - kNanosPerSecond, &send);
      EXPECT_TRUE(stream.FinishPutOff(&send, kNever, true).ok());
      stream.Close();
      loop_->Stop();
    };
    asker = std::move(Fiber::Create(loop_.get(), ask)).value();
    next = std::move(Fiber::Create(loop_.get(), [&] {
             seen = Arrived(peers_[0]);
             EXPECT_EQ(write(peers_[0], "answer", 6), 6);
           })).value();
    auto connect = std::move(Fiber::Create(loop_.get(), [&] {
                     Connect(&stream);
                     if (runs == Runs::kByATimer) {
                       Fiber::Current()->SleepUntil(MonotonicNow() + kNanosPerMilli);
                     } else if (runs == Runs::kFromTheReadyList) {
                       loop_->MakeReady(asker.get());
                     }
                     loop_->MakeReady(next.get());
                     if (runs != Runs::kFromTheReadyList) ask();
                   })).value();
    loop_->MakeReady(connect.get());
    loop_->Run();
    EXPECT_EQ(seen, "question") << static_cast<int>(runs);
    for (const int peer : peers_) close(peer);
    peers_.clear();
  }
}

TEST_F(GroupedStreamTest, AnInterruptBeforeItsTurnSendsNothing) {
  Run({[&] {
    TcpStream stream;
    Connect(&stream);
    PendingSend send;
    stream.PutOff("question", MonotonicNow() + kNanosPerSecond, &send);  // not old for long
    Timer interrupt(
        loop_.get(), [](Timer&, void* fiber) { static_cast<Fiber*>(fiber)->Interrupt(); }, Fiber::Current());
    interrupt.Arm(MonotonicNow() - kNanosPerSecond);  // in this turn of the loop
    const IoResult result = stream.FinishPutOff(&send, kNever, true);
    EXPECT_EQ(result.kind, NetErrorKind::kInterrupted);
    EXPECT_EQ(result.size, 0u);
    EXPECT_FALSE(send.done);
  }});
  EXPECT_EQ(Arrived(peers_[0]), "");
}

}  // namespace
}  // namespace mockarty
