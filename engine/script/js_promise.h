// Promises as natives make and settle them, and the jobs that settling queues.
//
// The rule of natives of js_call.h holds: what is marked [throws] leaves by longjmp.
#ifndef ENGINE_SCRIPT_JS_PROMISE_H_
#define ENGINE_SCRIPT_JS_PROMISE_H_

#include "engine/script/js_call.h"

namespace mockarty {

enum class PromiseState { kNotAPromise = -1, kPending, kFulfilled, kRejected };

// Pushes a new pending promise. [throws]
void PushPromise(JsCall call);

// Pops the value on the top and settles the promise at `promise` with it; fulfilling with a thenable follows it. What
// waits for the promise runs as jobs, later. Does nothing to one that is settled. [throws]
void FulfilPromise(JsCall call, int promise);
void RejectPromise(JsCall call, int promise);

PromiseState StateOfPromise(JsCall call, int index);
// Pushes what the promise was settled with, and counts a rejection as handled. [throws]
void PushPromiseValue(JsCall call, int promise);

// Whether RunJobs() may have something to do; costs nothing.
bool HasJobs(JsCall call);
// Runs promise jobs and microtasks until none are left, then throws the reason of the oldest rejection that nobody
// handles, if there is one. [throws]
void RunJobs(JsCall call);
// Forgets queued jobs and unhandled rejections. [throws: out of memory]
void DropJobs(JsCall call);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_JS_PROMISE_H_
