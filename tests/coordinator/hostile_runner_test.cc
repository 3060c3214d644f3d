// A runner whose numbers and texts may be anything: what it says never spoils what is stored of a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "common/base/concat.h"
#include "mockarty/v1/store.pb.h"
#include "tests/coordinator/run_fixture.h"

namespace mockarty::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kEuro = "\u20AC";  // three bytes

std::string Euros(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += kEuro;
  return text;
}

struct HostileRunnerTest : RunTest {
  v1::RunnerMessage& Next(const std::shared_ptr<FakeRunner>& runner) { return runner->outbox.emplace_back(); }
  // Whether all that was stored and said of the run can be read.
  void ExpectReadable() {
    v1::StoredRun record;
    EXPECT_TRUE(record.ParseFromString(fleet.store.runs[run_id].record.data));
    for (const v1::RunEvent& event : fleet.events) {
      v1::RunEvent copy;
      EXPECT_TRUE(copy.ParseFromString(event.SerializeAsString())) << event.number();
    }
  }
};

TEST_F(HostileRunnerTest, AnAbortsLongReasonIsCutBetweenCharacters) {
  BeginOnTwo();
  v1::Finished* finished = Next(a).mutable_finished();
  *finished->mutable_id() = a->Current()->id;
  finished->set_outcome(v1::Finished::OUTCOME_COMPLETED);
  finished->mutable_verdict()->set_aborted(true);
  finished->mutable_verdict()->set_reason(Euros(1'000));
  fleet.Pump();
  fleet.Pass(kNanosPerSecond);
  b->Finish(*b->Current());
  fleet.Pump();
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().stopped_reason(), "test.abort: " + Euros(341));
  ExpectReadable();
}

TEST_F(HostileRunnerTest, LinesOfTheConsoleAreCutBetweenCharacters) {
  BeginOnTwo();
  v1::ConsoleLines* lines = Next(a).mutable_console();
  *lines->mutable_id() = a->Current()->id;
  lines->add_lines()->set_text(Euros(2'000));
  fleet.Pump();
  const auto& console = fleet.events.back().console();
  ASSERT_EQ(console.size(), 1);
  EXPECT_THAT(console[0], HasSubstr(Euros(1'365)));
  EXPECT_LT(console[0].size(), 4'200u);
  ExpectReadable();
}

TEST_F(HostileRunnerTest, AFailureIsKeptAsFarAsItSaysSomething) {
  BeginOnTwo();
  a->Finish(*a->Current(), v1::Finished::OUTCOME_FAILED, Euros(1'000'000));
  fleet.Pump();
  b->Finish(*b->Current());
  fleet.Pass(10 * kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_LT(fleet.store.runs[run_id].record.data.size(), 100'000u);
  ExpectReadable();
}

TEST_F(HostileRunnerTest, TimesAndLoadsThatCannotBeAreNothing) {
  BeginOnTwo();
  Next(a).mutable_heartbeat()->set_wall_clock_ms(std::numeric_limits<int64_t>::min());
  a->outbox.back().mutable_heartbeat()->set_cpu(std::nan(""));
  v1::Started* started = Next(a).mutable_started();
  *started->mutable_id() = a->Current()->id;
  started->set_planned_ns(std::numeric_limits<int64_t>::min());
  started->set_actual_ns(std::numeric_limits<int64_t>::max());
  a->Measure(*a->Current(), 1);
  a->outbox.back().mutable_window()->mutable_health()->set_cpu(std::numeric_limits<double>::infinity());
  fleet.Pump();
  const v1::ListRunnersResponse listed = fleet.coordinator->ListRunners({});
  for (const v1::RunnerInfo& runner : listed.runners()) {
    EXPECT_EQ(runner.cpu(), 0) << runner.name();
    EXPECT_GE(runner.clock_offset_ms(), -1e15) << runner.name();
  }
  FinishBoth();
  ASSERT_NE(fleet.Final(), nullptr);
  for (const v1::RunnerReport& runner : fleet.Final()->report().distributed().runners()) {
    EXPECT_EQ(runner.cpu_max(), 0) << runner.runner();
    EXPECT_EQ(runner.cpu_avg(), 0) << runner.runner();
    EXPECT_LT(std::abs(runner.start_offset_ms()), 1) << runner.runner();
  }
}

// They are kept by source, second by second and to the end of the run: those of others would be more and more.
TEST_F(HostileRunnerTest, VirtualUsersOfOthersEndThePart) {
  BeginOnTwo();
  FakeRunner::Task& task = *a->Current();
  const uint64_t own = uint64_t{task.id.number()} << 16;
  v1::Window window = a->MakeWindow(task, 1);
  window.mutable_vus(0)->set_source(own + 1'024);
  a->SendWindow(task, window);
  fleet.Pump();
  EXPECT_FALSE(task.released);
  window = a->MakeWindow(task, 1);
  window.mutable_vus(0)->set_source(own + 1'025);
  a->SendWindow(task, window);
  fleet.Pump();
  EXPECT_TRUE(task.released);
  EXPECT_TRUE(fleet.Said(Concat("vus: source: expected ", own, " to ", own + 1'024, ", got ", own + 1'025)));
  FakeRunner::Task& other = *b->Current();
  window = b->MakeWindow(other, 1);
  window.mutable_vus(0)->set_source(own);
  b->SendWindow(other, window);
  fleet.Pump();
  EXPECT_TRUE(other.released);
  fleet.Pass(10 * kNanosPerSecond);
  ASSERT_NE(fleet.Final(), nullptr);
  ExpectReadable();
}

TEST_F(HostileRunnerTest, WindowsWithGapsWithoutEndEndThePart) {
  BeginOnTwo();
  FakeRunner::Task& task = *a->Current();
  int sent = 0;
  for (; sent < 5'000 && !task.released; ++sent) {
    ++task.seq;  // leaves one out
    a->Measure(task, 0);
    fleet.Pump();
  }
  EXPECT_TRUE(task.released);
  EXPECT_LT(sent, 1'100);
  EXPECT_TRUE(fleet.Said("1024 gaps: expected them in order"));
  b->Finish(*b->Current());
  fleet.Pass(10 * kNanosPerSecond);
  EXPECT_NE(fleet.Final(), nullptr);
}

}  // namespace
}  // namespace mockarty::testing
