// setTimeout, setInterval, setImmediate and what clears them: globals, and the module `k6/timers`.
#ifndef ENGINE_MODULES_TIMERS_MODULE_H_
#define ENGINE_MODULES_TIMERS_MODULE_H_

#include "engine/script/js_call.h"

namespace mockarty {

// setTimeout and its like, by the numbers of duk_ext.h.
int CallTimer(duk_hthread* context, int which);

// Pushes the module. [throws]
void PushTimersModule(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_MODULES_TIMERS_MODULE_H_
