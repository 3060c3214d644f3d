// Absolute http and https URLs, parsed strictly (RFC 3986), and references resolved against them.
//
// The scheme and the host are lower-cased, the fragment is dropped, bytes that may not appear in a path or query
// (spaces, quotes, bytes above 127) are percent-encoded, the rest is sent as written. Refused with an error that shows
// the URL and says what is wrong: other schemes, missing or malformed hosts (no internationalised names: their ASCII
// form is wanted), control characters, bad ports, malformed escapes in the path.
// Errors are InvalidArgument: `invalid URL "foo": ...`. Pure; any thread.
#ifndef ENGINE_CLIENTS_HTTP_URL_H_
#define ENGINE_CLIENTS_HTTP_URL_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace mockarty {

// Compact: one string and offsets into it, since each virtual user keeps at least one.
class Url {
 public:
  static constexpr size_t kMaxBytes = 64 * 1024;

  Url() = default;
  static absl::StatusOr<Url> Parse(std::string_view text);
  // `reference`: absolute, or relative to this URL (RFC 3986, 5.2).
  absl::StatusOr<Url> Resolve(std::string_view reference) const;

  bool https() const { return https_; }
  // Without user name and password.
  const std::string& href() const { return href_; }
  // As Host: field: the port only when it is not the scheme's own.
  std::string_view authority() const { return Slice(host_begin_, path_begin_); }
  // Without the brackets of an IPv6 address.
  std::string_view host() const {
    return Slice(host_begin_ + (host_is_ipv6_ ? 1 : 0), host_end_ - (host_is_ipv6_ ? 1 : 0));
  }
  bool host_is_ipv6() const { return host_is_ipv6_; }
  uint16_t port() const { return port_; }
  std::string_view path() const { return Slice(path_begin_, path_end_); }
  // Path and query: the request target.
  std::string_view target() const { return std::string_view(href_).substr(path_begin_); }
  // "user:password" with escapes decoded; empty when the URL has none.
  const std::string& user_info() const { return user_info_; }
  bool SameOrigin(const Url& other) const {
    return https_ == other.https_ && port_ == other.port_ && host() == other.host();
  }

 private:
  std::string_view Slice(uint32_t begin, uint32_t end) const {
    return std::string_view(href_).substr(begin, end - begin);
  }
  // Each returns what is wrong, or an empty string.
  std::string ParseInto(std::string_view text);
  std::string ParseUserInfo(std::string_view text);
  std::string AppendHost(std::string_view host);
  std::string ParsePort(std::string_view text);
  std::string AppendTarget(std::string_view path, std::string_view query, bool has_query);

  std::string href_;
  std::string user_info_;
  uint32_t host_begin_ = 0;
  uint32_t host_end_ = 0;
  uint32_t path_begin_ = 0;
  uint32_t path_end_ = 0;
  uint16_t port_ = 0;
  bool https_ = false;
  bool host_is_ipv6_ = false;
};

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_HTTP_URL_H_
