#include "coordinator/auth/admin_token.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/sha256.h"
#include "common/base/status_macros.h"
#include "common/time/clock.h"
#include "coordinator/auth/tokens.h"

namespace mockarty {
namespace {

constexpr size_t kMinTokenBytes = 20;

absl::Status WriteSecret(const std::string& path, const std::string& token) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  const std::string text = token + "\n";
  bool written = fd >= 0 && fchmod(fd, 0600) == 0 &&
                 write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) {
    written = close(fd) == 0 && written;
  }
  return written ? absl::OkStatus()
                 : absl::UnavailableError(Concat("cannot write ", Quoted(path, 400), ": ", strerror(error)));
}

}  // namespace

absl::StatusOr<std::string> EnsureAdminToken(Store& store, const std::string& data_dir,
                                             const std::string& first_admin_token) {
  const int64_t now_ms = WallClockMillis();
  if (!first_admin_token.empty()) {
    if (!first_admin_token.starts_with(kUserTokenPrefix) || first_admin_token.size() < kMinTokenBytes ||
        first_admin_token.size() > kMaxTokenBytes) {
      return absl::InvalidArgumentError(Concat("FIRST_ADMIN_TOKEN: expected ", kUserTokenPrefix, " and in all ",
                                               kMinTokenBytes, " to ", kMaxTokenBytes, " characters, got ",
                                               first_admin_token.size(), " characters"));
    }
    ASSIGN_OR_RETURN(const auto known, store.FindToken(Sha256Hex(first_admin_token)));
    if (!known.has_value()) {
      RETURN_IF_ERROR(store.PutToken(MakeTokenRecord(TokenType::kUser, first_admin_token, "admin", "", now_ms, 0)));
    }
    return std::string();
  }
  ASSIGN_OR_RETURN(const std::vector<TokenRecord> tokens, store.ListTokens());
  if (std::any_of(tokens.begin(), tokens.end(), [](const TokenRecord& t) { return t.type == TokenType::kUser; })) {
    return std::string();
  }
  const std::string token = NewToken(TokenType::kUser);
  const std::string path = data_dir + "/admin-token";
  // The file first: a token that nobody knows would keep the next start from making one.
  RETURN_IF_ERROR(WriteSecret(path, token));
  RETURN_IF_ERROR(store.PutToken(MakeTokenRecord(TokenType::kUser, token, "admin", "", now_ms, 0)));
  return path;
}

}  // namespace mockarty
