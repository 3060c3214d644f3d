#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "tests/http/http2_fixture.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;

class Http2Test : public Http2Fixture {};

TEST_F(Http2Test, GetsAgainAndAgainOnOneConnection) {
  std::vector<Http2TestRequest> seen;
  TlsTestServer server(good_, Speaking([&](Http2TestConnection& connection, int32_t id, const auto& request) {
                         seen.push_back(request);
                         connection.Respond(id, 200, {{"x-test", "a b"}, {"set-cookie", "k=v"}}, "hello");
                       }),
                       0, true);
  RunOnFiber([&] {
    for (int i = 0; i < 3; ++i) {
      const HttpResponse& response = Send("GET", server.Url("localhost", "/a?b"), "", {{"X-Own", "1"}});
      ASSERT_EQ(response.error.message, "");
      EXPECT_EQ(response.status, 200);
      EXPECT_EQ(response.reason, "OK");
      EXPECT_EQ(response.protocol, "HTTP/2.0");
      EXPECT_EQ(response.body, "hello");
      EXPECT_EQ(response.message->FindHeader("X-Test"), "a b");
      ASSERT_EQ(response.hops.size(), 1u);
      EXPECT_EQ(response.hops[0].connection_reused, i > 0);
      EXPECT_STREQ(response.hops[0].tls_version, "tls1.3");
      EXPECT_THAT(response.hops[0].tls_cipher, HasSubstr("TLS_"));
      EXPECT_GT(response.hops[0].bytes_sent, 0u);
      EXPECT_GT(response.hops[0].bytes_received, 0u);
      EXPECT_GE(response.hops[0].timings.blocked, 0);
      EXPECT_GE(response.hops[0].timings.waiting, 0);
      EXPECT_GE(response.hops[0].timings.receiving, 0);
    }
  });
  EXPECT_EQ(server.connections(), 1);
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[0].Field(":method"), "GET");
  EXPECT_EQ(seen[0].Field(":path"), "/a?b");
  EXPECT_EQ(seen[0].Field(":scheme"), "https");
  EXPECT_EQ(seen[0].Field(":authority"), "localhost:" + std::to_string(server.port()));
  EXPECT_EQ(seen[0].Field("x-own"), "1");
  EXPECT_EQ(seen[0].Field("cookie"), "");
  EXPECT_EQ(seen[1].Field("cookie"), "k=v");
}

