/* BigInt, its prototype, and the accessors of DataView for 64 bits. */
#include <math.h>
#include <stdio.h>

#include "third_party/duktape/lib/bigint.h"

#define MAX_SAFE_INTEGER 9007199254740991.0

/* Pushes "Symbol(...)". */
static void push_symbol_text(duk_context* ctx, duk_idx_t idx) {
  duk_get_prop_literal(ctx, idx, "description");
  if (duk_is_undefined(ctx, -1)) {
    duk_push_literal(ctx, "");
    duk_replace(ctx, -2);
  }
  duk_push_sprintf(ctx, "Symbol(%.100s)", duk_safe_to_string(ctx, -1));
  duk_remove(ctx, -2);
}

void mkjs_to_bigint(duk_context* ctx, duk_idx_t idx) {
  idx = duk_require_normalize_index(ctx, idx);
  duk_to_primitive(ctx, idx, DUK_HINT_NUMBER);
  if (duk_x_is_bigint(ctx, idx)) {
    return;
  }
  if (duk_is_boolean(ctx, idx)) {
    mkjs_bigint_push_int64(ctx, duk_get_boolean(ctx, idx));
  } else if (duk_is_string(ctx, idx) && !duk_is_symbol(ctx, idx)) {
    duk_dup(ctx, idx);
    if (!mkjs_bigint_parse(ctx)) {
      (void)duk_error(ctx, DUK_ERR_SYNTAX_ERROR, "Cannot convert %.100s to a BigInt", duk_get_string(ctx, idx));
    }
  } else {
    if (duk_is_symbol(ctx, idx)) {
      push_symbol_text(ctx, idx);
      idx = duk_normalize_index(ctx, -1);
    }
    (void)duk_type_error(ctx, "Cannot convert %.100s to a BigInt", duk_safe_to_string(ctx, idx));
  }
  duk_replace(ctx, idx);
}

/* BigInt(value) */
duk_ret_t mkjs_bigint_constructor(duk_context* ctx) {
  if (duk_is_constructor_call(ctx)) {
    return duk_type_error(ctx, "BigInt is not a constructor");
  }
  duk_to_primitive(ctx, 0, DUK_HINT_NUMBER);
  if (duk_is_number(ctx, 0)) {
    double number = duk_get_number(ctx, 0);

    if (!isfinite(number) || number != trunc(number)) {
      return duk_error(ctx, DUK_ERR_RANGE_ERROR,
                       "The number %s cannot be converted to a BigInt because it is not an integer",
                       duk_to_string(ctx, 0));
    }
    mkjs_bigint_push_double(ctx, number);
    return 1;
  }
  mkjs_to_bigint(ctx, 0);
  return 1;
}

/* ToIndex() */
static double to_index(duk_context* ctx, duk_idx_t idx) {
  double number = trunc(duk_to_number(ctx, idx));

  if (isnan(number)) {
    return 0.0;
  }
  if (number < 0 || number > MAX_SAFE_INTEGER) {
    (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "Invalid value: not (convertible to) a safe integer");
  }
  return number;
}

/* BigInt.asIntN(bits, value), magic 1; asUintN, magic 0 */
duk_ret_t mkjs_bigint_wrap_to(duk_context* ctx) {
  double bits = to_index(ctx, 0);

  mkjs_to_bigint(ctx, 1);
  mkjs_bigint_wrap(ctx, bits, duk_get_current_magic(ctx));
  return 1;
}

/* Pushes the BigInt of `this`, or throws. */
static void push_this_bigint(duk_context* ctx, const char* method) {
  duk_push_this(ctx);
  if (!duk_x_is_bigint(ctx, -1) && !mkjs_bigint_of_object(ctx, -1)) {
    (void)duk_type_error(ctx, "BigInt.prototype.%s requires that 'this' be a BigInt", method);
  }
}

/* BigInt.prototype.toString(radix) */
duk_ret_t mkjs_bigint_to_string(duk_context* ctx) {
  double radix = 10;

  push_this_bigint(ctx, "toString");
  if (!duk_is_undefined(ctx, 0)) {
    radix = trunc(duk_to_number(ctx, 0));
  }
  if (!(radix >= 2 && radix <= 36)) {
    return duk_error(ctx, DUK_ERR_RANGE_ERROR, "toString() radix argument must be between 2 and 36");
  }
  mkjs_bigint_push_text(ctx, -1, (int)radix);
  return 1;
}

/* BigInt.prototype.toLocaleString(): without Intl there are no groups of digits, as for numbers. */
duk_ret_t mkjs_bigint_to_locale_string(duk_context* ctx) {
  push_this_bigint(ctx, "toLocaleString");
  mkjs_bigint_push_text(ctx, -1, 10);
  return 1;
}

duk_ret_t mkjs_bigint_value_of(duk_context* ctx) {
  push_this_bigint(ctx, "valueOf");
  return 1;
}

enum { VIEW_SET = 1, VIEW_SIGNED = 2 };

/* DataView.prototype.getBigInt64(offset, littleEndian) and its like; setters have the value in between. */
duk_ret_t mkjs_dataview_bigint(duk_context* ctx) {
  int magic = duk_get_current_magic(ctx);
  int swap_at = magic & VIEW_SET ? 2 : 1;
  unsigned long long value = 0;
  unsigned char* bytes;
  duk_size_t length;
  double offset;
  int little;
  int i;

  mkjs_push_this_dataview(ctx);
  offset = to_index(ctx, 0);
  if (magic & VIEW_SET) {
    mkjs_to_bigint(ctx, 1);
    value = mkjs_bigint_uint64(ctx, 1);
  }
  little = duk_to_boolean(ctx, swap_at);
  bytes = duk_get_buffer_data(ctx, -1, &length); /* after what may run scripts */
  if (offset + 8 > (double)length || bytes == NULL) {
    return duk_error(ctx, DUK_ERR_RANGE_ERROR, "Offset is outside the bounds of the DataView");
  }
  bytes += (size_t)offset;
  if (magic & VIEW_SET) {
    for (i = 0; i < 8; i++) {
      bytes[little ? i : 7 - i] = (unsigned char)(value >> (8 * i));
    }
    return 0;
  }
  for (i = 0; i < 8; i++) {
    value |= (unsigned long long)bytes[little ? i : 7 - i] << (8 * i);
  }
  if (magic & VIEW_SIGNED) {
    mkjs_bigint_push_int64(ctx, (long long)value);
  } else {
    mkjs_bigint_push_uint64(ctx, value);
  }
  return 1;
}
