/* WeakMap, WeakSet and WeakRef.
 *
 * A WeakMap keeps each value in a hidden property of the key object, named by the map: it goes when the key goes, and
 * frozen keys and proxies can carry it too. When the map itself goes, values stay until their keys go. Keys that
 * cannot carry a property (built-ins in ROM, lightfuncs, plain buffers; there are few) are in an ordinary Map that the
 * WeakMap holds: built-ins live for ever anyway.
 * Slots: 0 = the hidden key, 1 = the Map of other keys or undefined.
 * A WeakRef holds its target strongly: nothing tells scripts when the target would have gone. */
#include "third_party/duktape/lib/mkjs.h"

static void push_weak_this(duk_context* ctx, int is_set) {
  duk_push_this(ctx);
  mkjs_require_brand(ctx, -1, is_set ? MKJS_WEAKSET : MKJS_WEAKMAP, is_set ? "WeakSet" : "WeakMap");
}

static int is_weak_key(duk_context* ctx, duk_idx_t idx) {
  return duk_check_type_mask(ctx, idx, DUK_TYPE_MASK_OBJECT | DUK_TYPE_MASK_LIGHTFUNC | DUK_TYPE_MASK_BUFFER);
}

/* Calls `method` of the Map of other keys with `n` arguments from the top; pushes its result. Makes the Map if
 * `create`, else pushes undefined when there is none. */
static void call_other(duk_context* ctx, duk_idx_t self, const char* method, int n, int create) {
  duk_idx_t first = duk_get_top(ctx) - n;

  duk_require_stack(ctx, 4);
  mkjs_slot_get(ctx, self, 1);
  if (duk_is_undefined(ctx, -1)) {
    if (!create) {
      duk_set_top(ctx, first);
      duk_push_undefined(ctx);
      return;
    }
    duk_pop(ctx);
    duk_push_heapptr(ctx, mkjs_proto_ptr(ctx, MKJS_PROTO_MAP_CONSTRUCTOR));
    duk_new(ctx, 0);
    duk_dup_top(ctx);
    mkjs_slot_put(ctx, self, 1);
  }
  duk_insert(ctx, first);
  duk_push_heapptr(ctx, mkjs_proto_ptr(ctx, MKJS_PROTO_MAP_PROTOTYPE));
  duk_get_prop_string(ctx, -1, method);
  duk_remove(ctx, -2);
  duk_insert(ctx, first);
  duk_call_method(ctx, n);
}

static void put_entry(duk_context* ctx, duk_idx_t self, duk_idx_t key, duk_idx_t value) {
  if (!is_weak_key(ctx, key)) {
    (void)duk_type_error(ctx, "invalid value used as weak key");
  }
  if (mkjs_can_carry_hidden(ctx, key)) {
    mkjs_slot_get(ctx, self, 0);
    duk_dup(ctx, value);
    (void)mkjs_hidden_put(ctx, key, duk_get_top(ctx) - 2);
    duk_pop(ctx);
    return;
  }
  duk_dup(ctx, key);
  duk_dup(ctx, value);
  call_other(ctx, self, "set", 2, 1);
  duk_pop(ctx);
}

/* Magic of all: 1 = WeakSet. */

duk_ret_t mkjs_weak_set(duk_context* ctx) {
  int is_set = duk_get_current_magic(ctx);

  if (is_set) {
    duk_push_true(ctx); /* [ key true ] */
  }
  push_weak_this(ctx, is_set); /* 2 */
  put_entry(ctx, 2, 0, 1);
  return 1;
}

