// The hook through which Duktape asks whether a script must end now.
//
// Every heap of this project is created with a heap_udata that is null or points to a struct whose first member is
// an ExecTimeoutFn. Duktape calls the hook every some 10^5 opcodes and inside regular expressions; a non-zero answer
// makes it throw a RangeError that script code cannot outlive. Called on the thread that runs the heap.
#ifndef ENGINE_SCRIPT_EXEC_TIMEOUT_H_
#define ENGINE_SCRIPT_EXEC_TIMEOUT_H_

namespace mockarty {

// Returns non-zero when execution must end. `self` is the heap_udata itself. A null function never ends a script.
using ExecTimeoutFn = int (*)(void* self);

}  // namespace mockarty

extern "C" int mockarty_exec_timeout(void* heap_udata);

#endif  // ENGINE_SCRIPT_EXEC_TIMEOUT_H_
