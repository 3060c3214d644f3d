#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <string>

#include "engine/clients/http/http_client.h"
#include "engine/clients/net/tls_stream.h"
#include "engine/vu/fiber.h"
#include "tests/http/http_client_fixture.h"
#include "tests/http/test_server.h"
#include "tests/http/test_tls.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;

void AnswerAll(TlsTestConnection& connection) {
  for (std::string request; !(request = connection.ReadRequest()).empty();) {
    connection.Write(OkResponse(request.substr(request.find("\r\n\r\n") + 4)));
  }
}

class HttpTlsTest : public HttpClientFixture {
 protected:
  static void SetUpTestSuite() { signal(SIGPIPE, SIG_IGN); }

  void SetUp() override {
    char name[] = "/tmp/mockarty_tls_XXXXXX";
    ca_file_ = name;
    close(mkstemp(ca_file_.data()));
    std::ofstream(ca_file_) << authority_.Pem();
    setenv("SSL_CERT_FILE", ca_file_.c_str(), 1);
    Use({});
  }
  void TearDown() override {
    client_.reset();
    unsetenv("SSL_CERT_FILE");
    unlink(ca_file_.c_str());
  }
  void UseTls(TlsOptions tls) {
    HttpClientOptions options;
    options.tls = tls;
    Use(options);
  }
  const HttpResponse& GetFrom(const TlsTestServer& server, const std::string& host = "localhost", Nanos timeout = 0) {
    RunOnFiber([&] { Get(server.Url(host, "/"), timeout); });
    return response_;
  }

  TestCertificate authority_ = MakeAuthority("mockarty test authority");
  TestCertificate good_ = Issue(&authority_, "DNS:localhost,DNS:*.wild.example,IP:127.0.0.1,IP:::1");
  std::string ca_file_;
};

TEST_F(HttpTlsTest, SpeaksTlsWithServersOfAKnownAuthority) {
  std::string name;
  std::string protocol;
  TlsTestServer server(good_, [&](TlsTestConnection& connection) {
    name = connection.server_name;
    protocol = connection.protocol;
    AnswerAll(connection);
  });
  const std::string large(5 << 20, 'z');
  RunOnFiber([&] {
    EXPECT_EQ(Get(server.Url("localhost", "/")).error.message, "");
    EXPECT_EQ(response_.status, 200);
    EXPECT_GT(response_.hops[0].timings.tls_handshaking, 0);
    EXPECT_FALSE(response_.hops[0].connection_reused);
    const uint64_t first_bytes = response_.hops[0].bytes_received;
    EXPECT_EQ(Send("POST", server.Url("localhost", "/"), large).body, large);
    EXPECT_TRUE(response_.hops[0].connection_reused);
    EXPECT_EQ(response_.hops[0].timings.tls_handshaking, 0);
    EXPECT_GT(response_.hops[0].bytes_received, large.size());
    EXPECT_GT(response_.hops[0].bytes_sent, large.size());
    Get(server.Url("localhost", "/"));
    EXPECT_LT(response_.hops[0].bytes_received, first_bytes) << "the handshake counts where it was made";
  });
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(name, "localhost");
  EXPECT_EQ(protocol, "http/1.1");
}

// Session tickets come while the body is being sent; they are no answer.
TEST_F(HttpTlsTest, SendsALargeBodyOnAFreshConnection) {
  TlsTestServer server(good_, AnswerAll);
  const std::string large(8 << 20, 'z');
  RunOnFiber([&] { EXPECT_EQ(Send("PUT", server.Url("localhost", "/"), large).body, large); });
}

TEST_F(HttpTlsTest, VerifiesAddressesAndWildcards) {
  TlsTestServer server(good_, AnswerAll);
  EXPECT_EQ(GetFrom(server, "127.0.0.1").status, 200) << response_.error.message;
  UseLookup([](const std::string&) {
    DnsResolver::Answer answer;
    answer.addresses = {*SocketAddress::FromLiteral("127.0.0.1", 0)};
    return answer;
  });
  EXPECT_EQ(GetFrom(server, "a.wild.example").status, 200) << response_.error.message;
  EXPECT_EQ(GetFrom(server, "localhost.").status, 200) << response_.error.message;
  EXPECT_EQ(GetFrom(server, "wild.example").error.code, 1311);
  EXPECT_THAT(response_.error.message, HasSubstr("certificate of \"wild.example\" is not valid for that name"));
  TlsTestServer other(Issue(&authority_, "DNS:other,IP:10.0.0.1"), AnswerAll);
  EXPECT_EQ(GetFrom(other, "127.0.0.1").error.code, 1311);
  EXPECT_EQ(response_.status, 0);
}

