/* duk_eval FILE...: runs each file in one heap, runs promise jobs, prints what print() is given and "uncaught: ..." for
 * an error. Built twice, against the engine's Duktape and against the reference, so that tests can compare. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "duktape.h"

#ifdef DUK_EVAL_REF
static int run_jobs(duk_context* ctx) {
  (void)ctx;
  return 0;
}
#else
#include "third_party/duktape/duk_ext.h"

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

static int run_jobs(duk_context* ctx) {
  int count = mockarty_duk_run_jobs(ctx);

  while (mockarty_duk_take_unhandled(ctx)) {
    printf("unhandled: %s\n", duk_safe_to_string(ctx, -1));
    duk_pop(ctx);
  }
  return count;
}
#endif

static duk_ret_t print(duk_context* ctx) {
  duk_idx_t i, n = duk_get_top(ctx);

  for (i = 0; i < n; i++) {
    printf("%s%s", i ? " " : "", duk_safe_to_string(ctx, i));
  }
  printf("\n");
  return 0;
}

static duk_ret_t jobs(duk_context* ctx) {
  duk_push_int(ctx, run_jobs(ctx));
  return 1;
}

static char* read_file(const char* path, size_t* length) {
  FILE* f = fopen(path, "rb");
  char* text;
  long size;

  if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0) {
    fprintf(stderr, "duk_eval: cannot read %s\n", path);
    exit(2);
  }
  rewind(f);
  text = malloc((size_t)size + 1);
  *length = text != NULL ? fread(text, 1, (size_t)size, f) : 0;
  fclose(f);
  return text;
}

int main(int argc, char** argv) {
  duk_context* ctx = duk_create_heap_default();
  int i, failed = 0;

  duk_push_c_function(ctx, print, DUK_VARARGS);
  duk_put_global_string(ctx, "print");
  duk_push_c_function(ctx, jobs, 0);
  duk_put_global_string(ctx, "runJobs");
  for (i = 1; i < argc; i++) {
    size_t length;
    char* text = read_file(argv[i], &length);

    duk_push_string(ctx, argv[i]);
    if (duk_pcompile_lstring_filename(ctx, 0, text, length) != 0 || duk_pcall(ctx, 0) != 0) {
      printf("uncaught: %s\n", duk_safe_to_stacktrace(ctx, -1));
      failed = 1;
    }
    duk_pop(ctx);
    run_jobs(ctx);
    free(text);
  }
  duk_destroy_heap(ctx);
  return failed;
}
