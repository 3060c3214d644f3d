// Store on PostgreSQL: many coordinators share it. Leases go by the database's clock, the only one that all share.
#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "coordinator/store/postgres_connection.h"
#include "coordinator/store/store.h"

namespace mockarty {
namespace {

// The tables, version by version; what has been released is never changed. One statement a line of the list. The
// collation makes identifiers sort by bytes, as in the other store, whatever the database's language is.
constexpr const char* kVersion1[] = {
    R"(CREATE TABLE mockarty_tokens (
         id TEXT PRIMARY KEY, runner BOOLEAN NOT NULL, name TEXT NOT NULL, hash TEXT NOT NULL UNIQUE,
         namespace TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, revoked_at BIGINT NOT NULL))",
    R"(CREATE TABLE mockarty_runs (
         id TEXT COLLATE "C" PRIMARY KEY, namespace TEXT NOT NULL, request_id TEXT UNIQUE, finished BOOLEAN NOT NULL,
         created_at BIGINT NOT NULL, data BYTEA NOT NULL, owner TEXT NOT NULL DEFAULT '',
         epoch BIGINT NOT NULL DEFAULT 0, owned_until TIMESTAMPTZ NOT NULL DEFAULT '-infinity', report BYTEA))",
    "CREATE INDEX mockarty_runs_unclaimed ON mockarty_runs (created_at, id) WHERE NOT finished AND owner = ''",
    "CREATE INDEX mockarty_runs_claimed ON mockarty_runs (owner, owned_until) WHERE NOT finished AND owner <> ''",
    "CREATE INDEX mockarty_runs_by_age ON mockarty_runs (created_at, id)",
    "CREATE TABLE mockarty_archives (hash TEXT PRIMARY KEY, data BYTEA NOT NULL)",
    R"(CREATE TABLE mockarty_windows (
         number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run_id TEXT NOT NULL, assignment BIGINT NOT NULL,
         first_seq BIGINT NOT NULL, last_seq BIGINT NOT NULL, data BYTEA NOT NULL,
         UNIQUE (run_id, assignment, first_seq, last_seq)))",
    "CREATE TABLE mockarty_snapshots (run_id TEXT PRIMARY KEY, data BYTEA NOT NULL)",
};
// Version 1 let a former owner write to the journal of a run that was over.
constexpr const char* kVersion2[] = {
    "CREATE INDEX mockarty_runs_expiring ON mockarty_runs (owned_until) WHERE NOT finished AND owner <> ''",
    R"(DELETE FROM mockarty_windows AS w
       WHERE NOT EXISTS (SELECT 1 FROM mockarty_runs AS r WHERE r.id = w.run_id AND NOT r.finished))",
    R"(DELETE FROM mockarty_snapshots AS s
       WHERE NOT EXISTS (SELECT 1 FROM mockarty_runs AS r WHERE r.id = s.run_id AND NOT r.finished))",
};
constexpr std::span<const char* const> kMigrations[] = {kVersion1, kVersion2};
constexpr auto kSchemaVersion = static_cast<int64_t>(std::size(kMigrations));

// Two coordinators that start at once take turns with the tables. The number is arbitrary.
constexpr const char* kMigrationLock = "SELECT pg_advisory_xact_lock(7237128145906)";

constexpr std::string_view kTokenColumns =
    "SELECT id, runner, name, hash, namespace, created_at, expires_at, revoked_at FROM mockarty_tokens ";
constexpr std::string_view kRunColumns =
    "SELECT id, namespace, COALESCE(request_id, ''), finished, created_at, data FROM mockarty_runs ";

// Those whose owner is gone, or those without one; $3 of them at most. Rows in another coordinator's hands are passed
// over instead of waited for.
constexpr std::string_view kClaimHead = "WITH picked AS MATERIALIZED (SELECT id FROM mockarty_runs WHERE NOT finished ";
// statement_timestamp(), because it can be looked for in an index, and a sum for the order, so that not all runs,
// finished ones too, are walked by age in place of the few that are claimed.
constexpr std::string_view kExpired =
    "AND owner <> '' AND owned_until <= statement_timestamp() ORDER BY created_at + 0, id ";
