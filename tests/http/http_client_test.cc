#include "engine/clients/http/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/clients/http/content_coding.h"
#include "engine/vu/fiber.h"
#include "engine/vu/loop.h"
#include "tests/http/http_client_fixture.h"
#include "tests/http/test_server.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class HttpClientTest : public HttpClientFixture {};

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

// Answers every request with what `answer` makes of it.
TestServer::Handler Answering(std::function<std::string(const std::string& request)> answer) {
  return [answer = std::move(answer)](TestConnection& connection) {
    for (std::string request; !(request = connection.ReadRequest()).empty();) {
      if (!connection.Write(answer(request))) return;
    }
  };
}

std::string Echo(const std::string& request) { return OkResponse(request); }

TEST_F(HttpClientTest, RequestsThatLeaveTogetherReachTheirOwnServers) {
  TestServer server(
      Answering([](const std::string& request) { return OkResponse(request.substr(request.find("\r\n\r\n") + 4)); }));
  ExpectEchoes(server.Url("/"), 20, 200);
  EXPECT_EQ(server.connections(), 20);
}

// What a request waits for its turn is in `blocked`: `sending` and the duration begin with its own system call.
TEST_F(HttpClientTest, WaitingForItsTurnIsNoPartOfARequestsDuration) {
  TestServer server(Answering([](const std::string&) { return OkResponse("ok"); }));
  const std::string url = server.Url("/");
  constexpr Nanos kBusy = 20 * kNanosPerMilli;
  std::unique_ptr<Loop> loop = std::move(Loop::Create()).value();
  auto spawn = [&](std::function<void()> body) {
    return std::move(Fiber::Create(loop.get(), std::move(body))).value();
  };
  std::vector<std::unique_ptr<Fiber>> others;
  bool seen = false;
  auto fiber = spawn([&] {
    HttpRequest request;
    request.method = "GET";
    request.url = url;
    HttpResponse response;
    client_->Execute(request, &response);  // connects
    // A request is not put off when the group was old at once: the machine was busy. Another one is, then.
    for (int i = 0; i < 100 && !seen; ++i) {
      others.push_back(spawn([kBusy] {
        for (const Nanos end = MonotonicNow() + kBusy; MonotonicNow() < end;) {
        }
      }));
      loop->MakeReady(others.back().get());
      loop->Sends().Busy(MonotonicNow() + kNanosPerSecond);
      client_->Execute(request, &response);
      ASSERT_EQ(response.status, 200) << response.error.message;
      const HttpTimings& timings = response.hops.back().timings;
      seen = timings.blocked >= kBusy && timings.sending < kBusy;
    }
    client_->CloseConnections();
    loop->Stop();
  });
  loop->MakeReady(fiber.get());
  loop->Run();
  EXPECT_TRUE(seen);
}

TEST_F(HttpClientTest, LetsTheCallerSetFields) {
  TestServer server(Answering(Echo));
  RunOnFiber([&] {
    const std::string body(
        Send("PURGE", server.Url("/"), "",
             {{"host", "other.example"}, {"USER-AGENT", "me"}, {"X-A", ""}, {"Content-Length", "99"}})
            .body);
    EXPECT_EQ(body, "PURGE / HTTP/1.1\r\nHost: other.example\r\nUSER-AGENT: me\r\nX-A: \r\n\r\n");
    const std::string with_user = "http://us%65r:p%40ss@" + server.Authority() + "/";
    EXPECT_THAT(std::string(Get(with_user).body), HasSubstr("Authorization: Basic dXNlcjpwQHNz\r\n"));
    EXPECT_THAT(std::string(Send("GET", with_user, "", {{"Authorization", "Bearer x"}}).body), Not(HasSubstr("Basic")));
  });
}

