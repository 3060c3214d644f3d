// console.log and its kin: one line to the run's console sink.
#ifndef ENGINE_MODULES_CONSOLE_MODULE_H_
#define ENGINE_MODULES_CONSOLE_MODULE_H_

#include "engine/script/js_call.h"

namespace mockarty {

// Pushes the console object. [throws]
void PushConsole(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_MODULES_CONSOLE_MODULE_H_
