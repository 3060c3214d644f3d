/* What the engine uses of its Duktape beyond duktape.h.
 *
 * All calls follow Duktape's rules: they run on the thread that owns the heap, indices are value stack indices, and
 * they may throw (longjmp), out of memory above all, unless a comment says otherwise.
 *
 * Whoever links mk_duktape defines `int mockarty_exec_timeout(void *heap_udata)`: nonzero ends the script with
 * "RangeError: execution timeout". It is asked every few milliseconds at most, also inside long native loops, and may
 * suspend the fiber. While a heap is created or destroyed it must return 0 at once. And mockarty_host_call() and
 * mockarty_position(), below. */
#ifndef THIRD_PARTY_DUKTAPE_DUK_EXT_H_
#define THIRD_PARTY_DUKTAPE_DUK_EXT_H_

#include "duktape.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Pushes a new plain object whose prototype is `proto_heapptr` (NULL: none) and whose property table has room for
 * `presize` properties, so that filling it allocates nothing more. The prototype must be kept reachable elsewhere;
 * no reference is taken beyond the object's own. */
void duk_x_push_object_proto(duk_context* ctx, void* proto_heapptr, duk_uint_t presize);

/* Looks at the i-th property slot of a plain object without an enumerator. Never throws.
 *   1  key and value pushed (an own, enumerable property with a string key);
 *   2  slot to be skipped (deleted, not enumerable, symbol); nothing pushed;
 *   0  end; nothing pushed;
 *  -1  not a plain object (proxy, array, string object, buffer, accessor or integer-like key in the slot, built-in):
 *      use duk_enum() from the start instead; nothing pushed.
 * Slots come in the order of definition. Code called between two calls may change the object: an index then may skip
 * or repeat a property, but is always safe. */
int duk_x_entry(duk_context* ctx, duk_idx_t obj, duk_uint_t i);

/* Pushes UTF-8 text of unknown quality as an ECMAScript string: characters beyond U+FFFF become surrogate pairs,
 * bytes that are not UTF-8 become U+FFFD. duk_push_lstring() would keep both as they are, and `length` and
 * comparisons with strings of the script would be wrong. Also keeps text from posing as a symbol. */
void duk_x_push_utf8(duk_context* ctx, const char* text, duk_size_t length);

/* Replaces the string at `idx` by one whose bytes are valid UTF-8 (surrogate pairs joined, lone surrogates U+FFFD) and
 * returns them; they live as long as the value. Throws TypeError for a symbol, coerces anything else as ToString. */
const char* duk_x_to_utf8(duk_context* ctx, duk_idx_t idx, duk_size_t* out_length);

/* Whether the value is a BigInt. For duk_is_string() and duk_is_symbol() it is one too: it has no text of its own, and
 * duk_to_string() makes its digits. Never throws. */
int duk_x_is_bigint(duk_context* ctx, duk_idx_t idx);

/* Whether the value is an object that wraps a BigInt: Object(1n). Never throws. */
int duk_x_is_bigint_object(duk_context* ctx, duk_idx_t idx);

/* The heap_udata that duk_create_heap() was given. Never throws. */
void* duk_x_heap_udata(duk_context* ctx);

/* Runs promise jobs and microtasks until none are left and returns how many ran. A job that throws loses its error
 * only if it is one of queueMicrotask(): then the error is thrown to the caller and later jobs stay queued. Does
 * nothing, cheaply, in a heap that never used a Promise. */
int mockarty_duk_run_jobs(duk_context* ctx);

/* Takes the oldest rejection that has had no handler so far: pushes its reason and returns 1, or returns 0 with
 * nothing pushed. At most 64 are remembered. Ask after mockarty_duk_run_jobs(). */
int mockarty_duk_take_unhandled(duk_context* ctx);

/* Forgets queued jobs and unhandled rejections: what an ended piece of work leaves behind. */
void mockarty_duk_drop_jobs(duk_context* ctx);

/* Whether jobs or unhandled rejections may wait: a flag of the heap, so that asking costs nothing. It stays set until
 * mockarty_duk_take_unhandled() has found neither. Never throws. */
int duk_x_has_jobs(duk_context* ctx);

/* Promises made and settled by natives. push: a new pending one. settle: pops the value on top and settles the promise
 * at `promise` with it, a thenable being followed; does nothing more when it is settled already. state: -1 no promise,
 * 0 pending, 1 fulfilled, 2 rejected; never throws. push_promise_value: what it was settled with, which counts as
 * handling a rejection; undefined while pending. */
void duk_x_push_promise(duk_context* ctx);
void duk_x_settle_promise(duk_context* ctx, duk_idx_t promise, int reject);
int duk_x_promise_state(duk_context* ctx, duk_idx_t promise);
void duk_x_push_promise_value(duk_context* ctx, duk_idx_t promise);

/* What the globals call whose work is the embedder's, with their arguments on the value stack; results as of a native. Whoever links
 * mk_duktape defines it; `which` is 0 setTimeout, 1 setInterval, 2 setImmediate, 3 clearTimeout, 4 clearInterval,
 * 5 clearImmediate, 6 open. */
duk_ret_t mockarty_host_call(duk_context* ctx, int which);

/* While `record` is set, compiling tells it, for each function, the number that the function carries and the offset in
 * the source of each of its instructions, `stride` bytes apart; such functions have no line numbers of their own. Null
 * ends it. Numbers count up from 1 in a heap. Never throws. */
typedef void (*duk_x_positions_fn)(void* arg, unsigned int id, const unsigned int* first, duk_size_t stride,
                                   duk_size_t count);
void duk_x_record_positions(duk_context* ctx, duk_x_positions_fn record, void* arg);

/* Where instruction `pc` of the function with that number stands; asked when a traceback is shown. Whoever links
 * mk_duktape defines it. 0: not to be shown. `*file` is text in the heap's encoding. */
int mockarty_position(void* heap_udata, unsigned int id, unsigned int pc, const char** file, unsigned int* line,
                      unsigned int* column);

#ifdef __cplusplus
}
#endif

#endif /* THIRD_PARTY_DUKTAPE_DUK_EXT_H_ */
