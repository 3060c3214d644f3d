#include "common/plan/http_options_parser.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/concat.h"
#include "common/base/duration.h"
#include "common/base/ip_range.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"

namespace mockarty {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 4> kTlsVersions = {"tls1.0", "tls1.1", "tls1.2", "tls1.3"};
constexpr std::array<std::string_view, 3> kSelects = {"first", "random", "roundRobin"};
constexpr std::array<std::string_view, 5> kPolicies = {"preferIPv4", "preferIPv6", "onlyIPv4", "onlyIPv6", "any"};

std::string_view View(json::string_view text) { return {text.data(), text.size()}; }

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

template <size_t N>
bool IsOneOf(const std::array<std::string_view, N>& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// A list of strings; one string is a list of one, or of several with commas between them.
absl::Status ReadList(const OptionReader& reader, std::string_view field, std::vector<std::string>* out) {
  const json::value* value = reader.Find(field);
  if (value == nullptr || value->is_null()) return absl::OkStatus();
  out->clear();
  const std::string expected = Concat("a list of at most ", kMaxHttpList, " strings");
  if (value->is_string()) {
    std::string_view rest = View(value->get_string());
    while (!rest.empty()) {
      const size_t comma = std::min(rest.find(','), rest.size());
      out->emplace_back(rest.substr(0, comma));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  } else if (value->is_array()) {
    for (const json::value& element : value->get_array()) {
      if (!element.is_string()) return reader.Wrong(field, expected);
      out->emplace_back(View(element.get_string()));
    }
  } else {
    return reader.Wrong(field, expected);
  }
  const bool too_long =
      std::any_of(out->begin(), out->end(), [](const std::string& text) { return text.size() > kMaxHttpText; });
  if (out->size() > kMaxHttpList || too_long) return reader.Wrong(field, expected);
  return absl::OkStatus();
}

absl::Status Invalid(std::string_view field, std::string_view value, std::string_view expected) {
  return absl::InvalidArgumentError(
      Concat("options.", field, ": expected ", expected, ", got ", Quoted(value.substr(0, 100))));
}

// A name or "*.name", perhaps with ":port".
bool IsHostPattern(std::string_view text, bool with_port) {
  if (text.substr(0, 2) == "*.") text.remove_prefix(2);
  const size_t colon = with_port ? std::min(text.find(':'), text.size()) : text.size();
  const std::string_view port = text.substr(std::min(colon + 1, text.size()));
  text = text.substr(0, colon);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && std::all_of(port.begin(), port.end(), is_digit) && port.size() <= 5 &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '.' || c == '_'; });
}

// "address", "address:port", "[address]:port"
bool IsHostTarget(std::string_view text) {
  if (IpRange::Parse(text).has_value()) return text.find_first_of("-/") == std::string_view::npos;
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  unsigned port = 0;
  const std::string_view digits = text.substr(colon + 1);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() || port == 0 || port > 65535)
    return false;
  std::string_view address = text.substr(0, colon);
  if (address.size() > 2 && address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
  }
  return IpRange::Parse(address).has_value() && address.find_first_of("-/") == std::string_view::npos;
}

absl::Status ReadHosts(const OptionReader& reader, HttpOptions& http) {
  const json::value* value = reader.Find("hosts");
  if (value == nullptr || value->is_null()) return absl::OkStatus();
  if (!value->is_object() || value->get_object().size() > kMaxHttpList) {
    return reader.Wrong("hosts", "an object of names and addresses");
  }
  for (const auto& member : value->get_object()) {
    if (!member.value().is_string()) return reader.Wrong("hosts", "an object of names and addresses");
    http.hosts.emplace_back(Lower(View(member.key())), std::string(View(member.value().get_string())));
  }
  return absl::OkStatus();
}