duk_ret_t mkjs_weak_constructor(duk_context* ctx) {
  int is_set = duk_get_current_magic(ctx);
  mkjs_iter iter;
  int direct;

  duk_require_constructor_call(ctx);
  duk_push_this(ctx); /* [ iterable this ] */
  mkjs_slots_init(ctx, 1, is_set ? MKJS_WEAKSET : MKJS_WEAKMAP, 2);
  mkjs_push_unique_key(ctx);
  mkjs_slot_put(ctx, 1, 0);
  if (duk_is_null_or_undefined(ctx, 0)) {
    return 0;
  }
  duk_get_prop_string(ctx, 1, is_set ? "add" : "set"); /* 2 */
  duk_require_callable(ctx, 2);
  direct = mkjs_is_native(ctx, 2, mkjs_weak_set);
  mkjs_iter_open(ctx, 0, &iter);
  while (mkjs_iter_next(ctx, &iter)) {
    duk_idx_t item = duk_get_top_index(ctx), key = item + 1;

    if (is_set) {
      duk_dup(ctx, item);
      duk_push_true(ctx);
    } else {
      if (!duk_is_object(ctx, item)) {
        duk_push_error_object(ctx, DUK_ERR_TYPE_ERROR, "WeakMap entry is not an object");
        mkjs_iter_abort(ctx, &iter);
      }
      duk_get_prop_index(ctx, item, 0);
      duk_get_prop_index(ctx, item, 1);
    }
    if (direct) {
      put_entry(ctx, 1, key, key + 1);
    } else {
      duk_dup(ctx, 2);
      duk_dup(ctx, 1);
      duk_dup(ctx, key);
      duk_dup(ctx, key + 1);
      mkjs_iter_call_method(ctx, &iter, 2);
    }
    duk_set_top(ctx, item);
  }
  return 0;
}

duk_ret_t mkjs_weak_get(duk_context* ctx) {
  push_weak_this(ctx, 0); /* [ key this ] */
  if (!is_weak_key(ctx, 0)) {
    return 0;
  }
  if (mkjs_can_carry_hidden(ctx, 0)) {
    mkjs_slot_get(ctx, 1, 0);
    (void)mkjs_hidden_get(ctx, 0, 2);
    return 1;
  }
  duk_dup(ctx, 0);
  call_other(ctx, 1, "get", 1, 0);
  return 1;
}

duk_ret_t mkjs_weak_has(duk_context* ctx) {
  int found = 0;

  push_weak_this(ctx, duk_get_current_magic(ctx)); /* [ key this ] */
  if (!is_weak_key(ctx, 0)) {
    found = 0;
  } else if (mkjs_can_carry_hidden(ctx, 0)) {
    mkjs_slot_get(ctx, 1, 0);
    found = mkjs_hidden_get(ctx, 0, 2);
  } else {
    duk_dup(ctx, 0);
    call_other(ctx, 1, "has", 1, 0);
    found = duk_to_boolean(ctx, -1);
  }
  duk_push_boolean(ctx, found);
  return 1;
}

duk_ret_t mkjs_weak_delete(duk_context* ctx) {
  int found = 0;

  push_weak_this(ctx, duk_get_current_magic(ctx));
  if (!is_weak_key(ctx, 0)) {
    found = 0;
  } else if (mkjs_can_carry_hidden(ctx, 0)) {
    mkjs_slot_get(ctx, 1, 0);
    found = mkjs_hidden_delete(ctx, 0, 2);
  } else {
    duk_dup(ctx, 0);
    call_other(ctx, 1, "delete", 1, 0);
    found = duk_to_boolean(ctx, -1);
  }
  duk_push_boolean(ctx, found);
  return 1;
}

duk_ret_t mkjs_weakref_constructor(duk_context* ctx) {
  duk_require_constructor_call(ctx);
  if (!is_weak_key(ctx, 0)) {
    return duk_type_error(ctx, "invalid value used as weak key");
  }
  duk_push_this(ctx);
  mkjs_slots_init(ctx, 1, MKJS_WEAKREF, 1);
  duk_dup(ctx, 0);
  mkjs_slot_put(ctx, 1, 0);
  return 0;
}

duk_ret_t mkjs_weakref_deref(duk_context* ctx) {
  duk_push_this(ctx);
  mkjs_require_brand(ctx, 0, MKJS_WEAKREF, "WeakRef");
  mkjs_slot_get(ctx, 0, 0);
  return 1;
}