constexpr std::string_view kUnclaimed = "AND owner = '' ORDER BY created_at, id ";
constexpr std::string_view kClaimTail =
    R"(LIMIT $3 FOR UPDATE SKIP LOCKED)
       UPDATE mockarty_runs AS r SET owner = $1, epoch = r.epoch + 1,
         owned_until = clock_timestamp() + $2 * interval '1 millisecond'
       FROM picked WHERE r.id = picked.id
       RETURNING r.id, r.namespace, COALESCE(r.request_id, ''), r.finished, r.created_at, r.data, r.epoch)";

// Of one INSERT: well below the 65,535 parameters of a statement.
constexpr size_t kWindowsPerInsert = 500;

using Claimed = std::vector<std::pair<RunRecord, Owner>>;

class PostgresStore final : public Store {
 public:
  explicit PostgresStore(std::unique_ptr<PgConnection> connection) : db_(std::move(connection)) {}

  absl::Status Migrate() {
    return db_->InTransaction([&]() -> absl::Status {
      RETURN_IF_ERROR(Do(kMigrationLock));
      RETURN_IF_ERROR(Do("CREATE TABLE IF NOT EXISTS mockarty_schema_version (version BIGINT NOT NULL)"));
      ASSIGN_OR_RETURN(const PgRows rows, db_->Query("SELECT version FROM mockarty_schema_version"));
      const int64_t stored = rows.size() == 0 ? 0 : rows.Int(0, 0);
      if (stored > kSchemaVersion) {
        return absl::FailedPreconditionError(Concat("store PostgreSQL: its tables are of version ", stored,
                                                    ", this program knows up to ", kSchemaVersion));
      }
      if (stored == kSchemaVersion) return absl::OkStatus();
      for (auto version = static_cast<size_t>(stored); version < std::size(kMigrations); ++version) {
        for (const char* sql : kMigrations[version]) RETURN_IF_ERROR(Do(sql));
      }
      RETURN_IF_ERROR(Do("DELETE FROM mockarty_schema_version"));
      return Do("INSERT INTO mockarty_schema_version VALUES ($1)", {PgValue::Int(kSchemaVersion)});
    });
  }

  absl::Status BeginBatch() override { return db_->BeginBatch(); }
  absl::Status EndBatch() override { return db_->EndBatch(); }

  absl::Status CheckWritable() override {
    return Change("UPDATE mockarty_schema_version SET version = version", {}).status();
  }

