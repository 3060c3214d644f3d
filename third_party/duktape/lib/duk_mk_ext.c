/* Part of the combined Duktape source: primitives that need its internals. See mkjs.h and duk_ext.h. */

#include "duk_internal.h"

#define MKJS_MAX_SLOTS 4

DUK_LOCAL const duk_uint16_t mkjs__brand_keys[] = {
    DUK_STRIDX_INT_MK_MAP,     DUK_STRIDX_INT_MK_SET,      DUK_STRIDX_INT_MK_WEAKMAP, DUK_STRIDX_INT_MK_WEAKSET,
    DUK_STRIDX_INT_MK_PROMISE, DUK_STRIDX_INT_MK_ITERATOR, DUK_STRIDX_INT_MK_WEAKREF};
DUK_LOCAL const duk_uint16_t mkjs__slot_keys[] = {0, DUK_STRIDX_INT_MK_SLOT1, DUK_STRIDX_INT_MK_SLOT2,
                                                  DUK_STRIDX_INT_MK_SLOT3};
DUK_LOCAL const duk_uint16_t mkjs__protos[] = {
    DUK_BIDX_MK_ARRAY_ITERATOR_PROTOTYPE,  DUK_BIDX_MK_MAP_ITERATOR_PROTOTYPE,
    DUK_BIDX_MK_SET_ITERATOR_PROTOTYPE,    DUK_BIDX_MK_STRING_ITERATOR_PROTOTYPE,
    DUK_BIDX_MK_REGEXP_ITERATOR_PROTOTYPE, DUK_BIDX_MK_PROMISE_PROTOTYPE,
    DUK_BIDX_MK_PROMISE_CONSTRUCTOR,       DUK_BIDX_MK_AGGREGATE_ERROR_PROTOTYPE,
    DUK_BIDX_MK_MAP_CONSTRUCTOR,           DUK_BIDX_MK_MAP_PROTOTYPE};

DUK_LOCAL duk_hobject* mkjs__plain_object(duk_hthread* thr, duk_hobject* proto, duk_uint_t presize) {
  duk_hobject* h;

  h = duk_push_object_helper(
      thr,
      DUK_HOBJECT_FLAG_EXTENSIBLE | DUK_HOBJECT_FLAG_FASTREFS | DUK_HOBJECT_CLASS_AS_FLAGS(DUK_HOBJECT_CLASS_OBJECT),
      -1);
  DUK_HOBJECT_SET_PROTOTYPE_INIT_INCREF(thr, h, proto);
  if (presize > 0) {
    duk_hobject_resize_entrypart(thr, h, presize);
  }
  return h;
}

void duk_x_push_object_proto(duk_hthread* thr, void* proto_heapptr, duk_uint_t presize) {
  (void)mkjs__plain_object(thr, (duk_hobject*)proto_heapptr, presize);
}

void* duk_x_heap_udata(duk_hthread* thr) { return thr->heap->heap_udata; }

void duk_x_record_positions(duk_hthread* thr,
                            void (*record)(void*, duk_uint32_t, const duk_uint32_t*, duk_size_t, duk_size_t),
                            void* arg) {
  thr->heap->mk_positions = record;
  thr->heap->mk_positions_arg = arg;
}

int duk_x_has_jobs(duk_hthread* thr) { return thr->heap->mk_jobs != 0; }

void mkjs_set_job_flag(duk_hthread* thr, int value) { thr->heap->mk_jobs = value != 0; }

int duk_x_entry(duk_hthread* thr, duk_idx_t idx, duk_uint_t i) {
  duk_hobject* h = duk_get_hobject(thr, idx);
  duk_hstring* key;
  duk_small_uint_t flags;

  if (h == NULL || DUK_HEAPHDR_HAS_READONLY((duk_heaphdr*)h) || DUK_HOBJECT_IS_PROXY(h) ||
      DUK_HOBJECT_HAS_ARRAY_PART(h) || DUK_HOBJECT_HAS_VIRTUAL_PROPERTIES(h)) {
    return -1;
  }
  if (i >= DUK_HOBJECT_GET_ENEXT(h)) {
    return 0;
  }
  key = DUK_HOBJECT_E_GET_KEY(thr->heap, h, i);
  if (key == NULL || DUK_HSTRING_HAS_SYMBOL(key)) {
    return 2;
  }
  flags = DUK_HOBJECT_E_GET_FLAGS(thr->heap, h, i);
  if (!(flags & DUK_PROPDESC_FLAG_ENUMERABLE)) {
    return 2;
  }
  if ((flags & DUK_PROPDESC_FLAG_ACCESSOR) || DUK_HSTRING_GET_ARRIDX_FAST(key) != DUK_HSTRING_NO_ARRAY_INDEX) {
    return -1;
  }
  if (!duk_check_stack(thr, 2)) {
    return -1;
  }
  duk_push_hstring(thr, key);
  duk_push_tval(thr, DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, h, i));
  return 1;
}

