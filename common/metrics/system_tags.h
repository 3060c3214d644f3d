// The tags that the engine itself puts on samples, and which of them a run has.
//
// Names and defaults are those of k6 (its documentation, "System tags"). A set is a plain number that travels with the
// plan. Two differ: `url` holds the name of the route (engine/collect keeps the number of series independent of the
// number of URLs), so that by default it is the same as `name` and not stored beside it; a script that lists `url`
// gets it stored beside a `name` of its own. `vu`, `iter` and `ocsp_status` are known names without effect: samples
// are aggregated, and a series for each iteration would be a series for each sample.
#ifndef COMMON_METRICS_SYSTEM_TAGS_H_
#define COMMON_METRICS_SYSTEM_TAGS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mockarty {

enum class SystemTag : uint8_t {
  kProto,
  kSubproto,  // of WebSockets
  kStatus,
  kMethod,
  kUrl,
  kName,
  kGroup,
  kCheck,
  kError,
  kErrorCode,
  kTlsVersion,
  kScenario,
  kService,  // of gRPC
  kExpectedResponse,
  kIp,
  kVu,
  kIter,
  kOcspStatus,
};

// In the order of SystemTag.
inline constexpr std::array<std::string_view, 18> kSystemTagNames = {
    "proto", "subproto", "status",     "method",      "url",      "name",    "group",
    "check", "error",    "error_code", "tls_version", "scenario", "service", "expected_response",
    "ip",    "vu",       "iter",       "ocsp_status",
};

std::optional<SystemTag> FindSystemTag(std::string_view name);
// Whether samples can have it at all.
constexpr bool IsAggregated(SystemTag tag) { return tag < SystemTag::kVu; }

class SystemTags {
 public:
  // All up to expected_response, `url` only as the name of the route: k6's defaults.
  constexpr SystemTags() = default;
  static constexpr SystemTags None() { return SystemTags(0); }
  static constexpr SystemTags FromBits(uint32_t bits) { return SystemTags(bits & kAllBits); }

  constexpr bool Has(SystemTag tag) const { return (bits_ & Bit(tag)) != 0; }
  constexpr void Add(SystemTag tag) { bits_ |= Bit(tag); }
  constexpr uint32_t bits() const { return bits_; }

  friend constexpr bool operator==(SystemTags, SystemTags) = default;

 private:
  static constexpr uint32_t Bit(SystemTag tag) { return uint32_t{1} << static_cast<uint32_t>(tag); }
  static constexpr uint32_t kAllBits = (uint32_t{1} << kSystemTagNames.size()) - 1;
  explicit constexpr SystemTags(uint32_t bits) : bits_(bits) {}

  uint32_t bits_ = (Bit(SystemTag::kIp) - 1) & ~Bit(SystemTag::kUrl);
};

}  // namespace mockarty

#endif  // COMMON_METRICS_SYSTEM_TAGS_H_
