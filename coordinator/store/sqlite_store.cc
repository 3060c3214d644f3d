#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <ctime>
#include <map>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "common/time/clock.h"
#include "coordinator/store/store.h"

namespace mockarty {
namespace {

// The tables, version by version; what has been released is never changed.
constexpr const char* kMigrations[] = {
    R"(
CREATE TABLE tokens (id TEXT PRIMARY KEY, type INTEGER NOT NULL, name TEXT NOT NULL, hash TEXT NOT NULL UNIQUE,
                     namespace TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
                     revoked_at INTEGER NOT NULL);
CREATE TABLE runs (id TEXT PRIMARY KEY, namespace TEXT NOT NULL, request_id TEXT, finished INTEGER NOT NULL,
                   created_at INTEGER NOT NULL, data BLOB NOT NULL, owner TEXT NOT NULL DEFAULT '',
                   epoch INTEGER NOT NULL DEFAULT 0, owned_until INTEGER NOT NULL DEFAULT 0, report BLOB);
CREATE UNIQUE INDEX runs_by_request ON runs (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX runs_unclaimed ON runs (created_at, id) WHERE finished = 0 AND owner = '';
CREATE INDEX runs_claimed ON runs (owner, owned_until) WHERE finished = 0 AND owner <> '';
CREATE INDEX runs_by_age ON runs (created_at);
CREATE TABLE archives (hash TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE windows (number INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, assignment INTEGER NOT NULL,
                      first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL, data BLOB NOT NULL,
                      UNIQUE (run_id, assignment, first_seq, last_seq));
CREATE TABLE snapshots (run_id TEXT PRIMARY KEY, data BLOB NOT NULL);
)",
    // Version 1 let a former owner write to the journal of a run that was over.
    R"(
CREATE INDEX runs_expiring ON runs (owned_until) WHERE finished = 0 AND owner <> '';
DELETE FROM windows WHERE run_id NOT IN (SELECT id FROM runs WHERE finished = 0);
DELETE FROM snapshots WHERE run_id NOT IN (SELECT id FROM runs WHERE finished = 0);
)",
};
constexpr int kSchemaVersion = static_cast<int>(std::size(kMigrations));

class SqliteStore final : public Store {
 public:
  ~SqliteStore() override {
    for (const auto& [sql, statement] : statements_) {
      sqlite3_finalize(statement);
    }
    sqlite3_close(db_);
  }

  absl::Status Open(const std::string& path) {
    path_ = path;
    if (path != ":memory:") {
      // Tokens' hashes and scripts are nobody else's business. Only where there is no file yet: closing a descriptor of
      // one that this process has open already would drop SQLite's locks on it (POSIX locks belong to the process),
      // and the next process to close the store would take the log away under this one.
      const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
      if (fd < 0 && errno != EEXIST) {
        return absl::UnavailableError(Concat("store ", Quoted(path, 400), ": ", strerror(errno)));
      }
      if (fd >= 0) {
        close(fd);
      }
    }
    if (sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr) != SQLITE_OK) {
      return Error();
    }
    sqlite3_extended_result_codes(db_, 0);
    sqlite3_busy_timeout(db_, 5'000);
    // No log ahead: its index is a mapped file, and a file system that turns read-only, as after an error of its disk,
    // kills a process that writes to a mapped page. While another process has a file with a log open it stays so.
    absl::Status journal = Exec("PRAGMA journal_mode=PERSIST");
    if (!journal.ok() && !absl::IsUnavailable(journal)) {
      return journal;
    }
    RETURN_IF_ERROR(Exec("PRAGMA journal_size_limit=16777216"));
    RETURN_IF_ERROR(Exec("PRAGMA synchronous=FULL"));
    return Migrate();
  }

  absl::Status BeginBatch() override {
    RETURN_IF_ERROR(Exec("BEGIN IMMEDIATE"));
    in_batch_ = true;
    return absl::OkStatus();
  }

  absl::Status EndBatch() override {
    in_batch_ = false;
    if (!batch_error_.ok()) {
      return std::exchange(batch_error_, absl::OkStatus());  // it was rolled back
    }
    absl::Status status = Exec("COMMIT");
    if (!status.ok()) {
      sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
    }
    return status;
  }

  absl::Status CheckWritable() override { return Run("UPDATE schema_version SET version = version"); }

