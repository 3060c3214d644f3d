// From method and path to a handler: a table of patterns like `/users/{id}`.
//
// Errors: none; a path without a pattern and a method without a handler are told apart in Match.
// Threads: a Router is built once and then only read, by any thread. Ownership: holds its routes.
#ifndef TOOLS_TARGET_ROUTER_H_
#define TOOLS_TARGET_ROUTER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "tools/target/message.h"

namespace mockarty::target {

// What a handler gets: the request, the decoded values of the pattern's `{name}` segments in order, and the query.
struct Call {
  const Request& request;
  std::vector<std::string> segments;
  Fields query;
};

using Handler = Response (*)(const Call& call);

struct Route {
  std::string_view method;  // A method, or `*` for any. GET serves HEAD too.
  std::string_view pattern;
  Handler handler;
};

class Router {
 public:
  explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

  struct Match {
    const Route* route = nullptr;       // Null when nothing matches.
    size_t index = 0;                   // Of the route, in Routes().
    std::vector<std::string> segments;  // Values of `{name}` segments.
    std::string allowed;                // `GET, HEAD, POST`: methods of the path when only the method was wrong.
  };

  // `path` is without its query. A pattern's segments never match an empty segment.
  Match Find(std::string_view method, std::string_view path) const;

  const std::vector<Route>& Routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

// A JSON error answer: {"error": "..."}.
Response ErrorResponse(int status, std::string_view message);
// The message of `error` as such an answer.
Response ErrorResponse(int status, const absl::Status& error);

}  // namespace mockarty::target

#endif  // TOOLS_TARGET_ROUTER_H_
