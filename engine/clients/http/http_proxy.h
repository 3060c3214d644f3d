// Proxies as the environment names them: HTTP_PROXY, HTTPS_PROXY, NO_PROXY, in upper or lower case.
//
// A proxy is an http:// URL or host:port, with a user name and password for basic authentication if it wants one.
// NO_PROXY: a list of "*", host names (which stand for names below them too), ".example.com", addresses and ranges,
// each perhaps with ":port". Requests to this machine (localhost, 127.0.0.0/8, ::1) never go to a proxy.
#ifndef ENGINE_CLIENTS_HTTP_HTTP_PROXY_H_
#define ENGINE_CLIENTS_HTTP_HTTP_PROXY_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace mockarty {

struct HttpProxy {
  std::string host;
  uint16_t port = 0;
  std::string authorization;  // the value of Proxy-Authorization; empty: none
};

class ProxySettings {
 public:
  // Goes to no proxy.
  ProxySettings() = default;
  // `get` is getenv or stands for it. InvalidArgument names the variable.
  static absl::StatusOr<ProxySettings> FromEnvironment(const std::function<const char*(const char*)>& get);

  // The proxy for a server, or null.
  const HttpProxy* For(bool https, std::string_view host, uint16_t port) const;

 private:
  std::optional<HttpProxy> http_;
  std::optional<HttpProxy> https_;
  std::vector<std::string> except_;
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_HTTP_PROXY_H_
