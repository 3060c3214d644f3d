/* Reflect.get and Reflect.set with a receiver, Reflect.construct with newTarget, Symbol.prototype.description.
 *
 * Duktape's own throw "unsupported" when the receiver is not the target; `super.x` of transpiled classes needs it. */
#include <string.h>

#include "third_party/duktape/lib/mkjs.h"

#define MAX_CHAIN 10000

enum found { NOT_FOUND, DESCRIPTOR, ANSWER };

static void to_property_key(duk_context* ctx, duk_idx_t idx) {
  duk_to_primitive(ctx, idx, DUK_HINT_STRING);
  if (!duk_is_symbol(ctx, idx) || duk_x_is_bigint(ctx, idx)) {
    duk_to_string(ctx, idx);
  }
}

/* Finds the property whose key is at 1 of the object at 0 along its prototypes. Pushes its descriptor, or what the trap of a
 * Proxy on the way answered, which gets the values from 1 to `last`. */
static enum found push_found(duk_context* ctx, const char* trap, duk_idx_t last) {
  duk_idx_t holder = duk_get_top(ctx);
  duk_idx_t i;
  int steps = 0;

  duk_require_stack(ctx, 12);
  duk_dup(ctx, 0);
  while (duk_is_object(ctx, holder)) {
    mkjs_loop_check(ctx);
    if (++steps > MAX_CHAIN) { /* a Proxy makes a circle possible */
      (void)duk_range_error(ctx, "prototype chain limit");
    }
    if (mkjs_is_proxy(ctx, holder)) {
      for (i = 1; i <= last; i++) {
        duk_dup(ctx, i);
      }
      if (mkjs_proxy_trap(ctx, holder, trap, last)) {
        return ANSWER;
      }
      duk_pop_n(ctx, last);
      continue; /* with its target */
    }
    duk_dup(ctx, 1);
    duk_get_prop_desc(ctx, holder, 0);
    if (duk_is_object(ctx, -1)) {
      duk_remove(ctx, holder);
      return DESCRIPTOR;
    }
    duk_pop(ctx);
    duk_get_prototype(ctx, holder);
    duk_remove(ctx, holder);
  }
  duk_pop(ctx);
  return NOT_FOUND;
}

/* Reflect.get(target, key, receiver) */
duk_ret_t mkjs_reflect_get(duk_context* ctx) {
  duk_idx_t n_args = duk_get_top(ctx);
  enum found found;

  duk_require_object(ctx, 0);
  if (n_args < 3 || duk_strict_equals(ctx, 0, 2)) {
    duk_set_top(ctx, 2);
    duk_get_prop(ctx, 0);
    return 1;
  }
  duk_set_top(ctx, 3);
  to_property_key(ctx, 1);
  found = push_found(ctx, "get", 2);
  if (found != DESCRIPTOR) {
    return found == ANSWER ? 1 : 0;
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
  enum found found;

  duk_require_object(ctx, 0);
  if (n_args < 4) {
    duk_set_top(ctx, 3);
    duk_dup(ctx, 0);
  }
  duk_set_top(ctx, 4);
  to_property_key(ctx, 1);
  found = push_found(ctx, "set", 3);
  if (found == ANSWER) {
    duk_to_boolean(ctx, -1);
    return 1;
  }
  if (found == DESCRIPTOR) {
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

/* Pushes what the constructor at 0 makes of the list of arguments at 1; with the object at `self` as `this` unless < 0.
 */
static void push_constructed(duk_context* ctx, duk_idx_t self) {
  duk_size_t i, n;

  duk_get_prop_literal(ctx, 1, "length");
  n = duk_to_uint(ctx, -1);
  duk_pop(ctx);
  if (n > 65535) {
    (void)duk_range_error(ctx, "too many arguments");
  }
  duk_require_stack(ctx, (duk_idx_t)n + 4);
  duk_dup(ctx, 0);
  if (self >= 0) {
    duk_dup(ctx, self);
  }
  for (i = 0; i < n; i++) {
    duk_get_prop_index(ctx, 1, (duk_uarridx_t)i);
  }
  if (self >= 0) {
    mkjs_construct(ctx, (duk_idx_t)n);
  } else {
    duk_new(ctx, (duk_idx_t)n);
  }
}

/* Whether the object at `object` is the one at `prototype` or inherits from it. */
static int inherits(duk_context* ctx, duk_idx_t object, duk_idx_t prototype) {
  int found = 0;

  duk_dup(ctx, object);
  while (!found && duk_is_object(ctx, -1)) {
    mkjs_loop_check(ctx);
    found = duk_strict_equals(ctx, -1, prototype);
    duk_get_prototype(ctx, -1);
    duk_remove(ctx, -2);
  }
  duk_pop(ctx);
  return found;
}

/* Gives the new object at 4 its prototype: that of newTarget, at 3, or for a class in JavaScript that newTarget does
 * not inherit from, one that stands for it until the constructor is done: converted code asks `this` for its class and
 * for new.target. */
static void set_prototype_for(duk_context* ctx) {
  duk_get_prop_literal(ctx, 0, "prototype"); /* 5 */
  if (duk_is_ecmascript_function(ctx, 0) && !inherits(ctx, 3, 5)) {
    duk_push_object(ctx);
    duk_dup(ctx, 5);
    duk_set_prototype(ctx, 6);
    duk_dup(ctx, 2);
    duk_put_prop_literal(ctx, 6, "constructor");
  } else {
    duk_dup(ctx, 3);
  }
  duk_set_prototype(ctx, 4);
  duk_set_top(ctx, 5);
}

/* Reflect.construct(target, arguments, newTarget) */
duk_ret_t mkjs_reflect_construct(duk_context* ctx) {
  duk_idx_t n_args = duk_get_top(ctx);

  duk_set_top(ctx, 3);
  if (!duk_is_constructable(ctx, 0) || (n_args > 2 && !duk_is_constructable(ctx, 2))) {
    return duk_type_error(ctx, "not a constructor");
  }
  duk_require_object(ctx, 1);
  if (n_args < 3 || duk_strict_equals(ctx, 0, 2)) {
    push_constructed(ctx, -1);
    return 1;
  }
  duk_get_prop_literal(ctx, 2, "prototype"); /* 3 */
  if (!duk_is_object(ctx, 3)) {
    duk_pop(ctx);
    duk_get_prop_literal(ctx, 0, "prototype");
  }
  duk_push_object(ctx); /* 4 */
  set_prototype_for(ctx);
  push_constructed(ctx, 4);
  duk_dup(ctx, 3);
  duk_set_prototype(ctx, -2);
  return 1;
}

duk_ret_t mkjs_symbol_description(duk_context* ctx) {
  const char* text;
  duk_size_t length;

  duk_push_this(ctx);
  duk_to_primitive(ctx, 0, DUK_HINT_NONE);
  if (!duk_is_symbol(ctx, 0) || duk_x_is_bigint(ctx, 0)) {
    return duk_type_error(ctx, "not a Symbol");
  }
  text = duk_get_lstring(ctx, 0, &length);
  if (length > 2 && (unsigned char)text[1] == 0xff && (unsigned char)text[length - 1] == 0xff) {
    return 0; /* so Duktape marks a symbol without a description; well-known ones have the mark at the end alone */
  }
  mkjs_push_symbol_text(ctx, 0); /* "Symbol(description)" */
  text = duk_require_lstring(ctx, -1, &length);
  duk_push_lstring(ctx, text + strlen("Symbol("), length - strlen("Symbol()"));
  return 1;
}
