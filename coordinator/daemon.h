// A whole coordinator but for its store and its tokens: the core and its thread, gRPC and HTTP ports, the local runner.
//
// Threads: Start(), Stop() and the destructor from one thread; the others from any.
#ifndef COORDINATOR_DAEMON_H_
#define COORDINATOR_DAEMON_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/grpc/core_port.h"
#include "coordinator/settings/coordinator_settings.h"
#include "coordinator/store/store_queue.h"

namespace mockarty {

struct DaemonOptions {
  CoordinatorSettings settings;
  std::string node_id;
  std::string version;
  std::string task_executable;  // of worker processes; empty: this process's own
};

class CoordinatorDaemon {
 public:
  // Serves when it returns. `store` and `tokens` outlive it; `store` runs nothing of it any more after Stop(). Errors
  // are those of the ports and of the certificate.
  static absl::StatusOr<std::unique_ptr<CoordinatorDaemon>> Start(const DaemonOptions& options, StoreQueue& store,
                                                                  TokenVerifier& tokens);
  ~CoordinatorDaemon();
  CoordinatorDaemon(const CoordinatorDaemon&) = delete;
  CoordinatorDaemon& operator=(const CoordinatorDaemon&) = delete;

  std::string GrpcAddress() const;  // "127.0.0.1:5773", with the real port
  std::string HttpAddress() const;
  // A token was revoked: cuts off its runners.
  void DropToken(const std::string& token_id);
  // Gives the runs up, says good-bye, closes the ports. Waits for what the store has queued.
  void Stop();

 private:
  class Impl;
  explicit CoordinatorDaemon(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mockarty

#endif  // COORDINATOR_DAEMON_H_
