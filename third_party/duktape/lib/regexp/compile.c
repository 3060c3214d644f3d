/* The compiler: one pass over the pattern. Jumps are relative, so code can be moved: a loop is put around what stands
 * there already, and the terms of a look-behind are put one before the other. */
#include <string.h>

#include "third_party/duktape/lib/regexp/parts.h"

typedef struct {
  MkreReader in;
  duk_context* ctx;
  MkreWords code;
  MkreWords names;  /* the table as it will stand in the program */
  MkreWords set;    /* of the class that is being read */
  int32_t captures; /* so far, with the whole match */
  int32_t slots;    /* of loops, from 0 on; they come behind all captures */
  int backwards;
  int depth;
} Compiler;

static void emit(Compiler* c, int32_t word) { mkre_words_add(&c->code, word); }

static void parse_alternatives(Compiler* c);

static int32_t loop_slot(Compiler* c) { return (int32_t)(c->in.groups + 1) * 2 + c->slots++; }

static void emit_char(Compiler* c, int32_t character) {
  const int folds = (c->in.flags & MKRE_ICASE) != 0;
  emit(c, folds ? MKRE_CHAR_I : MKRE_CHAR);
  emit(c, folds ? mkre_canonical(character, c->in.flags) : character);
}

static void emit_set(Compiler* c, int inverted) {
  mkre_set_tidy(&c->set);
  emit(c, inverted ? MKRE_NOT_CLASS : MKRE_CLASS);
  emit(c, (int32_t)(c->set.used / 2));
  const size_t at = c->code.used;
  mkre_words_insert(&c->code, at, c->set.used);
  memcpy(c->code.words + at, c->set.words, c->set.used * sizeof(int32_t));
}

/* Behind \p or \P. */
static void read_property(Compiler* c, int inverted) {
  const uint8_t* start;
  size_t length;
  if (!mkre_eat(&c->in, '{')) mkre_fail(c->ctx, "\\p wants {..}");
  start = c->in.at;
  while (c->in.at < c->in.end && *c->in.at != '}') c->in.at++;
  length = (size_t)(c->in.at - start);
  if (!mkre_eat(&c->in, '}') || !mkre_set_add_property(&c->set, (const char*)start, length, inverted)) {
    mkre_fail(c->ctx, "no Unicode property of that name");
  }
}

/* A set behind a backslash: added, 1; not moved, 0. */
static int class_escape(Compiler* c) {
  const int32_t letter = mkre_peek(&c->in);
  if ((c->in.flags & MKRE_UNICODE) && (letter == 'p' || letter == 'P')) {
    (void)mkre_next(&c->in);
    read_property(c, letter == 'P');
    return 1;
  }
  if (letter < 0 || !mkre_set_add_escape(&c->set, letter, c->in.flags)) return 0;
  (void)mkre_next(&c->in);
  return 1;
}

/* A member of a class: the character, or -1 when it was a set, which has been added. */
static int32_t class_member(Compiler* c) {
  const int32_t character = mkre_next(&c->in);
  if (character < 0) mkre_fail(c->ctx, "a class without its ]");
  if (character != '\\') return character;
  return class_escape(c) ? -1 : mkre_character_escape(&c->in, 1);
}

/* Behind [. */
static void parse_class(Compiler* c) {
  const int inverted = mkre_eat(&c->in, '^');
  const int strict = (c->in.flags & MKRE_UNICODE) != 0;
  c->set.used = 0;
  while (!mkre_eat(&c->in, ']')) {
    const int32_t first = class_member(c);
    int32_t last = first;
    if (mkre_peek(&c->in) == '-' && !mkre_starts(&c->in, "-]")) {
      (void)mkre_next(&c->in);
      last = class_member(c);
      if (first < 0 || last < 0) {
        if (strict) mkre_fail(c->ctx, "a range between sets");
        mkre_set_add(&c->set, '-', '-');
        if (first >= 0) mkre_set_add(&c->set, first, first);
        if (last >= 0) mkre_set_add(&c->set, last, last);
        continue;
      }
      if (first > last) mkre_fail(c->ctx, "a range out of order");
    }
    if (first >= 0) mkre_set_add(&c->set, first, last);
  }
  emit_set(c, inverted);
}

/* The capture of the name at the reader, up to >; 0 when there is none. */
static int32_t capture_of_name(Compiler* c, const uint8_t* name, size_t length) {
  for (size_t i = 0; i < c->names.used;) {
    const size_t bytes = (size_t)c->names.words[i + 1];
    if (bytes == length && memcmp(c->names.words + i + 2, name, length) == 0) return c->names.words[i];
    i += 2 + (bytes + 3) / 4;
  }
  return 0;
}

