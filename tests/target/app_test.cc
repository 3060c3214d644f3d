// What the routes answer, without sockets.
#include "tools/target/app.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <string>

#include "tools/target/options.h"
#include "tools/target/text.h"

namespace mockarty::target {
namespace {

using ::testing::HasSubstr;
using ::testing::Pair;

class AppTest : public ::testing::Test {
 protected:
  Response Call(const std::string& method, const std::string& target, Fields headers = {}, std::string body = "") {
    Request request;
    request.method = method;
    request.target = target;
    request.headers = std::move(headers);
    request.body = std::move(body);
    request.remote = "127.0.0.1";
    return app_.Handle(request);
  }

  boost::json::object CallJson(const std::string& method, const std::string& target, Fields headers = {},
                               std::string body = "") {
    return boost::json::parse(Call(method, target, std::move(headers), std::move(body)).body).as_object();
  }

  App app_;
};

std::string HeaderOf(const Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST_F(AppTest, TellsAnUnknownPathFromAnUnknownMethod) {
  EXPECT_EQ(Call("GET", "/nothing").status, 404);
  EXPECT_EQ(Call("GET", "/users/").status, 404);
  EXPECT_EQ(Call("GET", "").status, 404);
  EXPECT_EQ(Call("GET", "/users/1/more/and/more").status, 404);
  const Response response = Call("PUT", "/users");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(HeaderOf(response, "Allow"), "GET, HEAD, POST");
}

TEST_F(AppTest, StatusTakesFinalCodesOnly) {
  EXPECT_EQ(Call("GET", "/status/404").status, 404);
  EXPECT_EQ(Call("POST", "/status/599").status, 599);
  for (const char* bad : {"199", "600", "x", "-1", "99999999999999999999", "2e2"}) {
    const Response response = Call("GET", std::string("/status/") + bad);
    EXPECT_EQ(response.status, 400) << bad;
    EXPECT_THAT(response.body, HasSubstr(bad));
    EXPECT_THAT(response.body, HasSubstr("200 to 599"));
  }
}

TEST_F(AppTest, WaitsAndSizesAreBounded) {
  EXPECT_EQ(Call("GET", "/delay/250").delay_ms, 250);
  EXPECT_EQ(Call("GET", "/freeze?ms=40").freeze_ms, 40);
  EXPECT_EQ(Call("GET", "/bytes/1000").Body().size(), 1000u);
  EXPECT_EQ(Call("GET", "/bytes/0").Body(), "");
  EXPECT_EQ(Call("GET", "/bytes/67108864").Body().size(), 67108864u);
  EXPECT_EQ(Call("GET", "/delay/600001").status, 400);
  EXPECT_EQ(Call("GET", "/freeze?ms=0").status, 400);
  EXPECT_EQ(Call("GET", "/bytes/67108865").status, 400);
  EXPECT_EQ(Call("GET", "/redirect/1001").status, 400);
}

TEST_F(AppTest, RedirectsCountDownAndKeepTheirCode) {
  EXPECT_EQ(HeaderOf(Call("GET", "/redirect/3"), "Location"), "/redirect/2");
  EXPECT_EQ(HeaderOf(Call("GET", "/redirect/1"), "Location"), "/get");
  const Response response = Call("GET", "/redirect/2?status=307");
  EXPECT_EQ(response.status, 307);
  EXPECT_EQ(HeaderOf(response, "Location"), "/redirect/1?status=307");
  EXPECT_EQ(Call("GET", "/redirect/2?status=304").status, 400);
}

TEST_F(AppTest, EchoesTheBodyInTheFormsItHas) {
  const auto json = CallJson("POST", "/post?q=1%202", {{"Content-Type", "application/json"}}, R"({"a":[1]})");
  EXPECT_EQ(json.at("method"), "POST");
  EXPECT_EQ(json.at("args").at("q"), "1 2");
  EXPECT_EQ(json.at("body"), R"({"a":[1]})");
  EXPECT_EQ(json.at("json").at("a").at(0), 1);
  const auto form =
      CallJson("PUT", "/put", {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}}, "a=1+2&b=%26");
  EXPECT_EQ(form.at("form").at("a"), "1 2");
  EXPECT_EQ(form.at("form").at("b"), "&");
  const auto binary = CallJson("PATCH", "/patch", {}, std::string("\xff\x00\x01", 3));
  EXPECT_EQ(binary.at("body_base64"), "/wAB");
  EXPECT_FALSE(binary.contains("body"));
  EXPECT_TRUE(CallJson("DELETE", "/delete", {{"Content-Type", "application/json"}}, "{").at("json").is_null());
}

TEST_F(AppTest, CookiesCannotForgeHeaders) {
  const Response response = Call("GET", "/cookies/set?a=1&b=two");
  EXPECT_EQ(response.status, 302);
  EXPECT_THAT(response.headers, ::testing::Contains(Pair("Set-Cookie", "a=1; Path=/")));
  EXPECT_THAT(response.headers, ::testing::Contains(Pair("Set-Cookie", "b=two; Path=/")));
  EXPECT_EQ(Call("GET", "/cookies/set?a=1%0d%0aX:%20y").status, 400);
  EXPECT_EQ(Call("GET", "/cookies/set?a%3Bb=1").status, 400);
  EXPECT_EQ(Call("GET", "/cookies/set").status, 400);
  EXPECT_EQ(CallJson("GET", "/cookies", {{"Cookie", "a=1; b=x=y; broken"}}).at("cookies"),
            (boost::json::object{{"a", "1"}, {"b", "x=y"}}));
}

TEST_F(AppTest, BasicAuthComparesBothParts) {
  // user:pass
  EXPECT_EQ(Call("GET", "/basic-auth/user/pass", {{"Authorization", "Basic dXNlcjpwYXNz"}}).status, 200);
  EXPECT_EQ(Call("GET", "/basic-auth/user/other", {{"Authorization", "Basic dXNlcjpwYXNz"}}).status, 401);
  EXPECT_EQ(Call("GET", "/basic-auth/user/pass", {{"Authorization", "Basic %%%"}}).status, 401);
  const Response response = Call("GET", "/basic-auth/user/pass");
  EXPECT_EQ(response.status, 401);
  EXPECT_THAT(HeaderOf(response, "WWW-Authenticate"), HasSubstr("Basic realm="));
}

TEST_F(AppTest, AnswersWhatTheDocumentedScriptsRead) {
  const auto token = std::string(CallJson("POST", "/auth/login").at("token").as_string());
  EXPECT_FALSE(token.empty());
  EXPECT_EQ(Call("GET", "/profile", {{"Authorization", "Bearer " + token}}).status, 200);
  EXPECT_EQ(Call("GET", "/profile").status, 401);
  const Response created = Call("POST", "/orders");
  EXPECT_EQ(created.status, 201);
  const int64_t id = boost::json::parse(created.body).at("id").to_number<int64_t>();
  const auto order = CallJson("GET", "/orders/" + std::to_string(id));
  EXPECT_EQ(order.at("id"), id);
  EXPECT_EQ(order.at("status"), "pending");
  const auto products = CallJson("GET", "/products?page=1&limit=20");
  EXPECT_EQ(products.at("items").as_array().size(), 20u);
  const auto product_id = std::string(products.at("items").at(19).at("id").as_string());
  EXPECT_EQ(Call("GET", "/products/" + product_id).status, 200);
  EXPECT_EQ(CallJson("GET", "/products?page=6&limit=20").at("items").as_array().size(), 0u);
  EXPECT_EQ(Call("GET", "/products?page=0").status, 400);
  EXPECT_EQ(Call("GET", "/products/prod-101").status, 404);
  EXPECT_TRUE(CallJson("POST", "/cart/items").contains("cartId"));
  EXPECT_TRUE(CallJson("POST", "/checkout").contains("orderId"));
  EXPECT_EQ(Call("POST", "/register").status, 201);
  EXPECT_EQ(CallJson("GET", "/users/42").at("id"), 42);
  EXPECT_EQ(CallJson("GET", "/users/042").at("id"), "042");
  EXPECT_EQ(CallJson("GET", "/users/%ff").at("id"), "\\xff");
}

TEST_F(AppTest, CountsByRouteAndNotItself) {
  Call("GET", "/users/1");
  Call("GET", "/users/2");
  Call("HEAD", "/users/3");
  Call("GET", "/nothing");
  CallJson("GET", "/count");
  const auto counts = CallJson("GET", "/count");
  EXPECT_EQ(counts.at("total"), 4);
  EXPECT_EQ(counts.at("routes").at("GET /users/{id}"), 3);
  EXPECT_EQ(counts.at("routes").at("other"), 1);
}

TEST(TextTest, Utf8RefusesWhatTheRfcRefuses) {
  EXPECT_TRUE(IsUtf8("plain \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"));
  for (const char* bad : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3", "\x80", "\xFF"}) {
    EXPECT_FALSE(IsUtf8(bad));
  }
}

TEST(TextTest, BrokenPercentEscapesStayAsTheyAre) {
  EXPECT_EQ(PercentDecode("%41%4", false), "A%4");
  EXPECT_EQ(PercentDecode("%zz+%", true), "%zz %");
}

absl::StatusOr<Options> Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "mockarty-target");
  return ParseOptions(static_cast<int>(arguments.size()), arguments.data());
}

