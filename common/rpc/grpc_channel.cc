#include "common/rpc/grpc_channel.h"

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

std::shared_ptr<grpc::ChannelCredentials> TrustingCredentials(const GrpcChannelSetup& setup) {
  grpc::experimental::TlsChannelCredentialsOptions tls;
  tls.set_verify_server_certs(false);
  tls.set_check_call_host(false);
  tls.set_certificate_verifier(std::make_shared<grpc::experimental::NoOpCertificateVerifier>());
  if (!setup.certificate.empty()) {
    const std::vector<grpc::experimental::IdentityKeyCertPair> identity = {{setup.key, setup.certificate}};
    tls.set_certificate_provider(
        std::make_shared<grpc::experimental::StaticDataCertificateProvider>(std::string(), identity));
    tls.watch_identity_key_cert_pairs();
  }
  return grpc::experimental::TlsCredentials(tls);
}

std::shared_ptr<grpc::ChannelCredentials> Credentials(const GrpcChannelSetup& setup) {
  if (!setup.tls) return grpc::InsecureChannelCredentials();
  if (setup.skip_verify) return TrustingCredentials(setup);
  grpc::SslCredentialsOptions ssl;
  ssl.pem_root_certs = setup.ca;
  ssl.pem_cert_chain = setup.certificate;
  ssl.pem_private_key = setup.key;
  return grpc::SslCredentials(ssl);
}

}  // namespace

std::shared_ptr<grpc::Channel> MakeGrpcChannel(const std::string& address, const GrpcChannelSetup& setup) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, Millis(setup.keepalive));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Millis(setup.keepalive_timeout));
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, static_cast<int>(setup.max_received_bytes));
  arguments.SetInt(GRPC_ARG_MAX_SEND_MESSAGE_LENGTH, -1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(address, Credentials(setup), arguments);
}

}  // namespace mockarty
