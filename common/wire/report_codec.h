// Reports as messages, without loss. Pure; any thread.
#ifndef COMMON_WIRE_REPORT_CODEC_H_
#define COMMON_WIRE_REPORT_CODEC_H_

#include "absl/status/statusor.h"
#include "common/report/run_report.h"

namespace mockarty {

namespace v1 {
class RunReport;
}  // namespace v1

// Texts that are no UTF-8 are mended (U+FFFD), as the JSON report does.
void ToProto(const RunReport& report, v1::RunReport* out);

// InvalidArgument names the field: a number that is not finite, an unknown status, kind or unit.
absl::StatusOr<RunReport> FromProto(const v1::RunReport& message);

}  // namespace mockarty

#endif  // COMMON_WIRE_REPORT_CODEC_H_