TEST(OptionsTest, NamesTheOptionAndTheValue) {
  EXPECT_THAT(std::string(Parse({"--port", "70000"}).status().message()),
              ::testing::AllOf(HasSubstr("--port"), HasSubstr("70000"), HasSubstr("65535")));
  EXPECT_THAT(std::string(Parse({"--host", "nowhere"}).status().message()),
              ::testing::AllOf(HasSubstr("--host"), HasSubstr("nowhere")));
  EXPECT_THAT(std::string(Parse({"--prot", "1"}).status().message()), HasSubstr("--prot"));
  EXPECT_THAT(std::string(Parse({"--threads", "0"}).status().message()), HasSubstr("--threads"));
  EXPECT_THAT(std::string(Parse({"--cert", "a.pem"}).status().message()), HasSubstr("--key"));
  EXPECT_THAT(std::string(Parse({"--ca-out", "a.pem"}).status().message()), HasSubstr("--tls"));
}

TEST(OptionsTest, AFreePortGoesForTlsToo) {
  const auto options = Parse({"--port", "0", "--tls"});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->tls_port, 0);
  EXPECT_EQ(Parse({"--tls"})->tls_port, 8443);
  EXPECT_EQ(Parse({"--port", "0", "--tls", "--tls-port", "9443"})->tls_port, 9443);
  EXPECT_FALSE(Parse({"--help"})->help.empty());
}

}  // namespace
}  // namespace mockarty::target
