// k6/html: parseHTML().
#ifndef ENGINE_MODULES_HTML_MODULE_H_
#define ENGINE_MODULES_HTML_MODULE_H_

#include "engine/script/js_call.h"

namespace mockarty {

// Pushes the module object. [throws]
void PushHtmlModule(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_MODULES_HTML_MODULE_H_
