/* Shared by the files of the library: hidden slots of our objects, and iteration.
 *
 * An object of ours (Map, Promise, an iterator, ...) keeps its state in its first property entries, which have hidden
 * keys that scripts can neither see nor delete. The key of slot 0 is the brand; it tells a Map from a Set. Slots are
 * reached by position, without a look-up. */
#ifndef THIRD_PARTY_DUKTAPE_LIB_MKJS_H_
#define THIRD_PARTY_DUKTAPE_LIB_MKJS_H_

#include "third_party/duktape/duk_ext.h"

enum { MKJS_MAP, MKJS_SET, MKJS_WEAKMAP, MKJS_WEAKSET, MKJS_PROMISE, MKJS_ITERATOR, MKJS_WEAKREF };

/* Built-in objects of ours that natives need by pointer. */
enum {
  MKJS_PROTO_ARRAY_ITERATOR,
  MKJS_PROTO_MAP_ITERATOR,
  MKJS_PROTO_SET_ITERATOR,
  MKJS_PROTO_STRING_ITERATOR,
  MKJS_PROTO_REGEXP_ITERATOR,
  MKJS_PROTO_PROMISE,
  MKJS_PROTO_PROMISE_CONSTRUCTOR,
  MKJS_PROTO_AGGREGATE_ERROR,
  MKJS_PROTO_MAP_CONSTRUCTOR,
  MKJS_PROTO_MAP_PROTOTYPE
};

/* Largest number of slots. */
#define MKJS_MAX_SLOTS 4

/* Gives the object at `obj`, which has no properties yet, `count` slots holding undefined. */
void mkjs_slots_init(duk_context* ctx, duk_idx_t obj, int brand, duk_uint_t count);
/* 1 if the value at `obj` is an object of that brand. Never throws. */
int mkjs_has_brand(duk_context* ctx, duk_idx_t obj, int brand);
/* Throws TypeError "not a <what>" unless the value at `obj` has the brand. */
void mkjs_require_brand(duk_context* ctx, duk_idx_t obj, int brand, const char* what);
/* The caller has checked the brand. get pushes, put pops. */
void mkjs_slot_get(duk_context* ctx, duk_idx_t obj, duk_uint_t slot);
void mkjs_slot_put(duk_context* ctx, duk_idx_t obj, duk_uint_t slot);

void* mkjs_proto_ptr(duk_context* ctx, int which);
/* Pushes an object of `which` with `count` slots of the brand. */
void mkjs_push_object(duk_context* ctx, int which, int brand, duk_uint_t count);

/* What duk_x_has_jobs() answers. Never throws. */
void mkjs_set_job_flag(duk_context* ctx, int value);
/* Asks for the execution timeout once in so many calls; for loops over lengths a script can choose. */
void mkjs_loop_check(duk_context* ctx);
/* The same for work that lasts as long as so many rounds. */
void mkjs_loop_rounds(duk_context* ctx, duk_size_t rounds);
/* Throws RangeError when the native stack is nearly used up; for recursion of our own. */
void mkjs_stack_check(duk_context* ctx);
/* Whether the native function at `idx` is `fn`. Never throws. */
int mkjs_is_native(duk_context* ctx, duk_idx_t idx, duk_c_function fn);
/* [ function this arguments... ] -> [ object ]: constructs with that `this` in place of a new object
 * with the function's own prototype. */
void mkjs_construct(duk_context* ctx, duk_idx_t n_args);
/* Pushes "Symbol(description)" of the symbol at `idx`. */
void mkjs_push_symbol_text(duk_context* ctx, duk_idx_t idx);
/* Pushes a fresh hidden key that no other object has. */
void mkjs_push_unique_key(duk_context* ctx);
/* Defines or reads an own hidden property past proxies, frozen objects and accessors. Return 0 if the object at `obj`
 * cannot carry one (a built-in, a lightfunc, a buffer). put pops the value, get pushes it (undefined if missing). */
int mkjs_hidden_put(duk_context* ctx, duk_idx_t obj, duk_idx_t key);
int mkjs_hidden_get(duk_context* ctx, duk_idx_t obj, duk_idx_t key);
int mkjs_hidden_delete(duk_context* ctx, duk_idx_t obj, duk_idx_t key);
int mkjs_can_carry_hidden(duk_context* ctx, duk_idx_t obj);
int mkjs_is_proxy(duk_context* ctx, duk_idx_t idx);
/* Of the Proxy at `idx`: calls its trap `name` with the target and the `n_args` values on top of the stack, which the result
 * replaces, and returns 1. Without such a trap its target takes its place at `idx`, the values stay, and it returns 0. */
int mkjs_proxy_trap(duk_context* ctx, duk_idx_t idx, const char* name, duk_idx_t n_args);

/* Iteration over whatever an argument offers. open() leaves `iter->base` values on the stack; next() pushes a value and
 * returns 1, or returns 0; close() drops what open() left. */
typedef struct {
  duk_idx_t base; /* stack index of the iterable (array mode) or of iterator and next method */
  int is_array;   /* an array whose iteration nobody has redefined: read by index */
  duk_uarridx_t index;
} mkjs_iter;
void mkjs_iter_open(duk_context* ctx, duk_idx_t iterable, mkjs_iter* iter);
int mkjs_iter_next(duk_context* ctx, mkjs_iter* iter);
void mkjs_iter_close(duk_context* ctx, mkjs_iter* iter);
/* Leaves the iteration because of the error on top: calls return() of the iterator, then throws the error. */
void mkjs_iter_abort(duk_context* ctx, mkjs_iter* iter);
/* duk_call_method(), but an error aborts the iteration. */
void mkjs_iter_call_method(duk_context* ctx, mkjs_iter* iter, duk_idx_t n_args);

/* Pushes {value: top of stack, done: done}; pops the value. */
void mkjs_push_iter_result(duk_context* ctx, int done);

/* ToObject(this), ToLength(length): pushes the object, returns the length. Lengths beyond 2^32 - 2 are RangeErrors. */
duk_uint32_t mkjs_push_this_and_length(duk_context* ctx);
/* ToInteger of an argument counted from the end when negative, clamped to [0, length]; `missing` if undefined. */
duk_uint32_t mkjs_relative_index(duk_context* ctx, duk_idx_t idx, duk_uint32_t length, duk_uint32_t missing);
/* ToIntegerOrInfinity. */
double mkjs_to_integer(duk_context* ctx, duk_idx_t idx);
/* SameValueZero. Never throws. */
int mkjs_same_value_zero(duk_context* ctx, duk_idx_t a, duk_idx_t b);

#endif /* THIRD_PARTY_DUKTAPE_LIB_MKJS_H_ */
