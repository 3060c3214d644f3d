/* See bigint.h. */
#include "third_party/duktape/lib/bigint.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "common/base/stack_limit.h"

/* Bytes before the limbs: see duk_mk_bigint.c. */
#define HEADER 8
#define PREFIX 0x83
#define LIMB_BITS 64
/* Results of up to so many limbs are built on the native stack. */
#define SMALL_LIMBS 16

/* What GMP needs of the native stack, measured with operands of all sizes up to the largest: 14.7 KB with up to 100
 * limbs, which the headroom below the limit has; 24.5 KB with up to 400; 131 KB in the worst case, at 8000. */
#define FREE_LIMBS 64
#define MEDIUM_LIMBS 400
#define MEDIUM_STACK (32 * 1024)
#define LARGE_STACK (144 * 1024)
/* For the execution timeout: a product of 4096 limbs is asked about each time, in 2 ms or so. */
#define ROUNDS_A_LIMB 4

static void throw_too_big(duk_context* ctx) {
  (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "Maximum BigInt size exceeded");
}

/* Before each operation, as both its time and its stack grow with the operands: the largest take 10 ms and more. */
static void prepare(duk_context* ctx, size_t limbs) {
  size_t need = limbs <= MEDIUM_LIMBS ? MEDIUM_STACK : LARGE_STACK;
  char* here = (char*)__builtin_frame_address(0);

  if (limbs <= FREE_LIMBS) {
    return;
  }
  mkjs_loop_rounds(ctx, limbs * ROUNDS_A_LIMB);
  if (mockarty_stack_limit != 0 && here < mockarty_stack_limit + need) {
    (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "not enough native stack for a BigInt of this size");
  }
}

/* Makes `x` a view of the BigInt at `idx`: valid while that is reachable, never to be cleared or written. */
static void view(duk_context* ctx, duk_idx_t idx, mpz_t x) {
  duk_size_t length;
  const char* data = duk_require_lstring(ctx, idx, &length);
  mp_size_t limbs = (mp_size_t)((length - HEADER) / sizeof(mp_limb_t));

  mpz_roinit_n(x, (const mp_limb_t*)(const void*)(data + HEADER), data[1] ? -limbs : limbs);
}

static size_t bits_of(const mpz_t x) { return mpz_sgn(x) == 0 ? 0 : mpz_sizeinbase(x, 2); }
static size_t limbs_of(size_t bits) { return (bits + LIMB_BITS - 1) / LIMB_BITS; }

/* Room for a result. */
typedef struct {
  unsigned char* bytes;
  size_t limbs;
  mp_limb_t small[HEADER / sizeof(mp_limb_t) + SMALL_LIMBS];
} room_t;

/* Room for so many bits, on the value stack if there are many, which pushes a value. Throws, so it comes before what
 * GMP allocates. `work` is the size of the largest operand, in bits. */
static void take_room(duk_context* ctx, room_t* room, size_t bits, size_t work) {
  room->limbs = limbs_of(bits);
  prepare(ctx, limbs_of(bits > work ? bits : work));
  if (room->limbs <= SMALL_LIMBS) {
    room->bytes = (unsigned char*)room->small;
  } else {
    room->bytes = duk_push_fixed_buffer(ctx, HEADER + room->limbs * sizeof(mp_limb_t));
  }
}

/* Clears `value` and pushes it as a BigInt, in place of the room. */
static void push_result(duk_context* ctx, room_t* room, mpz_t value) {
  size_t limbs = mpz_size(value);
  int too_big = limbs > room->limbs || bits_of(value) > MKJS_BIGINT_MAX_BITS;

  if (!too_big) {
    memset(room->bytes, 0, HEADER);
    room->bytes[0] = PREFIX;
    room->bytes[1] = mpz_sgn(value) < 0;
    memcpy(room->bytes + HEADER, mpz_limbs_read(value), limbs * sizeof(mp_limb_t));
  }
  mpz_clear(value);
  if (too_big) {
    throw_too_big(ctx);
  }
  duk_push_lstring(ctx, (const char*)room->bytes, HEADER + limbs * sizeof(mp_limb_t));
  if (room->bytes != (unsigned char*)room->small) {
    duk_remove(ctx, -2);
  }
}

