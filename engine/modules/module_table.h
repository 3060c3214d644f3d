// All modules a script may require, and all globals it finds: the one place that knows every module.
#ifndef ENGINE_MODULES_MODULE_TABLE_H_
#define ENGINE_MODULES_MODULE_TABLE_H_

#include "engine/script/program.h"

namespace mockarty {

// What Program::Instantiate() needs. The heap's host must be a VuContext.
HeapEnvironment ScriptEnvironment();

// JsHeapOptions::host_call of a heap whose host is a VuContext.
int CallHost(duk_hthread* context, int which);

}  // namespace mockarty

#endif  // ENGINE_MODULES_MODULE_TABLE_H_
