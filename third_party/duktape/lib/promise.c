/* Promise, its jobs and queueMicrotask().
 *
 * Slots of a Promise: 0 = state and flags, 1 = value or reason, 2 = reactions (an array of records, or undefined),
 * 3 = generation. A resolving function carries its promise and the generation it was made for; the first of a pair to
 * be called raises the generation, so later calls do nothing.
 * A reaction record is [onFulfilled, onRejected, promise, resolve, reject]; resolve and reject are undefined when the
 * derived promise is one of ours, which is then settled without calling functions.
 * Jobs wait in an array in the heap stash; there is none until the first job. */
#include <string.h>

#include "third_party/duktape/lib/mkjs.h"

enum { SLOT_STATE = 0, SLOT_VALUE = 1, SLOT_REACTIONS = 2, SLOT_GENERATION = 3 };
enum { PENDING = 0, FULFILLED = 1, REJECTED = 2, STATE_MASK = 3, HANDLED = 4 };
enum { REACT_FULFILLED = 0, REACT_REJECTED = 1, REACT_PROMISE = 2, REACT_RESOLVE = 3, REACT_REJECT = 4 };
enum { JOB_REACTION = 0, JOB_THENABLE = 1, JOB_MICROTASK = 2 };
enum { MAX_UNHANDLED = 64 };

#define KEY_JOBS DUK_HIDDEN_SYMBOL("mkJobs")
#define KEY_UNHANDLED DUK_HIDDEN_SYMBOL("mkUnhandled")
#define KEY_PROMISE DUK_HIDDEN_SYMBOL("mkP")
#define KEY_GENERATION DUK_HIDDEN_SYMBOL("mkG")
#define KEY_STATE DUK_HIDDEN_SYMBOL("mkS")

duk_ret_t mkjs_promise_resolve(duk_context* ctx);
duk_ret_t mkjs_promise_then(duk_context* ctx);

static int get_state(duk_context* ctx, duk_idx_t promise) {
  int state;

  mkjs_slot_get(ctx, promise, SLOT_STATE);
  state = duk_get_int(ctx, -1);
  duk_pop(ctx);
  return state;
}

static void set_state(duk_context* ctx, duk_idx_t promise, int state) {
  duk_push_int(ctx, state);
  mkjs_slot_put(ctx, promise, SLOT_STATE);
}

/* Pops the value on top and appends it to the array `key` of the heap stash, which holds at most `limit` items (0: any number). */
static void stash_append(duk_context* ctx, const char* key, duk_size_t limit) {
  duk_idx_t item = duk_get_top_index(ctx);

  duk_push_heap_stash(ctx);
  if (!duk_get_prop_string(ctx, -1, key)) {
    duk_pop(ctx);
    duk_push_array(ctx);
    duk_dup_top(ctx);
    duk_put_prop_string(ctx, -3, key);
  }
  mkjs_set_job_flag(ctx, 1);
  if (limit == 0 || duk_get_length(ctx, -1) < limit) {
    duk_dup(ctx, item);
    duk_put_prop_index(ctx, -2, (duk_uarridx_t)duk_get_length(ctx, -2));
  }
  duk_set_top(ctx, item);
}

/* Queues a job [type, a, b, c] of the `count` values on top, which are popped. */
static void enqueue(duk_context* ctx, int type, int count) {
  duk_idx_t first = duk_get_top(ctx) - count;
  int i;

  duk_push_array(ctx);
  duk_push_int(ctx, type);
  duk_put_prop_index(ctx, -2, 0);
  for (i = 0; i < count; i++) {
    duk_dup(ctx, first + i);
    duk_put_prop_index(ctx, -2, (duk_uarridx_t)(i + 1));
  }
  stash_append(ctx, KEY_JOBS, 0);
  duk_set_top(ctx, first);
}

/* Queues the job for a reaction record on top (popped) of a promise settled as `state` with the value at `value`. */
static void enqueue_reaction(duk_context* ctx, int state, duk_idx_t value) {
  value = duk_require_normalize_index(ctx, value);
  duk_push_int(ctx, state);
  duk_dup(ctx, value);
  enqueue(ctx, JOB_REACTION, 3);
}