TEST_F(Http2Test, BodiesOfAnySizeBothWays) {
  TlsTestServer server(good_, Speaking([&](Http2TestConnection& connection, int32_t id, const auto& request) {
                         connection.Respond(id, 200, {}, request.body);
                       }),
                       0, true);
  RunOnFiber([&] {
    for (const size_t size : {size_t{0}, size_t{1}, size_t{65535}, size_t{70'000}, size_t{9 << 20}}) {
      const std::string body(size, 'x');
      const HttpResponse& response = Send("POST", server.Url("localhost", "/"), body);
      ASSERT_EQ(response.error.message, "") << size;
      EXPECT_EQ(response.body, body);
    }
  });
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(Http2Test, ABatchIsMultiplexedOnOneConnection) {
  std::vector<std::pair<int32_t, std::string>> waiting;
  TlsTestServer server(good_, Speaking([&](Http2TestConnection& connection, int32_t id, const auto& request) {
                         waiting.emplace_back(id, request.Field(":path"));
                         if (waiting.size() < 10) return;  // would hang if they came one after another
                         // The last first: answers need not come in order.
                         for (auto it = waiting.rbegin(); it != waiting.rend(); ++it) {
                           connection.Respond(it->first, 200, {}, it->second + std::string(100'000, '.'));
                         }
                         waiting.clear();
                       }),
                       0, true);
  RunOnFiber([&] {
    for (int round = 0; round < 3; ++round) {
      auto items = GetMany(server.Url("localhost", "/"), 10);
      for (size_t i = 0; i < items.size(); ++i) {
        EXPECT_EQ(items[i]->response.error.message, "");
        EXPECT_EQ(items[i]->response.body, "/" + std::to_string(i) + std::string(100'000, '.'));
      }
    }
  });
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(Http2Test, MoreThanTheServerAllowsTakesMoreConnections) {
  std::atomic<int> served{0};
  TlsTestServer server(good_,
                       Speaking(
                           [&](Http2TestConnection& connection, int32_t id, const auto&) {
                             ++served;
                             connection.Respond(id, 200, {}, "x");
                           },
                           {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 2}}),
                       0, true);
  RunOnFiber([&] {
    EXPECT_EQ(Get(server.Url("localhost", "/")).status, 200);  // the limit is known from here on
    for (const auto& item : GetMany(server.Url("localhost", "/"), 8)) {
      EXPECT_EQ(item->response.status, 200) << item->response.error.message;
    }
  });
  EXPECT_EQ(served, 9);
  EXPECT_GT(server.connections(), 1);
}

TEST_F(Http2Test, ARequestThatTimesOutLeavesTheConnectionToOthers) {
  TlsTestServer server(good_, Speaking([&](Http2TestConnection& connection, int32_t id, const auto& request) {
                         if (request.Field(":path") != "/never") connection.Respond(id, 204, {}, "");
                       }),
                       0, true);
  RunOnFiber([&] {
    EXPECT_EQ(Get(server.Url("localhost", "/")).status, 204);
    EXPECT_EQ(Get(server.Url("localhost", "/never"), 50 * kNanosPerMilli).error.code, HttpErrorCode::kTimeout);
    EXPECT_THAT(response_.error.message, HasSubstr("waiting for the response: timed out"));
    EXPECT_EQ(Get(server.Url("localhost", "/")).status, 204);
    EXPECT_TRUE(response_.hops[0].connection_reused);
  });
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(Http2Test, RefusedRequestsAndGoingAwayAreTriedAgain) {
  std::atomic<int> requests{0};
  TlsTestServer server(good_, Speaking([&](Http2TestConnection& connection, int32_t id, const auto&) {
                         const int number = ++requests;
                         if (number == 1) return connection.Reset(id, NGHTTP2_REFUSED_STREAM);
                         if (number == 3) return connection.GoAway(id - 2);  // this one was not looked at
                         connection.Respond(id, 200, {}, "x");
                       }),
                       0, true);
  RunOnFiber([&] {
    EXPECT_EQ(Send("POST", server.Url("localhost", "/"), "body").status, 200) << response_.error.message;
    EXPECT_EQ(requests, 2);
    EXPECT_EQ(Send("POST", server.Url("localhost", "/"), "body").status, 200) << response_.error.message;
    EXPECT_EQ(requests, 4);
  });
}

TEST_F(Http2Test, AServerThatSaysGoodbyeIsDialledAnew) {
  TlsTestServer server(good_, Speaking([&](Http2TestConnection& connection, int32_t id, const auto&) {
                         connection.Respond(id, 200, {}, "x");
                         connection.GoAway(id);
                       }),
                       0, true);
  RunOnFiber([&] {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(Get(server.Url("localhost", "/")).status, 200) << response_.error.message;
  });
  EXPECT_GE(server.connections(), 3);
}

TEST_F(Http2Test, ErrorsOfOneStreamAreItsOwn) {
  TlsTestServer server(good_, Speaking([&](Http2TestConnection& connection, int32_t id, const auto& request) {
                         if (request.Field(":path") == "/3") return connection.Reset(id, NGHTTP2_INTERNAL_ERROR);
                         connection.Respond(id, 200, {}, "x");
                       }),
                       0, true);
  RunOnFiber([&] {
    auto items = GetMany(server.Url("localhost", "/"), 6);
    for (size_t i = 0; i < items.size(); ++i) {
      EXPECT_EQ(items[i]->response.status, i == 3 ? 0 : 200);
    }
    EXPECT_THAT(items[3]->response.error.message, HasSubstr("INTERNAL_ERROR"));
    EXPECT_EQ(items[3]->response.error.code, HttpErrorCode::kHttp2);
  });
}

TEST_F(Http2Test, FollowsRedirectsAndHeads) {
  TlsTestServer server(
      good_, Speaking([&](Http2TestConnection& connection, int32_t id, const auto& request) {
        if (request.Field(":path") == "/from") {
          return connection.Respond(id, 302, {{"location", "/to"}}, "");
        }
        connection.Respond(id, 200, {{"content-length", "5"}}, request.Field(":method") == "HEAD" ? "" : "there");
      }),
      0, true);
  RunOnFiber([&] {
    EXPECT_EQ(Get(server.Url("localhost", "/from")).body, "there");
    EXPECT_EQ(response_.hops.size(), 2u);
    EXPECT_EQ(Send("HEAD", server.Url("localhost", "/to")).status, 200) << response_.error.message;
  });
}

}  // namespace
}  // namespace mockarty
