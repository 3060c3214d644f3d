/* Part of the combined Duktape source: Map and Set.
 *
 * Slot 0 holds the items, an internal array of key and value (Map) or key (Set) by entry in order of insertion; slot 1
 * an index buffer. Both are made by the first insertion. Strings are interned and heap objects never move, so pointers
 * and numbers hash directly. A deleted entry keeps its place with sequence 0 until the table is compacted; the sequence
 * numbers let an iterator find its place again then, so iteration during changes is as the specification says.
 * Sequence numbers wrap after 2^32 insertions into one table: an iterator that is alive then may lose its place. */

#include "duk_internal.h"

extern void mkjs_slots_init(duk_context* ctx, duk_idx_t obj, int brand, duk_uint_t count);
extern int mkjs_has_brand(duk_context* ctx, duk_idx_t obj, int brand);
extern void mkjs_require_brand(duk_context* ctx, duk_idx_t obj, int brand, const char* what);
extern void mkjs_slot_put(duk_context* ctx, duk_idx_t obj, duk_uint_t slot);
extern void mkjs_push_object(duk_context* ctx, int which, int brand, duk_uint_t count);
extern int mkjs_is_native(duk_context* ctx, duk_idx_t idx, duk_c_function fn);
extern void mkjs_map_add_all(duk_context* ctx, duk_idx_t iterable, duk_idx_t self, int is_set);

/* As in mkjs.h, which cannot be included here. */
#define MKJS__BRAND_MAP 0
#define MKJS__BRAND_SET 1
#define MKJS__BRAND_ITERATOR 5
#define MKJS__PROTO_MAP_ITERATOR 1
#define MKJS__PROTO_SET_ITERATOR 2

#define MKJS__MIN_CAPACITY 4U
#define MKJS__MAX_CAPACITY 0x4000000UL
#define MKJS__NOT_FOUND 0xffffffffUL

typedef struct {
  duk_uint32_t capacity;
  duk_uint32_t used; /* entries taken, deleted ones included */
  duk_uint32_t live;
  duk_uint32_t epoch; /* changes when entries move */
  duk_uint32_t next_sequence;
  duk_uint32_t mask;    /* size of the hash part - 1 */
  duk_uint32_t data[1]; /* sequence[capacity], then hash[mask + 1] of entry + 1 or 0 */
} mkjs__index;

typedef struct {
  duk_hobject* self;
  duk_hobject* items; /* NULL before the first insertion */
  mkjs__index* index; /* ditto */
  duk_uint32_t width; /* values an entry */
} mkjs__table;

typedef struct {
  duk_uint32_t position;
  duk_uint32_t epoch;
  duk_uint32_t last_sequence;
} mkjs__cursor;

DUK_LOCAL void mkjs__table_get(duk_hthread* thr, duk_idx_t idx, int is_set, mkjs__table* table) {
  duk_hobject* h = duk_known_hobject(thr, idx);
  duk_tval* items = DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, h, 0);
  duk_tval* index = DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, h, 1);

  table->self = h;
  table->width = is_set ? 1 : 2;
  table->items = DUK_TVAL_IS_OBJECT(items) ? DUK_TVAL_GET_OBJECT(items) : NULL;
  table->index = NULL;
  if (DUK_TVAL_IS_BUFFER(index)) {
    table->index = (mkjs__index*)DUK_HBUFFER_GET_DATA_PTR(thr->heap, DUK_TVAL_GET_BUFFER(index));
  }
}

/* Pushes 'this' after checking it. */
DUK_LOCAL void mkjs__push_table(duk_hthread* thr, int is_set, mkjs__table* table) {
  duk_push_this(thr);
  mkjs_require_brand(thr, -1, is_set ? MKJS__BRAND_SET : MKJS__BRAND_MAP, is_set ? "Set" : "Map");
  mkjs__table_get(thr, -1, is_set, table);
}

DUK_LOCAL duk_uint32_t* mkjs__hash_part(mkjs__index* index) { return index->data + index->capacity; }

