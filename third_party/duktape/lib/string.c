/* String.prototype and String: what Duktape lacks of ES2015 to ES2021. */
#include <math.h>
#include <string.h>

#include "third_party/duktape/lib/mkjs.h"

static void push_this_string(duk_context* ctx) {
  duk_push_this(ctx);
  if (duk_is_null_or_undefined(ctx, -1)) {
    (void)duk_type_error(ctx, "called on null or undefined");
  }
  (void)duk_to_string(ctx, -1);
}

/* padStart, padEnd. Magic: 1 = at the end. */
duk_ret_t mkjs_string_pad(duk_context* ctx) {
  int at_end = duk_get_current_magic(ctx);
  double want = mkjs_to_integer(ctx, 0);
  duk_size_t length, fill_length, need;

  push_this_string(ctx); /* [ want fill this ] */
  length = duk_get_length(ctx, 2);
  if (want <= (double)length) {
    return 1;
  }
  if (want > 536870888.0) {
    return duk_range_error(ctx, "invalid string length");
  }
  if (duk_is_undefined(ctx, 1)) {
    duk_push_literal(ctx, " ");
    duk_replace(ctx, 1);
  }
  (void)duk_to_string(ctx, 1);
  fill_length = duk_get_length(ctx, 1);
  if (fill_length == 0) {
    return 1;
  }
  need = (duk_size_t)want - length;
  duk_dup(ctx, 1);
  duk_push_literal(ctx, "repeat");
  duk_push_uint(ctx, (duk_uint_t)((need + fill_length - 1) / fill_length));
  duk_call_prop(ctx, 3, 1); /* [ want fill this fill repeated ] */
  duk_substring(ctx, -1, 0, need);
  if (at_end) {
    duk_dup(ctx, 2);
    duk_insert(ctx, -2);
  } else {
    duk_dup(ctx, 2);
  }
  duk_concat(ctx, 2);
  return 1;
}

/* trimStart, trimEnd. Magic: 1 = at the end. What is white space, trim() knows: the other end is held by a letter. */
duk_ret_t mkjs_string_trim(duk_context* ctx) {
  int at_end = duk_get_current_magic(ctx);
  duk_size_t length;

  push_this_string(ctx);
  if (at_end) {
    duk_push_literal(ctx, "x");
    duk_insert(ctx, 0);
  } else {
    duk_push_literal(ctx, "x");
  }
  duk_concat(ctx, 2);
  duk_trim(ctx, 0);
  length = duk_get_length(ctx, 0);
  duk_substring(ctx, 0, at_end ? 1 : 0, at_end ? length : length - 1);
  return 1;
}

duk_ret_t mkjs_string_at(duk_context* ctx) {
  duk_size_t length;
  double i;

  push_this_string(ctx); /* [ index this ] */
  i = mkjs_to_integer(ctx, 0);
  length = duk_get_length(ctx, 1);
  if (i < 0) {
    i += (double)length;
  }
  if (i < 0 || i >= (double)length) {
    return 0;
  }
  duk_substring(ctx, 1, (duk_size_t)i, (duk_size_t)i + 1);
  return 1;
}

static int is_regexp(duk_context* ctx, duk_idx_t idx) {
  int regexp = 0;

  if (duk_is_object(ctx, idx)) {
    duk_get_global_literal(ctx, "RegExp");
    regexp = duk_is_object(ctx, -1) && duk_instanceof(ctx, idx, -1);
    duk_pop(ctx);
  }
  return regexp;
}

static int has_flag(duk_context* ctx, duk_idx_t regexp, char flag) {
  int found;

  duk_get_prop_literal(ctx, regexp, "flags");
  found = strchr(duk_safe_to_string(ctx, -1), flag) != NULL;
  duk_pop(ctx);
  return found;
}

