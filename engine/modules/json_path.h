// Selectors of Response.json(): dotted paths such as "items.0.id", "items.#" and "items.#.id".
#ifndef ENGINE_MODULES_JSON_PATH_H_
#define ENGINE_MODULES_JSON_PATH_H_

#include "engine/script/js_call.h"

namespace mockarty {

// Replaces the value on the top of the stack by what the selector string at `selector` names in it; undefined where
// there is nothing. A dot within a key is written "\.". [throws]
void SelectJsonPath(JsCall call, int selector);

}  // namespace mockarty

#endif  // ENGINE_MODULES_JSON_PATH_H_
