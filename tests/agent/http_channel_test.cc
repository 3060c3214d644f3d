// HttpChannel and what it reads of proxies, against servers that say byte for byte what a test wants.
#include "runner/link/http_channel.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "runner/link/http_proxy.h"
#include "tests/http/test_server.h"
#include "tests/http/test_tls.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr Nanos kMinute = 60 * kNanosPerSecond;

HttpChannelOptions To(uint16_t port, const std::string& host = "127.0.0.1") {
  HttpChannelOptions options;
  options.server = {.host = host, .port = port};
  options.headers = {{"Authorization", "Bearer t"}};
  return options;
}

std::string Ask(HttpChannel& channel, const std::string& body = "question", Nanos timeout = kMinute) {
  absl::StatusOr<HttpAnswer> answer = channel.Post("/path", "text/plain", body, timeout);
  if (!answer.ok()) return answer.status().ToString();
  return std::to_string(answer->status) + " " + answer->body;
}

TEST(HttpChannelTest, KeepsItsConnectionAndReplacesOneThatWasClosed) {
  std::string first;
  TestServer server([&](TestConnection& connection) {
    for (int i = 0; i < 2; ++i) {
      std::string request = connection.ReadRequest();
      if (request.empty()) return;
      if (first.empty()) first = request;
      connection.Write(OkResponse("answer " + std::to_string(connection.index()) + std::to_string(i)));
    }
  });
  HttpChannel channel(To(server.port()));
  EXPECT_EQ(Ask(channel), "200 answer 00");
  EXPECT_EQ(Ask(channel), "200 answer 01");
  EXPECT_EQ(Ask(channel), "200 answer 10");
  EXPECT_THAT(first, StartsWith("POST /path HTTP/1.1\r\n"));
  EXPECT_THAT(first, HasSubstr("Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"));
  EXPECT_THAT(first, HasSubstr("Authorization: Bearer t\r\n"));
  EXPECT_THAT(first, HasSubstr("\r\n\r\nquestion"));
}

TEST(HttpChannelTest, SaysWhatFailed) {
  HttpChannel refused(To(RefusingPort()));
  EXPECT_THAT(Ask(refused), HasSubstr("connection: Connection refused"));
  HttpChannel unknown(To(1, "no-such-host.invalid"));
  EXPECT_THAT(Ask(unknown), HasSubstr("look-up of \"no-such-host.invalid\""));
  TestServer garbage([](TestConnection& connection) {
    connection.ReadRequest();
    connection.Write("\x16\x03garbage\r\n\r\n");
  });
  HttpChannel puzzled(To(garbage.port()));
  EXPECT_THAT(Ask(puzzled), StartsWith("UNAVAILABLE: answer: "));
  TestServer endless([](TestConnection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + std::string(2000, 'x'));
  });
  HttpChannelOptions small = To(endless.port());
  small.max_answer_bytes = 1000;
  HttpChannel limited(small);
  EXPECT_THAT(Ask(limited), HasSubstr("UNAVAILABLE: answer: "));
}

TEST(HttpChannelTest, WaitsNoLongerThanItMay) {
  TestServer silent([](TestConnection& connection) { connection.WaitForClose(); });
  HttpChannel channel(To(silent.port()));
  EXPECT_THAT(Ask(channel, "", 50 * kNanosPerMilli), StartsWith("DEADLINE_EXCEEDED"));
}

TEST(HttpChannelTest, IsInterruptedAndCancelled) {
  std::atomic<int> requests{0};
  TestServer server([&](TestConnection& connection) {
    while (!connection.ReadRequest().empty()) {
      if (++requests == 2) connection.Write(OkResponse("now"));
    }
  });
  HttpChannel channel(To(server.port()));
  std::thread interrupts([&] {
    while (requests < 1) std::this_thread::yield();
    channel.Interrupt();
  });
  EXPECT_THAT(Ask(channel), StartsWith("UNAVAILABLE: given up"));
  interrupts.join();
  EXPECT_EQ(Ask(channel), "200 now");
  std::thread cancels([&] {
    while (requests < 3) std::this_thread::yield();
    channel.Cancel();
  });
  EXPECT_THAT(Ask(channel), StartsWith("CANCELLED"));
  cancels.join();
  EXPECT_THAT(Ask(channel), StartsWith("CANCELLED"));
}