static const uint8_t* read_name(Compiler* c, size_t* length) {
  const uint8_t* start = c->in.at;
  while (c->in.at < c->in.end && *c->in.at != '>') {
    const uint8_t b = *c->in.at++;
    const int letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '_' || b == '$' || b > 0x7f;
    if (!letter && (b < '0' || b > '9' || c->in.at == start + 1)) mkre_fail(c->ctx, "a group's name is no identifier");
  }
  *length = (size_t)(c->in.at - start);
  if (*length == 0 || !mkre_eat(&c->in, '>')) mkre_fail(c->ctx, "a group's name wants to be in < and >");
  return start;
}

/* Counts groups and learns their names: a back reference may come before its group. */
static void first_look(Compiler* c) {
  MkreReader start = c->in;
  int in_class = 0;
  while (c->in.at < c->in.end) {
    const uint8_t b = *c->in.at++;
    if (b == '\\' && c->in.at < c->in.end) {
      c->in.at++;
    } else if (b == '[' || b == ']') {
      in_class = b == '[';
    } else if (b == '(' && !in_class) {
      const int named = mkre_starts(&c->in, "?<") && !mkre_starts(&c->in, "?<=") && !mkre_starts(&c->in, "?<!");
      if (!named && mkre_starts(&c->in, "?")) continue;
      if (++start.groups > MKRE_MAX_GROUPS) mkre_fail(c->ctx, "too many groups");
      if (!named) continue;
      size_t length;
      c->in.at += 2;
      const uint8_t* name = read_name(c, &length);
      if (capture_of_name(c, name, length) != 0) mkre_fail(c->ctx, "two groups of one name");
      const size_t at = c->names.used, words = (length + 3) / 4;
      mkre_words_insert(&c->names, at, 2 + words);
      c->names.words[at] = (int32_t)start.groups;
      c->names.words[at + 1] = (int32_t)length;
      c->names.words[at + 1 + words] = 0;
      memcpy(c->names.words + at + 2, name, length);
      start.named = 1;
    }
  }
  c->in = start;
}

/* Behind ( of a group that captures. */
static void parse_capture(Compiler* c) {
  const int32_t slot = c->captures++ * 2;
  emit(c, MKRE_SAVE);
  emit(c, slot + c->backwards);
  parse_alternatives(c);
  emit(c, MKRE_SAVE);
  emit(c, slot + !c->backwards);
}

/* Behind (?= and its like. */
static void parse_look(Compiler* c, int negative, int backwards) {
  const int outer = c->backwards;
  const size_t at = c->code.used;
  emit(c, MKRE_LOOK);
  emit(c, negative);
  emit(c, 0);
  emit(c, MKRE_BACKWARDS);
  emit(c, backwards);
  c->backwards = backwards;
  parse_alternatives(c);
  c->backwards = outer;
  emit(c, MKRE_MATCH);
  c->code.words[at + 2] = (int32_t)(c->code.used - at - 3);
}

static int eat_text(Compiler* c, const char* text) {
  if (!mkre_starts(&c->in, text)) return 0;
  c->in.at += strlen(text);
  return 1;
}

/* Behind (; whether it may be repeated. */
static int parse_group(Compiler* c) {
  int repeats = 1;
  if (++c->depth > MKRE_MAX_DEPTH) mkre_fail(c->ctx, "nested too deeply");
  mkjs_stack_check(c->ctx);
  if (eat_text(c, "?:")) {
    parse_alternatives(c);
  } else if (mkre_starts(&c->in, "?=") || mkre_starts(&c->in, "?!")) {
    const int negative = c->in.at[1] == '!';
    c->in.at += 2;
    parse_look(c, negative, 0);
    repeats = (c->in.flags & MKRE_UNICODE) == 0;
  } else if (mkre_starts(&c->in, "?<=") || mkre_starts(&c->in, "?<!")) {
    const int negative = c->in.at[2] == '!';
    c->in.at += 3;
    parse_look(c, negative, 1);
    repeats = 0;
  } else {
    if (eat_text(c, "?<")) {
      while (!mkre_eat(&c->in, '>')) c->in.at++;
    } else if (mkre_starts(&c->in, "?")) {
      mkre_fail(c->ctx, "(? begins no kind of group");
    }
    parse_capture(c);
  }
  if (!mkre_eat(&c->in, ')')) mkre_fail(c->ctx, "a group without its )");
  c->depth--;
  return repeats;
}

