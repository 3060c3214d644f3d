/* Part of the combined Duktape source: where operators and conversions meet a BigInt. The arithmetic is in bigint.c.
 *
 * A BigInt is an interned string with the flags SYMBOL, BIGINT and ARRIDX: being interned makes ===, Map and switch
 * compare pointers, SYMBOL keeps it from being taken for text, ARRIDX sends it past the fast paths of property access.
 * Its bytes: 0x83, sign (0 or 1), six zeros, then the magnitude as 64-bit limbs, least significant first, none at the
 * end being zero. 0n has no limbs and sign 0. So limbs are aligned, and arithmetic reads them where they are. */

#include "duk_internal.h"

/* See lib/bigint.h. */
extern void mkjs_bigint_binary(duk_context* ctx, int op);
extern void mkjs_bigint_unary(duk_context* ctx, int op);
extern int mkjs_bigint_order(duk_context* ctx);
extern int mkjs_bigint_order_number(duk_context* ctx, double number);
extern int mkjs_bigint_parse(duk_context* ctx);
extern void mkjs_bigint_push_digits(duk_context* ctx, const char* digits, duk_size_t count, int radix, int negative);
extern void mkjs_bigint_push_text(duk_context* ctx, duk_idx_t idx, int radix);
extern double mkjs_bigint_double(duk_context* ctx, duk_idx_t idx);
extern void mkjs_bigint_push_int64(duk_context* ctx, long long value);
extern void mkjs_bigint_push_uint64(duk_context* ctx, unsigned long long value);
extern unsigned long long mkjs_bigint_uint64(duk_context* ctx, duk_idx_t idx);
extern void mkjs_to_bigint(duk_context* ctx, duk_idx_t idx);

#define MKJS__BIGINT_HEADER 8U
/* bigint.c knows the largest size: 2^20 bits. */
#define MKJS__BIGINT_MAX_BYTES (MKJS__BIGINT_HEADER + (1UL << 17))

/* The limbs behind a string's header must be aligned, and in the order in which the machine reads them. */
typedef char mkjs__bigint_is_aligned[sizeof(duk_hstring) % 8 == 0 ? 1 : -1];
typedef char mkjs__bigint_is_little_endian[__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && sizeof(void*) == 8 ? 1 : -1];

/* Bytes of a script may come in here too (String.fromBufferRaw): only what arithmetic could have made is a BigInt. */
DUK_INTERNAL duk_bool_t duk_mk_bigint_is_canonical(const duk_uint8_t* data, duk_uint32_t blen) {
  duk_uint32_t i;

  if (blen < MKJS__BIGINT_HEADER || blen % 8 != 0 || blen > MKJS__BIGINT_MAX_BYTES || data[1] > 1) {
    return 0;
  }
  for (i = 2; i < MKJS__BIGINT_HEADER; i++) {
    if (data[i] != 0) {
      return 0;
    }
  }
  if (blen == MKJS__BIGINT_HEADER) {
    return data[1] == 0;
  }
  for (i = 1; i <= 8; i++) {
    if (data[blen - i] != 0) {
      return 1;
    }
  }
  return 0;
}

DUK_LOCAL duk_bool_t mkjs__is_bigint(duk_hthread* thr, duk_idx_t idx) {
  duk_hstring* h = duk_get_hstring(thr, idx);

  return h != NULL && DUK_HSTRING_HAS_BIGINT(h);
}

int duk_x_is_bigint(duk_hthread* thr, duk_idx_t idx) { return (int)mkjs__is_bigint(thr, idx); }

DUK_LOCAL duk_tval* mkjs__bigint_inside(duk_hthread* thr, duk_idx_t idx) {
  duk_hobject* h = duk_get_hobject(thr, idx);
  duk_tval* tv;

  if (h == NULL || DUK_HOBJECT_GET_CLASS_NUMBER(h) != DUK_HOBJECT_CLASS_SYMBOL) {
    return NULL;
  }
  tv = duk_hobject_get_internal_value_tval_ptr(thr->heap, h);
  return tv != NULL && DUK_TVAL_IS_BIGINT(tv) ? tv : NULL;
}

int duk_x_is_bigint_object(duk_hthread* thr, duk_idx_t idx) { return mkjs__bigint_inside(thr, idx) != NULL; }

