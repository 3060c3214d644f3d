#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/clients/http/digest_auth.h"
#include "tests/http/http_client_fixture.h"
#include "tests/http/test_server.h"

namespace mockarty {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// The example of RFC 7616, 3.9.1.
constexpr char kNonce[] = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
constexpr char kClientNonce[] = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

std::string Challenge(const std::string& algorithm) {
  return "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=" + algorithm + ", nonce=\"" +
         kNonce + "\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
}

TEST(DigestAuthTest, AnswersTheExamplesOfTheStandard) {
  const auto md5 =
      AnswerDigestChallenge(Challenge("MD5"), "Mufasa:Circle of Life", "GET", "/dir/index.html", "", kClientNonce);
  ASSERT_TRUE(md5.has_value());
  EXPECT_THAT(*md5, AllOf(HasSubstr("response=\"8ca523f5e9506fed4657c9700eebdbec\""), HasSubstr("nc=00000001"),
                          HasSubstr("username=\"Mufasa\""), HasSubstr("qop=auth,"), HasSubstr("algorithm=MD5")));
  const auto sha =
      AnswerDigestChallenge(Challenge("SHA-256"), "Mufasa:Circle of Life", "GET", "/dir/index.html", "", kClientNonce);
  ASSERT_TRUE(sha.has_value());
  EXPECT_THAT(*sha, HasSubstr("753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"));
  // RFC 2069, without qop (its erratum 749 has this response).
  const auto old =
      AnswerDigestChallenge("Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"",
                            "Mufasa:CircleOfLife", "GET", "/dir/index.html", "", "x");
  ASSERT_TRUE(old.has_value());
  EXPECT_THAT(*old, AllOf(HasSubstr("1949323746fe6a43ef61f9606e7febea"), Not(HasSubstr("cnonce"))));
}

TEST(DigestAuthTest, RefusesWhatItCannotAnswer) {
  for (const char* challenge : {"", "Basic realm=\"x\"", "Digest", "Digest realm=\"x\"", "Digest nonce=\"unclosed",
                                "Digest nonce=\"n\", algorithm=SHA-512", "Digest nonce=\"n\", qop=\"other\"",
                                "Digest =,=,,\"", "Digest nonce"}) {
    EXPECT_FALSE(AnswerDigestChallenge(challenge, "u:p", "GET", "/", "").has_value()) << challenge;
  }
  EXPECT_FALSE(
      AnswerDigestChallenge("Digest nonce=\"" + std::string(100'000, 'n') + "\"", "u:p", "GET", "/", "").has_value());
}

class HttpAuthTest : public HttpClientFixture {};

TEST_F(HttpAuthTest, DigestAnswersTheChallengeOnce) {
  std::vector<std::string> seen;
  bool accept = true;
  TestServer server([&](TestConnection& connection) {
    for (std::string request; !(request = connection.ReadRequest()).empty();) {
      seen.push_back(request);
      const bool answered = request.find("Authorization: Digest ") != std::string::npos;
      connection.Write(answered && accept ? OkResponse("in")
                                          : "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nWWW-Authenticate: "
                                            "Basic realm=\"b\"\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", "
                                            "qop=\"auth\"\r\n\r\n");
    }
  });
  const std::string url = "http://us%3Aer:pass@" + server.Authority() + "/a?b";
  RunOnFiber([&] {
    HttpRequest request;
    request.method = "POST";
    request.url = url;
    request.body = "body";
    request.auth = HttpAuth::kDigest;
    EXPECT_EQ(Execute(request).status, 200);
    ASSERT_EQ(response_.hops.size(), 2u);
    EXPECT_EQ(response_.hops[0].status, 401);
    EXPECT_TRUE(response_.hops[0].challenge);
    EXPECT_EQ(response_.hops[0].error.code, 0);
    EXPECT_FALSE(response_.hops[1].challenge);
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_THAT(seen[0], AllOf(Not(HasSubstr("Authorization")), HasSubstr("\r\n\r\nbody")));
    EXPECT_THAT(seen[1], AllOf(HasSubstr("uri=\"/a?b\""), HasSubstr("\r\n\r\nbody")));
    accept = false;
    EXPECT_EQ(Execute(request).status, 401);
    EXPECT_EQ(response_.hops.size(), 2u);
    EXPECT_EQ(response_.error.code, 1401);
    EXPECT_EQ(seen.size(), 4u);
  });
}

}  // namespace
}  // namespace mockarty
