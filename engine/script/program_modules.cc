#include "engine/script/program_modules.h"

#include <duktape.h>

#include <cstring>

#include "engine/script/js_heap.h"
#include "engine/script/module_loader.h"

namespace mockarty {
namespace {

// In the heap's stash: the module objects of files, by index.
constexpr char kFilesKey[] = "files";
// Module object and exports of the main script, see program.cc.
constexpr char kMainKey[] = "module";
constexpr char kExportsKey[] = "exports";
constexpr char kRequireKey[] = "require";

void PushFiles(JsCall call) {
  call.PushStash();
  if (!call.GetProperty(-1, kFilesKey)) {
    call.Pop();
    call.PushArray();
    call.Duplicate(-1);
    call.PutProperty(-3, kFilesKey);
  }
  call.Remove(-2);
}

// The module object on the top of the stack goes where a cyclic import finds it, and stays on the stack; undefined
// there takes it away.
void KeepFile(JsCall call, int module) {
  if (module == ScriptImport::kMain) {
    call.PushStash();
    call.Duplicate(-2);
    call.PutProperty(-2, kMainKey);
  } else {
    PushFiles(call);
    call.Duplicate(-2);
    call.PutIndex(-2, static_cast<unsigned>(module));
  }
  call.Pop();
}

// What `import x from` reads of a file that is no ES module: its exports themselves. On the top of the stack.
void AddDefault(JsCall call) {
  if (!call.IsObject(-1)) {
    return;
  }
  call.GetProperty(-1, "__esModule");
  const bool is_module = call.Truthy(-1);
  call.Pop();
  if (is_module) {
    return;
  }
  const bool has_default = call.GetProperty(-1, "default");
  call.Pop();
  if (!has_default) {
    call.Duplicate(-1);
    call.DefineValue(-2, "default");
  }
}

duk_ret_t DecodeTop(duk_context* context, void*) {
  duk_json_decode(context, -1);
  return 1;
}

void PushJson(JsCall call, const ProgramModule& module) {
  duk_context* context = call.context();
  duk_push_lstring(context, module.json.data(), module.json.size());
  if (duk_safe_call(context, DecodeTop, nullptr, 1, 1) != DUK_EXEC_SUCCESS) {
    duk_safe_to_string(context, -1);
    call.Throw(JsError::kSyntaxError, "%s is not valid JSON: %.200s", module.path.c_str(), call.String(-1).data());
  }
}

// require(name) of a file that imports others. Its magic is the file's index + 1.
int RequireFrom(duk_hthread* context) {
  JsCall call(context);
  const ProgramModules& modules = *call.Heap().Modules();
  const int from = call.Magic() - 1;
  const std::vector<ScriptImport>& imports = FileOf(modules, from).imports;
  call.PushStash();
  call.GetProperty(-1, kRequireKey);
  const auto engine_require = reinterpret_cast<JsTrampolineFn>(duk_get_pointer(context, -1));
  call.SetTop(1);
  if (call.IsString(0)) {
    const std::string_view name = call.String(0);
    for (const ScriptImport& import : imports) {
      if (import.name == name) {
        PushFileExports(call, modules, import.module, engine_require);
        return 1;
      }
    }
  }
  call.PushFunction(engine_require, 1);
  call.Duplicate(0);
  call.Call(1);
  return 1;
}

}  // namespace

void PushRequire(JsCall call, const ProgramModules& modules, int module, JsTrampolineFn engine_require) {
  if (FileOf(modules, module).imports.empty()) {
    call.PushFunction(engine_require, 1);
    return;
  }
  call.PushStash();
  duk_push_pointer(call.context(), reinterpret_cast<void*>(engine_require));
  call.PutProperty(-2, kRequireKey);
  call.Pop();
  duk_push_c_function(call.context(), &RequireFrom, 1);
  duk_set_magic(call.context(), -1, module + 1);
}

void RunModuleCode(JsCall call, const ProgramModules& modules, int module, JsTrampolineFn engine_require) {
  const ProgramModule& file = FileOf(modules, module);
  call.Require(16);
  const int base = call.Top();
  call.PushObject();  // module
  call.PushObject();  // exports
  call.Duplicate(-1);
  call.PutProperty(base, kExportsKey);
  call.Duplicate(base);
  KeepFile(call, module);
  call.Pop();
  char* code = call.PushFixedBuffer(file.bytecode.size());
  memcpy(code, file.bytecode.data(), file.bytecode.size());
  duk_load_function(call.context());
  call.Duplicate(base + 1);
  PushRequire(call, modules, module, engine_require);
  call.Duplicate(base);
  if (file.has_context) {
    PushModuleContext(call, module);
  }
  const int outer = call.Heap().RunningModule();
  call.Heap().SetRunningModule(module);
  const bool returned = call.ProtectedCall(file.has_context ? 4 : 3);
  call.Heap().SetRunningModule(outer);
  if (!returned) {
    if (module != ScriptImport::kMain) {
      call.PushUndefined();
      KeepFile(call, module);  // whoever requires it again runs it again
      call.Pop();
    }
    call.Rethrow();
  }
  call.Replace(base + 1);
}

bool HasRun(JsCall call, int module) {
  const int top = call.Top();
  call.PushStash();
  if (module == ScriptImport::kMain) {
    // Under the first of these while it runs, under the second afterwards.
    call.GetProperty(-1, kMainKey);
    call.GetProperty(-2, kExportsKey);
  } else {
    PushFiles(call);
    call.GetIndex(-1, static_cast<unsigned>(module));
  }
  const bool has = call.IsObject(-1) || (module == ScriptImport::kMain && call.IsObject(-2));
  call.SetTop(top);
  return has;
}

// Pushes what the file exports, after running it when it has not been.
void PushFileExports(JsCall call, const ProgramModules& modules, int index, JsTrampolineFn engine_require) {
  if (index == ScriptImport::kMain) {
    call.PushStash();
    call.GetProperty(-1, kMainKey);
    if (call.IsObject(-1)) {
      call.GetProperty(-1, kExportsKey);
    } else {
      call.GetProperty(-2, kExportsKey);  // its top level has ended
    }
    return;
  }
  PushFiles(call);
  call.GetIndex(-1, static_cast<unsigned>(index));
  if (call.IsObject(-1)) {
    call.GetProperty(-1, kExportsKey);
    return;
  }
  call.Pop();
  const ProgramModule& module = modules.list[static_cast<size_t>(index)];
  if (module.is_json) {
    call.PushObject();
    PushJson(call, module);
    AddDefault(call);
    call.PutProperty(-2, kExportsKey);
    KeepFile(call, index);
  } else {
    if (module.is_async) {
      call.Throw(JsError::kError, "require: '%.200s' has `await` at its top level; use import", module.path.c_str());
    }
    RunModuleCode(call, modules, index, engine_require);
    call.Pop();
    call.GetProperty(-1, kExportsKey);
    AddDefault(call);
    call.Pop();
  }
  call.GetProperty(-1, kExportsKey);
}

const std::string& RunningFile(JsCall call) {
  const ProgramModules& modules = *call.Heap().Modules();
  const int running = call.Heap().RunningModule();
  if (running != JsHeap::kNoModule) {
    return FileOf(modules, running).file;
  }
  duk_push_error_object_raw(call.context(), DUK_ERR_ERROR, nullptr, 0, "where");
  call.GetProperty(-1, "fileName");
  const std::string* file = &modules.main.file;
  const std::string_view path = call.String(-1);
  for (const ProgramModule& module : modules.list) {
    if (module.path == path) {
      file = &module.file;
      break;
    }
  }
  call.Pop(2);
  return *file;
}

}  // namespace mockarty
