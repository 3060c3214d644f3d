/* Array.prototype and Array: what Duktape lacks of ES2015 to ES2023. Generic: `this` may be any object. */
#include <math.h>

#include <string.h>

#include "third_party/duktape/lib/mkjs.h"

/* Arguments first, then `this`: natives below set the top so that `this` is where they expect it. */

/* The array on top becomes an instance of the species of the array at `idx_this` (23-species.patch). */
void mkjs_array_species(duk_context* ctx, duk_idx_t idx_this);

duk_ret_t mkjs_array_includes(duk_context* ctx) {
  duk_uint32_t length = mkjs_push_this_and_length(ctx); /* [ item from this ] */
  duk_uint32_t i;

  for (i = length == 0 ? 0 : mkjs_relative_index(ctx, 1, length, 0); i < length; i++) {
    int same;

    mkjs_loop_check(ctx);
    duk_get_prop_index(ctx, 2, i);
    same = mkjs_same_value_zero(ctx, 0, -1);
    duk_pop(ctx);
    if (same) {
      duk_push_true(ctx);
      return 1;
    }
  }
  duk_push_false(ctx);
  return 1;
}

/* find, findIndex, findLast, findLastIndex. Magic: bit 0 = the index, bit 1 = from the end. */
duk_ret_t mkjs_array_find(duk_context* ctx) {
  int magic = duk_get_current_magic(ctx);
  duk_uint32_t length = mkjs_push_this_and_length(ctx); /* [ callback this_arg this ] */
  duk_uint32_t n;

  duk_require_callable(ctx, 0);
  for (n = 0; n < length; n++) {
    duk_uint32_t i = magic & 2 ? length - 1 - n : n;

    duk_get_prop_index(ctx, 2, i); /* 3 */
    duk_dup(ctx, 0);
    duk_dup(ctx, 1);
    duk_dup(ctx, 3);
    duk_push_uint(ctx, i);
    duk_dup(ctx, 2);
    duk_call_method(ctx, 3);
    if (duk_to_boolean(ctx, -1)) {
      if (magic & 1) {
        duk_push_uint(ctx, i);
      } else {
        duk_dup(ctx, 3);
      }
      return 1;
    }
    duk_set_top(ctx, 3);
  }
  if (magic & 1) {
    duk_push_int(ctx, -1);
    return 1;
  }
  return 0;
}

duk_ret_t mkjs_array_fill(duk_context* ctx) {
  duk_uint32_t length = mkjs_push_this_and_length(ctx); /* [ value start end this ] */
  duk_uint32_t i = mkjs_relative_index(ctx, 1, length, 0);
  duk_uint32_t end = mkjs_relative_index(ctx, 2, length, length);

  for (; i < end; i++) {
    mkjs_loop_check(ctx);
    duk_dup(ctx, 0);
    duk_put_prop_index(ctx, 3, i);
  }
  return 1;
}

duk_ret_t mkjs_array_at(duk_context* ctx) {
  duk_uint32_t length = mkjs_push_this_and_length(ctx);
  double i = mkjs_to_integer(ctx, 0);

  if (i < 0) {
    i += length;
  }
  if (i < 0 || i >= length) {
    return 0;
  }
  duk_get_prop_index(ctx, 1, (duk_uarridx_t)i);
  return 1;
}

/* Appends the items of the array-like at `source` to the array at `target`, nested arrays down to `depth`. */
static duk_uint32_t flatten(duk_context* ctx, duk_idx_t target, duk_uint32_t next, duk_idx_t source, double depth) {
  duk_size_t i, length = duk_get_length(ctx, source);

  mkjs_stack_check(ctx);
  duk_require_stack(ctx, 8);
  source = duk_require_normalize_index(ctx, source);
  for (i = 0; i < length; i++) {
    mkjs_loop_check(ctx);
    if (!duk_get_prop_index(ctx, source, (duk_uarridx_t)i) && !duk_has_prop_index(ctx, source, (duk_uarridx_t)i)) {
      duk_pop(ctx);
      continue;
    }
    if (depth > 0 && duk_is_array(ctx, -1)) {
      next = flatten(ctx, target, next, duk_get_top_index(ctx), depth - 1);
      duk_pop(ctx);
    } else {
      duk_put_prop_index(ctx, target, next++);
    }
  }
  return next;
}