/* Leaves the top in place of what stands from `base` on. */
static void keep_top(duk_context* ctx, duk_idx_t base) {
  duk_replace(ctx, base);
  duk_set_top(ctx, base + 1);
}

/* A bound of the bits of x ** y. x is neither -1, 0 nor 1, y not negative. Throws if it is too much. */
static size_t power_bits(duk_context* ctx, const mpz_t x, const mpz_t y) {
  size_t base = bits_of(x);

  /* |x| >= 2^(base-1) */
  if (!mpz_fits_ulong_p(y) || mpz_get_ui(y) > MKJS_BIGINT_MAX_BITS ||
      (base - 1) * mpz_get_ui(y) >= MKJS_BIGINT_MAX_BITS) {
    throw_too_big(ctx);
  }
  return base * mpz_get_ui(y);
}

/* x << y, or x >> -y. */
static void shift(duk_context* ctx, const mpz_t x, const mpz_t y, int left) {
  int far = !mpz_fits_slong_p(y) || mpz_cmpabs_ui(y, MKJS_BIGINT_MAX_BITS) > 0;
  unsigned long count = far ? 0 : mpz_get_ui(y);
  room_t room;
  mpz_t z;

  if (mpz_sgn(y) < 0) {
    left = !left;
  }
  if (left && mpz_sgn(x) != 0 && (far || bits_of(x) + count > MKJS_BIGINT_MAX_BITS)) {
    throw_too_big(ctx);
  }
  take_room(ctx, &room, bits_of(x) + (left ? count : 1), 0);
  mpz_init(z);
  if (far) {
    mpz_set_si(z, mpz_sgn(x) < 0 ? -1 : 0); /* all bits are out */
  } else if (left) {
    mpz_mul_2exp(z, x, count);
  } else {
    mpz_fdiv_q_2exp(z, x, count);
  }
  push_result(ctx, &room, z);
}

/* x ** y */
static void power(duk_context* ctx, const mpz_t x, const mpz_t y) {
  int trivial = mpz_cmpabs_ui(x, 1) <= 0 || mpz_sgn(y) == 0;
  size_t bits;
  room_t room;
  mpz_t z;

  if (mpz_sgn(y) < 0) {
    (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "Exponent must be non-negative");
  }
  bits = trivial ? 1 : power_bits(ctx, x, y);
  take_room(ctx, &room, bits, 0);
  mpz_init(z);
  if (mpz_sgn(y) == 0) {
    mpz_set_ui(z, 1);
  } else if (trivial) {
    mpz_set_si(z, mpz_odd_p(y) ? mpz_sgn(x) : mpz_sgn(x) != 0);
  } else {
    mpz_pow_ui(z, x, mpz_get_ui(y));
  }
  push_result(ctx, &room, z);
}

static void simple_binary(duk_context* ctx, int op, const mpz_t x, const mpz_t y) {
  size_t more = bits_of(x) > bits_of(y) ? bits_of(x) : bits_of(y);
  size_t bits = more + 1;
  room_t room;
  mpz_t z;

  if (op == '*') {
    bits = bits_of(x) + bits_of(y);
    if (bits > MKJS_BIGINT_MAX_BITS + 1) {
      throw_too_big(ctx);
    }
  }
  if ((op == '/' || op == '%') && mpz_sgn(y) == 0) {
    (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "Division by zero");
  }
  take_room(ctx, &room, bits, more);
  mpz_init(z);
  switch (op) {
    case '+':
      mpz_add(z, x, y);
      break;
    case '-':
      mpz_sub(z, x, y);
      break;
    case '*':
      mpz_mul(z, x, y);
      break;
    case '/':
      mpz_tdiv_q(z, x, y);
      break;
    case '%':
      mpz_tdiv_r(z, x, y);
      break;
    case '&':
      mpz_and(z, x, y);
      break;
    case '|':
      mpz_ior(z, x, y);
      break;
    default:
      mpz_xor(z, x, y);
  }
  push_result(ctx, &room, z);
}

