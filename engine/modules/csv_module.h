// k6/experimental/csv: parse(file, options) -> a promise of rows that all virtual users share, and Parser, which reads
// one row at a time. `file` is a File of k6/experimental/fs.
#ifndef ENGINE_MODULES_CSV_MODULE_H_
#define ENGINE_MODULES_CSV_MODULE_H_

#include "engine/script/js_call.h"

namespace mockarty {

void PushCsvModule(JsCall call);  // [throws]

}  // namespace mockarty

#endif  // ENGINE_MODULES_CSV_MODULE_H_
