// Transactions of which only the database knows that they were done: the answer to COMMIT was lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "coordinator/store/store.h"
#include "tests/store/commit_cutter.h"
#include "tests/store/store_backends.h"

namespace mockarty {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kLease = 300;
constexpr int64_t kLong = 600'000;

class LostCommitTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.running());
    ASSERT_TRUE(cutter_.listening());
    const std::string dsn = server_.Dsn(database_);
    auto direct = OpenPostgresStore(dsn);
    ASSERT_TRUE(direct.ok()) << direct.status();
    direct_ = *std::move(direct);
    auto store = OpenPostgresStore(dsn + " host=" + cutter_.folder());  // the last one counts
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    for (const char* id : {"lost", "known"}) {
      RunRecord run;
      run.run_id = id;
      run.created_at_ms = id[0] == 'k' ? 1 : 2;
      ASSERT_TRUE(direct_->CreateRun(run).ok());
    }
    const auto known = store_->ClaimRuns("n1", kLong, 1);
    ASSERT_TRUE(known.ok() && known->size() == 1 && known->front().first.run_id == "known");
    owner_ = known->front().second;
  }

  // What a coordinator does that knows of one run: the other must become free, for it as for others.
  void ExpectClaimedAnew() {
    const std::vector<std::string> known = {"known"};
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    for (;;) {
      const auto renewed = store_->RenewLeases("n1", known, kLong);
      const auto claimed = store_->ClaimRuns("n1", kLong, 5);
      if (claimed.ok() && !claimed->empty()) {
        ASSERT_TRUE(renewed.ok()) << renewed.status();
        EXPECT_THAT(*renewed, ElementsAre("known"));
        ASSERT_EQ(claimed->size(), 1u);
        EXPECT_EQ(claimed->front().first.run_id, "lost");
        EXPECT_EQ(claimed->front().second.epoch, 2u) << "it was claimed before, by a transaction without an answer";
        return;
      }
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "the run belongs to nobody for ever";
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  // Whose answer is lost, then told once more.
  void ExpectRepeatable(const std::function<absl::Status(Store&)>& call) {
    cutter_.ArmLostAnswer();
    const absl::Status lost = call(*store_);
    EXPECT_TRUE(absl::IsUnavailable(lost)) << lost;
    EXPECT_FALSE(cutter_.armed());
    const absl::Status again = call(*store_);
    EXPECT_TRUE(again.ok()) << again;
  }

  testing::PostgresProcess& server_ = testing::PostgresEnvironment::Server();
  const std::string database_ = testing::NewDatabase();
  testing::CommitCutter cutter_{server_.Folder()};
  std::unique_ptr<Store> direct_;
  std::unique_ptr<Store> store_;
  Owner owner_;
};

TEST_F(LostCommitTest, AClaimThatNobodyHeardOfEnds) {
  cutter_.ArmLostAnswer();
  EXPECT_TRUE(absl::IsUnavailable(store_->ClaimRuns("n1", kLease, 5).status()));
  EXPECT_FALSE(cutter_.armed());
  ExpectClaimedAnew();
}

TEST_F(LostCommitTest, AClaimThatIsDoneAfterTheConnectionBrokeEnds) {
  cutter_.ArmLateCommit();
  EXPECT_TRUE(absl::IsUnavailable(store_->ClaimRuns("n1", kLease, 5).status()));
  // Not done yet: its row is in the hands of a transaction that hangs.
  const auto meanwhile = store_->ClaimRuns("n1", kLong, 5);
  ASSERT_TRUE(meanwhile.ok()) << meanwhile.status();
  EXPECT_THAT(*meanwhile, IsEmpty());
  cutter_.Release();
  ExpectClaimedAnew();
}

TEST_F(LostCommitTest, AClaimOfABatchThatNobodyHeardOfEnds) {
  ASSERT_TRUE(store_->BeginBatch().ok());
  EXPECT_TRUE(store_->PutArchive("hash", "data").ok());
  EXPECT_TRUE(store_->ClaimRuns("n1", kLease, 5).ok());
  cutter_.ArmLostAnswer();
  EXPECT_TRUE(absl::IsUnavailable(store_->EndBatch()));
  EXPECT_FALSE(cutter_.armed());
  ExpectClaimedAnew();
  EXPECT_EQ(*store_->GetArchive("hash"), "data");
}

TEST_F(LostCommitTest, WhatIsToldTwiceIsStoredOnce) {
  const std::vector<WindowRecord> windows = {{"known", 1, 1, 1, "w1"}, {"known", 1, 2, 2, "w2"}};
  RunRecord run;
  run.run_id = "known";
  run.data = "as it is";
  ExpectRepeatable([&](Store& store) { return store.PutArchive("hash", "data"); });
  ExpectRepeatable([&](Store& store) { return store.UpdateRun(run, owner_); });
  ExpectRepeatable([&](Store& store) { return store.AppendWindows(windows, owner_); });
  EXPECT_EQ(direct_->LoadWindows("known")->size(), 2u);
  ExpectRepeatable([&](Store& store) { return store.PutSnapshot("known", "s", owner_); });
  EXPECT_TRUE(direct_->LoadWindows("known")->empty());
  run.finished = true;
  ExpectRepeatable([&](Store& store) { return store.FinishRun(run, "report", owner_); });
  EXPECT_EQ(**direct_->GetReport("known"), "report");
  ExpectRepeatable([&](Store& store) { return store.ReleaseLeases("n1"); });
}

}  // namespace
}  // namespace mockarty
