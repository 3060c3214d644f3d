// Who is at the other end of a gRPC call, as its limits and log lines want to know it.
#ifndef COMMON_BASE_GRPC_PEER_H_
#define COMMON_BASE_GRPC_PEER_H_

#include <string>
#include <string_view>

namespace mockarty {

// The address without its port, of what gRPC calls the peer: "127.0.0.1" of "ipv4:127.0.0.1:4242". Anything else stays
// as it is.
std::string SourceOf(std::string_view grpc_peer);

}  // namespace mockarty

#endif  // COMMON_BASE_GRPC_PEER_H_
