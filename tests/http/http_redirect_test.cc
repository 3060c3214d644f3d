#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/clients/http/http_client.h"
#include "tests/http/http_client_fixture.h"
#include "tests/http/test_server.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string Redirect(int status, const std::string& location, const std::string& fields = "") {
  return "HTTP/1.1 " + std::to_string(status) + " Moved\r\nContent-Length: 0\r\nLocation: " + location + "\r\n" +
         fields + "\r\n";
}

class HttpRedirectTest : public HttpClientFixture {
 protected:
  // Serves with `answer` by request; keeps the requests seen.
  void Serve(std::function<std::string(const std::string& path)> answer, const std::string& host = "127.0.0.1") {
    servers_.push_back(std::make_unique<TestServer>(
        [this, answer = std::move(answer)](TestConnection& connection) {
          for (std::string request; !(request = connection.ReadRequest()).empty();) {
            seen_.push_back(request);
            const size_t space = request.find(' ');
            connection.Write(answer(request.substr(space + 1, request.find(' ', space + 1) - space - 1)));
          }
        },
        host));
  }
  TestServer& server(size_t index = 0) { return *servers_[index]; }

  std::vector<std::string> seen_;  // written by one connection at a time
  std::vector<std::unique_ptr<TestServer>> servers_;
};

TEST_F(HttpRedirectTest, FollowsAndRecordsEveryHop) {
  Serve([](const std::string& path) {
    if (path == "/a/b") return Redirect(302, "../c?x#frag", "Set-Cookie: k=v; Path=/\r\n");
    if (path == "/c?x") return Redirect(301, "/end");
    return OkResponse("end");
  });
  RunOnFiber([&] { Get(server().Url("/a/b")); });
  EXPECT_EQ(response_.status, 200);
  EXPECT_EQ(response_.body, "end");
  EXPECT_EQ(response_.url(), server().Url("/end"));
  ASSERT_EQ(response_.hops.size(), 3u);
  EXPECT_EQ(response_.hops[0].status, 302);
  EXPECT_EQ(response_.hops[0].url, server().Url("/a/b"));
  EXPECT_EQ(response_.hops[1].status, 301);
  EXPECT_EQ(response_.hops[1].url, server().Url("/c?x"));
  EXPECT_EQ(response_.hops[2].status, 200);
  EXPECT_TRUE(response_.hops[2].connection_reused);
  EXPECT_GT(response_.hops[2].bytes_received, 0u);
  EXPECT_THAT(seen_[1], HasSubstr("Cookie: k=v\r\n"));
  EXPECT_EQ(server().connections(), 1);
}

TEST_F(HttpRedirectTest, StopsAfterTenAndReturnsTheRedirect) {
  Serve([](const std::string& path) {
    const int number = std::stoi(path.substr(1));
    return number == 0 ? OkResponse("arrived") : Redirect(302, "/" + std::to_string(number - 1));
  });
  RunOnFiber([&] {
    EXPECT_EQ(Get(server().Url("/10")).body, "arrived");
    EXPECT_EQ(response_.hops.size(), 11u);
    EXPECT_FALSE(response_.redirects_exhausted);
    EXPECT_EQ(Get(server().Url("/11")).status, 302);
    EXPECT_EQ(response_.hops.size(), 11u);
    EXPECT_TRUE(response_.redirects_exhausted);
    EXPECT_EQ(response_.error.message, "");
    const std::string url = server().Url("/5");
    HttpRequest request;
    request.url = url;
    request.max_redirects = 2;
    EXPECT_EQ(Execute(request).hops.size(), 3u);
    request.max_redirects = 0;
    EXPECT_EQ(Execute(request).hops.size(), 1u);
    EXPECT_EQ(response_.status, 302);
    EXPECT_FALSE(response_.redirects_exhausted);
  });
}

TEST_F(HttpRedirectTest, EndsALoop) {
  Serve([](const std::string&) { return Redirect(307, "/"); });
  RunOnFiber([&] { EXPECT_EQ(Get(server().Url("/")).hops.size(), 11u); });
}

