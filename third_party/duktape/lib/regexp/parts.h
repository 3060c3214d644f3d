/* Of the compiler: sets of characters, and the reader of patterns. */
#ifndef THIRD_PARTY_DUKTAPE_LIB_REGEXP_PARTS_H_
#define THIRD_PARTY_DUKTAPE_LIB_REGEXP_PARTS_H_

#include "third_party/duktape/lib/regexp/mkre.h"

enum { MKRE_MAX_CODE_WORDS = 1 << 20, MKRE_MAX_DEPTH = 250, MKRE_MAX_GROUPS = 1000 };

/* Words in a buffer of the heap, which is on the value stack. */
typedef struct {
  duk_context* ctx;
  duk_idx_t index;
  int32_t* words;
  size_t used, room;
} MkreWords;

void mkre_words_open(duk_context* ctx, MkreWords* words);
void mkre_words_add(MkreWords* words, int32_t word);
/* Makes room for `count` words at `at`. */
void mkre_words_insert(MkreWords* words, size_t at, size_t count);

/* Pairs of first and last. */
void mkre_set_add(MkreWords* set, int32_t first, int32_t last);
/* Sorted and without overlaps. */
void mkre_set_tidy(MkreWords* set);
/* All that is not in it; tidy before and after. */
void mkre_set_invert(MkreWords* set);
/* \d \D \s \S \w \W, by the letter; no other letter is one. */
int mkre_set_add_escape(MkreWords* set, int32_t letter, unsigned flags);
/* \p{NAME}, or \P when `inverted`; 0 when there is no such property. */
int mkre_set_add_property(MkreWords* set, const char* name, size_t length, int inverted);

typedef struct {
  duk_context* ctx;
  const uint8_t *at, *end;
  unsigned flags;
  unsigned groups; /* captures in the whole pattern, from a first look */
  int named;       /* there are named ones */
} MkreReader;

int32_t mkre_peek(const MkreReader* reader); /* a unit, or a character with the flag u; -1 at the end */
int32_t mkre_next(MkreReader* reader);
int mkre_eat(MkreReader* reader, char c);
int mkre_starts(const MkreReader* reader, const char* text);
/* Throws SyntaxError. */
void mkre_fail(duk_context* ctx, const char* what);
/* What stands behind a backslash and means one character; `in_class` allows \b and, with u, \-. */
int32_t mkre_character_escape(MkreReader* reader, int in_class);
/* {m}, {m,}, {m,n} at the reader: 1 and moved behind it, else 0 and not moved. */
int mkre_braces(MkreReader* reader, int32_t* min, int32_t* max);
int32_t mkre_decimal(MkreReader* reader); /* digits, at most INT32_MAX */

#endif /* THIRD_PARTY_DUKTAPE_LIB_REGEXP_PARTS_H_ */
