/* String.prototype.normalize, by utf8proc: decomposition of each character, marks in canonical order, composition.
 *
 * Its own functions for whole strings take UTF-8, which lone surrogates have none of, and sort marks in quadratic time.
 */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "third_party/duktape/lib/mkjs.h"

/* Longest decomposition of one character. */
#define MAX_PARTS 32

typedef struct {
  const unsigned char* p;
  const unsigned char* end;
} reader;

static int next_unit(reader* r) {
  const unsigned char* p = r->p;

  if (p[0] < 0x80) {
    r->p += 1;
    return p[0];
  }
  if (p[0] < 0xe0 && r->end - p >= 2) {
    r->p += 2;
    return ((p[0] & 0x1f) << 6) | (p[1] & 0x3f);
  }
  if (r->end - p >= 3) {
    r->p += 3;
    return ((p[0] & 0x0f) << 12) | ((p[1] & 0x3f) << 6) | (p[2] & 0x3f);
  }
  r->p = r->end; /* none of the heap's strings */
  return 0xfffd;
}

/* Next character: a pair of surrogates is one, a lone one stays what it is. */
static int next_character(reader* r) {
  int c = next_unit(r);

  if (c >= 0xd800 && c <= 0xdbff && r->p < r->end) {
    reader ahead = *r;
    int trail = next_unit(&ahead);

    if (trail >= 0xdc00 && trail <= 0xdfff) {
      *r = ahead;
      return 0x10000 + ((c - 0xd800) << 10) + (trail - 0xdc00);
    }
  }
  return c;
}

/* Parts of a character in `parts`; returns their number. */
static int decompose(int c, utf8proc_int32_t* parts, utf8proc_option_t options) {
  int boundary = 0;
  utf8proc_ssize_t n =
      c >= 0xd800 && c <= 0xdfff ? 0 : utf8proc_decompose_char(c, parts, MAX_PARTS, options, &boundary);

  if (n < 1 || n > MAX_PARTS) {
    parts[0] = c;
    return 1;
  }
  return (int)n;
}

static int combining_class(utf8proc_int32_t c) { return utf8proc_get_property(c)->combining_class; }

/* Marks to be sorted: class, place (which keeps the order of equals), character. */
typedef struct {
  int order;
  int place;
  utf8proc_int32_t c;
} mark;

static int compare_marks(const void* a, const void* b) {
  const mark* x = (const mark*)a;
  const mark* y = (const mark*)b;

  return x->order != y->order ? (x->order > y->order) - (x->order < y->order)
                              : (x->place > y->place) - (x->place < y->place);
}

/* Puts each run of marks into canonical order. */
static void sort_marks(duk_context* ctx, utf8proc_int32_t* text, duk_size_t n) {
  duk_size_t i, k, start;

  for (start = 0; start < n; start = i + 1) {
    int sorted = 1;
    mark* marks;

    for (i = start; i < n && combining_class(text[i]) != 0; i++) {
      sorted = sorted && (i == start || combining_class(text[i - 1]) <= combining_class(text[i]));
    }
    if (sorted) {
      continue;
    }
    marks = (mark*)duk_push_fixed_buffer(ctx, (i - start) * sizeof(mark));
    for (k = start; k < i; k++) {
      marks[k - start].order = combining_class(text[k]);
      marks[k - start].place = (int)(k - start);
      marks[k - start].c = text[k];
    }
    qsort(marks, i - start, sizeof(mark), compare_marks);
    for (k = start; k < i; k++) {
      text[k] = marks[k - start].c;
    }
    duk_pop(ctx);
  }
}

static unsigned char* put_unit(unsigned char* q, int c) {
  if (c < 0x80) {
    *q++ = (unsigned char)c;
  } else if (c < 0x800) {
    *q++ = (unsigned char)(0xc0 | (c >> 6));
    *q++ = (unsigned char)(0x80 | (c & 0x3f));
  } else {
    *q++ = (unsigned char)(0xe0 | (c >> 12));
    *q++ = (unsigned char)(0x80 | ((c >> 6) & 0x3f));
    *q++ = (unsigned char)(0x80 | (c & 0x3f));
  }
  return q;
}

/* Pushes the characters as a string of the heap. */
static void push_text(duk_context* ctx, const utf8proc_int32_t* text, duk_size_t n) {
  unsigned char* first = (unsigned char*)duk_push_fixed_buffer(ctx, n * 6);
  unsigned char* q = first;
  duk_size_t i;

  for (i = 0; i < n; i++) {
    if (text[i] >= 0x10000) {
      q = put_unit(q, 0xd800 + ((text[i] - 0x10000) >> 10));
      q = put_unit(q, 0xdc00 + ((text[i] - 0x10000) & 0x3ff));
    } else {
      q = put_unit(q, text[i]);
    }
  }
  duk_push_lstring(ctx, (const char*)first, (duk_size_t)(q - first));
}

static utf8proc_option_t options_of(duk_context* ctx, duk_idx_t form) {
  const char* name = duk_is_undefined(ctx, form) ? "NFC" : duk_to_string(ctx, form);
  int options = UTF8PROC_STABLE;

  if (strcmp(name, "NFKC") == 0 || strcmp(name, "NFKD") == 0) {
    options |= UTF8PROC_COMPAT;
  } else if (strcmp(name, "NFC") != 0 && strcmp(name, "NFD") != 0) {
    (void)duk_range_error(ctx, "normalize: the form is NFC, NFD, NFKC or NFKD, not %s", name);
  }
  return (utf8proc_option_t)(options | (name[strlen(name) - 1] == 'C' ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE));
}

duk_ret_t mkjs_string_normalize(duk_context* ctx) {
  utf8proc_int32_t parts[MAX_PARTS];
  utf8proc_int32_t* text;
  utf8proc_option_t options;
  duk_size_t length, i, n = 0;
  reader start, r;

  duk_push_this(ctx); /* [ form this ] */
  if (duk_is_null_or_undefined(ctx, 1)) {
    return duk_type_error(ctx, "called on null or undefined");
  }
  start.p = (const unsigned char*)duk_to_lstring(ctx, 1, &length);
  start.end = start.p + length;
  options = options_of(ctx, 0);
  for (i = 0; i < length && start.p[i] < 0x80; i++) {
  }
  if (i == length) {
    return 1; /* ASCII is what it is */
  }
  for (r = start; r.p < r.end;) {
    mkjs_loop_check(ctx);
    n += (duk_size_t)decompose(next_character(&r), parts, options);
  }
  text = (utf8proc_int32_t*)duk_push_fixed_buffer(ctx, n * sizeof(*text));
  for (r = start, n = 0; r.p < r.end;) {
    int count = decompose(next_character(&r), parts, options);

    memcpy(text + n, parts, (size_t)count * sizeof(*text));
    n += (duk_size_t)count;
  }
  sort_marks(ctx, text, n);
  if (options & UTF8PROC_COMPOSE) {
    n = (duk_size_t)utf8proc_normalize_utf32(text, (utf8proc_ssize_t)n, options);
  }
  push_text(ctx, text, n);
  return 1;
}
