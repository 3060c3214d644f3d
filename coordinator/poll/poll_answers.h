// Bodies of the long-polling endpoints: messages in, messages or errors out. Pure; any thread.
#ifndef COORDINATOR_POLL_POLL_ANSWERS_H_
#define COORDINATOR_POLL_POLL_ANSWERS_H_

#include <google/protobuf/message_lite.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "common/http/http_server.h"

namespace mockarty {

inline constexpr std::string_view kProtobufType = "application/x-protobuf";

// The token behind "Bearer ", empty when there is none or more than one.
std::string BearerToken(const WebRequest& request);

// InvalidArgument names what is wrong with type or body.
absl::Status ParseBody(const WebRequest& request, google::protobuf::MessageLite* message);

WebResponse MessageAnswer(const google::protobuf::MessageLite& message);
// {"error", "code", "request_id"} and X-Request-Id, with the status that the code has in the public contract.
WebResponse ErrorAnswer(const absl::Status& status);

}  // namespace mockarty

#endif  // COORDINATOR_POLL_POLL_ANSWERS_H_
