// Connections that are lost, passwords that stay out of messages, tables of a newer program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "coordinator/store/store.h"
#include "tests/store/store_backends.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PostgresStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.running());
    auto store = OpenPostgresStore(server_.Dsn(database_));
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    RunRecord run;
    run.run_id = "r";
    ASSERT_TRUE(store_->CreateRun(run).ok());
  }
  bool CutConnections() {
    return server_.Execute(
        "postgres",
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '" + database_ + "'");
  }

  testing::PostgresProcess& server_ = testing::PostgresEnvironment::Server();
  const std::string database_ = testing::NewDatabase();
  std::unique_ptr<Store> store_;
};

TEST_F(PostgresStoreTest, AConnectionThatWasCutIsMadeAnew) {
  ASSERT_TRUE(CutConnections());
  EXPECT_TRUE(store_->GetRun("r").ok());
  ASSERT_TRUE(CutConnections());
  const auto claimed = store_->ClaimRuns("n1", 60'000, 5);
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  ASSERT_EQ(claimed->size(), 1u);
  EXPECT_EQ(claimed->front().second.epoch, 1u);
}

TEST_F(PostgresStoreTest, AServerThatIsAwayIsUnavailableAndComesBack) {
  server_.Stop();
  const absl::Status away = store_->PutArchive("hash", "data");
  EXPECT_EQ(away.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(away.message()), Not(HasSubstr("not-to-be-shown")));
  EXPECT_EQ(store_->GetRun("r").status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(OpenPostgresStore(server_.Dsn(database_)).status().code(), absl::StatusCode::kUnavailable);
  server_.Start();
  ASSERT_TRUE(server_.running());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  absl::Status back = store_->PutArchive("hash", "data");
  while (absl::IsUnavailable(back) && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    back = store_->PutArchive("hash", "data");
  }
  EXPECT_TRUE(back.ok()) << back;
  EXPECT_TRUE(store_->GetRun("r").ok());
}

TEST_F(PostgresStoreTest, JournalsOfRunsThatAreOverGoWithTheUpgrade) {
  RunRecord over;
  over.run_id = "over";
  ASSERT_TRUE(store_->CreateRun(over).ok());
  ASSERT_EQ(store_->ClaimRuns("n", 60'000, 2)->size(), 2u);
  ASSERT_TRUE(server_.Execute(database_,
                              "DROP INDEX mockarty_runs_expiring; UPDATE mockarty_schema_version SET version = 1;"
                              "UPDATE mockarty_runs SET finished = true WHERE id = 'over';"
                              "INSERT INTO mockarty_snapshots SELECT id, 's' FROM mockarty_runs;"
                              "INSERT INTO mockarty_snapshots VALUES ('gone', 's');"
                              "INSERT INTO mockarty_windows (run_id, assignment, first_seq, last_seq, data) "
                              "SELECT run_id, 1, 1, 1, 'w' FROM mockarty_snapshots"));
  const auto upgraded = OpenPostgresStore(server_.Dsn(database_));
  ASSERT_TRUE(upgraded.ok()) << upgraded.status();
  EXPECT_EQ((*upgraded)->LoadWindows("r")->size(), 1u);
  EXPECT_TRUE((*upgraded)->GetSnapshot("r")->has_value());
  for (const char* id : {"over", "gone"}) {
    EXPECT_TRUE((*upgraded)->LoadWindows(id)->empty());
    EXPECT_FALSE((*upgraded)->GetSnapshot(id)->has_value());
  }
}

TEST_F(PostgresStoreTest, AClaimDoesNotWalkFinishedRuns) {
  // Without ANALYZE: a new coordinator claims before the database has looked at its tables.
  ASSERT_TRUE(server_.Execute(
      database_,
      "INSERT INTO mockarty_runs (id, namespace, finished, created_at, data, owner, epoch, owned_until) "
      "SELECT 'f' || i, '', true, i, 'd', 'n1', 1, now() FROM generate_series(1, 20000) AS i"));
  EXPECT_EQ(store_->ClaimRuns("n1", -1'000, 256)->size(), 1u);
  EXPECT_EQ(store_->ClaimRuns("n2", 60'000, 256)->size(), 1u);
  store_.reset();  // the connection's counts arrive with its end
  const auto holds = [&](const std::string& index, const std::string& what) {
    return server_.Execute(
        database_, "SELECT 1 / (" + what + ")::int FROM pg_stat_user_indexes WHERE indexrelname = '" + index + "'");
  };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!holds("mockarty_runs_expiring", "idx_scan > 0") && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_TRUE(holds("mockarty_runs_expiring", "idx_scan > 0"));
  EXPECT_TRUE(holds("mockarty_runs_by_age", "idx_tup_read < 100"));
}

TEST_F(PostgresStoreTest, ABatchWhoseConnectionIsCutFailsAsAWhole) {
  ASSERT_TRUE(CutConnections());
  ASSERT_TRUE(store_->BeginBatch().ok()) << "a connection that was cut before is made anew";
  ASSERT_TRUE(store_->PutArchive("before", "data").ok());
  ASSERT_EQ(store_->ClaimRuns("n1", 60'000, 5)->size(), 1u);
  ASSERT_TRUE(CutConnections());
  EXPECT_TRUE(absl::IsUnavailable(store_->PutArchive("after", "data")));
  EXPECT_TRUE(absl::IsUnavailable(store_->GetRun("r").status()));
  EXPECT_TRUE(absl::IsUnavailable(store_->EndBatch()));
  EXPECT_TRUE(absl::IsNotFound(store_->GetArchive("before").status()));
  EXPECT_TRUE(absl::IsNotFound(store_->GetArchive("after").status()));
  const auto claimed = store_->ClaimRuns("n1", 60'000, 5);
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  ASSERT_EQ(claimed->size(), 1u);
  EXPECT_EQ(claimed->front().second.epoch, 1u);
}

TEST_F(PostgresStoreTest, ThePasswordIsInNoMessage) {
  const auto no_database = OpenPostgresStore(server_.Dsn("no_such_database"));
  EXPECT_EQ(no_database.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(no_database.status().message()), HasSubstr("no_such_database"));
  EXPECT_THAT(std::string(no_database.status().message()), Not(HasSubstr("not-to-be-shown")));
  const auto malformed = OpenPostgresStore("host=here password = not-to-be-shown' what");
  EXPECT_EQ(malformed.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(malformed.status().message()), Not(HasSubstr("not-to-be-shown")));
}

TEST_F(PostgresStoreTest, TextThatTheDatabaseCannotHoldIsTheCallersMistake) {
  RunRecord run;
  run.run_id = std::string("a\0b", 3);
  EXPECT_EQ(store_->CreateRun(run).code(), absl::StatusCode::kInvalidArgument);
  run.run_id = "\xff";
  EXPECT_EQ(store_->CreateRun(run).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(store_->GetRun("r").ok());  // the connection is as good as before
}

TEST_F(PostgresStoreTest, TablesOfANewerProgramAreRefused) {
  ASSERT_TRUE(server_.Execute(database_, "UPDATE mockarty_schema_version SET version = 99"));
  const auto store = OpenPostgresStore(server_.Dsn(database_));
  EXPECT_EQ(store.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(store.status().message()), HasSubstr("of version 99, this program knows up to 2"));
}

TEST_F(PostgresStoreTest, AReadOnlyServerIsUnavailable) {
  ASSERT_TRUE(server_.Execute(database_, "ALTER DATABASE " + database_ + " SET default_transaction_read_only = on"));
  ASSERT_TRUE(CutConnections());
  EXPECT_EQ(store_->PutArchive("hash", "data").code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace mockarty
