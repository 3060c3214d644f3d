/* The lowest stack address that code on this thread may use, checked by Duktape before it recurses.
 *
 * Plain C, so that Duktape's configuration can include it. The fiber switch sets it at every resume; NULL means no
 * check (a thread's own stack while nothing runs on a fiber). It already holds back the headroom that natives and
 * the garbage collector need below the check. */
#ifndef COMMON_BASE_STACK_LIMIT_H_
#define COMMON_BASE_STACK_LIMIT_H_

#ifdef __cplusplus
extern "C" {
#endif

extern __thread char* mockarty_stack_limit;

#ifdef __cplusplus
}
#endif

#endif /* COMMON_BASE_STACK_LIMIT_H_ */
