// How a simulated runner reaches its coordinator: over a gRPC stream (grpc_connection.h) or by long-polling
// (poll_connection.h).
#ifndef TOOLS_FLEET_RUNNER_CONNECTION_H_
#define TOOLS_FLEET_RUNNER_CONNECTION_H_

#include <functional>
#include <memory>
#include <string>

#include "mockarty/v1/runner_link.pb.h"

namespace mockarty::fleet {

// Messages go out in their order, and none is lost while the connection lasts; it is not opened again.
// Threads: Send() and Failure() from any. Ownership: End() comes before the destructor.
class RunnerConnection {
 public:
  using OnMessage = std::function<void(const v1::CoordinatorMessage&)>;

  virtual ~RunnerConnection() = default;
  virtual void Send(v1::RunnerMessage message) = 0;
  virtual std::string Failure() const = 0;  // why it ended; empty: it has not
  virtual void End() = 0;                   // waits until no callback runs any more; not from within one
};

// Begins to connect. Messages are given to `on_message` one after another, on a thread of the connection's, maybe
// before this returns. The first one that is sent must be Hello.
using ConnectRunner = std::function<std::unique_ptr<RunnerConnection>(RunnerConnection::OnMessage on_message)>;

}  // namespace mockarty::fleet

#endif  // TOOLS_FLEET_RUNNER_CONNECTION_H_
