// What gRPC and protobuf write to stderr by themselves, as lines of our log.
#ifndef COMMON_RPC_LIBRARY_LOGS_H_
#define COMMON_RPC_LIBRARY_LOGS_H_

namespace mockarty {

// From the first call on, each place of their code is heard once a minute: strangers cause such lines at will, as by a
// TLS handshake that fails or a message that cannot be read. Any thread.
void RouteLibraryLogs();

}  // namespace mockarty

#endif  // COMMON_RPC_LIBRARY_LOGS_H_
