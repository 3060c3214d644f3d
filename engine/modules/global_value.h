// Globals that are made when a script first reads them.
#ifndef ENGINE_MODULES_GLOBAL_VALUE_H_
#define ENGINE_MODULES_GLOBAL_VALUE_H_

#include "engine/script/js_call.h"

namespace mockarty {

// The value on the top of the stack, which is popped, takes the place of the global's getter and setter: from here on
// it is a plain writable value. [throws]
inline void ReplaceGlobal(JsCall call, const char* name) {
  call.PushGlobalObject();
  call.Insert(-2);
  call.DefineValue(-2, name);
  call.Pop();
}

}  // namespace mockarty

#endif  // ENGINE_MODULES_GLOBAL_VALUE_H_
