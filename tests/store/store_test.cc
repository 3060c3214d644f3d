// Both stores keep the same promises.
#include "coordinator/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/store/postgres_process.h"

namespace mockarty {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::PostgresProcess;
using ::testing::SizeIs;

const std::string kBinary("a\0b\xff\\x'", 7);

PostgresProcess& Postgres() {
  static PostgresProcess server;
  return server;
}

RunRecord MakeRun(const std::string& id, int64_t created = 1, const std::string& request = "") {
  return {.run_id = id, .name_space = "default", .request_id = request, .created_at_ms = created, .data = kBinary};
}

class StoreTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { Open(true); }
  void Open(bool empty = false) {
    store.reset();
    absl::StatusOr<std::unique_ptr<Store>> opened;
    if (std::string_view(GetParam()) == "sqlite") {
      if (empty) {
        folder = std::filesystem::temp_directory_path() / ("mockarty-store-" + std::to_string(getpid()));
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
      }
      opened = OpenSqliteStore(folder + "/store.db");
    } else {
      ASSERT_TRUE(Postgres().started()) << "the server could not be started";
      if (empty) {
        const std::string drop =
            "psql '" + Postgres().Dsn() + "' -q -c 'DROP SCHEMA public CASCADE; CREATE SCHEMA public' >/dev/null 2>&1";
        ASSERT_EQ(system(drop.c_str()), 0);
      }
      opened = OpenPostgresStore(Postgres().Dsn());
    }
    ASSERT_TRUE(opened.ok()) << opened.status();
    store = *std::move(opened);
  }
  void TearDown() override {
    store.reset();
    if (!folder.empty()) std::filesystem::remove_all(folder);
  }
  Owner Claim(const std::string& node, int64_t lease_ms = 60'000) {
    auto claimed = store->ClaimRuns(node, lease_ms, 1);
    return claimed.ok() && claimed->size() == 1 ? claimed->front().second : Owner{};
  }

  std::string folder;
  std::unique_ptr<Store> store;
};

TEST_P(StoreTest, Tokens) {
  TokenRecord token{.id = "t1",
                    .type = TokenType::kRunner,
                    .name = "naïve ☃",
                    .hash = "h1",
                    .name_space = "blue",
                    .created_at_ms = 1,
                    .expires_at_ms = 2};
  ASSERT_TRUE(store->PutToken(token).ok());
  EXPECT_EQ(store->PutToken(token).code(), absl::StatusCode::kAlreadyExists);
  const auto found = store->FindToken("h1");
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->name, "naïve ☃");
  EXPECT_EQ((*found)->type, TokenType::kRunner);
  EXPECT_EQ((*found)->name_space, "blue");
  EXPECT_EQ((*found)->expires_at_ms, 2);
  EXPECT_FALSE(store->FindToken("h2")->has_value());
  EXPECT_TRUE(store->RevokeToken("t1", 77).ok());
  EXPECT_TRUE(store->RevokeToken("t1", 99).ok());
  EXPECT_EQ((*store->ListTokens())[0].revoked_at_ms, 77);
  EXPECT_EQ(store->RevokeToken("t2", 1).code(), absl::StatusCode::kNotFound);
}

TEST_P(StoreTest, RunsAreKeptOverARestart) {
  ASSERT_TRUE(store->CreateRun(MakeRun("r1", 5, "q1")).ok());
  EXPECT_EQ(store->CreateRun(MakeRun("r2", 6, "q1")).code(), absl::StatusCode::kAlreadyExists);
  ASSERT_TRUE(store->CreateRun(MakeRun("r3", 7)).ok());
  ASSERT_TRUE(store->CreateRun(MakeRun("r4", 8)).ok()) << "no request id is not the same as an equal one";
  Open();
  EXPECT_EQ(*store->FindRequest("q1"), "r1");
  EXPECT_EQ(*store->FindRequest("q2"), std::nullopt);
  const auto run = store->GetRun("r1");
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->data, kBinary);
  EXPECT_EQ(run->created_at_ms, 5);
  EXPECT_EQ(store->GetRun("nonesuch").status().code(), absl::StatusCode::kNotFound);
  const auto list = store->ListRuns("", 2, 0);
  ASSERT_THAT(*list, SizeIs(2));
  EXPECT_EQ((*list)[0].run_id, "r4");
  EXPECT_THAT(*store->ListRuns("other", 10, 0), SizeIs(0));
  EXPECT_THAT(*store->ListRuns("default", 10, 2), SizeIs(1));
}