static void settle(duk_context* ctx, duk_idx_t promise, int state, duk_idx_t value) {
  int flags;
  duk_size_t i, n;

  promise = duk_require_normalize_index(ctx, promise);
  value = duk_require_normalize_index(ctx, value);
  duk_require_stack(ctx, 16);
  flags = get_state(ctx, promise);
  if ((flags & STATE_MASK) != PENDING) {
    return;
  }
  set_state(ctx, promise, (flags & HANDLED) | state);
  duk_dup(ctx, value);
  mkjs_slot_put(ctx, promise, SLOT_VALUE);
  mkjs_slot_get(ctx, promise, SLOT_REACTIONS);
  duk_push_undefined(ctx);
  mkjs_slot_put(ctx, promise, SLOT_REACTIONS);
  if (duk_is_array(ctx, -1)) {
    n = duk_get_length(ctx, -1);
    for (i = 0; i < n; i++) {
      duk_get_prop_index(ctx, -1, (duk_uarridx_t)i);
      enqueue_reaction(ctx, state, value);
    }
  }
  duk_pop(ctx);
  if (state == REJECTED && !(flags & HANDLED)) {
    duk_dup(ctx, promise);
    stash_append(ctx, KEY_UNHANDLED, MAX_UNHANDLED);
  }
}

static duk_ret_t safe_get_then(duk_context* ctx, void* unused) {
  (void)unused;
  duk_get_prop_literal(ctx, -1, "then");
  return 1;
}

/* What a resolving function does: fulfil with a plain value, follow a thenable. */
static void resolve_with(duk_context* ctx, duk_idx_t promise, duk_idx_t value) {
  promise = duk_require_normalize_index(ctx, promise);
  value = duk_require_normalize_index(ctx, value);
  duk_require_stack(ctx, 16);
  if (duk_strict_equals(ctx, promise, value)) {
    duk_push_error_object(ctx, DUK_ERR_TYPE_ERROR, "promise resolved with itself");
    settle(ctx, promise, REJECTED, -1);
    duk_pop(ctx);
    return;
  }
  if (!duk_is_object(ctx, value)) {
    settle(ctx, promise, FULFILLED, value);
    return;
  }
  duk_dup(ctx, value);
  if (duk_safe_call(ctx, safe_get_then, NULL, 1, 1) != DUK_EXEC_SUCCESS) {
    settle(ctx, promise, REJECTED, -1);
    duk_pop(ctx);
    return;
  }
  if (!duk_is_callable(ctx, -1)) {
    duk_pop(ctx);
    settle(ctx, promise, FULFILLED, value);
    return;
  }
  duk_dup(ctx, promise);
  duk_dup(ctx, value);
  duk_dup(ctx, -3);
  enqueue(ctx, JOB_THENABLE, 3);
  duk_pop(ctx);
}

/* Magic: 0 = resolve, 1 = reject. */
static duk_ret_t resolving_function(duk_context* ctx) {
  double generation;

  duk_push_current_function(ctx); /* [ value function promise ] */
  duk_get_prop_literal(ctx, 1, KEY_PROMISE);
  duk_get_prop_literal(ctx, 1, KEY_GENERATION);
  generation = duk_get_number(ctx, -1);
  duk_pop(ctx);
  mkjs_slot_get(ctx, 2, SLOT_GENERATION);
  if (duk_get_number(ctx, -1) != generation) {
    return 0;
  }
  duk_push_number(ctx, generation + 1);
  mkjs_slot_put(ctx, 2, SLOT_GENERATION);
  if (duk_get_current_magic(ctx)) {
    settle(ctx, 2, REJECTED, 0);
  } else {
    resolve_with(ctx, 2, 0);
  }
  return 0;
}

static void push_resolving_functions(duk_context* ctx, duk_idx_t promise) {
  int i;

  promise = duk_require_normalize_index(ctx, promise);
  for (i = 0; i < 2; i++) {
    duk_push_c_function(ctx, resolving_function, 1);
    duk_set_magic(ctx, -1, i);
    duk_dup(ctx, promise);
    duk_put_prop_literal(ctx, -2, KEY_PROMISE);
    mkjs_slot_get(ctx, promise, SLOT_GENERATION);
    duk_put_prop_literal(ctx, -2, KEY_GENERATION);
  }
}

static void init_promise(duk_context* ctx, duk_idx_t promise) {
  promise = duk_require_normalize_index(ctx, promise);
  set_state(ctx, promise, PENDING);
  duk_push_uint(ctx, 0);
  mkjs_slot_put(ctx, promise, SLOT_GENERATION);
}

static void push_promise(duk_context* ctx) {
  mkjs_push_object(ctx, MKJS_PROTO_PROMISE, MKJS_PROMISE, 4);
  init_promise(ctx, -1);
}

