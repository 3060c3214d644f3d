// The Response object that http.* calls return: its data in one buffer of the heap, its fields as getters of one
// prototype, so that a field costs nothing until it is read.
#ifndef ENGINE_MODULES_HTTP_RESPONSE_H_
#define ENGINE_MODULES_HTTP_RESPONSE_H_

#include <cstdint>
#include <string_view>

#include "engine/clients/http/http_request.h"
#include "engine/clients/http/http_response.h"
#include "engine/script/js_call.h"

namespace mockarty {

enum class ResponseBodyKind : uint8_t { kText, kBinary, kNone };

// What a response is made of. The text is copied.
struct ResponseData {
  int status = 0;  // 0: none came, `error` says why
  int error_code = 0;
  ResponseBodyKind body_kind = ResponseBodyKind::kText;
  HttpTimings timings;
  std::string_view error;
  std::string_view method;
  std::string_view url;          // after redirects
  SocketAddress remote;          // not set when nothing was connected
  std::string_view head;         // status line and header lines as received
  std::string_view body;         // decoded
  const char* tls_version = "";  // static texts
  const char* tls_cipher = "";
  const HttpRequest* request = nullptr;  // headers, cookies and body as the script gave them
};

// Pushes the Response object. [throws]
void PushResponse(JsCall call, const ResponseData& data);

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTTP_RESPONSE_H_
