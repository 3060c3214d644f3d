// The agent when links come and go: what it holds, resumes, repeats and refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/agent/agent_fakes.h"

namespace mockarty {
namespace {

using Message = v1::RunnerMessage;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class AgentReconnectTest : public AgentTest {
 protected:
  // The link goes and comes back; what Hello says is held.
  std::vector<v1::HeldAssignment> Reconnect() {
    agent_->OnLinkDown(kLink);
    return ConnectAgain();
  }
  std::vector<v1::HeldAssignment> ConnectAgain() {
    link_.sent.clear();
    Connect(kLink, &link_);
    auto hello = link_.Take(Message::kHello);
    EXPECT_THAT(hello, SizeIs(1));
    if (hello.empty()) return {};
    return {hello[0].hello().held().begin(), hello[0].hello().held().end()};
  }
};

TEST_F(AgentReconnectTest, SendsAgainWhatWasNotTaken) {
  Connect();
  FakeTaskState& task = Run("r1");
  for (uint64_t seq = 1; seq <= 4; ++seq) TaskMeasures(task, seq);
  link_.sent.clear();
  auto held = Reconnect();
  ASSERT_THAT(held, SizeIs(1));
  EXPECT_EQ(held[0].state(), v1::HeldAssignment::STATE_RUNNING);
  EXPECT_EQ(held[0].id().epoch(), 1u);
  TaskMeasures(task, 5);
  EXPECT_THAT(Windows(link_), IsEmpty());  // not before a coordinator has resumed it
  Say(Resume("r1", {1, 1, 3, 3}, 2));
  auto windows = link_.Take(Message::kWindow);
  ASSERT_THAT(windows, SizeIs(3));
  EXPECT_EQ(windows[0].window().window().first_seq(), 2u);
  EXPECT_EQ(windows[1].window().window().first_seq(), 4u);
  EXPECT_EQ(windows[2].window().window().first_seq(), 5u);
  for (const Message& message : windows) EXPECT_EQ(message.window().id().epoch(), 2u);
}

TEST_F(AgentReconnectTest, CoalescesWhileTheLinkIsAwayAndLosesNothing) {
  options_.max_unsent_windows = 8;
  Connect();
  FakeTaskState& task = Run("r1");
  TaskMeasures(task, 1);
  agent_->OnLinkDown(kLink);
  for (uint64_t seq = 2; seq <= 100; ++seq) TaskMeasures(task, seq);
  EXPECT_LE(agent_->GetStats().windows_unacknowledged, 10u);
  EXPECT_GT(agent_->GetStats().windows_coalesced, 0u);
  ConnectAgain();
  Say(Resume("r1", {}, 2));
  std::vector<v1::Window> windows;
  uint64_t next = 1;
  for (int round = 0; round < 20; ++round) {
    auto sent = link_.Take(Message::kWindow);
    if (sent.empty()) break;
    for (const Message& message : sent) {
      const v1::Window& window = message.window().window();
      EXPECT_EQ(window.first_seq(), next);
      next = window.last_seq() + 1;
      windows.push_back(window);
    }
    Say(Ack("r1", {1, next - 1}, 2));
  }
  EXPECT_EQ(next, 101u);
  // The one that was sent before comes as it was: it may be stored.
  EXPECT_EQ(windows[0].last_seq(), 1u);
  EXPECT_EQ(SumOf(windows), 100);
}

TEST_F(AgentReconnectTest, AnOldEpochIsRefusedAndCounted) {
  Connect();
  FakeTaskState& task = Run("r1");
  Reconnect();
  Say(Resume("r1", {}, 5));
  Say(Stop("r1", true, 4));
  EXPECT_THAT(task.commands, SizeIs(2));
  Say(Release("r1", 1));
  EXPECT_EQ(agent_->GetStats().active_tasks, 1u);
  EXPECT_EQ(agent_->GetStats().stale_messages, 2u);
  Say(Resume("r1", {}, 3));
  EXPECT_EQ(agent_->GetStats().stale_messages, 3u);
  TaskMeasures(task, 1);
  auto windows = link_.Take(Message::kWindow);
  ASSERT_THAT(windows, SizeIs(1));
  EXPECT_EQ(windows[0].window().id().epoch(), 5u);
}

TEST_F(AgentReconnectTest, ARepeatedResumeSendsNothingTwice) {
  Connect();
  FakeTaskState& task = Run("r1");
  TaskMeasures(task, 1);
  Reconnect();
  Say(Resume("r1", {}, 2));
  EXPECT_THAT(Windows(link_), SizeIs(1));
  Say(Resume("r1", {}, 2));
  EXPECT_THAT(Windows(link_), IsEmpty());
}

TEST_F(AgentReconnectTest, FinishedIsRepeatedUntilItIsReleased) {
  Connect();
  FakeTaskState& task = Run("r1");
  TaskMeasures(task, 1);
  TaskFinishes(task);
  EXPECT_THAT(link_.Take(Message::kFinished), SizeIs(1));
  for (uint64_t epoch = 2; epoch <= 3; ++epoch) {
    auto held = Reconnect();
    ASSERT_THAT(held, SizeIs(1));
    EXPECT_EQ(held[0].state(), v1::HeldAssignment::STATE_FINISHED);
    EXPECT_THAT(link_.Take(Message::kFinished), IsEmpty());
    Say(Resume("r1", {1, 1}, epoch));
    auto finished = link_.Take(Message::kFinished);
    ASSERT_THAT(finished, SizeIs(1));
    EXPECT_EQ(finished[0].finished().id().epoch(), epoch);
  }
  Say(Release("r1", 3));
  EXPECT_THAT(Reconnect(), IsEmpty());
}

TEST_F(AgentReconnectTest, ReadyIsRepeated) {
  Connect();
  Say(Offer("r1"));
  Say(Lease("r1"));
  Say(Chunk(0, archive_.size()));
  agent_->OnLinkDown(kLink);
  TaskIsReady(*(*tasks_)[0]);
  auto held = ConnectAgain();
  ASSERT_THAT(held, SizeIs(1));
  EXPECT_EQ(held[0].state(), v1::HeldAssignment::STATE_READY);
  Say(Resume("r1", {}, 2));
  auto ready = link_.Take(Message::kReady);
  ASSERT_THAT(ready, SizeIs(1));
  EXPECT_EQ(ready[0].ready().id().epoch(), 2u);
}

TEST_F(AgentReconnectTest, ADownloadGoesOnFromItsBeginning) {
  Connect();
  Say(Offer("r1"));
  Say(Lease("r1"));
  Say(Chunk(0, 10));
  Reconnect();
  Say(Chunk(10, 100));  // of the session before
  EXPECT_THAT(*tasks_, IsEmpty());
  Say(Resume("r1", {}, 2));
  EXPECT_THAT(link_.Take(Message::kArchiveRequest), SizeIs(1));
  Say(Chunk(0, archive_.size()));
  EXPECT_THAT(*tasks_, SizeIs(1));
}

TEST_F(AgentReconnectTest, AReservationEndsWithItsSession) {
  Connect();
  Say(Offer("r1"));
  EXPECT_THAT(Reconnect(), IsEmpty());
  EXPECT_EQ(agent_->GetStats().active_tasks, 0u);
}

TEST_F(AgentReconnectTest, ReleaseEndsAHeldTask) {
  Connect();
  FakeTaskState& task = Run("r1");
  Reconnect();
  Say(Release("r1"));
  EXPECT_TRUE(task.killed);
  agent_->Tick();
  EXPECT_TRUE(task.destroyed);
  EXPECT_TRUE(agent_->Idle());
  TaskMeasures(task, 1);  // its last words reach nobody
  EXPECT_THAT(Windows(link_), IsEmpty());
}

TEST_F(AgentReconnectTest, AnotherCoordinatorTakesOverWithAHigherEpoch) {
  Connect();
  FakeLink other;
  Connect(2, &other);
  ASSERT_THAT(other.sent, SizeIs(1));
  EXPECT_EQ(other.sent[0].hello().held_size(), 0);
  FakeTaskState& task = Run("r1");
  TaskMeasures(task, 1);
  agent_->OnLinkDown(kLink);
  Say(Release("r1"), 2);  // it does not know the run: no business of its
  EXPECT_EQ(agent_->GetStats().active_tasks, 1u);
  other.sent.clear();
  Say(Resume("r1", {}, 2), 2);
  EXPECT_THAT(Windows(other), ElementsAre(Pair(1, 1)));
  TaskMeasures(task, 2);
  EXPECT_THAT(Windows(other), ElementsAre(Pair(2, 2)));
  // The first one comes back and says what is old.
  EXPECT_THAT(ConnectAgain(), IsEmpty());
  Say(Stop("r1", true, 1));
  EXPECT_THAT(task.commands, SizeIs(2));
}

TEST_F(AgentReconnectTest, AHeldTaskIsShownToAnyCoordinatorWhileItsOwnIsAway) {
  Connect();
  Run("r1");
  agent_->OnLinkDown(kLink);
  FakeLink other;
  Connect(2, &other);
  ASSERT_FALSE(other.sent.empty());
  EXPECT_EQ(other.sent[0].hello().held_size(), 1);
}

TEST_F(AgentReconnectTest, ASlowLinkGetsFewerAndLongerWindows) {
  options_.max_windows_in_flight = 1;
  options_.max_unsent_windows = 16;
  Connect();
  FakeTaskState& task = Run("r1");
  for (uint64_t seq = 1; seq <= 50; ++seq) TaskMeasures(task, seq);
  EXPECT_LE(agent_->GetStats().windows_unacknowledged, 6u);  // a quarter of the 16, and what is in flight
  std::vector<v1::Window> windows;
  uint64_t last = 0;
  while (last < 50) {
    auto sent = link_.Take(Message::kWindow);
    ASSERT_THAT(sent, SizeIs(1));
    windows.push_back(sent[0].window().window());
    last = windows.back().last_seq();
    Say(Ack("r1", {1, last}));
  }
  EXPECT_EQ(SumOf(windows), 50);
}

TEST_F(AgentReconnectTest, AnOrphanGoesOnForItsTimeAndIsThenStopped) {
  options_.orphan_timeout = 100 * kNanosPerSecond;
  Connect();
  FakeTaskState& task = Run("r1");
  agent_->OnLinkDown(kLink);
  clock_.Advance(99 * kNanosPerSecond);
  agent_->Tick();
  EXPECT_THAT(task.commands, SizeIs(2));
  clock_.Advance(2 * kNanosPerSecond);
  agent_->Tick();
  ASSERT_THAT(task.commands, SizeIs(3));
  EXPECT_TRUE(task.commands[2].has_stop());
  TaskFinishes(task);
  EXPECT_FALSE(agent_->Idle());  // its results are kept as long again
  clock_.Advance(101 * kNanosPerSecond);
  agent_->Tick();
  agent_->Tick();
  EXPECT_TRUE(agent_->Idle());
}

TEST_F(AgentReconnectTest, MessagesThatTheLinkDidNotTakeFollow) {
  Connect();
  link_.full = true;
  Say(Offer("r1"));
  Say(Offer(""));  // refused
  Say(Lease("r1"));
  EXPECT_THAT(link_.sent, IsEmpty());
  link_.full = false;
  agent_->OnWritable(kLink);
  int answers = 0;
  int requests = 0;
  for (const Message& message : link_.sent) {
    answers += message.has_offer_answer() ? 1 : 0;
    requests += message.has_archive_request() ? 1 : 0;
  }
  EXPECT_EQ(answers, 2);
  EXPECT_EQ(requests, 1);
}

}  // namespace
}  // namespace mockarty
