// Cookies of one virtual user, as RFC 6265 wants a user agent to keep and send them.
//
// Not here: a list of public suffixes. A Domain attribute of one label ("com") is refused unless it is the host itself;
// "co.uk" is not recognised, which matters to a browser and hardly to a test. SameSite is ignored.
// Bounded: 50 cookies a domain, 300 in all, 4096 bytes a cookie; the oldest goes. Not thread-safe.
#ifndef ENGINE_CLIENTS_HTTP_COOKIE_JAR_H_
#define ENGINE_CLIENTS_HTTP_COOKIE_JAR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/clients/http/url.h"

namespace mockarty {

struct Cookie {
  static constexpr int64_t kSession = INT64_MAX;

  std::string name;
  std::string value;
  std::string domain;  // lower case, no leading dot
  std::string path = "/";
  int64_t expires_s = kSession;  // seconds since 1970; in the past: to be removed
  bool host_only = true;
  bool secure = false;
  bool http_only = false;
};

// A Set-Cookie field as it stands, before any URL: RFC 6265, 5.2. Empty when it is none (no name, too large, control
// characters). `domain` and `path` are empty when not given; Max-Age wins over Expires.
std::optional<Cookie> ParseSetCookie(std::string_view field, int64_t now_s);

// RFC 6265, 5.1.1; empty when it is no date.
std::optional<int64_t> ParseCookieDate(std::string_view text);

class CookieJar {
 public:
  static constexpr size_t kMaxCookies = 300;
  static constexpr size_t kMaxPerDomain = 50;
  static constexpr size_t kMaxCookieBytes = 4096;

  bool Empty() const { return cookies_.empty(); }
  size_t Size() const { return cookies_.size(); }

  // A Set-Cookie field of a response of `url`. What breaks the rules is dropped, as browsers do.
  void StoreField(const Url& url, std::string_view field, int64_t now_s);
  // From a script: missing domain and path are taken from `url`. False when the cookie may not be set for that URL.
  bool Store(const Url& url, Cookie cookie, int64_t now_s);
  // Those to send to `url`: longest path first, then oldest first (5.4). Valid until the next change.
  std::vector<const Cookie*> Matching(const Url& url, int64_t now_s);
  // All that would be sent to `url`, or those of that name.
  void Remove(const Url& url, int64_t now_s);
  void Remove(const Url& url, std::string_view name, int64_t now_s);
  void Clear() { cookies_.clear(); }

 private:
  void MakeRoom(const std::string& domain);
  void Expire(int64_t now_s);

  std::vector<Cookie> cookies_;  // oldest first
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_COOKIE_JAR_H_
