#include "engine/vu/fiber.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "common/base/stack_limit.h"
#include "engine/vu/loop.h"

namespace mockarty {
namespace {

class FiberTest : public testing::Test {
 protected:
  void SetUp() override { loop_ = std::move(Loop::Create()).value(); }

  std::unique_ptr<Fiber> Spawn(std::function<void()> body) {
    auto fiber = std::move(Fiber::Create(loop_.get(), std::move(body))).value();
    loop_->MakeReady(fiber.get());
    return fiber;
  }

  std::unique_ptr<Loop> loop_;
};

TEST_F(FiberTest, SleepersWakeInOrderOfTheirInstants) {
  std::string order;
  std::vector<std::unique_ptr<Fiber>> fibers;
  const Nanos start = MonotonicNow();
  int left = 4;
  for (const int rank : {3, 1, 4, 2}) {
    fibers.push_back(Spawn([&, rank] {
      EXPECT_EQ(Fiber::Current()->SleepUntil(start + rank * 3 * kNanosPerMilli), WaitResult::kTimeout);
      EXPECT_GE(MonotonicNow(), start + rank * 3 * kNanosPerMilli);
      order += static_cast<char>('0' + rank);
      if (--left == 0) {
        loop_->Stop();
      }
    }));
  }
  loop_->Run();
  EXPECT_EQ(order, "1234");
}

TEST_F(FiberTest, SocketReadinessWakesTheWaiterAndDeadlinesEndIt) {
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
  std::string got;
  auto reader = Spawn([&] {
    IoWatch watch(loop_.get(), pair[0]);
    EXPECT_EQ(Fiber::Current()->WaitReadable(watch, MonotonicNow() + kNanosPerMilli), WaitResult::kTimeout);
    EXPECT_EQ(Fiber::Current()->WaitReadable(watch, kNever), WaitResult::kReady);
    char buffer[16];
    got.assign(buffer, read(pair[0], buffer, sizeof buffer));
    watch.ClearReadable();
    EXPECT_EQ(Fiber::Current()->WaitReadable(watch, kNever), WaitResult::kReady);
    EXPECT_EQ(read(pair[0], buffer, sizeof buffer), 0);
    loop_->Stop();
  });
  auto writer = Spawn([&] {
    Fiber::Current()->SleepUntil(MonotonicNow() + 3 * kNanosPerMilli);
    EXPECT_EQ(write(pair[1], "ping", 4), 4);
    Fiber::Current()->SleepUntil(MonotonicNow() + kNanosPerMilli);
    close(pair[1]);
  });
  loop_->Run();
  close(pair[0]);
  EXPECT_EQ(got, "ping");
}

TEST_F(FiberTest, InterruptEndsThisWaitAndTheNextOnes) {
  std::vector<WaitResult> results;
  auto sleeper = Spawn([&] {
    results.push_back(Fiber::Current()->SleepUntil(kNever));
    results.push_back(Fiber::Current()->SleepUntil(MonotonicNow() + kNanosPerSecond));
    Fiber::Current()->ClearInterrupt();
    results.push_back(Fiber::Current()->SleepUntil(MonotonicNow() + kNanosPerMilli));
    loop_->Stop();
  });
  auto other = Spawn([&] { sleeper->Interrupt(); });
  loop_->Run();
  EXPECT_EQ(results,
            (std::vector<WaitResult>{WaitResult::kInterrupted, WaitResult::kInterrupted, WaitResult::kTimeout}));
}

TEST_F(FiberTest, EventSetBeforeTheWaitIsRemembered) {
  Event event;
  bool done = false;
  auto fiber = Spawn([&] {
    EXPECT_EQ(Fiber::Current()->WaitEvent(event, kNever), WaitResult::kReady);
    done = true;
    loop_->Stop();
  });
  event.Set();
  loop_->Run();
  EXPECT_TRUE(done);
}

TEST_F(FiberTest, EarlierDeadlineAfterALaterOneIsKept) {
  auto fiber = Spawn([&] {
    Event never;
    Event set;
    set.Set();
    Fiber* self = Fiber::Current();
    EXPECT_EQ(self->WaitEvent(set, MonotonicNow() + 60 * kNanosPerSecond), WaitResult::kReady);
    EXPECT_EQ(self->WaitEvent(never, MonotonicNow() + 2 * kNanosPerMilli), WaitResult::kTimeout);
    EXPECT_EQ(self->WaitEvent(never, MonotonicNow() + 4 * kNanosPerMilli), WaitResult::kTimeout);
    loop_->Stop();
  });
  loop_->Run();
  EXPECT_TRUE(fiber->Finished());
}

TEST_F(FiberTest, StackLimitBelongsToTheRunningFiber) {
  char* first = nullptr;
  char* second = nullptr;
  auto a = Spawn([&] {
    first = mockarty_stack_limit;
    Fiber::Current()->SleepUntil(MonotonicNow() + kNanosPerMilli);
    EXPECT_EQ(mockarty_stack_limit, first);
    EXPECT_GT(Fiber::Current()->StackLeft(), Fiber::kStackBytes / 2);
    EXPECT_LT(Fiber::Current()->StackLeft(), Fiber::kStackBytes - Fiber::kHeadroomBytes + 1);
    loop_->Stop();
  });
  auto b = Spawn([&] { second = mockarty_stack_limit; });
  loop_->Run();
  EXPECT_NE(first, nullptr);
  EXPECT_NE(second, nullptr);
  EXPECT_NE(first, second);
  EXPECT_EQ(mockarty_stack_limit, nullptr);
}

TEST_F(FiberTest, PostedWorkFromOtherThreadsAllRuns) {
  int sum = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        loop_->Post([&] {
          if (++sum == 4000) {
            loop_->Stop();
          }
        });
      }
    });
  }
  loop_->Run();
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(sum, 4000);
}

