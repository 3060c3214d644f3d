#include "engine/script/module_loader.h"

#include <duktape.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/concat.h"
#include "engine/script/file_url.h"
#include "engine/script/test_files.h"

namespace mockarty {
namespace {

// In the heap's stash.
constexpr char kLoaderKey[] = "loader";
constexpr char kRequireKey[] = "require";

constexpr int kNotFound = -2;
constexpr int kMaxShown = 300;

const ProgramModules& Modules(JsCall call) { return *call.Heap().Modules(); }

// The argument `index`, the number of a file. The loader's own code calls: nothing else can.
int ModuleAt(JsCall call, int index) {
  const double number = call.Number(index);
  return number >= 0 && number < static_cast<double>(Modules(call).list.size()) ? static_cast<int>(number)
                                                                                : ScriptImport::kMain;
}

JsTrampolineFn EngineRequire(JsCall call) {
  call.PushStash();
  call.GetProperty(-1, kRequireKey);
  const auto engine_require = reinterpret_cast<JsTrampolineFn>(duk_get_pointer(call.context(), -1));
  call.Pop(2);
  return engine_require;
}

bool StartsWith(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

bool IsFileName(std::string_view name) {
  return StartsWith(name, "./") || StartsWith(name, "../") || name == "." || name == ".." || StartsWith(name, "/") ||
         StartsWith(name, "file:");
}

bool IsEngineModule(std::string_view name) {
  return name == "k6" || StartsWith(name, "k6/") || StartsWith(name, "mockarty/");
}

// Which file of the test a name means that no file writes out; kNotFound leaves why in the heap's scratch. Owns nothing
// when it has returned.
int FindFile(JsCall call, int from, std::string_view name) {
  const ProgramModules& modules = Modules(call);
  if (modules.files == nullptr) {
    call.Heap().Scratch() = "the script came without other files";
    return kNotFound;
  }
  const absl::StatusOr<std::string> path = modules.files->Resolve(FileOf(modules, from).file, name);
  if (!path.ok()) {
    call.Heap().Scratch() = ToStd(path.status().message());
    return kNotFound;
  }
  for (const std::string_view ending : kModuleEndings) {
    const std::string file = Concat(*path, ending);
    if (file == modules.main.file) {
      return ScriptImport::kMain;
    }
    for (size_t i = 0; i < modules.list.size(); ++i) {
      if (modules.list[i].file == file) {
        return static_cast<int>(i);
      }
    }
  }
  call.Heap().Scratch() =
      "it is none of the test's script files; those are what a file imports by a name that is written out, as in "
      "import('./file.js')";
  return kNotFound;
}

[[noreturn]] void ThrowNotFound(JsCall call, std::string_view name) {
  const std::string& why = call.Heap().Scratch();
  call.Throw(JsError::kError, "import: cannot load '%.*s': %.*s", static_cast<int>(std::min<size_t>(name.size(), 200)),
             name.data(), kMaxShown, why.c_str());
}

// The options of import(specifier, options), at `index`: true when they ask for JSON. [throws]
bool WantsJson(JsCall call, int index) {
  if (call.IsUndefined(index)) {
    return false;
  }
  if (!call.IsObject(index)) {
    call.Throw(JsError::kTypeError, "import: expected an object as the second argument: { with: { type: 'json' } }");
  }
  call.GetProperty(index, "with");
  if (call.IsUndefined(-1)) {
    return false;
  }
  if (!call.IsObject(-1)) {
    call.Throw(JsError::kTypeError, "import: expected an object as `with`: { type: 'json' }");
  }
  bool json = false;
  call.BeginProperties(-1);
  const int enumerator = call.Top() - 1;
  while (call.NextProperty(enumerator)) {
    if (call.RawString(-2) != "type" || call.RawString(-1) != "json") {
      call.CoerceToString(-1);
      call.Throw(JsError::kTypeError, "import: the attribute %.100s: '%.100s' is not supported: expected type: 'json'",
                 call.RawString(-2).data(), call.RawString(-1).data());
    }
    json = true;
    call.Pop(2);
  }
  return json;
}

// find(from, specifier, options): the number of a file, or the name of a module of the engine's. [throws]
JsReturn Find(JsCall call) {
  const int from = ModuleAt(call, 0);
  call.CoerceToString(1);
  const bool json = WantsJson(call, 2);
  const ProgramModules& modules = Modules(call);
  const std::string_view name = call.String(1);
  int found = kNotFound;
  for (const ScriptImport& import : FileOf(modules, from).imports) {
    if (import.name == name) {
      found = import.module;
      break;
    }
  }
  if (found == kNotFound && name.find("://") != name.npos && !IsFileName(name)) {
    call.Heap().Scratch() =
        "nothing is fetched; a library that the product carries must be imported by an address that is written out";
    ThrowNotFound(call, call.RawString(1));
  }
  if (found == kNotFound && IsFileName(name)) {
    found = FindFile(call, from, name);
    if (found == kNotFound) {
      ThrowNotFound(call, call.RawString(1));
    }
  }
  const bool is_json = found >= 0 && FileOf(modules, found).is_json;
  if (json && !is_json) {
    call.Throw(JsError::kTypeError, "import: '%.200s' is no JSON file, as type: 'json' asks for",
               call.RawString(1).data());
  }
  if (found == kNotFound) {
    call.Duplicate(1);
  } else {
    call.PushNumber(found);
  }
  return JsReturn::kTop;
}

// needs(module): the files it imports by declarations, in their order. [throws]
JsReturn Needs(JsCall call) {
  call.PushArray();
  unsigned count = 0;
  for (const ScriptImport& import : FileOf(Modules(call), ModuleAt(call, 0)).imports) {
    if (import.is_static) {
      call.PushNumber(import.module);
      call.PutIndex(-2, count++);
    }
  }
  return JsReturn::kTop;
}

JsReturn IsAsync(JsCall call) {
  call.PushBool(FileOf(Modules(call), ModuleAt(call, 0)).is_async);
  return JsReturn::kTop;
}

JsReturn Ran(JsCall call) {
  call.PushBool(HasRun(call, ModuleAt(call, 0)));
  return JsReturn::kTop;
}

// run(module): runs a file that has not been run; of one that waits, up to its imports: pushes the function that goes
// on and gives a promise. [throws]
JsReturn Run(JsCall call) {
  const int module = ModuleAt(call, 0);
  const bool is_async = FileOf(Modules(call), module).is_async;
  if (module == ScriptImport::kMain || is_async) {
    RunModuleCode(call, Modules(call), module, EngineRequire(call));
  } else {
    PushFileExports(call, Modules(call), module, EngineRequire(call));
  }
  return is_async ? JsReturn::kTop : JsReturn::kUndefined;
}

JsReturn Exported(JsCall call) {
  PushFileExports(call, Modules(call), ModuleAt(call, 0), EngineRequire(call));
  return JsReturn::kTop;
}

JsReturn Engine(JsCall call) {
  call.PushFunction(EngineRequire(call), 1);
  call.Duplicate(0);
  call.Call(1);
  return JsReturn::kTop;
}

// The URL of a file, into the heap's scratch.
const std::string& UrlInScratch(JsCall call, std::string_view file) {
  call.Heap().Scratch() = FileUrlOf(file);
  return call.Heap().Scratch();
}

JsReturn Url(JsCall call) {
  // Percent-encoded: what goes into the heap needs no scratch of its own.
  call.PushString(UrlInScratch(call, FileOf(Modules(call), ModuleAt(call, 0)).file));
  return JsReturn::kTop;
}

// The URL of a path seen from a file, or why there is none: both into the heap's scratch. Owns nothing afterwards.
bool ResolveUrl(JsCall call, int from, std::string_view name) {
  const ProgramModules& modules = Modules(call);
  if (modules.files == nullptr) {
    call.Heap().Scratch() = "the script came without other files";
    return false;
  }
  const absl::StatusOr<std::string> path = modules.files->Resolve(FileOf(modules, from).file, name);
  call.Heap().Scratch() = path.ok() ? FileUrlOf(*path) : ToStd(path.status().message());
  return path.ok();
}

// resolve(from, specifier): import.meta.resolve(). Whether there is such a file is not asked, as in Node.js. [throws]
JsReturn Resolve(JsCall call) {
  if (!call.IsString(1)) {
    call.Throw(JsError::kTypeError, "import.meta.resolve: expected the name of a file or a module as a string");
  }
  const std::string_view name = call.String(1);
  if (IsEngineModule(name) || (name.find("://") != name.npos && !IsFileName(name))) {
    call.Duplicate(1);
    return JsReturn::kTop;
  }
  if (!IsFileName(name)) {
    call.Throw(JsError::kTypeError, "import.meta.resolve: '%.200s' is no module; a file is './%.200s'",
               call.RawString(1).data(), call.RawString(1).data());
  }
  if (!ResolveUrl(call, ModuleAt(call, 0), name)) {
    call.Throw(JsError::kTypeError, "import.meta.resolve: %.*s", kMaxShown, call.Heap().Scratch().c_str());
  }
  call.PushString(call.Heap().Scratch());
  return JsReturn::kTop;
}

constexpr JsFunctionSpec kHost[] = {
    {"find", &JsTrampoline<Find>, 3, 0},       {"needs", &JsTrampoline<Needs>, 1, 0},
    {"isAsync", &JsTrampoline<IsAsync>, 1, 0}, {"ran", &JsTrampoline<Ran>, 1, 0},
    {"run", &JsTrampoline<Run>, 1, 0},         {"exported", &JsTrampoline<Exported>, 1, 0},
    {"engine", &JsTrampoline<Engine>, 1, 0},   {"url", &JsTrampoline<Url>, 1, 0},
    {"resolve", &JsTrampoline<Resolve>, 2, 0},
};

void PushLoader(JsCall call, std::string_view function) {
  call.PushStash();
  call.GetProperty(-1, kLoaderKey);
  call.GetProperty(-1, function);
  call.Remove(-2);
  call.Remove(-2);
}

void CulpritBody(duk_hthread* context, void* argument) {
  auto* place = static_cast<ModulePlace*>(argument);
  JsCall call(context);
  PushLoader(call, "culprit");
  call.PushNumber(ScriptImport::kMain);
  call.Call(1);
  if (!call.IsArray(-1)) {
    return;
  }
  const int answer = call.Top() - 1;
  int numbers[3];
  for (unsigned i = 0; i < std::size(numbers); ++i) {
    call.GetIndex(answer, i);
    numbers[i] = static_cast<int>(call.CoerceToNumber(-1));
  }
  *place = {numbers[0], numbers[1], numbers[2]};
}

}  // namespace

void StartModuleLoader(JsCall call, const ProgramModules& modules, JsTrampolineFn engine_require) {
  const int base = call.Top();
  call.Require(16);
  call.PushStash();
  duk_push_pointer(call.context(), reinterpret_cast<void*>(engine_require));
  call.PutProperty(base, kRequireKey);
  char* code = call.PushFixedBuffer(modules.loader.size());
  memcpy(code, modules.loader.data(), modules.loader.size());
  duk_load_function(call.context());
  call.Call(0);  // the wrapper of all files gives the function that makes a loader
  call.PushObject();
  PutFunctions(call, kHost, std::size(kHost));
  call.Call(1);
  call.PutProperty(base, kLoaderKey);
  call.SetTop(base);
}

void PushModuleContext(JsCall call, int module) {
  PushLoader(call, "bind");
  call.PushNumber(module);
  call.Call(1);
}

void EvaluateMain(JsCall call) {
  PushLoader(call, "evaluate");
  call.PushNumber(ScriptImport::kMain);
  call.Call(1);
}

bool FindCulprit(JsHeap& heap, ModulePlace* place) {
  ScriptError ignored;
  return heap.Protect(CulpritBody, place, &ignored) && place->line > 0;
}

}  // namespace mockarty
