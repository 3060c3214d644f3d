#include "engine/modules/promise_value.h"

#include "engine/script/js_promise.h"

namespace mockarty {

JsReturn AnswerByPromise(JsCall call, JsTrampolineFn now, int arguments) {
  call.SetTop(arguments);
  PushPromise(call);
  call.PushFunction(now, arguments + 1);
  call.PushThis();
  for (int i = 0; i < arguments; ++i) {
    call.Duplicate(i);
  }
  if (call.ProtectedCall(arguments + 1)) {
    FulfilPromise(call, arguments);
  } else {
    RejectPromise(call, arguments);
  }
  call.Duplicate(arguments);
  return JsReturn::kTop;
}

}  // namespace mockarty
