// What the reactors of one GrpcServer share. Internal to coordinator/grpc.
#ifndef COORDINATOR_GRPC_SERVICE_CONTEXT_H_
#define COORDINATOR_GRPC_SERVICE_CONTEXT_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "common/log/log.h"
#include "coordinator/grpc/core_port.h"
#include "coordinator/grpc/grpc_server.h"

namespace mockarty {

// A stream that the housekeeping thread looks after.
class Watched {
 public:
  virtual ~Watched() = default;
  // Once a second or more often; closes what is overdue. Must not call back into the ServiceContext.
  virtual void CheckDeadlines(Nanos now) = 0;
  // The server ends: no more messages, what is queued goes out.
  virtual void EndOfService() = 0;
};

class ServiceContext {
 public:
  ServiceContext(const GrpcServerOptions& o, TokenVerifier& t, CorePort& c)
      : options(o), tokens(t), core(c), limiter_(o.log_interval) {}

  // Who calls. A refusal is counted, and logged once a source and interval.
  absl::StatusOr<TokenIdentity> Authenticate(const grpc::CallbackServerContext& call, TokenType type);

  // One line a source, kind of event and interval.
  void LogPeer(LogLevel level, std::string_view event, const std::string& peer, const std::string& detail);

  void Add(std::weak_ptr<Watched> stream);
  // The streams that still live. Forgets the others.
  std::vector<std::shared_ptr<Watched>> Streams();

  const GrpcServerOptions options;
  TokenVerifier& tokens;
  CorePort& core;
  std::atomic<uint64_t> next_session{1};
  std::atomic<size_t> sessions{0};
  std::atomic<size_t> watches{0};
  std::atomic<uint64_t> refused_tokens{0};
  std::atomic<uint64_t> refused_sessions{0};
  std::atomic<uint64_t> slow_sessions{0};

 private:
  LogLimiter limiter_;
  std::mutex mutex_;
  std::vector<std::weak_ptr<Watched>> streams_;
};

// Codes are the same on both sides.
grpc::Status ToGrpc(const absl::Status& status);

std::unique_ptr<grpc::Service> MakeRunnerLinkService(ServiceContext& context);
std::unique_ptr<grpc::Service> MakeControlService(ServiceContext& context);

}  // namespace mockarty

#endif  // COORDINATOR_GRPC_SERVICE_CONTEXT_H_
