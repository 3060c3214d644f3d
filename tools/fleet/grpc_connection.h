// A simulated runner's gRPC stream. Threads: gRPC's own call back.
#ifndef TOOLS_FLEET_GRPC_CONNECTION_H_
#define TOOLS_FLEET_GRPC_CONNECTION_H_

#include <string>

#include "tools/fleet/runner_connection.h"

namespace mockarty::fleet {

ConnectRunner ByGrpc(const std::string& address, const std::string& token);

}  // namespace mockarty::fleet

#endif  // TOOLS_FLEET_GRPC_CONNECTION_H_
