// A small shop and user API with answers of the shape that the documentation's scripts read.
//
// Nothing is stored: ids are counted, and every id that is asked for exists.
// Threads: handlers share atomic counters only and may run on any thread.
#ifndef TOOLS_TARGET_SHOP_ROUTES_H_
#define TOOLS_TARGET_SHOP_ROUTES_H_

#include <vector>

#include "tools/target/router.h"

namespace mockarty::target {

std::vector<Route> ShopRoutes();

}  // namespace mockarty::target

#endif  // TOOLS_TARGET_SHOP_ROUTES_H_
