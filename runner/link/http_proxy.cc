#include "runner/link/http_proxy.h"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "common/base/concat.h"
#include "common/base/quote.h"

namespace mockarty {
namespace {

namespace ip = boost::asio::ip;

constexpr size_t kMaxCredentialBytes = 1024;

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string PercentDecoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    bool code = text[i] == '%' && i + 2 < text.size() && HexValue(text[i + 1]) >= 0 && HexValue(text[i + 2]) >= 0;
    out += code ? static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2])) : text[i];
    if (code) i += 2;
  }
  return out;
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Whether `address` lies in the network that the text states, if it states one.
bool InNetwork(const std::string& network, const ip::address& address) {
  boost::system::error_code error;
  if (address.is_v4()) {
    ip::network_v4 net = ip::make_network_v4(network, error);
    return !error && net.canonical() == ip::network_v4(address.to_v4(), net.prefix_length()).canonical();
  }
  ip::network_v6 net = ip::make_network_v6(network, error);
  return !error && net.canonical() == ip::network_v6(address.to_v6(), net.prefix_length()).canonical();
}

bool Matches(std::string_view entry, const HostPort& host) {
  if (entry == "*") return true;
  if (entry.find('/') != std::string_view::npos) {
    boost::system::error_code error;
    ip::address address = ip::make_address(host.host, error);
    return !error && InNetwork(std::string(entry), address);
  }
  bool v6 = entry.find(':') != entry.rfind(':') && !entry.starts_with('[');
  absl::StatusOr<HostPort> named = ParseHostPort(v6 ? Concat("[", entry, "]") : entry, 1);
  if (!named.ok() || (named->port_given && named->port != host.port)) return false;
  std::string_view name = named->host;
  if (name.starts_with('.')) name.remove_prefix(1);
  if (name.empty()) return false;
  if (absl::EqualsIgnoreCase(ToAbsl(host.host), ToAbsl(name))) return true;
  return absl::EndsWithIgnoreCase(ToAbsl(host.host), ToAbsl(Concat(".", name)));
}

}  // namespace

absl::StatusOr<HttpProxy> ParseHttpProxy(std::string_view setting, std::string_view text) {
  auto refuse = [&](std::string_view why) {
    return absl::InvalidArgumentError(
        Concat(setting, " (a secret): expected http://host:port or http://user:password@host:port", why));
  };
  text = Trimmed(text);
  size_t scheme = text.find("://");
  if (scheme != std::string_view::npos) {
    if (!absl::EqualsIgnoreCase(ToAbsl(text.substr(0, scheme)), "http")) {
      return refuse(": proxies are spoken to over http only");
    }
    text.remove_prefix(scheme + 3);
  }
  if (text.ends_with('/')) text.remove_suffix(1);
  HttpProxy proxy;
  size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    std::string credentials = PercentDecoded(text.substr(0, at));
    if (credentials.size() > kMaxCredentialBytes) return refuse("");
    if (credentials.find(':') == std::string::npos) credentials += ':';
    proxy.authorization = Concat("Basic ", ToStd(absl::Base64Escape(credentials)));
    text.remove_prefix(at + 1);
  }
  absl::StatusOr<HostPort> address = ParseHostPort(text, 80);
  if (!address.ok()) return refuse(", the port from 1 to 65535, an IPv6 address in brackets");
  proxy.address = *std::move(address);
  return proxy;
}

bool BypassesProxy(std::string_view no_proxy, const HostPort& host) {
  while (!no_proxy.empty()) {
    size_t comma = no_proxy.find(',');
    std::string_view entry = Trimmed(no_proxy.substr(0, comma));
    if (!entry.empty() && Matches(entry, host)) return true;
    no_proxy = comma == std::string_view::npos ? std::string_view() : no_proxy.substr(comma + 1);
  }
  return false;
}

}  // namespace mockarty
