#include "engine/clients/http/url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/clients/http/text.h"

namespace mockarty {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// Bytes that RFC 3986 allows nowhere in a path or query, or that break requests in practice.
bool MustEncode(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || std::string_view(" \"<>\\^`{|}").find(c) != std::string_view::npos;
}

absl::Status Invalid(std::string_view text, std::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("invalid URL ", QuoteText(text, 200), ": ", std::string(why)));
}

// The part before "://" or ":", when there is a scheme at all; letters, digits, "+-." (RFC 3986, 3.1).
std::string_view SchemeOf(std::string_view text) {
  const size_t colon = text.find_first_of(":/?#");
  if (colon == std::string_view::npos || text[colon] != ':' || colon == 0 || !IsLetter(text[0])) return {};
  const std::string_view scheme = text.substr(0, colon);
  const bool ok = std::all_of(scheme.begin(), scheme.end(),
                              [](char c) { return IsLetter(c) || IsDigit(c) || c == '+' || c == '-' || c == '.'; });
  return ok ? scheme : std::string_view();
}

bool IsIpv4(const std::string& text) {
  in_addr address;
  return inet_pton(AF_INET, text.c_str(), &address) == 1;
}

// Host names as DNS has them, with '_' since real zones hold it. Empty result: fine.
std::string CheckHostName(const std::string& host) {
  if (host.size() > 253) return "host name is longer than 253 bytes";
  size_t label_begin = 0;
  std::string_view last_label;
  while (label_begin <= host.size()) {
    const size_t dot = std::min(host.find('.', label_begin), host.size());
    const std::string_view label = std::string_view(host).substr(label_begin, dot - label_begin);
    const bool trailing_dot = label.empty() && dot == host.size() && label_begin > 0;
    if (!trailing_dot) {
      if (label.empty() || label.size() > 63) return absl::StrCat("malformed host name ", QuoteText(host));
      last_label = label;
    }
    label_begin = dot + 1;
  }
  for (char c : host) {
    if (static_cast<unsigned char>(c) >= 0x80) {
      return "host name holds a character outside ASCII; write its ASCII form (xn--...)";
    }
    if (!IsLetter(c) && !IsDigit(c) && c != '-' && c != '.' && c != '_') {
      return absl::StrCat("unexpected character ", QuoteText(std::string_view(&c, 1)), " in host name");
    }
  }
  if (std::all_of(last_label.begin(), last_label.end(), IsDigit) && !IsIpv4(host)) {
    return absl::StrCat("malformed IPv4 address ", QuoteText(host));
  }
  return "";
}

// RFC 3986, 5.2.4.
std::string RemoveDotSegments(std::string_view path) {
  std::string out;
  size_t at = 0;
  while (at < path.size()) {
    const size_t next = std::min(path.find('/', at + 1), path.size());
    const std::string_view segment = path.substr(at, next - at);  // with its leading slash
    const bool last = next == path.size();
    if (segment == "/..") {
      out.resize(out.empty() ? 0 : out.rfind('/'));
      if (last) out += '/';
    } else if (segment == "/.") {
      if (last) out += '/';
    } else {
      out += segment;
    }
    at = next;
  }
  return out;
}

}  // namespace

absl::StatusOr<Url> Url::Parse(std::string_view text) {
  Url url;
  if (std::string why = url.ParseInto(text); !why.empty()) return Invalid(text, why);
  return url;
}

std::string Url::ParseInto(std::string_view text) {
  if (text.empty()) return "empty; expected http://host/path";
  if (text.size() > kMaxBytes) return absl::StrCat("longer than ", kMaxBytes, " bytes");
  if (text.front() == ' ' || text.back() == ' ') return "begins or ends with a space";
  if (std::any_of(text.begin(), text.end(), IsControl)) return "holds a control character";
  text = text.substr(0, text.find('#'));

  const std::string_view scheme = SchemeOf(text);
  if (EqualsIgnoreCase(scheme, "https")) {
    https_ = true;
  } else if (!EqualsIgnoreCase(scheme, "http")) {
    const bool looks_like_host = text.substr(scheme.size(), 3) != "://";
    if (scheme.empty() || looks_like_host) return "no scheme; expected http:// or https://";
    return absl::StrCat("unsupported scheme ", QuoteText(scheme), "; expected http or https");
  }
  text.remove_prefix(scheme.size());
  if (text.substr(0, 3) != "://") return "expected \"://\" after the scheme";
  text.remove_prefix(3);

  const size_t authority_end = std::min(text.find_first_of("/?"), text.size());
  std::string_view authority = text.substr(0, authority_end);
  text.remove_prefix(authority_end);
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    if (std::string why = ParseUserInfo(authority.substr(0, at)); !why.empty()) return why;
    authority.remove_prefix(at + 1);
  }
  href_ = https_ ? "https://" : "http://";
  std::string_view port;
  const size_t bracket = authority.substr(0, 1) == "[" ? authority.find(']') : 0;
  if (bracket == std::string_view::npos) return "no \"]\" after the IPv6 address";
  if (const size_t colon = authority.find(':', bracket); colon != std::string_view::npos) {
    port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  if (std::string why = AppendHost(authority); !why.empty()) return why;
  if (std::string why = ParsePort(port); !why.empty()) return why;
  const size_t question = text.find('?');
  const bool has_query = question != std::string_view::npos;
  return AppendTarget(text.substr(0, question), has_query ? text.substr(question + 1) : std::string_view(), has_query);
}

