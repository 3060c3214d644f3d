#include "engine/modules/json_find.h"

#include <simdjson.h>

#include <charconv>
#include <utility>

#include "engine/modules/json_path.h"
#include "engine/modules/json_text.h"

namespace mockarty {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr size_t kLeastCapacity = 4096;
// A parser that has grown above this is given back.
constexpr size_t kKeptCapacity = 1 << 20;
// simdjson compares a key by its raw bytes and may read as far behind the text as the key is long.
constexpr size_t kLongestRawKey = kJsonPadding / 2;

bool IsRawKey(std::string_view key) {
  return key.size() <= kLongestRawKey && key != "#" && key.find_first_of("\"\\") == key.npos;
}

// One step down; `from` is a document, or a value of one.
template <typename Json>
simdjson::error_code Step(Json& from, std::string_view key, ondemand::value* to) {
  ondemand::json_type type;
  if (const auto error = from.type().get(type); error != simdjson::SUCCESS) {
    return error;
  }
  if (type == ondemand::json_type::object) {
    return from.find_field(key).get(*to);
  }
  size_t index = 0;
  const auto parsed = std::from_chars(key.data(), key.data() + key.size(), index);
  if (type != ondemand::json_type::array || parsed.ec != std::errc() || parsed.ptr != key.data() + key.size()) {
    return simdjson::NO_SUCH_FIELD;
  }
  return from.at(index).get(*to);
}

template <typename Container>
simdjson::error_code RawContainer(simdjson::simdjson_result<Container> found, std::string_view* raw) {
  Container container;
  if (const auto error = std::move(found).get(container); error != simdjson::SUCCESS) {
    return error;
  }
  return container.raw_json().get(*raw);
}

simdjson::error_code RawText(ondemand::value& value, std::string_view* raw) {
  ondemand::json_type type;
  if (const auto error = value.type().get(type); error != simdjson::SUCCESS) {
    return error;
  }
  if (type == ondemand::json_type::object) {
    return RawContainer<ondemand::object>(value.get_object(), raw);
  }
  if (type == ondemand::json_type::array) {
    return RawContainer<ondemand::array>(value.get_array(), raw);
  }
  *raw = value.raw_json_token();
  return simdjson::SUCCESS;
}

simdjson::error_code Find(ondemand::parser& parser, std::string_view text, std::string_view path,
                          std::string_view* raw) {
  ondemand::document document;
  if (const auto error = parser.iterate(text.data(), text.size(), text.size() + kJsonPadding).get(document);
      error != simdjson::SUCCESS) {
    return error;
  }
  bool scalar = false;
  if (const auto error = document.is_scalar().get(scalar); error != simdjson::SUCCESS || scalar) {
    return simdjson::UNSUPPORTED_ARCHITECTURE;  // any that stands for kUnsure
  }
  ondemand::value value;
  bool at_root = true;
  JsonKey key;
  while (!path.empty()) {
    if (!TakeJsonKey(path, &key) || !IsRawKey(key.text())) {
      return simdjson::UNSUPPORTED_ARCHITECTURE;
    }
    ondemand::value next;
    const auto error = at_root ? Step(document, key.text(), &next) : Step(value, key.text(), &next);
    if (error != simdjson::SUCCESS) {
      return error;
    }
    value = next;
    at_root = false;
  }
  return at_root ? simdjson::UNSUPPORTED_ARCHITECTURE : RawText(value, raw);
}

}  // namespace

JsonFound FindJson(std::string_view text, std::string_view selector, std::string_view* value) {
  thread_local ondemand::parser parser;
  const auto error = Find(parser, text, selector, value);
  if (parser.capacity() > kKeptCapacity) {
    parser = ondemand::parser();
  }
  if (error == simdjson::SUCCESS) {
    return JsonFound::kValue;
  }
  const bool nothing = error == simdjson::NO_SUCH_FIELD || error == simdjson::INDEX_OUT_OF_BOUNDS;
  // A key that is written with escapes is not found by its raw bytes.
  return nothing && text.find('\\') == text.npos ? JsonFound::kNothing : JsonFound::kUnsure;
}

}  // namespace mockarty
