#include "tools/target/certificate.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace mockarty::target {
namespace {

struct Free {
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(X509* p) const { X509_free(p); }
  void operator()(BIO* p) const { BIO_free_all(p); }
  void operator()(X509_EXTENSION* p) const { X509_EXTENSION_free(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

constexpr long kSecondsBefore = 3600;
constexpr long kSecondsValid = 7 * 24 * 3600;

absl::Status OpenSslError(const char* what) {
  char text[256] = "no reason given";
  const unsigned long code = ERR_get_error();
  if (code != 0) ERR_error_string_n(code, text, sizeof(text));
  return absl::InternalError(absl::StrCat("certificate: ", what, ": ", text));
}

bool AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool SetRandomSerial(X509* certificate) {
  unsigned char bytes[8];
  if (RAND_bytes(bytes, sizeof(bytes)) != 1) return false;
  uint64_t serial = 0;
  for (const unsigned char byte : bytes) serial = serial << 8 | byte;
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1 | 1) == 1;
}

// Everything of a certificate but its extensions and signature. `issuer` null: its own issuer.
Owned<X509> NewCertificate(EVP_PKEY* key, const char* common_name, X509* issuer) {
  Owned<X509> certificate(X509_new());
  if (certificate == nullptr) return nullptr;
  X509* const raw = certificate.get();
  X509_NAME* const name = X509_get_subject_name(raw);
  const bool done = X509_set_version(raw, 2) == 1 && SetRandomSerial(raw) &&
                    X509_gmtime_adj(X509_getm_notBefore(raw), -kSecondsBefore) != nullptr &&
                    X509_gmtime_adj(X509_getm_notAfter(raw), kSecondsValid) != nullptr &&
                    X509_set_pubkey(raw, key) == 1 &&
                    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                               reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0) == 1 &&
                    X509_set_issuer_name(raw, issuer != nullptr ? X509_get_subject_name(issuer) : name) == 1;
  return done ? std::move(certificate) : nullptr;
}

std::string ToPem(X509* certificate) {
  Owned<BIO> bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr || PEM_write_bio_X509(bio.get(), certificate) != 1) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

std::string ToPem(EVP_PKEY* key) {
  Owned<BIO> bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr || PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

}  // namespace

absl::StatusOr<Certificates> MakeCertificates(const std::string& host) {
  ERR_clear_error();
  Owned<EVP_PKEY> ca_key(EVP_EC_gen("P-256"));
  Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  if (ca_key == nullptr || key == nullptr) return OpenSslError("key");

  Owned<X509> ca = NewCertificate(ca_key.get(), "mockarty-target authority", nullptr);
  if (ca == nullptr || !AddExtension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !AddExtension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !AddExtension(ca.get(), ca.get(), NID_subject_key_identifier, "hash") ||
      X509_sign(ca.get(), ca_key.get(), EVP_sha256()) == 0) {
    return OpenSslError("authority");
  }

  Owned<X509> leaf = NewCertificate(key.get(), "mockarty-target", ca.get());
  const std::string names = absl::StrCat("DNS:localhost,IP:127.0.0.1,IP:::1,IP:", host);
  if (leaf == nullptr || !AddExtension(leaf.get(), ca.get(), NID_basic_constraints, "critical,CA:FALSE") ||
      !AddExtension(leaf.get(), ca.get(), NID_key_usage, "critical,digitalSignature") ||
      !AddExtension(leaf.get(), ca.get(), NID_ext_key_usage, "serverAuth") ||
      !AddExtension(leaf.get(), ca.get(), NID_authority_key_identifier, "keyid:always") ||
      !AddExtension(leaf.get(), ca.get(), NID_subject_alt_name, names) ||
      X509_sign(leaf.get(), ca_key.get(), EVP_sha256()) == 0) {
    return OpenSslError("server certificate");
  }

  Certificates out{ToPem(ca.get()), absl::StrCat(ToPem(leaf.get()), ToPem(ca.get())), ToPem(key.get())};
  if (out.ca_pem.empty() || out.key_pem.empty()) return OpenSslError("PEM");
  return out;
}

}  // namespace mockarty::target
