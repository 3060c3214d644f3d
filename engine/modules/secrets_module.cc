#include "engine/modules/secrets_module.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "engine/script/js_promise.h"
#include "engine/vu/secrets.h"
#include "engine/vu/vu_context.h"

namespace mockarty {
namespace {

constexpr std::string_view kSourceKey = MOCKARTY_HIDDEN_KEY("source");

int Shown(std::string_view text) { return static_cast<int>(std::min<size_t>(text.size(), 100)); }

// (key, source): pushes the value, or throws what the promise is rejected with
JsReturn GetNow(JsCall call) {
  const Secrets* secrets = call.Host<VuContext>().settings->secrets;
  if (secrets == nullptr || secrets->Empty()) {
    call.Throw(JsError::kError, "secrets: no source is configured; see --secret-source");
  }
  if (!call.IsString(0)) {
    call.Throw(JsError::kTypeError, "secrets.get: expected the name of a secret");
  }
  // Names that are not ASCII would both lie in the heap's scratch; sources' names are compared as the heap has them.
  const std::string* value = secrets->Get(call.RawString(1), call.String(0));
  if (value == nullptr) {
    const std::string_view name = call.String(0);
    call.Throw(JsError::kError, "secrets.get: there is no secret \"%.*s\"", Shown(name), name.data());
  }
  call.PushString(*value);
  return JsReturn::kTop;
}

// get(key), of the module (the default source) or of a source
JsReturn Get(JsCall call) {
  call.SetTop(1);
  PushPromise(call);
  call.PushFunction(&JsTrampoline<GetNow>, 2);
  call.Duplicate(0);
  call.PushThis();
  if (call.IsObject(-1)) {
    call.GetHidden(-1, kSourceKey);
  } else {
    call.PushUndefined();
  }
  call.Remove(-2);
  if (call.ProtectedCall(2)) {
    FulfilPromise(call, 1);
  } else {
    RejectPromise(call, 1);
  }
  call.Duplicate(1);
  return JsReturn::kTop;
}

// source(name)
JsReturn Source(JsCall call) {
  const Secrets* secrets = call.Host<VuContext>().settings->secrets;
  if (!call.IsString(0) || call.RawString(0).empty()) {
    call.Throw(JsError::kTypeError, "secrets.source: expected the name of a source");
  }
  const std::string_view name = call.RawString(0);
  if (secrets == nullptr || !secrets->HasSource(name)) {
    call.Throw(JsError::kError, "secrets.source: there is no source \"%.*s\"; see --secret-source", Shown(name),
               name.data());
  }
  call.PushObject();
  call.Duplicate(0);
  call.PutHidden(-2, kSourceKey);
  call.PushFunction(&JsTrampoline<Get>, 1);
  call.PutProperty(-2, "get");
  return JsReturn::kTop;
}

constexpr JsFunctionSpec kFunctions[] = {
    {"get", &JsTrampoline<Get>, 1, 0},
    {"source", &JsTrampoline<Source>, 1, 0},
};

}  // namespace

void PushSecretsModule(JsCall call) {
  call.PushObject();
  PutFunctions(call, kFunctions, std::size(kFunctions));
}

}  // namespace mockarty
