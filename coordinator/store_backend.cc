#include "coordinator/store_backend.h"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <utility>

#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/log/log.h"
#include "common/time/clock.h"
#include "coordinator/auth/admin_token.h"
#include "coordinator/auth/stored_tokens.h"
#include "coordinator/auth/token_command.h"

namespace mockarty {
namespace {

constexpr int kBadInput = 104;

absl::StatusOr<std::unique_ptr<Store>> Open(const CoordinatorSettings& settings) {
  return settings.postgres ? OpenPostgresStore(settings.dsn) : OpenSqliteStore(settings.dsn);
}

// Looks each second which tokens are not good any more: another process may have revoked them.
class PolledTokens final : public TokenVerifier {
 public:
  PolledTokens(std::unique_ptr<Store> store, std::function<void(const std::string&)> on_revoked)
      : tokens_(std::move(store), clock_), on_revoked_(std::move(on_revoked)) {
    tokens_.Refresh();
    thread_ = std::thread([this] { Poll(); });
  }
  ~PolledTokens() override {
    {
      std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  absl::StatusOr<TokenIdentity> Verify(std::string_view token, TokenType type) override {
    return tokens_.Verify(token, type);
  }
  absl::StatusOr<NamedToken> FindByName(std::string_view name, TokenType type) override {
    return tokens_.FindByName(name, type);
  }

 private:
  void Poll() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, std::chrono::seconds(1), [this] { return ending_; })) {
      lock.unlock();
      for (const std::string& id : tokens_.Refresh()) {
        Log(LogLevel::kInfo, "token is not good any more", {{"token", id}});
        on_revoked_(id);
      }
      lock.lock();
    }
  }

  const MonotonicClock clock_;
  StoredTokens tokens_;
  const std::function<void(const std::string&)> on_revoked_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> StoreBackend::OpenStore(const CoordinatorSettings& settings) {
  settings_ = settings;
  return Open(settings);
}

absl::Status StoreBackend::EnsureAdminToken(Store& store, const CoordinatorSettings& settings) {
  ASSIGN_OR_RETURN(const std::string path,
                   mockarty::EnsureAdminToken(store, settings.data_dir, settings.first_admin_token));
  if (!path.empty()) {
    Log(LogLevel::kInfo, "made the administrator's token; it is in this file", {{"path", path}});
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<TokenVerifier>> StoreBackend::MakeVerifier(
    StoreQueue&, std::function<void(const std::string& token_id)> on_revoked) {
  // A connection of its own: checking a token does not wait for the journal.
  ASSIGN_OR_RETURN(std::unique_ptr<Store> store, Open(settings_));
  return std::make_unique<PolledTokens>(std::move(store), std::move(on_revoked));
}

int StoreBackend::RunCommand(const std::vector<std::string>& command, const CoordinatorSettings& settings) {
  auto store = Open(settings);
  if (!store.ok()) {
    std::fprintf(stderr, "error: %s\n", std::string(ToStd(store.status().message())).c_str());
    return 1;
  }
  if (command.front() == "token") {
    return RunTokenCommand(**store, {command.begin() + 1, command.end()});
  }
  if (command.front() == "migrate" && command.size() == 1) {
    return 0;  // opening it did
  }
  std::fprintf(stderr, "error: unknown command; see 'mockarty-coordinator --help'\n");
  return kBadInput;
}

}  // namespace mockarty
