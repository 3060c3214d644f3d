// Simulated runners that long-poll over HTTP (proto/mockarty/v1/poll.proto), as runners in mode `poll` do: two
// connections each, one that waits and one that sends; what waits to be sent goes as one batch.
//
// A few threads carry the connections of all runners. What a real runner bears and these do not: TLS, proxies, a lost
// connection, which is the end of theirs. Ownership: PollThreads outlives its connections.
#ifndef TOOLS_FLEET_POLL_CONNECTION_H_
#define TOOLS_FLEET_POLL_CONNECTION_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tools/fleet/runner_connection.h"

namespace mockarty::fleet {

class PollThreads {
 public:
  // `address`: HOST:PORT of the coordinator's HTTP. InvalidArgument: it is none; Unavailable: the host is not found.
  static absl::StatusOr<std::unique_ptr<PollThreads>> Start(const std::string& address, int threads);
  ~PollThreads();
  PollThreads(const PollThreads&) = delete;
  PollThreads& operator=(const PollThreads&) = delete;

  ConnectRunner ByPolling(const std::string& token);

 private:
  class Impl;
  explicit PollThreads(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mockarty::fleet

#endif  // TOOLS_FLEET_POLL_CONNECTION_H_
