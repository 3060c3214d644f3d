#include "engine/modules/legacy_module.h"

#include <iterator>

#include "engine/collect/collector.h"
#include "engine/vu/fiber.h"
#include "engine/vu/vu_context.h"
#include "engine/vu/vu_event_loop.h"

namespace mockarty {
namespace {

// check(name, passed): counts one check.
JsReturn CountCheck(JsCall call) {
  call.CoerceToString(0);
  auto& vu = call.Host<VuContext>();
  vu.collector->AddCheck(call.String(0), call.Truthy(1), vu.scope);
  return JsReturn::kUndefined;
}

// drain(): returns when the promises, timers and requests that the script has started are done.
JsReturn Drain(JsCall call) {
  DrainVuEvents(call);
  return JsReturn::kUndefined;
}

// interrupted(): the run is ending; what fails now is no failure.
JsReturn Interrupted(JsCall call) {
  call.PushBool(call.Host<VuContext>().fiber->Interrupted());
  return JsReturn::kTop;
}

constexpr JsFunctionSpec kFunctions[] = {
    {"check", &JsTrampoline<CountCheck>, 2, 0},
    {"drain", &JsTrampoline<Drain>, 0, 0},
    {"interrupted", &JsTrampoline<Interrupted>, 0, 0},
};

}  // namespace

void PushLegacyModule(JsCall call) {
  call.PushObject();
  PutFunctions(call, kFunctions, std::size(kFunctions));
}

}  // namespace mockarty