TEST_F(HttpClientTest, RefusesWhatWouldInjectOrConfuse) {
  TestServer server(Answering(Echo));
  RunOnFiber([&] {
    const std::string url = server.Url("/");
    auto error = [&](std::string_view method, std::vector<HttpHeader> headers) {
      const HttpResponse& response = Send(method, url, "", std::move(headers));
      EXPECT_EQ(response.status, 0);
      EXPECT_EQ(response.error.code, 1010);
      EXPECT_TRUE(response.hops.empty());
      return response.error.message;
    };
    EXPECT_THAT(error("GE T", {}), HasSubstr("invalid method \"GE T\""));
    EXPECT_THAT(error("", {}), HasSubstr("invalid method"));
    EXPECT_THAT(error("GET", {{"X-A", "b\r\nX-B: c"}}), HasSubstr("invalid value of header \"X-A\""));
    EXPECT_THAT(error("GET", {{"X-A\r\nX-B", "c"}}), HasSubstr("invalid header name \"X-A??X-B\""));
    EXPECT_THAT(error("GET", {{"Transfer-Encoding", "chunked"}}), HasSubstr("Transfer-Encoding"));
    const HttpResponse& bad_url = Get("foo");
    EXPECT_EQ(bad_url.error.code, 1020);
    EXPECT_THAT(bad_url.error.message, StartsWith("invalid URL \"foo\": no scheme"));
    const HttpRequestCookie cookie{"a", "b; c=d"};
    HttpRequest request;
    request.url = url;
    request.cookies = {&cookie, 1};
    EXPECT_THAT(Execute(request).error.message, HasSubstr("invalid value of cookie \"a\""));
  });
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(HttpClientTest, NeedsAFiber) {
  EXPECT_THAT(Get("http://127.0.0.1/").error.message, HasSubstr("while a virtual user runs"));
  EXPECT_EQ(response_.error.code, 1010);
}

TEST_F(HttpClientTest, FailedStatusesHaveACodeAndNoMessage) {
  TestServer server(Answering([](const std::string& request) {
    return "HTTP/1.1 " + request.substr(5, 3) + " X\r\nContent-Length: 2\r\n\r\nno";
  }));
  RunOnFiber([&] {
    for (const int status : {400, 404, 500, 503}) {
      const HttpResponse& response = Get(server.Url("/" + std::to_string(status)));
      EXPECT_EQ(response.status, status);
      EXPECT_EQ(response.error.code, 1000 + status);
      EXPECT_EQ(response.error.message, "");
      EXPECT_EQ(response.body, "no");
      EXPECT_EQ(response.hops[0].error.code, 1000 + status);
    }
  });
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpClientTest, ReadsBodiesOfAllKinds) {
  const std::string large(3 << 20, 'y');
  TestServer server([&](TestConnection& connection) {
    for (std::string request; !(request = connection.ReadRequest()).empty();) {
      if (request.starts_with("HEAD")) {
        connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n");
      } else if (request.starts_with("GET /chunked")) {
        connection.Write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        connection.Write("2\r\nab\r\n300000\r\n" + large + "\r\n0\r\n\r\n");
      } else if (request.starts_with("GET /large")) {
        connection.Write(OkResponse(large));
      } else if (request.starts_with("GET /none")) {
        connection.Write("HTTP/1.1 204 No Content\r\n\r\n");
      } else {
        // The end arrives together with the last bytes.
        connection.Write("HTTP/1.1 200 OK\r\n\r\nuntil the end");
        return;
      }
    }
  });
  RunOnFiber([&] {
    EXPECT_EQ(Get(server.Url("/chunked")).body, "ab" + large);
    EXPECT_EQ(Get(server.Url("/large")).body, large);
    EXPECT_EQ(Send("HEAD", server.Url("/")).body, "");
    EXPECT_EQ(response_.status, 200);
    EXPECT_EQ(Get(server.Url("/none")).status, 204);
    EXPECT_EQ(server.connections(), 1);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(Get(server.Url("/end")).body, "until the end");
    HttpRequest request;
    const std::string url = server.Url("/large");
    request.url = url;
    request.discard_body = true;
    EXPECT_EQ(Execute(request).body, "");
    EXPECT_EQ(response_.body_bytes, large.size());
    EXPECT_EQ(response_.status, 200);
  });
}

TEST_F(HttpClientTest, DecodesBodies) {
  TestServer server(Answering([](const std::string& request) {
    const std::string coding = request.substr(5, request.find(' ', 5) - 5);
    if (coding == "unknown") return OkResponse("raw", "Content-Encoding: unknown\r\n");
    if (coding == "corrupt") return OkResponse("not gzip", "Content-Encoding: gzip\r\n");
    if (coding == "bomb") {
      return OkResponse(EncodeContent("br", std::string(4 << 20, 'b')).value(), "Content-Encoding: br\r\n");
    }
    return OkResponse(EncodeContent(coding, "decoded").value(), "content-encoding: " + coding + "\r\n");
  }));
  HttpClientOptions options;
  options.limits.max_body_bytes = 1 << 20;
  Use(options);
  RunOnFiber([&] {
    for (const char* coding : {"gzip", "deflate", "br", "zstd"}) {
      const HttpResponse& response = Get(server.Url(std::string("/") + coding));
      EXPECT_EQ(response.body, "decoded") << coding;
      EXPECT_TRUE(response.decoded);
    }
    EXPECT_EQ(Get(server.Url("/unknown")).body, "raw");
    EXPECT_FALSE(response_.decoded);
    EXPECT_EQ(Get(server.Url("/corrupt")).error.code, 1701);
    EXPECT_EQ(response_.error.message, server.Authority() + ": body is not valid gzip data");
    EXPECT_EQ(response_.status, 0);
    EXPECT_EQ(response_.hops[0].status, 0);
    EXPECT_EQ(Get(server.Url("/bomb")).error.code, 1701);
    EXPECT_THAT(response_.error.message, HasSubstr("larger than the limit of 1048576 bytes"));
  });
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpClientTest, CodesRequestBodies) {
  std::string seen;
  TestServer server(Answering([&](const std::string& request) {
    seen = request;
    return OkResponse("");
  }));
  RunOnFiber([&] {
    const std::string url = server.Url("/");
    HttpRequest request;
    request.method = "POST";
    request.url = url;
    request.body = "to be coded";
    request.compression = "gzip, br";
    EXPECT_EQ(Execute(request).status, 200);
    EXPECT_THAT(seen, HasSubstr("Content-Encoding: gzip, br\r\n"));
    EXPECT_EQ(DecodeContent("gzip, br", seen.substr(seen.find("\r\n\r\n") + 4), 1000).value(), "to be coded");
    request.compression = "lzma";
    EXPECT_EQ(Execute(request).error.code, 1010);
    EXPECT_THAT(response_.error.message, HasSubstr("unknown content coding \"lzma\""));
  });
}

TEST_F(HttpClientTest, SendsCookiesBack) {
  TestServer server(Answering([](const std::string& request) {
    if (request.starts_with("GET /set")) {
      return OkResponse("",
                        "Set-Cookie: a=1\r\nset-cookie: b=2; Path=/deep\r\nSet-Cookie: c=3; Domain=example.com\r\n");
    }
    return Echo(request);
  }));
  RunOnFiber([&] {
    Get(server.Url("/set"));
    EXPECT_THAT(std::string(Get(server.Url("/deep/x")).body), HasSubstr("\r\nCookie: b=2; a=1\r\n"));
    EXPECT_THAT(std::string(Get(server.Url("/")).body), HasSubstr("\r\nCookie: a=1\r\n"));
    const std::string url = server.Url("/");
    const HttpRequestCookie cookies[] = {{"a", "9", true}, {"z", "8"}};
    const HttpHeader own{"Cookie", "own=1"};
    HttpRequest request;
    request.url = url;
    request.cookies = cookies;
    request.headers = {&own, 1};
    EXPECT_THAT(std::string(Execute(request).body), HasSubstr("\r\nCookie: own=1; a=9; z=8\r\n"));
    CookieJar other;
    request = {};
    request.url = url;
    request.jar = &other;
    EXPECT_THAT(std::string(Execute(request).body), Not(HasSubstr("Cookie")));
    client_->cookies().Clear();
    EXPECT_THAT(std::string(Get(server.Url("/")).body), Not(HasSubstr("Cookie")));
  });
}

TEST_F(HttpClientTest, OpensAConnectionForEachRequestWhenTold) {
  TestServer server(Answering(Echo));
  HttpClientOptions options;
  options.no_connection_reuse = true;
  Use(options);
  RunOnFiber([&] {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(Get(server.Url("/")).status, 200);
  });
  EXPECT_EQ(server.connections(), 3);
  Use({});
  RunOnFiber([&] {
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(Send("GET", server.Url("/"), "", {{"Connection", "close"}}).status, 200);
    }
  });
  EXPECT_EQ(server.connections(), 5);
}

