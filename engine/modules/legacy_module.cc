#include "engine/modules/legacy_module.h"

#include <iterator>

#include "engine/collect/collector.h"
#include "engine/modules/global_value.h"
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

// The first ones stay what they are when they were first read; the others are looked up each time.
constexpr int kConstantGlobals = 4;
constexpr const char* kGlobals[] = {"mk",
                                    "pm",
                                    "postman",
                                    "tv4",
                                    "tests",
                                    "responseBody",
                                    "responseCode",
                                    "responseTime",
                                    "responseHeaders",
                                    "responseCookies",
                                    "environment",
                                    "globals",
                                    "data",
                                    "iteration",
                                    "request",
                                    "CryptoJS",
                                    "cheerio",
                                    "xml2Json",
                                    "moment",
                                    "_"};
// In the stash: what makes their values.
constexpr char kResolverKey[] = "legacy globals";

JsReturn GetGlobal(JsCall call) {
  const int which = call.Magic();
  call.PushStash();
  call.GetProperty(-1, kResolverKey);
  call.PushString(kGlobals[which]);
  call.Call(1);
  if (which < kConstantGlobals) {
    call.Duplicate(-1);
    ReplaceGlobal(call, kGlobals[which]);
  }
  return JsReturn::kTop;
}

JsReturn SetGlobal(JsCall call) {
  call.Duplicate(0);
  ReplaceGlobal(call, kGlobals[call.Magic()]);
  return JsReturn::kUndefined;
}

// installGlobals(function): each is what the function makes of its name, when it is first read. A value that the script
// puts there wins.
JsReturn InstallGlobals(JsCall call) {
  call.PushStash();
  call.Duplicate(0);
  call.PutProperty(-2, kResolverKey);
  call.PushGlobalObject();
  for (size_t i = 0; i < std::size(kGlobals); ++i) {
    call.PutLazy(-1, kGlobals[i], &JsTrampoline<GetGlobal>, &JsTrampoline<SetGlobal>, static_cast<int>(i));
  }
  return JsReturn::kUndefined;
}

constexpr JsFunctionSpec kFunctions[] = {
    {"check", &JsTrampoline<CountCheck>, 2, 0},
    {"drain", &JsTrampoline<Drain>, 0, 0},
    {"installGlobals", &JsTrampoline<InstallGlobals>, 1, 0},
    {"interrupted", &JsTrampoline<Interrupted>, 0, 0},
};

}  // namespace

void PushLegacyModule(JsCall call) {
  call.PushObject();
  PutFunctions(call, kFunctions, std::size(kFunctions));
}

}  // namespace mockarty