class HttpChannelTlsTest : public ::testing::Test {
 protected:
  std::shared_ptr<HttpTlsContext> Context(const HttpTlsOptions& options) {
    auto context = MakeHttpTlsContext(options);
    EXPECT_TRUE(context.ok()) << context.status();
    return context.ok() ? *context : nullptr;
  }
  std::string Over(HttpTlsOptions tls, const std::string& host = "localhost") {
    HttpChannelOptions options = To(server_.port(), host);
    options.tls = Context(tls);
    HttpChannel channel(options);
    return Ask(channel);
  }

  TestCertificate authority_ = MakeAuthority("ours");
  TestCertificate certificate_ = Issue(&authority_, "DNS:localhost,IP:127.0.0.1");
  TlsTestServer server_{certificate_, [](TlsTestConnection& connection) {
                          connection.ReadRequest();
                          connection.Write(OkResponse("secret for " + connection.server_name));
                        }};
};

TEST_F(HttpChannelTlsTest, TrustsWhatTheAuthoritySigned) {
  EXPECT_EQ(Over({.ca_pem = authority_.Pem()}), "200 secret for localhost");
  EXPECT_EQ(Over({.ca_pem = authority_.Pem()}, "127.0.0.1"), "200 secret for ");
  EXPECT_EQ(Over({.skip_verify = true}), "200 secret for localhost");
  EXPECT_THAT(Over({.ca_pem = MakeAuthority("others").Pem()}),
              HasSubstr("TLS: the certificate of localhost is refused"));
  TestCertificate elsewhere = Issue(&authority_, "DNS:elsewhere.example");
  TlsTestServer other(elsewhere, [](TlsTestConnection& connection) { connection.ReadRequest(); });
  HttpChannelOptions options = To(other.port(), "localhost");
  options.tls = Context({.ca_pem = authority_.Pem()});
  HttpChannel channel(options);
  EXPECT_THAT(Ask(channel), HasSubstr("TLS"));
}

TEST_F(HttpChannelTlsTest, SaysWhichFileIsWrong) {
  auto problem = [](const HttpTlsOptions& options) {
    return std::string(MakeHttpTlsContext(options).status().message());
  };
  EXPECT_THAT(problem({.ca_pem = "-----BEGIN x"}), HasSubstr("TLS_CA_CERT"));
  EXPECT_THAT(problem({.cert_pem = "-----BEGIN x", .key_pem = certificate_.KeyPem()}), HasSubstr("TLS_CERT_FILE"));
  EXPECT_THAT(problem({.cert_pem = certificate_.Pem(), .key_pem = authority_.KeyPem()}), HasSubstr("TLS_KEY_FILE"));
  EXPECT_EQ(problem({.cert_pem = certificate_.Pem(), .key_pem = certificate_.KeyPem()}), "");
}

