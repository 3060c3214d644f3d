// What all HTTP clients of a run share: options, name resolution, dial policy, TLS contexts.
#ifndef ENGINE_CLIENTS_HTTP_HTTP_TRANSPORT_H_
#define ENGINE_CLIENTS_HTTP_HTTP_TRANSPORT_H_

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/time/clock.h"
#include "engine/clients/http/http_parser.h"
#include "engine/clients/net/dialer.h"
#include "engine/clients/net/dns_resolver.h"
#include "engine/clients/net/tls_context.h"

namespace mockarty {

struct HttpClientOptions {
  static constexpr std::string_view kDefaultUserAgent = "mockarty/0.1";

  std::string user_agent{kDefaultUserAgent};
  int max_redirects = 10;
  Nanos timeout = 60 * kNanosPerSecond;
  Nanos dial_timeout = 30 * kNanosPerSecond;
  HttpParserLimits limits;
  // Bodies are received and counted, not kept, whatever a request says.
  bool discard_bodies = false;
  // Each request on a connection of its own.
  bool no_connection_reuse = false;
  TlsOptions tls;
  // The in-process transport of benchmarks: when not empty, every request is answered by these bytes and no socket is
  // opened. Everything else, the parser included, does its usual work.
  std::string in_process_answer;
};

// Thread-safe after creation; outlives its clients.
class HttpTransport {
 public:
  // `resolver` outlives the transport. Fails on options that cannot work (a user agent with control characters).
  static absl::StatusOr<std::unique_ptr<HttpTransport>> Create(HttpClientOptions options, DnsResolver* resolver,
                                                               DialPolicy policy = {});
  HttpTransport(const HttpTransport&) = delete;
  HttpTransport& operator=(const HttpTransport&) = delete;

  const HttpClientOptions& options() const { return options_; }
  Dialer MakeDialer() const { return Dialer(resolver_, &policy_); }
  // Made at the first use, since loading certificate authorities costs milliseconds.
  absl::StatusOr<const TlsContext*> Tls() const;

 private:
  HttpTransport(HttpClientOptions options, DnsResolver* resolver, DialPolicy policy)
      : options_(std::move(options)), resolver_(resolver), policy_(std::move(policy)) {}

  const HttpClientOptions options_;
  DnsResolver* const resolver_;
  const DialPolicy policy_;
  mutable std::once_flag tls_once_;
  mutable absl::Status tls_status_;
  mutable std::unique_ptr<TlsContext> tls_;
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_HTTP_TRANSPORT_H_
