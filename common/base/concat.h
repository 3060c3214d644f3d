// absl::StrCat for std::string_view too: Debian's Abseil has a string_view of its own that does not mix with it.
#ifndef COMMON_BASE_CONCAT_H_
#define COMMON_BASE_CONCAT_H_

#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace mockarty {
namespace concat_internal {

template <typename T>
decltype(auto) ForAbsl(const T& piece) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    return absl::string_view(piece.data(), piece.size());
  } else {
    return (piece);
  }
}

}  // namespace concat_internal

inline std::string_view ToStd(absl::string_view text) { return {text.data(), text.size()}; }
inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }

// Strings and numbers, one after the other.
template <typename... Pieces>
std::string Concat(const Pieces&... pieces) {
  return absl::StrCat(concat_internal::ForAbsl(pieces)...);
}

inline std::string Joined(std::span<const std::string_view> parts, std::string_view separator) {
  std::string out;
  for (std::string_view part : parts) {
    if (!out.empty()) out += separator;
    out += part;
  }
  return out;
}

}  // namespace mockarty

#endif  // COMMON_BASE_CONCAT_H_
