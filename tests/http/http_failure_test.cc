// What servers do wrong, and what can be in the way: each a clear error, nothing hung.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "engine/clients/http/http_client.h"
#include "engine/vu/fiber.h"
#include "tests/http/http_client_fixture.h"
#include "tests/http/test_server.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class HttpFailureTest : public HttpClientFixture {
 protected:
  // The answer to one request whose server does `serve` after reading it.
  const HttpResponse& GetFrom(std::function<void(TestConnection&)> serve, Nanos timeout = 0) {
    server_ = std::make_unique<TestServer>([serve = std::move(serve)](TestConnection& connection) {
      if (!connection.ReadRequest().empty()) serve(connection);
    });
    RunOnFiber([&] { Get(server_->Url("/"), timeout); });
    EXPECT_EQ(response_.hops.size(), 1u);
    EXPECT_EQ(response_.status == 0, !response_.error.message.empty());
    if (response_.status == 0) {
      EXPECT_THAT(response_.error.message, StartsWith(server_->Authority() + ": "));
      EXPECT_EQ(response_.message, nullptr);
      EXPECT_EQ(response_.body, "");
      EXPECT_EQ(response_.hops[0].error.message, response_.error.message);
    }
    return response_;
  }

  std::unique_ptr<TestServer> server_;
};

// Until the client is gone, without reading what it sent.
void WaitForHangUp(int fd) {
  pollfd hang_up{fd, POLLRDHUP, 0};
  poll(&hang_up, 1, -1);
}

constexpr Nanos kShort = 30 * kNanosPerMilli;

TEST_F(HttpFailureTest, ServerThatClosesAtAnyPoint) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "server closed the connection without an answer"},
      {"HTTP/1.1 200 O", "in the middle of the header"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "in the middle of the body: 3 of 10 bytes received"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "in the middle of the chunked body"},
  };
  for (const auto& [bytes, expected] : cases) {
    const HttpResponse& response = GetFrom([bytes = bytes](TestConnection& c) { c.Write(bytes); });
    EXPECT_EQ(response.error.code, 1000);
    EXPECT_THAT(response.error.message, HasSubstr(expected));
    EXPECT_EQ(server_->connections(), 1) << "a fresh connection is not tried twice";
  }
}

TEST_F(HttpFailureTest, ServerThatResets) {
  GetFrom([](TestConnection& c) {
    c.Write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
    c.Reset();
  });
  EXPECT_EQ(response_.error.code, 1220);
  EXPECT_THAT(response_.error.message, HasSubstr("connection reset by peer"));
}

TEST_F(HttpFailureTest, ServerThatSpeaksSomethingElse) {
  GetFrom([](TestConnection& c) {
    c.Write("SSH-2.0-OpenSSH_9.2");
    c.WaitForClose();  // no line end, no close: noticed all the same
  });
  EXPECT_THAT(response_.error.message, HasSubstr("not an HTTP/1.x response"));
  GetFrom([](TestConnection& c) {
    c.Write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab");
    c.WaitForClose();
  });
  EXPECT_THAT(response_.error.message, HasSubstr("conflicting Content-Length: 1 and 2"));
  EXPECT_EQ(response_.error.code, 1000);
}

TEST_F(HttpFailureTest, ServerThatSendsTooMuch) {
  GetFrom([](TestConnection& c) {
    c.Write("HTTP/1.1 200 OK\r\nX: ");
    c.Write(std::string(1 << 20, 'x'));
    c.Write("\r\n\r\n");
  });
  EXPECT_THAT(response_.error.message, HasSubstr("header is larger than the limit of 65536 bytes"));
  HttpClientOptions options;
  options.limits.max_body_bytes = 2 << 20;
  Use(options);
  GetFrom([](TestConnection& c) {
    c.Write("HTTP/1.1 200 OK\r\n\r\n");
    const std::string block(1 << 16, 'x');
    while (c.Write(block)) {
    }
  });
  EXPECT_THAT(response_.error.message, HasSubstr("body is larger than the limit of 2097152 bytes"));
  GetFrom([](TestConnection& c) {
    c.Write("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n");
    c.WaitForClose();
  });
  EXPECT_THAT(response_.error.message, HasSubstr("body is larger than the limit"));
}

