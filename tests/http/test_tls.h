// Certificates made on the spot, and a TLS server that answers as the test says.
#ifndef TESTS_HTTP_TEST_TLS_H_
#define TESTS_HTTP_TEST_TLS_H_

#include <openssl/types.h>

#include <functional>
#include <memory>
#include <string>

#include "tests/http/test_server.h"

namespace mockarty {

// A certificate with its private key.
struct TestCertificate {
  std::shared_ptr<X509> certificate;
  std::shared_ptr<EVP_PKEY> key;

  std::string Pem() const;
  std::string KeyPem() const;
};

enum class TestKey { kEc, kRsa };

TestCertificate MakeAuthority(const std::string& name, TestKey key = TestKey::kEc);
// `names` as OpenSSL writes alternative names: "DNS:localhost,IP:127.0.0.1". Valid from `begin_s` to `end_s` seconds
// from now. Without an authority it signs itself.
TestCertificate Issue(const TestCertificate* authority, const std::string& names, long begin_s = -3600,
                      long end_s = 3600, TestKey key = TestKey::kEc);

// How one connection of a TlsTestServer was shaken hands.
struct TlsTestConnection {
  SSL* ssl;
  bool resumed;
  std::string server_name;  // SNI
  std::string protocol;     // ALPN

  std::string ReadRequest();
  bool Write(const std::string& bytes);
};

class TlsTestServer {
 public:
  using Handler = std::function<void(TlsTestConnection& connection)>;

  // `max_version`: TLS1_2_VERSION and the like; 0: the newest. `http2`: chosen instead of HTTP/1.1. After `handler` the
  // server closes with close_notify.
  TlsTestServer(const TestCertificate& certificate, Handler handler, int max_version = 0, bool http2 = false);
  // Before the first connection: clients must show a certificate of this authority.
  void DemandCertificate(const TestCertificate& authority);
  ~TlsTestServer();

  uint16_t port() const { return server_->port(); }
  int connections() const { return server_->connections(); }
  // "https://HOST:port" + path
  std::string Url(const std::string& host, const std::string& path) const;

 private:
  void Serve(TestConnection& connection);

  SSL_CTX* context_;
  bool http2_;
  Handler handler_;
  std::unique_ptr<TestServer> server_;
};

}  // namespace mockarty

#endif  // TESTS_HTTP_TEST_TLS_H_
