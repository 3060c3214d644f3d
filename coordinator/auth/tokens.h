// Tokens: "mk_" (user) or "mki_" (runner) and 40 characters of [0-9A-Za-z], 238 bits by chance. Stored is their
// SHA-256: with that much chance in them no slow hash is needed.
#ifndef COORDINATOR_AUTH_TOKENS_H_
#define COORDINATOR_AUTH_TOKENS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "coordinator/store/store.h"

namespace mockarty {

inline constexpr std::string_view kUserTokenPrefix = "mk_";
inline constexpr std::string_view kRunnerTokenPrefix = "mki_";
inline constexpr size_t kMaxTokenBytes = 256;

std::string NewToken(TokenType type);
// A record of the token with a new id. `expires_at_ms` 0: never.
TokenRecord MakeTokenRecord(TokenType type, std::string_view token, std::string_view name, std::string_view name_space,
                            int64_t now_ms, int64_t expires_at_ms);
bool IsValidAt(const TokenRecord& token, int64_t now_ms);

}  // namespace mockarty

#endif  // COORDINATOR_AUTH_TOKENS_H_
