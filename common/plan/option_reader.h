// Typed access to the fields of one JSON object of a script's options, with errors that name field, value and form.
//
// A field that is not there leaves the output as it was. Not thread-safe; refers to the object, which must outlive it.
#ifndef COMMON_PLAN_OPTION_READER_H_
#define COMMON_PLAN_OPTION_READER_H_

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/time/clock.h"

namespace mockarty {

class OptionReader {
 public:
  // `path` is what stands before a field's name in messages ("options", "options.stages[1]"). Warnings about single
  // values go to `warnings`.
  OptionReader(const boost::json::object& object, std::string path, std::vector<std::string>* warnings);

  const boost::json::value* Find(std::string_view field) const;
  // "options.stages[1].target"
  std::string PathOf(std::string_view field) const;

  absl::Status Bool(std::string_view field, bool& out) const;
  absl::Status String(std::string_view field, size_t max_bytes, std::string& out) const;
  absl::Status Number(std::string_view field, double& out) const;
  // A whole number of minimum..maximum.
  absl::Status Integer(std::string_view field, uint64_t minimum, uint64_t maximum, uint64_t& out) const;
  // A length of 0..maximum.
  absl::Status Duration(std::string_view field, Nanos maximum, Nanos& out) const;

  // InvalidArgument "<path>: expected <expected>, got <value>".
  absl::Status Wrong(std::string_view field, std::string_view expected) const;

 private:
  const boost::json::object& object_;
  std::string path_;
  std::vector<std::string>* warnings_;
};

// `value` as one line for a message: JSON, cut after 80 bytes.
std::string ShownValue(const boost::json::value& value);

}  // namespace mockarty

#endif  // COMMON_PLAN_OPTION_READER_H_