  absl::Status PutToken(const TokenRecord& token) override {
    return Run("INSERT INTO tokens VALUES (?,?,?,?,?,?,?,?)", token.id, token.type == TokenType::kRunner ? 1 : 0,
               token.name, token.hash, token.name_space, token.created_at_ms, token.expires_at_ms, token.revoked_at_ms);
  }

  absl::StatusOr<std::optional<TokenRecord>> FindToken(std::string_view hash) override {
    std::optional<TokenRecord> found;
    RETURN_IF_ERROR(
        Select([&](sqlite3_stmt* row) { found = ReadToken(row); }, "SELECT * FROM tokens WHERE hash = ?", hash));
    return found;
  }

  absl::StatusOr<std::vector<TokenRecord>> ListTokens() override {
    std::vector<TokenRecord> tokens;
    RETURN_IF_ERROR(Select([&](sqlite3_stmt* row) { tokens.push_back(ReadToken(row)); },
                           "SELECT * FROM tokens ORDER BY created_at, id"));
    return tokens;
  }

  absl::Status RevokeToken(std::string_view id, int64_t now_ms) override {
    RETURN_IF_ERROR(
        Run("UPDATE tokens SET revoked_at = CASE revoked_at WHEN 0 THEN ? ELSE revoked_at END "
            "WHERE id = ?",
            now_ms, id));
    return sqlite3_changes(db_) > 0 ? absl::OkStatus()
                                    : absl::NotFoundError(Concat("token ", Quoted(id, 80), " is unknown"));
  }

  absl::Status CreateRun(const RunRecord& run) override {
    const absl::Status status =
        Run("INSERT INTO runs (id, namespace, request_id, finished, created_at, data) VALUES (?,?,NULLIF(?,''),?,?,?)",
            run.run_id, run.name_space, run.request_id, run.finished ? 1 : 0, run.created_at_ms, Blob{run.data});
    return absl::IsAlreadyExists(status)
               ? absl::AlreadyExistsError(Concat("request ", Quoted(run.request_id, 80), " is known"))
               : status;
  }

  absl::StatusOr<std::optional<std::string>> FindRequest(std::string_view request_id) override {
    return SelectText("SELECT id FROM runs WHERE request_id = ?", request_id);
  }

  absl::Status UpdateRun(const RunRecord& run, const Owner& owner) override {
    RETURN_IF_ERROR(Run("UPDATE runs SET finished = ?, data = ? WHERE id = ? AND owner = ? AND epoch = ?",
                        run.finished ? 1 : 0, Blob{run.data}, run.run_id, owner.node,
                        static_cast<int64_t>(owner.epoch)));
    return Fenced(run.run_id);
  }

  absl::StatusOr<RunRecord> GetRun(std::string_view run_id) override {
    std::optional<RunRecord> found;
    RETURN_IF_ERROR(Select([&](sqlite3_stmt* row) { found = ReadRun(row); },
                           "SELECT id, namespace, request_id, finished, created_at, data FROM runs WHERE id = ?",
                           run_id));
    if (!found.has_value()) {
      return absl::NotFoundError(Concat("run ", Quoted(run_id, 80), " is unknown"));
    }
    return *std::move(found);
  }

  absl::StatusOr<std::vector<RunRecord>> ListRuns(std::string_view name_space, uint32_t limit,
                                                  uint32_t offset) override {
    std::vector<RunRecord> runs;
    RETURN_IF_ERROR(Select([&](sqlite3_stmt* row) { runs.push_back(ReadRun(row)); },
                           "SELECT id, namespace, request_id, finished, created_at, data FROM runs "
                           "WHERE ?1 = '' OR namespace = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2 OFFSET ?3",
                           name_space, int64_t{limit}, int64_t{offset}));
    return runs;
  }

