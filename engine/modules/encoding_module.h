// base64 and JSON: mockarty/encoding and k6/encoding.
#ifndef ENGINE_MODULES_ENCODING_MODULE_H_
#define ENGINE_MODULES_ENCODING_MODULE_H_

#include "engine/script/js_call.h"

namespace mockarty {

// Push the module objects. [throws]
void PushEncodingModule(JsCall call);
void PushEncodingModuleForK6(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_MODULES_ENCODING_MODULE_H_