TEST_F(HttpClientTest, SpeaksToManyServersAndForgetsTheOldest) {
  std::vector<std::unique_ptr<TestServer>> servers;
  for (size_t i = 0; i < HttpConnections::kMaxKept + 4; ++i)
    servers.push_back(std::make_unique<TestServer>(Answering(Echo)));
  RunOnFiber([&] {
    for (int round = 0; round < 2; ++round) {
      for (auto& server : servers) EXPECT_EQ(Get(server->Url("/")).status, 200);
    }
  });
  EXPECT_EQ(servers.back()->connections(), 2);
}

TEST_F(HttpClientTest, ReachesIpv6AndFallsBackToIt) {
  std::unique_ptr<TestServer> server;
  try {
    server = std::make_unique<TestServer>(Answering(Echo), "::1");
  } catch (const std::runtime_error&) {
    GTEST_SKIP() << "no IPv6 here";
  }
  RunOnFiber([&] {
    EXPECT_THAT(std::string(Get(server->Url("/")).body), HasSubstr("Host: [::1]:"));
    EXPECT_EQ(response_.hops[0].remote.Ip(), "::1");
  });
  UseLookup([](const std::string&) {
    DnsResolver::Answer answer;
    answer.addresses = {*SocketAddress::FromLiteral("127.0.0.1", 0), *SocketAddress::FromLiteral("::1", 0)};
    return answer;
  });
  RunOnFiber([&] {
    // Nothing listens on that port of 127.0.0.1.
    EXPECT_EQ(Get("http://both.example:" + std::to_string(server->port()) + "/").status, 200);
    EXPECT_EQ(response_.hops[0].remote.Ip(), "::1");
  });
}

