#include "common/base/grpc_peer.h"

namespace mockarty {

std::string SourceOf(std::string_view grpc_peer) {
  for (std::string_view family : {"ipv4:", "ipv6:"}) {
    if (!grpc_peer.starts_with(family)) continue;
    grpc_peer.remove_prefix(family.size());
    size_t colon = grpc_peer.rfind(':');
    return std::string(grpc_peer.substr(0, colon));
  }
  return std::string(grpc_peer);
}

}  // namespace mockarty
