#include "engine/clients/net/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cstdlib>
#include <string>

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
