#include "runner/link/poll_calls.h"

#include <string>

#include "common/base/concat.h"
#include "common/base/quote.h"
#include "common/base/status_macros.h"

namespace mockarty {
namespace {

constexpr std::string_view kType = "application/x-protobuf";
constexpr size_t kMaxShownBytes = 300;

std::string MediaType(const HttpAnswer& answer) { return answer.content_type.substr(0, answer.content_type.find(';')); }

// Errors of the coordinator are JSON with a code. What is between may answer for it, with the same status.
bool IsOfCoordinator(const HttpAnswer& answer, std::string_view code) {
  return MediaType(answer) == "application/json" &&
         answer.body.find(Concat("\"code\":\"", code, "\"")) != std::string::npos;
}

absl::Status ErrorOf(const HttpAnswer& answer) {
  std::string shown =
      Concat("HTTP ", answer.status, ": ", Printable(answer.body.substr(0, kMaxShownBytes), kMaxShownBytes));
  if (answer.status == 401 && IsOfCoordinator(answer, "unauthorized")) return absl::UnauthenticatedError(shown);
  if (answer.status == 404 && IsOfCoordinator(answer, "not_found")) return absl::NotFoundError(shown);
  if (answer.status == 404) {
    return absl::UnavailableError(Concat(shown, " (is it a coordinator, and of this version?)"));
  }
  for (std::string_view code : {"validation", "conflict", "forbidden"}) {
    if (IsOfCoordinator(answer, code)) return absl::AbortedError(shown);
  }
  if (answer.status == 413) return absl::AbortedError(shown);
  return absl::UnavailableError(shown);
}

}  // namespace

absl::Status CallPoll(HttpChannel& channel, std::string_view what, const google::protobuf::MessageLite& request,
                      Nanos timeout, google::protobuf::MessageLite* answer) {
  ASSIGN_OR_RETURN(HttpAnswer got, channel.Post(Concat("/api/v1/runner-link/", what), std::string(kType),
                                                request.SerializeAsString(), timeout));
  if (got.status != 200) return ErrorOf(got);
  if (MediaType(got) != kType || !answer->ParseFromString(got.body)) {
    channel.Drop();
    return absl::UnavailableError(Concat("answer of type ", Quoted(got.content_type, 100), ": expected a ",
                                         answer->GetTypeName(), " of ", kType));
  }
  return absl::OkStatus();
}

bool MayRepeat(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kCancelled:
      return false;
    default:
      return true;
  }
}

}  // namespace mockarty