TEST_P(StoreTest, ClaimsOldestFirstAndOnce) {
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(store->CreateRun(MakeRun("r" + std::to_string(i), 1000 - i)).ok());
  }
  const auto first = store->ClaimRuns("a", 60'000, 2);
  ASSERT_THAT(*first, SizeIs(2));
  std::set<std::string> ids = {(*first)[0].first.run_id, (*first)[1].first.run_id};
  EXPECT_EQ(ids, (std::set<std::string>{"r299", "r298"}));
  EXPECT_EQ((*first)[0].second.epoch, 1u);
  const auto second = store->ClaimRuns("b", 60'000, 1);
  ASSERT_THAT(*second, SizeIs(1));
  EXPECT_EQ((*second)[0].first.run_id, "r297");
  EXPECT_THAT(*store->ClaimRuns("b", 60'000, 1'000), SizeIs(297));
  EXPECT_THAT(*store->ClaimRuns("b", 60'000, 1'000), SizeIs(0));
  EXPECT_THAT(*store->RenewLeases("a", 60'000), SizeIs(2));
}

TEST_P(StoreTest, LeasesEndAndOwnersAreFenced) {
  ASSERT_TRUE(store->CreateRun(MakeRun("r1")).ok());
  const Owner a = Claim("a", 0);  // over at once
  ASSERT_EQ(a.epoch, 1u);
  const Owner b = Claim("b");
  ASSERT_EQ(b.epoch, 2u);
  EXPECT_EQ(Claim("c").epoch, 0u) << "owned";
  EXPECT_EQ(store->UpdateRun(MakeRun("r1"), a).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(store->PutSnapshot("r1", "s", a).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(store->FinishRun(MakeRun("r1"), "r", a).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(*store->GetSnapshot("r1"), std::nullopt);
  EXPECT_TRUE(store->UpdateRun(MakeRun("r1"), b).ok());
  EXPECT_THAT(*store->RenewLeases("a", 1'000), SizeIs(0));
  EXPECT_THAT(*store->RenewLeases("b", 60'000), ElementsAre("r1"));
  ASSERT_TRUE(store->ReleaseLeases("b").ok());
  EXPECT_EQ(Claim("c").epoch, 3u);
  EXPECT_EQ(store->UpdateRun(MakeRun("r1"), b).code(), absl::StatusCode::kAborted);
}

TEST_P(StoreTest, JournalSnapshotAndReport) {
  ASSERT_TRUE(store->CreateRun(MakeRun("r1")).ok());
  const Owner owner = Claim("a");
  const std::vector<WindowRecord> windows = {{"r1", 2, 1, 1, kBinary}, {"r1", 1, 1, 3, "x"}, {"r2", 1, 1, 1, "y"}};
  ASSERT_TRUE(store->AppendWindows(windows).ok());
  ASSERT_TRUE(store->AppendWindows(windows).ok()) << "again: passed over";
  auto loaded = store->LoadWindows("r1");
  ASSERT_THAT(*loaded, SizeIs(2));
  EXPECT_EQ((*loaded)[0].data, kBinary);
  EXPECT_EQ((*loaded)[0].assignment, 2u);
  EXPECT_EQ((*loaded)[1].last_seq, 3u);
  ASSERT_TRUE(store->PutSnapshot("r1", kBinary, owner).ok());
  ASSERT_TRUE(store->PutSnapshot("r1", kBinary + "2", owner).ok());
  EXPECT_EQ(*store->GetSnapshot("r1"), kBinary + "2");
  EXPECT_THAT(*store->LoadWindows("r1"), SizeIs(0));
  EXPECT_THAT(*store->LoadWindows("r2"), SizeIs(1));
  ASSERT_TRUE(store->AppendWindows(windows).ok());
  RunRecord over = MakeRun("r1");
  over.finished = true;
  ASSERT_TRUE(store->FinishRun(over, kBinary, owner).ok());
  EXPECT_EQ(*store->GetReport("r1"), kBinary);
  EXPECT_EQ(*store->GetReport("r2"), std::nullopt);
  EXPECT_EQ(*store->GetSnapshot("r1"), std::nullopt);
  EXPECT_THAT(*store->LoadWindows("r1"), SizeIs(0));
  EXPECT_TRUE(store->GetRun("r1")->finished);
  EXPECT_EQ(Claim("b").epoch, 0u);
}

TEST_P(StoreTest, Archives) {
  EXPECT_EQ(store->GetArchive("h").status().code(), absl::StatusCode::kNotFound);
  const std::string large(3'000'000, '\xfe');
  ASSERT_TRUE(store->PutArchive("h", large).ok());
  ASSERT_TRUE(store->PutArchive("h", large).ok());
  EXPECT_EQ(*store->GetArchive("h"), large);
}

INSTANTIATE_TEST_SUITE_P(Both, StoreTest, ::testing::Values("sqlite", "postgres"),
                         [](const auto& parameter) { return std::string(parameter.param); });

TEST(PostgresStore, ComesBackAfterTheServerDid) {
  ASSERT_TRUE(Postgres().started());
  auto store = OpenPostgresStore(Postgres().Dsn());
  ASSERT_TRUE(store.ok()) << store.status();
  ASSERT_TRUE(Postgres().Restart());
  const absl::Status first = (*store)->ListTokens().status();  // the lost connection may show once
  EXPECT_TRUE(first.ok() || absl::IsUnavailable(first)) << first;
  EXPECT_TRUE((*store)->ListTokens().ok());
}

TEST(PostgresStore, SaysWhatItCannotReach) {
  const auto store = OpenPostgresStore("host=/nonexistent user=u dbname=d password=hunter2");
  EXPECT_TRUE(absl::IsUnavailable(store.status())) << store.status();
  EXPECT_THAT(store.status().ToString(), Not(HasSubstr("hunter2")));
}

struct SqliteFile : ::testing::Test {
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() / ("mockarty-sqlite-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    path = folder + "/store.db";
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  std::string folder;
  std::string path;
};

TEST_F(SqliteFile, IsForItsOwnerOnly) {
  ASSERT_TRUE(OpenSqliteStore(path).ok());
  EXPECT_EQ(std::filesystem::status(path).permissions() & std::filesystem::perms(077), std::filesystem::perms::none);
}

TEST_F(SqliteFile, WhatIsNoDatabaseIsRefused) {
  std::ofstream(path) << std::string(8192, 'x');
  EXPECT_TRUE(absl::IsDataLoss(OpenSqliteStore(path).status()));
  EXPECT_TRUE(absl::IsUnavailable(OpenSqliteStore(folder + "/none/store.db").status()));
}

TEST_F(SqliteFile, LaterTablesAreRefusedWithBothVersions) {
  ASSERT_TRUE(OpenSqliteStore(path).ok());
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, "UPDATE schema_version SET version = 99", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(db);
  EXPECT_THAT(OpenSqliteStore(path).status().ToString(), HasSubstr("version 99, this program knows up to 1"));
}

// In a process of its own: the limit of a file's size stands for a full disk.
TEST_F(SqliteFile, FullDiskIsSaidAndLosesNothing) {
  auto store = OpenSqliteStore(path);
  ASSERT_TRUE(store.ok());
  ASSERT_TRUE((*store)->CreateRun(MakeRun("r1")).ok());
  store->reset();
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {200'000, 200'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    auto full = OpenSqliteStore(path);
    if (!full.ok()) _exit(2);
    const std::vector<WindowRecord> large = {{"r1", 1, 1, 1, std::string(150'000, 'x')},
                                             {"r1", 1, 2, 2, std::string(150'000, 'x')}};
    const absl::Status status = (*full)->AppendWindows(large);
    if (!absl::IsUnavailable(status)) _exit(3);
    if (!(*full)->LoadWindows("r1")->empty()) _exit(4);  // all or nothing
    _exit((*full)->GetRun("r1").ok() ? 0 : 5);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  auto again = OpenSqliteStore(path);
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE((*again)->GetRun("r1").ok());
}

}  // namespace
}  // namespace mockarty
