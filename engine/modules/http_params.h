// Arguments of http.* calls: URL, body and params as scripts give them -> HttpRequest.
#ifndef ENGINE_MODULES_HTTP_PARAMS_H_
#define ENGINE_MODULES_HTTP_PARAMS_H_

#include <string_view>

#include "common/metrics/registry.h"
#include "engine/clients/http/http_request.h"
#include "engine/modules/http_call_pool.h"
#include "engine/modules/http_response.h"
#include "engine/script/js_call.h"

namespace mockarty {

// What params say beyond the request itself.
struct HttpParams {
  HttpCall::Text name;         // the `name` tag; empty: none
  HttpCall::Text compression;  // of the body; empty: none
  TagSetId tags = kNoTags;
  ResponseBodyKind body_kind = ResponseBodyKind::kText;
  bool form_body = false;
};

// The body argument: nothing, text, bytes, or an object sent as a form. Errors name `function`. [throws]
void ReadBody(JsCall call, int index, const char* function, HttpCall& into, HttpRequest& request, HttpParams& params,
              HttpCall::Text* body);

// The params argument: headers, tags, timeout, cookies, redirects, auth, compression, responseType. [throws]
void ReadParams(JsCall call, int index, const char* function, HttpCall& into, HttpRequest& request, HttpParams& params);

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTTP_PARAMS_H_
