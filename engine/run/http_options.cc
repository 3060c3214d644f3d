#include "engine/run/http_options.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/base/concat.h"
#include "common/base/ip_range.h"
#include "common/base/status_macros.h"

namespace mockarty {
namespace {

// Of one message or body that httpDebug shows.
constexpr size_t kMaxShownBytes = 16 * 1024;

TlsVersion VersionOf(const std::string& text, TlsVersion unset) {
  if (text == "tls1.0") return TlsVersion::kTls10;
  if (text == "tls1.1") return TlsVersion::kTls11;
  if (text == "tls1.2") return TlsVersion::kTls12;
  return text == "tls1.3" ? TlsVersion::kTls13 : unset;
}

std::vector<IpRange> Ranges(const std::vector<std::string>& texts) {
  std::vector<IpRange> ranges;
  for (const std::string& text : texts) {
    if (const auto range = IpRange::Parse(text)) {
      ranges.push_back(*range);
    }
  }
  return ranges;
}

// Splits "text:port"; the port is 0 when there is none. "[::1]:80" loses its brackets.
std::string_view SplitPort(std::string_view text, uint16_t* port) {
  const size_t colon = text.rfind(':');
  const bool has_port = colon != text.npos && (text.find(':') == colon || text[colon - 1] == ']');
  if (has_port) {
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), *port);
    text = text.substr(0, colon);
  }
  if (text.size() > 2 && text.front() == '[') {
    text = text.substr(1, text.size() - 2);
  }
  return text;
}

std::vector<HostOverride> Overrides(const HttpOptions& http) {
  std::vector<HostOverride> overrides;
  for (const auto& [name, target] : http.hosts) {
    HostOverride made;
    made.pattern = SplitPort(name, &made.port);
    uint16_t port = 0;
    const std::string_view address = SplitPort(target, &port);
    if (const auto literal = SocketAddress::FromLiteral(address, port)) {
      made.address = *literal;
      overrides.push_back(made);
    }
  }
  const auto rank = [](const HostOverride& one) {
    return (one.pattern.rfind("*.", 0) == 0 ? 2 : 0) + (one.port == 0 ? 1 : 0);
  };
  std::stable_sort(overrides.begin(), overrides.end(), [&](const HostOverride& a, const HostOverride& b) {
    return rank(a) != rank(b) ? rank(a) < rank(b) : a.pattern.size() > b.pattern.size();
  });
  return overrides;
}

DialOptions Dialling(const HttpOptions& http) {
  DialOptions dial;
  dial.hosts = Overrides(http);
  dial.blocked_hosts = http.block_hostnames;
  dial.denied = Ranges(http.blacklist_ips);
  dial.local = Ranges(http.local_ips);
  const std::string& select = http.dns.select;
  dial.select = select == "first"    ? DnsSelect::kFirst
                : select == "random" ? DnsSelect::kRandom
                                     : DnsSelect::kRoundRobin;
  const std::string& policy = http.dns.policy;
  dial.policy = policy == "preferIPv6" ? DnsPolicy::kPreferV6
                : policy == "onlyIPv4" ? DnsPolicy::kOnlyV4
                : policy == "onlyIPv6" ? DnsPolicy::kOnlyV6
                : policy == "any"      ? DnsPolicy::kAny
                                       : DnsPolicy::kPreferV4;
  return dial;
}

void Show(ConsoleSink* console, HttpDebug debug, std::string_view request_head, std::string_view request_body,
          const HttpMessage& answer) {
  const bool full = debug == HttpDebug::kFull;
  console->Write(ConsoleLevel::kInfo, 0,
                 Concat("Request:\n", request_head.substr(0, kMaxShownBytes),
                        full ? request_body.substr(0, kMaxShownBytes) : std::string_view()));
  console->Write(ConsoleLevel::kInfo, 0,
                 Concat("Response:\n", std::string_view(answer.head).substr(0, kMaxShownBytes),
                        full ? std::string_view(answer.body).substr(0, kMaxShownBytes) : std::string_view()));
}

}  // namespace

absl::StatusOr<HttpClientOptions> ClientOptions(const HttpOptions& http, ConsoleSink* console) {
  HttpClientOptions options;
  if (!http.user_agent.empty()) {
    options.user_agent = http.user_agent;
  }
  options.max_redirects = static_cast<int>(http.max_redirects);
  options.timeout = http.timeout;
  options.no_connection_reuse = http.no_connection_reuse;
  options.tls.insecure_skip_verify = http.insecure_skip_tls_verify;
  options.tls.min_version = VersionOf(http.tls_min_version, options.tls.min_version);
  options.tls.max_version = VersionOf(http.tls_max_version, options.tls.max_version);
  if (http.tls_min_version.empty()) {
    options.tls.min_version = std::min(options.tls.min_version, options.tls.max_version);
  }
  options.tls.cipher_suites = http.tls_cipher_suites;
  for (const TlsIdentity& identity : http.tls_auth) {
    options.identities.push_back({identity.domains, identity.certificate, identity.key, identity.password});
  }
  options.dial = Dialling(http);
  ASSIGN_OR_RETURN(options.proxies, ProxySettings::FromEnvironment([](const char* name) { return std::getenv(name); }));
  if (http.debug != HttpDebug::kOff) {
    options.on_exchange = [console, debug = http.debug](std::string_view head, std::string_view body,
                                                        const HttpMessage& answer) {
      Show(console, debug, head, body, answer);
    };
  }
  return options;
}

DnsResolver::Options ResolverOptions(const DnsOptions& dns) {
  DnsResolver::Options options;
  options.ttl = dns.ttl;
  options.rotate = dns.select != "first";
  options.one_family = dns.policy == "any";
  return options;
}

}  // namespace mockarty
