#include "common/base/ip_range.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace mockarty {
namespace {

constexpr size_t kMaxAddressText = 64;

bool ParseAddress(std::string_view text, IpRange::Bytes* bytes, bool* is_v6) {
  if (text.empty() || text.size() > kMaxAddressText) return false;
  const std::string copy(text);
  bytes->fill(0);
  *is_v6 = copy.find(':') != std::string::npos;
  return inet_pton(*is_v6 ? AF_INET6 : AF_INET, copy.c_str(), bytes->data()) == 1;
}

}  // namespace

std::optional<IpRange> IpRange::Parse(std::string_view text) {
  IpRange range;
  const size_t dash = text.find('-');
  const size_t slash = text.find('/');
  if (!ParseAddress(text.substr(0, std::min(dash, slash)), &range.first_, &range.is_v6_)) return std::nullopt;
  range.last_ = range.first_;
  if (dash != std::string_view::npos) {
    bool last_is_v6 = false;
    const bool ok = ParseAddress(text.substr(dash + 1), &range.last_, &last_is_v6) && last_is_v6 == range.is_v6_ &&
                    range.first_ <= range.last_;
    return ok ? std::optional(range) : std::nullopt;
  }
  if (slash == std::string_view::npos) return range;
  const std::string_view digits = text.substr(slash + 1);
  int bits = -1;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  const int width = range.is_v6_ ? 128 : 32;
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() || bits < 0 || bits > width) {
    return std::nullopt;
  }
  for (int bit = bits; bit < width; ++bit) {
    const auto mask = static_cast<uint8_t>(0x80 >> (bit % 8));
    range.first_[bit / 8] &= static_cast<uint8_t>(~mask);
    range.last_[bit / 8] |= mask;
  }
  return range;
}

uint64_t IpRange::Size() const {
  const int width = is_v6_ ? 16 : 4;
  uint64_t difference = 0;
  for (int i = 0; i < width; ++i) {
    if (difference >= (uint64_t{1} << 32)) break;
    difference = difference * 256 + last_[i] - first_[i];
  }
  return std::min(difference, (uint64_t{1} << 32) - 1) + 1;
}

IpRange::Bytes IpRange::At(uint64_t place) const {
  Bytes bytes = first_;
  for (int i = (is_v6_ ? 16 : 4) - 1; i >= 0 && place > 0; --i) {
    place += bytes[i];
    bytes[i] = static_cast<uint8_t>(place & 0xff);
    place >>= 8;
  }
  return bytes;
}

bool HostMatches(std::string_view pattern, std::string_view host) {
  if (pattern.substr(0, 2) != "*.") return pattern == host;
  const std::string_view suffix = pattern.substr(1);
  return host.size() > suffix.size() && host.substr(host.size() - suffix.size()) == suffix;
}

}  // namespace mockarty
