#include "engine/clients/http/http_proxy.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/ip_range.h"
#include "engine/clients/http/text.h"
#include "engine/clients/http/url.h"
#include "engine/clients/net/socket_address.h"

namespace mockarty {
namespace {

constexpr size_t kMaxExceptions = 1000;

absl::StatusOr<std::optional<HttpProxy>> ReadProxy(const std::function<const char*(const char*)>& get,
                                                   const char* upper, const char* lower) {
  const char* name = upper;
  const char* text = get(upper);
  if (text == nullptr || *text == '\0') text = get(name = lower);
  if (text == nullptr || *text == '\0') return std::nullopt;
  std::string url = text;
  if (url.find("://") == std::string::npos) url = "http://" + url;
  const auto parsed = Url::Parse(url);
  if (!parsed.ok() || parsed->https()) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": expected the http:// URL of a proxy, got ", QuoteText(text, 100)));
  }
  HttpProxy proxy;
  proxy.host = parsed->host();
  proxy.port = parsed->port();
  if (!parsed->user_info().empty()) proxy.authorization = "Basic " + absl::Base64Escape(parsed->user_info());
  return proxy;
}

bool IsThisMachine(std::string_view host) {
  if (host == "localhost") return true;
  const auto address = SocketAddress::FromLiteral(host, 0);
  if (!address.has_value()) return false;
  static const IpRange kV4 = *IpRange::Parse("127.0.0.0/8");
  static const IpRange kV6 = *IpRange::Parse("::1");
  return (address->IsV6() ? kV6 : kV4).Contains(address->Bytes(), address->IsV6());
}

bool Excepts(std::string_view entry, std::string_view host, uint16_t port) {
  if (entry == "*") return true;
  if (const size_t colon = entry.rfind(':'); colon != std::string_view::npos && entry.find(':') == colon) {
    if (entry.substr(colon + 1) != std::to_string(port)) return false;
    entry = entry.substr(0, colon);
  }
  if (const auto range = IpRange::Parse(entry)) {
    const auto address = SocketAddress::FromLiteral(host, 0);
    return address.has_value() && range->Contains(address->Bytes(), address->IsV6());
  }
  if (entry.substr(0, 2) == "*.") entry.remove_prefix(1);
  if (entry.empty()) return false;
  if (entry.front() != '.') {
    if (host == entry) return true;
    return HostMatches("*." + std::string(entry), host);
  }
  return HostMatches("*" + std::string(entry), host);
}

}  // namespace

absl::StatusOr<ProxySettings> ProxySettings::FromEnvironment(const std::function<const char*(const char*)>& get) {
  ProxySettings settings;
  auto http = ReadProxy(get, "HTTP_PROXY", "http_proxy");
  if (!http.ok()) return http.status();
  auto https = ReadProxy(get, "HTTPS_PROXY", "https_proxy");
  if (!https.ok()) return https.status();
  settings.http_ = *std::move(http);
  settings.https_ = *std::move(https);
  const char* except = get("NO_PROXY");
  if (except == nullptr || *except == '\0') except = get("no_proxy");
  std::string_view rest = except != nullptr ? except : "";
  while (!rest.empty() && settings.except_.size() < kMaxExceptions) {
    const size_t comma = std::min(rest.find(','), rest.size());
    std::string entry(TrimSpace(rest.substr(0, comma)));
    LowerAscii(&entry);
    if (!entry.empty()) settings.except_.push_back(std::move(entry));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return settings;
}

const HttpProxy* ProxySettings::For(bool https, std::string_view host, uint16_t port) const {
  const std::optional<HttpProxy>& proxy = https ? https_ : http_;
  if (!proxy.has_value() || IsThisMachine(host)) return nullptr;
  for (const std::string& entry : except_) {
    if (Excepts(entry, host, port)) return nullptr;
  }
  return &*proxy;
}

}  // namespace mockarty
