// Channels between runner and coordinator, whichever of the two connects. Any thread.
#ifndef COMMON_RPC_GRPC_CHANNEL_H_
#define COMMON_RPC_GRPC_CHANNEL_H_

#include <grpcpp/channel.h>

#include <cstddef>
#include <memory>
#include <string>

#include "common/time/clock.h"

namespace mockarty {

struct GrpcChannelSetup {
  bool tls = false;
  bool skip_verify = false;  // no certificate of the peer is looked at
  std::string ca;            // in PEM, all; empty: the system's
  std::string certificate;   // shown to the peer, for mutual TLS; empty: none
  std::string key;
  Nanos keepalive = 0;          // between pings
  Nanos keepalive_timeout = 0;  // for the answer to one
  size_t max_received_bytes = 0;
};

// Connects with the first call; a connection and its waiting are this channel's alone. No proxy is used.
std::shared_ptr<grpc::Channel> MakeGrpcChannel(const std::string& address, const GrpcChannelSetup& setup);

}  // namespace mockarty

#endif  // COMMON_RPC_GRPC_CHANNEL_H_