int mkjs_bigint_of_object(duk_hthread* thr, duk_idx_t idx) {
  duk_tval* tv = mkjs__bigint_inside(thr, idx);

  if (tv == NULL) {
    return 0;
  }
  duk_push_tval(thr, tv);
  return 1;
}

/* ToNumeric() in place; whether it is a BigInt now. */
DUK_INTERNAL DUK_NOINLINE duk_bool_t duk_mk_bigint_numeric(duk_hthread* thr, duk_idx_t idx) {
  idx = duk_require_normalize_index(thr, idx);
  duk_to_primitive(thr, idx, DUK_HINT_NUMBER);
  if (mkjs__is_bigint(thr, idx)) {
    return 1;
  }
  duk_to_number(thr, idx);
  return 0;
}

DUK_LOCAL const char mkjs__binary_ops[] = {'+', '-', '*', '/', '%', 'p', '&', '|', '^', '<', '>', 'u'};
DUK_LOCAL const duk_uint8_t mkjs__binary_opcodes[] = {
    DUK_OP_ADD >> 2,  DUK_OP_SUB >> 2, DUK_OP_MUL >> 2,  DUK_OP_DIV >> 2,  DUK_OP_MOD >> 2,  DUK_OP_EXP >> 2,
    DUK_OP_BAND >> 2, DUK_OP_BOR >> 2, DUK_OP_BXOR >> 2, DUK_OP_BASL >> 2, DUK_OP_BASR >> 2, DUK_OP_BLSR >> 2};

/* [ x y ] -> [ z ] and 1 if both are BigInts; -> [ ToNumber(x) ToNumber(y) ] and 0 if neither is; otherwise throws. */
DUK_INTERNAL DUK_NOINLINE duk_bool_t duk_mk_bigint_binary(duk_hthread* thr, duk_small_uint_t opcode_shifted) {
  duk_bool_t x_is = duk_mk_bigint_numeric(thr, -2);
  duk_bool_t y_is = duk_mk_bigint_numeric(thr, -1);
  duk_size_t i;

  if (!x_is && !y_is) {
    return 0;
  }
  if (!x_is || !y_is) {
    DUK_ERROR_TYPE(thr, "Cannot mix BigInt and other types, use explicit conversions");
    DUK_WO_NORETURN(return 0;);
  }
  for (i = 0; i < sizeof(mkjs__binary_opcodes); i++) {
    if (mkjs__binary_opcodes[i] == opcode_shifted) {
      mkjs_bigint_binary(thr, mkjs__binary_ops[i]);
      return 1;
    }
  }
  DUK_ERROR_INTERNAL(thr);
  DUK_WO_NORETURN(return 0;);
}

/* [ x ] -> [ z ] and 1 for a BigInt, -> [ ToNumber(x) ] and 0 for the rest. */
DUK_INTERNAL DUK_NOINLINE duk_bool_t duk_mk_bigint_unary(duk_hthread* thr, duk_small_uint_t opcode) {
  if (!duk_mk_bigint_numeric(thr, -1)) {
    return 0;
  }
  if (opcode == DUK_OP_UNP) {
    DUK_ERROR_TYPE(thr, DUK_STR_CANNOT_NUMBER_COERCE_BIGINT);
    DUK_WO_NORETURN(return 0;);
  }
  mkjs_bigint_unary(thr, opcode == DUK_OP_UNM ? '-' : '~');
  return 1;
}

DUK_INTERNAL DUK_NOINLINE void duk_mk_bigint_step(duk_hthread* thr, duk_bool_t down) {
  mkjs_bigint_unary(thr, down ? 'd' : 'i');
}

/* Loose equality with text or a number; one of them is a BigInt. */
DUK_INTERNAL DUK_NOINLINE duk_bool_t duk_mk_bigint_equals(duk_hthread* thr, duk_tval* tv_x, duk_tval* tv_y) {
  duk_bool_t result;

  if (!DUK_TVAL_IS_BIGINT(tv_x)) {
    duk_tval* tv_swap = tv_x;

    tv_x = tv_y;
    tv_y = tv_swap;
  }
  if (DUK_TVAL_IS_NUMBER(tv_y)) {
    double number = DUK_TVAL_GET_NUMBER(tv_y);

    duk_push_tval(thr, tv_x);
    result = mkjs_bigint_order_number(thr, number) == 0;
    duk_pop(thr);
    return result;
  }
  if (DUK_TVAL_STRING_IS_SYMBOL(tv_y)) {
    return 0; /* a symbol, or a BigInt that is not this one */
  }
  duk_push_tval(thr, tv_x);
  duk_push_tval(thr, tv_y);
  result = mkjs_bigint_parse(thr) && duk_strict_equals(thr, -1, -2);
  duk_pop_2(thr);
  return result;
}

