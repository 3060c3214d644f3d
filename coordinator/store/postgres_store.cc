#include <libpq-fe.h>

#include <charconv>
#include <memory>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"
#include "coordinator/store/store.h"

namespace mockarty {
namespace {

// The tables, version by version; what has been released is never changed.
constexpr const char* kMigrations[] = {
    R"(
CREATE TABLE mockarty_tokens (id TEXT PRIMARY KEY, type INTEGER NOT NULL, name TEXT NOT NULL, hash TEXT NOT NULL UNIQUE,
  namespace TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, revoked_at BIGINT NOT NULL);
CREATE TABLE mockarty_runs (id TEXT PRIMARY KEY, namespace TEXT NOT NULL, request_id TEXT UNIQUE,
  finished BOOLEAN NOT NULL, created_at BIGINT NOT NULL, data BYTEA NOT NULL, owner TEXT NOT NULL DEFAULT '',
  epoch BIGINT NOT NULL DEFAULT 0, owned_until TIMESTAMPTZ NOT NULL DEFAULT '-infinity', report BYTEA);
CREATE INDEX mockarty_runs_open ON mockarty_runs (created_at, id) WHERE NOT finished;
CREATE INDEX mockarty_runs_owned ON mockarty_runs (owner) WHERE NOT finished;
CREATE INDEX mockarty_runs_by_age ON mockarty_runs (created_at);
CREATE TABLE mockarty_archives (hash TEXT PRIMARY KEY, data BYTEA NOT NULL);
CREATE TABLE mockarty_windows (number BIGSERIAL PRIMARY KEY, run_id TEXT NOT NULL, assignment BIGINT NOT NULL,
  first_seq BIGINT NOT NULL, last_seq BIGINT NOT NULL, data BYTEA NOT NULL,
  UNIQUE (run_id, assignment, first_seq, last_seq));
CREATE TABLE mockarty_snapshots (run_id TEXT PRIMARY KEY, data BYTEA NOT NULL);
)",
};
constexpr int kSchemaVersion = static_cast<int>(std::size(kMigrations));
// Of this program's own choosing: no two migrations at once.
constexpr const char* kMigrationLock = "SELECT pg_advisory_xact_lock(7263094021)";

constexpr char kRunColumns[] = "id, namespace, COALESCE(request_id, ''), finished, created_at, data";

struct FreeResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, FreeResult>;

// One parameter of a statement. Borrows its text.
class Parameter {
 public:
  Parameter(std::string_view text) : data_(text.data() == nullptr ? "" : text.data()), size_(text.size()) {}  // NOLINT
  Parameter(const std::string& text) : Parameter(std::string_view(text)) {}                                   // NOLINT
  Parameter(int64_t number) : number_(std::to_string(number)), size_(number_.size()) {}                       // NOLINT

  const char* data() const { return data_ != nullptr ? data_ : number_.c_str(); }
  size_t size() const { return size_; }

 private:
  std::string number_;
  const char* data_ = nullptr;
  size_t size_ = 0;
};

// Text without NUL in text parameters: the database has none.
bool HasNul(std::string_view text) { return text.find('\0') != text.npos; }

std::string Text(const Result& result, int row, int column) {
  return {PQgetvalue(result.get(), row, column), static_cast<size_t>(PQgetlength(result.get(), row, column))};
}

int64_t Number(const Result& result, int row, int column) {
  const char* text = PQgetvalue(result.get(), row, column);
  int64_t value = 0;
  std::from_chars(text, text + PQgetlength(result.get(), row, column), value);
  return value;
}

std::string Bytes(const Result& result, int row, int column) {
  size_t length = 0;
  unsigned char* data =
      PQunescapeBytea(reinterpret_cast<unsigned char*>(PQgetvalue(result.get(), row, column)), &length);
  std::string bytes(reinterpret_cast<char*>(data), length);
  PQfreemem(data);
  return bytes;
}

TokenRecord ReadToken(const Result& result, int row) {
  TokenRecord token;
  token.id = Text(result, row, 0);
  token.type = Number(result, row, 1) == 1 ? TokenType::kRunner : TokenType::kUser;
  token.name = Text(result, row, 2);
  token.hash = Text(result, row, 3);
  token.name_space = Text(result, row, 4);
  token.created_at_ms = Number(result, row, 5);
  token.expires_at_ms = Number(result, row, 6);
  token.revoked_at_ms = Number(result, row, 7);
  return token;
}

RunRecord ReadRun(const Result& result, int row) {
  RunRecord run;
  run.run_id = Text(result, row, 0);
  run.name_space = Text(result, row, 1);
  run.request_id = Text(result, row, 2);
  run.finished = Text(result, row, 3) == "t";
  run.created_at_ms = Number(result, row, 4);
  run.data = Bytes(result, row, 5);
  return run;
}

class PostgresStore final : public Store {
 public:
  explicit PostgresStore(std::string dsn) : dsn_(std::move(dsn)) {}
  ~PostgresStore() override { PQfinish(db_); }