duk_ret_t mkjs_array_flat(duk_context* ctx) {
  double depth = duk_is_undefined(ctx, 0) ? 1.0 : mkjs_to_integer(ctx, 0);

  (void)mkjs_push_this_and_length(ctx); /* [ depth this ] */
  duk_push_array(ctx);
  (void)flatten(ctx, 2, 0, 1, depth);
  mkjs_array_species(ctx, 1);
  return 1;
}

duk_ret_t mkjs_array_flat_map(duk_context* ctx) {
  duk_uint32_t length = mkjs_push_this_and_length(ctx); /* [ callback this_arg this ] */
  duk_uint32_t i, next = 0;

  duk_require_callable(ctx, 0);
  duk_push_array(ctx); /* 3 */
  for (i = 0; i < length; i++) {
    mkjs_loop_check(ctx);
    if (!duk_has_prop_index(ctx, 2, i)) {
      continue;
    }
    duk_dup(ctx, 0);
    duk_dup(ctx, 1);
    duk_get_prop_index(ctx, 2, i);
    duk_push_uint(ctx, i);
    duk_dup(ctx, 2);
    duk_call_method(ctx, 3);
    if (duk_is_array(ctx, -1)) {
      next = flatten(ctx, 3, next, 4, 0);
      duk_pop(ctx);
    } else {
      duk_put_prop_index(ctx, 3, next++);
    }
  }
  mkjs_array_species(ctx, 2);
  return 1;
}

duk_ret_t mkjs_array_copy_within(duk_context* ctx) {
  duk_uint32_t length = mkjs_push_this_and_length(ctx); /* [ target start end this ] */
  duk_uint32_t to = mkjs_relative_index(ctx, 0, length, 0);
  duk_uint32_t from = mkjs_relative_index(ctx, 1, length, 0);
  duk_uint32_t end = mkjs_relative_index(ctx, 2, length, length);
  duk_uint32_t count = end > from ? end - from : 0;
  duk_uint32_t i;

  if (count > length - to) {
    count = length - to;
  }
  for (i = 0; i < count; i++) {
    duk_uint32_t k = from < to ? count - 1 - i : i;

    mkjs_loop_check(ctx);
    if (duk_has_prop_index(ctx, 3, from + k)) {
      duk_get_prop_index(ctx, 3, from + k);
      duk_put_prop_index(ctx, 3, to + k);
    } else {
      duk_del_prop_index(ctx, 3, to + k);
    }
  }
  return 1;
}

/* Pushes a dense copy of the array-like at `source`. */
static void push_copy(duk_context* ctx, duk_idx_t source, duk_uint32_t length) {
  duk_uint32_t i;

  duk_push_array(ctx);
  for (i = 0; i < length; i++) {
    mkjs_loop_check(ctx);
    duk_get_prop_index(ctx, source, i);
    duk_put_prop_index(ctx, -2, i);
  }
}

duk_ret_t mkjs_array_to_reversed(duk_context* ctx) {
  duk_uint32_t length = mkjs_push_this_and_length(ctx);
  duk_uint32_t i;

  duk_push_array(ctx);
  for (i = 0; i < length; i++) {
    mkjs_loop_check(ctx);
    duk_get_prop_index(ctx, 0, length - 1 - i);
    duk_put_prop_index(ctx, 1, i);
  }
  return 1;
}

/* Whether the value at `a` goes behind the one at `b`. */
static int sorts_after(duk_context* ctx, duk_idx_t a, duk_idx_t b) {
  duk_size_t length_a, length_b;
  const char *text_a, *text_b;
  int order;

  if (duk_is_undefined(ctx, 0)) {
    duk_dup(ctx, a);
    duk_dup(ctx, b);
    text_a = duk_to_lstring(ctx, -2, &length_a);
    text_b = duk_to_lstring(ctx, -1, &length_b);
    /* Bytes of the heap's text are in the order of UTF-16 units. */
    order = memcmp(text_a, text_b, length_a < length_b ? length_a : length_b);
    duk_pop_2(ctx);
    return order > 0 || (order == 0 && length_a > length_b);
  }
  duk_dup(ctx, 0);
  duk_dup(ctx, a);
  duk_dup(ctx, b);
  duk_call(ctx, 2);
  order = duk_to_number(ctx, -1) > 0;
  duk_pop(ctx);
  return order;
}

