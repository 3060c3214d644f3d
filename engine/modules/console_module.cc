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

// Objects are shown as JSON where they have one, as k6 does; everything else as its text. In place.
void CoerceForShow(JsCall call, int index) {
  if (call.IsString(index)) {
    return;
  }
  if (call.IsObject(index) && !call.IsFunction(index)) {
    call.GetProperty(index, "stack");  // errors show their stack
    if (call.IsString(-1)) {
      call.Replace(index);
      return;
    }
    call.Pop();
    call.Duplicate(index);
    call.EncodeJson(-1);
    if (call.IsString(-1)) {
      call.Replace(index);
      return;
    }
    call.Pop();
  }
  call.CoerceToString(index);
}

JsReturn Log(JsCall call) {
  const int count = call.Top();
  for (int i = 0; i < count; ++i) {
    call.Require(2);
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
