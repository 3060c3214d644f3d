#include "common/report/json_writer.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "common/report/utf8.h"

namespace mockarty {
namespace {

// Whether a `<` could end or begin something in an HTML page's script element: "</script>", "<script", "<!--".
bool MayOpenMarkup(std::string_view text) {
  return text.size() > 1 && (text[1] == '/' || text[1] == '!' || (text[1] | 0x20) == 's');
}

}  // namespace

void JsonWriter::NewLine() {
  if (pretty_) {
    out_.push_back('\n');
    out_.append(static_cast<size_t>(depth_) * 2, ' ');
  }
}

// What stands between the value before and the one to come.
void JsonWriter::Separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (!first_) {
    out_.push_back(',');
  }
  if (depth_ > 0) {
    NewLine();
  }
  first_ = false;
}

JsonWriter& JsonWriter::Begin(char brace) {
  Separate();
  out_.push_back(brace);
  ++depth_;
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::End(char brace) {
  --depth_;
  if (!first_) {
    NewLine();
  }
  out_.push_back(brace);
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view key) {
  Separate();
  AppendQuoted(key);
  out_ += pretty_ ? ": " : ":";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view value) {
  Separate();
  AppendQuoted(value);
  return *this;
}

JsonWriter& JsonWriter::Number(double value) {
  if (!std::isfinite(value)) {
    return Null();
  }
  Separate();
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof(digits), value);  // the shortest that reads back
  out_.append(digits, end);
  return *this;
}

JsonWriter& JsonWriter::Bool(bool value) {
  Separate();
  out_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::Null() {
  Separate();
  out_ += "null";
  return *this;
}

void JsonWriter::AppendQuoted(std::string_view text) {
  out_.push_back('"');
  while (!text.empty()) {
    const Utf8Character c = NextUtf8(text);
    if (!c.valid) {
      out_ += "\\ufffd";
    } else if (c.code == '"' || c.code == '\\') {
      out_.push_back('\\');
      out_.push_back(static_cast<char>(c.code));
    } else if (c.code == '\n') {
      out_ += "\\n";
    } else if (c.code < 0x20 || c.code == 0x7F || (c.code == '<' && MayOpenMarkup(text)) || c.code == 0x2028 ||
               c.code == 0x2029) {
      char escaped[8];
      std::snprintf(escaped, sizeof(escaped), "\\u%04x", static_cast<unsigned>(c.code));
      out_ += escaped;
    } else {
      out_ += text.substr(0, c.bytes);
    }
    text.remove_prefix(c.bytes);
  }
  out_.push_back('"');
}

}  // namespace mockarty
