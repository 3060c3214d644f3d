#include "agent/window_outbox.h"

#include <gtest/gtest.h>

#include <vector>

#include "agent/machine_usage.h"
#include "tests/agent/agent_fakes.h"

namespace mockarty {
namespace {

void Fill(WindowOutbox& outbox, uint64_t from, uint64_t to, bool busy = false) {
  v1::TaskHealth health;
  for (uint64_t seq = from; seq <= to; ++seq) {
    health.set_cpu(static_cast<double>(seq));
    health.set_loop_lag_ns(static_cast<int64_t>(1000 - seq));
    outbox.Add(MakeWindow(1, seq, 1, seq % 2 == 0 ? "even" : "odd"), health, busy);
  }
}

std::vector<v1::WindowMessage> Drain(WindowOutbox& outbox) {
  std::vector<v1::WindowMessage> sent;
  while (v1::WindowMessage* message = outbox.Next()) {
    sent.push_back(*message);
    outbox.MarkSent();
    uint64_t taken[] = {1, message->window().last_seq()};
    outbox.Acknowledge(taken);
  }
  return sent;
}

TEST(WindowOutboxTest, StopsAtWhatMayBeInFlight) {
  WindowOutbox outbox({.max_unsent = 64, .max_in_flight = 3});
  Fill(outbox, 1, 5);
  int sent = 0;
  while (outbox.Next() != nullptr) {
    outbox.MarkSent();
    ++sent;
  }
  EXPECT_EQ(sent, 3);
  EXPECT_FALSE(outbox.AllSent());
  const uint64_t taken[] = {2, 2};
  outbox.Acknowledge(taken);
  ASSERT_NE(outbox.Next(), nullptr);
  EXPECT_EQ(outbox.Next()->window().first_seq(), 4u);
}

TEST(WindowOutboxTest, StopsAtTheBytesInFlightButNeverAtTheFirst) {
  WindowOutbox outbox({.max_unsent = 64, .max_in_flight = 8, .max_bytes_in_flight = 10});
  Fill(outbox, 1, 2);
  ASSERT_NE(outbox.Next(), nullptr);
  outbox.MarkSent();
  EXPECT_EQ(outbox.Next(), nullptr);
}

TEST(WindowOutboxTest, JoinsPairsPastTheLimitAndKeepsEverySample) {
  WindowOutbox outbox({.max_unsent = 8});
  Fill(outbox, 1, 1000);
  EXPECT_LE(outbox.size(), 9u);
  EXPECT_EQ(outbox.last_seq(), 1000u);
  std::vector<v1::Window> windows;
  uint64_t next = 1;
  for (const v1::WindowMessage& message : Drain(outbox)) {
    EXPECT_EQ(message.window().first_seq(), next);
    EXPECT_EQ(message.window().start_ns(), static_cast<int64_t>(next - 1) * kNanosPerSecond);
    next = message.window().last_seq() + 1;
    EXPECT_EQ(message.window().end_ns(), static_cast<int64_t>(next - 1) * kNanosPerSecond);
    EXPECT_EQ(message.window().source(), 1u);
    // The most that timers came late, the processor time of the latest.
    EXPECT_EQ(message.health().loop_lag_ns(), static_cast<int64_t>(1000 - message.window().first_seq()));
    EXPECT_EQ(message.health().cpu(), static_cast<double>(message.window().last_seq()));
    windows.push_back(message.window());
  }
  EXPECT_EQ(next, 1001u);
  EXPECT_EQ(SumOf(windows), 1000);
}

TEST(WindowOutboxTest, NeverJoinsWhatWasSent) {
  WindowOutbox outbox({.max_unsent = 4, .max_in_flight = 2});
  Fill(outbox, 1, 2);
  outbox.Next();
  outbox.MarkSent();
  outbox.Next();
  outbox.MarkSent();
  outbox.LinkLost();
  EXPECT_EQ(outbox.in_flight(), 0u);
  Fill(outbox, 3, 40);
  const uint64_t taken[] = {1, 1};  // the second was lost on the way
  outbox.Resume(taken, {});
  ASSERT_NE(outbox.Next(), nullptr);
  EXPECT_EQ(outbox.Next()->window().first_seq(), 2u);
  EXPECT_EQ(outbox.Next()->window().last_seq(), 2u);
}

TEST(WindowOutboxTest, ABusyLinkJoinsEarly) {
  WindowOutbox away({.max_unsent = 64});
  WindowOutbox busy({.max_unsent = 64});
  Fill(away, 1, 40);
  Fill(busy, 1, 40, true);
  EXPECT_EQ(away.size(), 40u);
  EXPECT_LE(busy.size(), 17u);
}

TEST(WindowOutboxTest, WhatCountsButIsNotStoredHoldsNothingUpAndIsKept) {
  WindowOutbox outbox({.max_unsent = 64, .max_in_flight = 2});
  Fill(outbox, 1, 4);
  for (int i = 0; i < 2; ++i) {
    ASSERT_NE(outbox.Next(), nullptr);
    outbox.MarkSent();
  }
  EXPECT_EQ(outbox.Next(), nullptr);
  const uint64_t merged[] = {1, 2};
  outbox.Count(merged);
  ASSERT_NE(outbox.Next(), nullptr);
  EXPECT_EQ(outbox.Next()->window().first_seq(), 3u);
  EXPECT_EQ(outbox.size(), 4u);
  // Another coordinator knows only what is stored.
  outbox.LinkLost();
  outbox.Resume({}, {});
  ASSERT_NE(outbox.Next(), nullptr);
  EXPECT_EQ(outbox.Next()->window().first_seq(), 1u);
}

// A window that counts already must not become part of another: the joint one would be refused, and lost.
TEST(WindowOutboxTest, ResumeJoinsNothingThatCountsAlready) {
  WindowOutbox outbox({.max_unsent = 4, .max_in_flight = 2});
  Fill(outbox, 1, 2);
  for (int i = 0; i < 2; ++i) {
    ASSERT_NE(outbox.Next(), nullptr);
    outbox.MarkSent();
  }
  outbox.LinkLost();
  Fill(outbox, 3, 40);
  const uint64_t taken[] = {1, 1};
  const uint64_t merged[] = {1, 2};
  outbox.Resume(taken, merged);
  ASSERT_NE(outbox.Next(), nullptr);
  EXPECT_EQ(outbox.Next()->window().first_seq(), 3u);
  const uint64_t stored[] = {1, 2};
  const size_t before = outbox.size();
  outbox.Acknowledge(stored);
  EXPECT_EQ(outbox.size(), before - 1) << "the second was kept as it was";
}

TEST(WindowOutboxTest, PassesOverARepetition) {
  WindowOutbox outbox({});
  Fill(outbox, 1, 3);
  Fill(outbox, 2, 3);
  EXPECT_EQ(outbox.size(), 3u);
  EXPECT_EQ(outbox.lost(), 2u);
}

TEST(MachineUsageTest, ReadsProcStat) {
  std::optional<CpuTimes> times = ParseCpuTimes("cpu  10 20 30 400 50 6 7 8 9 10\ncpu0 1 2 3 4\n");
  ASSERT_TRUE(times.has_value());
  EXPECT_EQ(times->total, 531u);
  EXPECT_EQ(times->busy, 81u);
  EXPECT_FALSE(ParseCpuTimes("").has_value());
  EXPECT_FALSE(ParseCpuTimes("cpu  10 x").has_value());
  EXPECT_FALSE(ParseCpuTimes("cpu0 1 2 3 4").has_value());
}

TEST(MachineUsageTest, KnowsThisProcess) {
  EXPECT_GT(MachineUsage::ResidentBytes(), uint64_t{1} << 20);
  MachineUsage usage;
  double cpu = usage.Cpu();
  EXPECT_GE(cpu, 0);
  EXPECT_LE(cpu, 1);
}

}  // namespace
}  // namespace mockarty
