// One request of a Postman collection -> the form that `legacy_request.js` sends.
//
// {method, url, query: [[name, value or null]], headers: [[name, value]], body?, auth?, redirects?}, where texts are
// templates with {{variables}} and what is disabled is gone. Bodies: {mode: "raw", text, type}, {mode: "urlencoded",
// fields: [[name, value]]}, {mode: "formdata", fields: [[name, value, type] or [name, null, type, file]]},
// {mode: "graphql", query, variables, operation}, {mode: "file", file}; `file` is an index into the plan's files.
#ifndef ENGINE_SCRIPT_COLLECTION_REQUEST_H_
#define ENGINE_SCRIPT_COLLECTION_REQUEST_H_

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace mockarty {

struct RequestSurroundings {
  // The index of a file that is to be sent.
  std::function<int64_t(std::string path)> file;
  // Something does not work; the text goes behind the item's name.
  std::function<void(std::string text)> warn;
};

// `request` is the item's member, `behaviour` its protocolProfileBehavior or null. InvalidArgument begins with the
// field.
absl::StatusOr<boost::json::object> ConvertRequest(const boost::json::value& request,
                                                   const boost::json::object* behaviour,
                                                   const RequestSurroundings& around);

// {type, values: {..}} of an `auth` member; null for none. What is not supported is warned of and becomes null.
boost::json::value ConvertAuth(const boost::json::value& auth, const RequestSurroundings& around);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_COLLECTION_REQUEST_H_
