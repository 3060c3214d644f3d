// What a coordinator remembers: tokens, runs, archives, the journal of windows, snapshots, reports.
//
// Every method is one transaction: done or not done, and what is done lasts. Errors: Unavailable (the database cannot
// be reached or written now: disk full, connection lost; try again), Aborted (another node owns the run by now),
// NotFound, DataLoss (what is stored cannot be read), InvalidArgument. Threads: one call at a time; StoreQueue
// (store_queue.h) runs them on a thread of its own, in order.
#ifndef COORDINATOR_STORE_STORE_H_
#define COORDINATOR_STORE_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace mockarty {

enum class TokenType { kUser, kRunner };  // mk_..., mki_...

struct TokenRecord {
  std::string id;  // shown, e.g. in `token list`
  TokenType type = TokenType::kUser;
  std::string name;
  std::string hash;           // SHA-256 of the token, in hexadecimal; the token itself is stored nowhere
  std::string name_space;     // empty: all
  int64_t created_at_ms = 0;  // since 1970, all
  int64_t expires_at_ms = 0;  // 0: never
  int64_t revoked_at_ms = 0;  // 0: valid
};

// A run. `data` is a serialized v1::StoredRun; the fields beside it are copies for queries.
struct RunRecord {
  std::string run_id;
  std::string name_space;
  std::string request_id;  // empty: none; unique otherwise
  bool finished = false;
  int64_t created_at_ms = 0;
  std::string data;
};

// Proof of ownership of a run: writes with another epoch than the stored one are refused (Aborted).
struct Owner {
  std::string node;  // coordinator id
  uint64_t epoch = 0;
};

struct WindowRecord {
  std::string run_id;
  uint32_t assignment = 0;
  uint64_t first_seq = 0;
  uint64_t last_seq = 0;
  std::string data;  // a serialized v1::Window
};

class Store {
 public:
  virtual ~Store() = default;

  // Calls from BeginBatch() to EndBatch() wait for the disk together: each of them is still done or not done by itself,
  // but what they did lasts only when EndBatch() answers OK. When it fails nothing was done, as far as can be known;
  // likewise when BeginBatch() fails, and then there is no batch. Not nested.
  virtual absl::Status BeginBatch() = 0;
  virtual absl::Status EndBatch() = 0;

  // Writes something that changes nothing: whether it can be written again.
  virtual absl::Status CheckWritable() = 0;

  // Tokens.
  virtual absl::Status PutToken(const TokenRecord& token) = 0;
  virtual absl::StatusOr<std::optional<TokenRecord>> FindToken(std::string_view hash) = 0;
  virtual absl::StatusOr<std::vector<TokenRecord>> ListTokens() = 0;
  virtual absl::Status RevokeToken(std::string_view id, int64_t now_ms) = 0;  // NotFound

  // Runs. A new run has no owner. AlreadyExists when the request_id is known; FindRequest() then has the run.
  virtual absl::Status CreateRun(const RunRecord& run) = 0;
  virtual absl::StatusOr<std::optional<std::string>> FindRequest(std::string_view request_id) = 0;
  virtual absl::Status UpdateRun(const RunRecord& run, const Owner& owner) = 0;
  virtual absl::StatusOr<RunRecord> GetRun(std::string_view run_id) = 0;
  // Newest first; namespace empty: all.
  virtual absl::StatusOr<std::vector<RunRecord>> ListRuns(std::string_view name_space, uint32_t limit,
                                                          uint32_t offset) = 0;
  // Makes this node the owner of up to `limit` unfinished runs that have none, or whose owner's lease is over, oldest
  // first. Each one's epoch rises. Leases last `lease_ms` by the database's clock.
  virtual absl::StatusOr<std::vector<std::pair<RunRecord, Owner>>> ClaimRuns(std::string_view node, int64_t lease_ms,
                                                                             uint32_t limit) = 0;
  // Prolongs the leases of those of `run_ids` that are this node's and unfinished; the ids of these. Runs that the node
  // does not name are left to expire: it may own some that it never heard of, when the answer to a claim was lost.
  virtual absl::StatusOr<std::vector<std::string>> RenewLeases(std::string_view node,
                                                               std::span<const std::string> run_ids,
                                                               int64_t lease_ms) = 0;
  // Gives all of the node's unfinished runs up at once: an orderly end of the process.
  virtual absl::Status ReleaseLeases(std::string_view node) = 0;

  // Archives, by SHA-256 in hexadecimal. Putting what is there is OK.
  virtual absl::Status PutArchive(std::string_view hash, std::string_view data) = 0;
  virtual absl::StatusOr<std::string> GetArchive(std::string_view hash) = 0;

  // The journal. All of one unfinished run (InvalidArgument, Aborted). Records that are there already (same assignment
  // and numbers) are passed over. Only its owner may write it: what a former one adds late could overlap with what the
  // runners sent to the next, which would then be refused.
  virtual absl::Status AppendWindows(std::span<const WindowRecord> windows, const Owner& owner) = 0;
  // In the order in which they were appended.
  virtual absl::StatusOr<std::vector<WindowRecord>> LoadWindows(std::string_view run_id) = 0;
  // Replaces an unfinished run's snapshot (a serialized v1::StoredSnapshot) and empties its journal, which it covers.
  virtual absl::Status PutSnapshot(std::string_view run_id, std::string_view data, const Owner& owner) = 0;
  virtual absl::StatusOr<std::optional<std::string>> GetSnapshot(std::string_view run_id) = 0;

  // Stores the final state and the report (a serialized v1::RunReport, may be empty), drops journal and snapshot.
  virtual absl::Status FinishRun(const RunRecord& run, std::string_view report, const Owner& owner) = 0;
  virtual absl::StatusOr<std::optional<std::string>> GetReport(std::string_view run_id) = 0;
};

// InvalidArgument when they are of several runs.
absl::Status CheckOneRun(std::span<const WindowRecord> windows);

// `path` ":memory:" for tests. Makes and upgrades the tables. Synced with each
// transaction.
absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const std::string& path);
// A libpq connection string. Reconnects by itself.
absl::StatusOr<std::unique_ptr<Store>> OpenPostgresStore(const std::string& dsn);

}  // namespace mockarty

#endif  // COORDINATOR_STORE_STORE_H_
