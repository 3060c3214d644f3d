// The files that a script imports, as a program holds them, and `require` as those files see it.
//
// Each file of the user's is run once in a heap, when it is first asked for; a file that is still running gives what it
// has exported so far. Everything else is the engine's modules. Where a file of the test has import(), import.meta or
// `await` outside of functions, module_loader.h has a part in it. Immutable while heaps run: any thread.
#ifndef ENGINE_SCRIPT_PROGRAM_MODULES_H_
#define ENGINE_SCRIPT_PROGRAM_MODULES_H_

#include <memory>
#include <string>
#include <vector>

#include "engine/script/js_call.h"
#include "engine/script/script_source.h"
#include "engine/script/test_files.h"

namespace mockarty {

struct ProgramModule {
  std::string path;  // stands in messages
  std::string file;  // among the files of the test
  bool is_json = false;
  std::string json;            // in the heap's encoding
  std::vector<char> bytecode;  // of the function that wraps the file
  std::vector<ScriptImport> imports;
  bool is_async = false;     // its code returns a function that returns a promise
  bool has_context = false;  // its code takes what PushModuleContext() pushes
};

struct ProgramModules {
  ProgramModule main;
  std::vector<ProgramModule> list;
  std::string preload;               // as ScriptSource::preload
  std::vector<char> loader;          // bytecode of module_loader.js; empty: no file needs it
  bool has_async = false;            // a file of them waits at its top level
  std::shared_ptr<TestFiles> files;  // what open() reads; may be null
};

inline const ProgramModule& FileOf(const ProgramModules& modules, int module) {
  return module == ScriptImport::kMain ? modules.main : modules.list[static_cast<size_t>(module)];
}

// Pushes the `require` of a file, ScriptImport::kMain or an index of the list. Where a file imports no other, that is
// the engine's own. [throws]
void PushRequire(JsCall call, const ProgramModules& modules, int module, JsTrampolineFn engine_require);

// Runs a compiled file: pushes its `module` object and what its code returned. [throws]
void RunModuleCode(JsCall call, const ProgramModules& modules, int module, JsTrampolineFn engine_require);

// Whether the file has been run in this heap, or is running.
bool HasRun(JsCall call, int module);
// Pushes what the file exports, after running it when it has not been. [throws]
void PushFileExports(JsCall call, const ProgramModules& modules, int module, JsTrampolineFn engine_require);

// The file of the test that runs its top level now; in code that goes on later, the one that this code stands in; else
// the main one.
const std::string& RunningFile(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_PROGRAM_MODULES_H_
