#include "coordinator/grpc/dial_channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <grpcpp/support/channel_arguments.h>

#include <vector>

namespace mockarty {
namespace {

constexpr int kConnectMs = 10'000;

int Millis(Nanos nanos) { return static_cast<int>(nanos / kNanosPerMilli); }

// No certificate of the runner is looked at. The coordinator's own is shown all the same, for mutual TLS.
std::shared_ptr<grpc::ChannelCredentials> TrustingCredentials(const ReverseOptions& options) {
  grpc::experimental::TlsChannelCredentialsOptions tls;
  tls.set_verify_server_certs(false);
  tls.set_check_call_host(false);
  tls.set_certificate_verifier(std::make_shared<grpc::experimental::NoOpCertificateVerifier>());
  if (!options.tls_certificate.empty()) {
    const std::vector<grpc::experimental::IdentityKeyCertPair> identity = {{options.tls_key, options.tls_certificate}};
    tls.set_certificate_provider(
        std::make_shared<grpc::experimental::StaticDataCertificateProvider>(std::string(), identity));
    tls.watch_identity_key_cert_pairs();
  }
  return grpc::experimental::TlsCredentials(tls);
}

std::shared_ptr<grpc::ChannelCredentials> Credentials(const ReverseOptions& options) {
  if (!options.tls) return grpc::InsecureChannelCredentials();
  if (options.tls_skip_verify) return TrustingCredentials(options);
  grpc::SslCredentialsOptions ssl;
  ssl.pem_root_certs = options.tls_ca;
  ssl.pem_cert_chain = options.tls_certificate;
  ssl.pem_private_key = options.tls_key;
  return grpc::SslCredentials(ssl);
}

}  // namespace

std::shared_ptr<grpc::Channel> MakeDialChannel(const GrpcServerOptions& options, const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, Millis(options.keepalive_time));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Millis(options.keepalive_timeout));
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, static_cast<int>(options.max_runner_message_bytes));
  arguments.SetInt(GRPC_ARG_MAX_SEND_MESSAGE_LENGTH, -1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(address, Credentials(options.reverse), arguments);
}

}  // namespace mockarty
