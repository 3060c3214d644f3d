// Files of the test as scripts open them: by open(), and as the File of k6/experimental/fs, whose bytes other modules
// read. The test keeps the bytes once for all virtual users.
#ifndef ENGINE_MODULES_OPENED_FILE_H_
#define ENGINE_MODULES_OPENED_FILE_H_

#include <string>
#include <string_view>

#include "engine/script/js_call.h"

namespace mockarty {

// The bytes of the file whose path, seen from the running file, is the string at `index`; they live as long as the
// test. Throws what is wrong with the path. [throws]
const std::string* OpenTestFile(JsCall call, int index);

// Makes the object at `index` a File of these bytes, which the test keeps. [throws]
void KeepFileBytes(JsCall call, int index, const std::string* bytes);
// The bytes of the File at `index`; null: it is none. [throws]
const std::string* FileBytes(JsCall call, int index);

}  // namespace mockarty

#endif  // ENGINE_MODULES_OPENED_FILE_H_