TEST_F(HttpRedirectTest, ChangesTheMethodAsBrowsersDo) {
  Serve([](const std::string& path) {
    return path == "/end" ? OkResponse("end") : Redirect(std::stoi(path.substr(1)), "/end");
  });
  RunOnFiber([&] {
    for (const char* status : {"301", "302", "303"}) {
      seen_.clear();
      Send("POST", server().Url(std::string("/") + status), "body", {{"Content-Type", "text/plain"}, {"X-A", "b"}});
      ASSERT_EQ(seen_.size(), 2u);
      EXPECT_THAT(seen_[1], StartsWith("GET /end"));
      EXPECT_THAT(seen_[1], Not(HasSubstr("Content-")));
      EXPECT_THAT(seen_[1], HasSubstr("X-A: b\r\n"));
      EXPECT_EQ(response_.hops[1].method, "GET");
    }
    for (const char* status : {"307", "308"}) {
      seen_.clear();
      Send("PUT", server().Url(std::string("/") + status), "body", {{"Content-Type", "text/plain"}});
      ASSERT_EQ(seen_.size(), 2u);
      EXPECT_THAT(seen_[1], StartsWith("PUT /end"));
      EXPECT_THAT(seen_[1], HasSubstr("Content-Type: text/plain\r\nContent-Length: 4\r\n\r\nbody"));
    }
    seen_.clear();
    Send("HEAD", server().Url("/302"));
    EXPECT_THAT(seen_[1], StartsWith("HEAD /end"));
  });
}

TEST_F(HttpRedirectTest, KeepsSecretsOnTheirHost) {
  Serve([](const std::string&) { return OkResponse("end"); });
  const std::string other = server().Url("/end");
  // Another port is another server, too.
  Serve([&other](const std::string& path) {
    return path == "/own" ? Redirect(302, "/end") : path == "/end" ? OkResponse("") : Redirect(302, other);
  });
  RunOnFiber([&] {
    const std::vector<HttpHeader> headers = {{"Authorization", "Bearer s"}, {"Cookie", "s=1"}, {"Host", "virtual"}};
    Send("GET", server(1).Url("/other"), "", headers);
    ASSERT_EQ(seen_.size(), 2u);
    EXPECT_THAT(seen_[0], HasSubstr("Authorization: Bearer s\r\n"));
    EXPECT_THAT(seen_[1], Not(HasSubstr("Authorization")));
    EXPECT_THAT(seen_[1], Not(HasSubstr("Cookie")));
    EXPECT_THAT(seen_[1], HasSubstr("Host: " + server(0).Authority() + "\r\n"));
    seen_.clear();
    Send("GET", server(1).Url("/own"), "", headers);
    EXPECT_THAT(seen_[1], HasSubstr("Authorization: Bearer s\r\n"));
    EXPECT_THAT(seen_[1], HasSubstr("Cookie: s=1\r\n"));
    seen_.clear();
    Get("http://user:pass@" + server(1).Authority() + "/other");
    EXPECT_THAT(seen_[0], HasSubstr("Authorization: Basic"));
    EXPECT_THAT(seen_[1], Not(HasSubstr("Authorization")));
  });
}

TEST_F(HttpRedirectTest, SaysWhereABadRedirectLeads) {
  Serve([](const std::string& path) {
    if (path == "/none") return std::string("HTTP/1.1 302 Found\r\nContent-Length: 2\r\n\r\nno");
    return Redirect(302, path == "/ftp" ? "ftp://x/" : "http://h:99999/");
  });
  RunOnFiber([&] {
    EXPECT_EQ(Get(server().Url("/ftp")).status, 0);
    EXPECT_EQ(response_.error.code, 1020);
    EXPECT_EQ(response_.error.message, server().Authority() +
                                           ": redirected to an invalid URL \"ftp://x/\": unsupported scheme \"ftp\"; "
                                           "expected http or https");
    EXPECT_THAT(Get(server().Url("/port")).error.message, HasSubstr("bad port \"99999\""));
    EXPECT_EQ(Get(server().Url("/none")).status, 302);
    EXPECT_EQ(response_.body, "no");
    EXPECT_EQ(response_.error.code, 0);
  });
}

}  // namespace
}  // namespace mockarty
