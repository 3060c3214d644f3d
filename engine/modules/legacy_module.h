// What the bundled JavaScript of legacy scripts and collections (engine/script/bundled/legacy*.js) needs of the engine.
#ifndef ENGINE_MODULES_LEGACY_MODULE_H_
#define ENGINE_MODULES_LEGACY_MODULE_H_

#include "engine/script/js_call.h"

namespace mockarty {

// Pushes {check(name, passed), drain(), installGlobals(function(name)), interrupted()}. [throws]
void PushLegacyModule(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_MODULES_LEGACY_MODULE_H_