void mkjs_bigint_binary(duk_context* ctx, int op) {
  duk_idx_t base = duk_get_top(ctx) - 2;
  mpz_t x;
  mpz_t y;

  view(ctx, base, x);
  view(ctx, base + 1, y);
  switch (op) {
    case 'u':
      (void)duk_type_error(ctx, "BigInts have no unsigned right shift, use >> instead");
      break;
    case 'p':
      power(ctx, x, y);
      break;
    case '<':
    case '>':
      shift(ctx, x, y, op == '<');
      break;
    default:
      simple_binary(ctx, op, x, y);
  }
  keep_top(ctx, base);
}

void mkjs_bigint_unary(duk_context* ctx, int op) {
  duk_idx_t base = duk_get_top(ctx) - 1;
  room_t room;
  mpz_t x;
  mpz_t z;

  view(ctx, base, x);
  take_room(ctx, &room, bits_of(x) + 1, 0);
  mpz_init(z);
  switch (op) {
    case '-':
      mpz_neg(z, x);
      break;
    case '~':
      mpz_com(z, x);
      break;
    case 'i':
      mpz_add_ui(z, x, 1);
      break;
    default:
      mpz_sub_ui(z, x, 1);
  }
  push_result(ctx, &room, z);
  keep_top(ctx, base);
}

static int sign_of(int order) { return (order > 0) - (order < 0); }

int mkjs_bigint_order(duk_context* ctx) {
  mpz_t x;
  mpz_t y;

  view(ctx, -2, x);
  view(ctx, -1, y);
  return sign_of(mpz_cmp(x, y));
}

int mkjs_bigint_order_number(duk_context* ctx, double number) {
  mpz_t x;

  if (isnan(number)) {
    return 2;
  }
  if (isinf(number)) {
    return number > 0 ? -1 : 1;
  }
  view(ctx, -1, x);
  return sign_of(mpz_cmp_d(x, number));
}

