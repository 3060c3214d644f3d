#include "engine/vu/fiber_pool.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <vector>

#include "engine/vu/loop.h"

namespace mockarty {
namespace {

class FiberPoolTest : public testing::Test {
 protected:
  void SetUp() override { loop_ = std::move(Loop::Create()).value(); }

  // So many pieces of work that all wait for one another, then all end.
  void WorkAtOnce(size_t count) {
    gates_ = std::vector<Event>(count);
    for (Event& gate : gates_) {
      ASSERT_TRUE(loop_->Fibers().Start(&FiberPoolTest::Wait, &gate).ok());
    }
    loop_->Post([this] {
      for (Event& gate : gates_) {
        gate.SetDeferred();
      }
      loop_->Post([this] { loop_->Post([this] { next_(); }); });
    });
  }

  static void Wait(void* gate) { Fiber::Current()->WaitEvent(*static_cast<Event*>(gate), kNever); }

  std::unique_ptr<Loop> loop_;
  std::vector<Event> gates_;
  std::function<void()> next_;
};

TEST_F(FiberPoolTest, KeepsAsManyAsWereAtWorkLately) {
  constexpr size_t kMany = 3 * FiberPool::kKept;
  size_t after_many = 0;
  size_t after_many_again = 0;
  size_t started_small = 0;
  int round = 0;
  next_ = [&] {
    ++round;
    if (round == 1) {
      after_many = loop_->Fibers().Idle();
      WorkAtOnce(kMany);
    } else if (started_small < 3 * FiberPool::kSpan) {
      after_many_again = round == 2 ? loop_->Fibers().Idle() : after_many_again;
      started_small += 64;
      WorkAtOnce(64);
    } else {
      loop_->Stop();
    }
  };
  loop_->Post([this] { WorkAtOnce(kMany); });
  loop_->Run();
  EXPECT_EQ(after_many, kMany);
  EXPECT_EQ(after_many_again, kMany);
  EXPECT_LE(loop_->Fibers().Idle(), FiberPool::kKept);
  EXPECT_GE(loop_->Fibers().Idle(), 64u);
}

}  // namespace
}  // namespace mockarty
