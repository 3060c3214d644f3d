/* Globals whose work is the embedder's (timers, open), in ROM so that a heap pays nothing for them. */
#include "third_party/duktape/duk_ext.h"

duk_ret_t mkjs_host(duk_context* ctx);
duk_ret_t mkjs_host(duk_context* ctx) { return mockarty_host_call(ctx, duk_get_current_magic(ctx)); }