absl::Status ReadDns(const OptionReader& reader, std::vector<std::string>* warnings, DnsOptions& dns) {
  const json::value* value = reader.Find("dns");
  if (value == nullptr || value->is_null()) return absl::OkStatus();
  if (!value->is_object()) return reader.Wrong("dns", "an object with ttl, select and policy");
  OptionReader fields(value->get_object(), reader.PathOf("dns"), warnings);
  RETURN_IF_ERROR(fields.String("select", kMaxHttpText, dns.select));
  RETURN_IF_ERROR(fields.String("policy", kMaxHttpText, dns.policy));
  const json::value* ttl = fields.Find("ttl");
  if (ttl != nullptr && ttl->is_string() && ttl->get_string() == "inf") {
    dns.ttl = kMaxRunDuration;
    return absl::OkStatus();
  }
  return fields.Duration("ttl", kMaxRunDuration, dns.ttl);
}

absl::Status ReadTlsVersion(const OptionReader& reader, std::vector<std::string>* warnings, HttpOptions& http) {
  const json::value* value = reader.Find("tlsVersion");
  if (value == nullptr || value->is_null()) return absl::OkStatus();
  if (value->is_string()) {
    http.tls_min_version = http.tls_max_version = std::string(View(value->get_string()));
    return absl::OkStatus();
  }
  if (!value->is_object()) return reader.Wrong("tlsVersion", "a version such as \"tls1.2\", or {min, max}");
  OptionReader fields(value->get_object(), reader.PathOf("tlsVersion"), warnings);
  RETURN_IF_ERROR(fields.String("min", kMaxHttpText, http.tls_min_version));
  return fields.String("max", kMaxHttpText, http.tls_max_version);
}

absl::Status ReadTlsAuth(const OptionReader& reader, std::vector<std::string>* warnings, HttpOptions& http) {
  const json::value* value = reader.Find("tlsAuth");
  if (value == nullptr || value->is_null()) return absl::OkStatus();
  const std::string expected = Concat("a list of at most ", kMaxTlsIdentities, " objects {domains, cert, key}");
  if (!value->is_array() || value->get_array().size() > kMaxTlsIdentities) return reader.Wrong("tlsAuth", expected);
  for (const json::value& element : value->get_array()) {
    const std::string path = Concat(reader.PathOf("tlsAuth"), "[", http.tls_auth.size(), "]");
    if (!element.is_object()) return reader.Wrong("tlsAuth", expected);
    OptionReader fields(element.get_object(), path, warnings);
    TlsIdentity identity;
    RETURN_IF_ERROR(ReadList(fields, "domains", &identity.domains));
    for (std::string& domain : identity.domains) domain = Lower(domain);
    RETURN_IF_ERROR(fields.String("cert", kMaxPem, identity.certificate));
    RETURN_IF_ERROR(fields.String("key", kMaxPem, identity.key));
    RETURN_IF_ERROR(fields.String("password", kMaxHttpText, identity.password));
    http.tls_auth.push_back(std::move(identity));
  }
  return absl::OkStatus();
}

absl::Status ReadDebug(const OptionReader& reader, HttpOptions& http) {
  const json::value* value = reader.Find("httpDebug");
  if (value == nullptr || value->is_null()) return absl::OkStatus();
  if (value->is_bool()) {
    http.debug = value->get_bool() ? HttpDebug::kHeaders : HttpDebug::kOff;
  } else if (value->is_string() && (value->get_string() == "full" || value->get_string() == "headers")) {
    http.debug = value->get_string() == "full" ? HttpDebug::kFull : HttpDebug::kHeaders;
  } else if (!value->is_string() || !value->get_string().empty()) {
    return reader.Wrong("httpDebug", "true, false or \"full\"");
  }
  return absl::OkStatus();
}

