// Where CoordinatorMain() gets its store and tokens from, and who carries out the commands that work on the store
// alone.
#ifndef COORDINATOR_BACKEND_H_
#define COORDINATOR_BACKEND_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "coordinator/grpc/core_port.h"
#include "coordinator/settings/coordinator_settings.h"
#include "coordinator/store/store.h"
#include "coordinator/store/store_queue.h"

namespace mockarty {

class CoordinatorBackend {
 public:
  virtual ~CoordinatorBackend() = default;
  virtual absl::StatusOr<std::unique_ptr<Store>> OpenStore(const CoordinatorSettings& settings) = 0;
  // On the first start makes the administrator's token, before anything else uses the store.
  virtual absl::Status EnsureAdminToken(Store& store, const CoordinatorSettings& settings) = 0;
  // `on_revoked` gets the id of a token that is not valid any more; from any thread.
  virtual absl::StatusOr<std::unique_ptr<TokenVerifier>> MakeVerifier(
      StoreQueue& store, std::function<void(const std::string& token_id)> on_revoked) = 0;
  // `token ...` and `migrate`; an exit code.
  virtual int RunCommand(const std::vector<std::string>& command, const CoordinatorSettings& settings) = 0;
};

}  // namespace mockarty

#endif  // COORDINATOR_BACKEND_H_