/* Merges the runs [from, middle) and [middle, to) of the array at `source` into the one at `target`. */
static void merge_runs(duk_context* ctx, duk_idx_t source, duk_idx_t target, duk_uint32_t from, duk_uint32_t middle,
                       duk_uint32_t to) {
  duk_uint32_t left = from, right = middle, next;
  duk_idx_t a = duk_get_top(ctx);

  for (next = from; next < to; next++) {
    int take_right;

    mkjs_loop_check(ctx);
    if (left < middle && right < to) {
      duk_get_prop_index(ctx, source, left);
      duk_get_prop_index(ctx, source, right);
      take_right = sorts_after(ctx, a, a + 1);
      duk_set_top(ctx, a);
    } else {
      take_right = left == middle;
    }
    duk_get_prop_index(ctx, source, take_right ? right++ : left++);
    duk_put_prop_index(ctx, target, next);
  }
}

/* Array.prototype.sort(compare): stable, as Duktape's own is not. Works on a copy: a comparison may change the array. */
duk_ret_t mkjs_array_sort(duk_context* ctx) {
  duk_uint32_t length, i, n = 0, undefined = 0, width;
  duk_idx_t source = 2, target = 3;

  if (!duk_is_undefined(ctx, 0)) {
    duk_require_callable(ctx, 0);
  }
  length = mkjs_push_this_and_length(ctx); /* [ compare this ] */
  duk_require_stack(ctx, 12);
  duk_push_bare_array(ctx);
  duk_push_bare_array(ctx);
  for (i = 0; i < length; i++) {
    mkjs_loop_check(ctx);
    if (!duk_has_prop_index(ctx, 1, i)) {
      continue;
    }
    duk_get_prop_index(ctx, 1, i);
    if (duk_is_undefined(ctx, -1)) {
      undefined++;
      duk_pop(ctx);
    } else {
      duk_put_prop_index(ctx, source, n++);
    }
  }
  for (width = 1; width < n; width *= 2) {
    duk_idx_t swapped = source;

    for (i = 0; i < n; i += 2 * width) {
      duk_uint32_t middle = n - i < width ? n : i + width, to = n - i < 2 * width ? n : i + 2 * width;

      merge_runs(ctx, source, target, i, middle, to);
    }
    source = target;
    target = swapped;
  }
  for (i = 0; i < n + undefined; i++) {
    if (i < n) {
      duk_get_prop_index(ctx, source, i);
    } else {
      duk_push_undefined(ctx);
    }
    duk_put_prop_index(ctx, 1, i);
  }
  for (; i < length; i++) {
    mkjs_loop_check(ctx);
    duk_del_prop_index(ctx, 1, i);
  }
  duk_dup(ctx, 1);
  return 1;
}

duk_ret_t mkjs_array_to_sorted(duk_context* ctx) {
  duk_uint32_t length;

  if (!duk_is_undefined(ctx, 0)) {
    duk_require_callable(ctx, 0);
  }
  length = mkjs_push_this_and_length(ctx); /* [ compare this ] */
  push_copy(ctx, 1, length);               /* 2 */
  duk_push_literal(ctx, "sort");
  duk_dup(ctx, 0);
  duk_call_prop(ctx, 2, 1);
  duk_dup(ctx, 2);
  return 1;
}

duk_ret_t mkjs_array_with(duk_context* ctx) {
  duk_uint32_t length = mkjs_push_this_and_length(ctx); /* [ index value this ] */
  double i = mkjs_to_integer(ctx, 0);

  if (i < 0) {
    i += length;
  }
  if (i < 0 || i >= length) {
    return duk_range_error(ctx, "invalid index");
  }
  push_copy(ctx, 2, length);
  duk_dup(ctx, 1);
  duk_put_prop_index(ctx, 3, (duk_uarridx_t)i);
  return 1;
}

