// The backend of the real coordinator: SQLite or PostgreSQL, tokens in the same store.
#ifndef COORDINATOR_STORE_BACKEND_H_
#define COORDINATOR_STORE_BACKEND_H_

#include <memory>
#include <string>
#include <vector>

#include "coordinator/backend.h"

namespace mockarty {

// Threads: the methods from one; the verifier that it makes from any. It may outlive the backend.
class StoreBackend final : public CoordinatorBackend {
 public:
  absl::StatusOr<std::unique_ptr<Store>> OpenStore(const CoordinatorSettings& settings) override;
  absl::Status EnsureAdminToken(Store& store, const CoordinatorSettings& settings) override;
  absl::StatusOr<std::unique_ptr<TokenVerifier>> MakeVerifier(
      StoreQueue& store, std::function<void(const std::string& token_id)> on_revoked) override;
  int RunCommand(const std::vector<std::string>& command, const CoordinatorSettings& settings) override;

 private:
  CoordinatorSettings settings_;  // of the store that was opened
};

}  // namespace mockarty

#endif  // COORDINATOR_STORE_BACKEND_H_
