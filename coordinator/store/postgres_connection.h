// One connection to PostgreSQL: parameters and rows in binary, transactions, reconnecting, errors as absl::Status.
//
// Errors: Unavailable (no connection, no room, a read-only server, a deadlock: try again), AlreadyExists (a unique
// key), InvalidArgument (text that the database cannot hold), DataLoss (damaged data), Internal (anything else). No
// message contains the password or a parameter.
// Threads: one call at a time.
#ifndef COORDINATOR_STORE_POSTGRES_CONNECTION_H_
#define COORDINATOR_STORE_POSTGRES_CONNECTION_H_

#include <libpq-fe.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/time/clock.h"

namespace mockarty {

// A value of a statement, as it goes over the wire.
class PgValue {
 public:
  static PgValue Text(std::string_view text) { return {kText, std::string(text)}; }
  static PgValue Bytes(std::string_view bytes) { return {kBytes, std::string(bytes)}; }
  static PgValue Bool(bool value) { return {kBool, std::string(1, value ? '\1' : '\0')}; }
  static PgValue Int(int64_t value);
  static PgValue Texts(std::span<const std::string> texts);  // text[]

  Oid type() const { return type_; }
  const std::string& wire() const { return wire_; }

 private:
  // pg_type's numbers, which never change.
  static constexpr Oid kBool = 16;
  static constexpr Oid kBytes = 17;
  static constexpr Oid kInt = 20;
  static constexpr Oid kText = 25;
  static constexpr Oid kTexts = 1009;

  PgValue(Oid type, std::string wire) : type_(type), wire_(std::move(wire)) {}

  Oid type_;
  std::string wire_;
};

// What a statement answered. Columns are of the types bigint, boolean, text or bytea; NULL reads as 0, false, "".
class PgRows {
 public:
  explicit PgRows(PGresult* result) : result_(result, &PQclear) {}

  const PGresult* get() const { return result_.get(); }
  int size() const { return PQntuples(result_.get()); }
  int64_t changed() const;  // rows that were inserted, updated or deleted
  std::string Text(int row, int column) const;
  int64_t Int(int row, int column) const;
  bool Bool(int row, int column) const;

 private:
  std::unique_ptr<PGresult, decltype(&PQclear)> result_;
};

class PgConnection {
 public:
  // InvalidArgument for a string that is none; does not connect yet.
  static absl::StatusOr<std::unique_ptr<PgConnection>> Create(const std::string& dsn);
  ~PgConnection();
  PgConnection(const PgConnection&) = delete;
  PgConnection& operator=(const PgConnection&) = delete;

  // One statement. Connects when there is no connection. Outside of InTransaction() it must be a query that changes
  // nothing: when the connection turns out to be lost it is sent once more over a new one.
  absl::StatusOr<PgRows> Query(const std::string& sql, const std::vector<PgValue>& values = {});

  // Runs `body` in a transaction, which ends with COMMIT when it answers OK. When the connection is lost before COMMIT
  // was sent, all is done once more over a new one. When the answer to COMMIT is lost the transaction may have been
  // done, now or, by a server that hangs, later: Unavailable, and the caller must be able to live with either.
  absl::Status InTransaction(const std::function<absl::Status()>& body);

  // From here to EndBatch() all is one transaction: InTransaction() and Query() only set savepoints, so that what fails
  // undoes nothing else. When the connection is lost in between, all fails to the end.
  absl::Status BeginBatch();
  absl::Status EndBatch();

 private:
  PgConnection(std::string dsn, std::string name, std::string password)
      : dsn_(std::move(dsn)), name_(std::move(name)), password_(std::move(password)) {}

  absl::Status Connect();
  absl::Status Set(const std::string& sql);
  absl::Status Commit();
  absl::Status InSavepoint(const std::function<absl::Status()>& body);
  bool Lost() const { return connection_ == nullptr || PQstatus(connection_) == CONNECTION_BAD; }
  absl::StatusOr<PgRows> Send(const std::string& sql, const std::vector<PgValue>& values);
  absl::Status ErrorOf(const PGresult* result) const;
  std::string Describe(std::string_view text) const;

  const std::string dsn_;
  const std::string name_;      // for messages: "host:port/database"
  const std::string password_;  // of the dsn, to keep it out of messages
  PGconn* connection_ = nullptr;
  bool in_transaction_ = false;
  bool in_batch_ = false;
  Nanos next_attempt_ = 0;
};

}  // namespace mockarty

#endif  // COORDINATOR_STORE_POSTGRES_CONNECTION_H_
