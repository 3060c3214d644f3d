// Functions that answer by a promise although they are done at once. [throws: out of memory]
#ifndef ENGINE_MODULES_PROMISE_VALUE_H_
#define ENGINE_MODULES_PROMISE_VALUE_H_

#include "engine/script/js_call.h"

namespace mockarty {

// Calls `now` with `this` and the first `arguments` of this call as its own arguments and pushes a promise that is
// settled: with what `now` returned, or with what it threw.
JsReturn AnswerByPromise(JsCall call, JsTrampolineFn now, int arguments);

}  // namespace mockarty

#endif  // ENGINE_MODULES_PROMISE_VALUE_H_
