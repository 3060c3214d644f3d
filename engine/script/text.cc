#include "engine/script/text.h"

#include <cstdint>
#include <cstring>

namespace mockarty {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";

// Length of the well-formed UTF-8 sequence at `at` (Unicode 15, table 3-7), or 0. `surrogates`: also takes ED A0..BF.
size_t SequenceLength(std::string_view text, size_t at, bool surrogates) {
  const auto byte = [&](size_t i) { return at + i < text.size() ? static_cast<uint8_t>(text[at + i]) : 0; };
  const auto continues = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const uint8_t lead = byte(0);
  if (lead < 0x80) {
    return 1;
  }
  if (lead >= 0xC2 && lead <= 0xDF) {
    return continues(1) ? 2 : 0;
  }
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!continues(1) || !continues(2) || (lead == 0xE0 && byte(1) < 0xA0)) {
      return 0;
    }
    return lead == 0xED && byte(1) >= 0xA0 && !surrogates ? 0 : 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!continues(1) || !continues(2) || !continues(3)) {
      return 0;
    }
    if ((lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F)) {
      return 0;
    }
    return 4;
  }
  return 0;
}

void AppendThree(uint32_t code, std::string& out) {
  out += static_cast<char>(0xE0 | (code >> 12));
  out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
  out += static_cast<char>(0x80 | (code & 0x3F));
}

uint32_t DecodeThree(std::string_view text, size_t at) {
  return (static_cast<uint32_t>(text[at] & 0x0F) << 12) | (static_cast<uint32_t>(text[at + 1] & 0x3F) << 6) |
         static_cast<uint32_t>(text[at + 2] & 0x3F);
}

}  // namespace

bool IsAscii(std::string_view text) {
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t chunk;
    memcpy(&chunk, text.data() + i, 8);
    if (chunk & 0x8080808080808080ull) {
      return false;
    }
  }
  for (; i < text.size(); ++i) {
    if (static_cast<uint8_t>(text[i]) & 0x80) {
      return false;
    }
  }
  return true;
}

std::string_view ToJsText(std::string_view utf8, std::string& scratch) {
  if (IsAscii(utf8)) {
    return utf8;
  }
  scratch.clear();
  scratch.reserve(utf8.size() + utf8.size() / 2);
  for (size_t i = 0; i < utf8.size();) {
    const size_t length = SequenceLength(utf8, i, false);
    if (length == 0) {
      scratch += kReplacement;
      ++i;
    } else if (length == 4) {
      const uint32_t full =
          (static_cast<uint32_t>(utf8[i] & 0x07) << 18) | (static_cast<uint32_t>(utf8[i + 1] & 0x3F) << 12) |
          (static_cast<uint32_t>(utf8[i + 2] & 0x3F) << 6) | static_cast<uint32_t>(utf8[i + 3] & 0x3F);
      const uint32_t offset = full - 0x10000;
      AppendThree(0xD800 + (offset >> 10), scratch);
      AppendThree(0xDC00 + (offset & 0x3FF), scratch);
      i += 4;
    } else {
      scratch.append(utf8.substr(i, length));
      i += length;
    }
  }
  return scratch;
}

std::string_view FromJsText(std::string_view js, std::string& scratch) {
  // Only surrogates differ, and they start with 0xED.
  if (memchr(js.data(), 0xED, js.size()) == nullptr && IsAscii(js)) {
    return js;
  }
  scratch.clear();
  scratch.reserve(js.size());
  for (size_t i = 0; i < js.size();) {
    const size_t length = SequenceLength(js, i, true);
    if (length == 0) {
      scratch += kReplacement;
      ++i;
      continue;
    }
    const uint32_t code = length == 3 ? DecodeThree(js, i) : 0;
    if (code < 0xD800 || code > 0xDFFF) {
      scratch.append(js.substr(i, length));
      i += length;
      continue;
    }
    const bool has_low = code < 0xDC00 && SequenceLength(js, i + 3, true) == 3;
    const uint32_t low = has_low ? DecodeThree(js, i + 3) : 0;
    if (low >= 0xDC00 && low <= 0xDFFF) {
      const uint32_t full = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      scratch += static_cast<char>(0xF0 | (full >> 18));
      scratch += static_cast<char>(0x80 | ((full >> 12) & 0x3F));
      scratch += static_cast<char>(0x80 | ((full >> 6) & 0x3F));
      scratch += static_cast<char>(0x80 | (full & 0x3F));
      i += 6;
    } else {
      scratch += kReplacement;
      i += 3;
    }
  }
  return scratch;
}

}  // namespace mockarty
