/* compile_bundle BUNDLE.js OUT: compiles one function expression to Duktape bytecode. Runs at build time only. */
#include <duktape.h>
#include <stdio.h>
#include <stdlib.h>

#include "third_party/duktape/duk_ext.h"

/* No script runs here, so nothing needs to be ended. */
int mockarty_exec_timeout(void* heap_udata);
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

static char* read_file(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  char* bytes = NULL;
  long length = -1;
  if (file != NULL && fseek(file, 0, SEEK_END) == 0) length = ftell(file);
  if (length >= 0 && fseek(file, 0, SEEK_SET) == 0) bytes = malloc((size_t)length + 1);
  if (bytes != NULL && fread(bytes, 1, (size_t)length, file) != (size_t)length) {
    free(bytes);
    bytes = NULL;
  }
  if (file != NULL) fclose(file);
  *size = (size_t)length;
  return bytes;
}

static int write_file(const char* path, const void* bytes, size_t size) {
  FILE* file = fopen(path, "wb");
  if (file == NULL) return 0;
  const int complete = fwrite(bytes, 1, size, file) == size;
  return fclose(file) == 0 && complete;
}

int main(int argc, char** argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: compile_bundle BUNDLE.js OUT\n");
    return 2;
  }
  size_t size = 0;
  char* text = read_file(argv[1], &size);
  if (text == NULL) {
    fprintf(stderr, "compile_bundle: cannot read %s\n", argv[1]);
    return 1;
  }
  duk_context* context = duk_create_heap_default();
  if (context == NULL) {
    fprintf(stderr, "compile_bundle: no memory\n");
    return 1;
  }
  int status = 1;
  duk_push_string(context, "babel.js");
  if (duk_pcompile_lstring_filename(context, DUK_COMPILE_FUNCTION, text, size) != 0) {
    fprintf(stderr, "compile_bundle: %s: %s\n", argv[1], duk_safe_to_string(context, -1));
  } else {
    duk_dump_function(context);
    duk_size_t length = 0;
    const void* bytecode = duk_get_buffer_data(context, -1, &length);
    status = write_file(argv[2], bytecode, length) ? 0 : 1;
    if (status != 0) fprintf(stderr, "compile_bundle: cannot write %s\n", argv[2]);
  }
  duk_destroy_heap(context);
  free(text);
  return status;
}
