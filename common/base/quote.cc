#include "common/base/quote.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_format.h"
#include "common/base/concat.h"

namespace mockarty {
namespace {

// Length of the well-formed UTF-8 sequence at the front of `text`, 0 when there is none. C1 controls count as broken:
// terminals obey them.
size_t SequenceLength(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  auto follows = [&](size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) && !(lead == 0xC2 && byte(1) < 0xA0) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!follows(1) || !follows(2)) return 0;
    if (lead == 0xE0 && byte(1) < 0xA0) return 0;
    if (lead == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    if (lead == 0xF0 && byte(1) < 0x90) return 0;
    if (lead == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

void AppendEscaped(std::string& out, char c) {
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      absl::StrAppendFormat(&out, "\\x%02x", static_cast<uint8_t>(c));
  }
}

struct Escaping {
  bool quotes = false;      // with a backslash
  bool whitespace = false;  // line breaks and tabs as well
};

std::string Escape(std::string_view text, size_t max_bytes, Escaping escaping) {
  std::string out;
  while (!text.empty()) {
    size_t length = SequenceLength(text);
    size_t step = length == 0 ? 1 : length;
    if (step > max_bytes - std::min(max_bytes, out.size())) {
      out += "...";
      break;
    }
    char c = text[0];
    bool control = length == 0 || (length == 1 && (static_cast<uint8_t>(c) < 0x20 || c == 0x7F));
    bool kept = !escaping.whitespace && (c == '\n' || c == '\t');
    if (control && !kept) {
      AppendEscaped(out, c);
    } else {
      if (escaping.quotes && (c == '"' || c == '\\')) out += '\\';
      out.append(text.substr(0, step));
    }
    text.remove_prefix(step);
  }
  return out;
}

}  // namespace

std::string Quoted(std::string_view text, size_t max_bytes) {
  return Concat("\"", Escape(text, max_bytes, {.quotes = true, .whitespace = true}), "\"");
}

std::string Printable(std::string_view text, size_t max_bytes) { return Escape(text, max_bytes, {.whitespace = true}); }

std::string PrintableLines(std::string_view text) { return Escape(text, SIZE_MAX, {}); }

}  // namespace mockarty
