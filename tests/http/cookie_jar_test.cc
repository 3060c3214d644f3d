#include "engine/clients/http/cookie_jar.h"

#include <gtest/gtest.h>

#include <string>

namespace mockarty {
namespace {

constexpr int64_t kNow = 1'700'000'000;

Url At(std::string_view text) { return Url::Parse(text).value(); }

// "a=1; b=2", as sent to `url`.
std::string Sent(CookieJar& jar, std::string_view url, int64_t now = kNow) {
  std::string out;
  for (const Cookie* cookie : jar.Matching(At(url), now)) {
    out += (out.empty() ? "" : "; ") + cookie->name + "=" + cookie->value;
  }
  return out;
}

std::string SentAfter(std::string_view set_by, std::string_view field, std::string_view url) {
  CookieJar jar;
  jar.StoreField(At(set_by), field, kNow);
  return Sent(jar, url);
}

TEST(CookieJarTest, MatchesDomains) {
  EXPECT_EQ(SentAfter("http://a.com/", "c=1", "http://a.com/x"), "c=1");
  EXPECT_EQ(SentAfter("http://a.com/", "c=1", "http://b.a.com/"), "");
  EXPECT_EQ(SentAfter("http://a.com/", "c=1; Domain=.A.com", "http://b.a.com/"), "c=1");
  EXPECT_EQ(SentAfter("http://b.a.com/", "c=1; Domain=a.com", "http://a.com/"), "c=1");
  EXPECT_EQ(SentAfter("http://a.com/", "c=1; Domain=a.com", "http://xa.com/"), "");
  EXPECT_EQ(SentAfter("http://a.com/", "c=1; Domain=b.com", "http://b.com/"), "");
  EXPECT_EQ(SentAfter("http://a.com/", "c=1; Domain=com", "http://a.com/"), "");
  EXPECT_EQ(SentAfter("http://localhost/", "c=1; Domain=localhost", "http://localhost/"), "c=1");
  EXPECT_EQ(SentAfter("http://127.0.0.1/", "c=1; Domain=127.0.0.1", "http://127.0.0.1/"), "c=1");
  EXPECT_EQ(SentAfter("http://127.0.0.1/", "c=1; Domain=0.0.1", "http://127.0.0.1/"), "");
  EXPECT_EQ(SentAfter("http://a.com:1/", "c=1", "http://a.com:2/"), "c=1");
}

TEST(CookieJarTest, MatchesPaths) {
  EXPECT_EQ(SentAfter("http://a/x/y", "c=1", "http://a/x/z"), "c=1");
  EXPECT_EQ(SentAfter("http://a/x/y", "c=1", "http://a/"), "");
  EXPECT_EQ(SentAfter("http://a/x", "c=1", "http://a/"), "c=1");
  EXPECT_EQ(SentAfter("http://a/", "c=1; Path=/foo", "http://a/foo"), "c=1");
  EXPECT_EQ(SentAfter("http://a/", "c=1; Path=/foo", "http://a/foo/bar"), "c=1");
  EXPECT_EQ(SentAfter("http://a/", "c=1; Path=/foo", "http://a/foobar"), "");
  EXPECT_EQ(SentAfter("http://a/", "c=1; Path=/foo/", "http://a/foo/bar"), "c=1");
  EXPECT_EQ(SentAfter("http://a/x/y", "c=1; Path=foo", "http://a/x/"), "c=1");
}

TEST(CookieJarTest, MindsSecureAndPrefixes) {
  EXPECT_EQ(SentAfter("https://a/", "c=1; Secure", "https://a/"), "c=1");
  EXPECT_EQ(SentAfter("https://a/", "c=1; secure", "http://a/"), "");
  EXPECT_EQ(SentAfter("http://a/", "c=1; Secure", "https://a/"), "");
  EXPECT_EQ(SentAfter("https://a/", "__Secure-c=1", "https://a/"), "");
  EXPECT_EQ(SentAfter("https://a/", "__Host-c=1; Secure; Path=/", "https://a/"), "__Host-c=1");
  EXPECT_EQ(SentAfter("https://a/", "__Host-c=1; Secure; Path=/x", "https://a/x"), "");
}

TEST(CookieJarTest, Expires) {
  CookieJar jar;
  const Url url = At("http://a/");
  jar.StoreField(url, "s=1", kNow);
  jar.StoreField(url, "m=1; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT", kNow);
  jar.StoreField(url, "e=1; Expires=Tue, 14 Nov 2023 22:13:25 GMT", kNow);  // kNow + 5
  EXPECT_EQ(Sent(jar, "http://a/"), "s=1; m=1; e=1");
  EXPECT_EQ(Sent(jar, "http://a/", kNow + 4), "s=1; m=1; e=1");
  EXPECT_EQ(Sent(jar, "http://a/", kNow + 5), "s=1; m=1");
  EXPECT_EQ(Sent(jar, "http://a/", kNow + 10), "s=1");
  EXPECT_EQ(jar.Size(), 1u);
  jar.StoreField(url, "s=; Max-Age=0", kNow);
  EXPECT_TRUE(jar.Empty());
  jar.StoreField(url, "n=1; Max-Age=-5", kNow);
  EXPECT_TRUE(jar.Empty());
}

TEST(CookieJarTest, ReplacesByNameDomainAndPath) {
  CookieJar jar;
  jar.StoreField(At("http://a/"), "c=1", kNow);
  jar.StoreField(At("http://a/"), "c=2", kNow);
  jar.StoreField(At("http://a/"), "c=3; Path=/long", kNow);
  EXPECT_EQ(Sent(jar, "http://a/long"), "c=3; c=2");
  EXPECT_EQ(jar.Size(), 2u);
}

TEST(CookieJarTest, IsBounded) {
  CookieJar jar;
  for (int i = 0; i < 60; ++i) jar.StoreField(At("http://a/"), "c" + std::to_string(i) + "=1", kNow);
  EXPECT_EQ(jar.Size(), CookieJar::kMaxPerDomain);
  EXPECT_EQ(jar.Matching(At("http://a/"), kNow).front()->name, "c10");
  for (int i = 0; i < 400; ++i) jar.StoreField(At("http://h" + std::to_string(i) + "/"), "c=1", kNow);
  EXPECT_EQ(jar.Size(), CookieJar::kMaxCookies);
  EXPECT_EQ(SentAfter("http://a/", "c=" + std::string(5000, 'x'), "http://a/"), "");
}

TEST(CookieJarTest, RefusesWhatCannotBeSent) {
  EXPECT_EQ(SentAfter("http://a/", "novalue", "http://a/"), "");
  EXPECT_EQ(SentAfter("http://a/", "=x", "http://a/"), "");
  EXPECT_EQ(SentAfter("http://a/", "a=b\r\nX: y", "http://a/"), "");
  EXPECT_EQ(SentAfter("http://a/", "a=", "http://a/"), "a=");
  EXPECT_EQ(SentAfter("http://a/", " a = b=c ; HttpOnly", "http://a/"), "a=b=c");
  CookieJar jar;
  const auto store = [&](std::string name, std::string value) {
    Cookie cookie;
    cookie.name = std::move(name);
    cookie.value = std::move(value);
    return jar.Store(At("http://a/"), cookie, kNow);
  };
  EXPECT_FALSE(store("a", "b\r\nX: y"));
  EXPECT_FALSE(store("a\r\n", "b"));
  EXPECT_FALSE(store("a", "b; c=d"));
  EXPECT_FALSE(store("a=b", "c"));
  EXPECT_FALSE(store("", "c"));
  EXPECT_TRUE(store("a", "b c"));
  EXPECT_EQ(Sent(jar, "http://a/"), "a=b c");
}

TEST(CookieJarTest, Removes) {
  CookieJar jar;
  for (const char* field : {"a=1", "b=1", "c=1; Path=/x"}) jar.StoreField(At("http://a/"), field, kNow);
  jar.StoreField(At("http://other/"), "a=1", kNow);
  jar.Remove(At("http://a/"), "a", kNow);
  EXPECT_EQ(Sent(jar, "http://a/x"), "c=1; b=1");
  jar.Remove(At("http://a/"), kNow);
  EXPECT_EQ(Sent(jar, "http://a/x"), "c=1");
  EXPECT_EQ(Sent(jar, "http://other/"), "a=1");
  jar.Clear();
  EXPECT_TRUE(jar.Empty());
}

TEST(CookieDateTest, ReadsTheUsualForms) {
  EXPECT_EQ(ParseCookieDate("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
  EXPECT_EQ(ParseCookieDate("Sunday, 06-Nov-94 08:49:37 GMT"), 784111777);
  EXPECT_EQ(ParseCookieDate("Sun Nov  6 08:49:37 1994"), 784111777);
  EXPECT_EQ(ParseCookieDate("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
  EXPECT_EQ(ParseCookieDate("29 Feb 2024 00:00:00"), 1709164800);
  for (const char* bad : {"", "yesterday", "32 Jan 2024 00:00:00", "1 Jan 1500 00:00:00", "1 Jan 2024 24:00:00",
                          "1 Jan 2024", "1 Foo 2024 00:00:00", "00 Jan 2024 00:00:00"}) {
    EXPECT_FALSE(ParseCookieDate(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace mockarty
