#include "tools/target/basic_routes.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/target/encode.h"
#include "tools/target/text.h"

namespace mockarty::target {
namespace {

namespace json = boost::json;

// JSON strings are UTF-8: bytes that are not are escaped one by one.
json::string Text(std::string_view text) {
  if (IsUtf8(text)) return json::string(text);
  return json::string(absl::CHexEscape(Absl(text)));
}

json::object Object(const Fields& fields) {
  json::object object;
  for (const auto& [name, value] : fields) object[Text(name)] = Text(value);
  return object;
}

// What every describing answer starts with.
json::object Describe(const Call& call) {
  const Request& request = call.request;
  json::object object;
  object["method"] = Text(request.method);
  object["url"] =
      Text(absl::StrCat(request.is_tls ? "https://" : "http://", Absl(request.Header("Host")), request.target));
  object["args"] = Object(call.query);
  object["headers"] = Object(request.headers);
  object["origin"] = Text(request.remote);
  return object;
}

Response Json(const json::object& object) {
  Response response;
  response.body = json::serialize(object);
  return response;
}

Response BadRequest(const absl::Status& status) { return ErrorResponse(400, status); }

Response Get(const Call& call) { return Json(Describe(call)); }

Response Echo(const Call& call) {
  const Request& request = call.request;
  json::object object = Describe(call);
  if (IsUtf8(request.body)) {
    object["body"] = request.body;
  } else {
    object["body_base64"] = absl::Base64Escape(request.body);
  }
  const std::string_view type = request.Header("Content-Type");
  if (absl::StartsWithIgnoreCase(Absl(type), "application/json")) {
    json::error_code error;
    json::value parsed = json::parse(request.body, error);
    object["json"] = error ? json::value() : std::move(parsed);
  } else if (absl::StartsWithIgnoreCase(Absl(type), "application/x-www-form-urlencoded")) {
    object["form"] = Object(ParseQuery(request.body));
  }
  return Json(object);
}

// The body and its type as they came: what a client makes of an answer is tested with the answer in the script.
Response EchoBody(const Call& call) {
  Response response;
  const std::string_view type = call.request.Header("Content-Type");
  response.content_type = type.empty() ? "application/octet-stream" : std::string(type);
  response.body = call.request.body;
  return response;
}

// A final status only: 1xx would leave the client waiting for another one.
Response Status(const Call& call) {
  const auto code = ParseNumber("status", call.segments[0], 200, 599);
  if (!code.ok()) return BadRequest(code.status());
  Response response = Json({{"status", *code}});
  response.status = static_cast<int>(*code);
  return response;
}

Response Delay(const Call& call) {
  const auto delay_ms = ParseNumber("delay in ms", call.segments[0], 0, kMaxWaitMs);
  if (!delay_ms.ok()) return BadRequest(delay_ms.status());
  Response response = Json({{"delay_ms", *delay_ms}});
  response.delay_ms = *delay_ms;
  return response;
}

Response Freeze(const Call& call) {
  std::string_view text = "1000";
  for (const auto& [name, value] : call.query) {
    if (name == "ms") text = value;
  }
  const auto freeze_ms = ParseNumber("ms", text, 1, kMaxWaitMs);
  if (!freeze_ms.ok()) return BadRequest(freeze_ms.status());
  Response response = Json({{"freeze_ms", *freeze_ms}});
  response.freeze_ms = *freeze_ms;
  return response;
}

constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

// One pattern for all answers, made once at its full size: a request costs no copy.
const std::string& Pattern() {
  static const std::string* const pattern = [] {
    auto* text = new std::string(kAlphabet);
    text->reserve(kMaxBytes);
    while (text->size() < kMaxBytes) text->append(*text, 0, kMaxBytes - text->size());
    return text;
  }();
  return *pattern;
}

Response Bytes(const Call& call) {
  const auto size = ParseNumber("size in bytes", call.segments[0], 0, kMaxBytes);
  if (!size.ok()) return BadRequest(size.status());
  Response response;
  response.content_type = "application/octet-stream";
  if (*size > 0) response.static_body = std::string_view(Pattern()).substr(0, static_cast<size_t>(*size));
  return response;
}

template <Coding kCoding>
Response Encoded(const Call& call) {
  json::object object = Describe(call);
  object["encoding"] = CodingName(kCoding);
  absl::StatusOr<std::string> body = Encode(kCoding, json::serialize(object));
  if (!body.ok()) return ErrorResponse(500, body.status());
  Response response;
  response.headers.emplace_back("Content-Encoding", CodingName(kCoding));
  response.body = *std::move(body);
  return response;
}

// ?status=307 (or 301, 303, 308) picks another code than 302; every step of the chain keeps it.
Response Redirect(const Call& call) {
  const auto steps = ParseNumber("redirects", call.segments[0], 0, kMaxRedirects);
  if (!steps.ok()) return BadRequest(steps.status());
  int64_t status = 302;
  std::string query;
  for (const auto& [name, value] : call.query) {
    if (name != "status") continue;
    const auto wanted = ParseNumber("status", value, 301, 308);
    if (!wanted.ok()) return BadRequest(wanted.status());
    if (*wanted > 303 && *wanted < 307) return ErrorResponse(400, "status: expected 301, 302, 303, 307 or 308");
    status = *wanted;
    query = absl::StrCat("?status=", status);
  }
  Response response = Json({{"redirects_left", *steps}});
  response.status = static_cast<int>(status);
  response.headers.emplace_back("Location",
                                *steps <= 1 ? std::string("/get") : absl::StrCat("/redirect/", *steps - 1, query));
  return response;
}

Response Cookies(const Call& call) { return Json({{"cookies", Object(ParseCookies(call.request.Header("Cookie")))}}); }

// Token and cookie-octet of RFC 6265 section 4.1.1: nothing that could end a header line gets through.
bool IsCookieText(std::string_view text, bool is_name) {
  for (const char c : text) {
    if (c <= 0x20 || c >= 0x7F || absl::StrContains("\",;\\", c)) return false;
    if (is_name && absl::StrContains("()<>@:/[]?={}", c)) return false;
  }
  return !is_name || !text.empty();
}

Response SetCookies(const Call& call) {
  if (call.query.empty()) return ErrorResponse(400, "expected cookies as a query, such as /cookies/set?name=value");
  Response response = Json({{"cookies", Object(call.query)}});
  response.status = 302;
  response.headers.emplace_back("Location", "/cookies");
  for (const auto& [name, value] : call.query) {
    if (!IsCookieText(name, true) || !IsCookieText(value, false)) {
      return ErrorResponse(400, "a cookie's name or value has a character that RFC 6265 does not allow");
    }
    response.headers.emplace_back("Set-Cookie", absl::StrCat(name, "=", value, "; Path=/"));
  }
  return response;
}

Response BasicAuth(const Call& call) {
  const std::string expected = absl::StrCat(call.segments[0], ":", call.segments[1]);
  std::string_view header = call.request.Header("Authorization");
  std::string given;
  if (absl::StartsWithIgnoreCase(Absl(header), "basic ") && absl::Base64Unescape(Absl(header.substr(6)), &given) &&
      given == expected) {
    return Json({{"authenticated", true}, {"user", Text(call.segments[0])}});
  }
  Response response = ErrorResponse(401, "the user or the password is not the one of the path");
  response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"mockarty-target\"");
  return response;
}

}  // namespace

std::vector<Route> BasicRoutes() {
  return {
      {"GET", "/get", Get},
      {"POST", "/post", Echo},
      {"PUT", "/put", Echo},
      {"PATCH", "/patch", Echo},
      {"DELETE", "/delete", Echo},
      {"POST", "/echo", EchoBody},
      {"*", "/status/{code}", Status},
      {"*", "/delay/{ms}", Delay},
      {"GET", "/bytes/{n}", Bytes},
      {"GET", "/gzip", Encoded<Coding::kGzip>},
      {"GET", "/deflate", Encoded<Coding::kDeflate>},
      {"GET", "/brotli", Encoded<Coding::kBrotli>},
      {"GET", "/zstd", Encoded<Coding::kZstd>},
      {"*", "/redirect/{n}", Redirect},
      {"GET", "/cookies", Cookies},
      {"GET", "/cookies/set", SetCookies},
      {"GET", "/basic-auth/{user}/{password}", BasicAuth},
      {"*", "/freeze", Freeze},
  };
}

}  // namespace mockarty::target