static int digit_of(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  return (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? (c | 0x20) - 'a' + 10 : 99;
}

void mkjs_bigint_push_digits(duk_context* ctx, const char* digits, duk_size_t count, int radix, int negative) {
  /* Bits of a digit, in 1/1024, rounded down for what must be too much and up for the room. */
  size_t exact = radix == 10 ? 3401 : radix == 16 ? 4096 : radix == 8 ? 3072 : 1024;
  room_t room;
  mpz_t z;

  while (count > 1 && *digits == '0') {
    digits++;
    count--;
  }
  if (count > MKJS_BIGINT_MAX_BITS || (count - 1) * exact / 1024 > MKJS_BIGINT_MAX_BITS) {
    throw_too_big(ctx);
  }
  take_room(ctx, &room, count * (exact + 1) / 1024 + 1, 0);
  mpz_init(z);
  mpz_set_str(z, digits, radix);
  if (negative) {
    mpz_neg(z, z);
  }
  push_result(ctx, &room, z);
}

int mkjs_bigint_parse(duk_context* ctx) {
  duk_idx_t base = duk_get_top(ctx) - 1;
  duk_size_t length;
  duk_size_t i;
  const char* text;
  int radix = 10;
  int negative = 0;

  duk_dup(ctx, -1);
  duk_trim(ctx, -1);
  text = duk_require_lstring(ctx, -1, &length);
  if (length > 2 && text[0] == '0') {
    char kind = (char)(text[1] | 0x20);

    radix = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 10;
  }
  if (radix != 10) {
    text += 2;
    length -= 2;
  } else if (length > 1 && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text++;
    length--;
  }
  for (i = 0; i < length; i++) {
    if (digit_of(text[i]) >= radix) {
      duk_pop(ctx);
      return 0;
    }
  }
  mkjs_bigint_push_digits(ctx, length == 0 ? "0" : text, length == 0 ? 1 : length, radix, negative);
  keep_top(ctx, base);
  return 1;
}

void mkjs_bigint_push_double(duk_context* ctx, double number) {
  room_t room;
  mpz_t z;

  take_room(ctx, &room, DBL_MAX_EXP, 0);
  mpz_init_set_d(z, number);
  push_result(ctx, &room, z);
}

static void push_limb(duk_context* ctx, unsigned long long magnitude, int negative) {
  room_t room;
  mpz_t z;

  take_room(ctx, &room, LIMB_BITS, 0);
  mpz_init_set_ui(z, (unsigned long)magnitude);
  if (negative) {
    mpz_neg(z, z);
  }
  push_result(ctx, &room, z);
}

void mkjs_bigint_push_int64(duk_context* ctx, long long value) {
  push_limb(ctx, value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value, value < 0);
}

void mkjs_bigint_push_uint64(duk_context* ctx, unsigned long long value) { push_limb(ctx, value, 0); }

void mkjs_bigint_push_text(duk_context* ctx, duk_idx_t idx, int radix) {
  char small[80];
  size_t size;
  char* text = small;
  mpz_t x;

  view(ctx, idx, x);
  size = mpz_sizeinbase(x, radix) + 2; /* sign and NUL */
  prepare(ctx, mpz_size(x));
  if (size > sizeof(small)) {
    text = duk_push_fixed_buffer(ctx, size);
  }
  mpz_get_str(text, radix, x);
  duk_push_string(ctx, text);
  if (text != small) {
    duk_remove(ctx, -2);
  }
}

double mkjs_bigint_double(duk_context* ctx, duk_idx_t idx) {
  const mp_limb_t* limbs;
  size_t bits;
  size_t last;
  size_t i;
  unsigned shift;
  unsigned long long top;
  double magnitude;
  mpz_t x;

  view(ctx, idx, x);
  bits = bits_of(x);
  if (bits == 0) {
    return 0.0;
  }
  limbs = mpz_limbs_read(x);
  last = limbs_of(bits) - 1;
  /* The top 64 bits, the lowest of them standing for all that is cut off: enough to round once, to even. */
  shift = (unsigned)((last + 1) * LIMB_BITS - bits);
  top = limbs[last] << shift;
  if (last > 0) {
    top |= shift > 0 ? limbs[last - 1] >> (LIMB_BITS - shift) : 0;
    top |= shift > 0 ? (limbs[last - 1] << shift) != 0 : limbs[last - 1] != 0;
    for (i = 0; i + 1 < last && (top & 1) == 0; i++) {
      top |= limbs[i] != 0;
    }
  }
  magnitude = bits > 2048 ? HUGE_VAL : ldexp((double)top, (int)bits - LIMB_BITS);
  return mpz_sgn(x) < 0 ? -magnitude : magnitude;
}

unsigned long long mkjs_bigint_uint64(duk_context* ctx, duk_idx_t idx) {
  mpz_t x;

  view(ctx, idx, x);
  return mpz_sgn(x) < 0 ? 0 - (unsigned long long)mpz_get_ui(x) : mpz_get_ui(x);
}

void mkjs_bigint_wrap(duk_context* ctx, double bits, int is_signed) {
  duk_idx_t base = duk_get_top(ctx) - 1;
  unsigned long count;
  room_t room;
  mpz_t x;
  mpz_t z;

  view(ctx, base, x);
  if (bits > (double)bits_of(x) && (is_signed || mpz_sgn(x) >= 0)) {
    return; /* fits as it is */
  }
  if (bits > (double)MKJS_BIGINT_MAX_BITS) {
    throw_too_big(ctx);
  }
  count = (unsigned long)bits;
  take_room(ctx, &room, count + 1, bits_of(x));
  mpz_init(z);
  mpz_fdiv_r_2exp(z, x, count);
  if (is_signed && count > 0 && mpz_tstbit(z, count - 1)) {
    mpz_t modulus;

    mpz_init(modulus);
    mpz_setbit(modulus, count);
    mpz_sub(z, z, modulus);
    mpz_clear(modulus);
  }
  push_result(ctx, &room, z);
  keep_top(ctx, base);
}
