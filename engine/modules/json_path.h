// Selectors of Response.json(): dotted paths such as "items.0.id", "items.#" and "items.#.id".
#ifndef ENGINE_MODULES_JSON_PATH_H_
#define ENGINE_MODULES_JSON_PATH_H_

#include <cstddef>
#include <string_view>

#include "engine/script/js_call.h"

namespace mockarty {

inline constexpr size_t kMaxJsonKeyBytes = 256;
inline constexpr size_t kMaxJsonPathBytes = 4096;
inline constexpr int kMaxJsonNestedArrays = 32;

// One key of a selector.
struct JsonKey {
  char bytes[kMaxJsonKeyBytes];
  size_t size = 0;
  std::string_view text() const { return {bytes, size}; }
};

// Takes the next key off the path, with "\." as ".". False when it is longer than the buffer.
bool TakeJsonKey(std::string_view& path, JsonKey* key);

// Replaces the value on the top of the stack by what the selector string at `selector` names in it; undefined where
// there is nothing. A dot within a key is written "\.". [throws]
void SelectJsonPath(JsCall call, int selector);

}  // namespace mockarty

#endif  // ENGINE_MODULES_JSON_PATH_H_