DUK_LOCAL duk_tval* mkjs__entry(duk_hthread* thr, mkjs__table* table, duk_uint32_t i) {
  DUK_ASSERT((i + 1) * table->width <= DUK_HOBJECT_GET_ASIZE(table->items));
  return DUK_HOBJECT_A_GET_BASE(thr->heap, table->items) + i * table->width;
}

/* -0 becomes +0 and numbers get their one representation, so that SameValueZero is comparing values. */
DUK_LOCAL void mkjs__normalize_key(duk_tval* key) {
  if (DUK_TVAL_IS_DOUBLE(key)) {
    duk_double_t d = DUK_TVAL_GET_DOUBLE(key);

    if (d == 0.0) {
      d = 0.0;
    }
    DUK_TVAL_SET_DOUBLE(key, d);
    DUK_TVAL_CHKFAST_INPLACE_SLOW(key);
  }
}

DUK_LOCAL duk_uint32_t mkjs__hash(duk_tval* key) {
  duk_uint64_t x;

  if (DUK_TVAL_IS_NUMBER(key)) {
    duk_double_union u;

    u.d = DUK_TVAL_GET_NUMBER(key);
    if (DUK_ISNAN(u.d)) {
      x = 7;
    } else {
      duk_memcpy((void*)&x, (const void*)&u.d, sizeof(x));
    }
  } else if (DUK_TVAL_IS_HEAP_ALLOCATED(key)) {
    x = (duk_uint64_t)(size_t)DUK_TVAL_GET_HEAPHDR(key) >> 3;
  } else if (DUK_TVAL_IS_BOOLEAN(key)) {
    x = 1001U + DUK_TVAL_GET_BOOLEAN(key);
  } else {
    /* undefined, null, lightfunc, pointer: rare as keys */
    x = 2001U + (duk_uint64_t)DUK_TVAL_GET_TAG(key);
  }
  x *= 0x9e3779b97f4a7c15ULL;
  return (duk_uint32_t)(x >> 32);
}

DUK_LOCAL duk_uint32_t mkjs__find(duk_hthread* thr, mkjs__table* table, duk_tval* key) {
  mkjs__index* index = table->index;
  duk_uint32_t* hash;
  duk_uint32_t i;

  if (index == NULL || index->live == 0) {
    return MKJS__NOT_FOUND;
  }
  hash = mkjs__hash_part(index);
  for (i = mkjs__hash(key) & index->mask; hash[i] != 0; i = (i + 1) & index->mask) {
    duk_uint32_t e = hash[i] - 1;

    if (index->data[e] != 0 && duk_js_samevalue(mkjs__entry(thr, table, e), key)) {
      return e;
    }
  }
  return MKJS__NOT_FOUND;
}

DUK_LOCAL void mkjs__hash_insert(mkjs__index* index, duk_tval* key, duk_uint32_t e) {
  duk_uint32_t* hash = mkjs__hash_part(index);
  duk_uint32_t i = mkjs__hash(key) & index->mask;

  while (hash[i] != 0) {
    i = (i + 1) & index->mask;
  }
  hash[i] = e + 1;
}

DUK_LOCAL void mkjs__forget_entries(mkjs__index* index) {
  index->used = 0;
  index->live = 0;
  index->epoch++;
  duk_memzero((void*)mkjs__hash_part(index), sizeof(duk_uint32_t) * ((size_t)index->mask + 1));
}

/* Pushes an empty index for `capacity` entries, a power of two. */
DUK_LOCAL mkjs__index* mkjs__push_index(duk_hthread* thr, duk_uint32_t capacity) {
  size_t size = sizeof(mkjs__index) + sizeof(duk_uint32_t) * ((size_t)capacity * 3);
  mkjs__index* index = (mkjs__index*)duk_push_fixed_buffer(thr, size); /* zeroed */

  index->capacity = capacity;
  index->mask = capacity * 2 - 1;
  index->next_sequence = 1;
  return index;
}