  absl::Status Migrate() {
    return InTransaction([&]() -> absl::Status {
      RETURN_IF_ERROR(Run(kMigrationLock));
      RETURN_IF_ERROR(Run("CREATE TABLE IF NOT EXISTS mockarty_schema (version INTEGER NOT NULL)"));
      ASSIGN_OR_RETURN(const Result result, Query("SELECT COALESCE(MAX(version), 0) FROM mockarty_schema"));
      const auto stored = static_cast<int>(Number(result, 0, 0));
      if (stored > kSchemaVersion) {
        return absl::FailedPreconditionError(
            Concat("store: its tables are of version ", stored, ", this program knows up to ", kSchemaVersion));
      }
      for (int version = stored; version < kSchemaVersion; ++version) {
        RETURN_IF_ERROR(RunScript(kMigrations[version]));
        RETURN_IF_ERROR(Run("INSERT INTO mockarty_schema VALUES ($1::integer)", int64_t{version + 1}));
      }
      return absl::OkStatus();
    });
  }

  absl::Status PutToken(const TokenRecord& token) override {
    return Run("INSERT INTO mockarty_tokens VALUES ($1,$2::integer,$3,$4,$5,$6::bigint,$7::bigint,$8::bigint)",
               token.id, int64_t{token.type == TokenType::kRunner ? 1 : 0}, token.name, token.hash, token.name_space,
               token.created_at_ms, token.expires_at_ms, token.revoked_at_ms);
  }
  absl::StatusOr<std::optional<TokenRecord>> FindToken(std::string_view hash) override {
    ASSIGN_OR_RETURN(const Result result, Query("SELECT * FROM mockarty_tokens WHERE hash = $1", hash));
    return PQntuples(result.get()) == 0 ? std::nullopt : std::optional<TokenRecord>(ReadToken(result, 0));
  }
  absl::StatusOr<std::vector<TokenRecord>> ListTokens() override {
    ASSIGN_OR_RETURN(const Result result, Query("SELECT * FROM mockarty_tokens ORDER BY created_at, id"));
    std::vector<TokenRecord> tokens;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
      tokens.push_back(ReadToken(result, row));
    }
    return tokens;
  }
  absl::Status RevokeToken(std::string_view id, int64_t now_ms) override {
    ASSIGN_OR_RETURN(const Result result,
                     Query("UPDATE mockarty_tokens SET revoked_at = CASE revoked_at WHEN 0 THEN $1::bigint "
                           "ELSE revoked_at END WHERE id = $2",
                           now_ms, id));
    return Changed(result) ? absl::OkStatus() : absl::NotFoundError(Concat("token ", Quoted(id, 80), " is unknown"));
  }