TEST_F(HttpTlsTest, RefusesCertificatesThatAreNotInOrder) {
  struct Case {
    TestCertificate certificate;
    int code;
    const char* message;
  };
  const TestCertificate stranger = MakeAuthority("a stranger");
  const Case cases[] = {
      {Issue(nullptr, "DNS:localhost"), 1310, "\"localhost\" is signed by an unknown authority (self-signed)"},
      {Issue(&stranger, "DNS:localhost"), 1310, "\"localhost\" is signed by an unknown authority"},
      {Issue(&authority_, "DNS:localhost", -7200, -3600), 1300, "\"localhost\" has expired"},
      {Issue(&authority_, "DNS:localhost", 3600, 7200), 1300, "\"localhost\" is not valid yet"},
      {Issue(&authority_, "DNS:elsewhere"), 1311, "\"localhost\" is not valid for that name"},
  };
  for (const Case& item : cases) {
    TlsTestServer server(item.certificate, AnswerAll);
    UseTls({});
    EXPECT_EQ(GetFrom(server).error.code, item.code) << item.message;
    EXPECT_THAT(response_.error.message, HasSubstr(item.message));
    EXPECT_EQ(response_.status, 0);
    UseTls({.insecure_skip_verify = true});
    EXPECT_EQ(GetFrom(server).status, 200) << item.message << response_.error.message;
  }
}

TEST_F(HttpTlsTest, ResumesSessions) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    std::string resumed;
    TlsTestServer server(
        good_,
        [&](TlsTestConnection& connection) {
          resumed += connection.resumed ? 'y' : 'n';
          connection.ReadRequest();
          connection.Write(OkResponse("ok", "Connection: close\r\n"));
        },
        version);
    Use({});
    RunOnFiber([&] {
      for (int i = 0; i < 3; ++i) EXPECT_EQ(Get(server.Url("localhost", "/")).status, 200) << response_.error.message;
    });
    EXPECT_EQ(server.connections(), 3);
    EXPECT_EQ(resumed, "nyy") << std::hex << version;
  }
}

TEST_F(HttpTlsTest, RequestsThatLeaveTogetherKeepTheirRecords) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsTestServer server(good_, AnswerAll, version);
    Use({});
    ExpectEchoes(server.Url("localhost", "/"), 20, 40);
    EXPECT_EQ(server.connections(), 20) << std::hex << version;
  }
}

TEST_F(HttpTlsTest, KeepsToTheVersionsAllowed) {
  TlsTestServer old(good_, AnswerAll, TLS1_1_VERSION);
  EXPECT_EQ(GetFrom(old).error.code, 1300);
  EXPECT_THAT(response_.error.message, HasSubstr("TLS handshake with \"localhost\": "));
  UseTls({.min_version = TlsVersion::kTls10});
  EXPECT_EQ(GetFrom(old).status, 200) << response_.error.message;
  TlsTestServer recent(good_, AnswerAll, TLS1_2_VERSION);
  UseTls({.min_version = TlsVersion::kTls13});
  EXPECT_EQ(GetFrom(recent).error.code, 1300);
  UseTls({.min_version = TlsVersion::kTls13, .max_version = TlsVersion::kTls12});
  EXPECT_THAT(GetFrom(recent).error.message, HasSubstr("lowest version allowed is above the highest"));
}

TEST_F(HttpTlsTest, SaysWhenTheServerSpeaksNoTls) {
  TestServer plain([](TestConnection& connection) {
    connection.Write("HTTP/1.1 400 Bad Request\r\n\r\n");
    connection.WaitForClose();
  });
  TestServer closing([](TestConnection& connection) {
    char hello[64];
    recv(connection.fd(), hello, sizeof hello, 0);
  });
  TestServer silent([](TestConnection& connection) { connection.WaitForClose(); });
  RunOnFiber([&] {
    EXPECT_EQ(Get("https://" + plain.Authority() + "/").error.code, 1300);
    EXPECT_THAT(response_.error.message, HasSubstr("answer is not TLS (plain HTTP on this port?)"));
    EXPECT_EQ(Get("https://" + closing.Authority() + "/").error.code, 1300);
    EXPECT_THAT(response_.error.message, HasSubstr("TLS handshake with \"127.0.0.1\": connection"));
    EXPECT_EQ(Get("https://" + silent.Authority() + "/", 30 * kNanosPerMilli).error.code, 1050);
    EXPECT_THAT(response_.error.message, HasSubstr("TLS handshake with \"127.0.0.1\": timed out"));
  });
}

