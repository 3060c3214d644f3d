#include "engine/clients/http/http_transport.h"

#include <utility>

#include "absl/strings/str_cat.h"
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
  return std::unique_ptr<HttpTransport>(new HttpTransport(std::move(options), resolver, std::move(policy)));
}

absl::StatusOr<const TlsContext*> HttpTransport::Tls() const {
  std::call_once(tls_once_, [this] {
    auto made = TlsContext::Create(options_.tls);
    tls_status_ = made.status();
    if (made.ok()) tls_ = *std::move(made);
  });
  if (!tls_status_.ok()) return tls_status_;
  return tls_.get();
}

}  // namespace mockarty
