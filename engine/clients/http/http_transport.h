// What all HTTP clients of a run share: options, name resolution, dial policy, TLS contexts.
#ifndef ENGINE_CLIENTS_HTTP_HTTP_TRANSPORT_H_
#define ENGINE_CLIENTS_HTTP_HTTP_TRANSPORT_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/time/clock.h"
#include "engine/clients/http/http_message.h"
#include "engine/clients/http/http_parser.h"
#include "engine/clients/http/http_proxy.h"
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
  // Instead of `tls` for servers of these names (lower case, "*.example.com" too); no names: all.
  struct Identity {
    std::vector<std::string> domains;
    std::string certificate;  // PEM
    std::string key;
    std::string key_password;
  };
  std::vector<Identity> identities;
  DialOptions dial;
  ProxySettings proxies;
  // Called for each exchange that was answered, on its worker's thread: what went out and what came back. For showing;
  // costs a copy a request.
  std::function<void(std::string_view request_head, std::string_view request_body, const HttpMessage& answer)>
      on_exchange;
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
  // `user`: see TakeUser().
  Dialer MakeDialer(uint64_t user) const { return Dialer(resolver_, &policy_, &options_.dial, user); }
  // 0, 1, 2, ...: a number for each virtual user.
  uint64_t TakeUser() const { return users_++; }
  // The context for a server. Made at the first use, since loading certificate authorities costs milliseconds.
  absl::StatusOr<const TlsContext*> Tls(std::string_view host) const;

 private:
  struct LazyTls {
    std::once_flag once;
    absl::Status status;
    std::unique_ptr<TlsContext> context;
  };

  HttpTransport(HttpClientOptions options, DnsResolver* resolver, DialPolicy policy)
      : options_(std::move(options)),
        resolver_(resolver),
        policy_(std::move(policy)),
        tls_(new LazyTls[options_.identities.size() + 1]) {}
  absl::Status CheckTls() const;
  TlsOptions OptionsOf(size_t identity) const;

  const HttpClientOptions options_;
  DnsResolver* const resolver_;
  const DialPolicy policy_;
  const std::unique_ptr<LazyTls[]> tls_;  // one an identity, and the one without
  mutable std::atomic<uint64_t> users_{0};
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_HTTP_TRANSPORT_H_
