#include "coordinator/auth/tokens.h"

#include <sys/random.h>

#include <cstdlib>

#include "common/base/concat.h"
#include "common/base/sha256.h"

namespace mockarty {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// Each character with equal chance: bytes past the last whole multiple are drawn again.
std::string RandomText(size_t length) {
  constexpr unsigned kLimit = 256 / kAlphabet.size() * kAlphabet.size();
  std::string text;
  while (text.size() < length) {
    unsigned char bytes[64];
    if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes)) {
      abort();  // no token is better than one that can be guessed
    }
    for (const unsigned char byte : bytes) {
      if (byte < kLimit && text.size() < length) {
        text += kAlphabet[byte % kAlphabet.size()];
      }
    }
  }
  return text;
}

}  // namespace

std::string NewToken(TokenType type) {
  return Concat(type == TokenType::kUser ? kUserTokenPrefix : kRunnerTokenPrefix, RandomText(40));
}

TokenRecord MakeTokenRecord(TokenType type, std::string_view token, std::string_view name, std::string_view name_space,
                            int64_t now_ms, int64_t expires_at_ms) {
  TokenRecord record;
  record.id = RandomText(12);
  record.type = type;
  record.name = name;
  record.hash = Sha256Hex(token);
  record.name_space = name_space;
  record.created_at_ms = now_ms;
  record.expires_at_ms = expires_at_ms;
  return record;
}

bool IsValidAt(const TokenRecord& token, int64_t now_ms) {
  return token.revoked_at_ms == 0 && (token.expires_at_ms == 0 || now_ms < token.expires_at_ms);
}

}  // namespace mockarty