/* Pushes `template` with $$, $&, $` and $' replaced for the match of string 1 at `position` in the string at 2. */
static void push_expanded(duk_context* ctx, duk_idx_t template, duk_size_t position) {
  duk_size_t i, start = 0, length = duk_get_length(ctx, template), pieces = 0;
  duk_size_t match_length = duk_get_length(ctx, 1);

  duk_push_literal(ctx, "");
  for (i = 0; i + 1 < length; i++) {
    int c;

    if (duk_char_code_at(ctx, template, i) != '$') {
      continue;
    }
    c = (int)duk_char_code_at(ctx, template, i + 1);
    if (c != '$' && c != '&' && c != '`' && c != '\'') {
      continue;
    }
    duk_dup(ctx, template);
    duk_substring(ctx, -1, start, i);
    if (c == '$') {
      duk_push_literal(ctx, "$");
    } else if (c == '&') {
      duk_dup(ctx, 1);
    } else {
      duk_dup(ctx, 2);
      if (c == '`') {
        duk_substring(ctx, -1, 0, position);
      } else {
        duk_substring(ctx, -1, position + match_length, duk_get_length(ctx, 2));
      }
    }
    duk_concat(ctx, 3);
    pieces++;
    i++;
    start = i + 1;
  }
  duk_dup(ctx, template);
  duk_substring(ctx, -1, start, length);
  duk_concat(ctx, 2);
}

/* Position of string 1 in string 2 from `from` on, or -1. */
static double index_of(duk_context* ctx, duk_size_t from) {
  double found;

  duk_push_literal(ctx, "indexOf");
  duk_dup(ctx, 1);
  duk_push_uint(ctx, (duk_uint_t)from);
  duk_call_prop(ctx, 2, 2);
  found = duk_get_number(ctx, -1);
  duk_pop(ctx);
  return found;
}

/* replaceAll(pattern, replacement) */
duk_ret_t mkjs_string_replace_all(duk_context* ctx) {
  duk_size_t length, match_length, end = 0, from = 0;

  push_this_string(ctx); /* [ pattern replacement this ] */
  if (is_regexp(ctx, 0)) {
    if (!has_flag(ctx, 0, 'g')) {
      return duk_type_error(ctx, "replaceAll needs a global RegExp");
    }
    duk_push_literal(ctx, "replace");
    duk_dup(ctx, 0);
    duk_dup(ctx, 1);
    duk_call_prop(ctx, 2, 2);
    return 1;
  }
  (void)duk_to_string(ctx, 0);
  if (!duk_is_callable(ctx, 1)) {
    (void)duk_to_string(ctx, 1);
  }
  duk_dup(ctx, 1);
  duk_dup(ctx, 0);
  duk_replace(ctx, 1);
  duk_replace(ctx, 0); /* [ replacement pattern this ] */
  length = duk_get_length(ctx, 2);
  match_length = duk_get_length(ctx, 1);
  duk_push_array(ctx); /* pieces at 3 */
  for (;;) {
    double position;
    duk_uarridx_t n = (duk_uarridx_t)duk_get_length(ctx, 3);

    mkjs_loop_check(ctx);
    position = from > length ? -1.0 : index_of(ctx, from);
    if (position < 0) {
      duk_dup(ctx, 2);
      duk_substring(ctx, -1, end, length);
      duk_put_prop_index(ctx, 3, n);
      break;
    }
    duk_dup(ctx, 2);
    duk_substring(ctx, -1, end, (duk_size_t)position);
    duk_put_prop_index(ctx, 3, n);
    if (duk_is_callable(ctx, 0)) {
      duk_dup(ctx, 0);
      duk_dup(ctx, 1);
      duk_push_number(ctx, position);
      duk_dup(ctx, 2);
      duk_call(ctx, 3);
      (void)duk_to_string(ctx, -1);
    } else {
      push_expanded(ctx, 0, (duk_size_t)position);
    }
    duk_put_prop_index(ctx, 3, n + 1);
    end = (duk_size_t)position + match_length;
    from = match_length == 0 ? end + 1 : end;
  }
  duk_push_literal(ctx, "join");
  duk_push_literal(ctx, "");
  duk_call_prop(ctx, 3, 1);
  return 1;
}

/* matchAll(regexp): an iterator over a copy of the expression. Slots: RegExp or undefined when done, string. */
duk_ret_t mkjs_string_match_all(duk_context* ctx) {
  push_this_string(ctx); /* [ regexp this ] */
  duk_get_global_literal(ctx, "RegExp");
  if (is_regexp(ctx, 0)) {
    if (!has_flag(ctx, 0, 'g')) {
      return duk_type_error(ctx, "matchAll needs a global RegExp");
    }
    duk_get_prop_literal(ctx, 0, "source");
    duk_get_prop_literal(ctx, 0, "flags");
    duk_new(ctx, 2);
    duk_get_prop_literal(ctx, 0, "lastIndex");
    duk_put_prop_literal(ctx, 2, "lastIndex");
  } else {
    if (duk_is_undefined(ctx, 0)) {
      duk_push_literal(ctx, "(?:)");
    } else {
      duk_dup(ctx, 0);
    }
    duk_push_literal(ctx, "g");
    duk_new(ctx, 2);
  }
  mkjs_push_object(ctx, MKJS_PROTO_REGEXP_ITERATOR, MKJS_ITERATOR, 2); /* 3 */
  duk_dup(ctx, 2);
  mkjs_slot_put(ctx, 3, 0);
  duk_dup(ctx, 1);
  mkjs_slot_put(ctx, 3, 1);
  return 1;
}

