#include "engine/script/exec_timeout.h"

#include "third_party/duktape/duk_ext.h"

extern "C" int mockarty_exec_timeout(void* heap_udata) {
  if (heap_udata == nullptr) return 0;
  const auto* hooks = static_cast<const mockarty::HeapHooks*>(heap_udata);
  return hooks->exec_timeout != nullptr ? hooks->exec_timeout(heap_udata) : 0;
}

extern "C" duk_ret_t mockarty_host_call(duk_context* context, int which) {
  const auto* hooks = static_cast<const mockarty::HeapHooks*>(duk_x_heap_udata(context));
  if (hooks == nullptr || hooks->host_call == nullptr) {
    return duk_error(context, DUK_ERR_ERROR, "timers and files are not available here");
  }
  return hooks->host_call(context, which);
}

extern "C" int mockarty_position(void* heap_udata, unsigned id, unsigned pc, const char** file, unsigned* line,
                                 unsigned* column) {
  const auto* hooks = static_cast<const mockarty::HeapHooks*>(heap_udata);
  return hooks != nullptr && hooks->position != nullptr ? hooks->position(heap_udata, id, pc, file, line, column) : 0;
}
