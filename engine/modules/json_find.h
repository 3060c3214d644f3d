// Where a selector's value stands in a JSON text, without making anything of the text around it.
#ifndef ENGINE_MODULES_JSON_FIND_H_
#define ENGINE_MODULES_JSON_FIND_H_

#include <string_view>

namespace mockarty {

enum class JsonFound {
  kValue,
  kNothing,  // the text holds no such field or item
  kUnsure,   // not JSON as far as it was read, or a selector that needs more of the text ("#", keys with escapes)
};

// Of equal keys the first counts. The index over the text checks its encoding, its strings and that its outermost
// brackets close; what stands behind the value is not read, so an error there is not seen.
// `text` must have kJsonPadding readable bytes behind it. `value` is a part of `text`, perhaps with space behind it.
// Any thread.
JsonFound FindJson(std::string_view text, std::string_view selector, std::string_view* value);

}  // namespace mockarty

#endif  // ENGINE_MODULES_JSON_FIND_H_