/* Moves the live entries to the front and enters them into `to`. Cannot fail. */
DUK_LOCAL void mkjs__compact(duk_hthread* thr, mkjs__table* table, mkjs__index* to) {
  mkjs__index* from = table->index;
  duk_tval* base = DUK_HOBJECT_A_GET_BASE(thr->heap, table->items);
  duk_uint32_t i, j, k;

  to->epoch = from->epoch + 1;
  to->next_sequence = from->next_sequence;
  for (i = 0, j = 0; i < from->used; i++) {
    if (from->data[i] == 0) {
      continue; /* its values are undefined: no reference to give back */
    }
    for (k = 0; k < table->width; k++) {
      base[j * table->width + k] = base[i * table->width + k];
    }
    to->data[j] = from->data[i];
    mkjs__hash_insert(to, base + j * table->width, j);
    j++;
  }
  to->used = j;
  to->live = j;
  for (i = j * table->width; i < from->used * table->width; i++) {
    DUK_TVAL_SET_UNUSED(base + i);
  }
}

/* Makes room for one more entry. Memory allocation may run finalizers that change this very table, hence the loop. */
DUK_LOCAL void mkjs__reserve(duk_hthread* thr, duk_idx_t self, int is_set, mkjs__table* table) {
  for (;;) {
    mkjs__index* old;
    mkjs__index* fresh;
    duk_uint32_t capacity;
    duk_uint32_t used;

    mkjs__table_get(thr, self, is_set, table);
    old = table->index;
    used = old != NULL ? old->used : 0;
    if (table->items == NULL) {
      duk_push_bare_array(thr);
      mkjs_slot_put(thr, self, 0);
      continue;
    }
    if (old != NULL && used < old->capacity) {
      if ((used + 1) * table->width > DUK_HOBJECT_GET_ASIZE(table->items)) {
        /* Also when an emergency collection has shrunk the array. */
        duk_hobject_realloc_props(thr, table->items, 0, old->capacity * table->width, 0, 0);
        continue;
      }
      return;
    }
    capacity = MKJS__MIN_CAPACITY;
    if (old != NULL) {
      capacity = old->live > old->capacity / 4 * 3 ? old->capacity * 2 : old->capacity;
    }
    if (capacity > MKJS__MAX_CAPACITY) {
      DUK_ERROR_RANGE(thr, "too many entries");
      DUK_WO_NORETURN(return;);
    }
    fresh = mkjs__push_index(thr, capacity);
    mkjs__table_get(thr, self, is_set, table);
    if (table->index != old || (old != NULL && old->used != used)) {
      duk_pop(thr);
      continue;
    }
    if (old != NULL) {
      mkjs__compact(thr, table, fresh);
    }
    mkjs_slot_put(thr, self, 1);
  }
}

/* Value stack: self at `self`, key and value anywhere. */
DUK_LOCAL void mkjs__set(duk_hthread* thr, duk_idx_t self, int is_set, duk_idx_t key_idx, duk_idx_t value_idx) {
  mkjs__table table;
  duk_tval key;
  duk_tval* tv;
  duk_uint32_t e;

  DUK_TVAL_SET_TVAL(&key, duk_require_tval(thr, key_idx));
  mkjs__normalize_key(&key);
  mkjs__table_get(thr, self, is_set, &table);
  e = mkjs__find(thr, &table, &key);
  if (e == MKJS__NOT_FOUND) {
    mkjs__reserve(thr, self, is_set, &table);
    e = table.index->used;
    if (table.index->next_sequence == 0) {
      table.index->next_sequence = 1;
    }
    table.index->data[e] = table.index->next_sequence++;
    tv = mkjs__entry(thr, &table, e);
    DUK_TVAL_SET_TVAL(tv, &key);
    DUK_TVAL_INCREF(thr, tv);
    if (!is_set) {
      DUK_TVAL_SET_TVAL(tv + 1, duk_require_tval(thr, value_idx));
      DUK_TVAL_INCREF(thr, tv + 1);
    }
    mkjs__hash_insert(table.index, &key, e);
    table.index->used++;
    table.index->live++;
  } else if (!is_set) {
    tv = mkjs__entry(thr, &table, e) + 1;
    DUK_TVAL_SET_TVAL_UPDREF(thr, tv, duk_require_tval(thr, value_idx)); /* side effects last */
  }
}