TEST(HttpChannelProxyTest, PlainRequestsNameTheServer) {
  std::string seen;
  TestServer proxy([&](TestConnection& connection) {
    seen = connection.ReadRequest();
    connection.Write(OkResponse("by proxy"));
  });
  HttpChannelOptions options = To(5770, "coordinator.example");
  options.proxy = *ParseHttpProxy("HTTP_PROXY", "http://user:p%40ss@127.0.0.1:" + std::to_string(proxy.port()));
  HttpChannel channel(options);
  EXPECT_EQ(Ask(channel), "200 by proxy");
  EXPECT_THAT(seen, StartsWith("POST http://coordinator.example:5770/path HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("Host: coordinator.example:5770\r\n"));
  EXPECT_THAT(seen, HasSubstr("Proxy-Authorization: Basic dXNlcjpwQHNz\r\n"));
}

// Passes bytes on until either side ends.
void Pump(int from, int to) {
  char chunk[4096];
  for (ssize_t n = 0; (n = recv(from, chunk, sizeof(chunk), 0)) > 0;) {
    if (send(to, chunk, n, MSG_NOSIGNAL) != n) break;
  }
  shutdown(to, SHUT_WR);
}

TEST_F(HttpChannelTlsTest, ATunnelLeadsThroughAProxy) {
  std::string seen;
  TestServer proxy([&](TestConnection& connection) {
    seen = connection.ReadRequest();
    connection.Write("HTTP/1.1 200 Connection established\r\nX-Proxy: y\r\n\r\n");
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to = {};
    to.sin_family = AF_INET;
    to.sin_port = htons(server_.port());
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
    std::thread back([&] { Pump(fd, connection.fd()); });
    Pump(connection.fd(), fd);
    back.join();
    close(fd);
  });
  HttpChannelOptions options = To(443, "localhost");
  options.tls = Context({.ca_pem = authority_.Pem()});
  options.proxy = *ParseHttpProxy("HTTPS_PROXY", "127.0.0.1:" + std::to_string(proxy.port()));
  HttpChannel channel(options);
  EXPECT_EQ(Ask(channel), "200 secret for localhost");
  EXPECT_THAT(seen, StartsWith("CONNECT localhost:443 HTTP/1.1\r\n"));
  EXPECT_THAT(seen, Not(HasSubstr("Authorization"))) << "the token is not for the proxy";
}

TEST_F(HttpChannelTlsTest, AProxyMayRefuse) {
  TestServer proxy([](TestConnection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
  });
  HttpChannelOptions options = To(443, "localhost");
  options.tls = Context({.skip_verify = true});
  options.proxy = *ParseHttpProxy("HTTPS_PROXY", "127.0.0.1:" + std::to_string(proxy.port()));
  HttpChannel channel(options);
  EXPECT_THAT(Ask(channel), HasSubstr("refuses to connect to localhost:443: HTTP 407"));
}

TEST(HttpProxyTest, ReadsWhatProxiesAreCalled) {
  auto read = [](const std::string& text) {
    absl::StatusOr<HttpProxy> proxy = ParseHttpProxy("HTTPS_PROXY", text);
    return proxy.ok() ? proxy->address.ToString() + "|" + proxy->authorization : std::string(proxy.status().message());
  };
  EXPECT_EQ(read("http://proxy:3128/"), "proxy:3128|");
  EXPECT_EQ(read(" proxy "), "proxy:80|");
  EXPECT_EQ(read("HTTP://u@[::1]:8"), "[::1]:8|Basic dTo=");
  EXPECT_THAT(read("https://proxy:1"), HasSubstr("HTTPS_PROXY (a secret): expected http://host:port"));
  for (const char* wrong : {"socks5://u:hidden@proxy", "http://u:hidden@", "u:hidden@proxy:99999", "http://a/b"}) {
    EXPECT_THAT(read(wrong), testing::AllOf(HasSubstr("HTTPS_PROXY"), Not(HasSubstr("hidden")))) << wrong;
  }
}

TEST(HttpProxyTest, SomeHostsAreReachedDirectly) {
  auto bypasses = [](const std::string& list, const std::string& host, uint16_t port = 5770) {
    return BypassesProxy(list, {.host = host, .port = port});
  };
  EXPECT_TRUE(bypasses("*", "a"));
  EXPECT_TRUE(bypasses("x, Example.com ,y", "example.com"));
  EXPECT_TRUE(bypasses("example.com", "a.example.com"));
  EXPECT_TRUE(bypasses(".example.com", "a.example.com"));
  EXPECT_FALSE(bypasses("example.com", "notexample.com"));
  EXPECT_FALSE(bypasses("example.com:80", "example.com"));
  EXPECT_TRUE(bypasses("example.com:5770", "example.com"));
  EXPECT_TRUE(bypasses("10.0.0.0/8", "10.9.8.7"));
  EXPECT_FALSE(bypasses("10.0.0.0/8", "11.9.8.7"));
  EXPECT_FALSE(bypasses("10.0.0.0/8", "ten"));
  EXPECT_TRUE(bypasses("fd00::/8", "fd12::1"));
  EXPECT_TRUE(bypasses("::1,127.0.0.1", "::1"));
  EXPECT_FALSE(bypasses("", "a"));
  EXPECT_FALSE(bypasses(",,./,/8,:,[", "a"));
}

}  // namespace
}  // namespace mockarty
