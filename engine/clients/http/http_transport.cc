#include "engine/clients/http/http_transport.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/ip_range.h"
#include "engine/clients/http/http_request.h"
#include "engine/clients/http/request_writer.h"

namespace mockarty {

absl::StatusOr<std::unique_ptr<HttpTransport>> HttpTransport::Create(HttpClientOptions options, DnsResolver* resolver,
                                                                     DialPolicy policy) {
  const HttpHeader user_agent{"User-Agent", options.user_agent};
  HttpRequest probe;
  probe.headers = {&user_agent, 1};
  if (absl::Status status = CheckRequest(probe); !status.ok()) return status;
  if (options.max_redirects < 0) {
    return absl::InvalidArgumentError(absl::StrCat("maxRedirects is ", options.max_redirects, "; expected 0 or more"));
  }
  std::unique_ptr<HttpTransport> transport(new HttpTransport(std::move(options), resolver, std::move(policy)));
  if (absl::Status status = transport->CheckTls(); !status.ok()) return status;
  return transport;
}

// What a script says of certificates and ciphers is tried at once: a run must not find out at its first request.
absl::Status HttpTransport::CheckTls() const {
  for (size_t i = 0; i <= options_.identities.size(); ++i) {
    TlsOptions tls = OptionsOf(i);
    if (tls.certificate.empty() && tls.cipher_suites.empty()) continue;
    tls.insecure_skip_verify = true;  // authorities are another matter, and cost milliseconds
    if (auto made = TlsContext::Create(tls); !made.ok()) return made.status();
  }
  return absl::OkStatus();
}

TlsOptions HttpTransport::OptionsOf(size_t identity) const {
  TlsOptions tls = options_.tls;
  if (identity < options_.identities.size()) {
    tls.certificate = options_.identities[identity].certificate;
    tls.key = options_.identities[identity].key;
    tls.key_password = options_.identities[identity].key_password;
  }
  return tls;
}

absl::StatusOr<const TlsContext*> HttpTransport::Tls(std::string_view host) const {
  const auto fits = [&](const HttpClientOptions::Identity& identity) {
    return identity.domains.empty() ||
           std::any_of(identity.domains.begin(), identity.domains.end(),
                       [&](const std::string& domain) { return HostMatches(domain, host); });
  };
  const auto found = std::find_if(options_.identities.begin(), options_.identities.end(), fits);
  const auto index = static_cast<size_t>(found - options_.identities.begin());
  LazyTls& lazy = tls_[index];
  std::call_once(lazy.once, [&] {
    auto made = TlsContext::Create(OptionsOf(index));
    lazy.status = made.status();
    if (made.ok()) lazy.context = *std::move(made);
  });
  if (!lazy.status.ok()) return lazy.status;
  return lazy.context.get();
}

}  // namespace mockarty
