// Writes JSON from left to right. Whatever goes in, what comes out parses: strings are escaped, broken UTF-8 becomes
// U+FFFD, and numbers that JSON cannot hold become null. A `<` that could touch a script element and the two Unicode
// line separators are escaped as well, so that a report may stand inside an HTML page. Not thread-safe.
#ifndef COMMON_REPORT_JSON_WRITER_H_
#define COMMON_REPORT_JSON_WRITER_H_

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace mockarty {

class JsonWriter {
 public:
  // Two spaces a level when `pretty`.
  explicit JsonWriter(bool pretty) : pretty_(pretty) {}

  JsonWriter& BeginObject() { return Begin('{'); }
  JsonWriter& EndObject() { return End('}'); }
  JsonWriter& BeginArray() { return Begin('['); }
  JsonWriter& EndArray() { return End(']'); }
  // Before each value within an object.
  JsonWriter& Key(std::string_view key);

  JsonWriter& String(std::string_view value);
  JsonWriter& Number(double value);
  template <std::integral T>
  JsonWriter& Number(T value) {
    Separate();
    out_ += std::to_string(value);
    return *this;
  }
  JsonWriter& Bool(bool value);
  JsonWriter& Null();

  std::string Take() { return std::move(out_); }

 private:
  JsonWriter& Begin(char brace);
  JsonWriter& End(char brace);
  void Separate();
  void NewLine();
  void AppendQuoted(std::string_view text);

  const bool pretty_;
  std::string out_;
  int depth_ = 0;
  bool first_ = true;  // in this object or array
  bool after_key_ = false;
};

}  // namespace mockarty

#endif  // COMMON_REPORT_JSON_WRITER_H_