TEST_F(FiberTest, AWatchDestroyedByTheWokenFiberIsNotTouchedAgain) {
  // Both sockets are ready in one batch; the fiber woken by the first closes the second.
  int one[2];
  int two[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, one), 0);
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, two), 0);
  auto fiber = Spawn([&] {
    auto first = std::make_unique<IoWatch>(loop_.get(), one[0]);
    auto second = std::make_unique<IoWatch>(loop_.get(), two[0]);
    ASSERT_EQ(write(one[1], "x", 1) + write(two[1], "x", 1), 2);
    EXPECT_EQ(Fiber::Current()->WaitReadable(*first, kNever), WaitResult::kReady);
    first.reset();
    second.reset();
    loop_->Stop();
  });
  loop_->Run();
  for (const int fd : {one[0], one[1], two[0], two[1]}) {
    close(fd);
  }
  EXPECT_TRUE(fiber->Finished());
}

TEST_F(FiberTest, ManyTimersFireInOrder) {
  struct Fired {
    std::vector<Nanos>* dues;
    Loop* loop;
    size_t total;
  };
  std::vector<Nanos> dues;
  Fired fired{&dues, loop_.get(), 500};
  std::vector<std::unique_ptr<Timer>> timers;
  const Nanos now = MonotonicNow();
  for (int i = 0; i < 1000; ++i) {
    timers.push_back(std::make_unique<Timer>(
        loop_.get(),
        [](Timer& timer, void* context) {
          auto* record = static_cast<Fired*>(context);
          record->dues->push_back(timer.due());
          if (record->dues->size() == record->total) {
            record->loop->Stop();
          }
        },
        &fired));
    timers.back()->Arm(now + (i * 7919) % 10007);
  }
  for (int i = 0; i < 1000; i += 2) {
    timers[i]->Cancel();
  }
  loop_->Run();
  ASSERT_EQ(dues.size(), 500u);
  EXPECT_TRUE(std::is_sorted(dues.begin(), dues.end()));
}

}  // namespace
}  // namespace mockarty