/* toSpliced(start, skip, ...items) */
duk_ret_t mkjs_array_to_spliced(duk_context* ctx) {
  duk_idx_t n_args = duk_get_top(ctx), self = n_args, a;
  duk_uint32_t length = mkjs_push_this_and_length(ctx);
  duk_uint32_t start = n_args > 0 ? mkjs_relative_index(ctx, 0, length, 0) : 0;
  duk_uint32_t skip = n_args == 0 ? 0 : length - start;
  duk_uint32_t i, next = 0;

  if (n_args > 1) {
    double d = mkjs_to_integer(ctx, 1);

    skip = d < 0 ? 0 : d > length - start ? length - start : (duk_uint32_t)d;
  }
  duk_require_stack(ctx, 4);
  duk_push_array(ctx);
  for (i = 0; i < length; i++) {
    mkjs_loop_check(ctx);
    if (i == start) {
      for (a = 2; a < n_args; a++) {
        duk_dup(ctx, a);
        duk_put_prop_index(ctx, self + 1, next++);
      }
    }
    if (i >= start && i - start < skip) {
      continue;
    }
    duk_get_prop_index(ctx, self, i);
    duk_put_prop_index(ctx, self + 1, next++);
  }
  if (start == length) {
    for (a = 2; a < n_args; a++) {
      duk_dup(ctx, a);
      duk_put_prop_index(ctx, self + 1, next++);
    }
  }
  return 1;
}

/* Pushes `new this()`, or an array if `this` is no constructor or Array itself. */
static void push_from_constructor(duk_context* ctx, duk_uint32_t length, int with_length) {
  duk_push_this(ctx);
  duk_get_global_literal(ctx, "Array");
  if (!duk_is_constructable(ctx, -2) || duk_strict_equals(ctx, -1, -2)) {
    duk_pop_2(ctx);
    duk_push_array(ctx);
    return;
  }
  duk_pop(ctx);
  if (with_length) {
    duk_push_uint(ctx, length);
  }
  duk_new(ctx, with_length ? 1 : 0);
}

static void map_and_store(duk_context* ctx, duk_idx_t target, duk_uint32_t i, mkjs_iter* iter) {
  /* [ source callback this_arg ... value ] */
  if (duk_is_callable(ctx, 1)) {
    duk_dup(ctx, 1);
    duk_swap_top(ctx, -2);
    duk_dup(ctx, 2);
    duk_swap_top(ctx, -2);
    duk_push_uint(ctx, i);
    if (iter != NULL) {
      mkjs_iter_call_method(ctx, iter, 2);
    } else {
      duk_call_method(ctx, 2);
    }
  }
  duk_put_prop_index(ctx, target, i);
}

static void put_length(duk_context* ctx, duk_idx_t target, duk_uint32_t length) {
  duk_push_uint(ctx, length);
  duk_put_prop_literal(ctx, target, "length");
}

/* Array.from(source, callback, thisArg) */
duk_ret_t mkjs_array_from(duk_context* ctx) {
  duk_uint32_t i = 0, length;

  if (!duk_is_undefined(ctx, 1)) {
    duk_require_callable(ctx, 1);
  }
  if (duk_is_null_or_undefined(ctx, 0)) {
    return duk_type_error(ctx, "not iterable");
  }
  duk_get_prop_literal(ctx, 0, DUK_WELLKNOWN_SYMBOL("Symbol.iterator"));
  if (!duk_is_null_or_undefined(ctx, -1)) {
    mkjs_iter iter;

    duk_pop(ctx);
    push_from_constructor(ctx, 0, 0); /* 3 */
    mkjs_iter_open(ctx, 0, &iter);
    while (mkjs_iter_next(ctx, &iter)) {
      map_and_store(ctx, 3, i++, &iter);
    }
    mkjs_iter_close(ctx, &iter);
    put_length(ctx, 3, i);
    return 1;
  }
  duk_pop(ctx);
  duk_to_object(ctx, 0);
  duk_get_prop_literal(ctx, 0, "length");
  {
    double d = mkjs_to_integer(ctx, -1);

    if (d > 4294967295.0) {
      return duk_range_error(ctx, "invalid length");
    }
    length = d < 0 ? 0 : (duk_uint32_t)d;
  }
  duk_pop(ctx);
  push_from_constructor(ctx, length, 1); /* 3 */
  for (i = 0; i < length; i++) {
    mkjs_loop_check(ctx);
    duk_get_prop_index(ctx, 0, i);
    map_and_store(ctx, 3, i, NULL);
  }
  put_length(ctx, 3, length);
  return 1;
}

duk_ret_t mkjs_array_of(duk_context* ctx) {
  duk_idx_t i, n = duk_get_top(ctx);

  duk_require_stack(ctx, 4);
  push_from_constructor(ctx, (duk_uint32_t)n, 1);
  for (i = 0; i < n; i++) {
    duk_dup(ctx, i);
    duk_put_prop_index(ctx, n, (duk_uarridx_t)i);
  }
  put_length(ctx, n, (duk_uint32_t)n);
  return 1;
}
