#include "common/report/summary_outputs.h"

#include <boost/json.hpp>
#include <utility>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/base/quote.h"

namespace mockarty {

absl::StatusOr<std::vector<SummaryOutput>> ParseSummaryOutputs(const std::optional<std::string>& returned) {
  std::vector<SummaryOutput> outputs;
  if (!returned.has_value() || *returned == "null") {
    return outputs;
  }
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse(*returned, error);
  if (error || !value.is_object()) {
    return absl::InvalidArgumentError(Concat("expected an object of texts by file name, got ", Quoted(*returned, 80)));
  }
  if (value.get_object().size() > kMaxSummaryOutputs) {
    return absl::InvalidArgumentError(
        Concat("asked for ", value.get_object().size(), " files: expected at most ", kMaxSummaryOutputs));
  }
  for (const auto& member : value.get_object()) {
    const std::string_view name(member.key().data(), member.key().size());
    if (name.empty() || name.size() > kMaxSummaryName || name.find('\0') != std::string_view::npos) {
      return absl::InvalidArgumentError(Concat(
          Quoted(name, 80), ": expected \"stdout\", \"stderr\" or a path of at most ", kMaxSummaryName, " bytes"));
    }
    if (!member.value().is_string()) {
      return absl::InvalidArgumentError(
          Concat(Quoted(name, 80), ": expected a text, got ", Quoted(boost::json::serialize(member.value()), 80)));
    }
    const boost::json::string& text = member.value().get_string();
    outputs.push_back({std::string(name), std::string(text.data(), text.size())});
  }
  return outputs;
}

}  // namespace mockarty
