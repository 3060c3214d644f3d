// k6/execution: what a script may know of the virtual user, scenario, instance and test it is part of, and do to them.
#ifndef ENGINE_MODULES_EXECUTION_MODULE_H_
#define ENGINE_MODULES_EXECUTION_MODULE_H_

#include "engine/script/js_call.h"

namespace mockarty {

// Pushes the module object. [throws]
void PushExecutionModule(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_MODULES_EXECUTION_MODULE_H_
