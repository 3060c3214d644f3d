// What every store promises, on SQLite and on PostgreSQL.
#include "coordinator/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "absl/strings/str_format.h"
#include "tests/store/store_backends.h"

namespace mockarty {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int64_t kLease = 60'000;
constexpr int64_t kOver = -1'000;  // a lease that is over when it begins

const auto* const kEnvironment = ::testing::AddGlobalTestEnvironment(new testing::PostgresEnvironment);

std::string Binary() {
  std::string bytes;
  for (int i = 0; i < 1'024; ++i) bytes += static_cast<char>(i % 256);
  return bytes;
}

RunRecord MakeRun(const std::string& id, int64_t created_at_ms, const std::string& name_space = "") {
  RunRecord run;
  run.run_id = id;
  run.name_space = name_space;
  run.created_at_ms = created_at_ms;
  run.data = Binary();
  return run;
}

WindowRecord MakeWindow(const std::string& run, uint32_t assignment, uint64_t first, uint64_t last) {
  return {run, assignment, first, last, Binary() + std::to_string(first)};
}

class StoreTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (Postgres()) {
      database_ = testing::NewDatabase();
    } else {
      ASSERT_NE(folder_.path(), "");
    }
    store_ = Open();
    ASSERT_NE(store_, nullptr);
  }

  static bool Postgres() { return std::string_view(GetParam()) == "PostgreSQL"; }
  std::unique_ptr<Store> Open() {
    auto store = Postgres() ? OpenPostgresStore(testing::PostgresEnvironment::Server().Dsn(database_))
                            : OpenSqliteStore(folder_.path() + "/store.db");
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }
  Owner Claim(const std::string& node, int64_t lease_ms = kLease) {
    auto claimed = store_->ClaimRuns(node, lease_ms, 1);
    EXPECT_TRUE(claimed.ok()) << claimed.status();
    return claimed.ok() && claimed->size() == 1 ? claimed->front().second : Owner{};
  }
  Owner CreateAndClaim(const std::string& run_id) {
    EXPECT_TRUE(store_->CreateRun(MakeRun(run_id, 1)).ok());
    return Claim("n1");
  }
  std::vector<std::string> ClaimIds(const std::string& node, uint32_t limit, int64_t lease_ms = kLease) {
    auto claimed = store_->ClaimRuns(node, lease_ms, limit);
    EXPECT_TRUE(claimed.ok()) << claimed.status();
    std::vector<std::string> ids;
    if (claimed.ok()) {
      for (const auto& [run, owner] : *claimed) ids.push_back(run.run_id);
    }
    return ids;
  }

  std::unique_ptr<Store> store_;

 private:
  testing::TempFolder folder_;
  std::string database_;
};

INSTANTIATE_TEST_SUITE_P(Stores, StoreTest, ::testing::Values("SQLite", "PostgreSQL"),
                         [](const auto& instance) { return std::string(instance.param); });

TEST_P(StoreTest, TokensAreFoundListedAndRevokedByAnyProcess) {
  const TokenRecord user{"id-1", TokenType::kUser, "Zoë's", "hash-1", "team", 10, 20, 0};
  const TokenRecord runner{"id-2", TokenType::kRunner, "rack 7", "hash-2", "", 11, 0, 0};
  ASSERT_TRUE(store_->PutToken(runner).ok());
  ASSERT_TRUE(store_->PutToken(user).ok());
  EXPECT_EQ(store_->PutToken(user).code(), absl::StatusCode::kAlreadyExists);

  const auto found = store_->FindToken("hash-1");
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->id, "id-1");
  EXPECT_EQ((*found)->type, TokenType::kUser);
  EXPECT_EQ((*found)->name, "Zoë's");
  EXPECT_EQ((*found)->name_space, "team");
  EXPECT_EQ((*found)->created_at_ms, 10);
  EXPECT_EQ((*found)->expires_at_ms, 20);
  EXPECT_FALSE(store_->FindToken("hash-3")->has_value());
  EXPECT_EQ((*store_->FindToken("hash-2"))->type, TokenType::kRunner);

  const std::unique_ptr<Store> other = Open();
  ASSERT_TRUE(other->RevokeToken("id-2", 77).ok());
  ASSERT_TRUE(other->RevokeToken("id-2", 99).ok());
  EXPECT_EQ(other->RevokeToken("id-9", 77).code(), absl::StatusCode::kNotFound);
  const auto tokens = store_->ListTokens();
  ASSERT_TRUE(tokens.ok());
  ASSERT_THAT(*tokens, SizeIs(2));
  EXPECT_EQ((*tokens)[0].revoked_at_ms, 0);
  EXPECT_EQ((*tokens)[1].revoked_at_ms, 77);  // the first time counts
}