/* Slots. */

void mkjs_slots_init(duk_hthread* thr, duk_idx_t idx, int brand, duk_uint_t count) {
  duk_hobject* h = duk_require_hobject(thr, idx);
  duk_uint_t i;

  DUK_ASSERT(count >= 1 && count <= MKJS_MAX_SLOTS);
  if (DUK_HOBJECT_GET_ENEXT(h) != 0 || DUK_HOBJECT_IS_PROXY(h) || DUK_HEAPHDR_HAS_READONLY((duk_heaphdr*)h)) {
    DUK_ERROR_TYPE(thr, "object already has properties");
    DUK_WO_NORETURN(return;);
  }
  idx = duk_require_normalize_index(thr, idx);
  duk_hobject_resize_entrypart(thr, h, count);
  for (i = 0; i < count; i++) {
    duk_push_undefined(thr);
    duk_xdef_prop_stridx(thr, idx, i == 0 ? mkjs__brand_keys[brand] : mkjs__slot_keys[i], DUK_PROPDESC_FLAGS_NONE);
  }
}

int mkjs_has_brand(duk_hthread* thr, duk_idx_t idx, int brand) {
  duk_hobject* h = duk_get_hobject(thr, idx);

  return h != NULL && DUK_HOBJECT_GET_ENEXT(h) > 0 &&
         DUK_HOBJECT_E_GET_KEY(thr->heap, h, 0) == DUK_HTHREAD_GET_STRING(thr, mkjs__brand_keys[brand]);
}

void mkjs_require_brand(duk_hthread* thr, duk_idx_t idx, int brand, const char* what) {
  if (!mkjs_has_brand(thr, idx, brand)) {
    (void)duk_type_error(thr, "not a %s", what);
  }
}

void mkjs_slot_get(duk_hthread* thr, duk_idx_t idx, duk_uint_t slot) {
  duk_hobject* h = duk_known_hobject(thr, idx);

  DUK_ASSERT(slot < DUK_HOBJECT_GET_ENEXT(h));
  duk_push_tval(thr, DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, h, slot));
}

void mkjs_slot_put(duk_hthread* thr, duk_idx_t idx, duk_uint_t slot) {
  duk_hobject* h = duk_known_hobject(thr, idx);
  duk_tval* tv = DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, h, slot);

  DUK_ASSERT(slot < DUK_HOBJECT_GET_ENEXT(h));
  DUK_TVAL_SET_TVAL_UPDREF(thr, tv, DUK_GET_TVAL_NEGIDX(thr, -1)); /* side effects */
  duk_pop(thr);
}

void* mkjs_proto_ptr(duk_hthread* thr, int which) { return (void*)thr->builtins[mkjs__protos[which]]; }

void mkjs_push_object(duk_hthread* thr, int which, int brand, duk_uint_t count) {
  (void)mkjs__plain_object(thr, thr->builtins[mkjs__protos[which]], 0);
  mkjs_slots_init(thr, -1, brand, count);
}

/* Checks. */

void mkjs_loop_check(duk_hthread* thr) { DUK_NATIVE_LOOP_CHECK(thr); }

void mkjs_loop_rounds(duk_hthread* thr, duk_size_t rounds) {
  /* The next call of DUK_NATIVE_LOOP_CHECK() asks when its count becomes a multiple. */
  const duk_uint32_t left = 0x3fffU - (thr->heap->native_loop_count & 0x3fffU);

  thr->heap->native_loop_count += rounds < left ? (duk_uint32_t)rounds : left;
  DUK_NATIVE_LOOP_CHECK(thr);
}

void mkjs_push_symbol_text(duk_hthread* thr, duk_idx_t idx) {
  duk_push_symbol_descriptive_string(thr, duk_known_hstring(thr, idx));
}

