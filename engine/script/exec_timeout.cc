#include "engine/script/exec_timeout.h"

extern "C" int mockarty_exec_timeout(void* heap_udata) {
  if (heap_udata == nullptr) return 0;
  const mockarty::ExecTimeoutFn check = *static_cast<mockarty::ExecTimeoutFn*>(heap_udata);
  return check != nullptr ? check(heap_udata) : 0;
}