TEST_P(StoreTest, RunsAreStoredByteByByteAndListedNewestFirst) {
  ASSERT_TRUE(store_->CreateRun(MakeRun("a", 1, "red")).ok());
  ASSERT_TRUE(store_->CreateRun(MakeRun("b", 2, "blue")).ok());
  ASSERT_TRUE(store_->CreateRun(MakeRun("c", 3, "red")).ok());
  const auto run = store_->GetRun("b");
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->data, Binary());
  EXPECT_EQ(run->name_space, "blue");
  EXPECT_EQ(run->request_id, "");
  EXPECT_EQ(run->created_at_ms, 2);
  EXPECT_FALSE(run->finished);
  EXPECT_EQ(store_->GetRun("d").status().code(), absl::StatusCode::kNotFound);

  const auto ids = [&](std::string_view name_space, uint32_t limit, uint32_t offset) {
    std::vector<std::string> result;
    const auto runs = store_->ListRuns(name_space, limit, offset);
    EXPECT_TRUE(runs.ok()) << runs.status();
    if (runs.ok()) {
      for (const RunRecord& each : *runs) result.push_back(each.run_id);
    }
    return result;
  };
  EXPECT_THAT(ids("", 10, 0), ElementsAre("c", "b", "a"));
  EXPECT_THAT(ids("red", 10, 0), ElementsAre("c", "a"));
  EXPECT_THAT(ids("", 1, 1), ElementsAre("b"));
  EXPECT_THAT(ids("green", 10, 0), IsEmpty());
}

TEST_P(StoreTest, ARequestMakesOneRunOnly) {
  RunRecord run = MakeRun("a", 1);
  run.request_id = "request";
  ASSERT_TRUE(store_->CreateRun(run).ok());
  run.run_id = "b";
  EXPECT_EQ(store_->CreateRun(run).code(), absl::StatusCode::kAlreadyExists);
  const auto found = store_->FindRequest("request");
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ(**found, "a");
  EXPECT_FALSE(store_->FindRequest("other")->has_value());
  EXPECT_EQ(store_->GetRun("b").status().code(), absl::StatusCode::kNotFound);
}

TEST_P(StoreTest, RunsWithoutRequestDoNotMeet) {
  EXPECT_TRUE(store_->CreateRun(MakeRun("a", 1)).ok());
  EXPECT_TRUE(store_->CreateRun(MakeRun("b", 1)).ok());
}

TEST_P(StoreTest, ClaimsAreOldestFirstAndEachRaisesTheEpoch) {
  ASSERT_TRUE(store_->CreateRun(MakeRun("young", 3)).ok());
  ASSERT_TRUE(store_->CreateRun(MakeRun("old", 1)).ok());
  ASSERT_TRUE(store_->CreateRun(MakeRun("middle", 2)).ok());
  RunRecord finished = MakeRun("finished", 0);
  finished.finished = true;
  ASSERT_TRUE(store_->CreateRun(finished).ok());
  const auto first = store_->ClaimRuns("n1", kOver, 2);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_THAT(*first, SizeIs(2));
  EXPECT_EQ((*first)[0].first.run_id, "old");
  EXPECT_EQ((*first)[0].first.data, Binary());
  EXPECT_EQ((*first)[0].second.node, "n1");
  EXPECT_EQ((*first)[0].second.epoch, 1u);
  EXPECT_EQ((*first)[1].first.run_id, "middle");
  // Their lease is over: they come before what nobody has begun.
  const auto second = store_->ClaimRuns("n2", kLease, 10);
  ASSERT_TRUE(second.ok()) << second.status();
  ASSERT_THAT(*second, SizeIs(3));
  EXPECT_EQ((*second)[0].first.run_id, "old");
  EXPECT_EQ((*second)[0].second.epoch, 2u);
  EXPECT_EQ((*second)[2].first.run_id, "young");
  EXPECT_EQ((*second)[2].second.epoch, 1u);
  EXPECT_THAT(ClaimIds("n3", 10), IsEmpty());
}