void mkjs_stack_check(duk_hthread* thr) { duk_native_stack_check(thr); }

int mkjs_is_native(duk_hthread* thr, duk_idx_t idx, duk_c_function fn) {
  duk_hobject* h = duk_get_hobject(thr, idx);

  return h != NULL && DUK_HOBJECT_IS_NATFUNC(h) && ((duk_hnatfunc*)h)->func == fn;
}

void mkjs_construct(duk_hthread* thr, duk_idx_t n_args) {
  (void)duk_handle_call_unprotected(thr, duk_get_top(thr) - n_args - 2,
                                    DUK_CALL_FLAG_CONSTRUCT | DUK_CALL_FLAG_DEFAULT_INSTANCE_UPDATED);
}

/* Hidden properties on objects of the script. */

void mkjs_push_unique_key(duk_hthread* thr) {
  if ((++thr->heap->sym_counter[0]) == 0) {
    thr->heap->sym_counter[1]++;
  }
  duk_push_sprintf(thr,
                   "\x82"
                   "mk:%lx:%lx",
                   (unsigned long)thr->heap->sym_counter[1], (unsigned long)thr->heap->sym_counter[0]);
}

int mkjs_can_carry_hidden(duk_hthread* thr, duk_idx_t idx) {
  duk_hobject* h = duk_get_hobject(thr, idx);

  return h != NULL && !DUK_HEAPHDR_HAS_READONLY((duk_heaphdr*)h);
}

int mkjs_hidden_put(duk_hthread* thr, duk_idx_t idx, duk_idx_t key) {
  if (!mkjs_can_carry_hidden(thr, idx)) {
    duk_pop(thr);
    return 0;
  }
  duk_hobject_define_property_internal(thr, duk_known_hobject(thr, idx), duk_known_hstring(thr, key),
                                       DUK_PROPDESC_FLAGS_WC);
  return 1;
}

int mkjs_hidden_get(duk_hthread* thr, duk_idx_t idx, duk_idx_t key) {
  duk_tval* tv;

  if (!mkjs_can_carry_hidden(thr, idx)) {
    duk_push_undefined(thr);
    return 0;
  }
  tv = duk_hobject_find_entry_tval_ptr(thr->heap, duk_known_hobject(thr, idx), duk_known_hstring(thr, key));
  if (tv == NULL) {
    duk_push_undefined(thr);
    return 0;
  }
  duk_push_tval(thr, tv);
  return 1;
}

int mkjs_hidden_delete(duk_hthread* thr, duk_idx_t idx, duk_idx_t key) {
  duk_hobject* h;

  if (!mkjs_can_carry_hidden(thr, idx)) {
    return 0;
  }
  h = duk_known_hobject(thr, idx);
  if (duk_hobject_find_entry_tval_ptr(thr->heap, h, duk_known_hstring(thr, key)) == NULL) {
    return 0;
  }
  return duk_hobject_delprop_raw(thr, h, duk_known_hstring(thr, key), DUK_DELPROP_FLAG_FORCE) != 0;
}

/* Text. Duktape keeps strings as CESU-8: characters beyond U+FFFF as two surrogates of three bytes each. */

/* Decodes one character of UTF-8 at p; returns its length, or 0 if there is none. */
DUK_LOCAL duk_size_t mkjs__decode_utf8(const duk_uint8_t* p, const duk_uint8_t* end, duk_uint32_t* out) {
  duk_uint32_t c = p[0];
  duk_size_t n, i;

  if (c < 0x80) {
    *out = c;
    return 1;
  }
  n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
  if (c < 0xc2 || c > 0xf4 || (duk_size_t)(end - p) < n) {
    return 0;
  }
  c &= 0x7fU >> n;
  for (i = 1; i < n; i++) {
    if ((p[i] & 0xc0) != 0x80) {
      return 0;
    }
    c = (c << 6) | (p[i] & 0x3f);
  }
  if ((n == 3 && c < 0x800) || (n == 4 && c < 0x10000UL) || c > 0x10ffffUL || (c >= 0xd800 && c <= 0xdfff)) {
    return 0;
  }
  *out = c;
  return n;
}

DUK_LOCAL duk_uint8_t* mkjs__put3(duk_uint8_t* q, duk_uint32_t c) {
  *q++ = (duk_uint8_t)(0xe0 | (c >> 12));
  *q++ = (duk_uint8_t)(0x80 | ((c >> 6) & 0x3f));
  *q++ = (duk_uint8_t)(0x80 | (c & 0x3f));
  return q;
}

