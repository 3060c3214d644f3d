#include "third_party/duktape/lib/regexp/parts.h"

#include <string.h>

static const int32_t kLast = 0x10ffff;

void mkre_fail(duk_context* ctx, const char* what) {
  (void)duk_syntax_error(ctx, "invalid regular expression: %s", what);
}

void mkre_words_open(duk_context* ctx, MkreWords* words) {
  words->ctx = ctx;
  words->room = 64;
  words->used = 0;
  words->words = (int32_t*)duk_push_dynamic_buffer(ctx, words->room * sizeof(int32_t));
  words->index = duk_get_top_index(ctx);
}

void mkre_words_insert(MkreWords* words, size_t at, size_t count) {
  if (words->used + count > MKRE_MAX_CODE_WORDS) mkre_fail(words->ctx, "too large");
  if (words->used + count > words->room) {
    while (words->used + count > words->room) words->room *= 2;
    words->words = (int32_t*)duk_resize_buffer(words->ctx, words->index, words->room * sizeof(int32_t));
  }
  memmove(words->words + at + count, words->words + at, (words->used - at) * sizeof(int32_t));
  words->used += count;
}

void mkre_words_add(MkreWords* words, int32_t word) {
  mkre_words_insert(words, words->used, 1);
  words->words[words->used - 1] = word;
}

void mkre_set_add(MkreWords* set, int32_t first, int32_t last) {
  mkre_words_add(set, first);
  mkre_words_add(set, last);
}

static int by_first(const void* a, const void* b) {
  const int32_t x = *(const int32_t*)a, y = *(const int32_t*)b;
  return (x > y) - (x < y);
}

void mkre_set_tidy(MkreWords* set) {
  int32_t* w = set->words;
  size_t to = 0;
  qsort(w, set->used / 2, 2 * sizeof(int32_t), by_first);
  for (size_t i = 0; i < set->used; i += 2) {
    if (to > 0 && w[i] <= w[to - 1] + 1) {
      if (w[i + 1] > w[to - 1]) w[to - 1] = w[i + 1];
    } else {
      w[to] = w[i];
      w[to + 1] = w[i + 1];
      to += 2;
    }
  }
  set->used = to;
}

void mkre_set_invert(MkreWords* set) {
  int32_t from = 0;
  const size_t count = set->used;
  for (size_t i = 0; i < count; i += 2) {
    const int32_t first = set->words[i], last = set->words[i + 1];
    if (first > from) mkre_set_add(set, from, first - 1);
    from = last + 1;
  }
  if (from <= kLast) mkre_set_add(set, from, kLast);
  memmove(set->words, set->words + count, (set->used - count) * sizeof(int32_t));
  set->used -= count;
}

/* Adds sorted pairs, or all that is not in them. */
static void add_pairs(MkreWords* set, const int32_t (*pairs)[2], size_t count, int inverted) {
  int32_t from = 0;
  for (size_t i = 0; i < count; i++) {
    if (!inverted) {
      mkre_set_add(set, pairs[i][0], pairs[i][1]);
    } else {
      if (pairs[i][0] > from) mkre_set_add(set, from, pairs[i][0] - 1);
      from = pairs[i][1] + 1;
    }
  }
  if (inverted && from <= kLast) mkre_set_add(set, from, kLast);
}

int mkre_set_add_escape(MkreWords* set, int32_t letter, unsigned flags) {
  static const int32_t digits[][2] = {{'0', '9'}};
  static const int32_t spaces[][2] = {{9, 13},          {32, 32},         {160, 160},       {0x1680, 0x1680},
                                      {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f},
                                      {0x3000, 0x3000}, {0xfeff, 0xfeff}};
  static const int32_t words[][2] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}, {0x17f, 0x17f}, {0x212a, 0x212a}};
  const int folds = (flags & MKRE_UNICODE) && (flags & MKRE_ICASE);
  switch (letter) {
    case 'd':
    case 'D':
      add_pairs(set, digits, 1, letter == 'D');
      return 1;
    case 's':
    case 'S':
      add_pairs(set, spaces, sizeof(spaces) / sizeof(spaces[0]), letter == 'S');
      return 1;
    case 'w':
    case 'W':
      add_pairs(set, words, folds ? 6 : 4, letter == 'W');
      return 1;
    default:
      return 0;
  }
}

int mkre_set_add_property(MkreWords* set, const char* name, size_t length, int inverted) {
  const uint32_t(*ranges)[2];
  const size_t count = mkre_property(name, length, &ranges);
  if (count == 0) return 0;
  add_pairs(set, (const int32_t(*)[2])ranges, count, inverted);
  return 1;
}

static int32_t unit_at(const uint8_t* p, const uint8_t* end, size_t* width) {
  const size_t wanted = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
  *width = wanted;
  if (wanted > (size_t)(end - p)) {
    *width = 1;
    return 0xfffd;
  }
  switch (wanted) {
    case 1:
      return p[0];
    case 2:
      return (p[0] & 0x1f) << 6 | (p[1] & 0x3f);
    case 3:
      return (p[0] & 0x0f) << 12 | (p[1] & 0x3f) << 6 | (p[2] & 0x3f);
    default:
      return (p[0] & 0x07) << 18 | (p[1] & 0x3f) << 12 | (p[2] & 0x3f) << 6 | (p[3] & 0x3f);
  }
}

static int32_t char_at(const MkreReader* reader, size_t* width) {
  size_t more;
  int32_t c, low;
  if (reader->at >= reader->end) return -1;
  c = unit_at(reader->at, reader->end, width);
  if (!(reader->flags & MKRE_UNICODE) || c < 0xd800 || c > 0xdbff || reader->at + *width >= reader->end) return c;
  low = unit_at(reader->at + *width, reader->end, &more);
  if (low < 0xdc00 || low > 0xdfff) return c;
  *width += more;
  return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
}

