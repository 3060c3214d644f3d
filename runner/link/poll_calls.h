// The requests of a session, and what their answers mean. Internal to runner/link.
#ifndef RUNNER_LINK_POLL_CALLS_H_
#define RUNNER_LINK_POLL_CALLS_H_

#include <google/protobuf/message_lite.h>

#include <string_view>

#include "absl/status/status.h"
#include "runner/link/http_channel.h"

namespace mockarty {

// OK: `*answer` is the coordinator's. Otherwise
//   Unauthenticated      it refuses the token
//   NotFound             it does not know the session (any more)
//   Aborted              it refuses the request: the session is of no use
//   FailedPrecondition   it is of another version
//   Cancelled            by Cancel()
//   others               nothing is known: the request may be repeated
absl::Status CallPoll(HttpChannel& channel, std::string_view what, const google::protobuf::MessageLite& request,
                      Nanos timeout, google::protobuf::MessageLite* answer);

// Whether the status is one of "others".
bool MayRepeat(const absl::Status& status);

}  // namespace mockarty

#endif  // RUNNER_LINK_POLL_CALLS_H_