TEST_F(HttpClientTest, PhasesAddUp) {
  TestServer server(Answering(Echo));
  RunOnFiber([&] {
    for (int i = 0; i < 2; ++i) {
      const Nanos before = MonotonicNow();
      const HttpHop& hop = Get(server.Url("/")).hops[0];
      const HttpTimings& t = hop.timings;
      for (const Nanos phase :
           {t.blocked, t.looking_up, t.connecting, t.tls_handshaking, t.sending, t.waiting, t.receiving}) {
        EXPECT_GE(phase, 0);
      }
      const Nanos all = t.blocked + t.looking_up + t.connecting + t.tls_handshaking + t.Duration();
      EXPECT_GE(hop.end - all, before);
      EXPECT_LE(hop.end, MonotonicNow());
      EXPECT_EQ(t.connecting > 0, i == 0);
      EXPECT_GT(t.waiting, 0);
    }
  });
}

TEST_F(HttpClientTest, ClientsOfOneWorkerDoNotMixTheirBytes) {
  TestServer server([](TestConnection& connection) {
    for (std::string request; !(request = connection.ReadRequest()).empty();) {
      const std::string body(200000, request[5]);
      const std::string response = OkResponse(body);
      for (size_t at = 0; at < response.size(); at += 7000) {
        connection.Write(std::string_view(response).substr(at, 7000));
        std::this_thread::yield();
      }
    }
  });
  auto loop = std::move(Loop::Create()).value();
  std::vector<std::unique_ptr<Fiber>> fibers;
  int left = 8;
  for (int i = 0; i < 8; ++i) {
    fibers.push_back(std::move(Fiber::Create(loop.get(), [&, i] {
                       HttpClient client(transport_.get());
                       const char letter = static_cast<char>('a' + i);
                       for (int round = 0; round < 5; ++round) {
                         const std::string url = server.Url(std::string("/") + letter);
                         HttpRequest request;
                         request.url = url;
                         HttpResponse response;
                         client.Execute(request, &response);
                         EXPECT_EQ(response.body, std::string(200000, letter));
                       }
                       if (--left == 0) loop->Stop();
                     })).value());
    loop->MakeReady(fibers.back().get());
  }
  loop->Run();
}

}  // namespace
}  // namespace mockarty
