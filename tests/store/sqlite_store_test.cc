// What can be wrong with a file: rights, room, content, the version of its tables, another process.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "coordinator/store/store.h"
#include "tests/store/temp_folder.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SqliteStoreTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(folder_.path(), ""); }
  std::unique_ptr<Store> Open() {
    auto store = OpenSqliteStore(path_);
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }
  void Execute(const std::string& sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    sqlite3_close(db);
  }

  testing::TempFolder folder_;
  const std::string path_ = folder_.path() + "/store.db";
};

TEST_F(SqliteStoreTest, IsNobodyElsesBusiness) {
  ASSERT_NE(Open(), nullptr);
  struct stat info {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(SqliteStoreTest, MapsNoFile) {
  // A page of a mapped file that cannot be written any more would be the end of the process.
  const std::unique_ptr<Store> store = Open();
  ASSERT_TRUE(store->PutArchive("hash", "data").ok());
  EXPECT_NE(access((path_ + "-shm").c_str(), F_OK), 0);
  std::ifstream maps("/proc/self/maps");
  const std::string text(std::istreambuf_iterator<char>(maps), {});
  EXPECT_EQ(text.find(path_), std::string::npos);
}

TEST_F(SqliteStoreTest, AFileWithALogAheadIsTakenOver) {
  {
    const std::unique_ptr<Store> store = Open();
    ASSERT_TRUE(store->PutArchive("hash", "data").ok());
  }
  Execute("PRAGMA journal_mode=WAL");
  sqlite3* other = nullptr;  // has it open
  ASSERT_EQ(sqlite3_open(path_.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN; SELECT * FROM archives", nullptr, nullptr, nullptr), SQLITE_OK);
  {
    const std::unique_ptr<Store> store = Open();
    ASSERT_NE(store, nullptr);
    EXPECT_TRUE(store->PutArchive("second", "data").ok());
  }
  sqlite3_close(other);
  const std::unique_ptr<Store> store = Open();
  ASSERT_NE(store, nullptr);
  EXPECT_TRUE(store->GetArchive("second").ok());
  EXPECT_NE(access((path_ + "-wal").c_str(), F_OK), 0);
  EXPECT_NE(access((path_ + "-shm").c_str(), F_OK), 0);
}

TEST_F(SqliteStoreTest, AFolderThatCannotBeWrittenIsUnavailable) {
  // Root may write anywhere: a child without its rights tries.
  if (geteuid() == 0) {
    ASSERT_EQ(chown(folder_.path().c_str(), 65534, 65534), 0);
  }
  ASSERT_EQ(chmod(folder_.path().c_str(), 0500), 0);
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(2);
    const auto store = OpenSqliteStore(path_);
    const bool told = absl::IsUnavailable(store.status()) &&
                      std::string(store.status().message()).find("store.db") != std::string::npos;
    _exit(told ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  ASSERT_EQ(chmod(folder_.path().c_str(), 0700), 0);
}

TEST_F(SqliteStoreTest, WithoutRoomItIsUnavailableAndGoesOnWhenThereIsSome) {
  const std::unique_ptr<Store> store = Open();
  ASSERT_TRUE(store->PutArchive("before", std::string(100'000, 'a')).ok());
  RunRecord run;
  run.run_id = "r";
  ASSERT_TRUE(store->CreateRun(run).ok());
  const Owner owner = store->ClaimRuns("n", 60'000, 1)->front().second;
  rlimit old{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  const rlimit small{300'000, old.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const absl::Status full = store->PutArchive("too much", std::string(1'000'000, 'b'));
  const std::vector<WindowRecord> windows = {{"r", 1, 1, 1, "small"}, {"r", 1, 2, 2, std::string(1'000'000, 'c')}};
  const absl::Status append = store->AppendWindows(windows, owner);
  const auto readable = store->GetArchive("before");
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &old), 0);
  signal(SIGXFSZ, handler);
  EXPECT_EQ(full.code(), absl::StatusCode::kUnavailable) << full;
  EXPECT_THAT(std::string(full.message()), HasSubstr(path_));
  EXPECT_EQ(append.code(), absl::StatusCode::kUnavailable) << append;
  EXPECT_THAT(*store->LoadWindows("r"), IsEmpty());  // all or nothing
  EXPECT_TRUE(readable.ok()) << readable.status();
  EXPECT_EQ(store->GetArchive("too much").status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(store->PutArchive("too much", std::string(1'000'000, 'b')).ok());
}

TEST_F(SqliteStoreTest, ABatchWithoutRoomIsNotStoredAtAll) {
  const std::unique_ptr<Store> store = Open();
  ASSERT_TRUE(store->PutArchive("before", std::string(100'000, 'a')).ok());
  rlimit old{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  ASSERT_TRUE(store->BeginBatch().ok());
  EXPECT_TRUE(store->PutArchive("first", "small").ok());
  const rlimit small{300'000, old.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  // So much that it cannot wait in memory for the end; whether its own call notices is SQLite's business.
  for (int i = 0; i < 3; ++i) {
    static_cast<void>(store->PutArchive("much" + std::to_string(i), std::string(10'000'000, 'b')));
  }
  static_cast<void>(store->PutArchive("last", "small"));
  const absl::Status end = store->EndBatch();
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &old), 0);
  signal(SIGXFSZ, handler);
  EXPECT_EQ(end.code(), absl::StatusCode::kUnavailable) << end;
  for (const char* hash : {"first", "much0", "much1", "much2", "last"}) {
    EXPECT_TRUE(absl::IsNotFound(store->GetArchive(hash).status())) << hash;
  }
  EXPECT_TRUE(store->GetArchive("before").ok());
  ASSERT_TRUE(store->BeginBatch().ok());
  EXPECT_TRUE(store->PutArchive("first", "small").ok());
  EXPECT_TRUE(store->EndBatch().ok());
  EXPECT_TRUE(Open()->GetArchive("first").ok());
}

TEST_F(SqliteStoreTest, AFileThatIsNoDatabaseIsRefusedAndLeftAlone) {
  const std::string content(8'192, 'x');
  std::ofstream(path_) << content;
  const auto store = OpenSqliteStore(path_);
  EXPECT_EQ(store.status().code(), absl::StatusCode::kDataLoss) << store.status();
  EXPECT_THAT(std::string(store.status().message()), HasSubstr(path_));
  EXPECT_TRUE(absl::IsUnavailable(OpenSqliteStore(folder_.path() + "/none/store.db").status()));
  std::ifstream file(path_);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), content);
}

TEST_F(SqliteStoreTest, ADamagedDatabaseIsDataLoss) {
  {
    const std::unique_ptr<Store> store = Open();
    for (int i = 0; i < 20; ++i) {
      ASSERT_TRUE(store->PutArchive("hash-" + std::to_string(i), std::string(20'000, 'a')).ok());
    }
  }
  struct stat info {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  const int fd = open(path_.c_str(), O_WRONLY);
  const std::string noise(static_cast<size_t>(info.st_size) - 4'096, '\xee');
  ASSERT_EQ(pwrite(fd, noise.data(), noise.size(), 4'096), static_cast<ssize_t>(noise.size()));
  close(fd);
  const auto store = OpenSqliteStore(path_);
  const absl::Status status = store.ok() ? (*store)->GetArchive("hash-3").status() : store.status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
}

TEST_F(SqliteStoreTest, TablesOfANewerProgramAreRefused) {
  ASSERT_NE(Open(), nullptr);
  Execute("UPDATE schema_version SET version = 99");
  const auto store = OpenSqliteStore(path_);
  EXPECT_EQ(store.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(store.status().message()), HasSubstr("of version 99, this program knows up to 2"));
}

TEST_F(SqliteStoreTest, JournalsOfRunsThatAreOverGoWithTheUpgrade) {
  {
    const std::unique_ptr<Store> store = Open();
    for (const char* id : {"over", "running"}) {
      RunRecord run;
      run.run_id = id;
      ASSERT_TRUE(store->CreateRun(run).ok());
    }
    ASSERT_EQ(store->ClaimRuns("n", 60'000, 2)->size(), 2u);
  }
  Execute(
      "DROP INDEX runs_expiring; UPDATE schema_version SET version = 1; UPDATE runs SET finished = 1 WHERE id = 'over';"
      "INSERT INTO snapshots SELECT id, 's' FROM runs; INSERT INTO snapshots VALUES ('gone', 's');"
      "INSERT INTO windows (run_id, assignment, first_seq, last_seq, data) SELECT run_id, 1, 1, 1, 'w' FROM snapshots");
  const std::unique_ptr<Store> store = Open();
  ASSERT_NE(store, nullptr);
  EXPECT_EQ(store->LoadWindows("running")->size(), 1u);
  EXPECT_TRUE(store->GetSnapshot("running")->has_value());
  for (const char* id : {"over", "gone"}) {
    EXPECT_THAT(*store->LoadWindows(id), IsEmpty());
    EXPECT_FALSE(store->GetSnapshot(id)->has_value());
  }
}

TEST_F(SqliteStoreTest, ConnectionsBesideOneAnotherSeeTheSame) {
  ASSERT_NE(Open(), nullptr);
  const std::unique_ptr<Store> writer = Open();
  const std::unique_ptr<Store> reader = Open();
  ASSERT_TRUE(writer->PutArchive("hash", "data").ok());
  EXPECT_EQ(*reader->GetArchive("hash"), "data");
}

TEST_F(SqliteStoreTest, InMemoryItWorksWithoutAFile) {
  const auto store = OpenSqliteStore(":memory:");
  ASSERT_TRUE(store.ok()) << store.status();
  ASSERT_TRUE((*store)->PutArchive("hash", "data").ok());
  EXPECT_EQ(*(*store)->GetArchive("hash"), "data");
  EXPECT_NE(access(":memory:", F_OK), 0);
}

}  // namespace
}  // namespace mockarty