duk_ret_t mkjs_promise_constructor(duk_context* ctx) {
  duk_require_constructor_call(ctx);
  duk_require_callable(ctx, 0);
  duk_push_this(ctx); /* [ executor promise ] */
  mkjs_slots_init(ctx, 1, MKJS_PROMISE, 4);
  init_promise(ctx, 1);
  duk_dup(ctx, 0);
  push_resolving_functions(ctx, 1); /* [ executor promise executor resolve reject ] */
  duk_dup(ctx, 4);
  duk_insert(ctx, 2); /* [ executor promise reject executor resolve reject ] */
  if (duk_pcall(ctx, 2) != DUK_EXEC_SUCCESS) {
    duk_call(ctx, 1); /* reject(error): nothing if already resolved */
  }
  return 0;
}

/* Capabilities: promise, resolve and reject of a constructor. */

static duk_ret_t capability_executor(duk_context* ctx) {
  duk_push_current_function(ctx);
  duk_get_prop_literal(ctx, 2, KEY_STATE); /* [ resolve reject function pair ] */
  duk_get_prop_index(ctx, 3, 0);
  duk_get_prop_index(ctx, 3, 1);
  if (!duk_is_undefined(ctx, -1) || !duk_is_undefined(ctx, -2)) {
    return duk_type_error(ctx, "promise executor called twice");
  }
  duk_pop_2(ctx);
  duk_dup(ctx, 0);
  duk_put_prop_index(ctx, 3, 0);
  duk_dup(ctx, 1);
  duk_put_prop_index(ctx, 3, 1);
  return 0;
}

static int is_intrinsic(duk_context* ctx, duk_idx_t constructor) {
  return duk_get_heapptr(ctx, constructor) == mkjs_proto_ptr(ctx, MKJS_PROTO_PROMISE_CONSTRUCTOR);
}

/* [ ... constructor ] -> [ ... promise resolve reject ]; the functions are undefined for a promise of ours. */
static void to_capability(duk_context* ctx) {
  duk_idx_t constructor = duk_get_top_index(ctx);

  duk_require_stack(ctx, 10);
  if (is_intrinsic(ctx, constructor)) {
    push_promise(ctx);
    duk_replace(ctx, constructor);
    duk_push_undefined(ctx);
    duk_push_undefined(ctx);
    return;
  }
  if (!duk_is_constructable(ctx, constructor)) {
    (void)duk_type_error(ctx, "not a constructor");
  }
  duk_push_bare_array(ctx); /* pair */
  duk_dup(ctx, constructor);
  duk_push_c_function(ctx, capability_executor, 2);
  duk_dup(ctx, constructor + 1);
  duk_put_prop_literal(ctx, -2, KEY_STATE);
  duk_new(ctx, 1); /* [ ... constructor pair promise ] */
  duk_replace(ctx, constructor);
  duk_get_prop_index(ctx, constructor + 1, 0);
  duk_get_prop_index(ctx, constructor + 1, 1);
  duk_remove(ctx, constructor + 1);
  duk_require_callable(ctx, -1);
  duk_require_callable(ctx, -2);
}

/* Settles the capability at `cap`..`cap + 2` with the value on top, which is popped. */
static void capability_settle(duk_context* ctx, duk_idx_t cap, int reject) {
  duk_idx_t value = duk_get_top_index(ctx);

  if (duk_is_undefined(ctx, cap + 1)) {
    if (reject) {
      settle(ctx, cap, REJECTED, value);
    } else {
      resolve_with(ctx, cap, value);
    }
    duk_pop(ctx);
    return;
  }
  duk_dup(ctx, cap + (reject ? 2 : 1));
  duk_insert(ctx, value);
  duk_call(ctx, 1);
  duk_pop(ctx);
}

/* Pushes functions that settle the capability, made now if it is a promise of ours. */
static void push_capability_functions(duk_context* ctx, duk_idx_t cap) {
  if (duk_is_undefined(ctx, cap + 1)) {
    push_resolving_functions(ctx, cap);
  } else {
    duk_dup(ctx, cap + 1);
    duk_dup(ctx, cap + 2);
  }
}

/* Pushes the constructor that a promise derived from the one at `promise` has. */
static void push_species(duk_context* ctx, duk_idx_t promise) {
  duk_get_prop_literal(ctx, promise, "constructor");
  if (duk_is_undefined(ctx, -1)) {
    duk_pop(ctx);
    duk_push_heapptr(ctx, mkjs_proto_ptr(ctx, MKJS_PROTO_PROMISE_CONSTRUCTOR));
    return;
  }
  if (!duk_is_object(ctx, -1)) {
    (void)duk_type_error(ctx, "constructor is not an object");
  }
  if (is_intrinsic(ctx, duk_get_top_index(ctx))) {
    return;
  }
  duk_get_prop_literal(ctx, -1, DUK_WELLKNOWN_SYMBOL("Symbol.species"));
  if (duk_is_null_or_undefined(ctx, -1)) {
    duk_pop(ctx); /* no species: the constructor itself, as a subclass inherits it */
    return;
  }
  duk_remove(ctx, -2);
}

