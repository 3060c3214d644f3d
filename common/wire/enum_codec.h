// Kinds and units of metrics as messages have them. Pure.
#ifndef COMMON_WIRE_ENUM_CODEC_H_
#define COMMON_WIRE_ENUM_CODEC_H_

#include "absl/status/statusor.h"
#include "common/metrics/registry.h"
#include "mockarty/v1/window.pb.h"

namespace mockarty {

v1::MetricKind EncodeKind(MetricKind kind);
v1::ValueUnit EncodeUnit(ValueUnit unit);

// InvalidArgument for numbers that this version does not know.
absl::StatusOr<MetricKind> DecodeKind(v1::MetricKind kind);
absl::StatusOr<ValueUnit> DecodeUnit(v1::ValueUnit unit);

}  // namespace mockarty

#endif  // COMMON_WIRE_ENUM_CODEC_H_
