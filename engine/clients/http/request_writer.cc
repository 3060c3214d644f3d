#include "engine/clients/http/request_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/clients/http/cookie_jar.h"
#include "engine/clients/http/http_proxy.h"
#include "engine/clients/http/text.h"

namespace mockarty {
namespace {

constexpr size_t kMaxMethodBytes = 64;

// RFC 9110, 5.5: no CR, LF, NUL, which would end the field, and no other control characters but tab.
bool IsFieldValue(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
  });
}

bool IsCookieValue(std::string_view text) { return IsFieldValue(text) && text.find(';') == std::string_view::npos; }

bool IsContentField(std::string_view name) {
  return name.size() > 8 && EqualsIgnoreCase(name.substr(0, 8), "content-");
}

void AppendField(std::string_view name, std::string_view value, std::string* out) {
  out->append(name).append(": ").append(value).append("\r\n");
}

// What the caller's own fields replace or add to.
struct OwnFields {
  std::string_view host;
  std::string_view cookie;
  bool user_agent = false;
  bool authorization = false;
  bool content_encoding = false;
};

OwnFields ReadOwnFields(const HopRequest& hop) {
  OwnFields own;
  for (const HttpHeader& header : hop.request->headers) {
    if (EqualsIgnoreCase(header.name, "host")) own.host = header.value;
    if (EqualsIgnoreCase(header.name, "user-agent")) own.user_agent = true;
    if (EqualsIgnoreCase(header.name, "authorization")) own.authorization = true;
    if (EqualsIgnoreCase(header.name, "cookie")) own.cookie = header.value;
    if (EqualsIgnoreCase(header.name, "content-encoding")) own.content_encoding = true;
  }
  return own;
}

bool IsWrittenBelow(std::string_view name) {
  return EqualsIgnoreCase(name, "host") || EqualsIgnoreCase(name, "cookie") || EqualsIgnoreCase(name, "content-length");
}

void AppendCookies(const HopRequest& hop, std::string_view own_cookie, std::string* out) {
  const size_t begin = out->size();
  constexpr std::string_view kName = "Cookie: ";
  out->append(kName);
  auto append = [&](std::string_view pair_name, std::string_view value) {
    if (out->size() > begin + kName.size()) out->append("; ");
    out->append(pair_name).append("=").append(value);
  };
  if (hop.keep_credentials) {
    out->append(own_cookie);
    for (const HttpRequestCookie& cookie : hop.request->cookies) append(cookie.name, cookie.value);
  }
  if (hop.jar != nullptr && !hop.jar->Empty()) {
    for (const Cookie* cookie : hop.jar->Matching(*hop.url, WallClockMillis() / 1000)) {
      const bool replaced =
          hop.keep_credentials &&
          std::any_of(hop.request->cookies.begin(), hop.request->cookies.end(),
                      [&](const HttpRequestCookie& own) { return own.replace && own.name == cookie->name; });
      if (!replaced) append(cookie->name, cookie->value);
    }
  }
  if (out->size() == begin + kName.size()) {
    out->resize(begin);
  } else {
    out->append("\r\n");
  }
}

void AppendContentLength(const HopRequest& hop, std::string* out) {
  const bool expects_body = hop.method == "POST" || hop.method == "PUT" || hop.method == "PATCH";
  if (!hop.has_body && !expects_body) return;
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), hop.body.size());
  AppendField("Content-Length", {digits.data(), static_cast<size_t>(end.ptr - digits.data())}, out);
}

}  // namespace

absl::Status CheckRequest(const HttpRequest& request) {
  if (!IsHttpToken(request.method) || request.method.size() > kMaxMethodBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("invalid method ", QuoteText(request.method), ": expected a token such as GET"));
  }
  for (const HttpHeader& header : request.headers) {
    if (!IsHttpToken(header.name)) {
      return absl::InvalidArgumentError(absl::StrCat("invalid header name ", QuoteText(header.name)));
    }
    if (!IsFieldValue(header.value)) {
      return absl::InvalidArgumentError(absl::StrCat("invalid value of header ", QuoteText(header.name), ": ",
                                                     QuoteText(header.value), " holds a control character"));
    }
    if (EqualsIgnoreCase(header.name, "transfer-encoding")) {
      return absl::InvalidArgumentError(
          "header \"Transfer-Encoding\" cannot be set: bodies are sent with their length");
    }
  }
  for (const HttpRequestCookie& cookie : request.cookies) {
    if (!IsHttpToken(cookie.name)) {
      return absl::InvalidArgumentError(absl::StrCat("invalid cookie name ", QuoteText(cookie.name)));
    }
    if (!IsCookieValue(cookie.value)) {
      return absl::InvalidArgumentError(absl::StrCat("invalid value of cookie ", QuoteText(cookie.name), ": ",
                                                     QuoteText(cookie.value), " holds a control character or \";\""));
    }
  }
  return absl::OkStatus();
}

void AppendRequestHead(const HopRequest& hop, const HttpProxy* proxy, std::string* out) {
  const OwnFields own = ReadOwnFields(hop);
  out->append(hop.method).append(" ");
  out->append(proxy != nullptr ? std::string_view(hop.url->href()) : hop.url->target()).append(" HTTP/1.1\r\n");
  // A Host of the caller's is for the first host; after a redirect elsewhere it would be wrong.
  const bool own_host = !own.host.empty() && hop.keep_credentials;
  AppendField("Host", own_host ? own.host : hop.url->authority(), out);
  if (!own.user_agent && !hop.user_agent.empty()) AppendField("User-Agent", hop.user_agent, out);
  if (proxy != nullptr && !proxy->authorization.empty()) {
    AppendField("Proxy-Authorization", proxy->authorization, out);
  }
  for (const HttpHeader& header : hop.request->headers) {
    if (IsWrittenBelow(header.name)) continue;
    if (!hop.keep_credentials && EqualsIgnoreCase(header.name, "authorization")) continue;
    if (hop.drop_content_headers && IsContentField(header.name)) continue;
    AppendField(header.name, header.value, out);
  }
  if (!hop.authorization.empty()) {
    AppendField("Authorization", hop.authorization, out);
  } else if (!hop.url->user_info().empty() && hop.request->auth == HttpAuth::kBasic &&
             !(own.authorization && hop.keep_credentials)) {
    AppendField("Authorization", std::string("Basic ") + absl::Base64Escape(hop.url->user_info()), out);
  }
  if (!hop.content_encoding.empty() && !own.content_encoding) {
    AppendField("Content-Encoding", hop.content_encoding, out);
  }
  const bool has_cookies = !own.cookie.empty() || !hop.request->cookies.empty();
  if (has_cookies || (hop.jar != nullptr && !hop.jar->Empty())) AppendCookies(hop, own.cookie, out);
  AppendContentLength(hop, out);
  out->append("\r\n");
}

bool AsksToClose(const HttpRequest& request) {
  return std::any_of(request.headers.begin(), request.headers.end(), [](const HttpHeader& header) {
    return EqualsIgnoreCase(header.name, "connection") && EqualsIgnoreCase(TrimSpace(header.value), "close");
  });
}

bool IsIdempotent(const HttpRequest& request, std::string_view method) {
  static constexpr std::array<std::string_view, 6> kIdempotent = {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"};
  if (std::find(kIdempotent.begin(), kIdempotent.end(), method) != kIdempotent.end()) return true;
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [](const HttpHeader& header) { return EqualsIgnoreCase(header.name, "idempotency-key"); });
}

}  // namespace mockarty