duk_ret_t mkjs_promise_then(duk_context* ctx) {
  int state, i;

  duk_push_this(ctx); /* [ on_fulfilled on_rejected this ] */
  mkjs_require_brand(ctx, 2, MKJS_PROMISE, "Promise");
  for (i = 0; i < 2; i++) {
    if (!duk_is_callable(ctx, i)) {
      duk_push_undefined(ctx);
      duk_replace(ctx, i);
    }
  }
  push_species(ctx, 2);
  to_capability(ctx);       /* 3, 4, 5 */
  duk_push_bare_array(ctx); /* record at 6 */
  duk_dup(ctx, 0);
  duk_put_prop_index(ctx, 6, REACT_FULFILLED);
  duk_dup(ctx, 1);
  duk_put_prop_index(ctx, 6, REACT_REJECTED);
  for (i = 0; i < 3; i++) {
    duk_dup(ctx, 3 + i);
    duk_put_prop_index(ctx, 6, (duk_uarridx_t)(REACT_PROMISE + i));
  }
  state = get_state(ctx, 2);
  set_state(ctx, 2, state | HANDLED);
  if ((state & STATE_MASK) != PENDING) {
    mkjs_slot_get(ctx, 2, SLOT_VALUE);
    duk_swap_top(ctx, -2);
    enqueue_reaction(ctx, state & STATE_MASK, -2);
  } else {
    mkjs_slot_get(ctx, 2, SLOT_REACTIONS);
    if (duk_is_undefined(ctx, -1)) {
      duk_pop(ctx);
      duk_push_array(ctx);
      duk_dup_top(ctx);
      mkjs_slot_put(ctx, 2, SLOT_REACTIONS);
    }
    duk_dup(ctx, 6);
    duk_put_prop_index(ctx, -2, (duk_uarridx_t)duk_get_length(ctx, -2));
  }
  duk_dup(ctx, 3);
  return 1;
}

duk_ret_t mkjs_promise_catch(duk_context* ctx) {
  duk_push_this(ctx);
  duk_push_literal(ctx, "then");
  duk_push_undefined(ctx);
  duk_dup(ctx, 0);
  duk_call_prop(ctx, 1, 2);
  return 1;
}

static duk_ret_t return_value(duk_context* ctx) {
  duk_push_current_function(ctx);
  duk_get_prop_literal(ctx, -1, KEY_STATE);
  return 1;
}

static duk_ret_t throw_value(duk_context* ctx) {
  duk_push_current_function(ctx);
  duk_get_prop_literal(ctx, -1, KEY_STATE);
  return duk_throw(ctx);
}

/* Magic: 0 = after fulfilment, 1 = after rejection. */
static duk_ret_t finally_function(duk_context* ctx) {
  duk_push_current_function(ctx); /* [ value function ] */
  duk_get_prop_literal(ctx, 1, KEY_STATE);
  duk_call(ctx, 0); /* [ value function result ] */
  duk_get_prop_literal(ctx, 1, KEY_PROMISE);
  duk_push_literal(ctx, "resolve");
  duk_dup(ctx, 2);
  duk_call_prop(ctx, 3, 1); /* promise of the result, at 4 */
  duk_push_literal(ctx, "then");
  duk_push_c_function(ctx, duk_get_current_magic(ctx) ? throw_value : return_value, 0);
  duk_dup(ctx, 0);
  duk_put_prop_literal(ctx, -2, KEY_STATE);
  duk_call_prop(ctx, 4, 1);
  return 1;
}

duk_ret_t mkjs_promise_finally(duk_context* ctx) {
  int i;

  duk_push_this(ctx); /* [ callback this ] */
  if (!duk_is_object(ctx, 1)) {
    return duk_type_error(ctx, "not an object");
  }
  duk_push_literal(ctx, "then");
  if (!duk_is_callable(ctx, 0)) {
    duk_dup(ctx, 0);
    duk_dup(ctx, 0);
  } else {
    for (i = 0; i < 2; i++) {
      duk_push_c_function(ctx, finally_function, 1);
      duk_set_magic(ctx, -1, i);
      duk_dup(ctx, 0);
      duk_put_prop_literal(ctx, -2, KEY_STATE);
      push_species(ctx, 1);
      duk_put_prop_literal(ctx, -2, KEY_PROMISE);
    }
  }
  duk_call_prop(ctx, 1, 2);
  return 1;
}

