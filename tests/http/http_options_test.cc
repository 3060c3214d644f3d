// Where connections go and with which certificate: overrides, prohibitions, local addresses, proxies, TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <string>

#include "common/base/ip_range.h"
#include "engine/clients/http/http_proxy.h"
#include "tests/http/http2_fixture.h"

namespace mockarty {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(IpRangeTest, ReadsItsForms) {
  const auto bytes = [](const char* text) { return SocketAddress::FromLiteral(text, 0)->Bytes(); };
  const auto one = IpRange::Parse("10.1.2.3");
  ASSERT_TRUE(one.has_value());
  EXPECT_EQ(one->Size(), 1u);
  EXPECT_TRUE(one->Contains(bytes("10.1.2.3"), false));
  EXPECT_FALSE(one->Contains(bytes("10.1.2.4"), false));
  const auto net = IpRange::Parse("10.1.2.3/22");
  ASSERT_TRUE(net.has_value());
  EXPECT_EQ(net->Size(), 1024u);
  EXPECT_TRUE(net->Contains(bytes("10.1.0.0"), false));
  EXPECT_TRUE(net->Contains(bytes("10.1.3.255"), false));
  EXPECT_FALSE(net->Contains(bytes("10.1.4.0"), false));
  const auto span = IpRange::Parse("10.0.0.250-10.0.1.5");
  ASSERT_TRUE(span.has_value());
  EXPECT_EQ(span->Size(), 12u);
  EXPECT_EQ(SocketAddress::FromBytes(span->At(7), false).Ip(), "10.0.1.1");
  const auto v6 = IpRange::Parse("fd00::/8");
  ASSERT_TRUE(v6.has_value());
  EXPECT_EQ(v6->Size(), uint64_t{1} << 32);  // more are not counted
  EXPECT_TRUE(v6->Contains(bytes("fd12::1"), true));
  EXPECT_FALSE(v6->Contains(bytes("::1"), true));
  EXPECT_TRUE(IpRange::Parse("0.0.0.0/0")->Contains(bytes("255.255.255.255"), false));
  for (const char* bad : {"", "x", "1.2.3", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "1.2.3.4-", "1.2.3.4-1.2.3.3",
                          "1.2.3.4-::1", "::/129", "1.2.3.4/8x", "-1.2.3.4", "/8"}) {
    EXPECT_FALSE(IpRange::Parse(bad).has_value()) << bad;
  }
  EXPECT_TRUE(HostMatches("*.a.com", "x.y.a.com"));
  EXPECT_FALSE(HostMatches("*.a.com", "a.com"));
  EXPECT_FALSE(HostMatches("*.a.com", "xa.com"));
  EXPECT_TRUE(HostMatches("a.com", "a.com"));
}

ProxySettings Proxies(std::map<std::string, std::string> variables) {
  auto settings = ProxySettings::FromEnvironment([&](const char* name) {
    const auto found = variables.find(name);
    return found != variables.end() ? found->second.c_str() : nullptr;
  });
  return std::move(settings).value();
}

TEST(ProxySettingsTest, FollowTheEnvironment) {
  const ProxySettings none = Proxies({});
  EXPECT_EQ(none.For(false, "a.com", 80), nullptr);
  const ProxySettings some = Proxies({{"HTTP_PROXY", "http://u:p@proxy.test:3128"},
                                      {"https_proxy", "proxy2.test:8080"},
                                      {"NO_PROXY", "direct.test, .dot.test,*.star.test,10.0.0.0/8,port.test:81"}});
  const HttpProxy* proxy = some.For(false, "a.com", 80);
  ASSERT_NE(proxy, nullptr);
  EXPECT_EQ(proxy->host, "proxy.test");
  EXPECT_EQ(proxy->port, 3128);
  EXPECT_EQ(proxy->authorization, "Basic dTpw");
  ASSERT_NE(some.For(true, "a.com", 443), nullptr);
  EXPECT_EQ(some.For(true, "a.com", 443)->host, "proxy2.test");
  for (const char* host :
       {"direct.test", "x.direct.test", "x.dot.test", "x.star.test", "10.1.2.3", "localhost", "127.0.0.9", "::1"}) {
    EXPECT_EQ(some.For(false, host, 80), nullptr) << host;
  }
  for (const char* host : {"xdirect.test", "dot.test", "11.0.0.1", "port.test"}) {
    EXPECT_NE(some.For(false, host, 80), nullptr) << host;
  }
  EXPECT_EQ(some.For(false, "port.test", 81), nullptr);
  EXPECT_EQ(Proxies({{"HTTP_PROXY", "p:1"}, {"NO_PROXY", "*"}}).For(false, "a.com", 80), nullptr);
  const auto bad = ProxySettings::FromEnvironment(
      [](const char* name) { return std::string(name) == "HTTP_PROXY" ? "https://x" : nullptr; });
  EXPECT_THAT(std::string(bad.status().message()), HasSubstr("HTTP_PROXY: expected the http:// URL of a proxy"));
}

class HttpOptionsTest : public Http2Fixture {
 protected:
  static HostOverride Override(const std::string& pattern, uint16_t to_port) {
    return {pattern, 0, *SocketAddress::FromLiteral("127.0.0.1", to_port)};
  }
};

TEST_F(HttpOptionsTest, PlainRequestsGoToTheProxyInFull) {
  std::string seen;
  TestServer proxy([&](TestConnection& connection) {
    while (!(seen = connection.ReadRequest()).empty() && connection.Write(OkResponse("by proxy"))) {
    }
  });
  HttpClientOptions options;
  options.proxies = Proxies({{"HTTP_PROXY", "http://u:p@proxy.test:" + std::to_string(proxy.port())}});
  options.dial.hosts = {Override("proxy.test", 0)};
  Use(options);
  std::string first;
  RunOnFiber([&] {
    EXPECT_EQ(Get("http://far.test/a?b").body, "by proxy") << response_.error.message;
    first = seen;
  });
  EXPECT_THAT(first, AllOf(StartsWith("GET http://far.test/a?b HTTP/1.1\r\nHost: far.test\r\n"),
                           HasSubstr("Proxy-Authorization: Basic dTpw\r\n")));
}

// Carries bytes both ways until one side ends.
void Shuttle(int a, int b) {
  pollfd ends[] = {{a, POLLIN, 0}, {b, POLLIN, 0}};
  char chunk[16384];
  while (poll(ends, 2, -1) > 0) {
    for (int i = 0; i < 2; ++i) {
      if (ends[i].revents == 0) continue;
      const ssize_t got = recv(ends[i].fd, chunk, sizeof chunk, 0);
      if (got <= 0) return;
      if (send(ends[1 - i].fd, chunk, static_cast<size_t>(got), MSG_NOSIGNAL) != got) return;
    }
  }
}

TEST_F(HttpOptionsTest, HttpsGoesThroughATunnel) {
  TlsTestServer server(good_, Speaking([](Http2TestConnection& connection, int32_t id, const auto&) {
                         connection.Respond(id, 200, {}, "through");
                       }),
                       0, true);
  std::string asked;
  std::string verdict = "HTTP/1.1 200 Connection established\r\n\r\n";
  TestServer proxy([&](TestConnection& connection) {
    asked = connection.ReadRequest();
    connection.Write(verdict);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    const SocketAddress target = *SocketAddress::FromLiteral("127.0.0.1", server.port());
    if (connect(fd, target.data(), target.size()) == 0) Shuttle(connection.fd(), fd);
    close(fd);
  });
  const TestCertificate far = Issue(&authority_, "DNS:far.test");
  TlsTestServer far_server(far, [](TlsTestConnection&) {});
  HttpClientOptions options;
  options.proxies = Proxies({{"HTTPS_PROXY", "proxy.test:" + std::to_string(proxy.port())}});
  options.dial.hosts = {Override("proxy.test", 0)};
  options.tls.insecure_skip_verify = true;  // the server's name is not what we ask for
  Use(options);
  RunOnFiber([&] {
    EXPECT_EQ(Get("https://far.test:8443/").body, "through") << response_.error.message;
    EXPECT_EQ(response_.protocol, "HTTP/2.0");
  });
  EXPECT_THAT(asked, StartsWith("CONNECT far.test:8443 HTTP/1.1\r\nHost: far.test:8443\r\n"));
  verdict = "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";
  Use(options);
  RunOnFiber([&] { Get("https://far.test/"); });
  EXPECT_EQ(response_.error.code, HttpErrorCode::kDial);
  EXPECT_THAT(response_.error.message, HasSubstr("refused the tunnel: \"HTTP/1.1 407 Proxy Authentication Required\""));
}

TEST_F(HttpOptionsTest, NamesAddressesAndLocalEnds) {
  std::vector<std::string> hosts;
  TestServer server([&](TestConnection& connection) {
    for (std::string request; !(request = connection.ReadRequest()).empty();) connection.Write(OkResponse("x"));
  });
  HttpClientOptions options;
  options.dial.hosts = {Override("shop.test", server.port())};
  options.dial.blocked_hosts = {"*.evil.test"};
  options.dial.denied = {*IpRange::Parse("127.0.0.9")};
  options.dial.local = {*IpRange::Parse("127.0.0.50-127.0.0.51")};
  Use(options);
  RunOnFiber([&] {
    EXPECT_EQ(Get("http://shop.test/").status, 200) << response_.error.message;
    EXPECT_EQ(response_.hops[0].remote.port(), server.port());
    EXPECT_EQ(Get("http://a.evil.test/").error.code, HttpErrorCode::kBlockedHost);
    EXPECT_EQ(Get("http://127.0.0.9/").error.code, HttpErrorCode::kAddressDenied);
  });
}

TEST_F(HttpOptionsTest, PoliciesChooseAmongAddresses) {
  TestServer server([&](TestConnection& connection) {
    while (!connection.ReadRequest().empty()) connection.Write(OkResponse("x"));
  });
  UseLookup([](const std::string&) {
    DnsResolver::Answer answer;
    answer.addresses = {*SocketAddress::FromLiteral("127.0.0.1", 0), *SocketAddress::FromLiteral("::1", 0)};
    return answer;
  });
  HttpClientOptions options;
  options.dial.policy = DnsPolicy::kOnlyV4;
  Use(options);
  const std::string url = "http://both.test:" + std::to_string(server.port()) + "/";
  RunOnFiber([&] { EXPECT_EQ(Get(url).hops[0].remote.Ip(), "127.0.0.1"); });
  options.dial.policy = DnsPolicy::kOnlyV6;
  Use(options);
  RunOnFiber([&] { EXPECT_EQ(Get(url).status, 0); });  // the server listens on IPv4 only
}

TEST_F(HttpOptionsTest, ClientCertificatesByDomain) {
  TlsTestServer server(good_, [](TlsTestConnection& connection) {
    for (std::string request; !(request = connection.ReadRequest()).empty();) connection.Write(OkResponse("known"));
  });
  const TestCertificate clients = MakeAuthority("authority of clients");
  server.DemandCertificate(clients);
  const TestCertificate mine = Issue(&clients, "DNS:client.test");
  RunOnFiber([&] { EXPECT_EQ(Get(server.Url("localhost", "/")).status, 0); });
  HttpClientOptions options;
  options.identities = {{{"other.test"}, "", "", ""}, {{"localhost"}, mine.Pem(), mine.KeyPem(), ""}};
  Use(options);
  RunOnFiber([&] { EXPECT_EQ(Get(server.Url("localhost", "/")).body, "known") << response_.error.message; });
  options.identities[1].domains = {"elsewhere.test"};
  Use(options);
  RunOnFiber([&] { EXPECT_EQ(Get(server.Url("localhost", "/")).status, 0); });
}

TEST_F(HttpOptionsTest, CertificatesAndCiphersThatCannotBeUsedAreNamed) {
  const TestCertificate mine = Issue(&authority_, "DNS:client.test");
  const TestCertificate other = Issue(&authority_, "DNS:other.test");
  const auto problem = [&](HttpClientOptions options) {
    const auto made = HttpTransport::Create(std::move(options), resolver_.get());
    return std::string(made.status().message());
  };
  HttpClientOptions options;
  options.identities = {{{}, "-----BEGIN nothing", mine.KeyPem(), ""}};
  EXPECT_EQ(problem(options), "tlsAuth: cert is not a readable PEM certificate");
  options.identities = {{{}, mine.Pem(), "-----BEGIN nothing", ""}};
  EXPECT_THAT(problem(options), HasSubstr("tlsAuth: key is not a readable PEM private key"));
  options.identities = {{{}, mine.Pem(), other.KeyPem(), ""}};
  EXPECT_EQ(problem(options), "tlsAuth: the key is not that of the certificate");
  options.identities.clear();
  options.tls.cipher_suites = {"TLS_NO_SUCH"};
  EXPECT_THAT(problem(options), HasSubstr("\"TLS_NO_SUCH\" is not known"));
  options.tls.cipher_suites = {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"};
  EXPECT_EQ(problem(options), "");
}

}  // namespace
}  // namespace mockarty
