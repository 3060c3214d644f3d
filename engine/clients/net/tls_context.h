// What all TLS connections with the same options share: certificate authorities, versions (one SSL_CTX of OpenSSL 3).
//
// Verification is on by default, against the system's authorities. SSL_CERT_FILE and SSL_CERT_DIR name others, as for
// every OpenSSL program; a SSL_CERT_FILE that cannot be read is an error here instead of a silent "unknown authority"
// later. Threads: thread-safe after creation.
#ifndef ENGINE_CLIENTS_NET_TLS_CONTEXT_H_
#define ENGINE_CLIENTS_NET_TLS_CONTEXT_H_

#include <openssl/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

// SSL_SESSION, which openssl/types.h leaves out.
struct ssl_session_st;

namespace mockarty {

enum class TlsVersion { kTls10, kTls11, kTls12, kTls13 };

struct TlsOptions {
  bool insecure_skip_verify = false;
  TlsVersion min_version = TlsVersion::kTls12;
  TlsVersion max_version = TlsVersion::kTls13;
  bool offer_http2 = true;
  // By their names in the IANA registry; none: OpenSSL's own choice. Those of TLS 1.3 and those of older versions are
  // two lists, and one that stays empty keeps the default.
  std::vector<std::string> cipher_suites;
  // The client's own certificate (with its chain) and key in PEM; empty: none.
  std::string certificate;
  std::string key;
  std::string key_password;
};

class TlsContext {
 public:
  static absl::StatusOr<std::unique_ptr<TlsContext>> Create(const TlsOptions& options);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  SSL_CTX* get() const { return context_; }
  bool verifies() const { return verifies_; }

 private:
  TlsContext(SSL_CTX* context, bool verifies) : context_(context), verifies_(verifies) {}

  SSL_CTX* context_;
  bool verifies_;
};

// The last session of one server, for a quicker next handshake. Owned by the virtual user; not thread-safe.
class TlsSession {
 public:
  TlsSession() = default;
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // Takes ownership.
  void Set(ssl_session_st* session);
  ssl_session_st* get() const { return session_; }

 private:
  ssl_session_st* session_ = nullptr;
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_NET_TLS_CONTEXT_H_
