/* %TypedArray%.prototype and its constructors: what returns a new typed array, and numeric sorting. The rest are the
 * generic natives of Array.prototype (builtins/typed_array.yaml). */
#include <math.h>

#include "third_party/duktape/lib/bigint.h"

duk_ret_t mkjs_array_from(duk_context* ctx);

static void push_this_typed(duk_context* ctx) {
  duk_push_this(ctx);
  if (!duk_is_buffer_data(ctx, -1)) {
    (void)duk_type_error(ctx, "not a typed array");
  }
}

/* Replaces the value on top by `new constructor(value)`, with the constructor of the typed array at `like`. */
static void construct_like(duk_context* ctx, duk_idx_t like) {
  duk_get_prop_literal(ctx, like, "constructor");
  duk_swap_top(ctx, -2);
  duk_new(ctx, 1);
}

/* slice(start, end) */
duk_ret_t mkjs_typed_slice(duk_context* ctx) {
  push_this_typed(ctx); /* [ start end this ] */
  duk_push_literal(ctx, "subarray");
  duk_dup(ctx, 0);
  duk_dup(ctx, 1);
  duk_call_prop(ctx, 2, 2);
  construct_like(ctx, 2);
  return 1;
}

/* map(callback, thisArg) and filter(callback, thisArg). Magic: 1 = filter. */
duk_ret_t mkjs_typed_map(duk_context* ctx) {
  int filter = duk_get_current_magic(ctx);
  duk_uarridx_t i, next = 0, length;

  duk_require_callable(ctx, 0);
  push_this_typed(ctx); /* [ callback this_arg this ] */
  length = (duk_uarridx_t)duk_get_length(ctx, 2);
  duk_push_array(ctx); /* 3 */
  for (i = 0; i < length; i++) {
    duk_dup(ctx, 0);
    duk_dup(ctx, 1);
    duk_get_prop_index(ctx, 2, i);
    duk_push_uint(ctx, i);
    duk_dup(ctx, 2);
    duk_call_method(ctx, 3);
    if (filter) {
      if (duk_to_boolean(ctx, -1)) {
        duk_get_prop_index(ctx, 2, i);
        duk_put_prop_index(ctx, 3, next++);
      }
      duk_pop(ctx);
    } else {
      duk_put_prop_index(ctx, 3, i);
    }
  }
  construct_like(ctx, 2);
  return 1;
}

static duk_ret_t compare_numbers(duk_context* ctx) {
  double a = duk_get_number(ctx, 0), b = duk_get_number(ctx, 1);

  if (duk_x_is_bigint(ctx, 0) && duk_x_is_bigint(ctx, 1)) { /* a script may have replaced sort() */
    duk_push_int(ctx, mkjs_bigint_order(ctx));
    return 1;
  }
  if (isnan(a) || isnan(b)) {
    duk_push_int(ctx, (isnan(a) != 0) - (isnan(b) != 0));
  } else if (a == b) {
    duk_push_int(ctx, (signbit(b) != 0) - (signbit(a) != 0)); /* -0 before +0 */
  } else {
    duk_push_int(ctx, a < b ? -1 : 1);
  }
  return 1;
}

/* sort(compare), toSorted(compare), toReversed(). Magic: 0, 1, 2. */
duk_ret_t mkjs_typed_sort(duk_context* ctx) {
  int magic = duk_get_current_magic(ctx);

  push_this_typed(ctx); /* [ compare this ] */
  duk_dup(ctx, 1);
  if (magic != 0) {
    construct_like(ctx, 1);
  }
  duk_get_global_literal(ctx, "Array");
  duk_get_prop_literal(ctx, -1, "prototype");
  duk_get_prop_string(ctx, -1, magic == 2 ? "reverse" : "sort");
  duk_dup(ctx, 2);
  if (magic == 2) {
    duk_call_method(ctx, 0);
  } else {
    if (duk_is_undefined(ctx, 0)) {
      duk_push_c_lightfunc(ctx, compare_numbers, 2, 2, 0);
    } else {
      duk_require_callable(ctx, 0);
      duk_dup(ctx, 0);
    }
    duk_call_method(ctx, 1);
  }
  duk_dup(ctx, 2);
  return 1;
}

/* with(index, value) */
duk_ret_t mkjs_typed_with(duk_context* ctx) {
  double i = mkjs_to_integer(ctx, 0), length;

  push_this_typed(ctx); /* [ index value this ] */
  length = (double)duk_get_length(ctx, 2);
  if (i < 0) {
    i += length;
  }
  if (i < 0 || i >= length) {
    return duk_range_error(ctx, "invalid index");
  }
  duk_dup(ctx, 2);
  construct_like(ctx, 2);
  duk_dup(ctx, 1);
  duk_put_prop_index(ctx, 3, (duk_uarridx_t)i);
  return 1;
}

/* from(source, callback, thisArg) and of(...items). Magic: 1 = of. */
duk_ret_t mkjs_typed_from(duk_context* ctx) {
  duk_idx_t n_args = duk_get_top(ctx), i;

  duk_push_this(ctx);
  if (!duk_is_constructable(ctx, -1)) {
    return duk_type_error(ctx, "not a constructor");
  }
  duk_insert(ctx, 0); /* [ constructor args... ] */
  duk_require_stack(ctx, 6);
  if (duk_get_current_magic(ctx)) {
    duk_push_array(ctx);
    for (i = 0; i < n_args; i++) {
      duk_dup(ctx, i + 1);
      duk_put_prop_index(ctx, -2, (duk_uarridx_t)i);
    }
  } else {
    duk_set_top(ctx, 4);
    duk_push_c_function(ctx, mkjs_array_from, 3);
    duk_push_undefined(ctx);
    duk_dup(ctx, 1);
    duk_dup(ctx, 2);
    duk_dup(ctx, 3);
    duk_call_method(ctx, 3);
  }
  duk_dup(ctx, 0);
  duk_swap_top(ctx, -2);
  duk_new(ctx, 1);
  return 1;
}
