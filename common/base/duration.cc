#include "common/base/duration.h"

#include <array>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "common/base/concat.h"
#include "common/base/quote.h"

namespace mockarty {
namespace {

constexpr uint64_t kMicro = 1000;
constexpr uint64_t kMilli = 1000 * kMicro;
constexpr uint64_t kSecond = 1000 * kMilli;
constexpr uint64_t kMinute = 60 * kSecond;
constexpr uint64_t kHour = 60 * kMinute;
constexpr uint64_t kDay = 24 * kHour;
constexpr uint64_t kMaxNanos = INT64_MAX;

struct Unit {
  std::string_view name;
  uint64_t nanos;
};

// Both signs of "micro": U+00B5 and U+03BC. Longer names first, where one begins another.
constexpr std::array<Unit, 9> kUnits = {{{"ns", 1},
                                         {"us", kMicro},
                                         {"\xC2\xB5s", kMicro},
                                         {"\xCE\xBCs", kMicro},
                                         {"ms", kMilli},
                                         {"s", kSecond},
                                         {"m", kMinute},
                                         {"h", kHour},
                                         {"d", kDay}}};

absl::Status Malformed(std::string_view text, std::string_view why) {
  return absl::InvalidArgumentError(Concat("expected ", kDurationForm, ", got ", Quoted(text), why));
}

// Takes digits off the front; nullopt when the number does not fit.
std::optional<uint64_t> TakeInteger(std::string_view& rest) {
  uint64_t value = 0;
  while (!rest.empty() && absl::ascii_isdigit(rest[0])) {
    uint64_t digit = static_cast<uint64_t>(rest[0] - '0');
    if (value > (kMaxNanos - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
    rest.remove_prefix(1);
  }
  return value;
}

// Takes the digits behind a point: their value and the power of ten it is divided by. Digits that cannot change a
// whole nanosecond are passed over.
std::pair<uint64_t, uint64_t> TakeFraction(std::string_view& rest) {
  uint64_t value = 0;
  uint64_t scale = 1;
  while (!rest.empty() && absl::ascii_isdigit(rest[0])) {
    if (scale < 1'000'000'000'000'000) {
      value = value * 10 + static_cast<uint64_t>(rest[0] - '0');
      scale *= 10;
    }
    rest.remove_prefix(1);
  }
  return {value, scale};
}

const Unit* TakeUnit(std::string_view& rest) {
  for (const Unit& unit : kUnits) {
    if (rest.starts_with(unit.name)) {
      rest.remove_prefix(unit.name.size());
      return &unit;
    }
  }
  return nullptr;
}

void AppendFraction(std::string& out, uint64_t value, uint64_t unit) {
  out += std::to_string(value / unit);
  uint64_t rest = value % unit;
  if (rest == 0) return;
  out += '.';
  while (rest != 0) {
    rest *= 10;
    out += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
}

}  // namespace

absl::StatusOr<int64_t> ParseDuration(std::string_view text) {
  if (text == "0") return 0;
  if (text.empty()) return Malformed(text, "");
  if (text[0] == '-') return Malformed(text, ": a length of time cannot be negative");
  std::string_view rest = text;
  uint64_t total = 0;
  while (!rest.empty()) {
    bool digits_before = absl::ascii_isdigit(rest[0]);
    std::optional<uint64_t> whole = TakeInteger(rest);
    if (!whole.has_value()) return Malformed(text, ": too long");
    std::pair<uint64_t, uint64_t> fraction = {0, 1};
    bool digits_behind = false;
    if (!rest.empty() && rest[0] == '.') {
      rest.remove_prefix(1);
      digits_behind = !rest.empty() && absl::ascii_isdigit(rest[0]);
      fraction = TakeFraction(rest);
    }
    if (!digits_before && !digits_behind) return Malformed(text, "");
    const Unit* unit = TakeUnit(rest);
    if (unit == nullptr) return Malformed(text, rest.empty() ? ": the unit is missing" : ": unknown unit");
    unsigned __int128 part = static_cast<unsigned __int128>(*whole) * unit->nanos +
                             static_cast<unsigned __int128>(fraction.first) * unit->nanos / fraction.second;
    if (part > kMaxNanos - total) return Malformed(text, ": too long");
    total += static_cast<uint64_t>(part);
  }
  return static_cast<int64_t>(total);
}

std::string FormatDuration(int64_t nanos) {
  if (nanos == 0) return "0s";
  std::string out;
  uint64_t value = static_cast<uint64_t>(nanos);
  if (nanos < 0) {
    out += '-';
    value = 0 - value;
  }
  if (value < kSecond) {
    uint64_t unit = value < kMicro ? 1 : value < kMilli ? kMicro : kMilli;
    AppendFraction(out, value, unit);
    out += unit == 1 ? "ns" : unit == kMicro ? "us" : "ms";
    return out;
  }
  uint64_t hours = value / kHour;
  uint64_t minutes = value % kHour / kMinute;
  if (hours != 0) out += Concat(hours, "h");
  if (hours != 0 || minutes != 0) out += Concat(minutes, "m");
  AppendFraction(out, value % kMinute, kSecond);
  out += 's';
  return out;
}

}  // namespace mockarty