/* Promise.resolve and Promise.reject. Magic: 1 = reject. */
duk_ret_t mkjs_promise_resolve(duk_context* ctx) {
  int reject = duk_get_current_magic(ctx);

  duk_push_this(ctx); /* [ value constructor ] */
  if (!duk_is_object(ctx, 1)) {
    return duk_type_error(ctx, "not a constructor");
  }
  if (!reject && mkjs_has_brand(ctx, 0, MKJS_PROMISE)) {
    duk_get_prop_literal(ctx, 0, "constructor");
    if (duk_strict_equals(ctx, -1, 1)) {
      duk_dup(ctx, 0);
      return 1;
    }
    duk_pop(ctx);
  }
  to_capability(ctx); /* [ value promise resolve reject ] */
  duk_dup(ctx, 0);
  capability_settle(ctx, 1, reject);
  duk_dup(ctx, 1);
  return 1;
}

/* Combinators. All elements share a state array: [promise, resolve, reject, results, remaining]. */

enum { ALL = 0, ALL_SETTLED = 1, ANY = 2, RACE = 3 };
enum { STATE_RESULTS = 3, STATE_REMAINING = 4 };

static void push_state_capability(duk_context* ctx, duk_idx_t state) {
  int i;

  for (i = 0; i < 3; i++) {
    duk_get_prop_index(ctx, state, (duk_uarridx_t)i);
  }
}

/* Counts one element as done; the last one settles the whole. */
static void element_done(duk_context* ctx, duk_idx_t state, int kind) {
  duk_idx_t cap;
  int remaining;

  state = duk_require_normalize_index(ctx, state);
  duk_get_prop_index(ctx, state, STATE_REMAINING);
  remaining = duk_get_int(ctx, -1) - 1;
  duk_push_int(ctx, remaining);
  duk_put_prop_index(ctx, state, STATE_REMAINING);
  if (remaining > 0) {
    return;
  }
  cap = duk_get_top(ctx);
  push_state_capability(ctx, state);
  if (kind == ANY) {
    duk_push_error_object(ctx, DUK_ERR_ERROR, "all promises were rejected");
    duk_push_heapptr(ctx, mkjs_proto_ptr(ctx, MKJS_PROTO_AGGREGATE_ERROR));
    duk_set_prototype(ctx, -2);
    duk_get_prop_index(ctx, state, STATE_RESULTS);
    duk_put_prop_literal(ctx, -2, "errors");
  } else {
    duk_get_prop_index(ctx, state, STATE_RESULTS);
  }
  capability_settle(ctx, cap, kind == ANY);
}

/* Magic: kind * 2 + (1 for the rejected side of allSettled). Its index is KEY_GENERATION, -1 once called. */
static duk_ret_t element_function(duk_context* ctx) {
  int magic = duk_get_current_magic(ctx), kind = magic >> 1, index;

  duk_push_current_function(ctx); /* [ value function shared state ] */
  duk_get_prop_literal(ctx, 1, KEY_GENERATION);
  duk_get_prop_index(ctx, 2, 0);
  index = duk_get_int(ctx, -1);
  duk_pop(ctx);
  if (index < 0) {
    return 0;
  }
  duk_push_int(ctx, -1);
  duk_put_prop_index(ctx, 2, 0);
  duk_get_prop_literal(ctx, 1, KEY_STATE);   /* 3 */
  duk_get_prop_index(ctx, 3, STATE_RESULTS); /* 4 */
  if (kind == ALL_SETTLED) {
    duk_push_object(ctx);
    duk_push_string(ctx, magic & 1 ? "rejected" : "fulfilled");
    duk_put_prop_literal(ctx, -2, "status");
    duk_dup(ctx, 0);
    duk_put_prop_string(ctx, -2, magic & 1 ? "reason" : "value");
  } else {
    duk_dup(ctx, 0);
  }
  duk_put_prop_index(ctx, 4, (duk_uarridx_t)index);
  element_done(ctx, 3, kind);
  return 0;
}

/* Pushes an element function; `shared` is the [index] that both sides of allSettled have in common. */
static void push_element(duk_context* ctx, duk_idx_t state, duk_idx_t shared, int magic) {
  duk_push_c_function(ctx, element_function, 1);
  duk_set_magic(ctx, -1, magic);
  duk_dup(ctx, shared);
  duk_put_prop_literal(ctx, -2, KEY_GENERATION);
  duk_dup(ctx, state);
  duk_put_prop_literal(ctx, -2, KEY_STATE);
}

