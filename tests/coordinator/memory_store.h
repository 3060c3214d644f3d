// A store in memory whose writes can be made to fail. Time for leases is what the test sets.
#ifndef TESTS_COORDINATOR_MEMORY_STORE_H_
#define TESTS_COORDINATOR_MEMORY_STORE_H_

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/store/store.h"

namespace mockarty::testing {

class MemoryStore : public Store {
 public:
  bool failing = false;            // writes
  bool unreadable = false;         // what a takeover reads
  bool lose_claim_answer = false;  // of the next claim, which is done all the same
  int64_t now_ms = 0;
  int appended = 0;

  absl::Status BeginBatch() override { return absl::OkStatus(); }
  absl::Status EndBatch() override { return absl::OkStatus(); }

  absl::Status CheckWritable() override { return Writable(); }

  absl::Status PutToken(const TokenRecord&) override { return Writable(); }
  absl::StatusOr<std::optional<TokenRecord>> FindToken(std::string_view) override { return std::nullopt; }
  absl::StatusOr<std::vector<TokenRecord>> ListTokens() override { return std::vector<TokenRecord>(); }
  absl::Status RevokeToken(std::string_view, int64_t) override { return Writable(); }

  absl::Status CreateRun(const RunRecord& run) override {
    if (!Writable().ok()) return Writable();
    if (!run.request_id.empty() && requests.contains(run.request_id)) return absl::AlreadyExistsError("request");
    if (!run.request_id.empty()) requests[run.request_id] = run.run_id;
    runs[run.run_id] = {run, {}, 0};
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<std::string>> FindRequest(std::string_view id) override {
    const auto at = requests.find(std::string(id));
    return at == requests.end() ? std::nullopt : std::optional<std::string>(at->second);
  }
  absl::Status UpdateRun(const RunRecord& run, const Owner& owner) override {
    if (!Writable().ok()) return Writable();
    Row& row = runs[run.run_id];
    if (row.owner.node != owner.node || row.owner.epoch != owner.epoch) return absl::AbortedError("not the owner");
    row.record = run;
    return absl::OkStatus();
  }
  absl::StatusOr<RunRecord> GetRun(std::string_view id) override {
    const auto at = runs.find(std::string(id));
    if (at == runs.end()) return absl::NotFoundError("run is unknown");
    return at->second.record;
  }
  absl::StatusOr<std::vector<RunRecord>> ListRuns(std::string_view, uint32_t, uint32_t) override {
    std::vector<RunRecord> list;
    for (const auto& [id, row] : runs) list.push_back(row.record);
    return list;
  }
  absl::StatusOr<std::vector<std::pair<RunRecord, Owner>>> ClaimRuns(std::string_view node, int64_t lease_ms,
                                                                     uint32_t limit) override {
    if (!Writable().ok()) return Writable();
    std::vector<std::pair<RunRecord, Owner>> claimed;
    for (auto& [id, row] : runs) {
      if (row.record.finished || claimed.size() == limit || (!row.owner.node.empty() && row.until_ms > now_ms))
        continue;
      row.owner = {std::string(node), row.owner.epoch + 1};
      row.until_ms = now_ms + lease_ms;
      claimed.emplace_back(row.record, row.owner);
    }
    if (std::exchange(lose_claim_answer, false)) return absl::UnavailableError("connection lost at COMMIT");
    return claimed;
  }
  absl::StatusOr<std::vector<std::string>> RenewLeases(std::string_view node, std::span<const std::string> run_ids,
                                                       int64_t lease_ms) override {
    if (!Writable().ok()) return Writable();
    std::vector<std::string> owned;
    for (const std::string& id : run_ids) {
      Row& row = runs[id];
      if (row.owner.node != node || row.record.finished) continue;
      row.until_ms = now_ms + lease_ms;
      owned.push_back(id);
    }
    return owned;
  }
  absl::Status ReleaseLeases(std::string_view node) override {
    if (!Writable().ok()) return Writable();
    for (auto& [id, row] : runs) {
      if (row.owner.node == node) row.until_ms = 0;
    }
    return absl::OkStatus();
  }
  absl::Status PutArchive(std::string_view hash, std::string_view data) override {
    archives[std::string(hash)] = data;
    return Writable();
  }
  absl::StatusOr<std::string> GetArchive(std::string_view hash) override { return archives[std::string(hash)]; }
  absl::Status AppendWindows(std::span<const WindowRecord> windows, const Owner& owner) override {
    if (!Writable().ok()) return Writable();
    if (!windows.empty() && !Owns(windows.front().run_id, owner)) return absl::AbortedError("not the owner");
    for (const WindowRecord& window : windows) journal[window.run_id].push_back(window);
    appended += static_cast<int>(windows.size());
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<WindowRecord>> LoadWindows(std::string_view id) override {
    if (unreadable) return absl::UnavailableError("connection lost");
    return journal[std::string(id)];
  }
  absl::Status PutSnapshot(std::string_view id, std::string_view data, const Owner& owner) override {
    if (!Writable().ok()) return Writable();
    if (!Owns(id, owner)) return absl::AbortedError("not the owner");
    snapshots[std::string(id)] = data;
    journal.erase(std::string(id));
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<std::string>> GetSnapshot(std::string_view id) override {
    const auto at = snapshots.find(std::string(id));
    return at == snapshots.end() ? std::nullopt : std::optional<std::string>(at->second);
  }
  absl::Status FinishRun(const RunRecord& run, std::string_view report, const Owner& owner) override {
    if (const absl::Status updated = UpdateRun(run, owner); !updated.ok()) return updated;
    reports[run.run_id] = report;
    journal.erase(run.run_id);
    snapshots.erase(run.run_id);
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<std::string>> GetReport(std::string_view id) override {
    const auto at = reports.find(std::string(id));
    return at == reports.end() ? std::nullopt : std::optional<std::string>(at->second);
  }

  struct Row {
    RunRecord record;
    Owner owner;
    int64_t until_ms = 0;
  };
  std::map<std::string, Row> runs;
  std::map<std::string, std::string> requests;
  std::map<std::string, std::string> archives;
  std::map<std::string, std::vector<WindowRecord>> journal;
  std::map<std::string, std::string> snapshots;
  std::map<std::string, std::string> reports;

 private:
  // Of a run that is not finished.
  bool Owns(std::string_view id, const Owner& owner) {
    const auto at = runs.find(std::string(id));
    return at != runs.end() && !at->second.record.finished && at->second.owner.node == owner.node &&
           at->second.owner.epoch == owner.epoch;
  }
  absl::Status Writable() const { return failing ? absl::UnavailableError("disk full") : absl::OkStatus(); }
};

}  // namespace mockarty::testing

#endif  // TESTS_COORDINATOR_MEMORY_STORE_H_
