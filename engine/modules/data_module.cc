#include "engine/modules/data_module.h"

#include <cstdint>
#include <string_view>

#include "engine/modules/shared_array_value.h"
#include "engine/vu/shared_arrays.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

// Turns the array on the top of the stack into rows; leaves by an error of its own when it cannot.
void AddRows(JsCall call, SharedArrays& arrays, uint32_t id, const char** problem, unsigned* at) {
  const size_t length = call.Length(-1);
  for (unsigned i = 0; i < length; ++i) {
    *at = i;
    call.GetIndex(-1, i);
    call.EncodeJson(-1);
    if (!call.IsString(-1)) {
      *problem = "has no JSON form (undefined, a function or a Symbol)";
      return;
    }
    if (!arrays.AddRow(id, call.String(-1))) {
      *problem = "does not fit: the rows of all SharedArrays may have 1 GiB of JSON";
      return;
    }
    call.Pop();
  }
}

// (factory): runs it and stores the rows. Called protected: whoever began the array has to end it either way.
JsReturn Build(JsCall call) {
  auto& vu = call.Host<VuContext>();
  const auto id = static_cast<uint32_t>(call.Number(1));
  call.Duplicate(0);
  call.Call(0);
  if (!call.IsArray(-1)) {
    call.Throw(JsError::kTypeError, "SharedArray: the function must return an array");
  }
  const char* problem = nullptr;
  unsigned row = 0;
  AddRows(call, *vu.settings->shared_arrays, id, &problem, &row);
  if (problem != nullptr) {
    call.Throw(JsError::kTypeError, "SharedArray: row %u %s", row, problem);
  }
  return JsReturn::kUndefined;
}

void MakeRows(JsCall call, VuContext& vu, uint32_t id) {
  call.PushFunction(&JsTrampoline<Build>, 2);
  call.Duplicate(1);
  call.PushNumber(id);
  vu.making_shared_array = true;
  const bool made = call.ProtectedCall(2);
  vu.making_shared_array = false;
  if (!made) {
    vu.settings->shared_arrays->Abandon(id);
    call.Rethrow();
  }
  vu.settings->shared_arrays->Finish(id);
  call.Pop();
}

bool WantsShard(JsCall call) {
  if (!call.IsObject(2)) {
    return false;
  }
  call.GetProperty(2, "shard");
  const bool shard = call.Truthy(-1);
  call.Pop();
  return shard;
}

// SharedArray(name, function, {shard: boolean}), with or without new
JsReturn SharedArray(JsCall call) {
  call.SetTop(3);
  auto& vu = call.Host<VuContext>();
  if (!call.IsString(0) || call.RawString(0).empty()) {
    call.Throw(JsError::kTypeError, "SharedArray: expected a name as the first argument");
  }
  if (call.RawString(0).size() > SharedArrays::kMaxNameBytes) {
    call.Throw(JsError::kRangeError, "SharedArray: the name is longer than %zu bytes", SharedArrays::kMaxNameBytes);
  }
  if (!call.IsFunction(1)) {
    call.Throw(JsError::kTypeError, "SharedArray: expected a function that returns an array as the second argument");
  }
  if (vu.phase != VuContext::Phase::kInit || vu.settings->shared_arrays == nullptr) {
    call.Throw(JsError::kError, "SharedArray: made in the init stage only, at the top level of the script");
  }
  if (vu.making_shared_array) {
    call.Throw(JsError::kError, "SharedArray: not available inside the function of another SharedArray");
  }
  const bool shard = WantsShard(call);
  uint32_t id = 0;
  switch (vu.settings->shared_arrays->Begin(call.String(0), &id)) {
    case SharedArrays::Claim::kReady:
      break;
    case SharedArrays::Claim::kBuild:
      MakeRows(call, vu, id);
      break;
    case SharedArrays::Claim::kTooMany:
      call.Throw(JsError::kRangeError, "SharedArray: more than %zu in one test", SharedArrays::kMaxArrays);
    case SharedArrays::Claim::kTimedOut:
      call.Throw(JsError::kError, "SharedArray: the virtual user that makes it does not come to an end");
  }
  PushSharedArray(call, id, shard);
  return JsReturn::kTop;
}

}  // namespace

void PushDataModule(JsCall call) {
  call.PushObject();
  call.PushFunction(&JsTrampoline<SharedArray>, 3);
  call.PutProperty(-2, "SharedArray");
}

}  // namespace mockarty