/* In the caller's frame [ iterable constructor promise resolve reject state ]: subscribes to all. */
static duk_ret_t combine_elements(duk_context* ctx, void* udata) {
  int kind = *(int*)udata;
  duk_uarridx_t count = 0;
  mkjs_iter iter;

  duk_get_prop_literal(ctx, 1, "resolve"); /* 6 */
  duk_require_callable(ctx, 6);
  push_capability_functions(ctx, 2); /* 7, 8 */
  mkjs_iter_open(ctx, 0, &iter);
  while (mkjs_iter_next(ctx, &iter)) {
    duk_idx_t item = duk_get_top_index(ctx);

    duk_dup(ctx, 6);
    duk_dup(ctx, 1);
    duk_dup(ctx, item);
    duk_call_method(ctx, 1); /* promise at item + 1 */
    duk_push_literal(ctx, "then");
    if (kind == RACE) {
      duk_dup(ctx, 7);
      duk_dup(ctx, 8);
    } else {
      duk_get_prop_index(ctx, 5, STATE_RESULTS);
      duk_push_undefined(ctx);
      duk_put_prop_index(ctx, -2, count);
      duk_pop(ctx);
      duk_get_prop_index(ctx, 5, STATE_REMAINING);
      duk_push_int(ctx, duk_get_int(ctx, -1) + 1);
      duk_put_prop_index(ctx, 5, STATE_REMAINING);
      duk_pop(ctx);
      duk_push_bare_array(ctx); /* shared, in place of the item */
      duk_push_uint(ctx, count);
      duk_put_prop_index(ctx, -2, 0);
      duk_replace(ctx, item);
      if (kind == ANY) {
        duk_dup(ctx, 7);
        push_element(ctx, 5, item, ANY * 2);
      } else {
        push_element(ctx, 5, item, kind * 2);
        if (kind == ALL) {
          duk_dup(ctx, 8);
        } else {
          push_element(ctx, 5, item, kind * 2 + 1);
        }
      }
    }
    duk_call_prop(ctx, item + 1, 2);
    duk_set_top(ctx, item);
    count++;
  }
  if (kind != RACE) {
    element_done(ctx, 5, kind);
  }
  return 0;
}

/* Promise.all, allSettled, any, race by magic. */
duk_ret_t mkjs_promise_combine(duk_context* ctx) {
  int kind = duk_get_current_magic(ctx), i;

  duk_push_this(ctx);
  if (!duk_is_object(ctx, 1)) {
    return duk_type_error(ctx, "not a constructor");
  }
  duk_dup(ctx, 1);
  to_capability(ctx);       /* 2, 3, 4 */
  duk_push_bare_array(ctx); /* state at 5 */
  for (i = 0; i < 3; i++) {
    duk_dup(ctx, 2 + i);
    duk_put_prop_index(ctx, 5, (duk_uarridx_t)i);
  }
  duk_push_array(ctx);
  duk_put_prop_index(ctx, 5, STATE_RESULTS);
  duk_push_int(ctx, 1); /* one for the loop itself */
  duk_put_prop_index(ctx, 5, STATE_REMAINING);
  if (duk_safe_call(ctx, combine_elements, &kind, 0, 1) != DUK_EXEC_SUCCESS) {
    capability_settle(ctx, 2, 1);
  }
  duk_dup(ctx, 2);
  return 1;
}

/* Defines `name` of the error at `error` as the value on top, which is popped. */
static void define_hidden(duk_context* ctx, duk_idx_t error, const char* name) {
  duk_push_string(ctx, name);
  duk_swap_top(ctx, -2);
  duk_def_prop(
      ctx, error,
      DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WRITABLE | DUK_DEFPROP_CLEAR_ENUMERABLE | DUK_DEFPROP_SET_CONFIGURABLE);
}

