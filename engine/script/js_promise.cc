#include "engine/script/js_promise.h"

#include <duktape.h>

#include "third_party/duktape/duk_ext.h"

namespace mockarty {

void PushPromise(JsCall call) { duk_x_push_promise(call.context()); }
void FulfilPromise(JsCall call, int promise) { duk_x_settle_promise(call.context(), promise, 0); }
void RejectPromise(JsCall call, int promise) { duk_x_settle_promise(call.context(), promise, 1); }

PromiseState StateOfPromise(JsCall call, int index) {
  return static_cast<PromiseState>(duk_x_promise_state(call.context(), index));
}
void PushPromiseValue(JsCall call, int promise) { duk_x_push_promise_value(call.context(), promise); }

bool HasJobs(JsCall call) { return duk_x_has_jobs(call.context()) != 0; }

void RunJobs(JsCall call) {
  duk_context* context = call.context();
  if (duk_x_has_jobs(context) == 0) {
    return;
  }
  mockarty_duk_run_jobs(context);
  if (mockarty_duk_take_unhandled(context) != 0) {
    duk_throw(context);
  }
}

void DropJobs(JsCall call) {
  if (duk_x_has_jobs(call.context()) != 0) {
    mockarty_duk_drop_jobs(call.context());
  }
}

}  // namespace mockarty
