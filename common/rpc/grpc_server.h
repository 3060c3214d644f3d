// What every gRPC server of this project has: limits, keepalives, certificates.
// Any thread.
#ifndef COMMON_RPC_GRPC_SERVER_H_
#define COMMON_RPC_GRPC_SERVER_H_

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <cstddef>
#include <memory>
#include <string>

#include "common/time/clock.h"

namespace mockarty {

struct GrpcServerSetup {
  std::string name;               // of the memory quota
  size_t max_received_bytes = 0;  // a message
  size_t memory_quota_bytes = 0;  // of gRPC's own buffers
  Nanos keepalive = 0;            // between pings
  Nanos keepalive_timeout = 0;    // for the answer to one
  Nanos idle_connection = 0;      // without calls
  int max_streams_per_connection = 0;
};

// Calls RouteLibraryLogs() as well.
void SetUpGrpcServer(const GrpcServerSetup& setup, grpc::ServerBuilder& builder);

// In PEM. Empty certificate: no TLS. With a CA, clients must show a certificate of it.
std::shared_ptr<grpc::ServerCredentials> MakeServerCredentials(const std::string& certificate, const std::string& key,
                                                               const std::string& client_ca);

}  // namespace mockarty

#endif  // COMMON_RPC_GRPC_SERVER_H_
