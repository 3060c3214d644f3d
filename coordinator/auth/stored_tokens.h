// Checks tokens against the store.
//
// All tokens are in memory, read anew by Refresh() (about once a second); one that is not there is looked for in the
// store at once, so that a token works from the moment it was made. Comparisons take the same time wherever they
// differ. When the store cannot be read, those that are in memory stay good. Threads: any; one lock.
#ifndef COORDINATOR_AUTH_STORED_TOKENS_H_
#define COORDINATOR_AUTH_STORED_TOKENS_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/grpc/core_port.h"
#include "coordinator/store/store.h"

namespace mockarty {

class StoredTokens final : public TokenVerifier {
 public:
  // `store` is a connection of its own.
  explicit StoredTokens(std::unique_ptr<Store> store) : store_(std::move(store)) {}

  absl::StatusOr<TokenIdentity> Verify(std::string_view token, TokenType type) override;
  // The ids that were good at the last call and are not any more: revoked, by whichever process, or expired.
  std::vector<std::string> Refresh();

 private:
  const std::unique_ptr<Store> store_;
  std::mutex mutex_;
  std::map<std::string, TokenRecord, std::less<>> by_hash_;
};

}  // namespace mockarty

#endif  // COORDINATOR_AUTH_STORED_TOKENS_H_
