#include "coordinator/store/postgres_connection.h"

#include <endian.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"

namespace mockarty {
namespace {

// After an attempt that failed calls are refused at once for this long: a server that does not answer at all must not
// hold each of them up for the whole time limit of an attempt.
constexpr Nanos kPause = 250 * kNanosPerMilli;

// Before the user's string, so that what it says itself counts. Peers that vanish are noticed within half a minute.
constexpr std::pair<const char*, const char*> kDefaults[] = {
    {"connect_timeout", "5"},
    {"tcp_user_timeout", "20000"},
    {"keepalives_idle", "10"},
    {"keepalives_interval", "5"},
    {"keepalives_count", "3"},
    {"target_session_attrs", "read-write"},
    {"fallback_application_name", "mockarty-coordinator"},
};

void IgnoreNotice(void*, const char*) {}

absl::Status MakeStatus(std::string_view state, const std::string& message) {
  const std::string_view kind = state.substr(0, 2);
  if (state == "23505") return absl::AlreadyExistsError(message);
  if (state == "XX001" || state == "XX002") return absl::DataLossError(message);
  if (kind == "22") return absl::InvalidArgumentError(message);
  // Connection, no privilege, read-only, rolled back, no room, object in use, being shut down, file system.
  for (const std::string_view unavailable : {"08", "25", "28", "40", "53", "55", "57", "58"}) {
    if (kind == unavailable) return absl::UnavailableError(message);
  }
  return state == "42501" ? absl::UnavailableError(message) : absl::InternalError(message);
}

}  // namespace

PgValue PgValue::Int(int64_t value) {
  const uint64_t wire = htobe64(static_cast<uint64_t>(value));
  std::string bytes(sizeof(wire), '\0');
  std::memcpy(bytes.data(), &wire, sizeof(wire));
  return {kInt, std::move(bytes)};
}

// One dimension from 1 on, no NULL, element by element its length and its bytes (array_recv in PostgreSQL).
PgValue PgValue::Texts(std::span<const std::string> texts) {
  std::string wire;
  const auto put = [&wire](size_t number) {
    const uint32_t big = htobe32(static_cast<uint32_t>(number));
    wire.append(reinterpret_cast<const char*>(&big), sizeof(big));
  };
  put(texts.empty() ? 0 : 1);
  put(0);
  put(kText);
  if (!texts.empty()) {
    put(texts.size());
    put(1);
  }
  for (const std::string& text : texts) {
    put(text.size());
    wire += text;
  }
  return {kTexts, std::move(wire)};
}

int64_t PgRows::changed() const {
  const std::string_view text = PQcmdTuples(result_.get());
  int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string PgRows::Text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column), static_cast<size_t>(PQgetlength(result_.get(), row, column))};
}

int64_t PgRows::Int(int row, int column) const {
  uint64_t wire = 0;
  if (PQgetlength(result_.get(), row, column) == sizeof(wire)) {
    std::memcpy(&wire, PQgetvalue(result_.get(), row, column), sizeof(wire));
  }
  return static_cast<int64_t>(be64toh(wire));
}

bool PgRows::Bool(int row, int column) const {
  return PQgetlength(result_.get(), row, column) == 1 && *PQgetvalue(result_.get(), row, column) != '\0';
}

absl::StatusOr<std::unique_ptr<PgConnection>> PgConnection::Create(const std::string& dsn) {
  // libpq's own words about a string that it cannot read would repeat parts of it, which may be the password.
  std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(dsn.c_str(), nullptr),
                                                                       &PQconninfoFree);
  if (options == nullptr) {
    return absl::InvalidArgumentError(
        "DB_DSN: expected PostgreSQL's connection string, \"postgresql://user:password@host:port/database\" or "
        "\"host=... dbname=... user=...\"");
  }
  std::string host = "local";
  std::string port;
  std::string database;
  const char* from_environment = getenv("PGPASSWORD");
  std::string password = from_environment == nullptr ? "" : from_environment;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    const std::string_view keyword = option->keyword;
    if (option->val == nullptr) continue;
    if (keyword == "host") host = option->val;
    if (keyword == "port") port = Concat(":", option->val);
    if (keyword == "dbname") database = Concat("/", option->val);
    if (keyword == "password") password = option->val;
  }
  return std::unique_ptr<PgConnection>(
      new PgConnection(dsn, Quoted(Concat(host, port, database), 400), std::move(password)));
}

PgConnection::~PgConnection() {
  if (connection_ != nullptr) PQfinish(connection_);
}

absl::Status PgConnection::Connect() {
  if (MonotonicNow() < next_attempt_) {
    return absl::UnavailableError(Describe("there is no connection"));
  }
  if (connection_ != nullptr) PQfinish(std::exchange(connection_, nullptr));
  std::vector<const char*> keys;
  std::vector<const char*> values;
  for (const auto& [key, value] : kDefaults) {
    keys.push_back(key);
    values.push_back(value);
  }
  keys.insert(keys.end(), {"dbname", "client_encoding", nullptr});
  values.insert(values.end(), {dsn_.c_str(), "UTF8", nullptr});
  connection_ = PQconnectdbParams(keys.data(), values.data(), /*expand_dbname=*/1);
  absl::Status status = absl::OkStatus();
  if (Lost()) {
    status = absl::UnavailableError(Describe(connection_ == nullptr ? "no memory" : PQerrorMessage(connection_)));
  } else {
    PQsetNoticeProcessor(connection_, &IgnoreNotice, nullptr);
    // What is acknowledged is on the disk, whatever the server's default is; the last line drops the locks of a
    // coordinator that was stopped amid a transaction.
    status =
        Set("SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';"
            "SET statement_timeout = '60s'; SET lock_timeout = '20s'; SET idle_in_transaction_session_timeout = '30s'");
  }
  if (!status.ok()) {
    if (connection_ != nullptr) PQfinish(std::exchange(connection_, nullptr));
    next_attempt_ = MonotonicNow() + kPause;
  }
  return status;
}

