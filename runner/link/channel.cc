#include "runner/link/channel.h"

#include "common/rpc/grpc_channel.h"

namespace mockarty {

std::shared_ptr<grpc::Channel> MakeChannel(const GrpcLinkOptions& options) {
  return MakeGrpcChannel(options.address, {.tls = options.tls,
                                           .skip_verify = options.skip_verify,
                                           .ca = options.ca_pem,
                                           .certificate = options.cert_pem,
                                           .key = options.key_pem,
                                           .keepalive = 20 * kNanosPerSecond,
                                           .keepalive_timeout = 10 * kNanosPerSecond,
                                           .max_received_bytes = size_t{16} << 20});
}

}  // namespace mockarty
