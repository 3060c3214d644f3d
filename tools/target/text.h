// Text helpers of the handlers: percent-decoding, query strings, cookies, numbers.
//
// Errors: everything here reads hostile text; what cannot be read is an InvalidArgument status or left out as stated.
// Threads: pure functions.
#ifndef TOOLS_TARGET_TEXT_H_
#define TOOLS_TARGET_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/target/message.h"

namespace mockarty::target {

// Debian's Abseil is built with a string_view of its own, not std's.
inline absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

// Decodes %XX, and `+` as a space when `plus_is_space`. A broken escape is kept as it stands.
std::string PercentDecode(std::string_view text, bool plus_is_space);

// `a=1&b=2` in order; at most 1,000 pairs are read.
Fields ParseQuery(std::string_view query);

// The pairs of a Cookie header in order; what is no pair is left out.
Fields ParseCookies(std::string_view header);

// A whole decimal number from `min` to `max`; the error names `what`, the value and the range.
absl::StatusOr<int64_t> ParseNumber(std::string_view what, std::string_view text, int64_t min, int64_t max);

// Whether `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool IsUtf8(std::string_view text);

}  // namespace mockarty::target

#endif  // TOOLS_TARGET_TEXT_H_