/* [ x y ] -> [ ]: -1, 0, 1, or 2 where there is no order; primitives, one of them a BigInt. */
DUK_INTERNAL DUK_NOINLINE duk_small_int_t duk_mk_bigint_compare(duk_hthread* thr) {
  duk_bool_t swapped = !mkjs__is_bigint(thr, -2);
  duk_small_int_t order;

  if (swapped) {
    duk_swap_top(thr, -2);
  }
  if (duk_is_string_notsymbol(thr, -1)) {
    order = mkjs_bigint_parse(thr) ? mkjs_bigint_order(thr) : 2;
  } else if (mkjs__is_bigint(thr, -1)) {
    order = mkjs_bigint_order(thr);
  } else {
    double number = duk_to_number(thr, -1);

    duk_dup(thr, -2);
    order = mkjs_bigint_order_number(thr, number);
    duk_pop(thr);
  }
  duk_pop_2(thr);
  return order != 2 && swapped ? -order : order;
}

DUK_INTERNAL DUK_NOINLINE void duk_mk_bigint_to_string(duk_hthread* thr, duk_idx_t idx) {
  idx = duk_require_normalize_index(thr, idx);
  mkjs_bigint_push_text(thr, idx, 10);
  duk_replace(thr, idx);
}

DUK_INTERNAL DUK_NOINLINE duk_double_t duk_mk_bigint_to_double(duk_hthread* thr, duk_idx_t idx) {
  return mkjs_bigint_double(thr, idx);
}

/* [ digits ] -> [ BigInt ]; the digits of a literal, which the lexer has not checked. */
DUK_INTERNAL DUK_NOINLINE void duk_mk_bigint_literal(duk_hthread* thr, duk_small_int_t radix) {
  duk_size_t count;
  duk_size_t i;
  const char* digits = duk_require_lstring(thr, -1, &count);

  for (i = 0; i < count; i++) {
    int digit = digits[i] <= '9' ? digits[i] - '0' : (digits[i] | 0x20) - 'a' + 10;

    if (digit < 0 || digit >= radix) {
      break;
    }
  }
  if (count == 0 || i < count || (radix == 10 && count > 1 && digits[0] == '0')) {
    DUK_ERROR_SYNTAX(thr, DUK_STR_INVALID_NUMBER_LITERAL);
    DUK_WO_NORETURN(return;);
  }
  mkjs_bigint_push_digits(thr, digits, count, radix, 0);
  duk_remove_m2(thr);
}

void mkjs_push_this_dataview(duk_hthread* thr) {
  duk_hobject* h;

  duk_push_this(thr);
  h = duk_get_hobject(thr, -1);
  if (h == NULL || DUK_HOBJECT_GET_CLASS_NUMBER(h) != DUK_HOBJECT_CLASS_DATAVIEW) {
    DUK_ERROR_TYPE(thr, "Receiver is not a DataView");
    DUK_WO_NORETURN(return;);
  }
}

/* Elements of BigInt64Array and BigUint64Array. */

/* [ x ] -> [ ToBigInt(x) ] */
DUK_INTERNAL DUK_NOINLINE void duk_mk_bigint_to_bigint(duk_hthread* thr) { mkjs_to_bigint(thr, -1); }

DUK_INTERNAL DUK_NOINLINE void duk_mk_bigint_push_element(duk_hthread* thr, const duk_uint8_t* bytes,
                                                          duk_bool_t is_signed) {
  unsigned long long value;

  duk_memcpy(&value, bytes, sizeof(value));
  if (is_signed) {
    mkjs_bigint_push_int64(thr, (long long)value);
  } else {
    mkjs_bigint_push_uint64(thr, value);
  }
}

/* The BigInt on top, cut to 64 bits. */
DUK_INTERNAL DUK_NOINLINE void duk_mk_bigint_get_element(duk_hthread* thr, duk_uint8_t* bytes) {
  unsigned long long value = mkjs_bigint_uint64(thr, -1);

  duk_memcpy(bytes, &value, sizeof(value));
}
