// Rows of comma-separated values (RFC 4180), each as JSON. No JavaScript; pure; any thread.
//
// A field in double quotes may hold delimiters, line breaks and doubled quotes. Lines end in LF or CRLF; empty ones are
// skipped, as is a byte order mark. Every row has as many fields as the first. What is no UTF-8 stays as it is: whoever
// makes a string of it replaces it.
#ifndef ENGINE_MODULES_CSV_READER_H_
#define ENGINE_MODULES_CSV_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mockarty {

struct CsvOptions {
  char delimiter = ',';
  bool skip_first_line = false;
  bool as_objects = false;        // the first line has the names
  uint64_t from_line = 0;         // of records, from 0, the line of names included
  uint64_t to_line = UINT64_MAX;  // the last one
};

class CsvReader {
 public:
  enum class Result { kRow, kEnd, kError };

  // `text` must outlive the reader.
  CsvReader(std::string_view text, const CsvOptions& options) : text_(text), options_(options) {}
  // One that goes on where another stood.
  struct Place {
    size_t offset = 0;
    uint64_t line = 0;  // of the record that comes next
  };
  Place place() const { return place_; }
  void set_place(const Place& place) { place_ = place; }

  // Replaces `json` by the next row: an array of texts, or an object of texts by name. kError: `json` says what is
  // wrong with which line.
  Result Next(std::string* json);

 private:
  // The next record that is not empty, whatever its number.
  Result ReadRecord(std::vector<std::string>* fields, std::string* error);
  Result ReadNames(std::string* error);
  bool ReadQuoted(std::string* field);

  const std::string_view text_;
  const CsvOptions options_;
  Place place_;
  std::vector<std::string> names_;  // of the first record; read when first needed
  bool began_ = false;
};

}  // namespace mockarty

#endif  // ENGINE_MODULES_CSV_READER_H_
