#include "coordinator/auth/stored_tokens.h"

#include <openssl/crypto.h>

#include <chrono>

#include "common/base/sha256.h"
#include "common/log/log.h"
#include "common/wire/reverse_handshake.h"
#include "coordinator/auth/tokens.h"

namespace mockarty {
namespace {

absl::Status Refused() { return absl::UnauthenticatedError("invalid token"); }

bool HasForm(std::string_view token, TokenType type) {
  const std::string_view prefix = type == TokenType::kUser ? kUserTokenPrefix : kRunnerTokenPrefix;
  return token.size() <= kMaxTokenBytes && token.substr(0, prefix.size()) == prefix;
}

absl::StatusOr<TokenIdentity> Check(const TokenRecord& record, const std::string& hash, TokenType type) {
  // The look-up by hash tells nothing about a token: who could make use of its timing would have to choose hashes.
  const bool equal =
      record.hash.size() == hash.size() && CRYPTO_memcmp(record.hash.data(), hash.data(), hash.size()) == 0;
  if (!equal || record.type != type || !IsValidAt(record, WallClockMillis())) {
    return Refused();
  }
  return TokenIdentity{record.id, record.name_space};
}

// Notes for all threads since when the store is being asked.
class Asking {
 public:
  Asking(std::atomic<Nanos>& since, Nanos now) : since_(since) { since_ = now == 0 ? 1 : now; }
  ~Asking() { since_ = 0; }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

 private:
  std::atomic<Nanos>& since_;
};

}  // namespace

absl::StatusOr<TokenIdentity> StoredTokens::Verify(std::string_view token, TokenType type) {
  if (!HasForm(token, type)) {
    return Refused();
  }
  const std::string hash = Sha256Hex(token);
  if (auto known = FromMemory(hash, type); known.has_value()) {
    return *std::move(known);
  }
  return FromStore(hash, type);
}

std::optional<absl::StatusOr<TokenIdentity>> StoredTokens::Known(std::string_view token, TokenType type) {
  if (!HasForm(token, type)) {
    return Refused();
  }
  return FromMemory(Sha256Hex(token), type);
}

std::optional<absl::StatusOr<TokenIdentity>> StoredTokens::FromMemory(const std::string& hash, TokenType type) {
  std::lock_guard lock(mutex_);
  if (const auto found = by_hash_.find(hash); found != by_hash_.end()) {
    return Check(found->second, hash, type);
  }
  for (const Nanos now = clock_.Now(); !bad_until_.empty() && bad_until_.front().first <= now;) {
    bad_.erase(bad_until_.front().second);
    bad_until_.pop_front();
  }
  if (bad_.contains(hash)) {
    return Refused();
  }
  return std::nullopt;
}

absl::StatusOr<TokenIdentity> StoredTokens::FromStore(const std::string& hash, TokenType type) {
  const absl::Status busy = absl::UnavailableError("the store of tokens does not answer now");
  // Threads that answer calls are few: they must not all wait for one store.
  if (const Nanos since = store_since_; since != 0 && clock_.Now() - since > kPatience) {
    return busy;
  }
  std::unique_lock store_lock(store_mutex_, std::chrono::nanoseconds(kPatience));
  if (!store_lock.owns_lock()) {
    return busy;
  }
  // Another thread may have brought it meanwhile.
  if (auto known = FromMemory(hash, type); known.has_value()) {
    return *std::move(known);
  }
  absl::StatusOr<std::optional<TokenRecord>> stored;
  {
    const Asking asking(store_since_, clock_.Now());
    stored = store_->FindToken(hash);
  }
  if (!stored.ok()) {
    return absl::UnavailableError("the store of tokens cannot be read now");
  }
  std::lock_guard lock(mutex_);
  if (!stored->has_value() || !IsValidAt(**stored, WallClockMillis())) {
    RememberBad(hash);
    return Refused();
  }
  return Check(by_hash_.emplace(hash, **std::move(stored)).first->second, hash, type);
}

void StoredTokens::RememberBad(const std::string& hash) {
  while (bad_until_.size() >= kMaxBad) {
    bad_.erase(bad_until_.front().second);
    bad_until_.pop_front();
  }
  if (bad_.insert(hash).second) {
    bad_until_.emplace_back(clock_.Now() + kBadFor, hash);
  }
}

std::vector<std::string> StoredTokens::Refresh() {
  // To the end: what a Verify() finds in between would be missing in the list, and taken for revoked.
  std::lock_guard store_lock(store_mutex_);
  absl::StatusOr<std::vector<TokenRecord>> stored;
  {
    const Asking asking(store_since_, clock_.Now());
    stored = store_->ListTokens();
  }
  if (!stored.ok()) {
    Log(LogLevel::kWarn, "tokens cannot be read; those known so far stay good", {{"why", stored.status()}});
    return {};
  }
  const int64_t now_ms = WallClockMillis();
  ByHash fresh;
  for (TokenRecord& record : *stored) {
    if (IsValidAt(record, now_ms)) {
      std::string hash = record.hash;
      fresh.emplace(std::move(hash), std::move(record));
    }
  }
  std::vector<std::string> gone;
  std::lock_guard lock(mutex_);
  for (const auto& [hash, record] : by_hash_) {
    if (!fresh.contains(hash)) {
      gone.push_back(record.id);
    }
  }
  by_hash_ = std::move(fresh);
  UpdateNames();
  return gone;
}

void StoredTokens::UpdateNames() {
  std::erase_if(name_by_hash_, [this](const auto& named) {
    const bool gone = !by_hash_.contains(named.first);
    if (gone) hash_by_name_.erase(named.second);
    return gone;
  });
  for (const auto& [hash, record] : by_hash_) {
    if (record.type != TokenType::kRunner || name_by_hash_.contains(hash)) {
      continue;
    }
    if (const std::string key = TokenKeyOfHash(hash); !key.empty()) {
      const std::string name = TokenName(key);
      hash_by_name_[name] = hash;
      name_by_hash_[hash] = name;
    }
  }
}

absl::StatusOr<NamedToken> StoredTokens::FindByName(std::string_view name, TokenType type) {
  std::lock_guard lock(mutex_);
  const auto hash = hash_by_name_.find(name);
  const auto found = hash == hash_by_name_.end() ? by_hash_.end() : by_hash_.find(hash->second);
  if (found == by_hash_.end() || found->second.type != type || !IsValidAt(found->second, WallClockMillis())) {
    return Refused();
  }
  return NamedToken{.identity = {found->second.id, found->second.name_space}, .key = TokenKeyOfHash(found->first)};
}

}  // namespace mockarty
