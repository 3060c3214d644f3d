// What Duktape asks of whoever embeds it: whether a script must end now, timers, positions.
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
  // setTimeout(), open() and their like, see duk_ext.h; a native like any other. Null: they throw.
  int (*host_call)(duk_hthread* context, int which) = nullptr;
  // Where an instruction stands, see duk_ext.h. Null: nowhere.
  int (*position)(void* self, unsigned id, unsigned pc, const char** file, unsigned* line, unsigned* column) = nullptr;
};

}  // namespace mockarty

extern "C" int mockarty_exec_timeout(void* heap_udata);

#endif  // ENGINE_SCRIPT_EXEC_TIMEOUT_H_
