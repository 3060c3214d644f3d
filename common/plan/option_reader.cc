#include "common/plan/option_reader.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serializer.hpp>
#include <boost/json/value.hpp>
#include <cmath>
#include <utility>

#include "absl/strings/numbers.h"
#include "common/base/concat.h"
#include "common/base/duration.h"
#include "common/base/quote.h"

namespace mockarty {
namespace {

namespace json = boost::json;

std::string_view View(const json::string& text) { return {text.data(), text.size()}; }

// The whole number that `value` is or, as decimal digits, spells.
std::optional<uint64_t> AsInteger(const json::value& value) {
  if (value.is_int64()) {
    if (value.get_int64() < 0) return std::nullopt;
    return static_cast<uint64_t>(value.get_int64());
  }
  if (value.is_uint64()) return value.get_uint64();
  if (value.is_double()) {
    double number = value.get_double();
    // 2^53: above it, doubles are no longer every whole number.
    if (!(number >= 0) || number > 9007199254740992.0 || std::floor(number) != number) return std::nullopt;
    return static_cast<uint64_t>(number);
  }
  if (value.is_string()) {
    std::string_view text = View(value.get_string());
    uint64_t number = 0;
    if (text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    if (!absl::SimpleAtoi(ToAbsl(text), &number)) return std::nullopt;
    return number;
  }
  return std::nullopt;
}

}  // namespace

std::string ShownValue(const json::value& value) {
  if (value.is_string()) return Quoted(View(value.get_string()));
  if (value.is_double()) return Concat(value.get_double());
  // Serialised piecewise: the value may be huge.
  char buffer[96];
  json::serializer serializer;
  serializer.reset(&value);
  json::string_view text = serializer.read(buffer, sizeof(buffer));
  return Printable(std::string_view(text.data(), text.size()));
}

OptionReader::OptionReader(const json::object& object, std::string path, std::vector<std::string>* warnings)
    : object_(object), path_(std::move(path)), warnings_(warnings) {}

const json::value* OptionReader::Find(std::string_view field) const {
  return object_.if_contains(json::string_view(field.data(), field.size()));
}

std::string OptionReader::PathOf(std::string_view field) const { return Concat(path_, ".", field); }

absl::Status OptionReader::Wrong(std::string_view field, std::string_view expected) const {
  const json::value* value = Find(field);
  return absl::InvalidArgumentError(Concat(PathOf(field), ": expected ", expected,
                                           value == nullptr ? ", but it is missing" : ", got ",
                                           value == nullptr ? "" : ShownValue(*value)));
}

absl::Status OptionReader::Bool(std::string_view field, bool& out) const {
  const json::value* value = Find(field);
  if (value == nullptr) return absl::OkStatus();
  if (!value->is_bool()) return Wrong(field, "true or false");
  out = value->get_bool();
  return absl::OkStatus();
}

absl::Status OptionReader::String(std::string_view field, size_t max_bytes, std::string& out) const {
  const json::value* value = Find(field);
  if (value == nullptr) return absl::OkStatus();
  if (!value->is_string()) return Wrong(field, "a string");
  if (value->get_string().size() > max_bytes) {
    return Wrong(field, Concat("a string of at most ", max_bytes, " bytes"));
  }
  out = View(value->get_string());
  return absl::OkStatus();
}

absl::Status OptionReader::Number(std::string_view field, double& out) const {
  const json::value* value = Find(field);
  if (value == nullptr) return absl::OkStatus();
  if (!value->is_number()) return Wrong(field, "a number");
  out = value->to_number<double>();
  return absl::OkStatus();
}

absl::Status OptionReader::Integer(std::string_view field, uint64_t minimum, uint64_t maximum, uint64_t& out) const {
  const json::value* value = Find(field);
  if (value == nullptr) return absl::OkStatus();
  std::optional<uint64_t> number = AsInteger(*value);
  if (!number.has_value()) return Wrong(field, minimum == 0 ? "a non-negative integer" : "a positive integer");
  if (*number < minimum || *number > maximum) {
    return Wrong(field, Concat("an integer of ", minimum, " to ", maximum));
  }
  out = *number;
  return absl::OkStatus();
}

absl::Status OptionReader::Duration(std::string_view field, Nanos maximum, Nanos& out) const {
  const json::value* value = Find(field);
  if (value == nullptr) return absl::OkStatus();
  Nanos length = 0;
  if (value->is_string()) {
    absl::StatusOr<int64_t> parsed = ParseDuration(View(value->get_string()));
    if (!parsed.ok()) return absl::InvalidArgumentError(Concat(PathOf(field), ": ", parsed.status().message()));
    length = *parsed;
  } else {
    std::optional<uint64_t> seconds = value->is_number() ? AsInteger(*value) : std::nullopt;
    if (!seconds.has_value()) return Wrong(field, Concat(kDurationForm, ", or a whole number of seconds"));
    if (*seconds > static_cast<uint64_t>(maximum / kNanosPerSecond)) {
      return Wrong(field, Concat("at most ", FormatDuration(maximum)));
    }
    length = static_cast<Nanos>(*seconds) * kNanosPerSecond;
    if (length != 0) {
      warnings_->push_back(
          Concat(PathOf(field), ": ", *seconds, " is taken as seconds; write \"", *seconds, "s\" to make it plain"));
    }
  }
  if (length > maximum) return Wrong(field, Concat("at most ", FormatDuration(maximum)));
  out = length;
  return absl::OkStatus();
}

}  // namespace mockarty