int32_t mkre_peek(const MkreReader* reader) {
  size_t width;
  return char_at(reader, &width);
}

int32_t mkre_next(MkreReader* reader) {
  size_t width = 0;
  const int32_t c = char_at(reader, &width);
  if (c >= 0) reader->at += width;
  return c;
}

int mkre_starts(const MkreReader* reader, const char* text) {
  const size_t length = strlen(text);
  return (size_t)(reader->end - reader->at) >= length && memcmp(reader->at, text, length) == 0;
}

int mkre_eat(MkreReader* reader, char c) {
  if (reader->at >= reader->end || *reader->at != (uint8_t)c) return 0;
  reader->at++;
  return 1;
}

int32_t mkre_decimal(MkreReader* reader) {
  int64_t value = 0;
  while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
    value = value * 10 + (*reader->at++ - '0');
    if (value > INT32_MAX) value = INT32_MAX;
  }
  return (int32_t)value;
}

int mkre_braces(MkreReader* reader, int32_t* min, int32_t* max) {
  const uint8_t* start = reader->at;
  if (mkre_eat(reader, '{') && reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
    *min = *max = mkre_decimal(reader);
    if (mkre_eat(reader, ',')) {
      *max = reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9' ? mkre_decimal(reader) : INT32_MAX;
    }
    if (mkre_eat(reader, '}')) return 1;
  }
  reader->at = start;
  return 0;
}

/* `digits` hexadecimal ones; -1 and not moved when they are not there. */
static int32_t hex(MkreReader* reader, int digits) {
  int32_t value = 0;
  if (reader->end - reader->at < digits) return -1;
  for (int i = 0; i < digits; i++) {
    const uint8_t c = reader->at[i];
    const int letter = (c | 0x20) - 'a';
    if (c >= '0' && c <= '9') {
      value = value * 16 + (c - '0');
    } else if (letter >= 0 && letter < 6) {
      value = value * 16 + 10 + letter;
    } else {
      return -1;
    }
  }
  reader->at += digits;
  return value;
}

/* Behind \u. */
static int32_t unicode_escape(MkreReader* reader) {
  int32_t c;
  if (!(reader->flags & MKRE_UNICODE)) {
    c = hex(reader, 4);
    return c < 0 ? 'u' : c;
  }
  if (mkre_eat(reader, '{')) {
    int64_t value = 0;
    int digits = 0;
    for (int32_t digit; (digit = hex(reader, 1)) >= 0; digits++) {
      value = value * 16 + digit;
      if (value > kLast) mkre_fail(reader->ctx, "\\u{..} beyond 10FFFF");
    }
    if (digits == 0 || !mkre_eat(reader, '}')) mkre_fail(reader->ctx, "\\u{..} wants hexadecimal digits");
    return (int32_t)value;
  }
  c = hex(reader, 4);
  if (c < 0) mkre_fail(reader->ctx, "\\u wants four hexadecimal digits or {..}");
  if (c >= 0xd800 && c <= 0xdbff && mkre_starts(reader, "\\u")) {
    const uint8_t* start = reader->at;
    reader->at += 2;
    const int32_t low = hex(reader, 4);
    if (low >= 0xdc00 && low <= 0xdfff) return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    reader->at = start;
  }
  return c;
}

/* \0, and without the flag u up to three octal digits. */
static int32_t octal_escape(MkreReader* reader) {
  int32_t value = 0;
  if (reader->flags & MKRE_UNICODE) {
    reader->at++;
    if (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9')
      mkre_fail(reader->ctx, "a digit behind \\0");
    return 0;
  }
  for (int i = 0; i < 3 && reader->at < reader->end && *reader->at >= '0' && *reader->at <= '7'; i++) {
    if (value * 8 + (*reader->at - '0') > 0377) break;
    value = value * 8 + (*reader->at++ - '0');
  }
  return value;
}

static int32_t control_escape(MkreReader* reader, int in_class) {
  const int strict = (reader->flags & MKRE_UNICODE) != 0;
  const int c = reader->at < reader->end ? *reader->at : 0;
  const int letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
  if (letter || (in_class && !strict && ((c >= '0' && c <= '9') || c == '_'))) {
    reader->at++;
    return c & 31;
  }
  if (strict) mkre_fail(reader->ctx, "\\c wants a letter");
  reader->at--; /* the backslash is one, and the c is read again */
  return '\\';
}

int32_t mkre_character_escape(MkreReader* reader, int in_class) {
  const int strict = (reader->flags & MKRE_UNICODE) != 0;
  int32_t c = mkre_peek(reader), value;
  if (c < 0) mkre_fail(reader->ctx, "\\ at the end");
  if (c >= '0' && c <= '7' && (c == '0' || !strict)) return octal_escape(reader);
  (void)mkre_next(reader);
  switch (c) {
    case 't':
      return '\t';
    case 'n':
      return '\n';
    case 'v':
      return '\v';
    case 'f':
      return '\f';
    case 'r':
      return '\r';
    case 'b':
      if (in_class) return '\b';
      break;
    case '-':
      if (in_class) return '-';
      break;
    case 'c':
      return control_escape(reader, in_class);
    case 'u':
      return unicode_escape(reader);
    case 'x':
      value = hex(reader, 2);
      if (value >= 0) return value;
      break;
    default:
      break;
  }
  if (strict && (c > 0x7f || strchr("^$\\.*+?()[]{}|/", c) == NULL))
    mkre_fail(reader->ctx, "this character needs no \\ with the flag u");
  return c;
}
