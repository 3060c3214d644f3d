// The files that a script imports, as a program holds them, and `require` as those files see it.
//
// Each file of the user's is run once in a heap, when it is first asked for; a file that is still running gives what it
// has exported so far. Everything else is the engine's modules. Immutable while heaps run: any thread.
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
};

struct ProgramModules {
  std::vector<ProgramModule> list;
  std::vector<ScriptImport> main_imports;
  std::string preload;  // as ScriptSource::preload
  std::string main_file;
  std::shared_ptr<TestFiles> files;  // what open() reads; may be null
};

// Pushes the `require` of a file, ScriptImport::kMain or an index of the list. Where a file imports no other, that is
// the engine's own. [throws]
void PushRequire(JsCall call, const ProgramModules& modules, int module, JsTrampolineFn engine_require);

// Runs a compiled file: pushes its `module` object, after its code has run. `keep` stores the object on the top of the
// stack where a cyclic import finds it, and leaves it there. [throws]
void RunModuleCode(JsCall call, const std::vector<char>& bytecode, const ProgramModules& modules, int module,
                   JsTrampolineFn engine_require, void (*keep)(JsCall call, int module));

// The file of the test that runs its top level now; the main one otherwise.
const std::string& RunningFile(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_PROGRAM_MODULES_H_
