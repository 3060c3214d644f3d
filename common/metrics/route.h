// The name of a request's route: what keeps the number of series independent of the number of URLs.
//
// "https://shop.example/users/42/orders?page=3" becomes "https://shop.example/users/{id}/orders". By segment:
//   a UUID (8-4-4-4-12 hexadecimal digits)           -> {uuid}
//   decimal digits only                               -> {id}
//   16 or more hexadecimal digits with a digit in it  -> {hex}   (object ids, hashes)
// User, query and fragment are dropped, the host is lower-cased, an empty path is "/". Names are cut at 256 bytes and
// after 32 segments ("..." marks a cut). A script's own `name` tag is used instead of this where there is one.
//
// The host is part of the name, so that two services never share a series; the report leaves it out of labels as long
// as the run has only one (common/report/route_label.h).
#ifndef COMMON_METRICS_ROUTE_H_
#define COMMON_METRICS_ROUTE_H_

#include <string>
#include <string_view>

namespace mockarty {

// Never fails: text that is no URL is cut and normalised as a path.
std::string RouteName(std::string_view url);

// The path alone: "/users/42?x=1" -> "/users/{id}".
std::string NormalisePath(std::string_view path);

}  // namespace mockarty

#endif  // COMMON_METRICS_ROUTE_H_
