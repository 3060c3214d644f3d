#include "tools/target/app.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tools/target/basic_routes.h"
#include "tools/target/shop_routes.h"
#include "tools/target/text.h"

namespace mockarty::target {
namespace {

std::vector<Route> AllRoutes() {
  std::vector<Route> routes = BasicRoutes();
  for (const Route& route : ShopRoutes()) routes.push_back(route);
  return routes;
}

std::string RouteName(const Route& route) { return absl::StrCat(Absl(route.method), " ", Absl(route.pattern)); }

// What `/` answers: the list of what there is.
Response Index(const Router& router) {
  boost::json::array routes{"GET /count"};
  for (const Route& route : router.Routes()) routes.push_back(boost::json::string(RouteName(route)));
  Response response;
  response.body = boost::json::serialize(boost::json::object{{"routes", std::move(routes)}});
  return response;
}

}  // namespace

App::App() : router_(AllRoutes()), counts_(std::make_unique<std::atomic<int64_t>[]>(router_.Routes().size())) {}

Response App::Handle(const Request& request) {
  const size_t question = request.target.find('?');
  const std::string_view path = std::string_view(request.target).substr(0, question);
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (reads && path == "/count") {
    Response response;
    response.body = CountsJson();
    return response;
  }
  Router::Match match = router_.Find(request.method, path);
  if (match.route == nullptr) {
    unknown_count_.fetch_add(1, std::memory_order_relaxed);
    if (reads && path == "/") return Index(router_);
    if (match.allowed.empty()) return ErrorResponse(404, "no such path; / lists the routes");
    Response response = ErrorResponse(405, "the path does not serve this method");
    response.headers.emplace_back("Allow", match.allowed);
    return response;
  }
  counts_[match.index].fetch_add(1, std::memory_order_relaxed);
  Call call{request, std::move(match.segments), {}};
  if (question != std::string::npos) call.query = ParseQuery(std::string_view(request.target).substr(question + 1));
  return match.route->handler(call);
}

std::string App::CountsJson() const {
  boost::json::object routes;
  int64_t total = unknown_count_.load(std::memory_order_relaxed);
  for (size_t i = 0; i < router_.Routes().size(); ++i) {
    const int64_t count = counts_[i].load(std::memory_order_relaxed);
    if (count > 0) routes[RouteName(router_.Routes()[i])] = count;
    total += count;
  }
  routes["other"] = unknown_count_.load(std::memory_order_relaxed);
  return boost::json::serialize(boost::json::object{{"total", total}, {"routes", std::move(routes)}});
}

}  // namespace mockarty::target
