// Checks tokens against the store.
//
// All tokens are in memory, read anew by Refresh() (about once a second); one that is not there is looked for in the
// store at once, so that a token works from the moment it was made. One that is not there either is refused without
// the store for some seconds, or until Refresh() finds it. Comparisons take the same time wherever they differ.
//
// When the store cannot be read, those that are in memory stay good; when it stalls, others are answered Unavailable
// after a moment (kPatience), and at once while it goes on. Threads: any; none waits for the store but the one that
// looks for a token in it.
#ifndef COORDINATOR_AUTH_STORED_TOKENS_H_
#define COORDINATOR_AUTH_STORED_TOKENS_H_

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/time/clock.h"
#include "coordinator/grpc/core_port.h"
#include "coordinator/store/store.h"

namespace mockarty {

class StoredTokens final : public TokenVerifier {
 public:
  static constexpr Nanos kPatience = 200 * kNanosPerMilli;
  static constexpr Nanos kBadFor = 5 * kNanosPerSecond;
  static constexpr size_t kMaxBad = 10'000;

  // `store` is a connection of its own; `clock` outlives this.
  StoredTokens(std::unique_ptr<Store> store, const Clock& clock) : store_(std::move(store)), clock_(clock) {}

  absl::StatusOr<TokenIdentity> Verify(std::string_view token, TokenType type) override;
  std::optional<absl::StatusOr<TokenIdentity>> Known(std::string_view token, TokenType type) override;
  // From memory alone: a token is found once Refresh() has read it.
  absl::StatusOr<NamedToken> FindByName(std::string_view name, TokenType type) override;
  // The ids that were good at the last call and are not any more: revoked, by whichever process, or expired.
  std::vector<std::string> Refresh();

 private:
  using ByHash = std::map<std::string, TokenRecord, std::less<>>;

  // What is known without the store; nothing when it has to be asked.
  std::optional<absl::StatusOr<TokenIdentity>> FromMemory(const std::string& hash, TokenType type);
  absl::StatusOr<TokenIdentity> FromStore(const std::string& hash, TokenType type);
  void RememberBad(const std::string& hash);
  // Those of by_hash_, with the lock: only what is new costs anything.
  void UpdateNames();

  const std::unique_ptr<Store> store_;
  const Clock& clock_;
  std::timed_mutex store_mutex_;       // of the store; taken before mutex_, never after it
  std::atomic<Nanos> store_since_{0};  // when the call of the store that is under way began; 0: none is
  std::mutex mutex_;                   // of what follows
  ByHash by_hash_;
  std::map<std::string, std::string, std::less<>> hash_by_name_;  // of runners' tokens
  std::map<std::string, std::string, std::less<>> name_by_hash_;
  std::set<std::string, std::less<>> bad_;
  std::deque<std::pair<Nanos, std::string>> bad_until_;  // in order
};

}  // namespace mockarty

#endif  // COORDINATOR_AUTH_STORED_TOKENS_H_