  absl::StatusOr<std::vector<std::pair<RunRecord, Owner>>> ClaimRuns(std::string_view node, int64_t lease_ms,
                                                                     uint32_t limit) override {
    std::vector<std::pair<RunRecord, Owner>> claimed;
    const int64_t now = WallClockMillis();
    const absl::Status status = InTransaction([&]() -> absl::Status {
      const auto take = [&](sqlite3_stmt* row) {
        claimed.emplace_back(ReadRun(row),
                             Owner{std::string(node), static_cast<uint64_t>(sqlite3_column_int64(row, 6)) + 1});
      };
      // Those whose owner is gone first: they may be running. The plus keeps SQLite from walking all runs, finished
      // ones too, in order of age, in place of the few that are claimed.
      RETURN_IF_ERROR(Select(take,
                             "SELECT id, namespace, request_id, finished, created_at, data, epoch FROM runs "
                             "WHERE finished = 0 AND owner <> '' AND owned_until <= ? ORDER BY +created_at, id LIMIT ?",
                             now, int64_t{limit}));
      RETURN_IF_ERROR(Select(take,
                             "SELECT id, namespace, request_id, finished, created_at, data, epoch FROM runs "
                             "WHERE finished = 0 AND owner = '' ORDER BY created_at, id LIMIT ?",
                             static_cast<int64_t>(limit - claimed.size())));
      for (const auto& [run, owner] : claimed) {
        RETURN_IF_ERROR(Run("UPDATE runs SET owner = ?, epoch = ?, owned_until = ? WHERE id = ?", owner.node,
                            static_cast<int64_t>(owner.epoch), now + lease_ms, run.run_id));
      }
      return absl::OkStatus();
    });
    if (!status.ok()) {
      return status;
    }
    return claimed;
  }

  absl::StatusOr<std::vector<std::string>> RenewLeases(std::string_view node, std::span<const std::string> run_ids,
                                                       int64_t lease_ms) override {
    std::vector<std::string> owned;
    const absl::Status status = InTransaction([&]() -> absl::Status {
      for (const std::string& run_id : run_ids) {
        RETURN_IF_ERROR(Select([&](sqlite3_stmt* row) { owned.push_back(Text(row, 0)); },
                               "UPDATE runs SET owned_until = ? WHERE id = ? AND owner = ? AND owner <> '' AND "
                               "finished = 0 RETURNING id",
                               WallClockMillis() + lease_ms, run_id, node));
      }
      return absl::OkStatus();
    });
    if (!status.ok()) {
      return status;
    }
    return owned;
  }

  absl::Status ReleaseLeases(std::string_view node) override {
    return Run("UPDATE runs SET owned_until = 0 WHERE owner = ? AND owner <> '' AND finished = 0", node);
  }

  absl::Status PutArchive(std::string_view hash, std::string_view data) override {
    return Run("INSERT OR IGNORE INTO archives VALUES (?,?)", hash, Blob{data});
  }

  absl::StatusOr<std::string> GetArchive(std::string_view hash) override {
    ASSIGN_OR_RETURN(std::optional<std::string> data, SelectText("SELECT data FROM archives WHERE hash = ?", hash));
    if (!data.has_value()) {
      return absl::NotFoundError(Concat("archive ", Quoted(hash, 80), " is unknown"));
    }
    return *std::move(data);
  }

  absl::Status AppendWindows(std::span<const WindowRecord> windows, const Owner& owner) override {
    RETURN_IF_ERROR(CheckOneRun(windows));
    if (windows.empty()) {
      return absl::OkStatus();
    }
    return InTransaction([&]() -> absl::Status {
      RETURN_IF_ERROR(CheckOwner(windows.front().run_id, owner));
      for (const WindowRecord& window : windows) {
        RETURN_IF_ERROR(
            Run("INSERT OR IGNORE INTO windows (run_id, assignment, first_seq, last_seq, data) "
                "VALUES (?,?,?,?,?)",
                window.run_id, int64_t{window.assignment}, static_cast<int64_t>(window.first_seq),
                static_cast<int64_t>(window.last_seq), Blob{window.data}));
      }
      return absl::OkStatus();
    });
  }

  absl::StatusOr<std::vector<WindowRecord>> LoadWindows(std::string_view run_id) override {
    std::vector<WindowRecord> windows;
    RETURN_IF_ERROR(Select(
        [&](sqlite3_stmt* row) {
          windows.push_back({std::string(run_id), static_cast<uint32_t>(sqlite3_column_int64(row, 0)),
                             static_cast<uint64_t>(sqlite3_column_int64(row, 1)),
                             static_cast<uint64_t>(sqlite3_column_int64(row, 2)), Text(row, 3)});
        },
        "SELECT assignment, first_seq, last_seq, data FROM windows WHERE run_id = ? ORDER BY number", run_id));
    return windows;
  }

  absl::Status PutSnapshot(std::string_view run_id, std::string_view data, const Owner& owner) override {
    return InTransaction([&]() -> absl::Status {
      RETURN_IF_ERROR(CheckOwner(run_id, owner));
      RETURN_IF_ERROR(Run("INSERT OR REPLACE INTO snapshots VALUES (?,?)", run_id, Blob{data}));
      return Run("DELETE FROM windows WHERE run_id = ?", run_id);
    });
  }