absl::Status CheckTls(const HttpOptions& http) {
  for (const std::string* version : {&http.tls_min_version, &http.tls_max_version}) {
    if (!version->empty() && !IsOneOf(kTlsVersions, *version)) {
      return Invalid("tlsVersion", *version, "tls1.0, tls1.1, tls1.2 or tls1.3");
    }
  }
  if (!http.tls_min_version.empty() && !http.tls_max_version.empty() && http.tls_min_version > http.tls_max_version) {
    return Invalid("tlsVersion", http.tls_min_version, Concat("a min that is not above max, ", http.tls_max_version));
  }
  for (const TlsIdentity& identity : http.tls_auth) {
    if (identity.certificate.find("-----BEGIN") == std::string::npos) {
      return Invalid("tlsAuth: cert", identity.certificate, "a certificate in PEM form");
    }
    if (identity.key.find("-----BEGIN") == std::string::npos) {
      return Invalid("tlsAuth: key", "(not shown)", "a private key in PEM form");
    }
    for (const std::string& domain : identity.domains) {
      if (!IsHostPattern(domain, false)) return Invalid("tlsAuth: domains", domain, "a host name or \"*.name\"");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckHttpOptions(const HttpOptions& http) {
  for (const auto& [pattern, target] : http.hosts) {
    if (!IsHostPattern(pattern, true))
      return Invalid("hosts", pattern, "names such as \"a.com\", \"a.com:443\", \"*.a.com\"");
    if (!IsHostTarget(target)) {
      return Invalid(Concat("hosts[", Quoted(pattern), "]"), target, "an address such as 10.0.0.1 or 10.0.0.1:8080");
    }
  }
  for (const auto& [field, list] :
       {std::pair("localIPs", &http.local_ips), std::pair("blacklistIPs", &http.blacklist_ips)}) {
    for (const std::string& range : *list) {
      if (!IpRange::Parse(range).has_value()) {
        return Invalid(field, range, "addresses such as 10.0.0.1, 10.0.0.0/8 or 10.0.0.1-10.0.0.9");
      }
    }
  }
  for (const std::string& pattern : http.block_hostnames) {
    if (!IsHostPattern(pattern, false)) return Invalid("blockHostnames", pattern, "a host name or \"*.name\"");
  }
  if (!IsOneOf(kSelects, http.dns.select)) return Invalid("dns.select", http.dns.select, "first, random or roundRobin");
  if (!IsOneOf(kPolicies, http.dns.policy)) {
    return Invalid("dns.policy", http.dns.policy, "preferIPv4, preferIPv6, onlyIPv4, onlyIPv6 or any");
  }
  return CheckTls(http);
}

absl::Status ParseHttpOptions(const OptionReader& reader, HttpOptions& http) {
  std::vector<std::string> warnings;
  uint64_t batch = http.batch;
  uint64_t per_host = http.batch_per_host;
  RETURN_IF_ERROR(reader.Integer("batch", 1, kMaxBatch, batch));
  RETURN_IF_ERROR(reader.Integer("batchPerHost", 0, kMaxBatch, per_host));
  http.batch = static_cast<uint32_t>(batch);
  http.batch_per_host = static_cast<uint32_t>(per_host);
  RETURN_IF_ERROR(reader.Bool("noVUConnectionReuse", http.no_vu_connection_reuse));
  RETURN_IF_ERROR(ReadHosts(reader, http));
  RETURN_IF_ERROR(ReadDns(reader, &warnings, http.dns));
  RETURN_IF_ERROR(ReadList(reader, "localIPs", &http.local_ips));
  RETURN_IF_ERROR(ReadList(reader, "blacklistIPs", &http.blacklist_ips));
  RETURN_IF_ERROR(ReadList(reader, "blockHostnames", &http.block_hostnames));
  for (std::string& name : http.block_hostnames) name = Lower(name);
  RETURN_IF_ERROR(ReadTlsVersion(reader, &warnings, http));
  RETURN_IF_ERROR(ReadList(reader, "tlsCipherSuites", &http.tls_cipher_suites));
  RETURN_IF_ERROR(ReadTlsAuth(reader, &warnings, http));
  RETURN_IF_ERROR(ReadDebug(reader, http));
  return CheckHttpOptions(http);
}

}  // namespace mockarty
