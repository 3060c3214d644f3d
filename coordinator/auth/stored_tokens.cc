#include "coordinator/auth/stored_tokens.h"

#include <openssl/crypto.h>

#include "common/base/sha256.h"
#include "common/log/log.h"
#include "common/time/clock.h"
#include "coordinator/auth/tokens.h"

namespace mockarty {

absl::StatusOr<TokenIdentity> StoredTokens::Verify(std::string_view token, TokenType type) {
  const absl::Status refused = absl::UnauthenticatedError("invalid token");
  const std::string_view prefix = type == TokenType::kUser ? kUserTokenPrefix : kRunnerTokenPrefix;
  if (token.size() > kMaxTokenBytes || token.substr(0, prefix.size()) != prefix) {
    return refused;
  }
  const std::string hash = Sha256Hex(token);
  std::lock_guard lock(mutex_);
  auto found = by_hash_.find(hash);
  if (found == by_hash_.end()) {
    auto stored = store_->FindToken(hash);
    if (!stored.ok()) {
      return absl::UnavailableError("the store of tokens cannot be read now");
    }
    if (!stored->has_value()) {
      return refused;
    }
    found = by_hash_.emplace(hash, **std::move(stored)).first;
  }
  const TokenRecord& record = found->second;
  // The look-up by hash tells nothing about a token: who could make use of its timing would have to choose hashes.
  const bool equal =
      record.hash.size() == hash.size() && CRYPTO_memcmp(record.hash.data(), hash.data(), hash.size()) == 0;
  if (!equal || record.type != type || !IsValidAt(record, WallClockMillis())) {
    return refused;
  }
  return TokenIdentity{record.id, record.name_space};
}

std::vector<std::string> StoredTokens::Refresh() {
  std::lock_guard lock(mutex_);
  auto stored = store_->ListTokens();
  if (!stored.ok()) {
    Log(LogLevel::kWarn, "tokens cannot be read; those known so far stay good", {{"why", stored.status()}});
    return {};
  }
  const int64_t now_ms = WallClockMillis();
  std::map<std::string, TokenRecord, std::less<>> fresh;
  for (TokenRecord& record : *stored) {
    if (IsValidAt(record, now_ms)) {
      std::string hash = record.hash;
      fresh.emplace(std::move(hash), std::move(record));
    }
  }
  std::vector<std::string> gone;
  for (const auto& [hash, record] : by_hash_) {
    if (!fresh.contains(hash)) {
      gone.push_back(record.id);
    }
  }
  by_hash_ = std::move(fresh);
  return gone;
}

}  // namespace mockarty
