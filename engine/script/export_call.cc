#include "engine/script/export_call.h"

#include "common/base/concat.h"

namespace mockarty {
namespace {

constexpr char kResultKey[] = "export result";  // in the heap's stash

JsReturn KeepResult(JsCall call) {
  call.PushStash();
  call.Duplicate(0);
  call.PutProperty(-2, kResultKey);
  return JsReturn::kUndefined;
}

// Leaves what the value on the top was, or is to become if it is a promise, in the stash.
void TakeResult(JsCall call) {
  call.PushStash();
  call.PushUndefined();
  call.PutProperty(-2, kResultKey);
  call.Pop();
  if (call.IsObject(-1)) {
    call.GetProperty(-1, "then");
    if (call.IsFunction(-1)) {
      call.Duplicate(-2);
      call.PushFunction(&JsTrampoline<KeepResult>, 1);
      call.CallMethod(1);  // a rejection that nobody handles is found by `afterwards`
      call.Pop(2);
      return;
    }
    call.Pop();
  }
  call.PushStash();
  call.Insert(-2);
  call.PutProperty(-2, kResultKey);
  call.Pop();
}

void CallExportBody(duk_hthread* context, void* argument) {
  auto* wanted = static_cast<ExportCall*>(argument);
  JsCall call(context);
  call.PushStash();
  call.GetProperty(-1, "exports");
  call.GetProperty(-1, wanted->name);
  if (!call.IsFunction(-1)) {
    call.Throw(JsError::kTypeError, "the script exports no function %s", wanted->name);
  }
  if (wanted->argument == nullptr) {
    call.PushUndefined();
  } else {
    call.PushString(*wanted->argument);
    call.DecodeJson(-1);
  }
  call.Call(1);
  TakeResult(call);
  wanted->afterwards(call);
  if (wanted->max_bytes == 0) {
    return;
  }
  call.PushStash();
  call.GetProperty(-1, kResultKey);
  if (call.IsUndefined(-1)) {
    return;
  }
  wanted->encoding = true;
  const bool function = call.IsFunction(-1);
  call.EncodeJson(-1);
  if (!call.IsString(-1)) {
    call.Throw(JsError::kTypeError, function ? "a function" : "no value of JSON");
  }
  wanted->encoding = false;
  const std::string_view json = call.String(-1);
  if (json.size() > wanted->max_bytes) {
    wanted->too_large = true;
    return;
  }
  wanted->returned.emplace(json);
}

}  // namespace

bool CallExport(JsHeap& heap, ExportCall* call, ScriptError* error) {
  if (heap.Protect(CallExportBody, call, error)) {
    return true;
  }
  if (call->encoding) {
    error->message = Concat(call->name, "() returned what JSON cannot carry (", error->message,
                            "): expected null, booleans, numbers, texts, and arrays and objects of them");
  }
  return false;
}

}  // namespace mockarty
