// Any bytes as a report. What is accepted can be written in every form, says nothing to a terminal, and travels on.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "common/report/json_report.h"
#include "common/report/summary_data.h"
#include "common/report/text_report.h"
#include "common/wire/report_codec.h"
#include "mockarty/v1/report.pb.h"

namespace {

void Require(bool condition) {
  if (!condition) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  mockarty::v1::RunReport message;
  if (!message.ParseFromArray(data, static_cast<int>(size))) {
    return 0;
  }
  const absl::StatusOr<mockarty::RunReport> report = mockarty::FromProto(message);
  if (!report.ok()) {
    Require(report.status().code() == absl::StatusCode::kInvalidArgument && report.status().message().size() < 4'000);
    return 0;
  }
  for (const char c : mockarty::ToText(*report)) {
    Require(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
    Require(c != 0x7F);
  }
  const std::string json = mockarty::ToJson(*report);
  Require(!mockarty::SummaryDataJson(*report).empty() && !mockarty::SummaryExportJson(*report).empty());
  mockarty::v1::RunReport sent;
  mockarty::ToProto(*report, &sent);
  const absl::StatusOr<mockarty::RunReport> arrived = mockarty::FromProto(sent);
  Require(arrived.ok() && mockarty::ToJson(*arrived) == json);
  return 0;
}
