#include "engine/clients/http/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/http/test_server.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class HttpClientTest : public testing::Test {
 protected:
  // Makes the transport anew with these options, and a client on it.
  void Use(HttpClientOptions options, DialPolicy policy = {}) {
    client_.reset();
    transport_ = std::move(HttpTransport::Create(std::move(options), &resolver_, std::move(policy))).value();
    client_ = std::make_unique<HttpClient>(transport_.get());
  }
  void SetUp() override { Use({}); }

  const HttpResponse& Execute(const HttpRequest& request) {
    client_->Execute(request, &response_);
    return response_;
  }
  const HttpResponse& Get(const std::string& url) {
    url_ = url;
    HttpRequest request;
    request.url = url_;
    return Execute(request);
  }

  DnsResolver resolver_;
  std::unique_ptr<HttpTransport> transport_;
  std::unique_ptr<HttpClient> client_;
  HttpResponse response_;
  std::string url_;
};

TEST_F(HttpClientTest, GetsAgainAndAgainOnOneConnection) {
  std::string seen;
  TestServer server([&](TestConnection& connection) {
    for (std::string request; !(request = connection.ReadRequest()).empty();) {
      seen = request;
      connection.Write(OkResponse("hello", "X-Test:  a b \r\n"));
    }
  });
  RunOnFiber([&] {
    for (int i = 0; i < 3; ++i) {
      const HttpResponse& response = Get(server.Url("/a?b=c#d"));
      ASSERT_EQ(response.error.message, "");
      EXPECT_EQ(response.error.code, 0);
      EXPECT_EQ(response.status, 200);
      EXPECT_EQ(response.reason, "OK");
      EXPECT_EQ(response.protocol, "HTTP/1.1");
      EXPECT_EQ(response.body, "hello");
      EXPECT_EQ(response.body_bytes, 5u);
      EXPECT_EQ(response.message->FindHeader("x-TEST"), "a b");
      EXPECT_EQ(response.url(), server.Url("/a?b=c"));
      ASSERT_EQ(response.hops.size(), 1u);
      EXPECT_EQ(response.hops[0].method, "GET");
      EXPECT_EQ(response.hops[0].connection_reused, i > 0);
      EXPECT_EQ(response.hops[0].remote.ToString(), server.Authority());
      EXPECT_EQ(response.hops[0].bytes_sent, seen.size());
      EXPECT_EQ(response.hops[0].bytes_received, OkResponse("hello", "X-Test:  a b \r\n").size());
    }
    client_->CloseConnections();
  });
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(seen, "GET /a?b=c HTTP/1.1\r\nHost: " + server.Authority() + "\r\nUser-Agent: mockarty/0.1\r\n\r\n");
}

TEST_F(HttpClientTest, PostsBodiesOfAnySize) {
  std::string seen;
  TestServer server([&](TestConnection& connection) {
    for (std::string request; !(request = connection.ReadRequest()).empty();) {
      seen = request;
      connection.Write(OkResponse(request.substr(request.find("\r\n\r\n") + 4)));
    }
  });
  RunOnFiber([&] {
    for (const size_t size : {size_t{0}, size_t{1}, size_t{16 * 1024}, size_t{16 * 1024 + 1}, size_t{8 << 20}}) {
      const std::string body(size, 'x');
      const std::string url = server.Url("/");
      const HttpHeader header{"Content-Type", "text/plain"};
      HttpRequest request;
      request.method = "POST";
      request.url = url;
      request.headers = {&header, 1};
      request.body = body;
      const HttpResponse& response = Execute(request);
      ASSERT_EQ(response.error.message, "") << size;
      EXPECT_EQ(response.body, body);
      EXPECT_THAT(seen, HasSubstr("\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(size) + "\r\n"));
    }
  });
}

}  // namespace
}  // namespace mockarty
