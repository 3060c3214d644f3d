#include "common/report/utf8.h"

namespace mockarty {

Utf8Character NextUtf8(std::string_view text) {
  const auto byte = [&text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    return {lead, 1, true};
  }
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) {
    return {0, 1, false};
  }
  char32_t code = lead & (0xFF >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) {
      return {0, 1, false};
    }
    code = code << 6 | (byte(i) & 0x3F);
  }
  const bool shortest = length == 2 || (length == 3 && code >= 0x800) || (length == 4 && code >= 0x10000);
  if (!shortest || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
    return {0, 1, false};
  }
  return {code, length, true};
}

}  // namespace mockarty
