#include "engine/script/program.h"

#include <duktape.h>

#include <utility>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "engine/script/bundled_library.h"
#include "engine/script/js_promise.h"
#include "engine/script/module_loader.h"
#include "engine/script/source_map.h"
#include "engine/script/text.h"
#include "third_party/duktape/duk_ext.h"

namespace mockarty {
namespace {

// Keys of the heap's stash.
constexpr char kDefaultKey[] = "default";
constexpr char kExportsKey[] = "exports";
constexpr char kSetupDataKey[] = "setup data";

// One line with the user's first, so that line numbers stay. A file whose code is run again and again has it in its
// default function.
std::string WrapperHead(bool has_context, bool repeats) {
  return Concat("(function(exports,require,module", has_context ? Concat(",", kContextName) : "", "){",
                repeats ? "exports[\"default\"]=function(){" : "");
}
constexpr std::string_view kWrapperTail = "\n})";
constexpr std::string_view kRepeatTail = "\n}})";

constexpr std::string_view kNoNamedFunction = "the script does not export the function that a scenario's `exec` names";

struct CompileCall {
  const std::string* text;
  const std::string* file;
  std::vector<char>* bytecode;
  PositionTableBuilder* positions;
};

void CompileBody(duk_hthread* context, void* argument) {
  auto* call = static_cast<CompileCall*>(argument);
  duk_push_lstring(context, call->text->data(), call->text->size());
  duk_push_lstring(context, call->file->data(), call->file->size());
  duk_x_record_positions(context, &PositionTableBuilder::Record, call->positions);
  duk_compile(context, DUK_COMPILE_EVAL);
  duk_x_record_positions(context, nullptr, nullptr);
  duk_call(context, 0);  // the expression's value: the wrapper function
  duk_dump_function(context);
  duk_size_t size = 0;
  const char* data = static_cast<const char*>(duk_require_buffer(context, -1, &size));
  call->bytecode->assign(data, data + size);
}

struct InstantiateCall {
  const ProgramModules* modules;
  const HeapEnvironment* environment;
  std::string_view name;       // empty: the default function
  const void** function;       // null: none is needed
  std::string_view problem;    // with what the script exports; empty: none
  bool never_settles = false;  // the promise of its top level
};

// Runs the top level, and what it has started until nothing is pending. False: it never ends.
bool RunTopLevel(JsCall call, const ProgramModules& modules, const HeapEnvironment& environment) {
  const int promise = call.Top();
  if (modules.has_async) {
    EvaluateMain(call);
  } else {
    RunModuleCode(call, modules, ScriptImport::kMain, environment.require);
    call.SetTop(promise);
  }
  (environment.drain != nullptr ? environment.drain : &RunJobs)(call);
  if (!modules.has_async) {
    return true;
  }
  const PromiseState state = StateOfPromise(call, promise);
  if (state == PromiseState::kRejected) {  // and handled: by an import() of the main script
    PushPromiseValue(call, promise);
    call.Rethrow();
  }
  return state != PromiseState::kPending;
}

void InstantiateBody(duk_hthread* context, void* argument) {
  auto* instantiate = static_cast<InstantiateCall*>(argument);
  JsCall call(context);
  if (instantiate->environment->install_globals != nullptr) {
    instantiate->environment->install_globals(call);
  }
  const ProgramModules& modules = *instantiate->modules;
  const int base = call.Top();
  if (!modules.loader.empty()) {
    StartModuleLoader(call, modules, instantiate->environment->require);
  }
  if (!modules.preload.empty()) {
    PushRequire(call, modules, ScriptImport::kMain, instantiate->environment->require);
    call.PushString(modules.preload);
    call.Call(1);
    call.SetTop(base);
  }
  if (!RunTopLevel(call, modules, *instantiate->environment)) {
    instantiate->never_settles = true;
    return;
  }
  call.SetTop(base);

  call.PushStash();
  call.GetProperty(-1, "module");
  call.GetProperty(-1, kExportsKey);
  if (!call.IsObject(-1) && !call.IsFunction(-1)) {
    instantiate->problem = "module.exports must be an object or a function";
    return;
  }
  call.Duplicate(-1);
  call.PutProperty(base, kExportsKey);
  if (instantiate->function != nullptr) {
    const bool named = !instantiate->name.empty();
    call.GetProperty(-1, named ? instantiate->name : std::string_view(kDefaultKey));
    if (!named && !call.IsFunction(-1)) {
      call.Pop();
      call.Duplicate(-1);  // module.exports = function () {...}
    }
    if (!call.IsFunction(-1)) {
      instantiate->problem = named ? kNoNamedFunction : Program::kNoDefaultFunction;
      return;
    }
    *instantiate->function = call.HeapPointer(-1);
    call.PutProperty(base, kDefaultKey);
  }
  call.PushUndefined();
  call.PutProperty(base, "module");
  call.SetTop(base);
  if (instantiate->environment->enter_scenario != nullptr) {
    instantiate->environment->enter_scenario(call);
    call.SetTop(base);
  }
}

struct FunctionsCall {
  std::vector<std::string>* names;
};

void ReadFunctionsBody(duk_hthread* context, void* argument) {
  auto* functions = static_cast<FunctionsCall*>(argument);
  JsCall call(context);
  call.PushStash();
  call.GetProperty(-1, kExportsKey);
  if (call.IsFunction(-1)) {
    functions->names->emplace_back(kDefaultKey);
  }
  call.BeginProperties(-1);
  const int enumerator = call.Top() - 1;
  while (functions->names->size() < Program::kMaxExports && call.NextProperty(enumerator)) {
    if (call.IsFunction(-1)) {
      functions->names->emplace_back(call.String(-2));
    }
    call.Pop(2);
  }
}

void ReadOptionsBody(duk_hthread* context, void* argument) {
  auto* json = static_cast<std::string*>(argument);
  JsCall call(context);
  call.PushStash();
  call.GetProperty(-1, kExportsKey);
  call.GetProperty(-1, "options");
  if (call.IsNullOrUndefined(-1)) {
    *json = "null";
    return;
  }
  call.EncodeJson(-1);
  json->assign(call.IsString(-1) ? call.String(-1) : std::string_view("null"));
}

struct DefaultCall {
  const void* function;
  bool with_data;
  void (*afterwards)(JsCall);
};

void KeepSetupDataBody(duk_hthread* context, void* argument) {
  JsCall call(context);
  call.PushStash();
  call.PushString(*static_cast<const std::string*>(argument));
  call.DecodeJson(-1);
  call.PutProperty(-2, kSetupDataKey);
}

void CallDefaultBody(duk_hthread* context, void* argument) {
  const auto* call = static_cast<const DefaultCall*>(argument);
  duk_push_heapptr(context, const_cast<void*>(call->function));
  if (call->with_data) {
    duk_push_global_stash(context);
    duk_get_prop_string(context, -1, kSetupDataKey);
    duk_remove(context, -2);
  }
  duk_call(context, call->with_data ? 1 : 0);
  duk_pop(context);  // a promise that is rejected is found by its rejection
  call->afterwards(JsCall(context));
}

// Compiles files one after the other in one heap, so that the numbers of their functions differ.
class Compiler {
 public:
  explicit Compiler(JsHeap* heap) : heap_(heap) {}

