#include "engine/modules/console_module.h"

#include <iterator>
#include <string>

#include "common/metrics/registry.h"
#include "engine/script/js_heap.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

// One call shows at most this much.
constexpr size_t kMaxLineBytes = 16 * 1024;

JsReturn EncodeArgument(JsCall call) {
  call.EncodeJson(0);
  return JsReturn::kTop;
}

// A replacer for JSON.stringify(key, value): BigInts, which it refuses, become text such as "12n".
JsReturn ShowBigInt(JsCall call) {
  call.Duplicate(1);
  if (call.IsBigInt(-1)) {
    call.CoerceToString(-1);
    call.PushString("n");
    call.Concatenate(2);
  }
  return JsReturn::kTop;
}

// Pushes the JSON of the value at `index`, or undefined. Throws what JSON.stringify throws, but not for a BigInt.
void PushJsonForShow(JsCall call, int index) {
  call.PushFunction(&JsTrampoline<EncodeArgument>, 1, 0);
  call.Duplicate(index);
  if (call.ProtectedCall(1)) {
    return;
  }
  call.Pop();
  call.PushGlobalObject();
  call.GetProperty(-1, "JSON");
  call.GetProperty(-1, "stringify");
  call.Insert(-3);
  call.Replace(-2);
  call.Duplicate(index);
  call.PushFunction(&JsTrampoline<ShowBigInt>, 2, 0);
  call.CoerceToObject(-1);  // JSON.stringify passes over light functions
  call.CallMethod(2);
}

// Objects are shown as JSON where they have one, as k6 does.
JsReturn JsonOfArgument(JsCall call) {
  call.GetProperty(0, "stack");  // errors show their stack
  if (!call.IsString(-1)) {
    call.Pop();
    PushJsonForShow(call, 0);
  }
  return JsReturn::kTop;
}

JsReturn TextOfArgument(JsCall call) {
  if (call.IsSymbol(0)) {
    call.GetProperty(0, "toString");
    call.Duplicate(0);
    call.CallMethod(0);
  }
  call.CoerceToString(-1);
  return JsReturn::kTop;
}

// Replaces the value at `index` by what `show` makes of it, unless that throws or is no text.
bool ReplaceByText(JsCall call, int index, JsTrampolineFn show) {
  call.PushFunction(show, 1, 0);
  call.Duplicate(index);
  if (call.ProtectedCall(1) && call.IsString(-1)) {
    call.Replace(index);
    return true;
  }
  call.Pop();
  return false;
}

// In place. Whatever a script shows must not end its iteration: getters that throw, cycles, objects that have no text.
void CoerceForShow(JsCall call, int index) {
  if (call.IsString(index)) {
    return;
  }
  const bool structured = call.IsObject(index) && !call.IsFunction(index) && !call.IsBigInt(index);
  if ((structured && ReplaceByText(call, index, &JsTrampoline<JsonOfArgument>)) ||
      ReplaceByText(call, index, &JsTrampoline<TextOfArgument>)) {
    return;
  }
  call.PushString("[object without a text]");
  call.Replace(index);
}

JsReturn Log(JsCall call) {
  const int count = call.Top();
  for (int i = 0; i < count; ++i) {
    call.Require(6);
    CoerceForShow(call, i);
  }
  // From here on nothing throws.
  auto& vu = call.Host<VuContext>();
  std::string line;
  for (int i = 0; i < count && line.size() <= kMaxLineBytes; ++i) {
    if (i > 0) {
      line += ' ';
    }
    line += call.String(i).substr(0, kMaxLineBytes + 1);
  }
  if (line.size() > kMaxLineBytes) {
    line.resize(CutUtf8(line, kMaxLineBytes).size());
    line += "...";
  }
  vu.settings->console->Write(static_cast<ConsoleLevel>(call.Magic()), vu.number, line);
  return JsReturn::kUndefined;
}

constexpr JsFunctionSpec kFunctions[] = {
    {"log", &JsTrampoline<Log>, -1, static_cast<int>(ConsoleLevel::kInfo)},
    {"info", &JsTrampoline<Log>, -1, static_cast<int>(ConsoleLevel::kInfo)},
    {"debug", &JsTrampoline<Log>, -1, static_cast<int>(ConsoleLevel::kDebug)},
    {"warn", &JsTrampoline<Log>, -1, static_cast<int>(ConsoleLevel::kWarn)},
    {"error", &JsTrampoline<Log>, -1, static_cast<int>(ConsoleLevel::kError)},
};

}  // namespace

void PushConsole(JsCall call) {
  call.PushObject();
  PutFunctions(call, kFunctions, std::size(kFunctions));
}

}  // namespace mockarty
