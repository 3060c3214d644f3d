#include "common/report/text_format.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "common/report/utf8.h"

namespace mockarty {
namespace {

constexpr std::string_view kCutMark = "\u2026";

// Three digits that matter: "1.23", "12.3", "123".
std::string ThreeDigits(double value) {
  const double size = std::abs(value);
  char text[32];
  std::snprintf(text, sizeof(text), "%.*f", size < 9.995 ? 2 : size < 99.95 ? 1 : 0, value);
  return text;
}

struct Range {
  char32_t first;
  char32_t last;
};

template <size_t N>
bool In(const Range (&ranges)[N], char32_t code) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [code](const Range& range) { return code >= range.first && code <= range.last; });
}

// Controls, and what is invisible or turns the direction of writing (Unicode categories Cc, Cf, Zl, Zp).
bool IsUnsafe(char32_t code) {
  static constexpr Range kUnsafe[] = {{0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},      {0x61C, 0x61C},
                                      {0x180E, 0x180E}, {0x200B, 0x200F}, {0x2028, 0x202E},  {0x2060, 0x206F},
                                      {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};
  return In(kUnsafe, code);
}

// After Unicode's East Asian Width (W and F), in coarse blocks, and the combining marks of common scripts.
size_t Width(char32_t code) {
  static constexpr Range kNone[] = {
      {0x300, 0x36F}, {0x1AB0, 0x1AFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};
  static constexpr Range kWide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},  {0x3041, 0xA4CF}, {0xAC00, 0xD7A3},
                                    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},  {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6},
                                    {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};
  return In(kNone, code) ? 0 : In(kWide, code) ? 2 : 1;
}

}  // namespace

std::string FormatMillis(double ms) {
  const double size = std::abs(ms);
  if (size == 0) {
    return "0";
  }
  if (size < 0.001) {
    return ThreeDigits(ms * 1e6) + "ns";
  }
  if (size < 1) {
    return ThreeDigits(ms * 1e3) + "\u00b5s";
  }
  if (size < 1'000) {
    return ThreeDigits(ms) + "ms";
  }
  if (size < 60'000) {
    return ThreeDigits(ms / 1e3) + "s";
  }
  if (size >= 1e13) {
    return FormatNumber(ms / 1e3) + "s";
  }
  const auto seconds = static_cast<int64_t>(std::llround(size / 1e3));
  char text[48];
  if (seconds < 3'600) {
    std::snprintf(text, sizeof(text), "%s%dm%02ds", ms < 0 ? "-" : "", static_cast<int>(seconds / 60),
                  static_cast<int>(seconds % 60));
  } else {
    std::snprintf(text, sizeof(text), "%s%lldh%02dm", ms < 0 ? "-" : "", static_cast<long long>(seconds / 3'600),
                  static_cast<int>(seconds / 60 % 60));
  }
  return text;
}

std::string FormatMillisIn(double ms, std::string_view unit) {
  const double scale = unit == "s" ? 1e-3 : unit == "us" ? 1e3 : 1;
  if (unit.empty() || std::abs(ms * scale) >= 1e15) {
    return FormatMillis(ms);
  }
  char text[64];
  std::snprintf(text, sizeof(text), "%.2f%s", ms * scale, unit == "s" ? "s" : unit == "us" ? "\u00b5s" : "ms");
  return text;
}

std::string FormatBytes(double bytes) {
  static constexpr const char* kUnits[] = {" B", " kB", " MB", " GB", " TB", " PB"};
  size_t unit = 0;
  while (std::abs(bytes) >= 999.5 && unit + 1 < std::size(kUnits)) {
    bytes /= 1'000;
    ++unit;
  }
  return (unit == 0 ? FormatNumber(bytes) : ThreeDigits(bytes)) + kUnits[unit];
}

std::string FormatNumber(double value) {
  char text[64];
  if (std::abs(value) >= 1e15 || (value != 0 && std::abs(value) < 0.005)) {
    std::snprintf(text, sizeof(text), "%.3g", value);
    return text;
  }
  std::string fixed(text, static_cast<size_t>(std::snprintf(text, sizeof(text), "%.2f", value)));
  fixed.erase(fixed.find_last_not_of('0') + 1);
  if (fixed.back() == '.') {
    fixed.pop_back();
  }
  return fixed;
}

std::string FormatValue(double value, ValueUnit unit) {
  switch (unit) {
    case ValueUnit::kTime:
      return FormatMillis(value);
    case ValueUnit::kData:
      return FormatBytes(value);
    case ValueUnit::kPlain:
      return FormatNumber(value);
  }
  return FormatNumber(value);
}

std::string FormatPercent(double rate) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.2f%%", rate * 100);
  return text;
}

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const Utf8Character c = NextUtf8(text);
    width += c.valid ? Width(c.code) : 1;
    text.remove_prefix(c.bytes);
  }
  return width;
}

std::string SafeLine(std::string_view text, size_t columns) {
  std::string line;
  size_t width = 0;
  size_t fits_with_mark = 0;  // bytes of `line` after which the mark still fits
  while (!text.empty()) {
    const Utf8Character c = NextUtf8(text);
    std::string piece(text.substr(0, c.bytes));
    size_t piece_width = 1;
    if (!c.valid || IsUnsafe(c.code)) {
      char escaped[16];
      const unsigned code = c.valid ? static_cast<unsigned>(c.code) : static_cast<unsigned char>(text[0]);
      std::snprintf(escaped, sizeof(escaped), code <= 0xFF ? "\\x%02x" : "\\u{%x}", code);
      piece = c.valid && c.code == '\n' ? "\\n" : c.valid && c.code == '\t' ? "\\t" : escaped;
      piece_width = piece.size();
    } else {
      piece_width = Width(c.code);
    }
    if (width + piece_width > columns) {
      line.resize(fits_with_mark);
      return columns == 0 ? line : line.append(kCutMark);
    }
    line += piece;
    width += piece_width;
    if (width < columns) {
      fits_with_mark = line.size();
    }
    text.remove_prefix(c.bytes);
  }
  return line;
}

std::string PadRight(std::string_view text, size_t columns) {
  std::string padded(text);
  const size_t width = DisplayWidth(text);
  padded.append(width < columns ? columns - width : 0, ' ');
  return padded;
}

std::string PadLeft(std::string_view text, size_t columns) {
  const size_t width = DisplayWidth(text);
  std::string padded(width < columns ? columns - width : 0, ' ');
  padded += text;
  return padded;
}

}  // namespace mockarty
