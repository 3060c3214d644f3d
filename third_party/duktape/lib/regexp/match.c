/* The matcher. Slots hold captures, counters and places of loops; a trail remembers what a slot held before, and where
 * to go on when the way taken fails. */
#include <string.h>

#include "third_party/duktape/lib/regexp/mkre.h"

enum { ENTRY_WORDS = 4, CHOICE = -1, RUN = -2 };
/* A trail entry: kind (or a slot), and what is to be restored. 64 MiB are as much as a script may use for it. */
enum { MAX_TRAIL_WORDS = 16 << 20 };
/* The execution timeout is asked for every 65536 steps, a millisecond or so; a back reference makes a step of so many
 * bytes. */
enum { STEPS_A_CHECK = 2048, ROUNDS_A_CHECK = 512, BYTES_A_STEP = 8 };

typedef struct {
  duk_context* ctx;
  const uint8_t* input;
  int32_t length;
  unsigned flags;
  const uint8_t* code;
  int32_t* slots;
  int32_t* trail;
  size_t used, room; /* words of the trail */
  duk_idx_t buffer;
  unsigned steps;
} Matcher;

static int32_t word_at(const uint8_t* at) {
  int32_t word;
  memcpy(&word, at, sizeof(word));
  return word;
}

static int32_t decode(const uint8_t* p) {
  if (p[0] < 0x80) return p[0];
  if (p[0] < 0xe0) return (p[0] & 0x1f) << 6 | (p[1] & 0x3f);
  if (p[0] < 0xf0) return (p[0] & 0x0f) << 12 | (p[1] & 0x3f) << 6 | (p[2] & 0x3f);
  return (p[0] & 0x07) << 18 | (p[1] & 0x3f) << 12 | (p[2] & 0x3f) << 6 | (p[3] & 0x3f);
}

static int32_t width(uint8_t first) { return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4; }

static int is_high(int32_t c) { return c >= 0xd800 && c <= 0xdbff; }
static int is_low(int32_t c) { return c >= 0xdc00 && c <= 0xdfff; }

/* The character at `*pos`, which moves behind it; -1 at the end, and when bytes are no whole character. */
static int32_t next_char(const Matcher* m, int32_t* pos) {
  int32_t at = *pos, c, w;
  if (at >= m->length) return -1;
  w = width(m->input[at]);
  if (w > m->length - at) return -1;
  c = decode(m->input + at);
  at += w;
  if ((m->flags & MKRE_UNICODE) && is_high(c) && m->length - at >= 3 && m->input[at] == 0xed) {
    const int32_t low = decode(m->input + at);
    if (is_low(low)) {
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
      at += 3;
    }
  }
  *pos = at;
  return c;
}

static int32_t step_back(const Matcher* m, int32_t pos) {
  do {
    pos--;
  } while (pos > 0 && (m->input[pos] & 0xc0) == 0x80);
  return pos;
}

/* The character before `*pos`, which moves to its start; -1 at the start. */
static int32_t previous_char(const Matcher* m, int32_t* pos) {
  int32_t at, c;
  if (*pos <= 0) return -1;
  at = step_back(m, *pos);
  c = width(m->input[at]) > *pos - at ? 0xfffd : decode(m->input + at);
  if ((m->flags & MKRE_UNICODE) && is_low(c) && at >= 3) {
    const int32_t before = step_back(m, at);
    const int32_t high = decode(m->input + before);
    if (is_high(high)) {
      c = 0x10000 + ((high - 0xd800) << 10) + (c - 0xdc00);
      at = before;
    }
  }
  *pos = at;
  return c;
}

static int is_line_end(int32_t c) { return c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029; }

static int is_word(const Matcher* m, int32_t c) {
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_') return 1;
  return (m->flags & MKRE_UNICODE) && (m->flags & MKRE_ICASE) && (c == 0x17f || c == 0x212a);
}

