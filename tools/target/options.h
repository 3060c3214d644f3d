// Command line of mockarty-target.
//
// Errors: InvalidArgument that names the option, the value and what was expected.
#ifndef TOOLS_TARGET_OPTIONS_H_
#define TOOLS_TARGET_OPTIONS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace mockarty::target {

struct Options {
  std::string host = "127.0.0.1";  // An IP address.
  uint16_t port = 8080;            // 0: a free one.
  bool tls = false;
  uint16_t tls_port = 8443;  // 0: a free one, as when `port` is 0 and this is not given.
  std::string cert_file;     // PEM; empty: a certificate is generated.
  std::string key_file;      // PEM.
  std::string ca_out;        // Where the generated authority is written; empty: nowhere.
  std::string access_log;    // Empty: none.
  int threads = 1;
  std::string help;  // Not empty when --help was given: print it and leave.
};

absl::StatusOr<Options> ParseOptions(int argc, const char* const* argv);

}  // namespace mockarty::target

#endif  // TOOLS_TARGET_OPTIONS_H_
