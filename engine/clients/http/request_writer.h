// The head of a request as bytes, and what may not be in one.
#ifndef ENGINE_CLIENTS_HTTP_REQUEST_WRITER_H_
#define ENGINE_CLIENTS_HTTP_REQUEST_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "engine/clients/http/http_request.h"
#include "engine/clients/http/url.h"

namespace mockarty {

struct HttpProxy;

// One hop of a request: the redirects so far applied.
struct HopRequest {
  const HttpRequest* request = nullptr;
  const Url* url = nullptr;
  std::string_view method;
  std::string_view body;
  bool has_body = false;
  std::string_view content_encoding;  // of `body`, when we coded it
  // False after a redirect to another host: Authorization, Cookie and request cookies stay behind.
  bool keep_credentials = true;
  // After a redirect that turned the method into GET: Content-* fields describe a body that is gone.
  bool drop_content_headers = false;
  std::string_view authorization;  // the field's value, in answer to a challenge
  std::string_view user_agent;
  CookieJar* jar = nullptr;
};

// Method, header names and values, cookies: no injected lines, no fields that are ours. InvalidArgument naming what.
absl::Status CheckRequest(const HttpRequest& request);

// Appends the request line, the fields and the empty line. The request must have been checked. `proxy`: the one it is
// written for, with the whole URL; null: the server itself.
void AppendRequestHead(const HopRequest& hop, const HttpProxy* proxy, std::string* out);

// True when the request asks for `Connection: close`.
bool AsksToClose(const HttpRequest& request);

// RFC 9110, 9.2.2, and requests with an Idempotency-Key field.
bool IsIdempotent(const HttpRequest& request, std::string_view method);

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_REQUEST_WRITER_H_