/* Advances to the next live entry and returns its number, or MKJS__NOT_FOUND. */
DUK_LOCAL duk_uint32_t mkjs__advance(mkjs__table* table, mkjs__cursor* cursor) {
  mkjs__index* index = table->index;
  duk_uint32_t i = cursor->position;

  if (index == NULL) {
    return MKJS__NOT_FOUND;
  }
  if (cursor->epoch != index->epoch) {
    cursor->epoch = index->epoch;
    i = 0; /* entries moved: go on after the last one seen */
    while (i < index->used && index->data[i] <= cursor->last_sequence) {
      i++;
    }
  }
  while (i < index->used && index->data[i] == 0) {
    i++;
  }
  if (i >= index->used) {
    cursor->position = i;
    return MKJS__NOT_FOUND;
  }
  cursor->position = i + 1;
  cursor->last_sequence = index->data[i];
  return i;
}

/* Natives. Magic: 0 = Map, 1 = Set. */

duk_ret_t mkjs_map_constructor(duk_hthread* thr) {
  int is_set = duk_get_current_magic(thr);

  duk_require_constructor_call(thr);
  duk_push_this(thr);
  mkjs_slots_init(thr, 1, is_set ? MKJS__BRAND_SET : MKJS__BRAND_MAP, 2);
  if (!duk_is_null_or_undefined(thr, 0)) {
    mkjs_map_add_all(thr, 0, 1, is_set);
  }
  return 0;
}

duk_ret_t mkjs_map_get(duk_hthread* thr) {
  mkjs__table table;
  duk_uint32_t e;

  mkjs__normalize_key(DUK_GET_TVAL_POSIDX(thr, 0));
  mkjs__push_table(thr, 0, &table);
  e = mkjs__find(thr, &table, DUK_GET_TVAL_POSIDX(thr, 0));
  if (e == MKJS__NOT_FOUND) {
    return 0;
  }
  duk_push_tval(thr, mkjs__entry(thr, &table, e) + 1);
  return 1;
}

duk_ret_t mkjs_map_has(duk_hthread* thr) {
  mkjs__table table;

  mkjs__normalize_key(DUK_GET_TVAL_POSIDX(thr, 0));
  mkjs__push_table(thr, duk_get_current_magic(thr), &table);
  duk_push_boolean(thr, mkjs__find(thr, &table, DUK_GET_TVAL_POSIDX(thr, 0)) != MKJS__NOT_FOUND);
  return 1;
}

duk_ret_t mkjs_map_set(duk_hthread* thr) {
  int is_set = duk_get_current_magic(thr);
  mkjs__table table;

  mkjs__push_table(thr, is_set, &table); /* at 1 (Set) or 2 (Map) */
  mkjs__set(thr, duk_get_top_index(thr), is_set, 0, 1);
  duk_push_this(thr);
  return 1;
}

duk_ret_t mkjs_map_delete(duk_hthread* thr) {
  int is_set = duk_get_current_magic(thr);
  mkjs__table table;
  duk_tval* tv;
  duk_uint32_t e, k;

  mkjs__normalize_key(DUK_GET_TVAL_POSIDX(thr, 0));
  mkjs__push_table(thr, is_set, &table);
  e = mkjs__find(thr, &table, DUK_GET_TVAL_POSIDX(thr, 0));
  if (e == MKJS__NOT_FOUND) {
    duk_push_false(thr);
    return 1;
  }
  /* The old values move to the value stack; dropping them there may run finalizers. */
  duk_require_stack(thr, 3);
  tv = mkjs__entry(thr, &table, e);
  for (k = 0; k < table.width; k++) {
    duk_push_tval(thr, tv + k);
    DUK_TVAL_DECREF_NORZ(thr, tv + k);
    DUK_TVAL_SET_UNDEFINED(tv + k);
  }
  table.index->data[e] = 0;
  if (--table.index->live == 0) {
    mkjs__forget_entries(table.index);
  }
  duk_push_true(thr);
  return 1;
}

