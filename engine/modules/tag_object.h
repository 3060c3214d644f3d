// The `tags` objects that scripts pass: {key: value} -> an interned tag set.
#ifndef ENGINE_MODULES_TAG_OBJECT_H_
#define ENGINE_MODULES_TAG_OBJECT_H_

#include "common/metrics/registry.h"
#include "engine/script/js_call.h"

namespace mockarty {

// The tags of `base` and those of the object at `index`, which win. Values are coerced to text. [throws]
TagSetId ReadTags(JsCall call, int index, TagSetId base);

}  // namespace mockarty

#endif  // ENGINE_MODULES_TAG_OBJECT_H_
