// open(): files of the test, read in the init stage.
#ifndef ENGINE_MODULES_FILE_MODULE_H_
#define ENGINE_MODULES_FILE_MODULE_H_

#include "engine/script/js_call.h"

namespace mockarty {

// open(path) gives the file as text, open(path, 'b') as an ArrayBuffer. Paths are relative to the file that calls.
// [throws]
JsReturn OpenFile(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_MODULES_FILE_MODULE_H_
