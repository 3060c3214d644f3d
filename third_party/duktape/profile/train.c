/* train SCRIPT ITERATIONS: what the profile of a release build is taken from (../README.md, "The profile"). Calls
 * module.exports.default of SCRIPT as the engine calls a default function, with natives that touch the heap in the way
 * of http.get(), check() and a Response: protected calls from native code, getters of a shared prototype, a buffer
 * under a hidden key. Then every function of module.exports.parts, so that the rest of the interpreter is not taken for
 * cold. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "third_party/duktape/duk_ext.h"

#define KEY_BUFFER DUK_HIDDEN_SYMBOL("r")

int mockarty_exec_timeout(void* heap_udata) {
  (void)heap_udata;
  return 0;
}

duk_ret_t mockarty_host_call(duk_context* ctx, int which) {
  (void)which;
  return duk_error(ctx, DUK_ERR_ERROR, "no timers here");
}

int mockarty_position(void* heap_udata, unsigned int id, unsigned int pc, const char** file, unsigned int* line,
                      unsigned int* column) {
  (void)heap_udata;
  (void)id;
  (void)pc;
  (void)file;
  (void)line;
  (void)column;
  return 0;
}

static void* prototype;
static void* default_function;

static const char response[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 41\r\n\r\n"
    "{\"id\": 17, \"name\": \"pump\", \"tags\": [1, 2]}";

static const char* unpack(duk_context* ctx) {
  duk_set_top(ctx, 0);
  duk_push_this(ctx);
  if (!duk_is_object(ctx, 0) || !duk_get_prop_lstring(ctx, 0, KEY_BUFFER, sizeof KEY_BUFFER - 1)) {
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "not a response");
  }
  return duk_get_buffer_data(ctx, -1, NULL);
}

static duk_ret_t get_status(duk_context* ctx) {
  (void)unpack(ctx);
  duk_push_number(ctx, 200);
  return 1;
}

static duk_ret_t get_body(duk_context* ctx) {
  const char* text = strstr(unpack(ctx), "\r\n\r\n") + 4;
  duk_x_push_utf8(ctx, text, strlen(text));
  return 1;
}

static duk_ret_t get_json(duk_context* ctx) {
  get_body(ctx);
  duk_json_decode(ctx, -1);
  return 1;
}

static duk_ret_t http_get(duk_context* ctx) {
  duk_size_t length;

  if (duk_is_object(ctx, 1)) { /* parameters: headers and tags are read */
    duk_enum(ctx, 1, DUK_ENUM_OWN_PROPERTIES_ONLY);
    while (duk_next(ctx, -1, 1)) {
      duk_pop_2(ctx);
    }
    duk_pop(ctx);
  }
  (void)duk_get_lstring(ctx, 0, &length);
  duk_x_push_object_proto(ctx, prototype, 1);
  memcpy(duk_push_buffer_raw(ctx, sizeof response, DUK_BUF_FLAG_NOZERO), response, sizeof response);
  duk_put_prop_lstring(ctx, -2, KEY_BUFFER, sizeof KEY_BUFFER - 1);
  return 1;
}

static duk_ret_t check(duk_context* ctx) {
  duk_uint_t i;
  int all = 1, slot;

  for (i = 0; (slot = duk_x_entry(ctx, 1, i)) == 1 || slot == 2; i++) {
    if (slot == 2) {
      continue;
    }
    if (duk_is_function(ctx, -1)) {
      duk_dup(ctx, 0);
      if (duk_pcall(ctx, 1) != DUK_EXEC_SUCCESS) {
        return duk_throw(ctx);
      }
    }
    all &= duk_to_boolean(ctx, -1);
    duk_pop_2(ctx);
  }
  duk_push_boolean(ctx, all);
  return 1;
}

static void put_getter(duk_context* ctx, const char* name, duk_c_function getter) {
  duk_push_string(ctx, name);
  duk_push_c_function(ctx, getter, 0);
  duk_def_prop(ctx, -3, DUK_DEFPROP_HAVE_GETTER | DUK_DEFPROP_SET_ENUMERABLE | DUK_DEFPROP_SET_CONFIGURABLE);
}

static duk_ret_t call_default(duk_context* ctx, void* udata) {
  (void)udata;
  duk_push_heapptr(ctx, default_function);
  duk_call(ctx, 0);
  duk_pop(ctx);
  return 0;
}

static char* read_file(const char* path, size_t* length) {
  FILE* f = fopen(path, "rb");
  char* text;
  long size;

  if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0) {
    fprintf(stderr, "train: cannot read %s\n", path);
    exit(2);
  }
  rewind(f);
  text = malloc((size_t)size + 1);
  *length = text != NULL ? fread(text, 1, (size_t)size, f) : 0;
  fclose(f);
  return text;
}

static int fail(duk_context* ctx) {
  fprintf(stderr, "train: %s\n", duk_safe_to_stacktrace(ctx, -1));
  return 1;
}

int main(int argc, char** argv) {
  duk_context* ctx = duk_create_heap_default();
  size_t length;
  char* text;
  long i, iterations = argc > 2 ? strtol(argv[2], NULL, 10) : 0;

  if (ctx == NULL || iterations <= 0) {
    fprintf(stderr, "usage: train SCRIPT ITERATIONS\n");
    return 2;
  }
  text = read_file(argv[1], &length);

  duk_push_global_stash(ctx);
  duk_push_object(ctx);
  put_getter(ctx, "status", get_status);
  put_getter(ctx, "body", get_body);
  duk_push_c_lightfunc(ctx, get_json, 0, 0, 0);
  duk_put_prop_string(ctx, -2, "json");
  prototype = duk_get_heapptr(ctx, -1);
  duk_put_prop_string(ctx, -2, "prototype");

  /* The script is the body of a function of the module's names, as a CommonJS module is. */
  duk_push_string(ctx, argv[1]);
  if (duk_pcompile_lstring_filename(ctx, DUK_COMPILE_FUNCTION, text, length) != 0) {
    return fail(ctx);
  }
  duk_push_object(ctx); /* http */
  duk_push_c_lightfunc(ctx, http_get, 2, 2, 0);
  duk_put_prop_string(ctx, -2, "get");
  duk_push_c_lightfunc(ctx, check, 2, 2, 0);
  if (duk_pcall(ctx, 2) != 0) {
    return fail(ctx);
  }
  duk_get_prop_string(ctx, -1, "default");
  default_function = duk_get_heapptr(ctx, -1);
  duk_pop(ctx);
  for (i = 0; i < iterations; i++) {
    if (duk_safe_call(ctx, call_default, NULL, 0, 1) != DUK_EXEC_SUCCESS) {
      return fail(ctx);
    }
    duk_pop(ctx);
  }

  duk_get_prop_string(ctx, -1, "parts");
  duk_enum(ctx, -1, DUK_ENUM_OWN_PROPERTIES_ONLY);
  while (duk_next(ctx, -1, 1)) {
    if (duk_pcall(ctx, 0) != 0) {
      return fail(ctx);
    }
    duk_pop_2(ctx);
    if (mockarty_duk_run_jobs(ctx) < 0) {
      return 1;
    }
  }
  duk_destroy_heap(ctx);
  free(text);
  return 0;
}
