#include "engine/script/program.h"

#include <duktape.h>

#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "engine/script/js_promise.h"

namespace mockarty {
namespace {

// Keys of the heap's stash.
constexpr char kDefaultKey[] = "default";
constexpr char kExportsKey[] = "exports";

// One line with the user's first, so that line numbers stay.
constexpr std::string_view kWrapperHead = "(function(exports,require,module){";
constexpr std::string_view kWrapperTail = "\n})";

constexpr std::string_view kNoNamedFunction = "the script does not export the function that a scenario's `exec` names";

struct CompileCall {
  const std::string* text;
  const std::string* file;
  std::vector<char>* bytecode;
};

void CompileBody(duk_hthread* context, void* argument) {
  auto* call = static_cast<CompileCall*>(argument);
  duk_push_lstring(context, call->text->data(), call->text->size());
  duk_push_lstring(context, call->file->data(), call->file->size());
  duk_compile(context, DUK_COMPILE_EVAL);
  duk_call(context, 0);  // the expression's value: the wrapper function
  duk_dump_function(context);
  duk_size_t size = 0;
  const char* data = static_cast<const char*>(duk_require_buffer(context, -1, &size));
  call->bytecode->assign(data, data + size);
}

struct InstantiateCall {
  const std::vector<char>* bytecode;
  const HeapEnvironment* environment;
  std::string_view name;     // empty: the default function
  const void** function;     // null: none is needed
  std::string_view problem;  // with what the script exports; empty: none
};

void InstantiateBody(duk_hthread* context, void* argument) {
  auto* instantiate = static_cast<InstantiateCall*>(argument);
  JsCall call(context);
  if (instantiate->environment->install_globals != nullptr) {
    instantiate->environment->install_globals(call);
  }
  const int base = call.Top();
  char* code = call.PushFixedBuffer(instantiate->bytecode->size());
  memcpy(code, instantiate->bytecode->data(), instantiate->bytecode->size());
  duk_load_function(context);
  call.PushObject();  // module
  call.PushObject();  // exports
  call.Duplicate(-1);
  call.PutProperty(base + 1, "exports");
  // function, module, exports -> function, exports, require, module
  call.Insert(base + 1);
  call.PushFunction(instantiate->environment->require, 1);
  call.Insert(base + 2);
  call.PushStash();
  call.Duplicate(base + 3);
  call.PutProperty(-2, "module");
  call.Pop();
  call.Call(3);
  call.Pop();
  RunJobs(call);  // of promises at the top level

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
  void (*afterwards)(JsCall);
};

void CallDefaultBody(duk_hthread* context, void* argument) {
  const auto* call = static_cast<const DefaultCall*>(argument);
  duk_push_heapptr(context, const_cast<void*>(call->function));
  duk_call(context, 0);
  duk_pop(context);  // a promise that is rejected is found by its rejection
  call->afterwards(JsCall(context));
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Program>> Program::Compile(const ScriptSource& source) {
  auto heap = JsHeap::Create({});
  if (!heap.ok()) {
    return heap.status();
  }
  auto program = std::make_shared<Program>();
  program->path_ = source.path;
  program->lines_.line_map = source.line_map;
  std::string text;
  text.reserve(kWrapperHead.size() + source.code.size() + kWrapperTail.size());
  text.append(kWrapperHead).append(source.code).append(kWrapperTail);
  ScriptError error;
  CompileCall call{&text, &source.path, &program->bytecode_};
  if (!(*heap)->Protect(CompileBody, &call, &error)) {
    return absl::InvalidArgumentError(error.ToString());
  }
  return program;
}

bool Program::Instantiate(JsHeap& heap, const HeapEnvironment& environment, std::string_view name,
                          const void** function, ScriptError* error) const {
  InstantiateCall call{&bytecode_, &environment, name, function, {}};
  if (!heap.Protect(InstantiateBody, &call, error)) {
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

void Program::RestoreLine(ScriptError* error) const {
  if (error->line > 0 && error->file == path_) {
    error->line = lines_.OriginalLine(error->line);
  }
}

bool Program::CallDefault(JsHeap& heap, const void* default_function, void (*afterwards)(JsCall), ScriptError* error) {
  DefaultCall call{default_function, afterwards};
  return heap.Protect(CallDefaultBody, &call, error);
}

}  // namespace mockarty