TEST_F(HttpFailureTest, TimeoutsSayWhatWasWaitedFor) {
  GetFrom([](TestConnection& c) { c.WaitForClose(); }, kShort);
  EXPECT_EQ(response_.error.code, 1050);
  EXPECT_THAT(response_.error.message, HasSubstr("waiting for the response: timed out"));
  GetFrom(
      [](TestConnection& c) {
        c.Write("HTTP/1.1 200 OK\r\n");
        c.WaitForClose();
      },
      kShort);
  EXPECT_THAT(response_.error.message, HasSubstr("receiving the header: timed out"));
  // Each byte is in time, all of them are not.
  GetFrom(
      [](TestConnection& c) {
        c.Write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        while (c.Write("x")) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      },
      kShort);
  EXPECT_EQ(response_.error.code, 1050);
  EXPECT_THAT(response_.error.message, HasSubstr("receiving the body: timed out"));
}

TEST_F(HttpFailureTest, AServerFasterThanUsCannotOutrunTheTimeout) {
  HttpClientOptions options;
  options.discard_bodies = true;
  Use(options);
  GetFrom(
      [](TestConnection& c) {
        c.Write("HTTP/1.1 200 OK\r\n\r\n");
        const std::string block(1 << 18, 'x');
        while (c.Write(block)) {
        }
      },
      kShort);
  EXPECT_EQ(response_.error.code, 1050);
}

TEST_F(HttpFailureTest, AnInterruptEndsTheWait) {
  TestServer server([](TestConnection& c) { c.WaitForClose(); });
  RunOnFiber([&] {
    Fiber* fiber = Fiber::Current();
    fiber->loop()->Post([fiber] { fiber->Interrupt(); });
    Get(server.Url("/"));
    fiber->ClearInterrupt();
    EXPECT_EQ(response_.status, 0);
    EXPECT_EQ(response_.error.code, 1000);
    EXPECT_EQ(response_.error.message, server.Authority() + ": interrupted");
  });
}

TEST_F(HttpFailureTest, ServerThatStopsReadingIsWaitedForNoLongerThanTheTimeout) {
  TestServer server([](TestConnection& c) { WaitForHangUp(c.fd()); });
  const std::string body(32 << 20, 'x');
  RunOnFiber([&] { Send("POST", server.Url("/"), body, {}, kShort); });
  EXPECT_EQ(response_.error.code, 1050);
  EXPECT_THAT(response_.error.message, HasSubstr("sending the request: timed out"));
}

TEST_F(HttpFailureTest, NothingListens) {
  const std::string authority = "127.0.0.1:" + std::to_string(RefusingPort());
  RunOnFiber([&] { Get("http://" + authority + "/"); });
  EXPECT_EQ(response_.error.code, 1212);
  EXPECT_EQ(response_.error.message, authority + ": connecting to " + authority + ": connection refused");
  EXPECT_EQ(response_.hops.size(), 1u);
}

TEST_F(HttpFailureTest, NothingAnswersTheDial) {
  // A listener whose queue is full drops what comes next.
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener, 0), 0);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  std::vector<int> filling;
  for (int i = 0; i < 4; ++i) {
    filling.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    connect(filling.back(), reinterpret_cast<sockaddr*>(&address), size);
  }
  RunOnFiber([&] { Get("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/", kShort); });
  EXPECT_EQ(response_.error.code, 1211);
  EXPECT_THAT(response_.error.message, HasSubstr("timed out"));
  for (int fd : filling) close(fd);
  close(listener);
}

TEST_F(HttpFailureTest, NamesThatDoNotResolve) {
  UseLookup([](const std::string& host) {
    DnsResolver::Answer answer;
    answer.error = host == "broken" ? NetError{NetErrorKind::kDns, "looking up host \"broken\" failed: no server"}
                                    : NetError{NetErrorKind::kNoSuchHost, "no such host \"" + host + "\""};
    return answer;
  });
  RunOnFiber([&] {
    EXPECT_EQ(Get("http://nowhere/").error.code, 1101);
    EXPECT_EQ(response_.error.message, "nowhere: no such host \"nowhere\"");
    EXPECT_EQ(Get("http://broken/").error.code, 1100);
    EXPECT_EQ(response_.status, 0);
  });
}

