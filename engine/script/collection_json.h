// Reading JSON that somebody else wrote, for collections: text where a number may stand, lists that may be missing,
// errors that name the place.
#ifndef ENGINE_SCRIPT_COLLECTION_JSON_H_
#define ENGINE_SCRIPT_COLLECTION_JSON_H_

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace mockarty {

// InvalidArgument: "name:line: not valid JSON: reason". Nesting is bounded.
absl::StatusOr<boost::json::value> ParseForeignJson(std::string_view name, std::string_view bytes);

// Null when there is no such member, or it is null.
const boost::json::value* Member(const boost::json::object& object, std::string_view key);
// Null too when it is something else.
const boost::json::object* ObjectMember(const boost::json::object& object, std::string_view key);
const boost::json::array* ArrayMember(const boost::json::object& object, std::string_view key);

// Text as it is, numbers and truth values as JSON writes them, null as nothing, others as JSON.
std::string TextOf(const boost::json::value& value);
// Of a member; empty when there is none.
std::string TextMember(const boost::json::object& object, std::string_view key);
bool TrueMember(const boost::json::object& object, std::string_view key);

// "a number", "an object", ...
std::string_view KindOf(const boost::json::value& value);

boost::json::array Pair(std::string_view key, std::string_view value);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_COLLECTION_JSON_H_
