#include "engine/modules/shared_array_value.h"

#include <charconv>
#include <cstddef>
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

// handler.ownKeys(target): every row's index, as an array's keys are
JsReturn TrapOwnKeys(JsCall call) {
  View view;
  call.PushThis();
  if (!ReadView(call, -1, &view)) {
    return JsReturn::kUndefined;
  }
  const auto rows = static_cast<unsigned>(RowsOf(call.Host<VuContext>(), view));
  call.PushArray();
  for (unsigned i = 0; i < rows; ++i) {
    call.PushNumber(i);
    call.CoerceToString(-1);
    call.PutIndex(-2, i);
  }
  call.PushString("length");
  call.PutIndex(-2, rows);
  return JsReturn::kTop;
}

constexpr JsFunctionSpec kTraps[] = {
    {"get", &JsTrampoline<TrapGet>, 2, 0},           {"has", &JsTrampoline<TrapHas>, 2, 0},
    {"ownKeys", &JsTrampoline<TrapOwnKeys>, 1, 0},   {"set", &JsTrampoline<Refuse>, 4, 0},
    {"deleteProperty", &JsTrampoline<Refuse>, 2, 0},
};

}  // namespace

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

}  // namespace mockarty