static int back_reference(Compiler* c) {
  const uint8_t* start = c->in.at;
  const int strict = (c->in.flags & MKRE_UNICODE) != 0;
  int32_t capture;
  if (*start >= '1' && *start <= '9') {
    capture = mkre_decimal(&c->in);
    if (capture > (int32_t)c->in.groups) {
      if (strict) mkre_fail(c->ctx, "a back reference to no group");
      c->in.at = start;
      return 0;
    }
  } else if (*start == 'k' && (strict || c->in.named)) {
    size_t length;
    c->in.at++;
    if (!mkre_eat(&c->in, '<')) mkre_fail(c->ctx, "\\k wants a name in < and >");
    const uint8_t* name = read_name(c, &length);
    capture = capture_of_name(c, name, length);
    if (capture == 0) mkre_fail(c->ctx, "\\k names no group");
  } else {
    return 0;
  }
  emit(c, MKRE_BACKREF);
  emit(c, capture);
  return 1;
}

enum { NOTHING, ASSERTION, ATOM, ONE_CHARACTER };

/* Behind a backslash. */
static int parse_escape(Compiler* c) {
  if (c->in.at >= c->in.end) mkre_fail(c->ctx, "\\ at the end");
  if (*c->in.at == 'b' || *c->in.at == 'B') {
    emit(c, MKRE_WORD);
    emit(c, *c->in.at++ == 'b');
    return ASSERTION;
  }
  if (back_reference(c)) return ATOM;
  c->set.used = 0;
  if (class_escape(c)) {
    emit_set(c, 0);
  } else {
    emit_char(c, mkre_character_escape(&c->in, 0));
  }
  return ONE_CHARACTER;
}

static int parse_atom(Compiler* c) {
  const int strict = (c->in.flags & MKRE_UNICODE) != 0;
  int32_t min, max;
  const int32_t character = mkre_next(&c->in);
  switch (character) {
    case '^':
      emit(c, MKRE_LINE_START);
      return ASSERTION;
    case '$':
      emit(c, MKRE_LINE_END);
      return ASSERTION;
    case '(':
      return parse_group(c) ? ATOM : ASSERTION;
    case '.':
      emit(c, c->in.flags & MKRE_DOTALL ? MKRE_ALL : MKRE_DOT);
      return ONE_CHARACTER;
    case '[':
      parse_class(c);
      return ONE_CHARACTER;
    case '\\':
      return parse_escape(c);
    case '*':
    case '+':
    case '?':
      mkre_fail(c->ctx, "nothing to repeat");
      return NOTHING;
    case '{':
      c->in.at--;
      if (strict || mkre_braces(&c->in, &min, &max)) mkre_fail(c->ctx, "nothing to repeat");
      c->in.at++;
      break;
    case ']':
    case '}':
      if (strict) mkre_fail(c->ctx, "a closing bracket that nothing opened");
      break;
    default:
      break;
  }
  emit_char(c, character);
  return ONE_CHARACTER;
}

/* Puts a loop around the code from `at` on, in which the captures from `first` on were defined. */
static void emit_loop(Compiler* c, size_t at, int32_t first, int32_t min, int32_t max, int greedy) {
  const int32_t counter = loop_slot(c), place = loop_slot(c), resets = c->captures - first;
  const size_t body = c->code.used - at, head = 2 + 6 + 3 + (resets > 0 ? 3 : 0);
  mkre_words_insert(&c->code, at, head);
  int32_t* w = c->code.words + at;
  const int32_t loop[] = {MKRE_ZERO, counter, MKRE_LOOP, counter, min, max, greedy, 0, MKRE_ITERATE, counter, place};
  memcpy(w, loop, sizeof(loop));
  if (resets > 0) {
    const int32_t reset[] = {MKRE_RESET, first * 2, resets * 2};
    memcpy(w + 11, reset, sizeof(reset));
  }
  w[7] = (int32_t)(head - 8 + body + 6);
  emit(c, MKRE_ADVANCED);
  emit(c, counter);
  emit(c, place);
  emit(c, min);
  emit(c, MKRE_JUMP);
  emit(c, -(int32_t)(c->code.used + 1 - at - 2));
}