absl::Status PgConnection::Set(const std::string& sql) {
  PGresult* result = PQexec(connection_, sql.c_str());
  const ExecStatusType outcome = PQresultStatus(result);
  absl::Status status = outcome == PGRES_COMMAND_OK || outcome == PGRES_TUPLES_OK ? absl::OkStatus() : ErrorOf(result);
  PQclear(result);
  return status;
}

absl::StatusOr<PgRows> PgConnection::Query(const std::string& sql, const std::vector<PgValue>& values) {
  if (in_transaction_) return Send(sql, values);
  if (in_batch_) {
    absl::StatusOr<PgRows> rows = absl::UnknownError("not sent");
    RETURN_IF_ERROR(InSavepoint([&] {
      rows = Send(sql, values);
      return rows.status();
    }));
    return rows;
  }
  if (Lost()) {
    RETURN_IF_ERROR(Connect());
    return Send(sql, values);
  }
  absl::StatusOr<PgRows> rows = Send(sql, values);
  if (rows.ok() || !Lost()) return rows;
  RETURN_IF_ERROR(Connect());
  return Send(sql, values);
}

// COMMIT of a transaction that has failed answers without an error, but says that it was a ROLLBACK.
absl::Status PgConnection::Commit() {
  PGresult* result = PQexec(connection_, "COMMIT");
  absl::Status status = PQresultStatus(result) == PGRES_COMMAND_OK ? absl::OkStatus() : ErrorOf(result);
  if (status.ok() && std::string_view(PQcmdStatus(result)) != "COMMIT") {
    status = absl::UnavailableError(Describe("the transaction was rolled back"));
  }
  PQclear(result);
  return status;
}

absl::Status PgConnection::BeginBatch() {
  absl::Status status = absl::OkStatus();
  for (bool again = !Lost();; again = false) {
    if (Lost()) RETURN_IF_ERROR(Connect());
    status = Set("BEGIN");
    if (status.ok() || !Lost() || !again) break;
  }
  in_batch_ = status.ok();
  return status;
}

absl::Status PgConnection::EndBatch() {
  in_batch_ = false;
  if (Lost()) return absl::UnavailableError(Describe("the connection was lost"));
  absl::Status status = Commit();
  if (!status.ok() && !Lost()) static_cast<void>(Set("ROLLBACK"));
  return status;
}

absl::Status PgConnection::InSavepoint(const std::function<absl::Status()>& body) {
  if (Lost()) return absl::UnavailableError(Describe("the connection was lost"));
  RETURN_IF_ERROR(Set("SAVEPOINT call"));
  in_transaction_ = true;
  absl::Status status = body();
  in_transaction_ = false;
  if (status.ok()) return Set("RELEASE SAVEPOINT call");
  // The call's own error is the one to tell; if this fails too, so does the batch.
  if (!Lost()) static_cast<void>(Set("ROLLBACK TO SAVEPOINT call; RELEASE SAVEPOINT call"));
  return status;
}

absl::Status PgConnection::InTransaction(const std::function<absl::Status()>& body) {
  if (in_batch_) return InSavepoint(body);
  for (bool again = !Lost();; again = false) {
    if (Lost()) RETURN_IF_ERROR(Connect());
    absl::Status status = Set("BEGIN");
    if (status.ok()) {
      in_transaction_ = true;
      status = body();
      in_transaction_ = false;
      if (status.ok()) return Commit();
    }
    if (!Lost()) {
      // The transaction's own error is the one to tell; a ROLLBACK that fails has lost the connection.
      static_cast<void>(Set("ROLLBACK"));
      return status;
    }
    if (!again) return status;
  }
}

absl::StatusOr<PgRows> PgConnection::Send(const std::string& sql, const std::vector<PgValue>& values) {
  std::vector<Oid> types;
  std::vector<const char*> data;
  std::vector<int> lengths;
  for (const PgValue& value : values) {
    types.push_back(value.type());
    data.push_back(value.wire().data());
    lengths.push_back(static_cast<int>(value.wire().size()));
  }
  const std::vector<int> formats(values.size(), 1);
  PgRows rows(PQexecParams(connection_, sql.c_str(), static_cast<int>(values.size()), types.data(), data.data(),
                           lengths.data(), formats.data(), /*resultFormat=*/1));
  const ExecStatusType outcome = PQresultStatus(rows.get());
  if (outcome != PGRES_COMMAND_OK && outcome != PGRES_TUPLES_OK) return ErrorOf(rows.get());
  return rows;
}

absl::Status PgConnection::ErrorOf(const PGresult* result) const {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (Lost() || state == nullptr) {
    return absl::UnavailableError(Describe(primary != nullptr ? primary : PQerrorMessage(connection_)));
  }
  return MakeStatus(state, Describe(Concat(primary == nullptr ? "" : primary, " (", state, ")")));
}

std::string PgConnection::Describe(std::string_view text) const {
  std::string shown(text);
  for (size_t at = 0; !password_.empty() && (at = shown.find(password_, at)) != std::string::npos;) {
    shown.replace(at, password_.size(), "***");
    at += 3;
  }
  while (!shown.empty() && shown.back() == '\n') shown.pop_back();
  return Concat("store ", name_, ": ", Quoted(shown, 400));
}

}  // namespace mockarty
