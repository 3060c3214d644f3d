// Routes that show one feature of HTTP each: status codes, delays, sizes, codings, redirects, cookies, echo.
//
// Threads: handlers keep no state of their own and may run on any thread.
#ifndef TOOLS_TARGET_BASIC_ROUTES_H_
#define TOOLS_TARGET_BASIC_ROUTES_H_

#include <cstdint>
#include <vector>

#include "tools/target/router.h"

namespace mockarty::target {

// The longest /delay and /freeze, the largest /bytes and the longest /redirect chain.
inline constexpr int64_t kMaxWaitMs = 600'000;
inline constexpr int64_t kMaxBytes = int64_t{64} << 20;
inline constexpr int64_t kMaxRedirects = 1000;

std::vector<Route> BasicRoutes();

}  // namespace mockarty::target

#endif  // TOOLS_TARGET_BASIC_ROUTES_H_
