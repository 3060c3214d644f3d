/* Arithmetic of BigInts, by GMP. duk_mk_bigint.c says what a BigInt is to Duktape and calls these from the operators;
 * bigint_builtins.c is what scripts see by name.
 *
 * Nothing here keeps memory of GMP's while it calls Duktape, which may leave by longjmp: the room for a result is taken
 * first, then GMP computes into memory of its own, which is copied and freed, and then the string is made.
 * All sizes are checked before anything is computed: RangeError above MKJS_BIGINT_MAX_BITS, and when the native stack
 * has not what GMP needs for operands of that size. */
#ifndef THIRD_PARTY_DUKTAPE_LIB_BIGINT_H_
#define THIRD_PARTY_DUKTAPE_LIB_BIGINT_H_

#include <gmp.h>

#include "third_party/duktape/lib/mkjs.h"

/* The largest magnitude, in bits. Its decimal text has 315,653 digits and takes about 15 ms. */
#define MKJS_BIGINT_MAX_BITS (1UL << 20)

/* [ x y ] -> [ z ], both BigInts. `op`: + - * / % & | ^, p power, < and > shifts, u unsigned shift (TypeError). */
void mkjs_bigint_binary(duk_context* ctx, int op);
/* [ x ] -> [ z ]: - negates, ~ inverts, i and d add and take one. */
void mkjs_bigint_unary(duk_context* ctx, int op);
/* How the BigInts at -2 and -1 compare: -1, 0 or 1. */
int mkjs_bigint_order(duk_context* ctx);
/* The BigInt on top against a number, exactly; 2 for NaN. */
int mkjs_bigint_order_number(duk_context* ctx, double number);
/* StringToBigInt: [ text ] -> [ BigInt ] and 1; 0, with the text left, if it is none. */
int mkjs_bigint_parse(duk_context* ctx);
/* Pushes the BigInt of digits that are known to be of the radix. */
void mkjs_bigint_push_digits(duk_context* ctx, const char* digits, duk_size_t count, int radix, int negative);
/* Pushes the BigInt of a finite number without a fraction, or of an integer. */
void mkjs_bigint_push_double(duk_context* ctx, double number);
void mkjs_bigint_push_int64(duk_context* ctx, long long value);
void mkjs_bigint_push_uint64(duk_context* ctx, unsigned long long value);
/* Pushes the text of the BigInt at `idx`. */
void mkjs_bigint_push_text(duk_context* ctx, duk_idx_t idx, int radix);
/* The nearest number, ties to even. Never throws. */
double mkjs_bigint_double(duk_context* ctx, duk_idx_t idx);
/* The lowest 64 bits in two's complement. Never throws. */
unsigned long long mkjs_bigint_uint64(duk_context* ctx, duk_idx_t idx);
/* [ x ] -> [ z ]: x modulo 2^bits; with `is_signed` in two's complement. */
void mkjs_bigint_wrap(duk_context* ctx, double bits, int is_signed);

/* ToBigInt() in place: numbers are TypeErrors, text that is no BigInt a SyntaxError. */
void mkjs_to_bigint(duk_context* ctx, duk_idx_t idx);
/* Pushes the value of the BigInt object at `idx` and returns 1; otherwise 0 with nothing pushed. Never throws. */
int mkjs_bigint_of_object(duk_context* ctx, duk_idx_t idx);
/* Pushes `this`, which must be a DataView. */
void mkjs_push_this_dataview(duk_context* ctx);

#endif /* THIRD_PARTY_DUKTAPE_LIB_BIGINT_H_ */