/* AdvanceStringIndex: behind the character at `index`, which has two units with the flag u. */
static double index_behind(duk_context* ctx, duk_idx_t string, double index, int unicode) {
  const double length = (double)duk_get_length(ctx, string);
  if (unicode && index >= 0 && index + 1 < length) {
    const duk_codepoint_t high = duk_char_code_at(ctx, string, (duk_size_t)index);
    const duk_codepoint_t low = duk_char_code_at(ctx, string, (duk_size_t)index + 1);
    if (high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff) return index + 2;
  }
  return index + 1;
}

duk_ret_t mkjs_regexp_iterator_next(duk_context* ctx) {
  duk_push_this(ctx);
  mkjs_require_brand(ctx, 0, MKJS_ITERATOR, "RegExp String Iterator");
  mkjs_slot_get(ctx, 0, 0);
  if (!is_regexp(ctx, 1)) {
    duk_push_undefined(ctx);
    mkjs_push_iter_result(ctx, 1);
    return 1;
  }
  duk_push_literal(ctx, "exec");
  mkjs_slot_get(ctx, 0, 1);
  duk_call_prop(ctx, 1, 1); /* match at 2 */
  if (duk_is_null(ctx, 2)) {
    duk_push_undefined(ctx);
    mkjs_slot_put(ctx, 0, 0);
    duk_push_undefined(ctx);
    mkjs_push_iter_result(ctx, 1);
    return 1;
  }
  duk_get_prop_index(ctx, 2, 0);
  if (duk_get_length(ctx, -1) == 0) {
    duk_get_prop_literal(ctx, 1, "lastIndex");
    mkjs_slot_get(ctx, 0, 1);
    duk_push_number(ctx, index_behind(ctx, -1, duk_to_number(ctx, -2), has_flag(ctx, 1, 'u')));
    duk_put_prop_literal(ctx, 1, "lastIndex");
    duk_pop_2(ctx);
  }
  duk_pop(ctx);
  mkjs_push_iter_result(ctx, 0);
  return 1;
}

/* String.raw(strings, ...values) */
duk_ret_t mkjs_string_raw(duk_context* ctx) {
  duk_idx_t n_args = duk_get_top(ctx), raw, out;
  duk_size_t i, length;

  duk_require_stack(ctx, 4);
  duk_get_prop_literal(ctx, 0, "raw");
  raw = n_args;
  duk_to_object(ctx, raw);
  length = duk_get_length(ctx, raw);
  duk_push_array(ctx);
  out = raw + 1;
  for (i = 0; i < length; i++) {
    mkjs_loop_check(ctx);
    duk_get_prop_index(ctx, raw, (duk_uarridx_t)i);
    (void)duk_to_string(ctx, -1);
    if (i + 1 < length && i + 1 < (duk_size_t)n_args) {
      duk_dup(ctx, (duk_idx_t)(i + 1));
      (void)duk_to_string(ctx, -1);
      duk_concat(ctx, 2);
    }
    duk_put_prop_index(ctx, out, (duk_uarridx_t)i);
  }
  duk_push_literal(ctx, "join");
  duk_push_literal(ctx, "");
  duk_call_prop(ctx, out, 1);
  return 1;
}

/* RegExp.prototype[Symbol.replace] and its like: the methods of strings do the work. */
duk_ret_t mkjs_regexp_symbol(duk_context* ctx) {
  static const char* const methods[] = {"replace", "match", "search", "split", "matchAll"};
  const int which = duk_get_current_magic(ctx);
  duk_push_this(ctx); /* [ text second this ] */
  if (!is_regexp(ctx, 2)) return duk_type_error(ctx, "not a RegExp");
  (void)duk_to_string(ctx, 0);
  duk_push_string(ctx, methods[which]);
  duk_dup(ctx, 2);
  duk_dup(ctx, 1);
  if (which != 0 && which != 3) duk_pop(ctx);
  duk_call_prop(ctx, 0, which == 0 || which == 3 ? 2 : 1);
  return 1;
}