  absl::StatusOr<std::optional<std::string>> GetSnapshot(std::string_view run_id) override {
    return SelectText("SELECT data FROM snapshots WHERE run_id = ?", run_id);
  }

  absl::Status FinishRun(const RunRecord& run, std::string_view report, const Owner& owner) override {
    return InTransaction([&]() -> absl::Status {
      RETURN_IF_ERROR(UpdateRun(run, owner));
      RETURN_IF_ERROR(Run("UPDATE runs SET report = ? WHERE id = ?", Blob{report}, run.run_id));
      RETURN_IF_ERROR(Run("DELETE FROM windows WHERE run_id = ?", run.run_id));
      return Run("DELETE FROM snapshots WHERE run_id = ?", run.run_id);
    });
  }

  absl::StatusOr<std::optional<std::string>> GetReport(std::string_view run_id) override {
    return SelectText("SELECT report FROM runs WHERE id = ? AND report IS NOT NULL", run_id);
  }

 private:
  struct Blob {
    std::string_view data;
  };

  absl::Status Error() const {
    const int code = sqlite3_errcode(db_) & 0xFF;
    std::string message = Concat("store ", Quoted(path_, 400), ": ", sqlite3_errmsg(db_));
    switch (code) {
      case SQLITE_CORRUPT:
      case SQLITE_NOTADB:
        return absl::DataLossError(message);
      case SQLITE_CONSTRAINT:
        return absl::AlreadyExistsError(message);
      case SQLITE_FULL:
      case SQLITE_IOERR:
      case SQLITE_READONLY:
      case SQLITE_CANTOPEN:
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
      case SQLITE_PERM:
      case SQLITE_NOMEM:
        return absl::UnavailableError(message);
      default:
        return absl::InternalError(message);
    }
  }

  absl::Status Exec(const char* sql) {
    RETURN_IF_ERROR(batch_error_);
    return sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK ? absl::OkStatus() : NoteEndOfBatch(Error());
  }

  absl::StatusOr<int> StoredVersion() {
    RETURN_IF_ERROR(Exec("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)"));
    int version = 0;
    RETURN_IF_ERROR(
        Select([&](sqlite3_stmt* row) { version = sqlite3_column_int(row, 0); }, "SELECT version FROM schema_version"));
    return version;
  }

  absl::Status Migrate() {
    return InTransaction([&]() -> absl::Status {
      ASSIGN_OR_RETURN(const int stored, StoredVersion());
      if (stored > kSchemaVersion) {
        return absl::FailedPreconditionError(Concat("store ", Quoted(path_, 400), ": its tables are of version ",
                                                    stored, ", this program knows up to ", kSchemaVersion));
      }
      if (stored == kSchemaVersion) {
        return absl::OkStatus();  // without a write: `token list` works on a full disk
      }
      for (int version = stored; version < kSchemaVersion; ++version) {
        RETURN_IF_ERROR(Exec(kMigrations[version]));
      }
      RETURN_IF_ERROR(Run("DELETE FROM schema_version"));
      return Run("INSERT INTO schema_version VALUES (?)", int64_t{kSchemaVersion});
    });
  }

  template <typename Body>
  absl::Status InTransaction(Body body) {
    RETURN_IF_ERROR(Exec(in_batch_ ? "SAVEPOINT call" : "BEGIN IMMEDIATE"));
    absl::Status status = body();
    if (status.ok()) {
      status = Exec(in_batch_ ? "RELEASE call" : "COMMIT");
    }
    if (!status.ok()) {
      sqlite3_exec(db_, in_batch_ ? "ROLLBACK TO call; RELEASE call" : "ROLLBACK", nullptr, nullptr, nullptr);
    }
    return status;
  }

  // A disk that is full, or cannot be written, may end the whole transaction of a batch. What came after would be
  // stored at once then, though the batch fails.
  absl::Status NoteEndOfBatch(const absl::Status& why) {
    if (in_batch_ && batch_error_.ok() && sqlite3_get_autocommit(db_) != 0) {
      batch_error_ = why;
    }
    return why;
  }

