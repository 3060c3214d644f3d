// What Duktape asks of whoever embeds it: whether a script must end now, and timers.
//
// Every heap of this project is created with a heap_udata that is null or points to a struct whose first member is
// HeapHooks. Called on the thread that runs the heap.
#ifndef ENGINE_SCRIPT_EXEC_TIMEOUT_H_
#define ENGINE_SCRIPT_EXEC_TIMEOUT_H_

struct duk_hthread;

namespace mockarty {

struct HeapHooks {
  // Asked every some 10^5 opcodes and inside regular expressions. A non-zero answer makes Duktape throw a RangeError
  // that script code cannot outlive. `self` is the heap_udata itself. Null never ends a script.
  int (*exec_timeout)(void* self) = nullptr;
  // setTimeout() and its like, see duk_ext.h; a native like any other. Null: they throw.
  int (*timer_call)(duk_hthread* context, int which) = nullptr;
};

}  // namespace mockarty

extern "C" int mockarty_exec_timeout(void* heap_udata);

#endif  // ENGINE_SCRIPT_EXEC_TIMEOUT_H_
