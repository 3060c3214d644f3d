// One character of UTF-8 at a time, from text that may be anything.
#ifndef COMMON_REPORT_UTF8_H_
#define COMMON_REPORT_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mockarty {

struct Utf8Character {
  char32_t code = 0;   // meaningless unless valid
  size_t bytes = 0;    // at least 1; 1 when not valid
  bool valid = false;  // shortest form, no surrogate, at most U+10FFFF
};

// The character at the beginning of `text`, which must not be empty.
Utf8Character NextUtf8(std::string_view text);

}  // namespace mockarty

#endif  // COMMON_REPORT_UTF8_H_
