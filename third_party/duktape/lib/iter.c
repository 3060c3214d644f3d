/* Iteration: array, string and typed array iterators, and the helpers of mkjs.h that need no internals. */
#include <math.h>
#include <string.h>

#include "third_party/duktape/lib/mkjs.h"

duk_ret_t mkjs_array_iterator(duk_context* ctx);
duk_ret_t mkjs_array_iterator_next(duk_context* ctx);
duk_ret_t mkjs_map_constructor(duk_context* ctx);
duk_ret_t mkjs_map_set(duk_context* ctx);
duk_ret_t mkjs_map_iterator(duk_context* ctx);
duk_ret_t mkjs_map_iterator_next(duk_context* ctx);
int mkjs_map_next_entry(duk_context* ctx, duk_idx_t idx, int is_set, unsigned int state[3]);
void mkjs_map_put_value(duk_context* ctx, duk_idx_t self, int is_set, duk_idx_t key, duk_idx_t value);
void mkjs_map_add_all(duk_context* ctx, duk_idx_t iterable, duk_idx_t self, int is_set);

/* Kinds of iteration: what an array or Map iterator yields. */
enum { KIND_KEYS = 0, KIND_VALUES = 1, KIND_ENTRIES = 2 };

double mkjs_to_integer(duk_context* ctx, duk_idx_t idx) {
  double d = duk_to_number(ctx, idx);

  return isnan(d) ? 0.0 : trunc(d);
}

int mkjs_same_value_zero(duk_context* ctx, duk_idx_t a, duk_idx_t b) {
  return duk_strict_equals(ctx, a, b) || duk_samevalue(ctx, a, b);
}

static duk_uint32_t length_of(duk_context* ctx, duk_idx_t idx) {
  double d;

  if (duk_is_array(ctx, idx)) {
    return (duk_uint32_t)duk_get_length(ctx, idx);
  }
  duk_get_prop_literal(ctx, idx, "length");
  d = mkjs_to_integer(ctx, -1);
  duk_pop(ctx);
  if (d <= 0) {
    return 0;
  }
  if (d > 4294967295.0) {
    (void)duk_range_error(ctx, "invalid length");
  }
  return (duk_uint32_t)d;
}

duk_uint32_t mkjs_push_this_and_length(duk_context* ctx) {
  duk_push_this(ctx);
  if (duk_is_null_or_undefined(ctx, -1)) {
    (void)duk_type_error(ctx, "called on null or undefined");
  }
  duk_to_object(ctx, -1);
  return length_of(ctx, duk_get_top_index(ctx));
}

duk_uint32_t mkjs_relative_index(duk_context* ctx, duk_idx_t idx, duk_uint32_t length, duk_uint32_t missing) {
  double d;

  if (duk_is_undefined(ctx, idx)) {
    return missing;
  }
  d = mkjs_to_integer(ctx, idx);
  if (d < 0) {
    d += length;
  }
  if (d < 0) {
    return 0;
  }
  return d > length ? length : (duk_uint32_t)d;
}

void mkjs_push_iter_result(duk_context* ctx, int done) {
  duk_push_object(ctx);
  duk_swap_top(ctx, -2);
  duk_put_prop_literal(ctx, -2, "value");
  duk_push_boolean(ctx, done);
  duk_put_prop_literal(ctx, -2, "done");
}

/* Array iterators: over any object with a length. Slots: target or undefined when done, position, kind. */

static void push_array_iterator(duk_context* ctx, duk_idx_t target, int kind) {
  duk_idx_t iter = duk_get_top(ctx);

  mkjs_push_object(ctx, MKJS_PROTO_ARRAY_ITERATOR, MKJS_ITERATOR, 3);
  duk_dup(ctx, target);
  mkjs_slot_put(ctx, iter, 0);
  duk_push_uint(ctx, 0);
  mkjs_slot_put(ctx, iter, 1);
  duk_push_int(ctx, kind);
  mkjs_slot_put(ctx, iter, 2);
}

duk_ret_t mkjs_array_iterator(duk_context* ctx) {
  duk_push_this(ctx);
  if (duk_is_null_or_undefined(ctx, 0)) {
    return duk_type_error(ctx, "called on null or undefined");
  }
  duk_to_object(ctx, 0);
  push_array_iterator(ctx, 0, duk_get_current_magic(ctx));
  return 1;
}

