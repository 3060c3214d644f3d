#include "coordinator/core_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <vector>

namespace mockarty {
namespace {

TEST(CoreLoopTest, RunsInOrderAndAllThatWasPostedBeforeStop) {
  CoreLoop loop;
  std::vector<int> ran;
  loop.Post([&] { ran.push_back(0); });  // before Start()
  loop.Start({});
  for (int i = 1; i < 1000; ++i) loop.Post([&ran, i] { ran.push_back(i); });
  loop.Stop();
  ASSERT_EQ(ran.size(), 1000u);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(ran[i], i);
}

TEST(CoreLoopTest, DropsWhatComesAfterStopAndDestroysIt) {
  CoreLoop loop;
  loop.Start({});
  loop.Stop();
  auto held = std::make_shared<int>(1);
  bool ran = false;
  loop.Post([held, &ran] { ran = true; });
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_FALSE(ran);
}

TEST(CoreLoopTest, TicksByDeadlineAndAfterWork) {
  CoreLoop loop;
  std::promise<void> third;
  int ticks = 0;
  loop.Start([&]() -> Nanos {
    if (++ticks == 3) third.set_value();
    return ticks < 3 ? MonotonicNow() + kNanosPerMilli : kNever;
  });
  third.get_future().wait();
  std::promise<int> after;
  loop.Post([&] { loop.Post([&] { after.set_value(ticks); }); });
  EXPECT_GE(after.get_future().get(), 4);
  EXPECT_GT(loop.LastTurn(), 0);
  loop.Stop();
}

TEST(CoreLoopTest, PostsFromItsOwnThread) {
  CoreLoop loop;
  loop.Start({});
  std::promise<void> done;
  loop.Post([&] { loop.Post([&] { done.set_value(); }); });
  done.get_future().wait();
}

}  // namespace
}  // namespace mockarty
