#include "tools/target/shop_routes.h"

#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/target/text.h"

namespace mockarty::target {
namespace {

namespace json = boost::json;

constexpr int64_t kProducts = 100;
constexpr int64_t kDefaultPageSize = 20;

int64_t NextId() {
  static std::atomic<int64_t> last_id{1000};
  return last_id.fetch_add(1, std::memory_order_relaxed) + 1;
}

Response Json(int status, const json::value& value) {
  Response response;
  response.status = status;
  response.body = json::serialize(value);
  return response;
}

// A number stays a number, so that `json().id === 42` holds for /users/42.
json::value IdValue(std::string_view text) {
  int64_t number = 0;
  if (absl::SimpleAtoi(Absl(text), &number) && absl::StrCat(number) == Absl(text)) return number;
  return json::value(IsUtf8(text) ? std::string(text) : absl::CHexEscape(Absl(text)));
}

json::object User(const json::value& id) {
  const std::string text = id.is_int64() ? absl::StrCat(id.get_int64()) : std::string(id.get_string());
  return {{"id", id}, {"name", absl::StrCat("User ", text)}, {"email", absl::StrCat("user", text, "@example.com")}};
}

json::object Product(int64_t number) {
  return {{"id", absl::StrFormat("prod-%03d", number)},
          {"name", absl::StrCat("Product ", number)},
          {"price", 9.5 + static_cast<double>(number % 40)},
          {"currency", "EUR"}};
}

json::object Order(const json::value& id) {
  return {{"id", id}, {"status", "pending"}, {"product", "widget"}, {"quantity", 1}};
}

json::object Page(json::array items, int64_t page, int64_t limit, int64_t total) {
  return {{"items", std::move(items)}, {"page", page}, {"limit", limit}, {"total", total}};
}

bool HasBearer(const Call& call) {
  const std::string_view header = call.request.Header("Authorization");
  return absl::StartsWithIgnoreCase(Absl(header), "bearer ") && header.size() > 7;
}

Response Users(const Call&) {
  json::array items;
  for (int64_t id = 1; id <= 10; ++id) items.push_back(User(id));
  return Json(200, Page(std::move(items), 1, 10, 10));
}

Response CreateUser(const Call&) { return Json(201, User(NextId())); }

Response OneUser(const Call& call) { return Json(200, User(IdValue(call.segments[0]))); }

Response OrdersOfUser(const Call& call) {
  json::object order = Order(json::value(1));
  order["userId"] = IdValue(call.segments[0]);
  return Json(200, Page({order}, 1, 20, 1));
}

Response Login(const Call&) {
  return Json(200, {{"token", absl::StrCat("token-", NextId())}, {"token_type", "Bearer"}, {"expires_in", 3600}});
}

Response Profile(const Call& call) {
  if (!HasBearer(call)) {
    Response response = ErrorResponse(401, "expected a header such as Authorization: Bearer TOKEN");
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
  }
  return Json(200, User(int64_t{1}));
}

Response Orders(const Call&) { return Json(200, Page({Order(1), Order(2)}, 1, 20, 2)); }

Response CreateOrder(const Call&) { return Json(201, Order(NextId())); }

Response OneOrder(const Call& call) { return Json(200, Order(IdValue(call.segments[0]))); }

// ?page=1&limit=20
Response Products(const Call& call) {
  int64_t page = 1;
  int64_t limit = kDefaultPageSize;
  for (const auto& [name, value] : call.query) {
    if (name != "page" && name != "limit") continue;
    const auto number = ParseNumber(name, value, 1, kProducts);
    if (!number.ok()) return ErrorResponse(400, number.status());
    (name == "page" ? page : limit) = *number;
  }
  json::array items;
  const int64_t first = (page - 1) * limit + 1;
  for (int64_t number = first; number <= kProducts && number < first + limit; ++number) {
    items.push_back(Product(number));
  }
  return Json(200, Page(std::move(items), page, limit, kProducts));
}

Response OneProduct(const Call& call) {
  std::string_view text = call.segments[0];
  if (text.starts_with("prod-")) text.remove_prefix(5);
  int64_t number = 0;
  if (!absl::SimpleAtoi(Absl(text), &number) || number < 1 || number > kProducts) {
    return ErrorResponse(404, absl::StrCat("no such product: expected prod-001 to prod-", kProducts));
  }
  return Json(200, Product(number));
}

Response AddToCart(const Call&) {
  return Json(201, {{"cartId", absl::StrCat("cart-", NextId())},
                    {"items", json::array{json::object{{"productId", "prod-001"}, {"quantity", 1}}}}});
}

Response Checkout(const Call&) {
  return Json(201, {{"orderId", absl::StrCat("order-", NextId())}, {"status", "confirmed"}});
}

Response Register(const Call&) { return Json(201, User(NextId())); }

}  // namespace

std::vector<Route> ShopRoutes() {
  return {
      {"GET", "/users", Users},           {"POST", "/users", CreateUser},
      {"GET", "/users/{id}", OneUser},    {"GET", "/users/{id}/orders", OrdersOfUser},
      {"POST", "/auth/login", Login},     {"POST", "/login", Login},
      {"POST", "/register", Register},    {"GET", "/profile", Profile},
      {"GET", "/orders", Orders},         {"POST", "/orders", CreateOrder},
      {"GET", "/orders/{id}", OneOrder},  {"POST", "/api/orders", CreateOrder},
      {"GET", "/products", Products},     {"GET", "/products/{id}", OneProduct},
      {"POST", "/cart/items", AddToCart}, {"POST", "/checkout", Checkout},
  };
}

}  // namespace mockarty::target
