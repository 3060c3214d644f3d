// Runners that say to be others, or take what their token is not for.
#include "coordinator/fleet/runner_rights.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "common/log/log.h"
#include "tests/coordinator/run_fixture.h"

namespace mockarty::testing {
namespace {

using ::testing::HasSubstr;

struct RunnerRightsTest : RunTest {
  // Another process with a token of its own that says to be `other`.
  std::shared_ptr<FakeRunner> Impostor(const std::shared_ptr<FakeRunner>& other) {
    auto runner = std::make_shared<FakeRunner>();
    runner->name = "impostor";
    runner->instance = other->instance;
    runner->clock = &fleet.clock;
    runner->tasks = other->tasks;  // it knows what the other one holds
    for (auto& [key, task] : runner->tasks) task.unacknowledged.clear();
    return runner;
  }
  static bool Got(const FakeRunner& runner) {
    return !runner.archive.empty() || std::any_of(runner.tasks.begin(), runner.tasks.end(), [](const auto& entry) {
      return entry.second.starts > 1 || entry.second.stopped || entry.second.released;
    });
  }
};

TEST_F(RunnerRightsTest, ASecondHelloEndsTheConnection) {
  a = fleet.AddRunner("a");
  v1::RunnerMessage message;
  v1::Hello* hello = message.mutable_hello();
  hello->mutable_protocol()->set_major(1);
  hello->set_instance_id("somebody else");
  fleet.coordinator->OnRunnerMessage(fleet.SessionOf(a), message);
  EXPECT_TRUE(a->closed);
  EXPECT_THAT(a->close_reason, HasSubstr("INVALID_ARGUMENT: Hello: expected one on a connection"));
  EXPECT_EQ(fleet.coordinator->GetStats().runners, 0u);
}

TEST_F(RunnerRightsTest, AHelloBeyondItsBoundsIsRefusedByField) {
  const auto refusal = [this](const std::function<void(v1::Hello&)>& edit) {
    return fleet.AddRunner("x", edit)->close_reason;
  };
  EXPECT_THAT(refusal([](v1::Hello& hello) { hello.clear_instance_id(); }),
              HasSubstr("Hello.instance_id: empty: expected 1 to 128 bytes"));
  EXPECT_THAT(refusal([](v1::Hello& hello) { hello.set_version(std::string(100'000, 'v')); }),
              HasSubstr("Hello.version: 100000 bytes: expected at most 256"));
  EXPECT_THAT(refusal([](v1::Hello& hello) { hello.add_labels()->set_value(std::string(100'000, 'v')); }),
              HasSubstr("Hello.labels: 100000 bytes in one: expected at most 1024"));
  EXPECT_THAT(refusal([](v1::Hello& hello) { hello.add_capabilities(std::string(300, 'c')); }),
              HasSubstr("Hello.capabilities: 300 bytes in one: expected at most 256"));
  EXPECT_EQ(fleet.coordinator->GetStats().runners, 0u);
}

TEST_F(RunnerRightsTest, AnotherTokenCannotTakeAConnectedRunnersPlace) {
  BeginOnTwo();
  const auto impostor = Impostor(b);
  fleet.Connect(impostor);
  EXPECT_TRUE(impostor->closed);
  EXPECT_THAT(impostor->close_reason,
              HasSubstr("PERMISSION_DENIED: instance_id \"instance-b\" belongs to a runner with another token"));
  EXPECT_FALSE(Got(*impostor));
  EXPECT_FALSE(b->closed);
  b->Measure(*b->Current(), 10);
  fleet.Pass(kNanosPerSecond);
  FinishBoth();
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 10u);
  EXPECT_FALSE(fleet.Final()->report().distributed().partial());
}

TEST_F(RunnerRightsTest, NorThatOfOneThatIsAway) {
  BeginOnTwo();
  fleet.Disconnect(b);
  const auto impostor = Impostor(b);
  fleet.Connect(impostor);
  EXPECT_TRUE(impostor->closed);
  EXPECT_FALSE(Got(*impostor));
  b->Measure(*b->Current(), 7);
  b->outbox.clear();  // into the void
  fleet.Connect(b);
  FinishBoth();
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 7u);
  // The run is over, and nobody counts on that runner any more.
  fleet.Disconnect(b);
  fleet.Pass(kNanosPerSecond);
  impostor->tasks.clear();
  fleet.Connect(impostor);
  EXPECT_FALSE(impostor->closed);
}

TEST_F(RunnerRightsTest, NorBeforeTheRunIsTakenOverFromAnotherCoordinator) {
  BeginOnTwo();
  MemoryStore::Row& row = fleet.store.runs[run_id];
  row.owner = {"node-2", row.owner.epoch + 1};
  row.until_ms = fleet.store.now_ms + 60'000;
  fleet.Restart();
  const auto impostor = Impostor(b);
  impostor->tasks.clear();
  fleet.Connect(impostor);
  EXPECT_FALSE(impostor->closed) << "nothing is known against it yet";
  row.until_ms = 0;
  fleet.Pass(2 * kNanosPerSecond);
  EXPECT_TRUE(impostor->closed);
  EXPECT_TRUE(impostor->tasks.empty()) << "it was sent something about the run";
  fleet.Connect(a);
  fleet.Connect(b);
  fleet.WatchAnew(run_id);
  b->Measure(*b->Current(), 3);
  fleet.Pass(kNanosPerSecond);
  FinishBoth();
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 3u);
}

TEST_F(RunnerRightsTest, TheCoordinatorsOwnRunnerCannotBeImpersonated) {
  a = fleet.AddRunner("a", [](v1::Hello& hello) { hello.set_instance_id("local-node-1"); });
  EXPECT_TRUE(a->closed);
  EXPECT_THAT(a->close_reason, HasSubstr("PERMISSION_DENIED: instance_id \"local-node-1\""));
  const auto local = fleet.AddRunner(
      "local", [](v1::Hello& hello) { hello.set_instance_id("local-node-1"); }, true);
  EXPECT_FALSE(local->closed);
}

TEST_F(RunnerRightsTest, ATokenOfANamespaceGetsNothingOfAnother) {
  BeginOnTwo([](v1::SubmitRequest& request) { request.set_namespace_("blue"); });
  auto red = std::make_shared<FakeRunner>();
  red->name = "red";
  red->instance = "instance-red";
  red->clock = &fleet.clock;
  FakeRunner::Task& held = red->Of(b->Current()->id);
  held.id = b->Current()->id;
  fleet.Connect(red, {}, false, "red");
  EXPECT_FALSE(red->closed);
  EXPECT_TRUE(held.released);
  // It asks all the same, with an epoch that is good.
  const uint64_t stale = fleet.coordinator->GetStats().stale_messages;
  v1::ArchiveRequest* request = red->outbox.emplace_back().mutable_archive_request();
  *request->mutable_id() = b->Current()->id;
  request->set_hash(b->Current()->offer.archive_hash());
  red->Measure(held, 1'000);
  fleet.Pass(kNanosPerSecond);
  EXPECT_EQ(red->archive, "");
  EXPECT_EQ(fleet.coordinator->GetStats().stale_messages, stale + 2);
  FinishBoth();
  ASSERT_NE(fleet.Final(), nullptr);
  EXPECT_EQ(fleet.Final()->report().total_requests(), 0u);
}

TEST_F(RunnerRightsTest, ARunOfAnotherNamespaceThatIsElsewhereIsUnknown) {
  BeginOnTwo([](v1::SubmitRequest& request) { request.set_namespace_("blue"); });
  MemoryStore::Row& row = fleet.store.runs[run_id];
  row.owner = {"node-2", row.owner.epoch + 1};
  row.until_ms = fleet.store.now_ms + 60'000;
  fleet.Restart();
  auto red = std::make_shared<FakeRunner>();
  red->name = red->instance = "red";
  red->clock = &fleet.clock;
  FakeRunner::Task& held = red->Of(b->Current()->id);
  held.id = b->Current()->id;
  fleet.Connect(red, {}, false, "red");
  EXPECT_TRUE(held.released);
  fleet.Connect(b, {}, false, "blue");
  EXPECT_FALSE(b->tasks.begin()->second.released) << "the other coordinator may ask for it";
}

TEST_F(RunnerRightsTest, ATokenThatIsRevokedBeforeHelloIsRefused) {
  fleet.coordinator->DropToken("token-a");
  a = fleet.AddRunner("a");
  EXPECT_TRUE(a->closed);
  EXPECT_THAT(a->close_reason, HasSubstr("UNAUTHENTICATED: the token was revoked"));
  EXPECT_EQ(fleet.coordinator->GetStats().runners, 0u);
  b = fleet.AddRunner("b");
  fleet.coordinator->DropToken("token-b");
  EXPECT_TRUE(b->closed);
  fleet.Disconnect(b);
  fleet.Connect(b);
  EXPECT_TRUE(b->closed);
}

TEST(DroppedTokens, AreRememberedForAWhileAndNotWithoutBound) {
  DroppedTokens dropped;
  dropped.Add("a", 0);
  dropped.Add("a", 10);
  EXPECT_TRUE(dropped.Contains("a", DroppedTokens::kRemembered + 9));
  EXPECT_FALSE(dropped.Contains("a", DroppedTokens::kRemembered + 10));
  EXPECT_FALSE(dropped.Contains("b", 0));
  for (size_t i = 0; i < DroppedTokens::kMaxTokens; ++i) dropped.Add(std::to_string(i), 20);
  EXPECT_FALSE(dropped.Contains("a", 20));
  EXPECT_TRUE(dropped.Contains("0", 20));
  dropped.Add("one more", 21);
  EXPECT_FALSE(dropped.Contains("0", 21));
  EXPECT_TRUE(dropped.Contains("1", 21));
}

TEST_F(RunnerRightsTest, RefusalsAreLoggedOnceAToken) {
  a = fleet.AddRunner("a");
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  SetUpLog(LogLevel::kInfo, LogFormat::kText, ends[1]);
  const auto impostor = Impostor(a);
  for (int i = 0; i < 100; ++i) {
    fleet.Connect(impostor);
    EXPECT_TRUE(impostor->closed);
    fleet.Disconnect(impostor);
  }
  SetUpLog(LogLevel::kInfo, LogFormat::kText);
  close(ends[1]);
  std::string text(1 << 16, '\0');
  text.resize(static_cast<size_t>(std::max<ssize_t>(0, read(ends[0], text.data(), text.size()))));
  close(ends[0]);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  EXPECT_THAT(text, HasSubstr("runner refused"));
  EXPECT_THAT(text, HasSubstr("token=token-impostor"));
}

}  // namespace
}  // namespace mockarty::testing
