// What mockarty-target has served.
#ifndef TESTS_TASK_HTTP_COUNT_H_
#define TESTS_TASK_HTTP_COUNT_H_

#include <cstdint>

namespace mockarty::testing {

// Requests so far, those of this kind not counted; -1 when it does not answer.
int64_t RequestsServed(uint16_t port);

}  // namespace mockarty::testing

#endif  // TESTS_TASK_HTTP_COUNT_H_
