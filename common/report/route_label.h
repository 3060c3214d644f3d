// How a route is shown: "GET /users/{id}".
//
// The `name` tag of a request's series is a normalised URL with its host, or the name that the script gave. Labels
// leave scheme and host out as long as the whole run has only one of them.
#ifndef COMMON_REPORT_ROUTE_LABEL_H_
#define COMMON_REPORT_ROUTE_LABEL_H_

#include <string>
#include <string_view>

namespace mockarty {

// "https://shop.example:8080" of a URL; empty for any other name.
std::string_view RouteOrigin(std::string_view name);

std::string RouteLabel(std::string_view method, std::string_view name, bool with_origin);

}  // namespace mockarty

#endif  // COMMON_REPORT_ROUTE_LABEL_H_
