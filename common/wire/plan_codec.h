// What a run is to do, as messages: plans, segments and environment variables.
//
// FromProto() trusts nothing: whatever it answers keeps the limits that common/plan/test_plan.h states. Errors are
// InvalidArgument and name field, value and what was expected. Texts that are no UTF-8 are mended on the way out
// (U+FFFD), since a message that holds them could not be read. Pure; any thread.
#ifndef COMMON_WIRE_PLAN_CODEC_H_
#define COMMON_WIRE_PLAN_CODEC_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/plan/segment.h"
#include "common/plan/test_plan.h"

namespace google::protobuf {
template <typename Element>
class RepeatedPtrField;
}  // namespace google::protobuf

namespace mockarty {

namespace v1 {
class Segment;
class SummaryStyle;
class TestPlan;
class Variable;
}  // namespace v1

void ToProto(const TestPlan& plan, v1::TestPlan* out);
absl::StatusOr<TestPlan> FromProto(const v1::TestPlan& message);

void EncodeSummaryOptions(const SummaryOptions& summary, v1::SummaryStyle* out);
// `field`: how errors call it.
absl::StatusOr<SummaryOptions> DecodeSummaryOptions(std::string_view field, const v1::SummaryStyle& message);

void ToProto(const Segment& segment, v1::Segment* out);
absl::StatusOr<Segment> FromProto(const v1::Segment& message);

// Names and values of a run's environment, in the order given; of equal names the last counts.
using Environment = std::vector<std::pair<std::string, std::string>>;

inline constexpr size_t kMaxVariables = 1'000;
inline constexpr size_t kMaxVariableName = 256;         // bytes, at least 1; neither = nor NUL
inline constexpr size_t kMaxVariableValue = 64 * 1024;  // bytes, no NUL

void ToProto(const Environment& environment, google::protobuf::RepeatedPtrField<v1::Variable>* out);
// Values stay out of messages: they may be secrets.
absl::StatusOr<Environment> FromProto(const google::protobuf::RepeatedPtrField<v1::Variable>& variables);

}  // namespace mockarty

#endif  // COMMON_WIRE_PLAN_CODEC_H_
