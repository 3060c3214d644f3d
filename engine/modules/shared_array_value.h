// What a script holds of rows that all virtual users share (engine/vu/shared_arrays.h): reads like an array, cannot be
// written. Made by the modules that make such rows.
#ifndef ENGINE_MODULES_SHARED_ARRAY_VALUE_H_
#define ENGINE_MODULES_SHARED_ARRAY_VALUE_H_

#include <cstdint>

#include "engine/script/js_call.h"

namespace mockarty {

// Pushes the array of that id, which is ready. `shard`: this process's share of the rows only. [throws]
void PushSharedArray(JsCall call, uint32_t array, bool shard);

}  // namespace mockarty

#endif  // ENGINE_MODULES_SHARED_ARRAY_VALUE_H_