  // `Source` is a ScriptSource or a ScriptModule.
  template <class Source>
  absl::Status CompileFile(const Source& source, const std::string& file, ProgramModule* compiled) {
    compiled->path = source.path;
    compiled->file = file;
    compiled->imports = source.imports;
    compiled->is_async = source.code.rfind(kAsyncMark, 0) == 0;
    compiled->has_context = source.code.find(kContextName) != source.code.npos;
    return Compile(source, compiled->has_context, &compiled->bytecode);
  }

  template <class Source>
  absl::Status Compile(const Source& source, bool has_context, std::vector<char>* bytecode) {
    ASSIGN_OR_RETURN(const std::vector<SourceMapPlace> places, DecodeSourceMap(source.source_map));
    std::string scratch;
    const std::string head = WrapperHead(has_context, source.repeats);
    const std::string text = Concat(head, ToJsText(source.code, scratch), source.repeats ? kRepeatTail : kWrapperTail);
    const std::string file(ToJsText(source.path, scratch));
    ScriptError error;
    CompileCall call{&text, &file, bytecode, &positions_};
    if (!heap_->Protect(CompileBody, &call, &error)) {
      return absl::InvalidArgumentError(error.ToString());
    }
    positions_.EndFile(file, text, head.size(), places);
    return absl::OkStatus();
  }

