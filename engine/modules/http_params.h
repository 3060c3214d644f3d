// Arguments of http.* calls: URL, body and params as scripts give them -> HttpRequest.
#ifndef ENGINE_MODULES_HTTP_PARAMS_H_
#define ENGINE_MODULES_HTTP_PARAMS_H_

#include <string_view>

#include "common/metrics/registry.h"
#include "engine/clients/http/http_request.h"
#include "engine/modules/http_call.h"
#include "engine/modules/http_response.h"
#include "engine/script/js_call.h"

namespace mockarty {

// What params say beyond the request itself. Texts are in the HttpCall.
struct HttpParams {
  HttpCall::Text method;
  HttpCall::Text url;
  HttpCall::Text body;
  HttpCall::Text name;         // the `name` tag; empty: none
  HttpCall::Text compression;  // of the body; empty: none
  TagSetId tags = kNoTags;
  ResponseBodyKind body_kind = ResponseBodyKind::kText;
  bool says_body_kind = false;  // the call itself does: wins over discardResponseBodies
};

// The URL argument: text, an object of http.url``, or anything that is text when asked, as URL objects are. [throws]
void ReadUrl(JsCall call, int index, const char* function, HttpCall& into, HttpParams& params);

// The params argument: headers, tags, timeout, cookies, jar, redirects, auth, compression, responseType,
// responseCallback. [throws]
void ReadParams(JsCall call, int index, const char* function, HttpCall& into, HttpRequest& request, HttpParams& params);

// Throws RangeError when `into` was given more than a request may have. [throws]
void RequireSize(JsCall call, const char* function, const HttpCall& into);

// After all arguments were read: `request` refers to what they left in `into`. Nothing may be added afterwards.
void FinishRequest(HttpCall& into, const HttpParams& params, HttpRequest& request);

// TypeError "http.<function>: params.<param>: expected <expected>, got <the value at `value`>".
[[noreturn]] void ThrowBadParam(JsCall call, const char* function, const char* param, const char* expected, int value);

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTTP_PARAMS_H_
