#include "engine/clients/http/http_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mockarty {
namespace {

using ::testing::HasSubstr;

struct Parsed {
  bool done = false;
  std::string error;
  size_t used = 0;
  int status = 0;
  std::string reason;
  std::string body;
  uint64_t body_size = 0;
  bool keep_alive = false;
  std::vector<std::pair<std::string, std::string>> headers;

  bool operator==(const Parsed&) const = default;
};

struct Options {
  HttpParserLimits limits;
  bool head_request = false;
  bool discard = false;
  bool finish = true;  // the peer closes after the bytes
};

// Feeds `pieces` in turn, as they would arrive.
Parsed ParsePieces(const std::vector<std::string_view>& pieces, const Options& options) {
  HttpMessage message;
  HttpParser parser;
  parser.Start(&message, options.limits, options.head_request, options.discard);
  Parsed result;
  for (const std::string_view piece : pieces) {
    // A copy of exactly this size, so that a sanitizer sees any step beyond it.
    const std::vector<char> exact(piece.begin(), piece.end());
    result.used += parser.Feed({exact.data(), exact.size()});
    if (parser.Done() || parser.Failed()) break;
  }
  if (options.finish) parser.Finish();
  result.done = parser.Done();
  result.error = parser.Error();
  EXPECT_EQ(parser.Failed(), !result.error.empty());
  if (!result.done) {
    result.used = 0;  // how far a failed parse read is of no interest
    return result;
  }
  result.status = message.status;
  result.reason = message.Reason();
  result.body = message.body;
  result.body_size = message.body_size;
  result.keep_alive = parser.KeepAlive();
  for (size_t i = 0; i < message.headers.size(); ++i) {
    result.headers.emplace_back(message.HeaderName(i), message.HeaderValue(i));
  }
  return result;
}

// Whole, byte by byte and in random pieces: all must be equal.
Parsed Parse(std::string_view bytes, const Options& options = {}) {
  const Parsed whole = ParsePieces({bytes}, options);
  std::vector<std::string_view> single;
  for (size_t i = 0; i < bytes.size() && bytes.size() < 100000; ++i) single.push_back(bytes.substr(i, 1));
  if (!single.empty()) {
    EXPECT_EQ(ParsePieces(single, options), whole);
  }
  std::mt19937 random(static_cast<uint32_t>(bytes.size()));
  for (int round = 0; round < 20; ++round) {
    std::vector<std::string_view> pieces;
    for (size_t at = 0; at < bytes.size();) {
      const size_t size = 1 + random() % (round % 2 == 0 ? 7 : bytes.size());
      pieces.push_back(bytes.substr(at, size));
      at += pieces.back().size();
    }
    EXPECT_EQ(ParsePieces(pieces, options), whole);
  }
  return whole;
}

std::string ErrorOf(std::string_view bytes, const Options& options = {}) {
  const Parsed parsed = Parse(bytes, options);
  EXPECT_FALSE(parsed.done);
  return parsed.error;
}

TEST(HttpParserTest, ReadsABodyByItsLengthAndNothingBeyond) {
  const Parsed parsed = Parse("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX:\r\n\r\nabcHTTP/1.1");
  EXPECT_TRUE(parsed.done);
  EXPECT_EQ(parsed.used, 45u);
  EXPECT_EQ(parsed.status, 200);
  EXPECT_EQ(parsed.reason, "OK");
  EXPECT_EQ(parsed.body, "abc");
  EXPECT_TRUE(parsed.keep_alive);
  ASSERT_EQ(parsed.headers.size(), 2u);
  EXPECT_EQ(parsed.headers[1].first, "X");
  EXPECT_EQ(parsed.headers[1].second, "");
}

TEST(HttpParserTest, ReadsChunksExtensionsAndTrailers) {
  const Parsed parsed = Parse(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "5;name=\"a;b\"\r\nhello\r\n0A  \r\n, wonderfu\r\n001\r\nl\r\n000;x\r\nTrailer: 1\r\n\r\nrest");
  EXPECT_EQ(parsed.error, "");
  EXPECT_EQ(parsed.body, "hello, wonderful");
  EXPECT_EQ(parsed.body_size, 16u);
  EXPECT_TRUE(parsed.keep_alive);
  EXPECT_EQ(parsed.headers.size(), 1u);
}

TEST(HttpParserTest, ReadsUntilTheEndWithoutALength) {
  const Parsed parsed = Parse("HTTP/1.1 200 OK\r\n\r\nabc");
  EXPECT_EQ(parsed.body, "abc");
  EXPECT_FALSE(parsed.keep_alive);
  EXPECT_EQ(Parse("HTTP/1.1 200 OK\r\n\r\n").body, "");
  Options open;
  open.finish = false;
  EXPECT_FALSE(Parse("HTTP/1.1 200 OK\r\n\r\nabc", open).done);
}

TEST(HttpParserTest, KnowsResponsesWithoutBody) {
  for (const char* status : {"204 No Content", "304 Not Modified"}) {
    const Parsed parsed = Parse(std::string("HTTP/1.1 ") + status + "\r\nContent-Length: 5\r\n\r\nabcde");
    EXPECT_TRUE(parsed.done) << status;
    EXPECT_EQ(parsed.body, "");
    EXPECT_TRUE(parsed.keep_alive);
  }
  Options head;
  head.head_request = true;
  EXPECT_TRUE(Parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", head).done);
  EXPECT_TRUE(Parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", head).done);
  EXPECT_TRUE(Parse("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").done);
}

TEST(HttpParserTest, SkipsInformationalResponses) {
  const Parsed parsed = Parse(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
      "HTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\na");
  EXPECT_EQ(parsed.status, 201);
  EXPECT_EQ(parsed.headers.size(), 1u);
  EXPECT_THAT(ErrorOf("HTTP/1.1 101 Switching Protocols\r\n\r\n"), HasSubstr("101"));
}

TEST(HttpParserTest, DecidesWhetherTheConnectionStays) {
  auto keeps = [](std::string head) { return Parse(head + "Content-Length: 0\r\n\r\n").keep_alive; };
  EXPECT_TRUE(keeps("HTTP/1.1 200 OK\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1 200 OK\r\nConnection: x, Close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0 200 OK\r\n"));
  EXPECT_TRUE(keeps("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nConnection: close\r\n"));
}

TEST(HttpParserTest, AcceptsWhatTheWildSends) {
  EXPECT_EQ(Parse("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n").status, 200);
  EXPECT_EQ(Parse("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n").reason, "");
  EXPECT_EQ(Parse("HTTP/1.1 299 Gr\xc3\xbc\xc3\x9f\r\nContent-Length: 0\r\n\r\n").reason, "Gr\xc3\xbc\xc3\x9f");
  EXPECT_TRUE(Parse("HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\nContent-Length: 1\r\n\r\na").done);
}

TEST(HttpParserTest, UnfoldsHeaderLines) {
  const Parsed parsed =
      Parse("HTTP/1.1 200 OK\r\nA: one\r\n  two \r\n\tthree\r\nB:\r\n x\r\nContent-Length:\r\n 0\r\n\r\n");
  ASSERT_TRUE(parsed.done) << parsed.error;
  EXPECT_EQ(parsed.headers[0].second, "one    two   \tthree");
  EXPECT_EQ(parsed.headers[1].second, "x");
  EXPECT_THAT(ErrorOf("HTTP/1.1 200 OK\r\n A: b\r\n\r\n"), HasSubstr("begins with a space"));
}

TEST(HttpParserTest, RefusesMalformedHeads) {
  EXPECT_EQ(ErrorOf("SSH-2.0-OpenSSH_9.2\r\n"), "not an HTTP/1.x response");
  EXPECT_EQ(ErrorOf(std::string(100000, '\0')), "not an HTTP/1.x response");
  EXPECT_EQ(ErrorOf("HTTP/2 200\r\n\r\n"), "not an HTTP/1.x response");
  EXPECT_THAT(ErrorOf("HTTP/1.1 99 Low\r\n\r\n"), HasSubstr("malformed status line \"HTTP/1.1 99 Low\""));
  EXPECT_THAT(ErrorOf("HTTP/1.1  200 OK\r\n\r\n"), HasSubstr("malformed status line"));
  EXPECT_THAT(ErrorOf("HTTP/1.1 200OK\r\n\r\n"), HasSubstr("malformed status line"));
  EXPECT_THAT(ErrorOf("HTTP/1.1 200 OK\n\n"), HasSubstr("header line 1 ends in a bare LF"));
  EXPECT_THAT(ErrorOf("HTTP/1.1 200 OK\r\nA: b\n\r\n"), HasSubstr("header line 2 ends in a bare LF"));
  EXPECT_THAT(ErrorOf("HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n"), HasSubstr("NUL or CR"));
  EXPECT_THAT(ErrorOf(std::string_view("HTTP/1.1 200 OK\r\nA: \0\r\n\r\n", 25)), HasSubstr("NUL or CR"));
  EXPECT_THAT(ErrorOf("HTTP/1.1 200 OK\r\nA : b\r\n\r\n"), HasSubstr("malformed header line 2: \"A : b\""));
  EXPECT_THAT(ErrorOf("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"), HasSubstr("malformed header line 2"));
  EXPECT_THAT(ErrorOf("HTTP/1.1 200 OK\r\n: b\r\n\r\n"), HasSubstr("malformed header line 2"));
}

TEST(HttpParserTest, FindsForbiddenBytesAtAnyPlaceAndKeepsTheOthers) {
  const std::string value = "abcdefghijklmnopqrstuvw";
  for (size_t place = 0; place < value.size(); ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = value;
      changed[place] = static_cast<char>(byte);
      const std::string bytes = "HTTP/1.1 200 OK\r\nA: " + changed + "\r\nContent-Length: 0\r\n\r\n";
      const Parsed parsed = ParsePieces({bytes}, {});
      ASSERT_EQ(parsed.done, byte != 0 && byte != '\r' && byte != '\n') << place << " " << byte;
    }
  }
}

TEST(HttpParserTest, RefusesAmbiguousFraming) {
  auto error = [](std::string fields) { return ErrorOf("HTTP/1.1 200 OK\r\n" + fields + "\r\nabcdefgh"); };
  EXPECT_THAT(error("Content-Length: 3\r\nContent-Length: 4\r\n"), HasSubstr("conflicting Content-Length: 3 and 4"));
  EXPECT_THAT(error("Content-Length: 3, 4\r\n"), HasSubstr("conflicting Content-Length"));
  for (const char* bad : {"", "+3", "-3", "0x3", "3 3", "3,", "9999999999999999999"}) {
    EXPECT_THAT(error(std::string("Content-Length: ") + bad + "\r\n"), HasSubstr("malformed Content-Length")) << bad;
  }
  EXPECT_THAT(error("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), HasSubstr("both Content-Length and"));
  EXPECT_THAT(error("Transfer-Encoding: gzip, chunked\r\n"), HasSubstr("unsupported Transfer-Encoding"));
  EXPECT_THAT(error("Transfer-Encoding: identity\r\n"), HasSubstr("unsupported Transfer-Encoding \"identity\""));
  EXPECT_THAT(error("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), HasSubstr("unsupported"));
  EXPECT_THAT(ErrorOf("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), HasSubstr("HTTP/1.0"));
}

TEST(HttpParserTest, RefusesMalformedChunks) {
  auto error = [](std::string body) { return ErrorOf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body); };
  for (const char* bad : {"\r\n", "g\r\n", ";x\r\n", " 5\r\n", "-1\r\n", "5\n", "5 5\r\n", "0x5\r\n"}) {
    EXPECT_THAT(error(bad), HasSubstr("malformed chunk size")) << bad;
  }
  EXPECT_THAT(error("5;x\n"), HasSubstr("bare LF"));
  EXPECT_THAT(error("5\rx"), HasSubstr("CR that is not followed by LF"));
  EXPECT_THAT(error("3\r\nabcd\r\n"), HasSubstr("does not end where its size says"));
  EXPECT_THAT(error("ffffffffffffffffffffff\r\n"), HasSubstr("does not fit in 63 bits"));
  EXPECT_THAT(error("7fffffffffffffff\r\n"), HasSubstr("larger than the limit"));
  EXPECT_THAT(error("1;" + std::string(5000, 'x')), HasSubstr("longer than 4096"));
  EXPECT_THAT(error(std::string(5000, '0')), HasSubstr("longer than 4096"));
  EXPECT_THAT(error("0\r\nbad trailer\r\n\r\n"), HasSubstr("malformed trailer line \"bad trailer\""));
  EXPECT_THAT(error("0\r\nA: b\n"), HasSubstr("trailer line ends in a bare LF"));
}

TEST(HttpParserTest, KeepsToItsLimitsAndNamesThem) {
  Options small;
  small.limits = {.max_head_bytes = 100, .max_headers = 3, .max_body_bytes = 10};
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  EXPECT_EQ(ErrorOf(ok + "A: " + std::string(100, 'x'), small), "header is larger than the limit of 100 bytes");
  EXPECT_EQ(ErrorOf(ok + "A: b\r\nB: b\r\nC: b\r\nD: b\r\n\r\n", small), "more header fields than the limit of 3");
  std::string informational;
  for (int i = 0; i < 10; ++i) informational += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(ErrorOf(informational, small), "header is larger than the limit of 100 bytes");
  EXPECT_EQ(ErrorOf(ok + "Content-Length: 11\r\n\r\n", small), "body is larger than the limit of 10 bytes");
  EXPECT_EQ(ErrorOf(ok + "\r\n" + std::string(11, 'x'), small), "body is larger than the limit of 10 bytes");
  const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(ErrorOf(chunked + "a\r\n0123456789\r\n1\r\n", small), "body is larger than the limit of 10 bytes");
  EXPECT_EQ(ErrorOf(chunked + "0\r\nT: " + std::string(100, 'x'), small),
            "header and trailer are larger than the limit of 100 bytes");
  EXPECT_EQ(ErrorOf(chunked + "0\r\nA: b\r\nB: b\r\nC: b\r\n\r\n", small), "more header fields than the limit of 3");
  EXPECT_TRUE(Parse(chunked + "a\r\n0123456789\r\n0\r\n\r\n", small).done);
  EXPECT_TRUE(Parse(ok + "Content-Length: 10\r\n\r\n0123456789", small).done);
}

TEST(HttpParserTest, CountsADiscardedBodyBeyondTheLimit) {
  Options options;
  options.limits.max_body_bytes = 10;
  options.discard = true;
  const Parsed parsed = Parse("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n" + std::string(50, 'x'), options);
  EXPECT_TRUE(parsed.done);
  EXPECT_EQ(parsed.body, "");
  EXPECT_EQ(parsed.body_size, 50u);
}

TEST(HttpParserTest, SaysWhereAPeerThatClosesLeftOff) {
  EXPECT_EQ(ErrorOf(""), "server closed the connection without an answer");
  EXPECT_EQ(ErrorOf("HTTP/1.1 20"), "server closed the connection in the middle of the header");
  EXPECT_EQ(ErrorOf("HTTP/1.1 100 Continue\r\n\r\n"), "server closed the connection in the middle of the header");
  EXPECT_EQ(ErrorOf("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"),
            "server closed the connection in the middle of the body: 2 of 5 bytes received");
  for (const char* body : {"", "5", "5\r", "5\r\n", "5\r\nab", "5\r\nabcde", "0\r\n", "0\r\n\r"}) {
    EXPECT_THAT(ErrorOf(std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") + body),
                HasSubstr("in the middle of the chunked body"))
        << body;
  }
}

// Whatever comes: no crash, and the same result in any split. The fuzz target goes on where this stops.
TEST(HttpParserTest, MutatedResponsesGiveTheSameInAnySplit) {
  const std::vector<std::string> seeds = {
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nA: b\r\n c\r\n\r\nabc",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 404 Not\r\nConnection: keep-alive\r\n\r\nx",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0;x=y\r\nT: 1\r\n\r\n",
  };
  const std::string_view interesting("\r\n\0:;, \t0fHx\xff", 14);
  std::mt19937 random(7);
  Options options;
  options.limits = {.max_head_bytes = 90, .max_headers = 4, .max_body_bytes = 64};
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = seeds[random() % seeds.size()];
    for (uint32_t edits = 1 + random() % 4; edits > 0; --edits) {
      const size_t at = random() % bytes.size();
      const char c = interesting[random() % interesting.size()];
      switch (random() % 3) {
        case 0:
          bytes[at] = c;
          break;
        case 1:
          bytes.insert(at, 1 + random() % 8, c);
          break;
        default:
          bytes.erase(at, 1);
      }
    }
    options.finish = random() % 2 == 0;
    Parse(bytes, options);
  }
}

TEST(HttpParserTest, ReusesItsStorage) {
  HttpMessage message;
  HttpParser parser;
  for (const char* body : {"first", "other"}) {
    parser.Start(&message, {}, false, false);
    parser.Feed(std::string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n") + body);
    EXPECT_TRUE(parser.Done());
    EXPECT_EQ(message.body, body);
    EXPECT_EQ(message.headers.size(), 1u);
  }
}

}  // namespace
}  // namespace mockarty
