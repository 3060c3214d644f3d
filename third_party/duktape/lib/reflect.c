/* Reflect.get and Reflect.set with a receiver, Symbol.prototype.description.
 *
 * Duktape's own throw "unsupported" when the receiver is not the target; `super.x` of transpiled classes needs it. */
#include <string.h>

#include "third_party/duktape/lib/mkjs.h"

/* Finds the property `key` of the object at `target` along its prototypes; pushes the descriptor and returns 1. */
static int push_descriptor(duk_context* ctx, duk_idx_t target, duk_idx_t key) {
  duk_idx_t holder = duk_get_top(ctx);

  duk_require_stack(ctx, 6);
  duk_dup(ctx, target);
  while (duk_is_object(ctx, holder)) {
    mkjs_loop_check(ctx);
    duk_dup(ctx, key);
    duk_get_prop_desc(ctx, holder, 0);
    if (duk_is_object(ctx, -1)) {
      duk_remove(ctx, holder);
      return 1;
    }
    duk_pop(ctx);
    duk_get_prototype(ctx, holder);
    duk_remove(ctx, holder);
  }
  duk_pop(ctx);
  return 0;
}

/* Reflect.get(target, key, receiver) */
duk_ret_t mkjs_reflect_get(duk_context* ctx) {
  duk_idx_t n_args = duk_get_top(ctx);

  duk_require_object(ctx, 0);
  if (n_args < 3 || duk_strict_equals(ctx, 0, 2)) {
    duk_set_top(ctx, 2);
    duk_get_prop(ctx, 0);
    return 1;
  }
  duk_set_top(ctx, 3);
  if (!push_descriptor(ctx, 0, 1)) {
    return 0;
  }
  duk_get_prop_literal(ctx, 3, "get");
  if (duk_is_callable(ctx, -1)) {
    duk_dup(ctx, 2);
    duk_call_method(ctx, 0);
    return 1;
  }
  duk_pop(ctx);
  duk_get_prop_literal(ctx, 3, "value");
  return 1;
}

static int flag_of(duk_context* ctx, duk_idx_t descriptor, const char* name) {
  int set;

  duk_get_prop_string(ctx, descriptor, name);
  set = duk_to_boolean(ctx, -1);
  duk_pop(ctx);
  return set;
}

static duk_ret_t define_on_receiver(duk_context* ctx, void* unused) {
  (void)unused; /* in the caller's frame [ target key value receiver ... ] */
  duk_dup(ctx, 1);
  duk_dup(ctx, 2);
  duk_def_prop(
      ctx, 3,
      DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WRITABLE | DUK_DEFPROP_SET_ENUMERABLE | DUK_DEFPROP_SET_CONFIGURABLE);
  return 0;
}

static duk_ret_t put_on_receiver(duk_context* ctx, void* unused) {
  (void)unused;
  duk_dup(ctx, 1);
  duk_dup(ctx, 2);
  duk_def_prop(ctx, 3, DUK_DEFPROP_HAVE_VALUE);
  return 0;
}

/* Reflect.set(target, key, value, receiver) */
duk_ret_t mkjs_reflect_set(duk_context* ctx) {
  duk_idx_t n_args = duk_get_top(ctx);
  int ok, exists;

  duk_require_object(ctx, 0);
  if (n_args < 4) {
    duk_set_top(ctx, 3);
    duk_dup(ctx, 0);
  }
  duk_set_top(ctx, 4);
  if (push_descriptor(ctx, 0, 1)) {
    duk_get_prop_literal(ctx, 4, "set");
    if (duk_is_callable(ctx, -1)) {
      duk_dup(ctx, 3);
      duk_dup(ctx, 2);
      duk_call_method(ctx, 1);
      duk_push_true(ctx);
      return 1;
    }
    if (!flag_of(ctx, 4, "writable")) { /* read-only, or an accessor without setter */
      duk_push_false(ctx);
      return 1;
    }
    duk_set_top(ctx, 4);
  }
  if (!duk_is_object(ctx, 3)) {
    duk_push_false(ctx);
    return 1;
  }
  duk_dup(ctx, 1);
  duk_get_prop_desc(ctx, 3, 0);
  exists = duk_is_object(ctx, -1);
  if (exists && !flag_of(ctx, 4, "writable")) {
    duk_push_false(ctx);
    return 1;
  }
  duk_set_top(ctx, 4);
  ok = duk_safe_call(ctx, exists ? put_on_receiver : define_on_receiver, NULL, 0, 1) == DUK_EXEC_SUCCESS;
  duk_push_boolean(ctx, ok);
  return 1;
}

duk_ret_t mkjs_symbol_description(duk_context* ctx) {
  const char* text;
  duk_size_t length;

  duk_push_this(ctx);
  duk_push_literal(ctx, "toString");
  duk_call_prop(ctx, 0, 0); /* "Symbol(description)" */
  text = duk_require_lstring(ctx, -1, &length);
  if (length <= strlen("Symbol()")) {
    return 0; /* none given: Symbol('') is not told apart */
  }
  duk_push_lstring(ctx, text + strlen("Symbol("), length - strlen("Symbol()"));
  return 1;
}
