// A new channel to a coordinator: credentials, keepalive, limits. Each attempt has its own, so that gRPC's own waiting
// between attempts does not come on top of the link's.
#ifndef RUNNER_LINK_CHANNEL_H_
#define RUNNER_LINK_CHANNEL_H_

#include <grpcpp/channel.h>

#include <memory>

#include "runner/link/grpc_link.h"

namespace mockarty {

std::shared_ptr<grpc::Channel> MakeChannel(const GrpcLinkOptions& options);

}  // namespace mockarty

#endif  // RUNNER_LINK_CHANNEL_H_
