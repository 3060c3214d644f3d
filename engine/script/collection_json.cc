#include "engine/script/collection_json.h"

#include <algorithm>

#include "absl/status/status.h"
#include "common/base/concat.h"

namespace mockarty {
namespace {

// Folders nest by two, requests add some more; see Collection::kMaxFolderDepth.
constexpr size_t kMaxNesting = 200;

std::string_view WithoutMark(std::string_view bytes) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return bytes.substr(0, mark.size()) == mark ? bytes.substr(mark.size()) : bytes;
}

}  // namespace

absl::StatusOr<boost::json::value> ParseForeignJson(std::string_view name, std::string_view bytes) {
  const std::string_view text = WithoutMark(bytes);
  boost::json::parse_options options;
  options.max_depth = kMaxNesting;
  boost::json::stream_parser parser({}, options);
  boost::json::error_code error;
  const size_t used = parser.write_some(text.data(), text.size(), error);
  if (!error) {
    parser.finish(error);  // a number may have no end of its own
  }
  const bool more = !error && text.find_first_not_of(" \t\r\n", used) != text.npos;
  if (!error && !more) {
    return parser.release();
  }
  const size_t at = std::min(used, text.size());
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(at), '\n');
  const std::string reason = error ? error.message() : "more text behind the value";
  return absl::InvalidArgumentError(Concat(name, ":", line, ": not valid JSON: ", reason));
}

const boost::json::value* Member(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = object.if_contains(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

const boost::json::object* ObjectMember(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = Member(object, key);
  return value == nullptr ? nullptr : value->if_object();
}

const boost::json::array* ArrayMember(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = Member(object, key);
  return value == nullptr ? nullptr : value->if_array();
}

std::string TextOf(const boost::json::value& value) {
  if (const boost::json::string* text = value.if_string()) {
    return std::string(text->data(), text->size());
  }
  return value.is_null() ? std::string() : boost::json::serialize(value);
}

std::string TextMember(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = Member(object, key);
  return value == nullptr ? std::string() : TextOf(*value);
}

bool TrueMember(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = Member(object, key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::string_view KindOf(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return "a truth value";
    case boost::json::kind::string:
      return "text";
    case boost::json::kind::array:
      return "a list";
    case boost::json::kind::object:
      return "an object";
    default:
      return "a number";
  }
}

boost::json::array Pair(std::string_view key, std::string_view value) {
  boost::json::array pair;
  pair.emplace_back(key);
  pair.emplace_back(value);
  return pair;
}

}  // namespace mockarty