  absl::Status CreateRun(const RunRecord& run) override {
    const absl::Status status =
        Run("INSERT INTO mockarty_runs (id, namespace, request_id, finished, created_at, data) "
            "VALUES ($1,$2,NULLIF($3,''),$4::boolean,$5::bigint,$6::bytea)",
            run.run_id, run.name_space, run.request_id, std::string_view(run.finished ? "t" : "f"), run.created_at_ms,
            Escaped(run.data));
    return absl::IsAlreadyExists(status)
               ? absl::AlreadyExistsError(Concat("request ", Quoted(run.request_id, 80), " is known"))
               : status;
  }
  absl::StatusOr<std::optional<std::string>> FindRequest(std::string_view request_id) override {
    ASSIGN_OR_RETURN(const Result result, Query("SELECT id FROM mockarty_runs WHERE request_id = $1", request_id));
    return PQntuples(result.get()) == 0 ? std::nullopt : std::optional<std::string>(Text(result, 0, 0));
  }
  absl::Status UpdateRun(const RunRecord& run, const Owner& owner) override {
    ASSIGN_OR_RETURN(const Result result, Query("UPDATE mockarty_runs SET finished = $1::boolean, data = $2::bytea "
                                                "WHERE id = $3 AND owner = $4 AND epoch = $5::bigint",
                                                std::string_view(run.finished ? "t" : "f"), Escaped(run.data),
                                                run.run_id, owner.node, static_cast<int64_t>(owner.epoch)));
    return Changed(result) ? absl::OkStatus() : NotOwner(run.run_id);
  }
  absl::StatusOr<RunRecord> GetRun(std::string_view run_id) override {
    ASSIGN_OR_RETURN(const Result result,
                     Query(Concat("SELECT ", kRunColumns, " FROM mockarty_runs WHERE id = $1").c_str(), run_id));
    if (PQntuples(result.get()) == 0) {
      return absl::NotFoundError(Concat("run ", Quoted(run_id, 80), " is unknown"));
    }
    return ReadRun(result, 0);
  }
  absl::StatusOr<std::vector<RunRecord>> ListRuns(std::string_view name_space, uint32_t limit,
                                                  uint32_t offset) override {
    ASSIGN_OR_RETURN(const Result result,
                     Query(Concat("SELECT ", kRunColumns, " FROM mockarty_runs WHERE $1 = '' OR namespace = $1 ",
                                  "ORDER BY created_at DESC, id DESC LIMIT $2::bigint OFFSET $3::bigint")
                               .c_str(),
                           name_space, int64_t{limit}, int64_t{offset}));
    std::vector<RunRecord> runs;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
      runs.push_back(ReadRun(result, row));
    }
    return runs;
  }
  absl::StatusOr<std::vector<std::pair<RunRecord, Owner>>> ClaimRuns(std::string_view node, int64_t lease_ms,
                                                                     uint32_t limit) override {
    // Rows that another coordinator is claiming at this moment are passed over, not waited for.
    ASSIGN_OR_RETURN(
        const Result result,
        Query(Concat("UPDATE mockarty_runs SET owner = $1, epoch = epoch + 1, owned_until = now() + ",
                     "$2::bigint * interval '1 millisecond' WHERE id IN (SELECT id FROM mockarty_runs ",
                     "WHERE NOT finished AND (owner = '' OR owned_until <= now()) ORDER BY created_at, id ",
                     "LIMIT $3::bigint FOR UPDATE SKIP LOCKED) RETURNING ", kRunColumns, ", epoch")
                  .c_str(),
              node, lease_ms, int64_t{limit}));
    std::vector<std::pair<RunRecord, Owner>> claimed;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
      claimed.emplace_back(ReadRun(result, row),
                           Owner{std::string(node), static_cast<uint64_t>(Number(result, row, 6))});
    }
    return claimed;
  }
  absl::StatusOr<std::vector<std::string>> RenewLeases(std::string_view node, int64_t lease_ms) override {
    ASSIGN_OR_RETURN(const Result result,
                     Query("UPDATE mockarty_runs SET owned_until = now() + $1::bigint * interval '1 millisecond' "
                           "WHERE owner = $2 AND NOT finished RETURNING id",
                           lease_ms, node));
    std::vector<std::string> owned;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
      owned.push_back(Text(result, row, 0));
    }
    return owned;
  }
  absl::Status ReleaseLeases(std::string_view node) override {
    return Run("UPDATE mockarty_runs SET owned_until = '-infinity' WHERE owner = $1 AND NOT finished", node);
  }

  absl::Status PutArchive(std::string_view hash, std::string_view data) override {
    return Run("INSERT INTO mockarty_archives VALUES ($1, $2::bytea) ON CONFLICT DO NOTHING", hash, Escaped(data));
  }
  absl::StatusOr<std::string> GetArchive(std::string_view hash) override {
    ASSIGN_OR_RETURN(const Result result, Query("SELECT data FROM mockarty_archives WHERE hash = $1", hash));
    if (PQntuples(result.get()) == 0) {
      return absl::NotFoundError(Concat("archive ", Quoted(hash, 80), " is unknown"));
    }
    return Bytes(result, 0, 0);
  }

  absl::Status AppendWindows(std::span<const WindowRecord> windows) override {
    return InTransaction([&]() -> absl::Status {
      for (const WindowRecord& window : windows) {
        RETURN_IF_ERROR(
            Run("INSERT INTO mockarty_windows (run_id, assignment, first_seq, last_seq, data) "
                "VALUES ($1,$2::bigint,$3::bigint,$4::bigint,$5::bytea) ON CONFLICT DO NOTHING",
                window.run_id, int64_t{window.assignment}, static_cast<int64_t>(window.first_seq),
                static_cast<int64_t>(window.last_seq), Escaped(window.data)));
      }
      return absl::OkStatus();
    });
  }
  absl::StatusOr<std::vector<WindowRecord>> LoadWindows(std::string_view run_id) override {
    ASSIGN_OR_RETURN(const Result result, Query("SELECT assignment, first_seq, last_seq, data FROM mockarty_windows "
                                                "WHERE run_id = $1 ORDER BY number",
                                                run_id));
    std::vector<WindowRecord> windows;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
      windows.push_back({std::string(run_id), static_cast<uint32_t>(Number(result, row, 0)),
                         static_cast<uint64_t>(Number(result, row, 1)), static_cast<uint64_t>(Number(result, row, 2)),
                         Bytes(result, row, 3)});
    }
    return windows;
  }
  absl::Status PutSnapshot(std::string_view run_id, std::string_view data, const Owner& owner) override {
    return InTransaction([&]() -> absl::Status {
      // Locked until the end: nobody takes the run over in between.
      ASSIGN_OR_RETURN(
          const Result owned,
          Query("SELECT 1 FROM mockarty_runs WHERE id = $1 AND owner = $2 AND epoch = $3::bigint FOR UPDATE", run_id,
                owner.node, static_cast<int64_t>(owner.epoch)));
      if (PQntuples(owned.get()) == 0) {
        return NotOwner(run_id);
      }
      RETURN_IF_ERROR(
          Run("INSERT INTO mockarty_snapshots VALUES ($1, $2::bytea) "
              "ON CONFLICT (run_id) DO UPDATE SET data = EXCLUDED.data",
              run_id, Escaped(data)));
      return Run("DELETE FROM mockarty_windows WHERE run_id = $1", run_id);
    });
  }
  absl::StatusOr<std::optional<std::string>> GetSnapshot(std::string_view run_id) override {
    ASSIGN_OR_RETURN(const Result result, Query("SELECT data FROM mockarty_snapshots WHERE run_id = $1", run_id));
    return PQntuples(result.get()) == 0 ? std::nullopt : std::optional<std::string>(Bytes(result, 0, 0));
  }
  absl::Status FinishRun(const RunRecord& run, std::string_view report, const Owner& owner) override {
    return InTransaction([&]() -> absl::Status {
      RETURN_IF_ERROR(UpdateRun(run, owner));
      RETURN_IF_ERROR(Run("UPDATE mockarty_runs SET report = $1::bytea WHERE id = $2", Escaped(report), run.run_id));
      RETURN_IF_ERROR(Run("DELETE FROM mockarty_windows WHERE run_id = $1", run.run_id));
      return Run("DELETE FROM mockarty_snapshots WHERE run_id = $1", run.run_id);
    });
  }
  absl::StatusOr<std::optional<std::string>> GetReport(std::string_view run_id) override {
    ASSIGN_OR_RETURN(const Result result,
                     Query("SELECT report FROM mockarty_runs WHERE id = $1 AND report IS NOT NULL", run_id));
    return PQntuples(result.get()) == 0 ? std::nullopt : std::optional<std::string>(Bytes(result, 0, 0));
  }

 private:
  // The hexadecimal form of bytea.
  static std::string Escaped(std::string_view data) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text = "\\x";
    text.reserve(2 + 2 * data.size());
    for (const char c : data) {
      text += kDigits[static_cast<unsigned char>(c) >> 4];
      text += kDigits[static_cast<unsigned char>(c) & 15];
    }
    return text;
  }

  absl::Status Connect() {
    if (db_ != nullptr && PQstatus(db_) == CONNECTION_OK) {
      return absl::OkStatus();
    }
    PQfinish(db_);
    db_ = PQconnectdb(dsn_.c_str());
    if (PQstatus(db_) == CONNECTION_OK) {
      // A database that hangs must not hold a run's journal for ever.
      Result set(PQexec(db_, "SET statement_timeout = '15s'; SET client_min_messages = 'warning'"));
      return PQresultStatus(set.get()) == PGRES_COMMAND_OK ? absl::OkStatus() : Error(set);
    }
    return absl::UnavailableError(Concat("store ", Where(), ": ", OneLine(PQerrorMessage(db_))));
  }

  std::string Where() const {
    const char* host = db_ == nullptr ? nullptr : PQhost(db_);
    const char* name = db_ == nullptr ? nullptr : PQdb(db_);
    return Concat(Quoted(host == nullptr ? "" : host, 200), "/", Quoted(name == nullptr ? "" : name, 80));
  }
  static std::string OneLine(std::string_view text) {
    while (text.ends_with('\n')) {
      text.remove_suffix(1);
    }
    return Quoted(text, 400);
  }

  absl::Status Error(const Result& result) const {
    const char* state = result == nullptr ? nullptr : PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
    const std::string_view code = state == nullptr ? "" : state;
    const std::string message = Concat("store ", Where(), ": ", OneLine(PQerrorMessage(db_)));
    if (code == "23505") {
      return absl::AlreadyExistsError(message);
    }
    const std::string_view kind = code.substr(0, 2);
    // Connections, resources (a full disk), an operator's intervention, system errors, a read-only database, and what
    // concurrent transactions do to each other.
    if (code.empty() || kind == "08" || kind == "53" || kind == "57" || kind == "58" || kind == "25" || kind == "40" ||
        kind == "55") {
      return absl::UnavailableError(message);
    }
    return kind == "XX" ? absl::DataLossError(message) : absl::InternalError(message);
  }

  absl::Status RunScript(const char* sql) {
    const Result result(PQexec(db_, sql));
    return PQresultStatus(result.get()) == PGRES_COMMAND_OK ? absl::OkStatus() : Error(result);
  }

  template <typename... Values>
  absl::StatusOr<Result> Query(const char* sql, const Values&... values) {
    if (!in_transaction_) {
      RETURN_IF_ERROR(Connect());
    }
    const Parameter parameters[] = {Parameter(int64_t{0}), Parameter(values)...};
    const char* data[sizeof...(values) + 1] = {};
    for (size_t i = 0; i < sizeof...(values); ++i) {
      data[i] = CString(parameters[i + 1]);
      if (HasNul({parameters[i + 1].data(), parameters[i + 1].size()})) {
        return absl::InvalidArgumentError("store: text with a zero byte");
      }
    }
    Result result(PQexecParams(db_, sql, static_cast<int>(sizeof...(values)), nullptr, data, nullptr, nullptr, 0));
    texts_.clear();
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
      return Error(result);
    }
    return result;
  }
  // Views end where they like; libpq wants a zero there.
  const char* CString(const Parameter& parameter) {
    texts_.push_back(std::make_unique<std::string>(parameter.data(), parameter.size()));
    return texts_.back()->c_str();
  }

  template <typename... Values>
  absl::Status Run(const char* sql, const Values&... values) {
    return Query(sql, values...).status();
  }
  static bool Changed(const Result& result) { return std::string_view(PQcmdTuples(result.get())) != "0"; }
  static absl::Status NotOwner(std::string_view run_id) {
    return absl::AbortedError(Concat("run ", Quoted(run_id, 80), " belongs to another owner by now"));
  }

  template <typename Body>
  absl::Status InTransaction(Body body) {
    RETURN_IF_ERROR(Run("BEGIN"));
    in_transaction_ = true;
    absl::Status status = body();
    if (status.ok()) {
      status = Run("COMMIT");
    }
    if (!status.ok()) {
      Result(PQexec(db_, "ROLLBACK"));
    }
    in_transaction_ = false;
    return status;
  }

  const std::string dsn_;
  PGconn* db_ = nullptr;
  bool in_transaction_ = false;
  std::vector<std::unique_ptr<std::string>> texts_;  // of the statement under way
};

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenPostgresStore(const std::string& dsn) {
  auto store = std::make_unique<PostgresStore>(dsn);
  RETURN_IF_ERROR(store->Migrate());
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace mockarty
