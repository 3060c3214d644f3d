// Servers that send what they may not, or too much of what they may.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <string>
#include <vector>

#include "tests/http/http2_fixture.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Http2HostileTest : public Http2Fixture {
 protected:
  // One request to a server that answers with these bytes, after its settings; what became of it.
  const HttpResponse& AnswerWith(const std::string& bytes, bool hold_open = false) {
    TlsTestServer server(
        good_,
        [&](TlsTestConnection& tls) {
          char chunk[16384];
          SSL_read(tls.ssl, chunk, sizeof chunk);
          tls.Write(Frame(NGHTTP2_SETTINGS, 0, 0, ""));
          tls.Write(bytes);
          while (hold_open && SSL_read(tls.ssl, chunk, sizeof chunk) > 0) {
          }
        },
        0, true);
    RunOnFiber([&] { Get(server.Url("localhost", "/"), 2 * kNanosPerSecond); });
    return response_;
  }
  void ExpectFailure(const std::string& bytes, const std::string& what) {
    AnswerWith(bytes, true);
    EXPECT_EQ(response_.status, 0) << what;
    EXPECT_EQ(response_.error.code, HttpErrorCode::kHttp2) << what << ": " << response_.error.message;
    EXPECT_THAT(response_.error.message, Not(HasSubstr("timed out"))) << what;
  }
};

// ":status: 200" of the static table.
constexpr char kStatus200[] = "\x88";

TEST_F(Http2HostileTest, FramesThatBreakTheProtocol) {
  ExpectFailure("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n and more text to fill a frame", "HTTP/1.1");
  ExpectFailure(std::string(64, '\xff'), "noise");
  ExpectFailure(Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 0, kStatus200), "header of stream 0");
  ExpectFailure(Frame(NGHTTP2_DATA, 0, 1, "x"), "data before the header");
  ExpectFailure(Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 2, kStatus200), "stream of the server's own");
  ExpectFailure(Frame(NGHTTP2_SETTINGS, 0, 0, "12345"), "settings of a wrong size");
  ExpectFailure(Frame(NGHTTP2_WINDOW_UPDATE, 0, 0, std::string(4, '\0')), "window by nothing");
  ExpectFailure(Frame(NGHTTP2_HEADERS, 0, 1, kStatus200) + Frame(NGHTTP2_PING, 0, 0, "12345678"),
                "something within a header");
  ExpectFailure(Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 1, "\xff\xff\xff\xff\xff\xff\xff"), "bad HPACK");
  // Allowed as long as the server has not seen our settings; nobody waits for what it promises.
  AnswerWith(Frame(NGHTTP2_PUSH_PROMISE, NGHTTP2_FLAG_END_HEADERS, 1, std::string("\0\0\0\2", 4) + kStatus200));
  EXPECT_EQ(response_.status, 0);
  std::string huge = Frame(NGHTTP2_DATA, 0, 1, "");
  huge[0] = huge[1] = huge[2] = '\x7f';
  ExpectFailure(huge + std::string(100'000, 'x'), "frame of 8 MB");
}

TEST_F(Http2HostileTest, AnswersThatBreakTheRulesOfHttp) {
  ExpectFailure(Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, 1, ""), "no status");
  // Literal fields, not indexed: name and value by their lengths.
  const auto field = [](const std::string& name, const std::string& value) {
    return std::string(1, '\0') + static_cast<char>(name.size()) + name + static_cast<char>(value.size()) + value;
  };
  const auto answer = [&](const std::string& fields) {
    return Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, 1, kStatus200 + fields);
  };
  AnswerWith(answer(field("x-a", "fine")), true);
  EXPECT_EQ(response_.status, 200) << response_.error.message;
  ExpectFailure(answer(field("content-length", "5")), "length of what does not come");
  ExpectFailure(answer(field("content-length", "x")), "length that is no number");
  // What libnghttp2 drops must not reach the head, where it would be two lines.
  AnswerWith(answer(field("x-a", "1\r\nx-injected: 2")), true);
  EXPECT_EQ(response_.status == 200 && response_.message->FindHeader("x-injected").has_value(), false);
  ExpectFailure(answer(field("connection", "close")), "a field about connections");
  ExpectFailure(answer(field("X-Upper", "1")), "a name in upper case");
}

TEST_F(Http2HostileTest, HeaderBombsAreCutOff) {
  // One field of 4000 bytes goes into the dynamic table, then is named again and again by one byte each.
  std::string bomb = kStatus200;
  bomb += std::string("\x40\x01", 2) + "x" + "\x7f\xa1\x1e" + std::string(4000, 'y');
  bomb += std::string(12'000, '\xbe');
  ExpectFailure(Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 1, bomb), "expansion");
  EXPECT_THAT(response_.error.message, HasSubstr("header is larger than the limit of 65536 bytes"));
  std::string many = kStatus200;
  for (int i = 0; i < 600; ++i) many += std::string("\0\1a\1b", 5);
  ExpectFailure(Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 1, many), "many fields");
  EXPECT_THAT(response_.error.message, HasSubstr("more header fields than the limit of 512"));
  // A header that never ends.
  std::string endless = Frame(NGHTTP2_HEADERS, 0, 1, kStatus200);
  for (int i = 0; i < 5'000; ++i) endless += Frame(NGHTTP2_CONTINUATION, 0, 1, "");
  ExpectFailure(endless, "continuations");
}

TEST_F(Http2HostileTest, BodiesAboveTheLimitAreCutOff) {
  HttpClientOptions options;
  options.limits.max_body_bytes = 1000;
  Use(options);
  TlsTestServer server(good_, Speaking([&](Http2TestConnection& connection, int32_t id, const auto&) {
                         connection.Respond(id, 200, {}, std::string(1 << 20, 'x'));
                       }),
                       0, true);
  RunOnFiber([&] { Get(server.Url("localhost", "/")); });
  EXPECT_THAT(response_.error.message, HasSubstr("body is larger than the limit of 1000 bytes"));
}

TEST_F(Http2HostileTest, FloodsEnd) {
  std::string pings, settings;
  for (int i = 0; i < 20'000; ++i) {
    pings += Frame(NGHTTP2_PING, 0, 0, "12345678");
    settings += Frame(NGHTTP2_SETTINGS, 0, 0, "");
  }
  // The client answers them or ends the connection: it neither hangs nor grows, and the request's timeout holds.
  for (const std::string& flood : {pings, settings}) {
    AnswerWith(flood);
    EXPECT_EQ(response_.status, 0);
    EXPECT_NE(response_.error.message, "");
  }
}

TEST_F(Http2HostileTest, ConnectionsThatEndEarly) {
  AnswerWith("");
  EXPECT_EQ(response_.status, 0);
  EXPECT_THAT(response_.error.message, HasSubstr("closed the connection"));
  AnswerWith(Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 1, kStatus200) + Frame(NGHTTP2_DATA, 0, 1, "half"));
  EXPECT_EQ(response_.status, 0);
  AnswerWith(Frame(NGHTTP2_GOAWAY, 0, 0, std::string(8, '\0')));
  EXPECT_EQ(response_.status, 0);
}

}  // namespace
}  // namespace mockarty
