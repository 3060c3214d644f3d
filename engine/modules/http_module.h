// http.get and its kin (modules mockarty/http and k6/http): arguments in, request, samples and Response out.
#ifndef ENGINE_MODULES_HTTP_MODULE_H_
#define ENGINE_MODULES_HTTP_MODULE_H_

#include "engine/script/js_call.h"

namespace mockarty {

// Pushes the module object. The two differ where scripts of the two worlds do: del and options take (url, params) in
// mockarty/http and (url, body, params) in k6/http. [throws]
void PushHttpModule(JsCall call);
void PushHttpModuleForK6(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTTP_MODULE_H_
