// Runs a function on a thread of its own whose stack is large enough for deep recursion in a parser.
#ifndef ENGINE_SCRIPT_BIG_STACK_H_
#define ENGINE_SCRIPT_BIG_STACK_H_

#include "absl/status/status.h"

namespace mockarty {

// Calls `run(argument)` on a new thread with a stack of 64 MiB, whose end Duktape is told of, and waits for it.
// Fails when no thread can be made.
absl::Status RunOnBigStack(void (*run)(void* argument), void* argument);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_BIG_STACK_H_