void duk_x_push_utf8(duk_hthread* thr, const char* text, duk_size_t length) {
  const duk_uint8_t* p = (const duk_uint8_t*)text;
  const duk_uint8_t* end = p + length;
  duk_size_t size = 0, n;
  duk_uint32_t c;
  duk_uint8_t* q;
  int plain = 1;

  while (p < end) {
    n = mkjs__decode_utf8(p, end, &c);
    if (n == 0 || n == 4) {
      plain = 0;
      size += n == 0 ? 3 : 6;
    } else {
      size += n;
    }
    p += n == 0 ? 1 : n;
  }
  if (plain) {
    (void)duk_push_lstring(thr, text, length);
    return;
  }
  q = (duk_uint8_t*)duk_push_fixed_buffer_nozero(thr, size);
  for (p = (const duk_uint8_t*)text; p < end; p += n == 0 ? 1 : n) {
    n = mkjs__decode_utf8(p, end, &c);
    if (n == 0) {
      q = mkjs__put3(q, 0xfffd);
    } else if (n == 4) {
      q = mkjs__put3(q, 0xd800 + ((c - 0x10000UL) >> 10));
      q = mkjs__put3(q, 0xdc00 + ((c - 0x10000UL) & 0x3ff));
    } else {
      duk_memcpy((void*)q, (const void*)p, n);
      q += n;
    }
  }
  (void)duk_buffer_to_string(thr, -1);
}

/* The surrogate at p, or 0. */
DUK_LOCAL duk_uint32_t mkjs__surrogate_at(const duk_uint8_t* p, const duk_uint8_t* end) {
  if (end - p < 3 || p[0] != 0xed || p[1] < 0xa0) {
    return 0;
  }
  return 0xd000UL | ((duk_uint32_t)(p[1] & 0x3f) << 6) | (p[2] & 0x3f);
}

const char* duk_x_to_utf8(duk_hthread* thr, duk_idx_t idx, duk_size_t* out_length) {
  duk_size_t length;
  const duk_uint8_t* start = (const duk_uint8_t*)duk_to_lstring(thr, idx, &length);
  const duk_uint8_t* end = start + length;
  const duk_uint8_t* p;
  duk_uint8_t* first;
  duk_uint8_t* q;

  for (p = start; p < end; p++) {
    if (*p == 0xed && mkjs__surrogate_at(p, end) != 0) {
      break;
    }
  }
  if (p == end) {
    *out_length = length;
    return (const char*)start;
  }
  idx = duk_require_normalize_index(thr, idx);
  first = (duk_uint8_t*)duk_push_dynamic_buffer(thr, length);
  q = first;
  for (p = start; p < end;) {
    duk_uint32_t lead = mkjs__surrogate_at(p, end);
    duk_uint32_t trail = lead >= 0xd800 && lead <= 0xdbff ? mkjs__surrogate_at(p + 3, end) : 0;

    if (lead == 0) {
      *q++ = *p++;
    } else if (trail >= 0xdc00) {
      duk_uint32_t c = 0x10000UL + ((lead - 0xd800) << 10) + (trail - 0xdc00);

      *q++ = (duk_uint8_t)(0xf0 | (c >> 18));
      *q++ = (duk_uint8_t)(0x80 | ((c >> 12) & 0x3f));
      *q++ = (duk_uint8_t)(0x80 | ((c >> 6) & 0x3f));
      *q++ = (duk_uint8_t)(0x80 | (c & 0x3f));
      p += 6;
    } else {
      q = mkjs__put3(q, 0xfffd);
      p += 3;
    }
  }
  (void)duk_push_lstring(thr, (const char*)first, (duk_size_t)(q - first));
  duk_remove(thr, -2);
  duk_replace(thr, idx);
  return duk_get_lstring(thr, idx, out_length);
}

int mkjs_is_proxy(duk_hthread* thr, duk_idx_t idx) {
  duk_hobject* h = duk_get_hobject(thr, idx);

  return h != NULL && DUK_HOBJECT_IS_PROXY(h);
}

int mkjs_proxy_trap(duk_hthread* thr, duk_idx_t idx, const char* name, duk_idx_t n_args) {
  return (int)duk_proxy_trap(thr, idx, name, n_args);
}
