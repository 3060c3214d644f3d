#include "engine/modules/base64.h"

#include <cstdint>

namespace mockarty {
namespace {

constexpr std::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int ValueOf(char c, bool url) {
  if (c >= 'A' && c <= 'Z') {
    return c - 'A';
  }
  if (c >= 'a' && c <= 'z') {
    return c - 'a' + 26;
  }
  if (c >= '0' && c <= '9') {
    return c - '0' + 52;
  }
  if (c == (url ? '-' : '+')) {
    return 62;
  }
  return c == (url ? '_' : '/') ? 63 : -1;
}

// Skips line breaks.
size_t NextCharacter(std::string_view text, size_t at) {
  while (at < text.size() && (text[at] == '\r' || text[at] == '\n')) {
    ++at;
  }
  return at;
}

}  // namespace

bool FindBase64Variant(std::string_view name, Base64Variant* variant) {
  const bool raw = name.substr(0, 3) == "raw";
  const std::string_view alphabet = raw ? name.substr(3) : name;
  *variant = {alphabet == "url", !raw};
  return alphabet == "std" || alphabet == "url";
}

size_t Base64EncodedSize(size_t bytes, Base64Variant variant) {
  const size_t rest = bytes % 3;
  return bytes / 3 * 4 + (rest == 0 ? 0 : variant.pad ? 4 : rest + 1);
}

void Base64Encode(std::string_view bytes, Base64Variant variant, char* out) {
  const std::string_view alphabet = variant.url ? kUrlSafe : kStandard;
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(bytes[i])); };
  size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    *out++ = alphabet[group >> 18];
    *out++ = alphabet[group >> 12 & 63];
    *out++ = alphabet[group >> 6 & 63];
    *out++ = alphabet[group & 63];
  }
  const size_t rest = bytes.size() - i;
  if (rest == 0) {
    return;
  }
  const uint32_t group = byte(i) << 16 | (rest == 2 ? byte(i + 1) << 8 : 0);
  *out++ = alphabet[group >> 18];
  *out++ = alphabet[group >> 12 & 63];
  if (rest == 2) {
    *out++ = alphabet[group >> 6 & 63];
  }
  for (size_t written = rest + 1; variant.pad && written < 4; ++written) {
    *out++ = '=';
  }
}

bool Base64Decode(std::string_view text, Base64Variant variant, char* out, size_t* size) {
  const char* const begin = out;
  uint32_t group = 0;
  int digits = 0;
  size_t at = NextCharacter(text, 0);
  for (; at < text.size() && text[at] != '='; at = NextCharacter(text, at + 1)) {
    const int value = ValueOf(text[at], variant.url);
    if (value < 0) {
      *size = at;
      return false;
    }
    group = group << 6 | static_cast<uint32_t>(value);
    if (++digits == 4) {
      *out++ = static_cast<char>(group >> 16);
      *out++ = static_cast<char>(group >> 8);
      *out++ = static_cast<char>(group);
      group = 0;
      digits = 0;
    }
  }
  if (digits == 1) {
    *size = at;
    return false;
  }
  for (int missing = digits == 0 || !variant.pad ? 0 : 4 - digits; missing > 0; --missing) {
    if (at >= text.size() || text[at] != '=') {
      *size = at;
      return false;
    }
    at = NextCharacter(text, at + 1);
  }
  if (at < text.size()) {
    *size = at;
    return false;
  }
  if (digits >= 2) {
    *out++ = static_cast<char>(group >> (digits == 2 ? 4 : 10));
  }
  if (digits == 3) {
    *out++ = static_cast<char>(group >> 2);
  }
  *size = static_cast<size_t>(out - begin);
  return true;
}

}  // namespace mockarty
