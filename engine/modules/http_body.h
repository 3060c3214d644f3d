// Bodies of http.* calls: text, bytes, forms, files in multipart/form-data.
#ifndef ENGINE_MODULES_HTTP_BODY_H_
#define ENGINE_MODULES_HTTP_BODY_H_

#include "engine/clients/http/http_request.h"
#include "engine/modules/http_call.h"
#include "engine/script/js_call.h"

namespace mockarty {

// The native http.file(data, filename, contentType): a part of a multipart body. [throws]
JsReturn MakeFile(JsCall call);

// The body argument: nothing, text, bytes, or an object, which is sent as a form, as multipart/form-data where one of
// its values is a file. Adds the Content-Type of a form unless the call has one: after ReadParams(). [throws]
void ReadBody(JsCall call, int index, const char* function, HttpCall& into, HttpRequest& request, HttpCall::Text* body);

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTTP_BODY_H_