duk_ret_t mkjs_map_clear(duk_hthread* thr) {
  int is_set = duk_get_current_magic(thr);
  mkjs__table table;

  mkjs__push_table(thr, is_set, &table); /* at 0 */
  if (table.index == NULL) {
    return 0;
  }
  if (table.index->capacity > 8 * MKJS__MIN_CAPACITY) {
    mkjs__index* fresh = mkjs__push_index(thr, MKJS__MIN_CAPACITY);

    mkjs__table_get(thr, 0, is_set, &table);
    fresh->epoch = table.index->epoch + 1;
    fresh->next_sequence = table.index->next_sequence;
    mkjs_slot_put(thr, 0, 1);
  } else {
    mkjs__forget_entries(table.index);
  }
  duk_push_undefined(thr);
  mkjs_slot_put(thr, 0, 0); /* frees the items last: side effects */
  return 0;
}

duk_ret_t mkjs_map_size(duk_hthread* thr) {
  mkjs__table table;

  mkjs__push_table(thr, duk_get_current_magic(thr), &table);
  duk_push_uint(thr, table.index != NULL ? table.index->live : 0);
  return 1;
}

duk_ret_t mkjs_map_foreach(duk_hthread* thr) {
  int is_set = duk_get_current_magic(thr);
  mkjs__cursor cursor = {0, 0, 0};
  mkjs__table table;
  duk_uint32_t e;

  mkjs__push_table(thr, is_set, &table); /* [ callback this_arg self ] */
  duk_require_callable(thr, 0);
  for (;;) {
    mkjs__table_get(thr, 2, is_set, &table);
    e = mkjs__advance(&table, &cursor);
    if (e == MKJS__NOT_FOUND) {
      return 0;
    }
    duk_dup(thr, 0);
    duk_dup(thr, 1);
    duk_push_tval(thr, mkjs__entry(thr, &table, e) + (table.width - 1));
    duk_push_tval(thr, mkjs__entry(thr, &table, e));
    duk_dup(thr, 2);
    duk_call_method(thr, 3);
    duk_pop(thr);
  }
}

/* Iterators. Slots: the table or undefined when done, position, last sequence, epoch * 8 + kind * 2 + is_set.
 * Magic: kind (0 keys, 1 values, 2 entries) * 2 + is_set. */

duk_ret_t mkjs_map_iterator(duk_hthread* thr) {
  int magic = duk_get_current_magic(thr);
  mkjs__table table;

  mkjs__push_table(thr, magic & 1, &table); /* at 0 */
  mkjs_push_object(thr, magic & 1 ? MKJS__PROTO_SET_ITERATOR : MKJS__PROTO_MAP_ITERATOR, MKJS__BRAND_ITERATOR, 4);
  duk_dup(thr, 0);
  mkjs_slot_put(thr, 1, 0);
  duk_push_uint(thr, 0);
  mkjs_slot_put(thr, 1, 1);
  duk_push_uint(thr, 0);
  mkjs_slot_put(thr, 1, 2);
  duk_push_uint(thr, (duk_uint_t)magic); /* epoch 0: if that is not the table's, the scan starts at the front too */
  mkjs_slot_put(thr, 1, 3);
  return 1;
}

/* Pushes what an iterator of `kind` yields for entry `e`. */
DUK_LOCAL void mkjs__push_yield(duk_hthread* thr, mkjs__table* table, duk_uint32_t e, int kind) {
  if (kind == 2) {
    duk_push_array(thr);
    duk_push_tval(thr, mkjs__entry(thr, table, e));
    duk_push_tval(thr, mkjs__entry(thr, table, e) + (table->width - 1));
    duk_put_prop_index(thr, -3, 1);
    duk_put_prop_index(thr, -2, 0);
  } else {
    duk_push_tval(thr, mkjs__entry(thr, table, e) + (kind == 1 ? table->width - 1 : 0));
  }
}

DUK_LOCAL duk_double_t mkjs__slot_number(duk_hthread* thr, duk_hobject* h, duk_uint_t slot) {
  return DUK_TVAL_GET_NUMBER(DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, h, slot));
}

