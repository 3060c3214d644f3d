// import(), import.meta and `await` outside of functions: what module_loader.js, which has the algorithm, needs of the
// engine. Heaps of tests without any of these hold nothing of it.
//
// A file that waits at its top level is converted to the body of one asynchronous function that stops before its first
// import, and gives a function to go on with; it starts with kAsyncMark.
// A file that needs it takes a fourth argument beside exports, require and module, under the name kContextName: its own
// function of the loader. Both are written by src/modules.js of third_party/babel.
//
// Threads: as of the heap.
#ifndef ENGINE_SCRIPT_MODULE_LOADER_H_
#define ENGINE_SCRIPT_MODULE_LOADER_H_

#include <string_view>

#include "engine/script/js_call.h"
#include "engine/script/js_heap.h"
#include "engine/script/program_modules.h"

namespace mockarty {

inline constexpr std::string_view kAsyncMark = "\"async module\";";
inline constexpr std::string_view kContextName = "mockarty$module";

// Makes the heap's loader. Before the first file runs, so that no script has changed a global yet. [throws]
void StartModuleLoader(JsCall call, const ProgramModules& modules, JsTrampolineFn engine_require);

// Pushes what the file gets as kContextName. [throws]
void PushModuleContext(JsCall call, int module);

// Runs the main script and what it imports, in the standard's order: pushes a promise of its end. [throws]
void EvaluateMain(JsCall call);

// The file that failed, or that waits for what nothing can settle, and where it waited last; false: none is known.
struct ModulePlace {
  int module = ScriptImport::kMain;
  int line = 0;
  int column = 0;  // 1-based
};
bool FindCulprit(JsHeap& heap, ModulePlace* place);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_MODULE_LOADER_H_
