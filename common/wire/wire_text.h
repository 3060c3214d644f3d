// Small things that all codecs share: text that a message may hold, and errors about a field.
#ifndef COMMON_WIRE_WIRE_TEXT_H_
#define COMMON_WIRE_WIRE_TEXT_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "common/base/concat.h"

namespace mockarty {

// Sets `out` to `text` with whatever is no UTF-8 replaced by U+FFFD: a message with other text in a string field can be
// written but not read.
void SetUtf8(std::string_view text, std::string* out);
bool IsUtf8(std::string_view text);
// The first `max_bytes` of it at most, without the character that the cut would break; as SetUtf8().
std::string Utf8Head(std::string_view text, size_t max_bytes);

// "plan.http.timeout_ns: expected 1 to 5, got 7".
template <typename Value, typename Expected>
absl::Status WrongField(std::string_view field, const Value& value, const Expected& expected) {
  return absl::InvalidArgumentError(Concat(field, ": expected ", expected, ", got ", value));
}

// The status with `where` and a colon before its message.
absl::Status InField(std::string_view where, const absl::Status& status);

}  // namespace mockarty

#endif  // COMMON_WIRE_WIRE_TEXT_H_