std::string Url::ParseUserInfo(std::string_view text) {
  if (text.find('@') != std::string_view::npos) return "more than one \"@\" before the host; write %40 for the first";
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      user_info_ += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return "malformed %-escape in user name or password";
    user_info_ += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!text.empty() && text.find(':') == std::string_view::npos) user_info_ += ':';
  return "";
}

std::string Url::AppendHost(std::string_view text) {
  if (text.empty()) return "no host";
  host_begin_ = static_cast<uint32_t>(href_.size());
  std::string host(text);
  LowerAscii(&host);
  if (host.front() == '[') {
    if (host.back() != ']') return "unexpected text after the IPv6 address";
    const std::string inner = host.substr(1, host.size() - 2);
    in6_addr address;
    if (inner.find('%') != std::string::npos) return "IPv6 zones are not supported";
    if (inet_pton(AF_INET6, inner.c_str(), &address) != 1) {
      return absl::StrCat("malformed IPv6 address ", QuoteText(inner));
    }
    host_is_ipv6_ = true;
  } else if (std::string why = CheckHostName(host); !why.empty()) {
    return why;
  }
  href_ += host;
  host_end_ = static_cast<uint32_t>(href_.size());
  return "";
}

std::string Url::ParsePort(std::string_view text) {
  const uint16_t own_port = https_ ? 443 : 80;
  port_ = own_port;
  if (!text.empty()) {
    uint32_t port = 0;
    const bool ok = text.size() <= 5 && std::all_of(text.begin(), text.end(), IsDigit);
    for (char c : ok ? text : std::string_view()) port = port * 10 + static_cast<uint32_t>(c - '0');
    if (port < 1 || port > 65535) return absl::StrCat("bad port ", QuoteText(text), "; expected 1 to 65535");
    port_ = static_cast<uint16_t>(port);
  }
  if (port_ != own_port) absl::StrAppend(&href_, ":", port_);
  return "";
}

std::string Url::AppendTarget(std::string_view path, std::string_view query, bool has_query) {
  path_begin_ = static_cast<uint32_t>(href_.size());
  auto append = [this](char c) {
    if (MustEncode(c)) {
      href_ += '%';
      href_ += kHex[static_cast<unsigned char>(c) >> 4];
      href_ += kHex[static_cast<unsigned char>(c) & 15];
    } else {
      href_ += c;
    }
  };
  if (path.empty()) href_ += '/';
  for (size_t i = 0; i < path.size(); ++i) {
    const bool escape = path[i] == '%';
    if (escape && (i + 2 >= path.size() || HexDigit(path[i + 1]) < 0 || HexDigit(path[i + 2]) < 0)) {
      return absl::StrCat("malformed %-escape ", QuoteText(path.substr(i, 3)), " in the path");
    }
    append(path[i]);
  }
  path_end_ = static_cast<uint32_t>(href_.size());
  if (has_query) href_ += '?';
  for (char c : query) append(c);
  return "";
}

absl::StatusOr<Url> Url::Resolve(std::string_view reference) const {
  if (reference.substr(0, 2) == "//") return Parse(std::string(https_ ? "https:" : "http:").append(reference));
  if (!SchemeOf(reference).empty()) return Parse(reference);
  if (reference.size() > kMaxBytes) return Invalid(reference, absl::StrCat("longer than ", kMaxBytes, " bytes"));

  const std::string_view ref_target = reference.substr(0, reference.find('#'));
  const size_t question = ref_target.find('?');
  const std::string_view ref_path = ref_target.substr(0, question);
  const std::string_view ref_query =
      question == std::string_view::npos ? std::string_view() : ref_target.substr(question);
  const std::string_view origin = std::string_view(href_).substr(0, path_begin_);
  std::string absolute(origin);
  if (ref_path.empty()) {
    absolute.append(path()).append(ref_query.empty() ? target().substr(path().size()) : ref_query);
  } else if (ref_path.front() == '/') {
    absolute.append(RemoveDotSegments(ref_path)).append(ref_query);
  } else {
    const std::string merged = std::string(path().substr(0, path().rfind('/') + 1)).append(ref_path);
    absolute.append(RemoveDotSegments(merged)).append(ref_query);
  }
  Url url;
  if (std::string why = url.ParseInto(absolute); !why.empty()) return Invalid(reference, why);
  return url;
}

}  // namespace mockarty
