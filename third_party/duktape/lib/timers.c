/* setTimeout() and its like, in ROM so that a heap pays nothing for them: time is the business of the embedder. */
#include "third_party/duktape/duk_ext.h"

duk_ret_t mkjs_timer(duk_context* ctx);
duk_ret_t mkjs_timer(duk_context* ctx) { return mockarty_timer_call(ctx, duk_get_current_magic(ctx)); }
