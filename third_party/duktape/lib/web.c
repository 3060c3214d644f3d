/* Globals of the web that are no part of ECMAScript: atob, btoa, and classes in JavaScript (js/), compiled by a heap
 * when it first reads one of their names; a heap that does not, pays nothing. FinalizationRegistry is one of them. */
#include <string.h>

#include "third_party/duktape/lib/mkjs.h"
#include "web_text.inc"

static const char* const web_names[] = {"URL", "URLSearchParams", "TextEncoder", "TextDecoder", "FinalizationRegistry"};

/* The texts that make them, each a run of names. */
static const struct {
  int first, end;
  const char* text;
} web_texts[] = {{0, 2, web_text_url}, {2, 4, web_text_text_coding}, {4, 5, web_text_finalization}};

/* Uint8Array of the UTF-8 of a text. */
static duk_ret_t to_bytes(duk_context* ctx) {
  duk_size_t length;
  const char* text = duk_x_to_utf8(ctx, 0, &length);
  void* data = duk_push_fixed_buffer(ctx, length);

  memcpy(data, text, length);
  duk_push_buffer_object(ctx, -1, 0, length, DUK_BUFOBJ_UINT8ARRAY);
  return 1;
}

/* Text of a buffer's UTF-8; undefined when the second argument is true and it is none. */
static duk_ret_t to_text(duk_context* ctx) {
  duk_size_t length, again;
  const char* data = (const char*)duk_require_buffer_data(ctx, 0, &length);
  int fatal = duk_to_boolean(ctx, 1);
  const char* text;

  duk_x_push_utf8(ctx, data == NULL ? "" : data, length);
  if (fatal) {
    duk_dup_top(ctx);
    text = duk_x_to_utf8(ctx, -1, &again);
    if (again != length || memcmp(text, data == NULL ? "" : data, length) != 0) {
      return 0;
    }
    duk_pop(ctx);
  }
  return 1;
}

/* Defines `name` of the global object as the value on top, which is popped. */
static void define_global(duk_context* ctx, const char* name) {
  duk_push_global_object(ctx);
  duk_push_string(ctx, name);
  duk_dup(ctx, -3);
  duk_def_prop(ctx, -3,
               DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WRITABLE | DUK_DEFPROP_CLEAR_ENUMERABLE |
                   DUK_DEFPROP_SET_CONFIGURABLE);
  duk_pop_2(ctx);
}

/* Getter of a name: makes the classes of its text and puts them in place of the getters. */
duk_ret_t mkjs_web_get(duk_context* ctx) {
  int which = duk_get_current_magic(ctx), t = 0, i;

  while (which >= web_texts[t].end) {
    t++;
  }
  duk_require_stack(ctx, 8);
  duk_eval_string(ctx, web_texts[t].text);
  duk_push_c_function(ctx, to_bytes, 1);
  duk_push_c_function(ctx, to_text, 2);
  duk_call(ctx, 2);
  for (i = web_texts[t].first; i < web_texts[t].end; i++) {
    duk_get_prop_string(ctx, -1, web_names[i]);
    define_global(ctx, web_names[i]);
  }
  duk_get_prop_string(ctx, -1, web_names[which]);
  return 1;
}

/* A script that assigns to the name has its own. */
duk_ret_t mkjs_web_set(duk_context* ctx) {
  duk_dup(ctx, 0);
  define_global(ctx, web_names[duk_get_current_magic(ctx)]);
  return 0;
}

/* base64 */

static duk_ret_t invalid_character(duk_context* ctx, const char* text) {
  duk_push_error_object(ctx, DUK_ERR_ERROR, "%s", text);
  duk_push_string(ctx, "InvalidCharacterError");
  duk_put_prop_string(ctx, -2, "name");
  return duk_throw(ctx);
}

duk_ret_t mkjs_btoa(duk_context* ctx) {
  duk_size_t i, length;
  const unsigned char* text;
  char* bytes;

  duk_to_string(ctx, 0);
  length = duk_get_length(ctx, 0);
  bytes = (char*)duk_push_fixed_buffer(ctx, length);
  /* The heap's text has one or two bytes for a character up to U+00FF. */
  text = (const unsigned char*)duk_get_string(ctx, 0);
  for (i = 0; i < length; i++) {
    if (*text < 0x80) {
      bytes[i] = (char)*text++;
    } else if (*text == 0xc2 || *text == 0xc3) {
      bytes[i] = (char)(((text[0] & 3) << 6) | (text[1] & 0x3f));
      text += 2;
    } else {
      return invalid_character(ctx, "btoa: the text has a character beyond U+00FF");
    }
  }
  duk_base64_encode(ctx, -1);
  return 1;
}

duk_ret_t mkjs_atob(duk_context* ctx) {
  duk_size_t i, n = 0, length, used = 0;
  const char* text;
  char* clean;
  const unsigned char* bytes;
  unsigned char* out;

  duk_to_string(ctx, 0);
  text = duk_get_lstring(ctx, 0, &length);
  clean = (char*)duk_push_fixed_buffer(ctx, length + 4);
  for (i = 0; i < length; i++) {
    char c = text[i];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r') {
      continue;
    }
    if (c == '\0' || strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=", c) == NULL) {
      return invalid_character(ctx, "atob: the text has a character that is not of base64");
    }
    clean[n++] = c;
  }
  if (n % 4 == 0 && n > 0 && clean[n - 1] == '=') {
    n -= clean[n - 2] == '=' ? 2 : 1;
  }
  if (n % 4 == 1 || memchr(clean, '=', n) != NULL) {
    return invalid_character(ctx, "atob: the text is not of the length of base64");
  }
  while (n % 4 != 0) {
    clean[n++] = '=';
  }
  duk_push_lstring(ctx, clean, n);
  duk_base64_decode(ctx, -1);
  bytes = (const unsigned char*)duk_require_buffer_data(ctx, -1, &length);
  out = (unsigned char*)duk_push_fixed_buffer(ctx, length * 2);
  for (i = 0; i < length; i++) {
    if (bytes[i] < 0x80) {
      out[used++] = bytes[i];
    } else {
      out[used++] = (unsigned char)(0xc0 | (bytes[i] >> 6));
      out[used++] = (unsigned char)(0x80 | (bytes[i] & 0x3f));
    }
  }
  duk_push_lstring(ctx, (const char*)out, used);
  return 1;
}