static int in_ranges(const uint8_t* ranges, int32_t count, int32_t c) {
  int32_t low = 0, high = count;
  while (low < high) {
    const int32_t middle = (low + high) / 2;
    if (c > word_at(ranges + middle * 8 + 4)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < count && c >= word_at(ranges + low * 8);
}

static int in_class(const Matcher* m, const uint8_t* pc, int32_t c) {
  const int32_t count = word_at(pc);
  if (in_ranges(pc + 4, count, c)) return 1;
  if (!(m->flags & MKRE_ICASE)) return 0;
  const int32_t upper = mkre_upper(c), canonical = mkre_canonical(c, m->flags);
  const int32_t others[] = {upper, mkre_lower(c), mkre_lower(upper)};
  for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
    /* Without the flag u, small letters such as U+017F do not become ASCII. */
    if (others[i] != c && mkre_canonical(others[i], m->flags) == canonical && in_ranges(pc + 4, count, others[i])) return 1;
  }
  return 0;
}

/* Whether a one-character matcher takes `c`; `*pc` moves behind it. */
static int takes(const Matcher* m, const uint8_t** pc, int32_t c) {
  const uint8_t* at = *pc;
  const int32_t op = word_at(at);
  switch (op) {
    case MKRE_CHAR:
      *pc = at + 8;
      return c == word_at(at + 4);
    case MKRE_CHAR_I:
      *pc = at + 8;
      return c >= 0 && mkre_canonical(c, m->flags) == word_at(at + 4);
    case MKRE_DOT:
      *pc = at + 4;
      return c >= 0 && !is_line_end(c);
    case MKRE_ALL:
      *pc = at + 4;
      return c >= 0;
    default:
      *pc = at + 8 + (size_t)word_at(at + 4) * 8;
      return c >= 0 && in_class(m, at + 4, c) == (op == MKRE_CLASS);
  }
}

static void push(Matcher* m, int32_t kind, int32_t a, int32_t b, int32_t c) {
  if (m->used + ENTRY_WORDS > m->room) {
    const size_t room = m->room * 2;
    if (room > MAX_TRAIL_WORDS) {
      (void)duk_range_error(m->ctx, "the regular expression needs too much memory here");
    }
    m->trail = (int32_t*)duk_resize_buffer(m->ctx, m->buffer, room * sizeof(int32_t));
    m->room = room;
  }
  int32_t* entry = m->trail + m->used;
  entry[0] = kind;
  entry[1] = a;
  entry[2] = b;
  entry[3] = c;
  m->used += ENTRY_WORDS;
}

static void set_slot(Matcher* m, int32_t slot, int32_t value) {
  if (m->slots[slot] == value) return;
  push(m, slot, m->slots[slot], 0, 0);
  m->slots[slot] = value;
}

/* Undoes up to the latest choice above `base`: 1 with pc and pos of it, or 0 when there is none. */
static int backtrack(Matcher* m, size_t base, const uint8_t** pc, int32_t* pos) {
  while (m->used > base) {
    int32_t* entry = m->trail + m->used - ENTRY_WORDS;
    if (entry[0] >= 0) {
      m->slots[entry[0]] = entry[1];
    } else if (entry[0] == CHOICE) {
      m->used -= ENTRY_WORDS;
      *pc = m->code + entry[1];
      *pos = entry[2];
      return 1;
    } else if (entry[2] > entry[3]) { /* a run gives back one character */
      int32_t at = entry[2];
      (void)previous_char(m, &at);
      entry[2] = at;
      *pc = m->code + entry[1];
      *pos = at;
      return 1;
    }
    m->used -= ENTRY_WORDS;
  }
  return 0;
}

/* Of an assertion that held: choices inside of it are gone, changes of slots are not. */
static void drop_choices(Matcher* m, size_t base) {
  size_t to = base;
  for (size_t from = base; from < m->used; from += ENTRY_WORDS) {
    if (m->trail[from] < 0) continue;
    memmove(m->trail + to, m->trail + from, ENTRY_WORDS * sizeof(int32_t));
    to += ENTRY_WORDS;
  }
  m->used = to;
}

static int same_capture(Matcher* m, int32_t capture, int backwards, int32_t* pos) {
  int32_t from = m->slots[capture * 2], to = m->slots[capture * 2 + 1], at = *pos;
  if (from < 0 || to < 0) return 1;
  m->steps += (unsigned)(to - from) / BYTES_A_STEP;
  while (from < to) {
    int32_t a, b;
    if (backwards) {
      a = previous_char(m, &to);
      b = previous_char(m, &at);
    } else {
      a = next_char(m, &from);
      b = next_char(m, &at);
    }
    if (b < 0) return 0;
    if (a != b && (!(m->flags & MKRE_ICASE) || mkre_canonical(a, m->flags) != mkre_canonical(b, m->flags))) return 0;
  }
  *pos = at;
  return 1;
}

static int at_boundary(const Matcher* m, int32_t pos) {
  int32_t before = pos, behind = pos;
  const int32_t a = previous_char(m, &before), b = next_char(m, &behind);
  return (a >= 0 && is_word(m, a)) != (b >= 0 && is_word(m, b));
}

static int at_line(const Matcher* m, int32_t op, int32_t pos) {
  int32_t at = pos;
  if (op == MKRE_LINE_START) {
    return pos == 0 || ((m->flags & MKRE_MULTILINE) && is_line_end(previous_char(m, &at)));
  }
  return pos == m->length || ((m->flags & MKRE_MULTILINE) && is_line_end(next_char(m, &at)));
}

/* Greedy, of a one-character matcher: as many as there are, to be given back one by one. */
static int run_of(Matcher* m, const uint8_t** pc, int32_t* pos) {
  const int32_t min = word_at(*pc + 4), max = word_at(*pc + 8), words = word_at(*pc + 12);
  const uint8_t* matcher = *pc + 16;
  int32_t count = 0, least = *pos;
  *pc = matcher + (size_t)words * 4;
  while (count < max) {
    int32_t at = *pos;
    const uint8_t* op = matcher;
    if (!takes(m, &op, next_char(m, &at))) break;
    *pos = at;
    if (++count == min) least = at;
    if ((count & (STEPS_A_CHECK - 1)) == 0) mkjs_loop_rounds(m->ctx, ROUNDS_A_CHECK);
  }
  if (count < min) return 0;
  if (*pos > least) push(m, RUN, (int32_t)(*pc - m->code), *pos, least);
  return 1;
}

static int run_program(Matcher* m, const uint8_t* pc, int32_t* pos, int backwards);

/* A look-ahead or look-behind at `*pc`. */
static int look(Matcher* m, const uint8_t** pc, int32_t pos) {
  const int negative = word_at(*pc + 4);
  const uint8_t* body = *pc + 12;
  const size_t base = m->used;
  int32_t at = pos;
  mkjs_stack_check(m->ctx);
  *pc = body + (size_t)word_at(*pc + 8) * 4;
  const int matched = run_program(m, body, &at, 0);
  if (matched && !negative) {
    drop_choices(m, base);
    return 1;
  }
  while (m->used > base) {
    const int32_t* entry = m->trail + m->used - ENTRY_WORDS;
    if (entry[0] >= 0) m->slots[entry[0]] = entry[1];
    m->used -= ENTRY_WORDS;
  }
  return negative && !matched;
}

/* The ops of loops; 0 when this way fails. */
static int loop_op(Matcher* m, const uint8_t** pc, int32_t pos) {
  const uint8_t* at = *pc;
  const int32_t counter = word_at(at + 4);
  if (word_at(at) == MKRE_ITERATE) {
    set_slot(m, counter, m->slots[counter] + 1);
    set_slot(m, word_at(at + 8), pos);
    *pc = at + 12;
    return 1;
  }
  if (word_at(at) == MKRE_ADVANCED) {
    *pc = at + 16;
    return m->slots[counter] <= word_at(at + 12) || m->slots[word_at(at + 8)] != pos;
  }
  const int32_t min = word_at(at + 8), max = word_at(at + 12), greedy = word_at(at + 16);
  const uint8_t* body = at + 24;
  const uint8_t* behind = body + (size_t)word_at(at + 20) * 4;
  const int32_t count = m->slots[counter];
  if (count < min) {
    *pc = body;
  } else if (count >= max) {
    *pc = behind;
  } else {
    push(m, CHOICE, (int32_t)((greedy ? behind : body) - m->code), pos, 0);
    *pc = greedy ? body : behind;
  }
  return 1;
}

/* One op; 1 to go on, 0 when this way fails. */
static int step(Matcher* m, const uint8_t** pc, int32_t* pos, int* backwards) {
  const uint8_t* at = *pc;
  const int32_t op = word_at(at);
  int32_t to = *pos;
  switch (op) {
    case MKRE_SPLIT:
      *pc = at + 8;
      push(m, CHOICE, (int32_t)(at + 8 - m->code) + word_at(at + 4) * 4, *pos, 0);
      return 1;
    case MKRE_JUMP:
      *pc = at + 8 + (ptrdiff_t)word_at(at + 4) * 4;
      return 1;
    case MKRE_SAVE:
      *pc = at + 8;
      set_slot(m, word_at(at + 4), *pos);
      return 1;
    case MKRE_RESET:
      *pc = at + 12;
      for (int32_t i = 0; i < word_at(at + 8); i++) set_slot(m, word_at(at + 4) + i, -1);
      return 1;
    case MKRE_ZERO:
      *pc = at + 8;
      set_slot(m, word_at(at + 4), 0);
      return 1;
    case MKRE_LOOP:
    case MKRE_ITERATE:
    case MKRE_ADVANCED:
      return loop_op(m, pc, *pos);
    case MKRE_RUN:
      return run_of(m, pc, pos);
    case MKRE_LINE_START:
    case MKRE_LINE_END:
      *pc = at + 4;
      return at_line(m, op, *pos);
    case MKRE_WORD:
      *pc = at + 8;
      return at_boundary(m, *pos) == word_at(at + 4);
    case MKRE_BACKREF:
      *pc = at + 8;
      return same_capture(m, word_at(at + 4), *backwards, pos);
    case MKRE_LOOK:
      return look(m, pc, *pos);
    case MKRE_BACKWARDS:
      *pc = at + 8;
      *backwards = word_at(at + 4);
      return 1;
    default: {
      const int32_t c = *backwards ? previous_char(m, &to) : next_char(m, &to);
      if (!takes(m, pc, c)) return 0;
      *pos = to;
      return 1;
    }
  }
}

static int run_program(Matcher* m, const uint8_t* pc, int32_t* pos, int backwards) {
  const size_t base = m->used;
  for (;;) {
    if (++m->steps >= STEPS_A_CHECK) {
      m->steps = 0;
      mkjs_loop_rounds(m->ctx, ROUNDS_A_CHECK);
    }
    if (word_at(pc) == MKRE_MATCH) return 1;
    if (!step(m, &pc, pos, &backwards) && !backtrack(m, base, &pc, pos)) return 0;
  }
}

int mkre_is_program(const uint8_t* program, size_t length) { return length > 16 && program[1] == 0xff; }

unsigned mkre_captures(const uint8_t* program) { return (unsigned)word_at(program + 4); }

const char* mkre_group_name(const uint8_t* program, unsigned i, size_t* length, unsigned* capture) {
  const uint8_t* at = program + 16;
  const uint8_t* end = at + (size_t)word_at(program + 12) * 4;
  while (at < end) {
    *capture = (unsigned)word_at(at);
    *length = (size_t)word_at(at + 4);
    if (i-- == 0) return (const char*)at + 8;
    at += 8 + (*length + 3) / 4 * 4;
  }
  return NULL;
}

int mkre_match(duk_context* ctx, const uint8_t* program, const uint8_t* input, size_t length, size_t start, int sticky,
               int32_t* captures) {
  const size_t slots = (size_t)word_at(program + 8), count = (size_t)mkre_captures(program) * 2;
  const size_t room = slots + 64 * ENTRY_WORDS;
  Matcher m = {0};
  int matched = 0;
  if (length > INT32_MAX - 8) return duk_range_error(ctx, "the text is too long for a regular expression");
  m.ctx = ctx;
  m.input = input;
  m.length = (int32_t)length;
  m.flags = program[0];
  m.code = program + 16 + (size_t)word_at(program + 12) * 4;
  m.slots = (int32_t*)duk_push_fixed_buffer(ctx, slots * sizeof(int32_t));
  m.trail = (int32_t*)duk_push_dynamic_buffer(ctx, room * sizeof(int32_t));
  m.buffer = duk_get_top_index(ctx);
  m.room = room;
  const int32_t first = word_at(m.code) == MKRE_CHAR ? word_at(m.code + 4) : -1;
  for (int32_t from = (int32_t)start;;) {
    int32_t pos = from, behind = from;
    if (first < 0 || first > 0x7f || (from < m.length && m.input[from] == first)) {
      for (size_t i = 0; i < slots; i++) m.slots[i] = -1;
      m.used = 0;
      if (run_program(&m, m.code, &pos, 0)) {
        matched = 1;
        memcpy(captures, m.slots, count * sizeof(int32_t));
        captures[0] = from;
        captures[1] = pos;
        break;
      }
    } else if (++m.steps >= STEPS_A_CHECK) {
      m.steps = 0;
      mkjs_loop_rounds(ctx, ROUNDS_A_CHECK);
    }
    if (sticky || next_char(&m, &behind) < 0) break;
    from = behind;
  }
  duk_pop_2(ctx);
  return matched;
}
