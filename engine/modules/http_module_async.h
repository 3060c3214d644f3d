// http.asyncRequest(): a request that the script does not wait for.
#ifndef ENGINE_MODULES_HTTP_MODULE_ASYNC_H_
#define ENGINE_MODULES_HTTP_MODULE_ASYNC_H_

#include "engine/script/js_call.h"

namespace mockarty {

// The native asyncRequest(method, url, body, params): a promise of the Response. It is sent at once, on a fiber of its
// own; the iteration lasts until it is settled. [throws]
JsReturn HttpAsyncRequest(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTTP_MODULE_ASYNC_H_
