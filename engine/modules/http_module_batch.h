// http.batch(): several requests of one virtual user at a time.
#ifndef ENGINE_MODULES_HTTP_MODULE_BATCH_H_
#define ENGINE_MODULES_HTTP_MODULE_BATCH_H_

#include "engine/script/js_call.h"

namespace mockarty {

// The native batch(requests): an array, or an object of names, of URLs, [method, url, body, params] or
// {method, url, body, params}; the result has the same shape and holds Responses. [throws]
JsReturn HttpBatch(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTTP_MODULE_BATCH_H_