/* AggregateError(errors, message, options) */
duk_ret_t mkjs_aggregate_error(duk_context* ctx) {
  mkjs_iter iter;
  duk_uarridx_t i = 0;

  if (duk_is_undefined(ctx, 1)) {
    duk_push_error_object(ctx, DUK_ERR_ERROR, "%s", "");
    duk_del_prop_literal(ctx, -1, "message");
  } else {
    duk_push_error_object(ctx, DUK_ERR_ERROR, "%s", duk_to_string(ctx, 1));
  }
  duk_push_heapptr(ctx, mkjs_proto_ptr(ctx, MKJS_PROTO_AGGREGATE_ERROR));
  duk_set_prototype(ctx, 3);
  duk_push_array(ctx); /* 4 */
  mkjs_iter_open(ctx, 0, &iter);
  while (mkjs_iter_next(ctx, &iter)) {
    duk_put_prop_index(ctx, 4, i++);
  }
  mkjs_iter_close(ctx, &iter);
  define_hidden(ctx, 3, "errors");
  if (duk_is_object(ctx, 2) && duk_has_prop_literal(ctx, 2, "cause")) {
    duk_get_prop_literal(ctx, 2, "cause");
    define_hidden(ctx, 3, "cause");
  }
  return 1;
}

duk_ret_t mkjs_queue_microtask(duk_context* ctx) {
  duk_require_callable(ctx, 0);
  enqueue(ctx, JOB_MICROTASK, 1);
  return 0;
}

/* Jobs. */

/* [ job ] -> [ ]; the record is at job[1], state at job[2], value at job[3]. */
static void run_reaction(duk_context* ctx, duk_idx_t job) {
  duk_idx_t record = job + 1, cap = job + 2, value = job + 5;
  int state, i, failed;

  duk_get_prop_index(ctx, job, 1);
  for (i = 0; i < 3; i++) {
    duk_get_prop_index(ctx, record, (duk_uarridx_t)(REACT_PROMISE + i));
  }
  duk_get_prop_index(ctx, job, 3); /* value */
  duk_get_prop_index(ctx, job, 2);
  state = duk_get_int(ctx, -1);
  duk_pop(ctx);
  duk_get_prop_index(ctx, record, state == FULFILLED ? REACT_FULFILLED : REACT_REJECTED);
  failed = state == REJECTED;
  if (duk_is_callable(ctx, -1)) {
    duk_dup(ctx, value);
    failed = duk_pcall(ctx, 1) != DUK_EXEC_SUCCESS;
  } else {
    duk_pop(ctx);
    duk_dup(ctx, value);
  }
  capability_settle(ctx, cap, failed);
}

/* [ job ] with promise, thenable and its then in job[1..3]. */
static void run_thenable(duk_context* ctx, duk_idx_t job) {
  duk_idx_t promise = job + 1, reject = job + 2;

  duk_get_prop_index(ctx, job, 1);
  push_resolving_functions(ctx, promise); /* [ job promise resolve reject ] */
  duk_dup(ctx, -1);
  duk_insert(ctx, reject); /* [ job promise reject resolve reject ] */
  duk_get_prop_index(ctx, job, 3);
  duk_get_prop_index(ctx, job, 2);
  duk_dup(ctx, job + 3);
  duk_dup(ctx, job + 4);
  if (duk_pcall_method(ctx, 2) != DUK_EXEC_SUCCESS) {
    duk_dup(ctx, reject);
    duk_swap_top(ctx, -2);
    duk_call(ctx, 1);
  }
}

static duk_ret_t run_job(duk_context* ctx, void* unused) {
  duk_idx_t job = duk_get_top_index(ctx);
  int type;

  (void)unused;
  duk_require_stack(ctx, 20);
  duk_get_prop_index(ctx, job, 0);
  type = duk_get_int(ctx, -1);
  duk_pop(ctx);
  if (type == JOB_REACTION) {
    run_reaction(ctx, job);
  } else if (type == JOB_THENABLE) {
    run_thenable(ctx, job);
  } else {
    duk_get_prop_index(ctx, job, 1);
    duk_call(ctx, 0);
  }
  return 0;
}

/* Puts the jobs from `next` on back in front of those queued meanwhile. */
static void requeue(duk_context* ctx, duk_idx_t jobs, duk_size_t next) {
  duk_size_t i, n = duk_get_length(ctx, jobs);
  duk_uarridx_t count = 0;

  duk_push_heap_stash(ctx);
  duk_push_array(ctx);
  for (i = next; i < n; i++) {
    duk_get_prop_index(ctx, jobs, (duk_uarridx_t)i);
    duk_put_prop_index(ctx, -2, count++);
  }
  duk_get_prop_literal(ctx, -2, KEY_JOBS);
  n = duk_is_array(ctx, -1) ? duk_get_length(ctx, -1) : 0;
  for (i = 0; i < n; i++) {
    duk_get_prop_index(ctx, -1, (duk_uarridx_t)i);
    duk_put_prop_index(ctx, -3, count++);
  }
  duk_pop(ctx);
  duk_put_prop_literal(ctx, -2, KEY_JOBS);
  duk_pop(ctx);
}