  absl::Status CheckOwner(std::string_view run_id, const Owner& owner) {
    bool owns = false;
    RETURN_IF_ERROR(Select([&](sqlite3_stmt*) { owns = true; },
                           "SELECT 1 FROM runs WHERE id = ? AND owner = ? AND epoch = ? AND finished = 0", run_id,
                           owner.node, static_cast<int64_t>(owner.epoch)));
    return owns ? absl::OkStatus() : NotOwner(run_id);
  }
  absl::Status Fenced(std::string_view run_id) const {
    return sqlite3_changes(db_) > 0 ? absl::OkStatus() : NotOwner(run_id);
  }
  static absl::Status NotOwner(std::string_view run_id) {
    return absl::AbortedError(Concat("run ", Quoted(run_id, 80), " belongs to another owner by now"));
  }

  // Statements are prepared once; their texts are literals.
  absl::StatusOr<sqlite3_stmt*> Prepare(const char* sql) {
    sqlite3_stmt*& statement = statements_[sql];
    if (statement == nullptr &&
        sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
      return Error();
    }
    return statement;
  }

  static int Bind(sqlite3_stmt* s, int i, int64_t value) { return sqlite3_bind_int64(s, i, value); }
  static int Bind(sqlite3_stmt* s, int i, int value) { return sqlite3_bind_int(s, i, value); }
  static int Bind(sqlite3_stmt* s, int i, std::string_view text) {
    return sqlite3_bind_text(s, i, text.data() == nullptr ? "" : text.data(), static_cast<int>(text.size()),
                             SQLITE_STATIC);
  }
  static int Bind(sqlite3_stmt* s, int i, const Blob& blob) {
    return sqlite3_bind_blob64(s, i, blob.data.data() == nullptr ? "" : blob.data.data(), blob.data.size(),
                               SQLITE_STATIC);
  }

  template <typename... Values>
  absl::Status Run(const char* sql, const Values&... values) {
    return Select([](sqlite3_stmt*) {}, sql, values...);
  }

  template <typename Row, typename... Values>
  absl::Status Select(Row row, const char* sql, const Values&... values) {
    RETURN_IF_ERROR(batch_error_);
    ASSIGN_OR_RETURN(sqlite3_stmt * statement, Prepare(sql));
    int index = 0;
    const bool bound = (true && ... && (Bind(statement, ++index, values) == SQLITE_OK));
    int result = bound ? SQLITE_ROW : SQLITE_ERROR;
    while (bound && (result = sqlite3_step(statement)) == SQLITE_ROW) {
      row(statement);
    }
    absl::Status status = result == SQLITE_DONE ? absl::OkStatus() : NoteEndOfBatch(Error());
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return status;
  }

  template <typename... Values>
  absl::StatusOr<std::optional<std::string>> SelectText(const char* sql, const Values&... values) {
    std::optional<std::string> found;
    RETURN_IF_ERROR(Select([&](sqlite3_stmt* row) { found = Text(row, 0); }, sql, values...));
    return found;
  }

  static std::string Text(sqlite3_stmt* row, int column) {
    const void* data = sqlite3_column_blob(row, column);
    return data == nullptr
               ? std::string()
               : std::string(static_cast<const char*>(data), static_cast<size_t>(sqlite3_column_bytes(row, column)));
  }

  static TokenRecord ReadToken(sqlite3_stmt* row) {
    TokenRecord token;
    token.id = Text(row, 0);
    token.type = sqlite3_column_int(row, 1) == 1 ? TokenType::kRunner : TokenType::kUser;
    token.name = Text(row, 2);
    token.hash = Text(row, 3);
    token.name_space = Text(row, 4);
    token.created_at_ms = sqlite3_column_int64(row, 5);
    token.expires_at_ms = sqlite3_column_int64(row, 6);
    token.revoked_at_ms = sqlite3_column_int64(row, 7);
    return token;
  }

  static RunRecord ReadRun(sqlite3_stmt* row) {
    RunRecord run;
    run.run_id = Text(row, 0);
    run.name_space = Text(row, 1);
    run.request_id = Text(row, 2);
    run.finished = sqlite3_column_int(row, 3) != 0;
    run.created_at_ms = sqlite3_column_int64(row, 4);
    run.data = Text(row, 5);
    return run;
  }

  std::string path_;
  sqlite3* db_ = nullptr;
  std::map<const char*, sqlite3_stmt*> statements_;
  bool in_batch_ = false;
  absl::Status batch_error_;  // what ended the transaction of the batch that is on
};

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const std::string& path) {
  auto store = std::make_unique<SqliteStore>();
  RETURN_IF_ERROR(store->Open(path));
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace mockarty
