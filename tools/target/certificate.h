// A certificate authority and a server certificate made at start, so that HTTPS works with nothing prepared.
//
// Errors: Internal with OpenSSL's own words. Threads: pure functions.
#ifndef TOOLS_TARGET_CERTIFICATE_H_
#define TOOLS_TARGET_CERTIFICATE_H_

#include <string>

#include "absl/status/statusor.h"

namespace mockarty::target {

struct Certificates {
  std::string ca_pem;           // What clients are told to trust.
  std::string certificate_pem;  // Server certificate, followed by the authority's.
  std::string key_pem;          // The server's private key.
};

// P-256 keys, valid from an hour ago for a week, for localhost, 127.0.0.1, ::1 and `host`, an IP address.
// The authority's key is dropped: nothing else can be signed with it.
absl::StatusOr<Certificates> MakeCertificates(const std::string& host);

}  // namespace mockarty::target

#endif  // TOOLS_TARGET_CERTIFICATE_H_
