// The part of HttpOptions that is lists and texts <-> its message. Pure; any thread.
#ifndef COMMON_WIRE_HTTP_OPTIONS_CODEC_H_
#define COMMON_WIRE_HTTP_OPTIONS_CODEC_H_

#include "absl/status/status.h"
#include "common/plan/test_plan.h"
#include "mockarty/v1/plan.pb.h"

namespace mockarty {

void EncodeHttpLists(const HttpOptions& http, v1::HttpOptions* out);

// InvalidArgument names the field and what was expected.
absl::Status DecodeHttpLists(const v1::HttpOptions& message, HttpOptions& http);

}  // namespace mockarty

#endif  // COMMON_WIRE_HTTP_OPTIONS_CODEC_H_
