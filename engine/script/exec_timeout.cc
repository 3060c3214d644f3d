#include "engine/script/exec_timeout.h"

#include "third_party/duktape/duk_ext.h"

extern "C" int mockarty_exec_timeout(void* heap_udata) {
  if (heap_udata == nullptr) return 0;
  const auto* hooks = static_cast<const mockarty::HeapHooks*>(heap_udata);
  return hooks->exec_timeout != nullptr ? hooks->exec_timeout(heap_udata) : 0;
}

extern "C" duk_ret_t mockarty_timer_call(duk_context* context, int which) {
  const auto* hooks = static_cast<const mockarty::HeapHooks*>(duk_x_heap_udata(context));
  if (hooks == nullptr || hooks->timer_call == nullptr) {
    return duk_error(context, DUK_ERR_ERROR, "timers are not available here");
  }
  return hooks->timer_call(context, which);
}