duk_ret_t mkjs_array_iterator_next(duk_context* ctx) {
  duk_uint32_t i;
  int kind;

  duk_push_this(ctx); /* 0 */
  mkjs_require_brand(ctx, 0, MKJS_ITERATOR, "Array Iterator");
  mkjs_slot_get(ctx, 0, 0); /* 1 */
  if (duk_is_undefined(ctx, 1)) {
    duk_push_undefined(ctx);
    mkjs_push_iter_result(ctx, 1);
    return 1;
  }
  mkjs_slot_get(ctx, 0, 1);
  i = duk_get_uint(ctx, -1);
  mkjs_slot_get(ctx, 0, 2);
  kind = duk_get_int(ctx, -1);
  if (!duk_is_object(ctx, 1) || i >= length_of(ctx, 1)) {
    duk_push_undefined(ctx);
    mkjs_slot_put(ctx, 0, 0);
    duk_push_undefined(ctx);
    mkjs_push_iter_result(ctx, 1);
    return 1;
  }
  duk_push_uint(ctx, i + 1);
  mkjs_slot_put(ctx, 0, 1);
  if (kind == KIND_KEYS) {
    duk_push_uint(ctx, i);
  } else {
    duk_get_prop_index(ctx, 1, i);
    if (kind == KIND_ENTRIES) {
      duk_push_array(ctx);
      duk_push_uint(ctx, i);
      duk_put_prop_index(ctx, -2, 0);
      duk_swap_top(ctx, -2);
      duk_put_prop_index(ctx, -2, 1);
    }
  }
  mkjs_push_iter_result(ctx, 0);
  return 1;
}

duk_ret_t mkjs_iterator_self(duk_context* ctx) {
  duk_push_this(ctx);
  return 1;
}

/* Strings by code point. Slots: string or undefined when done, position in characters. */

duk_ret_t mkjs_string_iterator(duk_context* ctx) {
  duk_push_this(ctx);
  if (duk_is_null_or_undefined(ctx, 0)) {
    return duk_type_error(ctx, "called on null or undefined");
  }
  duk_to_string(ctx, 0);
  mkjs_push_object(ctx, MKJS_PROTO_STRING_ITERATOR, MKJS_ITERATOR, 2);
  duk_dup(ctx, 0);
  mkjs_slot_put(ctx, 1, 0);
  duk_push_uint(ctx, 0);
  mkjs_slot_put(ctx, 1, 1);
  return 1;
}

duk_ret_t mkjs_string_iterator_next(duk_context* ctx) {
  duk_size_t i, length, count = 1;

  duk_push_this(ctx);
  mkjs_require_brand(ctx, 0, MKJS_ITERATOR, "String Iterator");
  mkjs_slot_get(ctx, 0, 0); /* 1 */
  mkjs_slot_get(ctx, 0, 1); /* 2 */
  if (!duk_is_string(ctx, 1)) {
    duk_push_undefined(ctx);
    mkjs_push_iter_result(ctx, 1);
    return 1;
  }
  i = duk_get_uint(ctx, 2);
  length = duk_get_length(ctx, 1);
  if (i >= length) {
    duk_push_undefined(ctx);
    mkjs_slot_put(ctx, 0, 0);
    duk_push_undefined(ctx);
    mkjs_push_iter_result(ctx, 1);
    return 1;
  }
  if (i + 1 < length) {
    int lead = (int)duk_char_code_at(ctx, 1, i), trail = (int)duk_char_code_at(ctx, 1, i + 1);

    if (lead >= 0xd800 && lead <= 0xdbff && trail >= 0xdc00 && trail <= 0xdfff) {
      count = 2;
    }
  }
  duk_push_uint(ctx, (duk_uint_t)(i + count));
  mkjs_slot_put(ctx, 0, 1);
  duk_dup(ctx, 1);
  duk_substring(ctx, -1, i, i + count);
  mkjs_push_iter_result(ctx, 0);
  return 1;
}

/* Iteration from C. */

/* Whether iterating the array at `idx` means reading it by index: neither it nor the built-ins have been changed. */
static int is_plain_array(duk_context* ctx, duk_idx_t idx) {
  int plain;

  if (!duk_is_array(ctx, idx)) {
    return 0;
  }
  duk_get_prop_literal(ctx, idx, DUK_WELLKNOWN_SYMBOL("Symbol.iterator"));
  plain = mkjs_is_native(ctx, -1, mkjs_array_iterator) && duk_get_magic(ctx, -1) == KIND_VALUES;
  duk_pop(ctx);
  if (plain) {
    duk_push_heapptr(ctx, mkjs_proto_ptr(ctx, MKJS_PROTO_ARRAY_ITERATOR));
    duk_get_prop_literal(ctx, -1, "next");
    plain = mkjs_is_native(ctx, -1, mkjs_array_iterator_next);
    duk_pop_2(ctx);
  }
  return plain;
}

