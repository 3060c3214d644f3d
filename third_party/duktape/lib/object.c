/* Object: entries, values, fromEntries, getOwnPropertyDescriptors, hasOwn, groupBy. */
#include "third_party/duktape/lib/mkjs.h"

/* Object.assign(target, ...sources): Duktape's own leaves symbols out. */
duk_ret_t mkjs_object_assign(duk_context* ctx) {
  duk_idx_t i, n = duk_get_top(ctx);

  if (n == 0 || duk_is_null_or_undefined(ctx, 0)) {
    return duk_type_error(ctx, "not object coercible");
  }
  duk_to_object(ctx, 0);
  duk_require_stack(ctx, 4);
  for (i = 1; i < n; i++) {
    if (duk_is_null_or_undefined(ctx, i)) {
      continue;
    }
    duk_to_object(ctx, i);
    duk_enum(ctx, i, DUK_ENUM_OWN_PROPERTIES_ONLY | DUK_ENUM_INCLUDE_SYMBOLS);
    while (duk_next(ctx, -1, 1)) {
      mkjs_loop_check(ctx);
      duk_put_prop(ctx, 0);
    }
    duk_pop(ctx);
  }
  duk_dup(ctx, 0);
  return 1;
}

/* Magic: 0 = values, 1 = entries. */
duk_ret_t mkjs_object_entries(duk_context* ctx) {
  int entries = duk_get_current_magic(ctx);
  duk_uarridx_t i = 0;

  if (duk_is_null_or_undefined(ctx, 0)) {
    return duk_type_error(ctx, "not object coercible");
  }
  duk_to_object(ctx, 0);
  duk_push_array(ctx);
  duk_enum(ctx, 0, DUK_ENUM_OWN_PROPERTIES_ONLY); /* [ object result enumerator ] */
  while (duk_next(ctx, 2, 1)) {
    mkjs_loop_check(ctx);
    if (entries) {
      duk_push_array(ctx);
      duk_insert(ctx, -3);
      duk_put_prop_index(ctx, -3, 1);
      duk_put_prop_index(ctx, -2, 0);
    } else {
      duk_remove(ctx, -2);
    }
    duk_put_prop_index(ctx, 1, i++);
  }
  duk_pop(ctx);
  return 1;
}

duk_ret_t mkjs_object_from_entries(duk_context* ctx) {
  mkjs_iter iter;

  duk_push_object(ctx); /* 1 */
  mkjs_iter_open(ctx, 0, &iter);
  while (mkjs_iter_next(ctx, &iter)) {
    if (!duk_is_object(ctx, -1)) {
      duk_push_error_object(ctx, DUK_ERR_TYPE_ERROR, "entry is not an object");
      mkjs_iter_abort(ctx, &iter);
    }
    duk_get_prop_index(ctx, -1, 0);
    duk_get_prop_index(ctx, -2, 1);
    duk_def_prop(
        ctx, 1,
        DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WRITABLE | DUK_DEFPROP_SET_ENUMERABLE | DUK_DEFPROP_SET_CONFIGURABLE);
    duk_pop(ctx);
  }
  mkjs_iter_close(ctx, &iter);
  return 1;
}

duk_ret_t mkjs_object_get_descriptors(duk_context* ctx) {
  if (duk_is_null_or_undefined(ctx, 0)) {
    return duk_type_error(ctx, "not object coercible");
  }
  duk_to_object(ctx, 0);
  duk_push_object(ctx);
  duk_enum(ctx, 0, DUK_ENUM_OWN_PROPERTIES_ONLY | DUK_ENUM_INCLUDE_NONENUMERABLE | DUK_ENUM_INCLUDE_SYMBOLS);
  while (duk_next(ctx, 2, 0)) { /* [ object result enumerator key ] */
    mkjs_loop_check(ctx);
    duk_dup(ctx, -1);
    duk_get_prop_desc(ctx, 0, 0); /* [ ... key descriptor ] */
    if (duk_is_undefined(ctx, -1)) {
      duk_pop_2(ctx);
    } else {
      duk_put_prop(ctx, 1);
    }
  }
  duk_pop(ctx);
  return 1;
}

duk_ret_t mkjs_object_has_own(duk_context* ctx) {
  if (duk_is_null_or_undefined(ctx, 0)) {
    return duk_type_error(ctx, "not object coercible");
  }
  duk_to_object(ctx, 0);
  duk_dup(ctx, 1);
  duk_get_prop_desc(ctx, 0, 0);
  duk_push_boolean(ctx, !duk_is_undefined(ctx, -1));
  return 1;
}

duk_ret_t mkjs_global_this(duk_context* ctx) {
  duk_push_global_object(ctx);
  return 1;
}

duk_ret_t mkjs_global_this_set(duk_context* ctx) {
  duk_push_global_object(ctx);
  duk_push_literal(ctx, "globalThis");
  duk_dup(ctx, 0);
  duk_def_prop(
      ctx, 1,
      DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WRITABLE | DUK_DEFPROP_CLEAR_ENUMERABLE | DUK_DEFPROP_SET_CONFIGURABLE);
  return 0;
}
