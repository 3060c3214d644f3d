// The HTTP proxy between a runner and a coordinator, as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say it. Pure; any thread.
#ifndef RUNNER_LINK_HTTP_PROXY_H_
#define RUNNER_LINK_HTTP_PROXY_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/config/settings.h"

namespace mockarty {

struct HttpProxy {
  HostPort address;
  std::string authorization;  // the value of Proxy-Authorization; empty: none
};

// "http://user:password@proxy:3128", or shorter: "proxy:3128". Port 80 when there is none. User and password may be
// percent-encoded. InvalidArgument names the setting and what was expected, and never shows a password.
absl::StatusOr<HttpProxy> ParseHttpProxy(std::string_view setting, std::string_view text);

// Whether NO_PROXY lists this host: "*", names (with all that is below them, a leading dot or not), addresses, networks
// such as 10.0.0.0/8, each with a port or without.
bool BypassesProxy(std::string_view no_proxy, const HostPort& host);

}  // namespace mockarty

#endif  // RUNNER_LINK_HTTP_PROXY_H_