void mkjs_iter_open(duk_context* ctx, duk_idx_t iterable, mkjs_iter* iter) {
  duk_require_stack(ctx, 8);
  iterable = duk_require_normalize_index(ctx, iterable);
  iter->base = duk_get_top(ctx);
  iter->index = 0;
  iter->is_array = is_plain_array(ctx, iterable);
  if (iter->is_array) {
    duk_dup(ctx, iterable);
    return;
  }
  if (duk_is_null_or_undefined(ctx, iterable)) {
    (void)duk_type_error(ctx, "%s is not iterable", duk_safe_to_string(ctx, iterable));
  }
  duk_get_prop_literal(ctx, iterable, DUK_WELLKNOWN_SYMBOL("Symbol.iterator"));
  if (!duk_is_callable(ctx, -1)) {
    (void)duk_type_error(ctx, "value is not iterable");
  }
  duk_dup(ctx, iterable);
  duk_call_method(ctx, 0); /* base: iterator */
  if (!duk_is_object(ctx, -1)) {
    (void)duk_type_error(ctx, "iterator is not an object");
  }
  duk_get_prop_literal(ctx, -1, "next"); /* base + 1 */
}

int mkjs_iter_next(duk_context* ctx, mkjs_iter* iter) {
  mkjs_loop_check(ctx);
  if (iter->is_array) {
    if (iter->index >= duk_get_length(ctx, iter->base)) {
      return 0;
    }
    duk_get_prop_index(ctx, iter->base, iter->index++);
    return 1;
  }
  duk_dup(ctx, iter->base + 1);
  duk_dup(ctx, iter->base);
  duk_call_method(ctx, 0);
  if (!duk_is_object(ctx, -1)) {
    (void)duk_type_error(ctx, "iterator result is not an object");
  }
  duk_get_prop_literal(ctx, -1, "done");
  if (duk_to_boolean(ctx, -1)) {
    duk_pop_2(ctx);
    return 0;
  }
  duk_pop(ctx);
  duk_get_prop_literal(ctx, -1, "value");
  duk_remove(ctx, -2);
  return 1;
}

void mkjs_iter_close(duk_context* ctx, mkjs_iter* iter) { duk_set_top(ctx, iter->base); }

static duk_ret_t call_return(duk_context* ctx, void* iter) {
  duk_idx_t base = ((mkjs_iter*)iter)->base; /* in the caller's frame */

  duk_get_prop_literal(ctx, base, "return");
  if (!duk_is_null_or_undefined(ctx, -1)) {
    duk_dup(ctx, base);
    duk_call_method(ctx, 0);
  }
  return 0;
}

void mkjs_iter_abort(duk_context* ctx, mkjs_iter* iter) {
  if (!iter->is_array) {
    (void)duk_safe_call(ctx, call_return, iter, 0, 1); /* the first error is the one that counts */
    duk_pop(ctx);
  }
  (void)duk_throw(ctx);
}

void mkjs_iter_call_method(duk_context* ctx, mkjs_iter* iter, duk_idx_t n_args) {
  if (iter->is_array) {
    duk_call_method(ctx, n_args);
  } else if (duk_pcall_method(ctx, n_args) != DUK_EXEC_SUCCESS) {
    mkjs_iter_abort(ctx, iter);
  }
}

/* new Map(iterable), new Set(iterable). */
void mkjs_map_add_all(duk_context* ctx, duk_idx_t iterable, duk_idx_t self, int is_set) {
  mkjs_iter iter;
  duk_idx_t adder = duk_get_top(ctx);
  int direct;

  duk_require_stack(ctx, 12);
  duk_get_prop_string(ctx, self, is_set ? "add" : "set");
  duk_require_callable(ctx, adder);
  direct = mkjs_is_native(ctx, adder, mkjs_map_set);
  mkjs_iter_open(ctx, iterable, &iter);
  while (mkjs_iter_next(ctx, &iter)) {
    duk_idx_t item = duk_get_top_index(ctx);

    if (!is_set) {
      if (!duk_is_object(ctx, item)) {
        duk_push_error_object(ctx, DUK_ERR_TYPE_ERROR, "Map entry is not an object");
        mkjs_iter_abort(ctx, &iter);
      }
      duk_get_prop_index(ctx, item, 0);
      duk_get_prop_index(ctx, item, 1);
    }
    if (direct) {
      mkjs_map_put_value(ctx, self, is_set, is_set ? item : item + 1, is_set ? item : item + 2);
    } else {
      duk_dup(ctx, adder);
      duk_dup(ctx, self);
      duk_dup(ctx, is_set ? item : item + 1);
      if (!is_set) {
        duk_dup(ctx, item + 2);
      }
      mkjs_iter_call_method(ctx, &iter, is_set ? 1 : 2);
    }
    duk_set_top(ctx, item);
  }
  duk_set_top(ctx, adder);
}
