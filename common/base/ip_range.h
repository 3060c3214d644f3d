// Ranges of IP addresses as people write them: "10.0.0.1", "10.0.0.0/8", "10.0.0.1-10.0.0.9", "fd00::/8". A value.
#ifndef COMMON_BASE_IP_RANGE_H_
#define COMMON_BASE_IP_RANGE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mockarty {

class IpRange {
 public:
  // IPv4 in the first four bytes, the rest 0.
  using Bytes = std::array<uint8_t, 16>;

  // Empty when it is none of the forms, or its end lies before its begin.
  static std::optional<IpRange> Parse(std::string_view text);

  bool is_v6() const { return is_v6_; }
  bool Contains(const Bytes& address, bool is_v6) const {
    return is_v6 == is_v6_ && first_ <= address && address <= last_;
  }
  // How many addresses, at most 2^32.
  uint64_t Size() const;
  // The one at `place` < Size().
  Bytes At(uint64_t place) const;

 private:
  bool is_v6_ = false;
  Bytes first_{};
  Bytes last_{};
};

// Whether `host` (lower case) is what `pattern` names: the same, or "*.example.com", which is every name below it.
bool HostMatches(std::string_view pattern, std::string_view host);

}  // namespace mockarty

#endif  // COMMON_BASE_IP_RANGE_H_