void duk_x_push_promise(duk_context* ctx) {
  duk_require_stack(ctx, 8);
  push_promise(ctx);
}

void duk_x_settle_promise(duk_context* ctx, duk_idx_t promise, int reject) {
  promise = duk_require_normalize_index(ctx, promise);
  mkjs_require_brand(ctx, promise, MKJS_PROMISE, "Promise");
  if (reject) {
    settle(ctx, promise, REJECTED, -1);
  } else {
    resolve_with(ctx, promise, -1);
  }
  duk_pop(ctx);
}

int duk_x_promise_state(duk_context* ctx, duk_idx_t promise) {
  if (!duk_check_stack(ctx, 2) || !mkjs_has_brand(ctx, promise, MKJS_PROMISE)) {
    return -1;
  }
  return get_state(ctx, promise) & STATE_MASK;
}

void duk_x_push_promise_value(duk_context* ctx, duk_idx_t promise) {
  mkjs_require_brand(ctx, promise, MKJS_PROMISE, "Promise");
  promise = duk_require_normalize_index(ctx, promise);
  set_state(ctx, promise, get_state(ctx, promise) | HANDLED);
  mkjs_slot_get(ctx, promise, SLOT_VALUE);
}

int mockarty_duk_run_jobs(duk_context* ctx) {
  duk_idx_t base = duk_get_top(ctx);
  int count = 0;

  if (!duk_x_has_jobs(ctx)) {
    return 0;
  }
  duk_require_stack(ctx, 8);
  for (;;) {
    duk_size_t i;

    duk_push_heap_stash(ctx);
    duk_get_prop_literal(ctx, base, KEY_JOBS); /* [ stash jobs ] */
    if (!duk_is_array(ctx, -1)) {
      duk_set_top(ctx, base);
      return count;
    }
    duk_del_prop_literal(ctx, base, KEY_JOBS);
    for (i = 0; i < duk_get_length(ctx, base + 1); i++) {
      duk_get_prop_index(ctx, base + 1, (duk_uarridx_t)i);
      duk_push_undefined(ctx);
      duk_put_prop_index(ctx, base + 1, (duk_uarridx_t)i); /* free what the job holds early */
      count++;
      if (duk_safe_call(ctx, run_job, NULL, 1, 1) != DUK_EXEC_SUCCESS) {
        requeue(ctx, base + 1, i + 1);
        (void)duk_throw(ctx);
      }
      duk_pop(ctx);
    }
    duk_set_top(ctx, base);
  }
}

void mockarty_duk_drop_jobs(duk_context* ctx) {
  duk_require_stack(ctx, 8);
  duk_push_heap_stash(ctx);
  duk_del_prop_literal(ctx, -1, KEY_JOBS);
  duk_del_prop_literal(ctx, -1, KEY_UNHANDLED);
  duk_pop(ctx);
  mkjs_set_job_flag(ctx, 0);
}

int mockarty_duk_take_unhandled(duk_context* ctx) {
  duk_idx_t base = duk_get_top(ctx);
  duk_size_t i, n;
  int found = 0;

  if (!duk_x_has_jobs(ctx)) {
    return 0;
  }
  duk_require_stack(ctx, 8);
  duk_push_heap_stash(ctx);
  if (!duk_get_prop_literal(ctx, base, KEY_UNHANDLED)) {
    duk_get_prop_literal(ctx, base, KEY_JOBS);
    mkjs_set_job_flag(ctx, duk_is_array(ctx, -1));
    duk_set_top(ctx, base);
    return 0;
  }
  duk_push_array(ctx); /* what is left, at base + 2 */
  n = duk_get_length(ctx, base + 1);
  for (i = 0; i < n; i++) {
    duk_get_prop_index(ctx, base + 1, (duk_uarridx_t)i);
    if (get_state(ctx, -1) & HANDLED) {
      duk_pop(ctx);
    } else if (!found) {
      found = 1;
      mkjs_slot_get(ctx, -1, SLOT_VALUE);
      duk_remove(ctx, -2);
      duk_insert(ctx, base); /* [ reason stash list rest ] */
      base++;
    } else {
      duk_put_prop_index(ctx, base + 2, (duk_uarridx_t)duk_get_length(ctx, base + 2));
    }
  }
  if (duk_get_length(ctx, base + 2) > 0) {
    duk_put_prop_literal(ctx, base, KEY_UNHANDLED);
  } else {
    duk_del_prop_literal(ctx, base, KEY_UNHANDLED);
  }
  duk_set_top(ctx, base);
  return found;
}
