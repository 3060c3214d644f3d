/* Math: the functions of ES2015 that Duktape lacks. */
#include <math.h>

#include "third_party/duktape/lib/mkjs.h"

enum { ACOSH, ASINH, ATANH, COSH, SINH, TANH, EXPM1, LOG1P, FROUND, CBRT = 9 };

/* By magic. */
duk_ret_t mkjs_math_one(duk_context* ctx) {
  double x = duk_to_number(ctx, 0);

  switch (duk_get_current_magic(ctx)) {
    case ACOSH:
      x = acosh(x);
      break;
    case ASINH:
      x = asinh(x);
      break;
    case ATANH:
      x = atanh(x);
      break;
    case COSH:
      x = cosh(x);
      break;
    case SINH:
      x = sinh(x);
      break;
    case TANH:
      x = tanh(x);
      break;
    case EXPM1:
      x = expm1(x);
      break;
    case CBRT: {
      /* The C library is off by one bit where the root is whole. */
      const double root = cbrt(x), whole = round(root);
      x = whole * whole * whole == x ? whole : root;
      break;
    }
    case LOG1P:
      x = log1p(x);
      break;
    default:
      x = (double)(float)x;
      break;
  }
  duk_push_number(ctx, x);
  return 1;
}
