// k6/experimental/fs: open(path) -> a promise of a File; SeekMode.
//
// A File reads bytes that the test keeps once for all virtual users (opened_file.h); its own is the place where it
// reads.
#ifndef ENGINE_MODULES_FS_MODULE_H_
#define ENGINE_MODULES_FS_MODULE_H_

#include "engine/script/js_call.h"

namespace mockarty {

void PushFsModule(JsCall call);  // [throws]

}  // namespace mockarty

#endif  // ENGINE_MODULES_FS_MODULE_H_
