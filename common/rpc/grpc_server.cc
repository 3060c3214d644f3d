#include "common/rpc/grpc_server.h"

#include <grpcpp/resource_quota.h>

#include "common/rpc/library_logs.h"

namespace mockarty {
namespace {

constexpr int kHandshakeTimeoutMs = 10'000;  // of HTTP/2 and TLS
constexpr int kMinPingIntervalMs = 5'000;    // of clients

int Millis(Nanos nanos) { return static_cast<int>(nanos / kNanosPerMilli); }

}  // namespace

void SetUpGrpcServer(const GrpcServerSetup& setup, grpc::ServerBuilder& builder) {
  RouteLibraryLogs();
  builder.SetMaxReceiveMessageSize(static_cast<int>(setup.max_received_bytes));
  builder.SetMaxSendMessageSize(-1);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, Millis(setup.keepalive));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Millis(setup.keepalive_timeout));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kMinPingIntervalMs);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, Millis(setup.idle_connection));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, setup.max_streams_per_connection);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetResourceQuota(grpc::ResourceQuota(setup.name).Resize(setup.memory_quota_bytes));
}

std::shared_ptr<grpc::ServerCredentials> MakeServerCredentials(const std::string& certificate, const std::string& key,
                                                               const std::string& client_ca) {
  if (certificate.empty()) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions ssl(client_ca.empty() ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                                                          : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  ssl.pem_root_certs = client_ca;
  ssl.pem_key_cert_pairs.push_back({key, certificate});
  return grpc::SslServerCredentials(ssl);
}

}  // namespace mockarty
