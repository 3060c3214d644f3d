#include <gmock/gmock.h>
#include <openssl/bio.h>
#include <openssl/pem.h>

#include "tests/coordinator_grpc/fake_core.h"
#include "tests/http/test_tls.h"
#include "tools/target/certificate.h"

namespace mockarty {
namespace {

class GrpcTlsTest : public GrpcServerTest {
 protected:
  static target::Certificates Make() {
    auto made = target::MakeCertificates("127.0.0.1");
    EXPECT_TRUE(made.ok()) << made.status();
    return made.ok() ? *made : target::Certificates();
  }

  grpc::Status List(const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
    auto stub = v1::Control::NewStub(grpc::CreateChannel(Address(), credentials));
    grpc::ClientContext call;
    SetToken(call, "mk_good");
    v1::ListRunnersResponse response;
    return stub->ListRunners(&call, {}, &response);
  }
};

TEST_F(GrpcTlsTest, ServerCertificateIsChecked) {
  target::Certificates server = Make();
  GrpcServerOptions options;
  options.tls_certificate = server.certificate_pem;
  options.tls_key = server.key_pem;
  Start(options);
  grpc::Status status = List(grpc::SslCredentials({.pem_root_certs = server.ca_pem}));
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(List(grpc::SslCredentials({.pem_root_certs = Make().ca_pem})).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(List(grpc::InsecureChannelCredentials()).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(GrpcTlsTest, WithAClientAuthorityClientsMustShowACertificateOfIt) {
  target::Certificates server = Make();
  TestCertificate authority = MakeAuthority("clients");
  TestCertificate other_authority = MakeAuthority("strangers");
  GrpcServerOptions options;
  options.tls_certificate = server.certificate_pem;
  options.tls_key = server.key_pem;
  options.tls_client_ca = authority.Pem();
  Start(options);
  grpc::SslCredentialsOptions client{.pem_root_certs = server.ca_pem};
  EXPECT_FALSE(List(grpc::SslCredentials(client)).ok());
  for (bool known : {true, false}) {
    TestCertificate shown = Issue(known ? &authority : &other_authority, "DNS:runner");
    client.pem_cert_chain = shown.Pem();
    client.pem_private_key = shown.KeyPem();
    grpc::Status status = List(grpc::SslCredentials(client));
    EXPECT_EQ(status.ok(), known) << status.error_message();
  }
}

TEST_F(GrpcTlsTest, BadCertificatesStopTheStart) {
  GrpcServerOptions options;
  options.address = "127.0.0.1";
  options.tls_certificate = "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n";
  options.tls_key = "-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n";
  EXPECT_FALSE(GrpcServer::Start(options, tokens_, core_).ok());
  options.tls_key.clear();
  EXPECT_EQ(GrpcServer::Start(options, tokens_, core_).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(GrpcTlsTest, APortInUseStopsTheStart) {
  Start();
  GrpcServerOptions options;
  options.address = "127.0.0.1";
  options.port = server_->Port();
  EXPECT_EQ(GrpcServer::Start(options, tokens_, core_).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace mockarty
