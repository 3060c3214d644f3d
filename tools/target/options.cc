#include "tools/target/options.h"

#include <arpa/inet.h>

#include <CLI/CLI.hpp>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace mockarty::target {
namespace {

constexpr int kMaxThreads = 64;
constexpr int kMaxPort = 65535;

// The message of a CLI11 check: empty when `text` is an IP address.
std::string IsAddress(const std::string& text) {
  in6_addr address{};
  const bool valid =
      inet_pton(AF_INET, text.c_str(), &address) == 1 || inet_pton(AF_INET6, text.c_str(), &address) == 1;
  return valid ? std::string() : absl::StrCat("'", text, "' is no IP address; expected one such as 127.0.0.1 or ::1");
}

absl::Status CheckTogether(Options& options, bool tls_port_given) {
  if (options.cert_file.empty() != options.key_file.empty()) {
    return absl::InvalidArgumentError("--cert and --key go together: only one of them was given");
  }
  if (!options.cert_file.empty()) options.tls = true;
  if (!options.tls && tls_port_given) return absl::InvalidArgumentError("--tls-port needs --tls");
  if (!options.tls && !options.ca_out.empty()) return absl::InvalidArgumentError("--ca-out needs --tls");
  if (!options.ca_out.empty() && !options.cert_file.empty()) {
    return absl::InvalidArgumentError("--ca-out goes with a generated certificate, not with --cert");
  }
  if (options.port == 0 && !tls_port_given) options.tls_port = 0;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Options> ParseOptions(int argc, const char* const* argv) {
  Options options;
  CLI::App app{"A small HTTP/1.1 and HTTPS server for demos, tests and benchmarks.", "mockarty-target"};
  app.add_option("--host", options.host, "IP address to listen on")->capture_default_str()->check(IsAddress, "ADDRESS");
  app.add_option("--port", options.port, "port for http; 0 takes a free one")
      ->capture_default_str()
      ->check(CLI::Range(0, kMaxPort));
  app.add_flag("--tls", options.tls, "serve https as well, with a certificate generated at start");
  const CLI::Option* tls_port = app.add_option("--tls-port", options.tls_port, "port for https; 0 takes a free one")
                                    ->capture_default_str()
                                    ->check(CLI::Range(0, kMaxPort));
  app.add_option("--cert", options.cert_file, "server certificate (PEM, with its chain); implies --tls");
  app.add_option("--key", options.key_file, "private key of --cert (PEM)");
  app.add_option("--ca-out", options.ca_out, "write the generated certificate authority (PEM) to this file");
  app.add_option("--access-log", options.access_log,
                 "append a line a request to this file: time, method, path, status, bytes");
  app.add_option("--threads", options.threads, "threads that serve requests")
      ->capture_default_str()
      ->check(CLI::Range(1, kMaxThreads));
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    options.help = app.help();
    return options;
  } catch (const CLI::ParseError& error) {
    return absl::InvalidArgumentError(error.what());
  }
  const absl::Status status = CheckTogether(options, tls_port->count() > 0);
  if (!status.ok()) return status;
  return options;
}

}  // namespace mockarty::target
