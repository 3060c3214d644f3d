// What the gRPC services need of the rest of the coordinator: the core, and who a token belongs to. Interfaces, because
// tests put something else behind them.
#ifndef COORDINATOR_GRPC_CORE_PORT_H_
#define COORDINATOR_GRPC_CORE_PORT_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "coordinator/run/coordinator.h"
#include "coordinator/store/store.h"

namespace mockarty {

struct TokenIdentity {
  std::string token_id;
  std::string name_space;  // empty: all
};

// A token that was found by its name (reverse_handshake.h).
struct NamedToken {
  TokenIdentity identity;
  std::string key;  // TokenKey() of it: a secret
};

// Threads: any; must not block for long.
class TokenVerifier {
 public:
  virtual ~TokenVerifier() = default;
  // Unauthenticated when the token is not known, revoked, expired or of another type, without saying which.
  virtual absl::StatusOr<TokenIdentity> Verify(std::string_view token, TokenType type) = 0;
  // The same from memory alone, at once; nothing when only a look-up, which may take its time, could tell.
  virtual std::optional<absl::StatusOr<TokenIdentity>> Known(std::string_view token, TokenType type) {
    return Verify(token, type);
  }
  // The valid token with TokenName() `name`. Errors as of Verify(). The base class knows none.
  virtual absl::StatusOr<NamedToken> FindByName(std::string_view /*name*/, TokenType /*type*/) {
    return absl::UnauthenticatedError("invalid token");
  }
};

// The methods of Coordinator that the services call, on the core's thread only, and Post(), from any.
class CorePort {
 public:
  virtual ~CorePort() = default;
  virtual void Post(std::function<void()> function) = 0;

  virtual void OnRunnerConnected(SessionId session, std::shared_ptr<RunnerSession> runner, std::string token_id,
                                 std::string name_space) = 0;
  virtual void OnRunnerMessage(SessionId session, const v1::RunnerMessage& message) = 0;
  virtual void OnRunnerGone(SessionId session) = 0;

  virtual void Submit(v1::SubmitRequest request, const Caller& caller,
                      std::function<void(absl::StatusOr<std::string>)> done) = 0;
  virtual absl::Status StopRun(const std::string& run_id, bool now, const Caller& caller) = 0;
  virtual WatchId Watch(const std::string& run_id, uint64_t after, const Caller& caller,
                        std::function<void(const v1::RunEvent&)> on_event, std::function<void(absl::Status)> done) = 0;
  virtual void Unwatch(WatchId watch) = 0;
  virtual void ListRuns(const v1::ListRunsRequest& request, const Caller& caller,
                        std::function<void(absl::StatusOr<v1::ListRunsResponse>)> done) = 0;
  virtual void GetRun(const std::string& run_id, const Caller& caller,
                      std::function<void(absl::StatusOr<v1::GetRunResponse>)> done) = 0;
  virtual v1::ListRunnersResponse ListRunners(const Caller& caller) = 0;
};

}  // namespace mockarty

#endif  // COORDINATOR_GRPC_CORE_PORT_H_
