// JSON text -> script values by simdjson: several times the speed of the heap's own parser, and a selector makes only
// what it names.
//
// What simdjson does not take (numbers past 64 bits, nesting past 64, text that is not UTF-8, a key named __proto__)
// is left to the heap's own parser, which also words the errors.
#ifndef ENGINE_MODULES_JSON_TEXT_H_
#define ENGINE_MODULES_JSON_TEXT_H_

#include <cstddef>
#include <string_view>

#include "engine/script/js_call.h"

namespace mockarty {

struct VuContext;

// Bytes that must be readable behind a text.
inline constexpr size_t kJsonPadding = 64;

// Pushes the value of `text`. False, with nothing pushed, when it is for the other parser. [throws]
bool PushJson(JsCall call, std::string_view text);

// Pushes what the selector (json_path.h) names in `text`, undefined where there is nothing. False, with nothing pushed,
// as above. [throws]
bool PushJsonSelection(JsCall call, std::string_view text, std::string_view selector);

// The end of a virtual user's iteration: what a JavaScript error left in use is free again.
void ReleaseJsonParsers(const VuContext* owner);

}  // namespace mockarty

#endif  // ENGINE_MODULES_JSON_TEXT_H_