TEST_P(StoreTest, AnOwnerThatWasReplacedCannotWrite) {
  RunRecord run = MakeRun("r", 1);
  ASSERT_TRUE(store_->CreateRun(run).ok());
  const Owner nobody;
  EXPECT_EQ(store_->UpdateRun(run, Owner{"n1", 1}).code(), absl::StatusCode::kAborted);
  const Owner first = Claim("n1", kOver);
  run.data = "by the first";
  EXPECT_TRUE(store_->UpdateRun(run, first).ok());
  const Owner second = Claim("n2");
  ASSERT_TRUE(store_->AppendWindows(std::vector{MakeWindow("r", 1, 1, 1)}, second).ok());

  run.data = "by the first, too late";
  EXPECT_EQ(store_->AppendWindows(std::vector{MakeWindow("r", 1, 1, 2)}, first).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(store_->UpdateRun(run, first).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(store_->PutSnapshot("r", "s", first).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(store_->FinishRun(run, "report", first).code(), absl::StatusCode::kAborted);
  // The same node before a restart is another owner.
  const Owner before{"n2", second.epoch - 1};
  EXPECT_EQ(store_->UpdateRun(run, before).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(store_->FinishRun(run, "report", before).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(store_->PutSnapshot("r", "s", before).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(store_->AppendWindows(std::vector{MakeWindow("r", 1, 1, 2)}, before).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(store_->PutSnapshot("no such run", "s", second).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(store_->AppendWindows(std::vector{MakeWindow("no such run", 1, 1, 1)}, second).code(),
            absl::StatusCode::kAborted);
  EXPECT_EQ(store_->GetRun("r")->data, "by the first");
  EXPECT_FALSE(store_->GetSnapshot("r")->has_value());
  EXPECT_FALSE(store_->GetReport("r")->has_value());
  EXPECT_THAT(*store_->LoadWindows("r"), SizeIs(1));
  EXPECT_TRUE(store_->UpdateRun(run, second).ok());
}

TEST_P(StoreTest, LeasesAreProlongedAndGivenUp) {
  ASSERT_TRUE(store_->CreateRun(MakeRun("a", 1)).ok());
  ASSERT_TRUE(store_->CreateRun(MakeRun("b", 2)).ok());
  EXPECT_THAT(ClaimIds("n1", 2, kOver), ElementsAre("a", "b"));
  const std::vector<std::string> both = {"a", "b", "no such run"};
  const auto renewed = store_->RenewLeases("n1", both, kLease);
  ASSERT_TRUE(renewed.ok()) << renewed.status();
  EXPECT_THAT(*renewed, ::testing::UnorderedElementsAre("a", "b"));
  EXPECT_THAT(ClaimIds("n2", 2), IsEmpty());
  EXPECT_THAT(*store_->RenewLeases("n2", both, kLease), IsEmpty());
  EXPECT_THAT(*store_->RenewLeases("", both, kLease), IsEmpty());
  EXPECT_THAT(*store_->RenewLeases("n1", {}, kLease), IsEmpty());

  ASSERT_TRUE(store_->ReleaseLeases("n1").ok());
  const auto taken = store_->ClaimRuns("n2", kLease, 1);
  ASSERT_TRUE(taken.ok());
  ASSERT_THAT(*taken, SizeIs(1));
  EXPECT_EQ(taken->front().first.run_id, "a");
  EXPECT_EQ(taken->front().second.epoch, 2u);
  EXPECT_THAT(*store_->RenewLeases("n2", both, kLease), ElementsAre("a"));
}

TEST_P(StoreTest, ALeaseThatIsNotNamedIsNotProlonged) {
  ASSERT_TRUE(store_->CreateRun(MakeRun("known", 1)).ok());
  ASSERT_TRUE(store_->CreateRun(MakeRun("lost, answer", 2)).ok());
  EXPECT_THAT(ClaimIds("n1", 2, kOver), ElementsAre("known", "lost, answer"));
  EXPECT_THAT(*store_->RenewLeases("n1", std::vector<std::string>{"known"}, kLease), ElementsAre("known"));
  EXPECT_THAT(ClaimIds("n1", 2), ElementsAre("lost, answer"));
}

TEST_P(StoreTest, ArchivesAreKeptOnce) {
  ASSERT_TRUE(store_->PutArchive("hash", Binary()).ok());
  ASSERT_TRUE(store_->PutArchive("hash", "something else").ok());
  EXPECT_EQ(*store_->GetArchive("hash"), Binary());
  const std::string large(3'000'000, '\xfe');
  ASSERT_TRUE(store_->PutArchive("large", large).ok());
  EXPECT_EQ(*store_->GetArchive("large"), large);
  ASSERT_TRUE(store_->PutArchive("empty", "").ok());
  EXPECT_EQ(*store_->GetArchive("empty"), "");
  EXPECT_EQ(store_->GetArchive("none").status().code(), absl::StatusCode::kNotFound);
}

TEST_P(StoreTest, TheJournalKeepsTheOrderAndPassesRepeatsOver) {
  const Owner owner = CreateAndClaim("r");
  const Owner other = CreateAndClaim("other");
  ASSERT_TRUE(store_->AppendWindows({}, owner).ok());
  ASSERT_TRUE(store_
                  ->AppendWindows(
                      std::vector{MakeWindow("r", 2, 1, 1), MakeWindow("r", 1, 1, 3), MakeWindow("r", 2, 1, 1)}, owner)
                  .ok());
  ASSERT_TRUE(store_->AppendWindows(std::vector{MakeWindow("other", 1, 1, 1)}, other).ok());
  EXPECT_EQ(store_->AppendWindows(std::vector{MakeWindow("r", 9, 1, 1), MakeWindow("other", 9, 1, 1)}, owner).code(),
            absl::StatusCode::kInvalidArgument);
  ASSERT_TRUE(
      store_->AppendWindows(std::vector{MakeWindow("r", 1, 1, 3), MakeWindow("r", 4'000'000'000, 4, 4)}, owner).ok());
  const auto windows = store_->LoadWindows("r");
  ASSERT_TRUE(windows.ok()) << windows.status();
  ASSERT_THAT(*windows, SizeIs(3));
  EXPECT_EQ((*windows)[0].assignment, 2u);
  EXPECT_EQ((*windows)[1].assignment, 1u);
  EXPECT_EQ((*windows)[1].first_seq, 1u);
  EXPECT_EQ((*windows)[1].last_seq, 3u);
  EXPECT_EQ((*windows)[1].run_id, "r");
  EXPECT_EQ((*windows)[1].data, Binary() + "1");
  EXPECT_EQ((*windows)[2].assignment, 4'000'000'000u);
  EXPECT_THAT(*store_->LoadWindows("none"), IsEmpty());
}

TEST_P(StoreTest, ManyWindowsAreOneTransaction) {
  std::vector<WindowRecord> windows;
  for (uint64_t i = 1; i <= 1'234; ++i) windows.push_back(MakeWindow("r", 7, i, i));
  ASSERT_TRUE(store_->AppendWindows(windows, CreateAndClaim("r")).ok());
  const auto loaded = store_->LoadWindows("r");
  ASSERT_TRUE(loaded.ok());
  ASSERT_THAT(*loaded, SizeIs(1'234));
  for (size_t i = 0; i < loaded->size(); ++i) ASSERT_EQ((*loaded)[i].first_seq, i + 1);
}

TEST_P(StoreTest, ASnapshotEmptiesTheJournalAndTheEndDropsBoth) {
  RunRecord run = MakeRun("r", 1);
  ASSERT_TRUE(store_->CreateRun(run).ok());
  const Owner owner = Claim("n1");
  const Owner other = CreateAndClaim("other");
  ASSERT_TRUE(store_->AppendWindows(std::vector{MakeWindow("r", 1, 1, 1)}, owner).ok());
  ASSERT_TRUE(store_->AppendWindows(std::vector{MakeWindow("other", 1, 1, 1)}, other).ok());
  ASSERT_TRUE(store_->PutSnapshot("r", Binary(), owner).ok());
  EXPECT_EQ(**store_->GetSnapshot("r"), Binary());
  EXPECT_THAT(*store_->LoadWindows("r"), IsEmpty());
  EXPECT_THAT(*store_->LoadWindows("other"), SizeIs(1));
  ASSERT_TRUE(store_->PutSnapshot("r", "second", owner).ok());
  EXPECT_EQ(**store_->GetSnapshot("r"), "second");
  ASSERT_TRUE(store_->AppendWindows(std::vector{MakeWindow("r", 1, 2, 2)}, owner).ok());

  EXPECT_FALSE(store_->GetReport("r")->has_value());
  run.finished = true;
  run.data = "the end";
  ASSERT_TRUE(store_->FinishRun(run, Binary(), owner).ok());
  EXPECT_EQ(store_->GetRun("r")->data, "the end");
  EXPECT_TRUE(store_->GetRun("r")->finished);
  EXPECT_EQ(**store_->GetReport("r"), Binary());
  EXPECT_FALSE(store_->GetSnapshot("r")->has_value());
  EXPECT_THAT(*store_->LoadWindows("r"), IsEmpty());
  EXPECT_THAT(*store_->RenewLeases("n1", std::vector<std::string>{"other", "r"}, kLease), ElementsAre("other"));
  EXPECT_THAT(ClaimIds("n2", 1), IsEmpty());
  // What was under way when it ended leaves nothing behind.
  EXPECT_EQ(store_->AppendWindows(std::vector{MakeWindow("r", 1, 3, 3)}, owner).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(store_->PutSnapshot("r", "late", owner).code(), absl::StatusCode::kAborted);
  EXPECT_THAT(*store_->LoadWindows("r"), IsEmpty());
  EXPECT_FALSE(store_->GetSnapshot("r")->has_value());
  // The end may be told twice: the answer to the first was lost, perhaps.
  EXPECT_TRUE(store_->FinishRun(run, Binary(), owner).ok());
}

TEST_P(StoreTest, WhatWasStoredIsThereForTheNextProcess) {
  ASSERT_TRUE(store_->CreateRun(MakeRun("r", 1)).ok());
  const Owner owner = Claim("n1");
  ASSERT_TRUE(store_->AppendWindows(std::vector{MakeWindow("r", 1, 1, 1)}, owner).ok());
  store_.reset();
  store_ = Open();
  ASSERT_NE(store_, nullptr);
  EXPECT_THAT(*store_->LoadWindows("r"), SizeIs(1));
  EXPECT_TRUE(store_->UpdateRun(MakeRun("r", 1), owner).ok());
}

TEST_P(StoreTest, TenThousandQueuedRunsAreClaimedInOrder) {
  constexpr int kRuns = 10'000;
  // Made young to old, so that the order is the claim's work.
  ASSERT_TRUE(store_->BeginBatch().ok());
  for (int i = kRuns - 1; i >= 0; --i) {
    RunRecord run = MakeRun(absl::StrFormat("run-%05d", i), i / 2);
    run.data = "d";
    ASSERT_TRUE(store_->CreateRun(run).ok());
  }
  ASSERT_TRUE(store_->EndBatch().ok());
  int next = 0;
  while (next < kRuns) {
    const std::vector<std::string> ids = ClaimIds("n1", 777);
    ASSERT_FALSE(ids.empty());
    for (const std::string& id : ids) ASSERT_EQ(id, absl::StrFormat("run-%05d", next++));
  }
  EXPECT_THAT(ClaimIds("n1", 1), IsEmpty());
}

TEST_P(StoreTest, CoordinatorsThatClaimAtOnceShareTheRuns) {
  constexpr int kRuns = 200;
  for (int i = 0; i < kRuns; ++i) ASSERT_TRUE(store_->CreateRun(MakeRun(std::to_string(i), i)).ok());
  std::vector<std::string> claimed[3];
  std::vector<std::thread> threads;
  for (int node = 0; node < 3; ++node) {
    threads.emplace_back([this, node, &ids = claimed[node]] {
      const std::unique_ptr<Store> store = Open();
      for (bool more = true; more;) {
        const auto found = store->ClaimRuns(std::to_string(node), kLease, 7);
        ASSERT_TRUE(found.ok()) << found.status();
        for (const auto& [run, owner] : *found) ids.push_back(run.run_id);
        more = !found->empty();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  // Nobody got one twice; what the others' locks hid from a claim comes with the next.
  std::multiset<std::string> all;
  for (const auto& ids : claimed) all.insert(ids.begin(), ids.end());
  for (const std::string& id : ClaimIds("last", kRuns)) all.insert(id);
  EXPECT_EQ(all.size(), static_cast<size_t>(kRuns));
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
}

TEST_P(StoreTest, CallsOfABatchFailByThemselves) {
  ASSERT_TRUE(store_->CreateRun(MakeRun("r", 1)).ok());
  const Owner owner = Claim("n1");
  RunRecord named = MakeRun("named", 2);
  named.request_id = "request";
  ASSERT_TRUE(store_->BeginBatch().ok());
  EXPECT_TRUE(store_->CreateRun(named).ok());
  EXPECT_TRUE(store_->AppendWindows(std::vector{MakeWindow("r", 1, 1, 1)}, owner).ok());
  named.run_id = "again";
  EXPECT_TRUE(absl::IsAlreadyExists(store_->CreateRun(named)));
  EXPECT_TRUE(absl::IsAborted(store_->PutSnapshot("r", "s", Owner{"n2", 7})));
  EXPECT_TRUE(absl::IsNotFound(store_->GetRun("none").status()));
  EXPECT_TRUE(store_->GetRun("named").ok()) << "seen by what comes after it";
  EXPECT_THAT(ClaimIds("n2", 5), ElementsAre("named"));
  EXPECT_TRUE(store_->PutArchive("hash", "data").ok());
  ASSERT_TRUE(store_->EndBatch().ok());
  EXPECT_TRUE(store_->CheckWritable().ok());

  store_ = Open();
  EXPECT_TRUE(store_->GetRun("named").ok());
  EXPECT_TRUE(absl::IsNotFound(store_->GetRun("again").status()));
  EXPECT_THAT(*store_->LoadWindows("r"), SizeIs(1));
  EXPECT_FALSE(store_->GetSnapshot("r")->has_value());
  EXPECT_EQ(*store_->GetArchive("hash"), "data");
  EXPECT_THAT(ClaimIds("n3", 5), IsEmpty());
}

TEST_P(StoreTest, WhatOthersSeeOfABatchIsItsEnd) {
  const std::unique_ptr<Store> other = Open();
  ASSERT_TRUE(store_->BeginBatch().ok());
  ASSERT_TRUE(store_->PutArchive("hash", "data").ok());
  EXPECT_TRUE(absl::IsNotFound(other->GetArchive("hash").status()));
  ASSERT_TRUE(store_->EndBatch().ok());
  EXPECT_TRUE(other->GetArchive("hash").ok());
  // A batch of nothing is fine, and so is the next.
  ASSERT_TRUE(store_->BeginBatch().ok());
  ASSERT_TRUE(store_->EndBatch().ok());
}

}  // namespace
}  // namespace mockarty