  absl::Status PutToken(const TokenRecord& token) override {
    return Change("INSERT INTO mockarty_tokens VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                  {PgValue::Text(token.id), PgValue::Bool(token.type == TokenType::kRunner), PgValue::Text(token.name),
                   PgValue::Text(token.hash), PgValue::Text(token.name_space), PgValue::Int(token.created_at_ms),
                   PgValue::Int(token.expires_at_ms), PgValue::Int(token.revoked_at_ms)})
        .status();
  }

  absl::StatusOr<std::optional<TokenRecord>> FindToken(std::string_view hash) override {
    ASSIGN_OR_RETURN(const PgRows rows, db_->Query(Concat(kTokenColumns, "WHERE hash = $1"), {PgValue::Text(hash)}));
    return rows.size() == 0 ? std::nullopt : std::optional<TokenRecord>(ReadToken(rows, 0));
  }

  absl::StatusOr<std::vector<TokenRecord>> ListTokens() override {
    ASSIGN_OR_RETURN(const PgRows rows, db_->Query(Concat(kTokenColumns, "ORDER BY created_at, id")));
    std::vector<TokenRecord> tokens;
    tokens.reserve(static_cast<size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) tokens.push_back(ReadToken(rows, row));
    return tokens;
  }

  absl::Status RevokeToken(std::string_view id, int64_t now_ms) override {
    ASSIGN_OR_RETURN(
        const int64_t changed,
        Change("UPDATE mockarty_tokens SET revoked_at = CASE revoked_at WHEN 0 THEN $1 ELSE revoked_at END "
               "WHERE id = $2",
               {PgValue::Int(now_ms), PgValue::Text(id)}));
    return changed > 0 ? absl::OkStatus() : absl::NotFoundError(Concat("token ", Quoted(id, 80), " is unknown"));
  }

  absl::Status CreateRun(const RunRecord& run) override {
    const absl::Status status =
        Change(
            "INSERT INTO mockarty_runs (id, namespace, request_id, finished, created_at, data) "
            "VALUES ($1, $2, NULLIF($3, ''), $4, $5, $6)",
            {PgValue::Text(run.run_id), PgValue::Text(run.name_space), PgValue::Text(run.request_id),
             PgValue::Bool(run.finished), PgValue::Int(run.created_at_ms), PgValue::Bytes(run.data)})
            .status();
    return absl::IsAlreadyExists(status)
               ? absl::AlreadyExistsError(Concat("request ", Quoted(run.request_id, 80), " is known"))
               : status;
  }

  absl::StatusOr<std::optional<std::string>> FindRequest(std::string_view request_id) override {
    return Find("SELECT id FROM mockarty_runs WHERE request_id = $1", request_id);
  }

  absl::Status UpdateRun(const RunRecord& run, const Owner& owner) override {
    return db_->InTransaction([&] { return UpdateOwned(run, owner); });
  }

  absl::StatusOr<RunRecord> GetRun(std::string_view run_id) override {
    ASSIGN_OR_RETURN(const PgRows rows, db_->Query(Concat(kRunColumns, "WHERE id = $1"), {PgValue::Text(run_id)}));
    if (rows.size() == 0) return absl::NotFoundError(Concat("run ", Quoted(run_id, 80), " is unknown"));
    return ReadRun(rows, 0);
  }

  absl::StatusOr<std::vector<RunRecord>> ListRuns(std::string_view name_space, uint32_t limit,
                                                  uint32_t offset) override {
    ASSIGN_OR_RETURN(const PgRows rows,
                     db_->Query(Concat(kRunColumns, "WHERE $1 = '' OR namespace = $1 ",
                                       "ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3"),
                                {PgValue::Text(name_space), PgValue::Int(limit), PgValue::Int(offset)}));
    std::vector<RunRecord> runs;
    runs.reserve(static_cast<size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) runs.push_back(ReadRun(rows, row));
    return runs;
  }

  absl::StatusOr<Claimed> ClaimRuns(std::string_view node, int64_t lease_ms, uint32_t limit) override {
    Claimed claimed;
    const absl::Status status = db_->InTransaction([&]() -> absl::Status {
      claimed.clear();  // the transaction may run a second time
      RETURN_IF_ERROR(Claim(kExpired, node, lease_ms, limit, claimed));
      return Claim(kUnclaimed, node, lease_ms, limit, claimed);
    });
    if (!status.ok()) return status;
    return claimed;
  }

  absl::StatusOr<std::vector<std::string>> RenewLeases(std::string_view node, std::span<const std::string> run_ids,
                                                       int64_t lease_ms) override {
    std::vector<std::string> owned;
    RETURN_IF_ERROR(db_->InTransaction([&]() -> absl::Status {
      ASSIGN_OR_RETURN(
          const PgRows rows,
          db_->Query("UPDATE mockarty_runs SET owned_until = clock_timestamp() + $2 * interval '1 millisecond' "
                     "WHERE id = ANY($3) AND owner = $1 AND owner <> '' AND NOT finished RETURNING id",
                     {PgValue::Text(node), PgValue::Int(lease_ms), PgValue::Texts(run_ids)}));
      owned.clear();
      owned.reserve(static_cast<size_t>(rows.size()));
      for (int row = 0; row < rows.size(); ++row) owned.push_back(rows.Text(row, 0));
      return absl::OkStatus();
    }));
    return owned;
  }

  absl::Status ReleaseLeases(std::string_view node) override {
    return Change(
               "UPDATE mockarty_runs SET owned_until = '-infinity' "
               "WHERE owner = $1 AND owner <> '' AND NOT finished",
               {PgValue::Text(node)})
        .status();
  }

  absl::Status PutArchive(std::string_view hash, std::string_view data) override {
    return Change("INSERT INTO mockarty_archives VALUES ($1, $2) ON CONFLICT DO NOTHING",
                  {PgValue::Text(hash), PgValue::Bytes(data)})
        .status();
  }

  absl::StatusOr<std::string> GetArchive(std::string_view hash) override {
    ASSIGN_OR_RETURN(std::optional<std::string> data, Find("SELECT data FROM mockarty_archives WHERE hash = $1", hash));
    if (!data.has_value()) return absl::NotFoundError(Concat("archive ", Quoted(hash, 80), " is unknown"));
    return *std::move(data);
  }

  absl::Status AppendWindows(std::span<const WindowRecord> windows, const Owner& owner) override {
    RETURN_IF_ERROR(CheckOneRun(windows));
    if (windows.empty()) return absl::OkStatus();
    return db_->InTransaction([&]() -> absl::Status {
      RETURN_IF_ERROR(LockOwned(windows.front().run_id, owner));
      for (size_t first = 0; first < windows.size(); first += kWindowsPerInsert) {
        RETURN_IF_ERROR(Append(windows.subspan(first, std::min(kWindowsPerInsert, windows.size() - first))));
      }
      return absl::OkStatus();
    });
  }

  absl::StatusOr<std::vector<WindowRecord>> LoadWindows(std::string_view run_id) override {
    ASSIGN_OR_RETURN(const PgRows rows,
                     db_->Query("SELECT assignment, first_seq, last_seq, data FROM mockarty_windows WHERE run_id = $1 "
                                "ORDER BY number",
                                {PgValue::Text(run_id)}));
    std::vector<WindowRecord> windows;
    windows.reserve(static_cast<size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) {
      windows.push_back({std::string(run_id), static_cast<uint32_t>(rows.Int(row, 0)),
                         static_cast<uint64_t>(rows.Int(row, 1)), static_cast<uint64_t>(rows.Int(row, 2)),
                         rows.Text(row, 3)});
    }
    return windows;
  }

  absl::Status PutSnapshot(std::string_view run_id, std::string_view data, const Owner& owner) override {
    return db_->InTransaction([&]() -> absl::Status {
      RETURN_IF_ERROR(LockOwned(run_id, owner));
      RETURN_IF_ERROR(
          Do("INSERT INTO mockarty_snapshots VALUES ($1, $2) ON CONFLICT (run_id) DO UPDATE SET data = EXCLUDED.data",
             {PgValue::Text(run_id), PgValue::Bytes(data)}));
      return Do("DELETE FROM mockarty_windows WHERE run_id = $1", {PgValue::Text(run_id)});
    });
  }

  absl::StatusOr<std::optional<std::string>> GetSnapshot(std::string_view run_id) override {
    return Find("SELECT data FROM mockarty_snapshots WHERE run_id = $1", run_id);
  }

  absl::Status FinishRun(const RunRecord& run, std::string_view report, const Owner& owner) override {
    return db_->InTransaction([&]() -> absl::Status {
      RETURN_IF_ERROR(UpdateOwned(run, owner));
      const PgValue id = PgValue::Text(run.run_id);
      RETURN_IF_ERROR(Do("UPDATE mockarty_runs SET report = $1 WHERE id = $2", {PgValue::Bytes(report), id}));
      RETURN_IF_ERROR(Do("DELETE FROM mockarty_windows WHERE run_id = $1", {id}));
      return Do("DELETE FROM mockarty_snapshots WHERE run_id = $1", {id});
    });
  }

  absl::StatusOr<std::optional<std::string>> GetReport(std::string_view run_id) override {
    return Find("SELECT report FROM mockarty_runs WHERE id = $1 AND report IS NOT NULL", run_id);
  }

 private:
  static PgValue Epoch(const Owner& owner) { return PgValue::Int(static_cast<int64_t>(owner.epoch)); }
  static absl::Status NotOwner(std::string_view run_id) {
    return absl::AbortedError(Concat("run ", Quoted(run_id, 80), " belongs to another owner by now"));
  }

  absl::Status Do(const std::string& sql, const std::vector<PgValue>& values = {}) {
    return db_->Query(sql, values).status();
  }

  // A change of one statement; how many rows it changed.
  absl::StatusOr<int64_t> Change(const std::string& sql, const std::vector<PgValue>& values) {
    int64_t changed = 0;
    RETURN_IF_ERROR(db_->InTransaction([&]() -> absl::Status {
      ASSIGN_OR_RETURN(const PgRows rows, db_->Query(sql, values));
      changed = rows.changed();
      return absl::OkStatus();
    }));
    return changed;
  }

  absl::StatusOr<std::optional<std::string>> Find(const std::string& sql, std::string_view key) {
    ASSIGN_OR_RETURN(const PgRows rows, db_->Query(sql, {PgValue::Text(key)}));
    return rows.size() == 0 ? std::nullopt : std::optional<std::string>(rows.Text(0, 0));
  }

  // The row stays locked to the end of the transaction: nobody takes the run over in between.
  absl::Status LockOwned(std::string_view run_id, const Owner& owner) {
    ASSIGN_OR_RETURN(const PgRows owned,
                     db_->Query("SELECT id FROM mockarty_runs WHERE id = $1 AND owner = $2 AND epoch = $3 AND "
                                "NOT finished FOR UPDATE",
                                {PgValue::Text(run_id), PgValue::Text(owner.node), Epoch(owner)}));
    return owned.size() > 0 ? absl::OkStatus() : NotOwner(run_id);
  }

  absl::Status UpdateOwned(const RunRecord& run, const Owner& owner) {
    ASSIGN_OR_RETURN(const PgRows rows,
                     db_->Query("UPDATE mockarty_runs SET finished = $1, data = $2 "
                                "WHERE id = $3 AND owner = $4 AND epoch = $5",
                                {PgValue::Bool(run.finished), PgValue::Bytes(run.data), PgValue::Text(run.run_id),
                                 PgValue::Text(owner.node), Epoch(owner)}));
    return rows.changed() > 0 ? absl::OkStatus() : NotOwner(run.run_id);
  }

  absl::Status Claim(std::string_view which, std::string_view node, int64_t lease_ms, uint32_t limit,
                     Claimed& claimed) {
    const size_t first = claimed.size();
    ASSIGN_OR_RETURN(const PgRows rows, db_->Query(Concat(kClaimHead, which, kClaimTail),
                                                   {PgValue::Text(node), PgValue::Int(lease_ms),
                                                    PgValue::Int(static_cast<int64_t>(limit - first))}));
    for (int row = 0; row < rows.size(); ++row) {
      claimed.emplace_back(ReadRun(rows, row), Owner{std::string(node), static_cast<uint64_t>(rows.Int(row, 6))});
    }
    std::sort(claimed.begin() + static_cast<ptrdiff_t>(first), claimed.end(), [](const auto& a, const auto& b) {
      return std::tie(a.first.created_at_ms, a.first.run_id) < std::tie(b.first.created_at_ms, b.first.run_id);
    });
    return absl::OkStatus();
  }

  absl::Status Append(std::span<const WindowRecord> windows) {
    std::string sql = "INSERT INTO mockarty_windows (run_id, assignment, first_seq, last_seq, data) VALUES ";
    std::vector<PgValue> values;
    for (const WindowRecord& window : windows) {
      const size_t n = values.size();
      sql += Concat(n == 0 ? "(" : ", (", "$", n + 1, ", $", n + 2, ", $", n + 3, ", $", n + 4, ", $", n + 5, ")");
      values.push_back(PgValue::Text(window.run_id));
      values.push_back(PgValue::Int(window.assignment));
      values.push_back(PgValue::Int(static_cast<int64_t>(window.first_seq)));
      values.push_back(PgValue::Int(static_cast<int64_t>(window.last_seq)));
      values.push_back(PgValue::Bytes(window.data));
    }
    return Do(Concat(sql, " ON CONFLICT DO NOTHING"), values);
  }

  static TokenRecord ReadToken(const PgRows& rows, int row) {
    TokenRecord token;
    token.id = rows.Text(row, 0);
    token.type = rows.Bool(row, 1) ? TokenType::kRunner : TokenType::kUser;
    token.name = rows.Text(row, 2);
    token.hash = rows.Text(row, 3);
    token.name_space = rows.Text(row, 4);
    token.created_at_ms = rows.Int(row, 5);
    token.expires_at_ms = rows.Int(row, 6);
    token.revoked_at_ms = rows.Int(row, 7);
    return token;
  }

  static RunRecord ReadRun(const PgRows& rows, int row) {
    RunRecord run;
    run.run_id = rows.Text(row, 0);
    run.name_space = rows.Text(row, 1);
    run.request_id = rows.Text(row, 2);
    run.finished = rows.Bool(row, 3);
    run.created_at_ms = rows.Int(row, 4);
    run.data = rows.Text(row, 5);
    return run;
  }

  const std::unique_ptr<PgConnection> db_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenPostgresStore(const std::string& dsn) {
  ASSIGN_OR_RETURN(std::unique_ptr<PgConnection> connection, PgConnection::Create(dsn));
  auto store = std::make_unique<PostgresStore>(std::move(connection));
  RETURN_IF_ERROR(store->Migrate());
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace mockarty