TEST_F(HttpTlsTest, NoticesTheEndWithAndWithoutCloseNotify) {
  for (const bool notify : {true, false}) {
    TlsTestServer server(good_, [&](TlsTestConnection& connection) {
      const std::string request = connection.ReadRequest();
      connection.Write(request.starts_with("GET /length") ? "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"
                                                          : "HTTP/1.1 200 OK\r\n\r\nuntil the end");
      if (!notify) SSL_set_quiet_shutdown(connection.ssl, 1);
    });
    RunOnFiber([&] {
      EXPECT_EQ(Get(server.Url("localhost", "/")).body, "until the end") << response_.error.message;
      EXPECT_THAT(Get(server.Url("localhost", "/length")).error.message, HasSubstr("3 of 10 bytes received"));
    });
  }
}

TEST_F(HttpTlsTest, ReplacesAnIdleConnectionThatTheServerClosed) {
  TlsTestServer server(good_, [](TlsTestConnection& connection) {
    connection.ReadRequest();
    connection.Write(OkResponse("ok"));
  });
  RunOnFiber([&] {
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(Send("POST", server.Url("localhost", "/")).status, 200) << response_.error.message;
      WaitForServerClose(server.port());
    }
  });
  EXPECT_EQ(server.connections(), 3);
}

TEST_F(HttpTlsTest, SaysWhenTheFileOfAuthoritiesCannotBeRead) {
  TlsTestServer server(good_, AnswerAll);
  setenv("SSL_CERT_FILE", "/nowhere/ca.pem", 1);
  Use({});
  EXPECT_EQ(GetFrom(server).error.code, 1300);
  EXPECT_THAT(response_.error.message, HasSubstr("SSL_CERT_FILE=/nowhere/ca.pem: not readable"));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
constexpr size_t kPaintedBytes = 128 * 1024;
constexpr char kPaint = '\x6b';

// Fills the stack below this frame.
[[gnu::noinline]] char* PaintStack() {
  auto* top = static_cast<char*>(__builtin_frame_address(0)) - 1024;
  volatile char* bottom = top - kPaintedBytes;
  for (size_t i = 0; i < kPaintedBytes; ++i) bottom[i] = kPaint;
  return top - kPaintedBytes;
}

// What kStackNeededBytes promises, with verification of chains of both kinds of keys.
TEST_F(HttpTlsTest, AHandshakeFitsTheStackItAsksFor) {
  for (const TestKey key : {TestKey::kEc, TestKey::kRsa}) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      const TestCertificate authority = MakeAuthority("authority", key);
      std::ofstream(ca_file_) << authority.Pem();
      TlsTestServer server(Issue(&authority, "DNS:localhost", -3600, 3600, key), AnswerAll, version);
      Use({});
      size_t used = 0;
      RunOnFiber([&] {
        const char* bottom = PaintStack();
        EXPECT_EQ(Get(server.Url("localhost", "/")).status, 200) << response_.error.message;
        size_t untouched = 0;
        while (untouched < kPaintedBytes && bottom[untouched] == kPaint) ++untouched;
        used = kPaintedBytes - untouched;
      });
      RecordProperty("stack_used_bytes", static_cast<int>(used));
      EXPECT_GT(used, 1024u);
      EXPECT_LT(used, TlsStream::kStackNeededBytes);
    }
  }
}
#endif

// A handshake deep in a script's recursion is refused rather than run over the end of the stack.
TEST_F(HttpTlsTest, AsksForStackBeforeAHandshake) {
  TlsTestServer server(good_, AnswerAll);
  std::function<void()> deep = [&] {
    volatile char frame[1024];
    frame[0] = 1;
    if (Fiber::Current()->StackLeft() > TlsStream::kStackNeededBytes) {
      deep();
    } else {
      Get(server.Url("localhost", "/"));
    }
    frame[1] = frame[0];
  };
  RunOnFiber(deep);
  EXPECT_EQ(response_.error.code, 1300);
  EXPECT_THAT(response_.error.message, HasSubstr("not enough stack"));
}

}  // namespace
}  // namespace mockarty