TEST_F(HttpFailureTest, AddressesThatThePolicyRefuses) {
  TestServer server([](TestConnection&) {});
  Use({}, [](const SocketAddress& address) {
    return address.Ip() == "127.0.0.1" ? absl::PermissionDeniedError("loopback") : absl::OkStatus();
  });
  RunOnFiber([&] { Get(server.Url("/")); });
  EXPECT_EQ(response_.error.code, 1110);
  EXPECT_THAT(response_.error.message, HasSubstr("address 127.0.0.1 is not allowed: loopback"));
  EXPECT_EQ(server.connections(), 0);
}

// --- connections that die between requests ---

TEST_F(HttpFailureTest, AnIdleConnectionThatTheServerClosedIsReplaced) {
  for (const char* method : {"GET", "POST"}) {
    TestServer server([](TestConnection& c) {
      c.ReadRequest();
      c.Write(OkResponse("ok"));  // and closes
    });
    RunOnFiber([&] {
      EXPECT_EQ(Send(method, server.Url("/")).status, 200);
      WaitForServerClose(server.port());
      EXPECT_EQ(Send(method, server.Url("/")).status, 200) << response_.error.message;
      EXPECT_FALSE(response_.hops[0].connection_reused);
    });
    EXPECT_EQ(server.connections(), 2);
  }
}

TEST_F(HttpFailureTest, ARequestThatMayBeRepeatedIsWhenItsConnectionDies) {
  auto serve = [](TestConnection& c) {
    for (int i = 0; !c.ReadRequest().empty(); ++i) {
      if (c.index() == 0 && i == 1) return;  // read the second request, answered nothing
      c.Write(OkResponse("ok"));
    }
  };
  TestServer first(serve);
  RunOnFiber([&] {
    Get(first.Url("/"));
    EXPECT_EQ(Get(first.Url("/")).status, 200) << response_.error.message;
    EXPECT_FALSE(response_.hops[0].connection_reused);
  });
  EXPECT_EQ(first.connections(), 2);

  // Twice is not what a POST says.
  TestServer second(serve);
  RunOnFiber([&] {
    Send("POST", second.Url("/"));
    EXPECT_EQ(Send("POST", second.Url("/")).status, 0);
    EXPECT_THAT(response_.error.message, HasSubstr("server closed the connection without an answer"));
    EXPECT_EQ(second.connections(), 1);
    Send("POST", second.Url("/"), "", {{"Idempotency-Key", "1"}});
  });

  // Nor after the answer has begun.
  TestServer third([](TestConnection& c) {
    for (int i = 0; !c.ReadRequest().empty(); ++i) {
      c.Write(i == 0 ? OkResponse("ok") : "HTTP/1.1 2");
      if (i == 1) return;
    }
  });
  RunOnFiber([&] {
    Get(third.Url("/"));
    EXPECT_EQ(Get(third.Url("/")).status, 0);
  });
  EXPECT_EQ(third.connections(), 1);
}

TEST_F(HttpFailureTest, OneRetryOnly) {
  TestServer server([](TestConnection& c) {
    if (c.index() > 0) {
      c.ReadRequest();
      return;
    }
    c.ReadRequest();
    c.Write(OkResponse("ok"));
    c.ReadRequest();
  });
  RunOnFiber([&] {
    Get(server.Url("/"));
    EXPECT_EQ(Get(server.Url("/")).status, 0);
  });
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(HttpFailureTest, BytesBeyondTheResponseEndTheConnection) {
  TestServer server([](TestConnection& c) {
    while (!c.ReadRequest().empty()) c.Write(OkResponse("ok") + "HTTP/1.1 200 Smuggled\r\n\r\n");
  });
  RunOnFiber([&] {
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(Get(server.Url("/")).body, "ok");
      EXPECT_FALSE(response_.hops[0].connection_reused);
    }
  });
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(HttpFailureTest, AnAnswerBeforeTheWholeRequestWasReadCounts) {
  TestServer server([](TestConnection& c) {
    char head[10];
    recv(c.fd(), head, sizeof head, MSG_WAITALL);
    c.Write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
    WaitForHangUp(c.fd());
  });
  const std::string body(32 << 20, 'x');
  RunOnFiber([&] {
    EXPECT_EQ(Send("POST", server.Url("/"), body).status, 413) << response_.error.message;
    EXPECT_EQ(response_.error.code, 1413);
  });
}

}  // namespace
}  // namespace mockarty
