#include "coordinator/grpc/dial_channel.h"

#include "common/rpc/grpc_channel.h"

namespace mockarty {

std::shared_ptr<grpc::Channel> MakeDialChannel(const GrpcServerOptions& options, const std::string& address) {
  const ReverseOptions& reverse = options.reverse;
  return MakeGrpcChannel(address, {.tls = reverse.tls,
                                   .skip_verify = reverse.tls_skip_verify,
                                   .ca = reverse.tls_ca,
                                   .certificate = reverse.tls_certificate,
                                   .key = reverse.tls_key,
                                   .keepalive = options.keepalive_time,
                                   .keepalive_timeout = options.keepalive_timeout,
                                   .max_received_bytes = options.max_runner_message_bytes});
}

}  // namespace mockarty
