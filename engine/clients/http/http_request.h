// What a virtual user asks for; views only, valid while HttpClient::Execute() runs.
#ifndef ENGINE_CLIENTS_HTTP_HTTP_REQUEST_H_
#define ENGINE_CLIENTS_HTTP_HTTP_REQUEST_H_

#include <span>
#include <string_view>

#include "common/time/clock.h"

namespace mockarty {

class CookieJar;

struct HttpHeader {
  std::string_view name;
  std::string_view value;
};

struct HttpRequestCookie {
  std::string_view name;
  std::string_view value;
  bool replace = false;  // instead of the jar's cookie of that name; otherwise both are sent
};

// What the user name and password of a URL are for.
enum class HttpAuth { kBasic, kDigest };

struct HttpRequest {
  std::string_view method = "GET";
  // Absolute. A user name and password in it are sent as basic authentication, unless there is an Authorization field
  // or `auth` says otherwise.
  std::string_view url;
  HttpAuth auth = HttpAuth::kBasic;
  // In order. Host and User-Agent replace ours. Content-Length is ours to say and is left out; Transfer-Encoding is
  // refused.
  std::span<const HttpHeader> headers;
  std::span<const HttpRequestCookie> cookies;
  std::string_view body;
  // A body that is there and empty is announced with a length of 0; without one, POST, PUT and PATCH do so too.
  bool has_body = false;
  // Content codings to apply to the body, e.g. "gzip"; adds Content-Encoding. Empty: none.
  std::string_view compression;
  // Of everything, redirects included. 0: what the options say.
  Nanos timeout = 0;
  // Below 0: what the options say.
  int max_redirects = -1;
  // The body is received and counted, not kept.
  bool discard_body = false;
  // Instead of the virtual user's own jar.
  CookieJar* jar = nullptr;
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_HTTP_REQUEST_H_
