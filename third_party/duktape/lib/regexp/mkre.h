/* Regular expressions of ES2023: named groups, look-behind, the flags s, u, y and d, \p{..}.
 *
 * A pattern becomes a program, which a backtracking matcher runs on text as it is inside a heap (CESU-8). The matcher
 * keeps its state in a buffer of the heap, so that it counts as the script's memory, and asks for the execution timeout
 * as it goes: hostile patterns end with the script. Nothing here owns memory: errors leave by longjmp. */
#ifndef THIRD_PARTY_DUKTAPE_LIB_REGEXP_MKRE_H_
#define THIRD_PARTY_DUKTAPE_LIB_REGEXP_MKRE_H_

#include <stddef.h>
#include <stdint.h>

#include "third_party/duktape/lib/mkjs.h"

/* The first byte of a program; the first five are Duktape's own flags. */
enum {
  MKRE_GLOBAL = 1,
  MKRE_ICASE = 2,
  MKRE_MULTILINE = 4,
  MKRE_STICKY = 8,
  MKRE_DOTALL = 16,
  MKRE_UNICODE = 32,
  MKRE_INDICES = 64
};

/* Pushes the program of a pattern as a string; throws SyntaxError. */
void mkre_compile(duk_context* ctx, const uint8_t* pattern, size_t length, unsigned flags);
/* Whether a string is a program of ours; Duktape's own are not. */
int mkre_is_program(const uint8_t* program, size_t length);
unsigned mkre_captures(const uint8_t* program); /* with the whole match */
/* Looks for a match from byte `start` on, or only there when `sticky`. Fills byte offsets, two a capture, -1 where it
 * took no part, and returns whether there is one. `input` stays on the value stack of the caller. */
int mkre_match(duk_context* ctx, const uint8_t* program, const uint8_t* input, size_t length, size_t start, int sticky,
               int32_t* captures);
/* The name of the i-th named group and which capture it is; NULL behind the last. */
const char* mkre_group_name(const uint8_t* program, unsigned i, size_t* length, unsigned* capture);

/* Between compiler and matcher. A program: four bytes (flags, 0xff, 0, 0), then 32-bit words: captures, slots, words of
 * the table of names, the table (a group: capture, bytes, its name filled up to words), then code. */
enum {
  MKRE_CHAR,   /* c */
  MKRE_CHAR_I, /* c, canonical */
  MKRE_DOT,    /* all but line ends */
  MKRE_ALL,
  MKRE_CLASS,     /* n, then n pairs of first and last, in order */
  MKRE_NOT_CLASS, /* the same */
  MKRE_SPLIT,     /* offset: goes on here, else there */
  MKRE_JUMP,      /* offset, from behind it */
  MKRE_SAVE,      /* slot */
  MKRE_RESET,     /* first slot, slots */
  MKRE_ZERO,      /* slot of a counter */
  MKRE_LOOP,      /* counter, min, max, greedy, offset of what follows the loop */
  MKRE_ITERATE,   /* counter, slot of the place: a further round begins */
  MKRE_ADVANCED,  /* counter, slot of the place, min: fails when a round beyond min was empty */
  MKRE_RUN,       /* min, max, words of a one-character matcher, the matcher: greedy, forwards */
  MKRE_LINE_START,
  MKRE_LINE_END,
  MKRE_WORD,      /* 1: a boundary, 0: none */
  MKRE_BACKREF,   /* capture */
  MKRE_LOOK,      /* 1: negative, offset of what follows; the body ends with MATCH */
  MKRE_BACKWARDS, /* 1: from here on towards the start of the text, 0: forwards */
  MKRE_MATCH
};

/* Case and properties, of tables that the build makes. Simple mappings. */
int32_t mkre_upper(int32_t c);
int32_t mkre_lower(int32_t c);
/* As equal characters compare without regard to case. */
int32_t mkre_canonical(int32_t c, unsigned flags);
/* First and last of each range of a property such as "L", "Script=Greek"; 0 when there is none of that name. */
size_t mkre_property(const char* name, size_t length, const uint32_t (**ranges)[2]);

#endif /* THIRD_PARTY_DUKTAPE_LIB_REGEXP_MKRE_H_ */
