#include "engine/clients/net/tls_context.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/clients/net/tls_session_index.h"

namespace mockarty {
namespace {

int VersionNumber(TlsVersion version) {
  switch (version) {
    case TlsVersion::kTls10:
      return TLS1_VERSION;
    case TlsVersion::kTls11:
      return TLS1_1_VERSION;
    case TlsVersion::kTls12:
      return TLS1_2_VERSION;
    case TlsVersion::kTls13:
      return TLS1_3_VERSION;
  }
  return TLS1_2_VERSION;
}

// OpenSSL hands over the reference when we return 1.
int StoreSession(SSL* ssl, SSL_SESSION* session) {
  auto* slot = static_cast<TlsSession*>(SSL_get_ex_data(ssl, TlsSessionIndex()));
  if (slot == nullptr) return 0;
  slot->Set(session);
  return 1;
}

absl::Status LoadAuthorities(SSL_CTX* context) {
  SSL_CTX_set_default_verify_paths(context);
  const char* file = std::getenv("SSL_CERT_FILE");
  if (file != nullptr && *file != '\0' && SSL_CTX_load_verify_locations(context, file, nullptr) != 1) {
    ERR_clear_error();
    return absl::InvalidArgumentError(
        absl::StrCat("SSL_CERT_FILE=", file, ": not readable as a file of PEM certificates"));
  }
  ERR_clear_error();
  return absl::OkStatus();
}

// "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" -> OpenSSL's own name, or TLS 1.3's list.
absl::Status UseCipherSuites(SSL_CTX* context, const std::vector<std::string>& names) {
  std::string modern;
  std::string older;
  for (const std::string& name : names) {
    const char* openssl_name = OPENSSL_cipher_name(name.c_str());
    const bool known = openssl_name != nullptr && std::string_view(openssl_name) != "(NONE)";
    const bool is_modern = name.rfind("TLS_AES_", 0) == 0 || name.rfind("TLS_CHACHA20_", 0) == 0;
    if (!known) {
      return absl::InvalidArgumentError(absl::StrCat("tlsCipherSuites: \"", name.substr(0, 100),
                                                     "\" is not known; expected a name such as "
                                                     "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
    }
    std::string& list = is_modern ? modern : older;
    absl::StrAppend(&list, list.empty() ? "" : ":", is_modern ? name : openssl_name);
  }
  const bool ok = (modern.empty() || SSL_CTX_set_ciphersuites(context, modern.c_str()) == 1) &&
                  (older.empty() || SSL_CTX_set_cipher_list(context, older.c_str()) == 1);
  ERR_clear_error();
  return ok ? absl::OkStatus()
            : absl::InvalidArgumentError("tlsCipherSuites: this machine's OpenSSL allows none of them");
}

int GivePassword(char* buffer, int size, int, void* password) {
  const auto* text = static_cast<const std::string*>(password);
  if (text->empty() || text->size() > static_cast<size_t>(size)) return -1;
  return static_cast<int>(text->copy(buffer, text->size()));
}

absl::Status UseCertificate(SSL_CTX* context, const TlsOptions& options) {
  BIO* bio = BIO_new_mem_buf(options.certificate.data(), static_cast<int>(options.certificate.size()));
  bool first = true;
  bool ok = true;
  while (X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr)) {
    if (first) {
      ok = SSL_CTX_use_certificate(context, certificate) == 1;
      X509_free(certificate);
    } else if (SSL_CTX_add0_chain_cert(context, certificate) != 1) {
      X509_free(certificate);
      ok = false;
    }
    first = false;
  }
  BIO_free(bio);
  ERR_clear_error();
  if (first || !ok) return absl::InvalidArgumentError("tlsAuth: cert is not a readable PEM certificate");
  bio = BIO_new_mem_buf(options.key.data(), static_cast<int>(options.key.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, GivePassword, const_cast<std::string*>(&options.key_password));
  BIO_free(bio);
  const bool fits = key != nullptr && SSL_CTX_use_PrivateKey(context, key) == 1;
  const bool readable = key != nullptr;
  EVP_PKEY_free(key);
  ERR_clear_error();
  if (!readable)
    return absl::InvalidArgumentError("tlsAuth: key is not a readable PEM private key, or its password is wrong");
  if (!fits) return absl::InvalidArgumentError("tlsAuth: the key is not that of the certificate");
  return absl::OkStatus();
}

}  // namespace

int TlsSessionIndex() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

absl::StatusOr<std::unique_ptr<TlsContext>> TlsContext::Create(const TlsOptions& options) {
  if (options.min_version > options.max_version) {
    return absl::InvalidArgumentError("TLS: the lowest version allowed is above the highest");
  }
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  if (context == nullptr) return absl::InternalError("TLS: OpenSSL cannot make a context");
  std::unique_ptr<TlsContext> result(new TlsContext(context, !options.insecure_skip_verify));
  SSL_CTX_set_min_proto_version(context, VersionNumber(options.min_version));
  SSL_CTX_set_max_proto_version(context, VersionNumber(options.max_version));
  // TLS 1.0 and 1.1 sign with SHA-1, which security level 1 refuses; who asks for them wants them to work.
  if (options.min_version < TlsVersion::kTls12) SSL_CTX_set_security_level(context, 0);
  // Many servers close without close_notify; what is missing of a body shows in its length.
  SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
  // One recv for a whole record.
  SSL_CTX_set_read_ahead(context, 1);
  static constexpr unsigned char kProtocols[] = "\x02h2\x08http/1.1";
  const unsigned skipped = options.offer_http2 ? 0 : 3;
  SSL_CTX_set_alpn_protos(context, kProtocols + skipped, sizeof kProtocols - 1 - skipped);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, StoreSession);
  if (!options.cipher_suites.empty()) {
    if (absl::Status status = UseCipherSuites(context, options.cipher_suites); !status.ok()) return status;
  }
  if (!options.certificate.empty()) {
    if (absl::Status status = UseCertificate(context, options); !status.ok()) return status;
  }
  SSL_CTX_set_verify(context, options.insecure_skip_verify ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
  if (!options.insecure_skip_verify) {
    if (absl::Status status = LoadAuthorities(context); !status.ok()) return status;
  }
  return result;
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

TlsSession::~TlsSession() { SSL_SESSION_free(session_); }

void TlsSession::Set(SSL_SESSION* session) {
  SSL_SESSION_free(session_);
  session_ = session;
}

}  // namespace mockarty
