// A new channel to a runner that listens: credentials, keepalive, limits. Each attempt has its own, so that gRPC's own
// waiting between attempts does not come on top of the dialer's. Internal to coordinator/grpc.
#ifndef COORDINATOR_GRPC_DIAL_CHANNEL_H_
#define COORDINATOR_GRPC_DIAL_CHANNEL_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "coordinator/grpc/grpc_server.h"

namespace mockarty {

std::shared_ptr<grpc::Channel> MakeDialChannel(const GrpcServerOptions& options, const std::string& address);

}  // namespace mockarty

#endif  // COORDINATOR_GRPC_DIAL_CHANNEL_H_
