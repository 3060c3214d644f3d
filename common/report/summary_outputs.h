// What handleSummary() returned -> the files and streams it asks for.
#ifndef COMMON_REPORT_SUMMARY_OUTPUTS_H_
#define COMMON_REPORT_SUMMARY_OUTPUTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace mockarty {

// A file, or "stdout" or "stderr", that handleSummary() asked for.
struct SummaryOutput {
  std::string name;
  std::string text;
};

inline constexpr size_t kMaxSummaryOutputs = 100;
inline constexpr size_t kMaxSummaryName = 1024;  // bytes

// `returned`: JSON of an object whose members are texts by name: "stdout", "stderr" or a path. Nothing returned is no
// output. InvalidArgument names what is wrong.
absl::StatusOr<std::vector<SummaryOutput>> ParseSummaryOutputs(const std::optional<std::string>& returned);

}  // namespace mockarty

#endif  // COMMON_REPORT_SUMMARY_OUTPUTS_H_
