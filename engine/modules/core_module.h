// check, sleep, group and fail: a module (k6, mockarty/core) and globals.
#ifndef ENGINE_MODULES_CORE_MODULE_H_
#define ENGINE_MODULES_CORE_MODULE_H_

#include "engine/script/js_call.h"

namespace mockarty {

// Pushes the module object. [throws]
void PushCoreModule(JsCall call);

// Puts the functions into the object on the top of the stack. [throws]
void PutCoreFunctions(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_MODULES_CORE_MODULE_H_
