// SharedArray: mockarty/data and k6/data.
#ifndef ENGINE_MODULES_DATA_MODULE_H_
#define ENGINE_MODULES_DATA_MODULE_H_

#include "engine/script/js_call.h"

namespace mockarty {

// Pushes the module object. [throws]
void PushDataModule(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_MODULES_DATA_MODULE_H_
