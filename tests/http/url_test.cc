#include "engine/clients/http/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace mockarty {
namespace {

using ::testing::HasSubstr;

Url Ok(std::string_view text) {
  auto url = Url::Parse(text);
  EXPECT_TRUE(url.ok()) << url.status();
  return url.ok() ? *url : Url();
}

std::string Error(std::string_view text) {
  const auto url = Url::Parse(text);
  EXPECT_FALSE(url.ok()) << text;
  return std::string(url.status().message());
}

TEST(UrlTest, TakesAUrlApart) {
  const Url url = Ok("HTTPS://us%65r:p%40ss@Example.COM:8443/a/b?c=d&e#frag");
  EXPECT_TRUE(url.https());
  EXPECT_EQ(url.host(), "example.com");
  EXPECT_EQ(url.port(), 8443);
  EXPECT_EQ(url.authority(), "example.com:8443");
  EXPECT_EQ(url.path(), "/a/b");
  EXPECT_EQ(url.target(), "/a/b?c=d&e");
  EXPECT_EQ(url.user_info(), "user:p@ss");
  EXPECT_EQ(url.href(), "https://example.com:8443/a/b?c=d&e");
}

TEST(UrlTest, KnowsDefaults) {
  EXPECT_EQ(Ok("http://h").href(), "http://h/");
  EXPECT_EQ(Ok("http://h").port(), 80);
  EXPECT_EQ(Ok("https://h:443/").href(), "https://h/");
  EXPECT_EQ(Ok("http://h:/x").port(), 80);
  EXPECT_EQ(Ok("http://h:443/").authority(), "h:443");
  EXPECT_EQ(Ok("http://h?q").target(), "/?q");
  EXPECT_EQ(Ok("http://h/?").target(), "/?");
  EXPECT_EQ(Ok("http://h#x").target(), "/");
  EXPECT_EQ(Ok("http://user@h/").user_info(), "user:");
  EXPECT_EQ(Ok("http://h.:80/").host(), "h.");
}

TEST(UrlTest, ReadsAddresses) {
  const Url v6 = Ok("http://[::1]:5770/x");
  EXPECT_EQ(v6.host(), "::1");
  EXPECT_TRUE(v6.host_is_ipv6());
  EXPECT_EQ(v6.authority(), "[::1]:5770");
  EXPECT_EQ(Ok("http://[2001:DB8::1]").authority(), "[2001:db8::1]");
  EXPECT_EQ(Ok("http://127.0.0.1:1").host(), "127.0.0.1");
  EXPECT_THAT(Error("http://[::1/"), HasSubstr("no \"]\""));
  EXPECT_THAT(Error("http://[::g]/"), HasSubstr("malformed IPv6 address \"::g\""));
  EXPECT_THAT(Error("http://[fe80::1%25eth0]/"), HasSubstr("zones"));
  EXPECT_THAT(Error("http://[::1]x/"), HasSubstr("after the IPv6 address"));
  EXPECT_THAT(Error("http://1.2.3/"), HasSubstr("malformed IPv4 address"));
  EXPECT_THAT(Error("http://1.2.3.256/"), HasSubstr("malformed IPv4 address"));
}

TEST(UrlTest, EncodesWhatMustBe) {
  EXPECT_EQ(Ok("http://h/a b\"<>\\^`{|}").target(), "/a%20b%22%3C%3E%5C%5E%60%7B%7C%7D");
  EXPECT_EQ(Ok("http://h/gr\xc3\xbc\xc3\x9f?q=\xc3\xbc x").target(), "/gr%C3%BC%C3%9F?q=%C3%BC%20x");
  EXPECT_EQ(Ok("http://h/a%20b%C3?x=100%").target(), "/a%20b%C3?x=100%");
  EXPECT_EQ(Ok("http://h/a/../b/./c;d,e'f(g)*[h]").target(), "/a/../b/./c;d,e'f(g)*[h]");
}

TEST(UrlTest, SaysWhatIsWrongWithWhichUrl) {
  EXPECT_EQ(Error("foo"), "invalid URL \"foo\": no scheme; expected http:// or https://");
  EXPECT_THAT(Error(""), HasSubstr("empty"));
  EXPECT_THAT(Error("localhost:5770/x"), HasSubstr("no scheme"));
  EXPECT_THAT(Error("/path"), HasSubstr("no scheme"));
  EXPECT_THAT(Error("ftp://h/"), HasSubstr("unsupported scheme \"ftp\""));
  EXPECT_THAT(Error("http:/h"), HasSubstr("expected \"://\""));
  EXPECT_THAT(Error("http://"), HasSubstr("no host"));
  EXPECT_THAT(Error("http://:80/"), HasSubstr("no host"));
  EXPECT_THAT(Error("http://u@/"), HasSubstr("no host"));
  EXPECT_THAT(Error(" http://h/"), HasSubstr("space"));
  EXPECT_THAT(Error("http://h/a\r\nX: y"), HasSubstr("control character"));
  EXPECT_THAT(Error("http://h o/"), HasSubstr("unexpected character \" \" in host name"));
  EXPECT_THAT(Error("http://b\xc3\xbc.de/"), HasSubstr("xn--"));
  EXPECT_THAT(Error("http://a..b/"), HasSubstr("malformed host name"));
  EXPECT_THAT(Error("http://" + std::string(64, 'a') + "/"), HasSubstr("malformed host name"));
  EXPECT_THAT(Error("http://" + std::string(254, 'a') + "/"), HasSubstr("longer than 253"));
  EXPECT_THAT(Error("http://h%41/"), HasSubstr("unexpected character"));
  for (const char* port : {"0", "65536", "99999999999", "x", "-1", "8 "}) {
    EXPECT_THAT(Error(std::string("http://h:") + port + "/"), HasSubstr("bad port")) << port;
  }
  EXPECT_THAT(Error("http://a@b@h/"), HasSubstr("more than one \"@\""));
  EXPECT_THAT(Error("http://a%zz@h/"), HasSubstr("malformed %-escape in user name"));
  EXPECT_THAT(Error("http://h/a%2"), HasSubstr("malformed %-escape \"%2\" in the path"));
  EXPECT_THAT(Error("http://h/a%zz"), HasSubstr("malformed %-escape \"%zz\""));
  EXPECT_THAT(Error("http://h/" + std::string(70000, 'a')), HasSubstr("longer than 65536 bytes"));
}

// The examples of RFC 3986, 5.4, with http for their abstract scheme and a host for "a".
TEST(UrlTest, ResolvesReferences) {
  const Url base = Ok("http://a/b/c/d;p?q");
  const std::pair<const char*, const char*> cases[] = {
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g/"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q"},
      {"g#s", "http://a/b/c/g"},
      {";x", "http://a/b/c/;x"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../", "http://a/"},
      {"../../g", "http://a/g"},
      {"../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {"..g", "http://a/b/c/..g"},
      {"./../g", "http://a/b/g"},
      {"./g/.", "http://a/b/c/g/"},
      {"g/./h", "http://a/b/c/g/h"},
      {"g/../h", "http://a/b/c/h"},
      {"g;x=1/../y", "http://a/b/c/y"},
      {"g?y/../x", "http://a/b/c/g?y/../x"},
      {"https://x/y", "https://x/y"},
      {"gr\xc3\xbc", "http://a/b/c/gr%C3%BC"},
  };
  for (const auto& [reference, expected] : cases) {
    const auto url = base.Resolve(reference);
    ASSERT_TRUE(url.ok()) << reference << ": " << url.status();
    EXPECT_EQ(url->href(), expected) << reference;
  }
  EXPECT_EQ(Ok("https://u:p@h/x").Resolve("/y")->user_info(), "");
  EXPECT_THAT(std::string(base.Resolve("mailto:x@y").status().message()), HasSubstr("invalid URL \"mailto:x@y\""));
  EXPECT_THAT(std::string(base.Resolve("http://").status().message()), HasSubstr("no host"));
}

}  // namespace
}  // namespace mockarty
