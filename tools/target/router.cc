#include "tools/target/router.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>

#include "absl/strings/str_cat.h"
#include "tools/target/text.h"

namespace mockarty::target {
namespace {

// Takes the next `/segment` off `path`; nullopt at its end.
std::optional<std::string_view> NextSegment(std::string_view& path) {
  if (path.empty() || path.front() != '/') return std::nullopt;
  const size_t end = path.find('/', 1);
  const std::string_view segment = path.substr(1, end == std::string_view::npos ? end : end - 1);
  path = end == std::string_view::npos ? std::string_view() : path.substr(end);
  return segment;
}

bool MatchPattern(std::string_view pattern, std::string_view path, std::vector<std::string>& values) {
  values.clear();
  while (true) {
    const std::optional<std::string_view> expected = NextSegment(pattern);
    const std::optional<std::string_view> got = NextSegment(path);
    if (!expected || !got) return !expected && !got && path.empty();
    if (expected->starts_with('{')) {
      if (got->empty()) return false;
      values.push_back(PercentDecode(*got, false));
    } else if (*expected != *got) {
      return false;
    }
  }
}

bool MethodMatches(std::string_view route_method, std::string_view method) {
  return route_method == "*" || route_method == method || (route_method == "GET" && method == "HEAD");
}

}  // namespace

Router::Match Router::Find(std::string_view method, std::string_view path) const {
  Match match;
  for (size_t i = 0; i < routes_.size(); ++i) {
    const Route& route = routes_[i];
    if (!MatchPattern(route.pattern, path, match.segments)) continue;
    if (MethodMatches(route.method, method)) {
      match.route = &route;
      match.index = i;
      match.allowed.clear();
      return match;
    }
    absl::StrAppend(&match.allowed, match.allowed.empty() ? "" : ", ", Absl(route.method));
    if (route.method == "GET") absl::StrAppend(&match.allowed, ", HEAD");
  }
  match.segments.clear();
  return match;
}

Response ErrorResponse(int status, std::string_view message) {
  Response response;
  response.status = status;
  response.body = boost::json::serialize(boost::json::object{{"error", message}});
  return response;
}

Response ErrorResponse(int status, const absl::Status& error) {
  return ErrorResponse(status, std::string_view(error.message().data(), error.message().size()));
}

}  // namespace mockarty::target
