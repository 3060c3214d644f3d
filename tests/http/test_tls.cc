#include "tests/http/test_tls.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstring>

namespace mockarty {
namespace {

std::shared_ptr<EVP_PKEY> MakeKey(TestKey kind) {
  return {kind == TestKey::kRsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"), EVP_PKEY_free};
}

void AddExtension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

TestCertificate MakeCertificate(const std::string& name, long begin_s, long end_s, TestKey key) {
  static std::atomic<long> serial{1};
  TestCertificate made{{X509_new(), X509_free}, MakeKey(key)};
  X509* certificate = made.certificate.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial.fetch_add(1));
  X509_gmtime_adj(X509_getm_notBefore(certificate), begin_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate), end_s);
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return made;
}

int SelectProtocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                   unsigned int in_size, void* http2) {
  static constexpr unsigned char kHttp1[] = "\x08http/1.1";
  static constexpr unsigned char kHttp2[] = "\x02h2";
  const unsigned char* wanted = http2 != nullptr ? kHttp2 : kHttp1;
  const unsigned wanted_size = (http2 != nullptr ? sizeof kHttp2 : sizeof kHttp1) - 1;
  unsigned char* selected = nullptr;
  if (SSL_select_next_proto(&selected, out_size, wanted, wanted_size, in, in_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = selected;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

namespace {

// What `write` writes.
std::string Written(const std::function<void(BIO*)>& write) {
  BIO* bio = BIO_new(BIO_s_mem());
  write(bio);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<size_t>(size));
  BIO_free(bio);
  return text;
}

}  // namespace

std::string TestCertificate::Pem() const {
  return Written([this](BIO* bio) { PEM_write_bio_X509(bio, certificate.get()); });
}

std::string TestCertificate::KeyPem() const {
  return Written([this](BIO* bio) { PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

TestCertificate MakeAuthority(const std::string& name, TestKey key) {
  TestCertificate made = MakeCertificate(name, -3600, 3600, key);
  X509* certificate = made.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  AddExtension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(certificate, certificate, NID_key_usage, "critical,keyCertSign");
  X509_sign(certificate, made.key.get(), EVP_sha256());
  return made;
}

TestCertificate Issue(const TestCertificate* authority, const std::string& names, long begin_s, long end_s,
                      TestKey key) {
  TestCertificate made = MakeCertificate("mockarty test", begin_s, end_s, key);
  X509* certificate = made.certificate.get();
  const TestCertificate& issuer = authority != nullptr ? *authority : made;
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer.certificate.get()));
  AddExtension(certificate, issuer.certificate.get(), NID_subject_alt_name, names);
  X509_sign(certificate, issuer.key.get(), EVP_sha256());
  return made;
}

std::string TlsTestConnection::ReadRequest() {
  std::string request;
  char chunk[16384];
  while (true) {
    const int got = SSL_read(ssl, chunk, sizeof chunk);
    if (got <= 0) return "";
    request.append(chunk, static_cast<size_t>(got));
    const size_t end = request.find("\r\n\r\n");
    if (end == std::string::npos) continue;
    const size_t length = request.find("Content-Length: ");
    const size_t body = length < end ? std::strtoul(request.c_str() + length + 16, nullptr, 10) : 0;
    if (request.size() >= end + 4 + body) return request;
  }
}

bool TlsTestConnection::Write(const std::string& bytes) {
  return SSL_write(ssl, bytes.data(), static_cast<int>(bytes.size())) > 0;
}

TlsTestServer::TlsTestServer(const TestCertificate& certificate, Handler handler, int max_version, bool http2)
    : context_(SSL_CTX_new(TLS_server_method())), http2_(http2), handler_(std::move(handler)) {
  SSL_CTX_use_certificate(context_, certificate.certificate.get());
  SSL_CTX_use_PrivateKey(context_, certificate.key.get());
  SSL_CTX_set_security_level(context_, 0);
  SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context_, max_version);
  SSL_CTX_set_alpn_select_cb(context_, SelectProtocol, http2_ ? this : nullptr);
  static constexpr unsigned char kId[] = "test";
  SSL_CTX_set_session_id_context(context_, kId, sizeof kId - 1);
  server_ = std::make_unique<TestServer>([this](TestConnection& connection) { Serve(connection); });
}

void TlsTestServer::DemandCertificate(const TestCertificate& authority) {
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context_), authority.certificate.get());
  SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

TlsTestServer::~TlsTestServer() {
  server_.reset();
  SSL_CTX_free(context_);
}

std::string TlsTestServer::Url(const std::string& host, const std::string& path) const {
  return "https://" + host + ":" + std::to_string(port()) + path;
}

void TlsTestServer::Serve(TestConnection& connection) {
  SSL* ssl = SSL_new(context_);
  // A socket BIO writes with write(2): the tests ignore SIGPIPE.
  SSL_set_fd(ssl, connection.fd());
  if (SSL_accept(ssl) == 1) {
    TlsTestConnection tls{ssl, SSL_session_reused(ssl) == 1, "", ""};
    if (const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name)) tls.server_name = name;
    const unsigned char* protocol = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(ssl, &protocol, &size);
    tls.protocol.assign(reinterpret_cast<const char*>(protocol), size);
    handler_(tls);
    SSL_shutdown(ssl);
  }
  SSL_free(ssl);
}

}  // namespace mockarty