static void parse_quantifier(Compiler* c, size_t at, int32_t first_capture, int kind) {
  int32_t min = 0, max = INT32_MAX;
  const int32_t sign = mkre_peek(&c->in);
  if (sign == '*' || sign == '+' || sign == '?') {
    c->in.at++;
    min = sign == '+';
    max = sign == '?' ? 1 : INT32_MAX;
  } else if (sign != '{' || !mkre_braces(&c->in, &min, &max)) {
    if (sign == '{' && (c->in.flags & MKRE_UNICODE)) mkre_fail(c->ctx, "{ that is no quantifier");
    return;
  }
  if (kind == ASSERTION) mkre_fail(c->ctx, "nothing to repeat");
  if (min > max) mkre_fail(c->ctx, "a quantifier out of order");
  const int greedy = !mkre_eat(&c->in, '?');
  if (kind == ONE_CHARACTER && greedy && !c->backwards) {
    const int32_t words = (int32_t)(c->code.used - at);
    mkre_words_insert(&c->code, at, 4);
    const int32_t run[] = {MKRE_RUN, min, max, words};
    memcpy(c->code.words + at, run, sizeof(run));
  } else {
    emit_loop(c, at, first_capture, min, max, greedy);
  }
}

/* The code from `from` on goes before that from `at` on. */
static void move_before(Compiler* c, size_t at, size_t from) {
  const size_t count = c->code.used - from;
  mkre_words_insert(&c->code, at, count);
  memmove(c->code.words + at, c->code.words + from + count, count * sizeof(int32_t));
  c->code.used -= count;
}

static void parse_alternative(Compiler* c) {
  const size_t start = c->code.used;
  while (c->in.at < c->in.end && *c->in.at != '|' && *c->in.at != ')') {
    const size_t at = c->code.used;
    const int32_t first_capture = c->captures;
    mkjs_loop_rounds(c->ctx, c->backwards ? at - start : 1); /* what move_before() moves */
    const int kind = parse_atom(c);
    parse_quantifier(c, at, first_capture, kind);
    if (c->backwards) move_before(c, start, at);
  }
}

static void parse_alternatives(Compiler* c) {
  size_t start = c->code.used, jumps = 0; /* the latest jump to the end; each one leads to the one before */
  parse_alternative(c);
  while (mkre_eat(&c->in, '|')) {
    mkre_words_insert(&c->code, start, 2);
    c->code.words[start] = MKRE_SPLIT;
    c->code.words[start + 1] = (int32_t)(c->code.used - start);
    emit(c, MKRE_JUMP);
    emit(c, (int32_t)jumps);
    start = c->code.used;
    jumps = start;
    parse_alternative(c);
  }
  while (jumps > 0) {
    const size_t before = (size_t)c->code.words[jumps - 1];
    c->code.words[jumps - 1] = (int32_t)(c->code.used - jumps);
    jumps = before;
  }
}

void mkre_compile(duk_context* ctx, const uint8_t* pattern, size_t length, unsigned flags) {
  Compiler c;
  memset(&c, 0, sizeof(c));
  duk_require_stack(ctx, 8);
  c.ctx = c.in.ctx = ctx;
  c.in.at = pattern;
  c.in.end = pattern + length;
  c.in.flags = flags;
  c.captures = 1;
  mkre_words_open(ctx, &c.code);
  mkre_words_open(ctx, &c.names);
  mkre_words_open(ctx, &c.set);
  first_look(&c);
  parse_alternatives(&c);
  if (c.in.at < c.in.end) mkre_fail(ctx, ") that nothing opened");
  emit(&c, MKRE_MATCH);
  if (c.captures != (int32_t)c.in.groups + 1) mkre_fail(ctx, "groups that are not clear");

  const int32_t head[] = {c.captures, c.captures * 2 + c.slots, (int32_t)c.names.used};
  const size_t words = 1 + 3 + c.names.used + c.code.used;
  uint8_t* out = (uint8_t*)duk_push_fixed_buffer(ctx, words * sizeof(int32_t));
  out[0] = (uint8_t)flags;
  out[1] = 0xff;
  out[2] = out[3] = 0;
  memcpy(out + 4, head, sizeof(head));
  memcpy(out + 16, c.names.words, c.names.used * sizeof(int32_t));
  memcpy(out + 16 + c.names.used * sizeof(int32_t), c.code.words, c.code.used * sizeof(int32_t));
  (void)duk_buffer_to_string(ctx, -1);
  duk_replace(ctx, c.code.index);
  duk_set_top(ctx, c.code.index + 1);
}