  PositionTable TakePositions() { return std::move(positions_).Build(); }

 private:
  JsHeap* heap_;
  PositionTableBuilder positions_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const Program>> Program::Compile(const ScriptSource& source) {
  ASSIGN_OR_RETURN(const std::unique_ptr<JsHeap> heap, JsHeap::Create({}));
  auto program = std::make_shared<Program>();
  program->path_ = source.path;
  Compiler compiler(heap.get());
  ProgramModules& modules = program->modules_;
  modules.preload = source.preload;
  modules.files = source.files;
  RETURN_IF_ERROR(compiler.CompileFile(source, source.main_file, &modules.main));
  for (const ScriptModule& module : source.modules) {
    ProgramModule compiled;
    if (module.is_json) {
      std::string scratch;
      compiled.path = module.path;
      compiled.file = module.file;
      compiled.is_json = true;
      compiled.json = ToJsText(module.code, scratch);
    } else {
      RETURN_IF_ERROR(compiler.CompileFile(module, module.file, &compiled));
    }
    modules.list.push_back(std::move(compiled));
  }
  modules.has_async = modules.main.is_async;
  bool needs_loader = modules.main.has_context || modules.main.is_async;
  for (const ProgramModule& module : modules.list) {
    modules.has_async |= module.is_async;
    needs_loader |= module.has_context || module.is_async;
  }
  if (needs_loader) {
    ScriptModule loader;
    loader.path = "module_loader.js";
    loader.code = BundledLibraryText("module_loader");
    loader.source_map = EncodeSourceMap({SourceMapPlace{1, 0, 0, 0}});  // its frames are nobody's
    RETURN_IF_ERROR(compiler.Compile(loader, false, &modules.loader));
  }
  program->positions_ = compiler.TakePositions();
  return program;
}

void Program::PlaceAsyncError(JsHeap& heap, bool never_settles, ScriptError* error) const {
  ModulePlace place;
  const bool known = FindCulprit(heap, &place);
  const ProgramModule& file = FileOf(modules_, place.module);
  if (known) {
    error->file = file.path;
    error->line = place.line;
    error->column = place.column;
  }
  if (never_settles) {
    error->message =
        Concat("top-level await of ", file.file, " never settles: nothing is pending that could settle it");
  } else if (known) {
    error->message += " (no Error; the last top-level await before it stands here)";
  }
}

bool Program::Instantiate(JsHeap& heap, const HeapEnvironment& environment, std::string_view name,
                          const void** function, ScriptError* error) const {
  heap.SetPositions(&positions_);
  heap.SetModules(&modules_);
  InstantiateCall call{&modules_, &environment, name, function, {}};
  if (!heap.Protect(InstantiateBody, &call, error)) {
    if (error->line == 0 && error->name.empty() && modules_.has_async) {
      PlaceAsyncError(heap, false, error);
    }
    return false;
  }
  if (call.never_settles) {
    *error = {};
    PlaceAsyncError(heap, true, error);
    return false;
  }
  if (call.problem.empty()) {
    return true;
  }
  // Of the whole file: no line of it threw.
  *error = {};
  error->file = path_;
  error->message = Concat(path_, ": ", call.problem);
  return false;
}

bool Program::ReadFunctions(JsHeap& heap, std::vector<std::string>* names, ScriptError* error) const {
  FunctionsCall call{names};
  return heap.Protect(ReadFunctionsBody, &call, error);
}

bool Program::ReadOptions(JsHeap& heap, std::string* json, ScriptError* error) const {
  return heap.Protect(ReadOptionsBody, json, error);
}

bool Program::KeepSetupData(JsHeap& heap, const std::string& json, ScriptError* error) {
  return heap.Protect(KeepSetupDataBody, const_cast<std::string*>(&json), error);
}

bool Program::CallDefault(JsHeap& heap, const void* default_function, bool with_data, void (*afterwards)(JsCall),
                          ScriptError* error) {
  DefaultCall call{default_function, with_data, afterwards};
  return heap.Protect(CallDefaultBody, &call, error);
}

}  // namespace mockarty