DUK_LOCAL void mkjs__slot_set_number(duk_hthread* thr, duk_idx_t idx, duk_uint_t slot, duk_double_t d) {
  duk_push_number(thr, d);
  mkjs_slot_put(thr, idx, slot);
}

/* Magic: 1 = Set. */
duk_ret_t mkjs_map_iterator_next(duk_hthread* thr) {
  int want_set = duk_get_current_magic(thr);
  mkjs__cursor cursor;
  mkjs__table table;
  duk_hobject* h;
  duk_uint64_t packed = 0;
  duk_uint32_t e = MKJS__NOT_FOUND;

  duk_push_this(thr); /* at 0 */
  mkjs_require_brand(thr, 0, MKJS__BRAND_ITERATOR, "Map Iterator");
  h = duk_known_hobject(thr, 0);
  if (DUK_HOBJECT_GET_ENEXT(h) < 4) {
    DUK_ERROR_TYPE(thr, "not a Map Iterator");
    DUK_WO_NORETURN(return 0;);
  }
  duk_push_tval(thr, DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, h, 0)); /* table at 1 */
  if (!duk_is_undefined(thr, 1)) {
    mkjs_require_brand(thr, 1, want_set ? MKJS__BRAND_SET : MKJS__BRAND_MAP,
                       want_set ? "Set Iterator" : "Map Iterator");
    packed = (duk_uint64_t)mkjs__slot_number(thr, h, 3);
    cursor.position = (duk_uint32_t)mkjs__slot_number(thr, h, 1);
    cursor.last_sequence = (duk_uint32_t)mkjs__slot_number(thr, h, 2);
    cursor.epoch = (duk_uint32_t)(packed >> 3);
    mkjs__table_get(thr, 1, want_set, &table);
    e = mkjs__advance(&table, &cursor);
    if (e == MKJS__NOT_FOUND) {
      duk_push_undefined(thr);
      mkjs_slot_put(thr, 0, 0);
    } else {
      mkjs__slot_set_number(thr, 0, 1, cursor.position);
      mkjs__slot_set_number(thr, 0, 2, cursor.last_sequence);
      mkjs__slot_set_number(thr, 0, 3, (duk_double_t)(((duk_uint64_t)cursor.epoch << 3) | (packed & 7)));
    }
  }
  duk_push_object(thr);
  if (e == MKJS__NOT_FOUND) {
    duk_push_undefined(thr);
  } else {
    mkjs__push_yield(thr, &table, e, (int)(packed & 7) >> 1);
  }
  duk_put_prop_stridx_short(thr, -2, DUK_STRIDX_VALUE);
  duk_push_boolean(thr, e == MKJS__NOT_FOUND);
  duk_put_prop_stridx_short(thr, -2, DUK_STRIDX_DONE);
  return 1;
}

/* For natives that iterate over a Map or Set themselves: pushes the entry after the cursor (key, value) and returns 1,
 * or returns 0. `state` is three numbers, zero at first. */
int mkjs_map_next_entry(duk_hthread* thr, duk_idx_t idx, int is_set, duk_uint32_t state[3]) {
  mkjs__cursor cursor;
  mkjs__table table;
  duk_uint32_t e;

  cursor.position = state[0];
  cursor.epoch = state[1];
  cursor.last_sequence = state[2];
  mkjs__table_get(thr, idx, is_set, &table);
  e = mkjs__advance(&table, &cursor);
  state[0] = cursor.position;
  state[1] = cursor.epoch;
  state[2] = cursor.last_sequence;
  if (e == MKJS__NOT_FOUND) {
    return 0;
  }
  duk_push_tval(thr, mkjs__entry(thr, &table, e));
  duk_push_tval(thr, mkjs__entry(thr, &table, e) + (table.width - 1));
  return 1;
}

/* The same as the natives, for use on a table that is not 'this'. */
void mkjs_map_put_value(duk_hthread* thr, duk_idx_t self, int is_set, duk_idx_t key, duk_idx_t value) {
  self = duk_require_normalize_index(thr, self);
  mkjs__set(thr, self, is_set, key, value);
}
