#include "engine/modules/data_module.h"

#include <charconv>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "common/plan/segment.h"
#include "engine/vu/shared_arrays.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

// A SharedArray is a Proxy over an empty array: `Array.isArray` and Array.prototype's methods hold. Its handler knows
// which rows it shows; the traps are in the handlers' common prototype.
constexpr std::string_view kArrayKey = MOCKARTY_HIDDEN_KEY("array");
constexpr std::string_view kShardKey = MOCKARTY_HIDDEN_KEY("shard");
constexpr std::string_view kTrapsKey = "shared_array_traps";

struct View {
  uint32_t array = 0;
  const Segment* segment = nullptr;  // null: all rows
};

size_t RowsOf(const VuContext& vu, const View& view) {
  const size_t rows = vu.settings->shared_arrays->Rows(view.array);
  return view.segment == nullptr ? rows : view.segment->Share(rows);
}

// Of the object at `index`, a handler or a SharedArray: hidden keys go past the traps to the target.
bool ReadView(JsCall call, int index, View* view) {
  if (!call.IsObject(index) || !call.GetHidden(index, kArrayKey)) {
    return false;
  }
  view->array = static_cast<uint32_t>(call.Number(-1));
  if (call.GetHidden(index, kShardKey)) {
    view->segment = call.Host<VuContext>().settings->segment;
  }
  call.Pop(2);
  return true;
}

void PushRow(JsCall call, const VuContext& vu, const View& view, size_t row) {
  if (row >= RowsOf(vu, view)) {
    call.PushUndefined();
    return;
  }
  call.PushString(vu.settings->shared_arrays->Row(
      view.array, view.segment == nullptr ? row : static_cast<size_t>(view.segment->Global(row))));
  call.DecodeJson(-1);
}

// Whether the value at `index` is an index of an array as property keys have it.
bool ReadIndex(JsCall call, int index, size_t* row) {
  if (call.IsNumber(index)) {
    const double number = call.Number(index);
    *row = number >= 0 && number < 4294967295.0 ? static_cast<size_t>(number) : SIZE_MAX;
    return static_cast<double>(*row) == number;
  }
  const std::string_view text = call.RawString(index);
  if (text.empty() || text.size() > 10 || text[0] < '0' || text[0] > '9' || (text[0] == '0' && text.size() > 1)) {
    return false;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *row);
  return error == std::errc() && end == text.data() + text.size();
}

// array.get(index)
JsReturn Get(JsCall call) {
  View view;
  call.SetTop(1);
  call.PushThis();
  if (!ReadView(call, 1, &view)) {
    call.Throw(JsError::kTypeError, "get: not called on a SharedArray");
  }
  size_t row = 0;
  if (!ReadIndex(call, 0, &row)) {
    call.CoerceToString(0);
    const std::string_view given = call.String(0).substr(0, 100);
    call.Throw(JsError::kTypeError, "get: expected a row's index, a whole number from 0, got %.*s",
               static_cast<int>(given.size()), given.data());
  }
  PushRow(call, call.Host<VuContext>(), view, row);
  return JsReturn::kTop;
}

// handler.get(target, key)
JsReturn TrapGet(JsCall call) {
  View view;
  call.SetTop(2);
  call.PushThis();
  if (!ReadView(call, 2, &view)) {
    return JsReturn::kUndefined;
  }
  size_t row = 0;
  if (ReadIndex(call, 1, &row)) {
    PushRow(call, call.Host<VuContext>(), view, row);
  } else if (call.RawString(1) == "length") {
    call.PushNumber(static_cast<double>(RowsOf(call.Host<VuContext>(), view)));
  } else if (call.RawString(1) == "get") {
    call.PushFunction(&JsTrampoline<Get>, 1);
  } else {
    call.Duplicate(1);
    call.GetKey(0);
  }
  return JsReturn::kTop;
}

// handler.has(target, key)
JsReturn TrapHas(JsCall call) {
  View view;
  call.SetTop(2);
  call.PushThis();
  size_t row = 0;
  if (ReadView(call, 2, &view) && ReadIndex(call, 1, &row)) {
    call.PushBool(row < RowsOf(call.Host<VuContext>(), view));
  } else {
    call.Duplicate(1);
    call.GetKey(0);
    call.PushBool(!call.IsUndefined(-1) || call.RawString(1) == "get");
  }
  return JsReturn::kTop;
}

// handler.set, handler.deleteProperty
JsReturn Refuse(JsCall call) {
  call.Throw(JsError::kTypeError, "a SharedArray cannot be changed: all virtual users read the same rows");
}

constexpr JsFunctionSpec kTraps[] = {
    {"get", &JsTrampoline<TrapGet>, 2, 0},
    {"has", &JsTrampoline<TrapHas>, 2, 0},
    {"set", &JsTrampoline<Refuse>, 4, 0},
    {"deleteProperty", &JsTrampoline<Refuse>, 2, 0},
};

void PushSharedArray(JsCall call, uint32_t array, bool shard) {
  const auto put_view = [&](int object) {
    call.PushNumber(array);
    call.PutHidden(object, kArrayKey);
    if (shard) {
      call.PushBool(true);
      call.PutHidden(object, kShardKey);
    }
  };
  call.PushStash();
  if (!call.GetProperty(-1, kTrapsKey)) {
    call.Pop();
    call.PushObject();
    PutFunctions(call, kTraps, std::size(kTraps));
    call.Duplicate(-1);
    call.PutProperty(-3, kTrapsKey);
  }
  const void* traps = call.HeapPointer(-1);
  call.PushArray();
  put_view(-2);
  call.PushObjectWithPrototype(traps, 2);
  put_view(-2);
  call.PushProxy();
}

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
