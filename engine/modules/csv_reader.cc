#include "engine/modules/csv_reader.h"

#include <algorithm>
#include <utility>

#include "common/base/concat.h"

namespace mockarty {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

void AppendJsonText(std::string_view text, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out->push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      *out += "\\u00";
      out->push_back(kHex[c >> 4]);
      out->push_back(kHex[c & 15]);
    } else {
      out->push_back(c);
    }
  }
  out->push_back('"');
}

}  // namespace

// From behind the opening quote to behind the closing one. False: there is none.
bool CsvReader::ReadQuoted(std::string* field) {
  size_t& at = place_.offset;
  while (at < text_.size()) {
    const size_t quote = text_.find('"', at);
    if (quote == std::string_view::npos) {
      at = text_.size();
      return false;
    }
    field->append(text_.substr(at, quote - at));
    at = quote + 1;
    if (at >= text_.size() || text_[at] != '"') {
      return true;
    }
    field->push_back('"');
    ++at;
  }
  return false;
}

CsvReader::Result CsvReader::ReadRecord(std::vector<std::string>* fields, std::string* error) {
  size_t& at = place_.offset;
  while (at < text_.size() && (text_[at] == '\n' || text_.substr(at, 2) == "\r\n")) {
    at += text_[at] == '\n' ? 1 : 2;
  }
  if (at >= text_.size()) {
    return Result::kEnd;
  }
  const uint64_t line = place_.line++;
  fields->clear();
  for (;;) {
    std::string& field = fields->emplace_back();
    const bool quoted = at < text_.size() && text_[at] == '"';
    if (quoted) {
      ++at;
      if (!ReadQuoted(&field)) {
        *error = Concat("line ", line, ": a quote (\") has no end");
        return Result::kError;
      }
    }
    const char stops[] = {options_.delimiter, '\n'};
    const size_t end = std::min(text_.find_first_of(std::string_view(stops, 2), at), text_.size());
    std::string_view rest = text_.substr(at, end - at);
    const bool last = end >= text_.size() || text_[end] == '\n';
    if (last && rest.ends_with('\r')) {
      rest.remove_suffix(1);
    }
    if (quoted && !rest.empty()) {
      *error = Concat("line ", line, ": field ", fields->size(), ": text stands behind the closing quote (\")");
      return Result::kError;
    }
    field.append(rest);
    at = std::min(end + 1, text_.size());
    if (last) {
      return Result::kRow;
    }
    if (end + 1 >= text_.size()) {  // the text ends in a delimiter
      fields->emplace_back();
      return Result::kRow;
    }
  }
}

// The first record: names, and how many fields each row has.
CsvReader::Result CsvReader::ReadNames(std::string* error) {
  const Place reached = std::exchange(place_, Place());
  if (text_.starts_with(kByteOrderMark)) {
    place_.offset = kByteOrderMark.size();
  }
  const Place first = place_;
  const Result result = ReadRecord(&names_, error);
  const bool head = options_.as_objects || options_.skip_first_line;
  if (reached.offset > 0) {
    place_ = reached;
  } else if (!head) {
    place_ = first;
  }
  began_ = true;
  return result;
}

CsvReader::Result CsvReader::Next(std::string* json) {
  if (!began_) {
    if (const Result head = ReadNames(json); head != Result::kRow) {
      return head;
    }
  }
  std::vector<std::string> fields;
  do {
    if (place_.line > options_.to_line) {
      return Result::kEnd;
    }
    if (const Result record = ReadRecord(&fields, json); record != Result::kRow) {
      return record;
    }
    if (fields.size() != names_.size()) {
      *json = Concat("line ", place_.line - 1, ": expected ", names_.size(), " fields, as the first line has, got ",
                     fields.size());
      return Result::kError;
    }
  } while (place_.line - 1 < options_.from_line);
  json->assign(1, options_.as_objects ? '{' : '[');
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) {
      json->push_back(',');
    }
    if (options_.as_objects) {
      AppendJsonText(names_[i], json);
      json->push_back(':');
    }
    AppendJsonText(fields[i], json);
  }
  json->push_back(options_.as_objects ? '}' : ']');
  return Result::kRow;
}

}  // namespace mockarty
